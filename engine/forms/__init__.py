"""Typed records: their fields, filling them in, and digests in place of sensitive values."""
