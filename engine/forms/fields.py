"""Typed forms for what a step records, with their sensitive fields marked.

A form is a frozen `msgspec.Struct`. People see the title and description in a field's `Meta`. A field
marked `SENSITIVE` never appears in a log, a message, an error or a `repr`, and is stored apart from
the history.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache, reduce
from inspect import get_annotations
from operator import or_
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from ..errors.base import Fault
from .several_names import NameKind
from .type_parts import holds_mark, type_info

SENSITIVE = Meta(extra={"sensitive": True}, extra_json_schema={"x-sensitive": True})
"""Mark a field as sensitive: its content must not leave the record."""

CODE = Meta(extra={"code": True})
"""Mark a text as a code whose pattern leaves no room for words, such as a checksum."""

PART = "x-part"
"""The key of a field's JSON Schema that holds the kind of workflow part of which the field holds the name."""

FOR_PROGRAMS = Meta(extra_json_schema={"x-for-programs": True})
"""Mark a value that only programs read, such as an ID. JSON holds it; a page for people leaves it out."""

DECISION = Meta(extra_json_schema={"x-decision": True})
"""Mark a field that says what was decided, by which person or why: while a case is kept, it is not disposed of."""

TITLES = "x-titles"
"""The key of a field's JSON Schema that holds the titles of its choices."""

SHORT, LONG = 200, 20_000

ShortText = Annotated[str, Meta(min_length=1, max_length=SHORT)]
"""A line of text: a name, a title, a place."""

Text = Annotated[str, Meta(min_length=1, max_length=LONG)]
"""Text of any length up to several pages."""


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The base of all forms."""

    def contradictions(self) -> Iterator[Fault]:
        """Yield the contradictions between fields that are each well formed; forms may override it."""
        return iter(())

    def __repr__(self) -> str:
        open_fields = (f.name for f in fields_of(type(self)) if not f.contains_sensitive)
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in open_fields)
        return f"{type(self).__name__}({shown})"


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A description of a form's field.

    Attributes:
        name: The identifier.
        title: The words for people.
        description: An explanation for people.
        kind: The type, without annotations and without None.
        meta: The constraints.
        required: Whether a value is required.
        default: The value if none is given.
        sensitive: Whether the field itself is marked as sensitive.
        contains_sensitive: Whether the field, or a field within it, is sensitive.
        name_kind: The kind of name that the field, or each item of its list, holds; None if it holds no name.
        listed: Whether that name should be on the list of people, or on that of organisations.
        part: The kind of workflow part that the field names, such as `role`; empty if it names none.
        for_programs: Whether only programs read it.
        decision: Whether it says what was decided, by whom or why.
    """

    name: str
    title: str
    description: str
    kind: Any
    meta: tuple[Meta, ...]
    required: bool
    default: Any
    sensitive: bool
    contains_sensitive: bool
    name_kind: NameKind | None = None
    listed: bool = False
    part: str = ""
    for_programs: bool = False
    decision: bool = False

    @property
    def choices(self) -> tuple[str, ...]:
        """Return the possible values, if the type lists them."""
        return choices_of(self.kind)

    @property
    def choice_titles(self) -> dict[str, str]:
        """Return the titles of the possible values, by value, if the type lists them."""
        return choice_titles_of(self.kind, self.meta)

    @property
    def form(self) -> type[Form] | None:
        """Return the form that the field holds, if it holds one."""
        return self.kind if isinstance(self.kind, type) and issubclass(self.kind, Form) else None

    @property
    def item_type(self) -> Any:
        """Return the type of the items of a list; None for other fields."""
        return item_type_of(self.kind)


@cache
def fields_of(form: type[Form]) -> tuple[Field, ...]:
    """Return the fields of a form, in order."""
    hints = get_type_hints(form, include_extras=True)
    return tuple(_field(info, hints[info.name]) for info in msgspec.structs.fields(form))


def json_values(form: Form) -> dict[str, Any]:
    """Return a form's content as JSON values, without fields left at their default."""
    # Through JSON, so that the content is the same before it is stored and after it is loaded.
    content: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(form))
    return content


def json_schema(form: type[Form]) -> dict[str, Any]:
    """Return the form as JSON Schema (2020-12)."""
    return msgspec.json.schema(form)


def names_part(kind: str) -> Meta:
    """Return what says that a field holds the name of a part of a workflow: a role, a deadline or a level."""
    # In the schema for the same reason as a title: it decides nothing.
    return Meta(extra_json_schema={PART: kind})


def choices_of(kind: Any) -> tuple[str, ...]:
    """Return the values of a type that lists them; none for any other type."""
    if get_origin(kind) is Literal:
        return tuple(str(value) for value in get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(str(member.value) for member in kind)
    return ()


def choice_titles(**titles: str) -> Meta:
    """Return what titles the choices of a field, by value; the words of a value that is left out are its title."""
    # In the schema and not in the marks: a title decides nothing, so no fingerprint may hold it.
    return Meta(extra_json_schema={TITLES: titles})


def choice_titles_of(kind: Any, metas: tuple[Meta, ...] = ()) -> dict[str, str]:
    """Return the titles of the values of a type that lists them, by value; none for any other type."""
    bare, more, _ = unwrap(kind)
    declared: dict[str, str] = {}
    for meta in (*more, *metas):
        declared |= (meta.extra_json_schema or {}).get(TITLES, {})
    return {value: declared.get(value, value.replace("_", " ")) for value in choices_of(bare)}


def item_type_of(kind: Any) -> Any:
    """Return the type of the items of a list; None for any other type."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        return arguments[0] if arguments[1:] == (...,) else None
    return arguments[0] if origin in (list, set, frozenset) else None


def unwrap(kind: Any) -> tuple[Any, tuple[Meta, ...], bool]:
    """Return the bare type, its constraints and whether None is allowed."""
    metas: tuple[Meta, ...] = ()
    optional = False
    while True:
        if get_origin(kind) is Annotated:
            kind, *extras = get_args(kind)
            metas += tuple(extra for extra in extras if isinstance(extra, Meta))
        elif get_origin(kind) in (Union, types.UnionType) and type(None) in get_args(kind):
            kind = reduce(or_, (arg for arg in get_args(kind) if arg is not type(None)))
            optional = True
        else:
            return kind, metas, optional


# --- fields ----------------------------------------------------------------------------------------


def _field(info: msgspec.structs.FieldInfo, hint: Any) -> Field:
    kind, metas, _ = unwrap(hint)
    sensitive = is_marked_sensitive(metas)
    schemas = [meta.extra_json_schema or {} for meta in metas]
    return Field(
        name=info.name,
        # The outermost says it: what a field is called beats what its type is called.
        title=next((m.title for m in reversed(metas) if m.title), info.name.replace("_", " ")),
        description=next((m.description for m in reversed(metas) if m.description), ""),
        kind=kind,
        meta=metas,
        required=info.required,
        default=None if info.required else info.default,
        sensitive=sensitive,
        contains_sensitive=sensitive or _contains_sensitive(kind),
        name_kind=_name_kind((*metas, *_item_metas(kind))),
        listed=_is_marked((*metas, *_item_metas(kind)), "listed"),
        part=next((str(schema[PART]) for schema in schemas if PART in schema), ""),
        for_programs=any("x-for-programs" in schema for schema in schemas),
        decision=any("x-decision" in schema for schema in schemas),
    )


def _item_metas(kind: Any) -> tuple[Meta, ...]:
    item = item_type_of(kind)
    return () if item is None else unwrap(item)[1]


def _name_kind(metas: tuple[Meta, ...]) -> NameKind | None:
    marks = (meta.extra.get("one_name") for meta in metas if meta.extra is not None)
    return next((NameKind(mark) for mark in marks if mark is not None), None)


def _is_marked(metas: tuple[Meta, ...], mark: str) -> bool:
    return any(meta.extra is not None and meta.extra.get(mark, False) for meta in metas)


def is_marked_sensitive(metas: tuple[Meta, ...]) -> bool:
    """Return whether a field's constraints mark it as sensitive."""
    return _is_marked(metas, "sensitive")


def _contains_sensitive(kind: Any) -> bool:
    kind, metas, _ = unwrap(kind)
    if is_marked_sensitive(metas):
        return True
    if kind in _PLAIN or choices_of(kind):
        return False
    # Reading a whole type takes milliseconds, so it is left to those that are classes or aliases.
    parts = get_args(kind)
    return any(_contains_sensitive(part) for part in parts) if parts else holds_mark(type_info(kind))


_PLAIN = (str, int, float, bool, date, datetime, type(None), ...)


def has_field(form: type[Form], path: str) -> bool:
    """Return whether a form has a field at a dotted path."""
    name, _, rest = path.partition(".")
    if name not in form.__struct_fields__:
        return False
    kind = _kind_of(form, name)[0] if rest else None
    return not rest or (isinstance(kind, type) and issubclass(kind, Form) and has_field(kind, rest))


def is_sensitive_at(form: type[Form], path: str) -> bool:
    """Return whether the field at a dotted path of a form, which has it, is or contains anything sensitive."""
    name, _, rest = path.partition(".")
    kind, metas = _kind_of(form, name)
    return is_marked_sensitive(metas) or (is_sensitive_at(kind, rest) if rest else _contains_sensitive(kind))


@cache
def _kind_of(form: type[Form], name: str) -> tuple[Any, tuple[Meta, ...]]:
    """Return the bare type of one field and its constraints.

    This takes a tenth of the time that the description of all fields takes, and happens at each start.
    """
    owner = next(one for one in form.__mro__ if name in get_annotations(one))
    alone = type(name, (), {"__annotations__": {name: owner.__annotations__[name]}, "__module__": owner.__module__})
    return unwrap(get_type_hints(alone, include_extras=True)[name])[:2]


def value_at(record: Mapping[str, Any], path: str) -> Any:
    """Return the value at a dotted path of a record; None if there is no value."""
    value: Any = record
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
