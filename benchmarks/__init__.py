"""What a durable step costs, and what a list does: ratios, taken side by side in one run. See `docs/performance.md`."""
