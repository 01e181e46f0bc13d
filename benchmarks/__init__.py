"""Measure the cost of a durable step and of a list, as ratios within one run. See `docs/performance.md`."""
