"""Parse plain data into forms, and report all faults at once without quoting sensitive values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, TypeVar, get_type_hints

import msgspec
from msgspec import Meta

from ..errors.bad_input import InvalidForm
from ..errors.base import Fault, one_of, title_and_exact_code
from .field_titles import with_titles
from .fields import (
    SHORT,
    Field,
    Form,
    Text,
    choice_titles_of,
    choices_of,
    fields_of,
    is_marked_sensitive,
    item_type_of,
    json_values,
    unwrap,
)
from .several_names import one_name_faults

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
# Unicode categories Cc and Cs, except line feeds, carriage returns and tabs.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
MAX_DEPTH = 20

F = TypeVar("F", bound=Form)


def parse(form: type[F], data: Mapping[str, Any], *, subject: str, title: str = "") -> F:
    """Return the form with its fields set from plain data.

    Args:
        form: The form.
        data: Field names and JSON values.
        subject: The step, or the thing, to which the form belongs, for the error.
        title: The step in words, for the error; empty if the form belongs to another thing.

    Raises:
        InvalidForm: if the data does not match the form, with every fault.
    """
    faults = list(_control_character_faults(data, ""))
    if not faults:
        try:
            filled = msgspec.convert(data, form)
        except msgspec.ValidationError:
            faults = list(_type_faults(form, (), data, "", sensitive=False))
        else:
            faults = list(_contradictions(filled, ""))
            if not faults:
                return filled
    # Not chained: the library's own error may quote a sensitive value.
    raise InvalidForm(form=subject, faults=with_titles(form, faults), title=title) from None


def parse_partial(form: type[Form], data: Mapping[str, Any], *, subject: str, title: str = "") -> dict[str, Any]:
    """Return the known fields of a form as plain JSON values; any field may be missing.

    If the form has required fields and none of them is missing, it is parsed as a whole.

    Args:
        form: The form.
        data: The known values; None stands for an unknown one.
        subject: The step, or the thing, to which the form belongs, for the error.
        title: The step in words, for the error; empty if the form belongs to another thing.

    Raises:
        InvalidForm: if the data does not match the form, with every fault.
    """
    known = {name: value for name, value in data.items() if value is not None}
    required = {field.name for field in fields_of(form) if field.required}
    missing = required - known.keys()
    # A form without required fields may contradict itself only because values are unknown.
    if required and not missing:
        return json_values(parse(form, known, subject=subject, title=title))
    faults = list(_control_character_faults(known, ""))
    faults = faults or [fault for fault in _form_faults(form, known, "", sensitive=False) if fault.path not in missing]
    if faults:
        raise InvalidForm(form=subject, faults=with_titles(form, faults), title=title)
    hints = get_type_hints(form, include_extras=True)
    filled = {name: msgspec.convert(value, hints[name]) for name, value in known.items()}
    if faults := [*_partial_contradictions(form, filled)]:
        raise InvalidForm(form=subject, faults=with_titles(form, faults), title=title)
    # Values equal to the default are left out, as they are from a complete form.
    defaults = {field.name: field.default for field in fields_of(form) if not field.required}
    stated = {name: value for name, value in filled.items() if name not in defaults or value != defaults[name]}
    content: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(stated))
    return content


def _partial_contradictions(form: type[Form], filled: Mapping[str, Any]) -> Iterator[Fault]:
    for field in fields_of(form):
        if field.name in filled:
            yield from _contradictions_in(filled[field.name], field.name)
            yield from _name_faults(field, filled[field.name], field.name)


def field_faults(field: Field, value: Any) -> tuple[Fault, ...]:
    """Return the faults of one field's value, for input field by field."""
    faults = tuple(_control_character_faults(value, field.name))
    return faults or tuple(_type_faults(field.kind, field.meta, value, field.name, sensitive=field.sensitive))


# --- faults ----------------------------------------------------------------------------------------


def _control_character_faults(value: Any, path: str, depth: int = 0) -> Iterator[Fault]:
    """Yield faults for characters that a database rejects or a terminal would obey."""
    if depth > MAX_DEPTH:  # no form is that deep, and Python's stack is limited
        yield Fault(path=path, expected=f"at most {MAX_DEPTH} parts within one another", found="more")
    elif isinstance(value, str):
        if CONTROL.search(value):
            yield Fault(path=path or "the form", expected="text without control characters", found="some")
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if isinstance(name, str) and not name.isprintable():
                yield Fault(path=path or "the form", expected="printable field names", found="others")
            else:
                yield from _control_character_faults(item, _join(path, name), depth + 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for index, item in enumerate(value):
            yield from _control_character_faults(item, f"{path}[{index}]", depth + 1)


def _type_faults(kind: Any, metas: tuple[Meta, ...], value: Any, path: str, *, sensitive: bool) -> Iterator[Fault]:
    kind, more, optional = unwrap(kind)
    metas += more
    sensitive = sensitive or is_marked_sensitive(metas)
    if value is None and optional:
        return
    if isinstance(kind, type) and issubclass(kind, Form):
        yield from _form_faults(kind, value, path, sensitive=sensitive)
    elif item_type_of(kind) is not None:
        yield from _list_faults(kind, metas, value, path, sensitive=sensitive)
    else:
        whole = Annotated[kind, *metas] if metas else kind
        try:
            msgspec.convert(value, whole)
        except msgspec.ValidationError:
            yield Fault(path=path, expected=_expected(kind, metas), found=_found(value, kind, sensitive=sensitive))


def _form_faults(form: type[Form], value: Any, path: str, *, sensitive: bool) -> Iterator[Fault]:
    if not isinstance(value, Mapping):
        yield Fault(path=path or "the form", expected=describe(form), found=_found(value, form, sensitive=sensitive))
        return
    known = {field.name: field for field in fields_of(form)}
    for name, hint in get_type_hints(form, include_extras=True).items():
        at = _join(path, name)
        if name in value:
            yield from _type_faults(hint, (), value[name], at, sensitive=sensitive)
        elif known[name].required:
            yield Fault(path=at, expected=describe(hint), found="nothing")
    for name in value:
        if name not in known:
            at = _join(path, str(name)[:SHORT])
            yield Fault(path=at, expected=f"one of the fields {_fields_in_words(form)}", found="another name")


def _list_faults(kind: Any, metas: tuple[Meta, ...], value: Any, path: str, *, sensitive: bool) -> Iterator[Fault]:
    if not isinstance(value, list | tuple):
        yield Fault(path=path, expected=_expected(kind, metas), found=_found(value, kind, sensitive=sensitive))
        return
    least = max((meta.min_length or 0 for meta in metas), default=0)
    most = min((meta.max_length for meta in metas if meta.max_length is not None), default=None)
    if len(value) < least or (most is not None and len(value) > most):
        yield Fault(path=path, expected=_expected(kind, metas), found=_found(value, kind, sensitive=sensitive))
    for index, item in enumerate(value):
        yield from _type_faults(item_type_of(kind), (), item, f"{path}[{index}]", sensitive=sensitive)


def _contradictions(form: Form, path: str) -> Iterator[Fault]:
    for fault in form.contradictions():
        yield Fault(path=_join(path, fault.path), expected=fault.expected, found=fault.found)
    for field in fields_of(type(form)):
        at = _join(path, field.name)
        yield from _contradictions_in(getattr(form, field.name), at)
        yield from _name_faults(field, getattr(form, field.name), at)


def _name_faults(field: Field, value: Any, at: str) -> Iterator[Fault]:
    """Yield a fault for each name of a field, or of a list, that is several names."""
    if field.name_kind is None or value is None:
        return
    if isinstance(value, str):
        yield from one_name_faults(value, field.name_kind, at)
    else:
        for index, name in enumerate(value):
            yield from one_name_faults(name, field.name_kind, f"{at}[{index}]")


def _contradictions_in(value: Any, at: str) -> Iterator[Fault]:
    if isinstance(value, Form):
        yield from _contradictions(value, at)
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from _blank_or_out_of_range(item, f"{at}[{index}]")
            if isinstance(item, Form):
                yield from _contradictions(item, f"{at}[{index}]")
    else:
        yield from _blank_or_out_of_range(value, at)


def _blank_or_out_of_range(value: Any, path: str) -> Iterator[Fault]:
    if isinstance(value, str) and not isinstance(value, Enum) and not value.strip():
        yield Fault(path=path, expected="some text", found="blanks only")
    # Compared by year, because an instant cannot be compared with a day.
    if isinstance(value, date) and not EARLIEST.year <= value.year <= LATEST.year:
        yield Fault(path=path, expected=f"a day between {EARLIEST} and {LATEST}", found="one outside")


def _join(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)


# --- words for types and values ---------------------------------------------------------------------


def describe(hint: Any) -> str:
    """Describe the values that a field of this type accepts, for people."""
    kind, metas, _ = unwrap(hint)
    return _expected(kind, metas)


def _expected(kind: Any, metas: tuple[Meta, ...]) -> str:
    if titles := choice_titles_of(kind, metas):
        return one_of(tuple(title_and_exact_code(title, value) for value, title in titles.items()))
    if (item_type := item_type_of(kind)) is not None:
        least = max((meta.min_length or 0 for meta in metas), default=0)
        item = describe(item_type)
        return f"a list, each item {item}" if not least else f"a list of at least {least}, each item {item}"
    if isinstance(kind, type) and issubclass(kind, Form):
        return f"an object with {_fields_in_words(kind)}"
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


def _fields_in_words(form: type[Form]) -> str:
    return "; ".join(title_and_exact_code(field.title, field.name) for field in fields_of(form))


def _found(value: Any, kind: Any, *, sensitive: bool) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false" if sensitive else str(value).lower()
        case str() if not value:
            return "empty text"
        # A misspelt choice or day is quoted; free text never is.
        case str() if not sensitive and len(value) <= 40 and (choices_of(kind) or kind in (date, int, bool)):
            return repr(value)
        case str():
            return f"text of {len(value):,} character{'' if len(value) == 1 else 's'}"
        case list() | tuple():
            return "an empty list" if not value else f"a list of {len(value)}"
        case Mapping():
            return "an object"
        case int() | float():
            return "a number"
        case _:
            return "something else"


class _ReasonsForm(Form, frozen=True, kw_only=True):
    reasons: Annotated[Text, Meta(title="Why")]


def checked_reasons(reasons: str, *, subject: str) -> str:
    """Return the reasons.

    Args:
        reasons: The reasons.
        subject: The action that they explain, for the error.

    Raises:
        InvalidForm: if the reasons are empty.
    """
    return parse(_ReasonsForm, {"reasons": reasons}, subject=subject).reasons
