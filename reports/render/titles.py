"""Name roles, states and steps by their titles."""

from __future__ import annotations


def title_and_code(title: str, code: str) -> str:
    """Return a title, with the code in brackets if the title cannot be typed in its place."""
    typed = title.strip().lower().replace(" ", "_").replace("-", "_")
    return title if typed == code else f"{title} ({code})"


def spaced(code: str) -> str:
    """Return a code as words."""
    return code.replace("_", " ")
