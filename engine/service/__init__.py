"""Transactions: one command, a batch, a sweep, settings and queries."""
