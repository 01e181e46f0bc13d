"""What a step records: typed forms, their reading, and what in them is sensitive.

A form is a frozen `msgspec.Struct`. A field's `Meta(title=…, description=…)` is what people are
shown; `SENSITIVE` beside it marks what belongs to a family's privacy: it never appears in a log, a
message, an error or a `repr`, and is stored apart from the history.
"""

from __future__ import annotations

import types
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from .errors import Fault, InvalidForm, one_of

SENSITIVE = Meta(extra={"sensitive": True}, extra_json_schema={"x-sensitive": True})
"""Marks a field whose content must not leave the record."""

SHORT, LONG = 200, 20_000
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
LINE_BREAKS = "\n\r\t"
DEEPEST = 20

Words = Annotated[str, Meta(min_length=1, max_length=SHORT)]
"""A line of text: a name, a title, a place."""

Text = Annotated[str, Meta(min_length=1, max_length=LONG)]
"""Text of a page or several."""


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The base of all forms. A form may say more than its types can, by `contradictions`."""

    def contradictions(self) -> Iterator[Fault]:
        """What contradicts itself in a form whose fields are each well formed."""
        return iter(())

    def __repr__(self) -> str:
        open_fields = (f.name for f in fields_of(type(self)) if not f.holds_sensitive)
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in open_fields)
        return f"{type(self).__name__}({shown})"


F = TypeVar("F", bound=Form)


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
        holds_sensitive: Whether it, or something within it, is.
    """

    name: str
    title: str
    description: str
    kind: Any
    meta: tuple[Meta, ...]
    required: bool
    default: Any
    sensitive: bool
    holds_sensitive: bool

    @property
    def choices(self) -> tuple[str, ...]:
        """The values that it can have, where they are a list."""
        return choices_of(self.kind)

    @property
    def form(self) -> type[Form] | None:
        """The form that it holds, where it holds one."""
        return self.kind if isinstance(self.kind, type) and issubclass(self.kind, Form) else None

    @property
    def item(self) -> Any:
        """The type of its items, where it holds several; None otherwise."""
        return get_args(self.kind)[0] if get_origin(self.kind) is tuple else None


@cache
def fields_of(form: type[Form]) -> tuple[Field, ...]:
    """The fields of a form, in order."""
    hints = get_type_hints(form, include_extras=True)
    return tuple(_field(info, hints[info.name]) for info in msgspec.structs.fields(form))


def read(form: type[F], data: Mapping[str, Any], *, of: str) -> F:
    """The form filled in from plain data.

    Args:
        form: The form.
        data: What was given: names and JSON values.
        of: What the form belongs to, for the error.

    Raises:
        InvalidForm: with every fault there is, not only the first.
    """
    faults = list(_unwritable(data, ""))
    if not faults:
        try:
            filled = msgspec.convert(data, form)
        except msgspec.ValidationError:
            faults = list(_faults(form, (), data, "", sensitive=False))
        else:
            faults = list(_contradictions(filled, ""))
            if not faults:
                return filled
    # Neither chained nor given a cause: the library's own error may quote what was typed.
    raise InvalidForm(form=of, faults=tuple(faults)) from None


def plain(form: Form) -> dict[str, Any]:
    """A form's content as JSON values; what was left empty is left out."""
    # Through JSON, so that it is the same before it is kept and after it was read back.
    content: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(form))
    return content


def faults_in(field: Field, value: Any) -> tuple[Fault, ...]:
    """What is wrong with one field's value, for asking field by field."""
    faults = tuple(_unwritable(value, field.name))
    return faults or tuple(_faults(field.kind, field.meta, value, field.name, sensitive=field.sensitive))


def json_schema(form: type[Form]) -> dict[str, Any]:
    """The form as JSON Schema (2020-12)."""
    return msgspec.json.schema(form)


def sensitive_paths(form: type[Form], data: Mapping[str, Any]) -> Iterator[tuple[str | int, ...]]:
    """The paths, in a form's plain content, at which something sensitive stands."""
    for field in fields_of(form):
        if field.name in data:
            yield from _sensitive(field.kind, data[field.name], (field.name,), marked=field.sensitive)


def choices_of(kind: Any) -> tuple[str, ...]:
    """The values of a type that is a list of words; none for any other type."""
    if get_origin(kind) is Literal:
        return tuple(str(value) for value in get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(str(member.value) for member in kind)
    return ()


def unwrapped(kind: Any) -> tuple[Any, tuple[Meta, ...], bool]:
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
    kind, metas, _ = unwrapped(hint)
    sensitive = _is_marked(metas)
    return Field(
        name=info.name,
        title=next((m.title for m in metas if m.title), info.name.replace("_", " ")),
        description=next((m.description for m in metas if m.description), ""),
        kind=kind,
        meta=metas,
        required=info.required,
        default=None if info.required else info.default,
        sensitive=sensitive,
        holds_sensitive=sensitive or _holds_sensitive(kind),
    )


def _is_marked(metas: tuple[Meta, ...]) -> bool:
    return any(meta.extra is not None and meta.extra.get("sensitive", False) for meta in metas)


def _holds_sensitive(kind: Any) -> bool:
    kind, metas, _ = unwrapped(kind)
    if _is_marked(metas):
        return True
    if get_origin(kind) is tuple:
        return _holds_sensitive(get_args(kind)[0])
    if isinstance(kind, type) and issubclass(kind, Form):
        return any(field.holds_sensitive for field in fields_of(kind))
    return False


def _sensitive(
    kind: Any, value: Any, at: tuple[str | int, ...], *, marked: bool = False
) -> Iterator[tuple[str | int, ...]]:
    kind, metas, _ = unwrapped(kind)
    if value is None:
        return
    if marked or _is_marked(metas):
        yield at
    elif get_origin(kind) is tuple:
        for index, item in enumerate(value):
            yield from _sensitive(get_args(kind)[0], item, (*at, index))
    elif isinstance(kind, type) and issubclass(kind, Form):
        for path in sensitive_paths(kind, value):
            yield (*at, *path)


# --- faults ----------------------------------------------------------------------------------------


def _unwritable(value: Any, path: str, depth: int = 0) -> Iterator[Fault]:
    """Characters that no database keeps, or that would let a text act upon a terminal."""
    if depth > DEEPEST:  # no form is that deep, and Python's stack ends somewhere
        yield Fault(path=path, expected=f"at most {DEEPEST} parts within one another", found="more")
    elif isinstance(value, str):
        if any(unicodedata.category(c) in ("Cc", "Cs") and c not in LINE_BREAKS for c in value):
            yield Fault(path=path or "the form", expected="text without control characters", found="some")
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if isinstance(name, str) and not name.isprintable():
                yield Fault(path=path or "the form", expected="printable field names", found="others")
            else:
                yield from _unwritable(item, _join(path, name), depth + 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for index, item in enumerate(value):
            yield from _unwritable(item, f"{path}[{index}]", depth + 1)


def _faults(kind: Any, metas: tuple[Meta, ...], value: Any, path: str, *, sensitive: bool) -> Iterator[Fault]:
    kind, more, optional = unwrapped(kind)
    metas += more
    sensitive = sensitive or _is_marked(metas)
    if value is None and optional:
        return
    if isinstance(kind, type) and issubclass(kind, Form):
        yield from _form_faults(kind, value, path, sensitive=sensitive)
    elif get_origin(kind) is tuple:
        yield from _list_faults(kind, metas, value, path, sensitive=sensitive)
    else:
        whole = Annotated[kind, *metas] if metas else kind
        try:
            msgspec.convert(value, whole)
        except msgspec.ValidationError:
            yield Fault(path=path, expected=_expected(kind, metas), found=_found(value, kind, sensitive=sensitive))


def _form_faults(form: type[Form], value: Any, path: str, *, sensitive: bool) -> Iterator[Fault]:
    if not isinstance(value, Mapping):
        names = ", ".join(field.name for field in fields_of(form))
        yield Fault(
            path=path or "the form", expected=f"an object with {names}", found=_found(value, form, sensitive=sensitive)
        )
        return
    known = {field.name: field for field in fields_of(form)}
    for name, hint in get_type_hints(form, include_extras=True).items():
        at = _join(path, name)
        if name in value:
            yield from _faults(hint, (), value[name], at, sensitive=sensitive)
        elif known[name].required:
            yield Fault(path=at, expected=describe(hint), found="nothing")
    for name in value:
        if name not in known:
            at = _join(path, str(name)[:SHORT])
            yield Fault(path=at, expected=f"no such field; the fields are {', '.join(known)}", found="one")


def _list_faults(kind: Any, metas: tuple[Meta, ...], value: Any, path: str, *, sensitive: bool) -> Iterator[Fault]:
    if not isinstance(value, list | tuple):
        yield Fault(path=path, expected=_expected(kind, metas), found=_found(value, kind, sensitive=sensitive))
        return
    least = max((meta.min_length or 0 for meta in metas), default=0)
    most = min((meta.max_length for meta in metas if meta.max_length is not None), default=None)
    if len(value) < least or (most is not None and len(value) > most):
        yield Fault(path=path, expected=_expected(kind, metas), found=_found(value, kind, sensitive=sensitive))
    for index, item in enumerate(value):
        yield from _faults(get_args(kind)[0], (), item, f"{path}[{index}]", sensitive=sensitive)


def _contradictions(form: Form, path: str) -> Iterator[Fault]:
    for fault in form.contradictions():
        yield Fault(path=_join(path, fault.path), expected=fault.expected, found=fault.found)
    for field in fields_of(type(form)):
        value = getattr(form, field.name)
        at = _join(path, field.name)
        if isinstance(value, Form):
            yield from _contradictions(value, at)
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                yield from _blank_or_far(item, f"{at}[{index}]")
                if isinstance(item, Form):
                    yield from _contradictions(item, f"{at}[{index}]")
        else:
            yield from _blank_or_far(value, at)


def _blank_or_far(value: Any, path: str) -> Iterator[Fault]:
    if isinstance(value, str) and not isinstance(value, Enum) and not value.strip():
        yield Fault(path=path, expected="some text", found="blanks only")
    # By years: an instant does not compare with a day.
    if isinstance(value, date) and not EARLIEST.year <= value.year <= LATEST.year:
        yield Fault(path=path, expected=f"a day between {EARLIEST} and {LATEST}", found="one outside")


def _join(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)


# --- words for types and values ---------------------------------------------------------------------


def describe(hint: Any) -> str:
    """What a field of this type has to be, in words for people."""
    kind, metas, _ = unwrapped(hint)
    return _expected(kind, metas)


def _expected(kind: Any, metas: tuple[Meta, ...]) -> str:
    if choices := choices_of(kind):
        return one_of(choices)
    if get_origin(kind) is tuple:
        least = max((meta.min_length or 0 for meta in metas), default=0)
        item = describe(get_args(kind)[0])
        return f"a list, each item {item}" if not least else f"a list of at least {least}, each item {item}"
    if isinstance(kind, type) and issubclass(kind, Form):
        return f"an object with {', '.join(field.name for field in fields_of(kind))}"
    if kind is str and (example := next((str(m.examples[0]) for m in metas if m.examples), None)):
        return f"something like {example}"
    if kind is str:
        return next((f"text of 1 to {m.max_length:,} characters" for m in metas if m.max_length), "text")
    simple = {
        bool: "true or false",
        int: "a whole number",
        date: "a day as YYYY-MM-DD",
        datetime: "an instant with its zone",
    }
    words = simple.get(kind, getattr(kind, "__name__", str(kind)))
    lowest = next((m.ge for m in metas if m.ge is not None), None)
    return words if lowest is None else f"{words} from {lowest}"


def _found(value: Any, kind: Any, *, sensitive: bool) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false" if sensitive else str(value).lower()
        case str() if not value:
            return "empty text"
        # A misspelt choice or day is worth quoting; free text never is.
        case str() if not sensitive and len(value) <= 40 and (choices_of(kind) or kind in (date, int, bool)):
            return repr(value)
        case str():
            return f"text of {len(value):,} characters"
        case list() | tuple():
            return "an empty list" if not value else f"a list of {len(value)}"
        case Mapping():
            return "an object"
        case int() | float():
            return "a number"
        case _:
            return "something else"
