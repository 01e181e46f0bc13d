"""Deadlines: how they are counted, how they change with each step, and whom they reach."""
