"""Say what a workflow decides, as plain content that can be stored, hashed and compared.

Of the declaration it holds what decides: states, steps, targets, roles, guards, deadlines, terms, levels, and the
fields of forms with their types. Titles, help and citations may change under a version. So may code; the author of a
guard says that it decides otherwise by raising its `revision`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache, lru_cache
from typing import Any

import msgspec
from msgspec import inspect

from ..errors.base import title_and_code
from ..forms.fields import Form, fields_of
from ..forms.type_parts import RECORDS, type_info
from .guards import Guard
from .workflow import Workflow

WORDS = frozenset({"title", "inverse_title", "purpose", "meaning", "citation"})
"""The attributes that people read, and that decide nothing."""

ATOMS = frozenset({str, int, bool, type(None)})
"""The types of values that stand for themselves."""

PLURALS = {"deadlines": "deadline", "fields": "field", "guards": "guard", "roles": "role", "states": "state"}
PLURALS |= {"steps": "step", "warnings": "warning"}

CONTENTS = 64
"""The contents that are remembered: an office has a dozen workflows, in a few versions each."""

Place = tuple[str, ...]
"""The names on the way to a part of a fingerprint's content."""
NO_TITLES: Mapping[Place, str] = {}

_FORMS: dict[type[Form], Any] = {}
"""The contents of the forms that were described in this process."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fingerprint:
    """The part of a version of a workflow by which cases are decided.

    Attributes:
        content: The content as canonical JSON text.
        sha256: The hexadecimal SHA-256 of the content.
    """

    content: str
    sha256: str


@cache
def fingerprint(workflow: Workflow) -> Fingerprint:
    """Return the fingerprint of a workflow."""
    declared = declaration(workflow)
    forms = form_contents(transition.form for transition in (workflow.opening, *workflow.transitions))
    steps = {
        trigger: {**step, "form": form} for (trigger, step), form in zip(declared["steps"].items(), forms, strict=True)
    }
    text = msgspec.json.encode({**declared, "steps": steps}, order="sorted").decode()
    return Fingerprint(content=text, sha256=hashlib.sha256(text.encode()).hexdigest())


@cache
def declaration(workflow: Workflow) -> Mapping[str, Any]:
    """Return the content of a fingerprint without the forms of its steps, which take most of the time."""
    transitions = (workflow.opening, *workflow.transitions)
    return {
        **{name: getattr(workflow, name) for name in ("name", "version", "prefix", "auxiliary")},
        **{name: _plain(getattr(workflow, name)) for name in ("parent_workflows", "may_reschedule", "may_suspend")},
        "opening": workflow.opening.trigger,
        "steps": {transition.trigger: _attributes(transition) for transition in transitions},
        "roles": _named(workflow.roles),
        "states": _named(workflow.states),
        # A step that rolls back invalidates the records of later states, so their order decides, too.
        "order_of_states": [state.name for state in workflow.states],
        "deadlines": _named(workflow.deadlines),
        "escalation_policy": _plain(workflow.escalation_policy),
        "holders": _plain(workflow.holders),
    }


def form_contents(forms: Iterable[type[Form]]) -> tuple[Any, ...]:
    """Return the content of each form: its fields with their types."""
    wanted = tuple(forms)
    new = tuple(dict.fromkeys(form for form in wanted if form not in _FORMS))
    # One form has been read by the step that records it; several at once share their parts: a third of the time.
    kinds = (type_info(new[0]),) if len(new) == 1 else inspect.multi_type_info(new)
    _FORMS.update({form: _type(kind, ()) for form, kind in zip(new, kinds, strict=True)})
    return tuple(_FORMS[form] for form in wanted)


@lru_cache(CONTENTS)
def without_forms(content: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the declaration in the content of a fingerprint, and the content of each form by its step."""
    declared = msgspec.json.decode(content)
    return declared, {trigger: step.pop("form") for trigger, step in declared["steps"].items()}


def changes(before: str, after: str, titles: Mapping[Place, str] = NO_TITLES) -> tuple[str, ...]:
    """Return what differs between the contents of two fingerprints, each as a few words: `step lend: guards`.

    Args:
        before: The content of the earlier fingerprint.
        after: The content of the later one.
        titles: The titles of named parts, by their place.
    """
    places = _differences(msgspec.json.decode(before), msgspec.json.decode(after), ())
    return tuple(_words(place, titles) + said for place, said in places)


def titles_within(workflow: Workflow) -> dict[Place, str]:
    """Return the titles of a workflow's steps, fields, states, deadlines and roles, by their place."""
    steps = (workflow.opening, *workflow.transitions)
    found: dict[Place, str] = {("steps", step.trigger): step.title for step in steps}
    for step in steps:
        found |= {("steps", step.trigger, "form", "fields", one.name): one.title for one in fields_of(step.form)}
    for name in ("states", "deadlines", "roles"):
        found |= {(name, part.name): part.title for part in getattr(workflow, name)}
    return found


# --- content ---------------------------------------------------------------------------------------


def _named(parts: tuple[Any, ...]) -> dict[str, Any]:
    """Return declared parts by name, so that a change of one is not one of all."""
    return {part.name: _attributes(part) for part in parts}


def _plain(value: Any) -> Any:
    # Told by their exact type, because a step in a new process waits for this.
    kind = type(value)
    if kind in ATOMS:
        return value
    if kind is tuple:
        return _named(value) if value and type(value[0]) is Guard else [_plain(one) for one in value]
    if is_dataclass(kind):
        return {"kind": kind.__name__, **_attributes(value)}
    return value.value if isinstance(value, Enum) else value


def _attributes(value: Any) -> dict[str, Any]:
    # A function is code, and a form is described by its fields.
    return {name: _plain(one) for name in _names(value.__class__) if not callable(one := getattr(value, name))}


@cache
def _names(kind: type) -> tuple[str, ...]:
    # A field that is no argument follows from the others.
    return tuple(field.name for field in fields(kind) if field.init and field.name not in WORDS)


def _type(kind: Any, within: tuple[type, ...]) -> Any:
    if isinstance(kind, inspect.Metadata):
        return {"type": _type(kind.type, within), "marks": dict(kind.extra)} if kind.extra else _type(kind.type, within)
    if isinstance(kind, RECORDS):
        if kind.cls in within:
            return {"again": kind.cls.__name__}
        inner = (*within, kind.cls)
        return {"fields": {field.encode_name: _field(field, inner) for field in kind.fields}}
    if isinstance(kind, inspect.EnumType):
        return {"type": "EnumType", "values": [member.value for member in kind.cls]}
    if isinstance(kind, inspect.CustomType):
        return {"type": "CustomType", "cls": kind.cls.__qualname__}
    stated = {name: getattr(kind, name) for name in kind.__struct_fields__ if getattr(kind, name) is not None}
    return {"type": type(kind).__name__, **{name: _inner(one, within) for name, one in stated.items()}}


def _inner(value: Any, within: tuple[type, ...]) -> Any:
    if isinstance(value, inspect.Type):
        return _type(value, within)
    return [_inner(one, within) for one in value] if isinstance(value, tuple) else value


def _field(field: inspect.Field, within: tuple[type, ...]) -> dict[str, Any]:
    found = {"type": _type(field.type, within), "required": field.required}
    if field.default is not msgspec.NODEFAULT:
        # As it is when read back, where a tuple is a list.
        found["default"] = msgspec.json.decode(msgspec.json.encode(field.default))
    return found


# --- comparison ------------------------------------------------------------------------------------


def _differences(before: Any, after: Any, at: Place) -> Iterator[tuple[Place, str]]:
    if before == after:
        return
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        yield at, ""
        return
    if at and at[-1] in ("type", "term") and not ("fields" in before and "fields" in after):
        yield at, ""
        return
    for name in sorted(before.keys() | after.keys()):
        here = (*at, name)
        if name not in after:
            yield here, " (removed)"
        elif name not in before:
            yield here, " (added)"
        else:
            yield from _differences(before[name], after[name], here)


def _words(at: Place, titles: Mapping[Place, str]) -> str:
    """Return a place in words: `step Lend it (lend): guard whole: revision`."""
    parts: list[str] = []
    number = 0
    while number < len(at):
        name, number = at[number], number + 1
        if name in PLURALS and number < len(at):
            inner, number = at[number], number + 1
            title = titles.get(at[:number])
            parts.append(f"{PLURALS[name]} {inner if title is None else title_and_code(title, inner)}")
        else:
            parts.append(name.replace("_", " "))
    return ": ".join(part for part in parts if part != "form")
