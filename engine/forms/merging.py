"""Merge changes into a record, and find what was disposed of in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from operator import getitem
from typing import Any

from .digests import DIGEST, StoredValue
from .path_text import Path


def merged(present: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with changes: parts of an object change one by one, lists as a whole."""
    result = dict(present)
    for name, change in changes.items():
        former = result.get(name)
        both = isinstance(former, Mapping) and isinstance(change, Mapping)
        result[name] = merged(former, change) if both else change  # type: ignore[arg-type]
    return result


def changes_path(path: Path, changes: Any) -> bool:
    """Return whether the changes contain a value for a path."""
    for part in path:
        if not isinstance(changes, Mapping):
            return True
        if part not in changes:
            return False
        changes = changes[part]
    return True


def disposed_values(
    value: Any, stored_values: Mapping[str, StoredValue], path: Path = ()
) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield the path and the digest of each value of a record that was disposed of."""
    if isinstance(value, Mapping) and value.keys() == {DIGEST}:
        if value[DIGEST] not in stored_values:
            yield path, value
    elif isinstance(value, Mapping | list):
        for name, item in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from disposed_values(item, stored_values, (*path, name))


def container(record: dict[str, Any], path: Path) -> Any:
    """Return the object or list that holds the value at a path."""
    return reduce(getitem, path[:-1], record)  # type: ignore[arg-type]
