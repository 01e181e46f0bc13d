"""Write and read the paths of values in a record, as text: `visits[0].who`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from .fields import value_at

Path = tuple[str | int, ...]

_PART = re.compile(r'\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.\[\]]+)')


@lru_cache(maxsize=4096)
def path_text(path: Path) -> str:
    """Return a path into a record as text: `visits[0].who`, and `notes["a key"].who` for a key that is no name."""
    return "".join(map(_part_text, path)).lstrip(".")


def _part_text(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    return f".{part}" if part.isidentifier() else f"[{json.dumps(part)}]"


@lru_cache(maxsize=4096)
def path_parts(text: str) -> Path:
    """Return the parts of a path that was written as text."""
    return tuple(int(index) if index else json.loads(key) if key else name for index, key, name in _PART.findall(text))


def value_at_path(record: Any, text: str) -> Any:
    """Return the value at a path of a record.

    Raises:
        LookupError: if the record has no such place.
    """
    for part in path_parts(text):
        record = record[part]
    return record


def with_value_at(record: Any, path: Path, value: Any) -> Any:
    """Return a record with another value at a path; everything off the path is shared with the original."""
    if not path:
        return value
    part, rest = path[0], path[1:]
    copy: Any = dict(record) if isinstance(record, Mapping) else list(record)
    copy[part] = with_value_at(record[part], rest, value)
    return copy


def field_values(fields: tuple[str, ...], data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the path and the value of each text in some fields of a record, each of which holds a text or a list."""
    for name in fields:
        value = value_at(data, name)
        if isinstance(value, str):
            yield name, value
        else:
            yield from ((f"{name}[{index}]", one) for index, one in enumerate(value or ()))
