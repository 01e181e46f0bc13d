"""Prove that the stored record is complete and unchanged."""
