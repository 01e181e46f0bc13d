"""Copy a value with some fields changed, as every step does several times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")


def with_changes(value: T, **changes: Any) -> T:
    """Return a copy of a frozen dataclass with some fields changed.

    `dataclasses.replace` does the same and is checked by mypy, but takes four times as long: 27 µs in place of 6 for a
    case. Its fields are all given to the constructor.

    Raises:
        TypeError: if there is no such field.
    """
    kind: Any = type(value)
    names, values = _reader(kind)
    made: T = kind(**{**dict(zip(names, values(value), strict=True)), **changes})
    return made


@cache
def _reader(kind: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    names = tuple(field.name for field in fields(kind))
    return names, attrgetter(*names)
