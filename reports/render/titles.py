"""Name codes in words."""

from __future__ import annotations


def spaced(code: str) -> str:
    """Return a code as words."""
    return code.replace("_", " ")
