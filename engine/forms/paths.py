"""Find the values of a record that its history must not hold in the clear: sensitive ones, and typed words.

The type of a form is compiled once to a function that walks its plain JSON content. The items of a list, the
values of a dictionary, the positions of a tuple and the fields of a nested form have paths of their own. The
items of a set and the keys of a dictionary have none that stays the same: there the whole set or dictionary
is one value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect

from .type_parts import (
    DICTS,
    RECORDS,
    SETS,
    UNTYPED,
    bare,
    holds_mark,
    is_code,
    is_sensitive,
    json_types,
    parts_of,
    type_info,
)

Path = tuple[str | int, ...]
"""The names and positions that lead to a value in a record."""


class WordPath(NamedTuple):
    """The path of a value in a record.

    Attributes:
        path: The path.
        sensitive: Whether the value, or something that holds it, is marked as sensitive.
    """

    path: Path
    sensitive: bool


def typed_word_paths(form: type[msgspec.Struct], data: Mapping[str, Any]) -> Iterator[WordPath]:
    """Yield the path of every text that a person typed in free words, within sensitive values too.

    Choices, days, numbers, and codes of a fixed format (marked `CODE`) are not words.

    Args:
        form: The form.
        data: Its plain JSON content.
    """
    return iter(_found(form, data, whole=False))


def stored_apart_paths(form: type[msgspec.Struct], data: Mapping[str, Any]) -> Iterator[WordPath]:
    """Yield the path of every sensitive value as a whole, and of all other words that a person typed.

    No path leads into the value of another one.

    Args:
        form: The form.
        data: Its plain JSON content.
    """
    return iter(_found(form, data, whole=True))


def sensitive_paths(form: type[msgspec.Struct], data: Mapping[str, Any]) -> Iterator[Path]:
    """Yield the paths of the sensitive values in a form's plain JSON content."""
    return (path for path, sensitive in _found(form, data, whole=True) if sensitive)


# --- walks -----------------------------------------------------------------------------------------

_Walk = Callable[[Any, Path, list[WordPath]], None]
_Part = tuple[Any, Path, _Walk]  # a name or position, the same as a path, and how to walk what is there


def _found(form: type[msgspec.Struct], data: Mapping[str, Any], *, whole: bool) -> list[WordPath]:
    found: list[WordPath] = []
    _form_walk(form, whole=whole)(data, (), found)
    return found


@cache
def _form_walk(form: type[msgspec.Struct], *, whole: bool) -> _Walk:
    walk = _Compiler(whole=whole).walk(type_info(form), sensitive=False)
    assert walk is not None  # a record always has one
    return walk


class _Compiler:
    """Compile a type to a function that appends the paths that it finds in a value.

    Attributes:
        whole: Whether a sensitive value has one path, instead of one for each of its texts.
    """

    def __init__(self, *, whole: bool) -> None:
        self.whole = whole
        self._walks: dict[tuple[type, bool], _Walk] = {}

    def walk(self, kind: inspect.Type, *, sensitive: bool) -> _Walk | None:
        """Return the function for a type; None if there is nothing to find."""
        if isinstance(kind, inspect.Metadata):
            if self.whole and is_sensitive(kind):
                return _leaf(sensitive=True)
            return None if is_code(kind) else self.walk(kind.type, sensitive=sensitive or is_sensitive(kind))
        if isinstance(kind, inspect.StrType):
            return _leaf(sensitive=sensitive)
        if isinstance(kind, UNTYPED):
            return _container(sensitive=sensitive)
        if isinstance(kind, inspect.UnionType):
            return self._union(kind.types, sensitive=sensitive)
        if isinstance(kind, RECORDS):
            return self._record(kind, sensitive=sensitive)
        return self._collection(kind, sensitive=sensitive)

    def _collection(self, kind: inspect.Type, *, sensitive: bool) -> _Walk | None:
        if isinstance(kind, inspect.ListType | inspect.VarTupleType):
            return _items(self.walk(kind.item_type, sensitive=sensitive))
        if isinstance(kind, inspect.TupleType):
            return _places([self.walk(item, sensitive=sensitive) for item in kind.item_types])
        if isinstance(kind, DICTS) and not self._is_found(kind.key_type):
            return _entries(self.walk(kind.value_type, sensitive=sensitive))
        if isinstance(kind, (*SETS, *DICTS)) and self._is_found(kind):
            return _container(sensitive=sensitive or holds_mark(kind))
        return None

    def _is_found(self, kind: inspect.Type) -> bool:
        """Return whether a type holds words or, if sensitive values are looked for, a sensitive value."""
        words = any(isinstance(part, (inspect.StrType, *UNTYPED)) for part in parts_of(kind))
        return words or (self.whole and holds_mark(kind))

    def _record(self, kind: Any, *, sensitive: bool) -> _Walk:
        if (kind.cls, sensitive) not in self._walks:
            parts: list[_Part] = []
            is_object = dict in json_types(kind)
            # Before the fields are looked at, because one may hold the same type again.
            self._walks[kind.cls, sensitive] = _members(parts) if is_object else _positions(parts)
            for index, field in enumerate(kind.fields, 0 if getattr(kind, "tag", None) is None else 1):
                name = field.encode_name if is_object else index
                if walk := self.walk(field.type, sensitive=sensitive):
                    parts.append((name, (name,), walk))
        return self._walks[kind.cls, sensitive]

    def _union(self, kinds: Sequence[inspect.Type], *, sensitive: bool) -> _Walk | None:
        walks = [(kind, walk) for kind in kinds if (walk := self.walk(kind, sensitive=sensitive))]
        if walks and len([kind for kind in kinds if not isinstance(kind, inspect.NoneType)]) == 1:
            return walks[0][1]
        return _alternatives([(_matches(kind), walk) for kind, walk in walks]) if walks else None


def _leaf(*, sensitive: bool) -> _Walk:
    def walk(value: Any, at: Path, found: list[WordPath]) -> None:
        if value is not None:
            found.append(made(WordPath, (at, sensitive)))

    made = tuple.__new__  # half the time of the class's own
    return walk


def _container(*, sensitive: bool) -> _Walk:
    """Walk a value that has one path as a whole, unless it is empty, a number, true or false."""

    def walk(value: Any, at: Path, found: list[WordPath]) -> None:
        if value and isinstance(value, str | list | dict):
            found.append(WordPath(at, sensitive))

    return walk


def _items(item: _Walk | None) -> _Walk | None:
    if item is None:
        return None

    def walk(value: Any, at: Path, found: list[WordPath]) -> None:
        for index, one in enumerate(value or ()):
            item(one, (*at, index), found)

    return walk


def _entries(entry: _Walk | None) -> _Walk | None:
    if entry is None:
        return None

    def walk(value: Any, at: Path, found: list[WordPath]) -> None:
        for key, one in (value or {}).items():
            entry(one, (*at, key), found)

    return walk


def _places(places: Iterable[_Walk | None]) -> _Walk | None:
    parts: list[_Part] = [(index, (index,), walk) for index, walk in enumerate(places) if walk]
    return _positions(parts) if parts else None


def _members(parts: Sequence[_Part]) -> _Walk:
    def walk(value: Any, at: Path, found: list[WordPath]) -> None:
        for name, here, inner in parts if value else ():
            if name in value:
                inner(value[name], at + here, found)

    return walk


def _positions(parts: Sequence[_Part]) -> _Walk:
    def walk(value: Any, at: Path, found: list[WordPath]) -> None:
        for index, here, inner in parts if value else ():
            if index < len(value):  # fields at their default are left out at the end
                inner(value[index], at + here, found)

    return walk


def _alternatives(walks: Sequence[tuple[Callable[[Any], bool], _Walk]]) -> _Walk:
    def walk(value: Any, at: Path, found: list[WordPath]) -> None:
        if inner := next((inner for matches, inner in walks if matches(value)), None):
            inner(value, at, found)

    return walk


def _matches(kind: inspect.Type) -> Callable[[Any], bool]:
    """Return a function that says whether a JSON value is of one type of a union, which are all told apart."""
    kind, types = bare(kind), json_types(kind)
    tag, field = getattr(kind, "tag", None), getattr(kind, "tag_field", None)
    if tag is None:
        return lambda value: type(value) in types
    if dict in types:
        return lambda value: type(value) is dict and value.get(field) == tag
    return lambda value: type(value) is list and value[:1] == [tag]
