"""What a step records: typed forms, and what in them is sensitive. `reading` fills them in.

A form is a frozen `msgspec.Struct`. A field's `Meta(title=…, description=…)` is what people are
shown; `SENSITIVE` beside it marks what belongs to a family's privacy: it never appears in a log, a
message, an error or a `repr`, and is stored apart from the history.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from ..errors.base import Fault

SENSITIVE = Meta(extra={"sensitive": True}, extra_json_schema={"x-sensitive": True})
"""Marks a field whose content must not leave the record."""

SHORT, LONG = 200, 20_000

ShortText = Annotated[str, Meta(min_length=1, max_length=SHORT)]
"""A line of text: a name, a title, a place."""

Text = Annotated[str, Meta(min_length=1, max_length=LONG)]
"""Text of a page or several."""


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The base of all forms. A form may say more than its types can, by `contradictions`."""

    def contradictions(self) -> Iterator[Fault]:
        """What contradicts itself in a form whose fields are each well formed."""
        return iter(())

    def __repr__(self) -> str:
        open_fields = (f.name for f in fields_of(type(self)) if not f.contains_sensitive)
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in open_fields)
        return f"{type(self).__name__}({shown})"


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A field of a form, as a person who fills it in has to know it.

    Attributes:
        name: The identifier.
        title: The words for people.
        description: What to put there.
        kind: Its type, without annotations and without None.
        meta: Its constraints.
        required: Whether it has to be given.
        default: What holds where it is not given.
        sensitive: Whether it is marked so itself.
        contains_sensitive: Whether it, or something within it, is.
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

    @property
    def choices(self) -> tuple[str, ...]:
        """The values that it can have, where they are a list."""
        return choices_of(self.kind)

    @property
    def form(self) -> type[Form] | None:
        """The form that it holds, where it holds one."""
        return self.kind if isinstance(self.kind, type) and issubclass(self.kind, Form) else None

    @property
    def item_type(self) -> Any:
        """The type of its items, where it holds several; None otherwise."""
        return get_args(self.kind)[0] if get_origin(self.kind) is tuple else None


@cache
def fields_of(form: type[Form]) -> tuple[Field, ...]:
    """The fields of a form, in order."""
    hints = get_type_hints(form, include_extras=True)
    return tuple(_field(info, hints[info.name]) for info in msgspec.structs.fields(form))


def json_values(form: Form) -> dict[str, Any]:
    """A form's content as JSON values; what was left empty is left out."""
    # Through JSON, so that it is the same before it is kept and after it was read back.
    content: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(form))
    return content


def json_schema(form: type[Form]) -> dict[str, Any]:
    """The form as JSON Schema (2020-12)."""
    return msgspec.json.schema(form)


def sensitive_paths(form: type[Form], data: Mapping[str, Any]) -> Iterator[tuple[str | int, ...]]:
    """The paths, in a form's plain content, at which something sensitive stands."""
    for field in fields_of(form):
        if field.contains_sensitive and field.name in data:
            yield from _sensitive_paths(field.kind, data[field.name], (field.name,), marked=field.sensitive)


def choices_of(kind: Any) -> tuple[str, ...]:
    """The values of a type that is a list of words; none for any other type."""
    if get_origin(kind) is Literal:
        return tuple(str(value) for value in get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(str(member.value) for member in kind)
    return ()


def unwrap(kind: Any) -> tuple[Any, tuple[Meta, ...], bool]:
    """A type without its annotations: the bare type, its constraints, whether None is allowed."""
    metas: tuple[Meta, ...] = ()
    optional = False
    while True:
        if get_origin(kind) is Annotated:
            kind, *extras = get_args(kind)
            metas += tuple(extra for extra in extras if isinstance(extra, Meta))
        elif get_origin(kind) in (Union, types.UnionType) and type(None) in get_args(kind):
            (kind,) = (arg for arg in get_args(kind) if arg is not type(None))
            optional = True
        else:
            return kind, metas, optional


# --- fields ----------------------------------------------------------------------------------------


def _field(info: msgspec.structs.FieldInfo, hint: Any) -> Field:
    kind, metas, _ = unwrap(hint)
    sensitive = is_marked_sensitive(metas)
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
    )


def is_marked_sensitive(metas: tuple[Meta, ...]) -> bool:
    """Whether a field's constraints mark it as sensitive."""
    return any(meta.extra is not None and meta.extra.get("sensitive", False) for meta in metas)


def _contains_sensitive(kind: Any) -> bool:
    kind, metas, _ = unwrap(kind)
    if is_marked_sensitive(metas):
        return True
    if get_origin(kind) is tuple:
        return _contains_sensitive(get_args(kind)[0])
    if isinstance(kind, type) and issubclass(kind, Form):
        return any(field.contains_sensitive for field in fields_of(kind))
    return False


def _sensitive_paths(
    kind: Any, value: Any, at: tuple[str | int, ...], *, marked: bool = False
) -> Iterator[tuple[str | int, ...]]:
    kind, metas, _ = unwrap(kind)
    if value is None:
        return
    if marked or is_marked_sensitive(metas):
        yield at
    elif get_origin(kind) is tuple:
        for index, item in enumerate(value):
            yield from _sensitive_paths(get_args(kind)[0], item, (*at, index))
    else:
        # What holds something sensitive, and is neither marked nor a list, is a form.
        for path in sensitive_paths(kind, value):
            yield (*at, *path)


def value_at(record: Mapping[str, Any], path: str) -> Any:
    """What a record holds at a dotted path; None where it holds nothing."""
    value: Any = record
    for part in path.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
