"""A frozen value with some of its fields changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

V = TypeVar("V")

Setters = Mapping[str, Callable[[Any, Any], None]]


def copy_with(value: V, **changes: Any) -> V:
    """As `dataclasses.replace`, at half its cost, for the values of which each step makes several.

    It fills in the slots of a fresh value, where `replace` calls the constructor with a name for every field. So it
    is for values with slots that check nothing when they are made.
    """
    kind: Any = type(value)
    present, setters = _slots(kind)
    fresh: V = object.__new__(kind)
    for setter, part in zip(setters.values(), present(value), strict=True):
        setter(fresh, part)
    for name, part in changes.items():
        setters[name](fresh, part)
    return fresh


@cache
def _slots(kind: Any) -> tuple[Callable[[Any], tuple[Any, ...]], Setters]:
    names = [field.name for field in fields(kind)]
    return attrgetter(*names), {name: getattr(kind, name).__set__ for name in names}
