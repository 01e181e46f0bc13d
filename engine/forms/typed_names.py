"""Find the names of people and organisations in a record, by the marks on its form's fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from .fields import Field, Form, fields_of
from .path_text import Path
from .several_names import NameKind


@dataclass(frozen=True, kw_only=True, slots=True)
class TypedName:
    """A name that a person typed.

    Attributes:
        path: Its path in the record.
        title: The title of its field.
        name: The name.
        kind: The kind of name.
        listed: Whether it should be on the list of people, or on that of organisations.
    """

    path: Path
    title: str
    name: str
    kind: NameKind
    listed: bool


def typed_names(form: type[Form], data: Any) -> Iterator[TypedName]:
    """Yield the names in a record of a form, except sensitive ones. The record need not be well formed."""
    return _names_in(form, data, ())


class _NameField(NamedTuple):
    field: Field
    form: type[Form] | None


@cache
def _name_fields(form: type[Form]) -> tuple[_NameField, ...]:
    """Return the fields of a form that are names, or hold a form with names."""
    found = (_NameField(field, _form_within(field)) for field in fields_of(form) if not field.sensitive)
    return tuple(one for one in found if one.field.name_kind is not None or (one.form and _name_fields(one.form)))


def _form_within(field: Field) -> type[Form] | None:
    kind = field.form or field.item_type
    return kind if isinstance(kind, type) and issubclass(kind, Form) else None


def _names_in(form: type[Form], data: Any, at: Path) -> Iterator[TypedName]:
    if not isinstance(data, Mapping):
        return
    for field, inner in _name_fields(form):
        for path, value in _items(data.get(field.name), (*at, field.name)):
            if inner is not None:
                yield from _names_in(inner, value, path)
            elif isinstance(value, str) and field.name_kind is not None:
                yield TypedName(path=path, title=field.title, name=value, kind=field.name_kind, listed=field.listed)


def _items(value: Any, at: Path) -> Iterator[tuple[Path, Any]]:
    """Yield a value, or the items of a list, each with its path."""
    if isinstance(value, list | tuple):
        yield from (((*at, index), item) for index, item in enumerate(value))
    else:
        yield at, value
