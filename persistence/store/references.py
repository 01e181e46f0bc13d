"""Take references apart: the root of a tree, and the number of a child."""

from __future__ import annotations

import re

CHILD = re.compile(r"([^/]+)/([A-Z]+)(?!0+$)([0-9]+)")


def root_of(ref: str) -> str:
    """The reference of the root of a case's tree."""
    return ref.partition("/")[0]


def is_child(ref: str) -> bool:
    """Whether a reference is that of a case below another."""
    return "/" in ref


def child_reference(root: str, prefix: str, number: int) -> str:
    """The reference of a child: numbered by its prefix under its root, whatever its parent is."""
    return f"{root}/{prefix}{number:02d}"


def child_parts(ref: str) -> tuple[str, str, int]:
    """The root, the prefix and the number of a child's reference.

    Raises:
        ValueError: where it is none that is ever given.
    """
    if (parts := CHILD.fullmatch(ref)) is None or child_reference(parts[1], parts[2], int(parts[3])) != ref:
        raise ValueError("no reference of a child")
    return parts[1], parts[2], int(parts[3])
