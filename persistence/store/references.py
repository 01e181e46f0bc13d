"""Take references apart: the root of a tree, and the number of a child."""

from __future__ import annotations

import re

CHILD = re.compile(r"([^/]+)/([A-Z]+)(?!0+$)([0-9]+)")


def root_of(ref: str) -> str:
    """Return the reference of the root of a case's tree."""
    return ref.partition("/")[0]


def is_child(ref: str) -> bool:
    """Return whether a reference is that of a child."""
    return "/" in ref


def child_reference(root: str, prefix: str, number: int) -> str:
    """Return the reference of a child, which is numbered by its prefix under its root, not under its parent."""
    return f"{root}/{prefix}{number:02d}"


def child_parts(ref: str) -> tuple[str, str, int]:
    """Return the root, the prefix and the number of a child's reference.

    Raises:
        ValueError: if it is not a possible reference of a child.
    """
    if (parts := CHILD.fullmatch(ref)) is None or child_reference(parts[1], parts[2], int(parts[3])) != ref:
        raise ValueError("not a reference of a child")
    return parts[1], parts[2], int(parts[3])
