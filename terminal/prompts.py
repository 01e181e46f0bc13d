"""Asking a person at a terminal for what is missing, one field at a time, mistakes explained.

Questions go to standard error, so that what a command prints can still be kept in a file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import click

from ..engine import DecidedByForm
from ..engine.definition.workflow import Transition
from ..engine.errors.bad_input import BadValue
from ..engine.errors.base import Fault
from ..engine.forms.fields import Field, Form, choices_of, fields_of
from ..engine.forms.parsing import describe, field_faults
from ..engine.model.people import DecidedBy
from .input import document_reference, parse_value
from .record_input import form_faults

EMPTY_ANSWER = ""


def ask_missing_fields(form: type[Form], data: Mapping[str, Any], *, heading: str) -> dict[str, Any]:
    """A record with what it lacks asked for: required fields in turn, then any of the others.

    Nothing is asked where a record was given whole, well formed or not: its faults are the
    form's to tell.
    """
    filled = dict(data)
    fields = {field.name: field for field in fields_of(form)}
    missing = [field for field in fields.values() if field.required and field.name not in filled]
    if filled.keys() - fields or not (missing or (not filled and form_faults(form, filled))):
        return filled
    print_line(f"{heading}. Press Ctrl-C to stop; nothing is recorded before the end.")
    for field in missing:
        filled[field.name] = _ask_field(field)
    others = {name: field for name, field in fields.items() if name not in filled}
    for name in _ask_field_names(others) if others else ():
        filled[name] = _ask_field(others[name], is_chosen=True)
    while faults := form_faults(form, filled):
        _print_faults(faults)
        at_fault = tuple(dict.fromkeys(re.split(r"[.\[]", fault.path)[0] for fault in faults))
        for name in _ask_field_names(fields, default=at_fault):
            filled[name] = _ask_field(fields[name], is_chosen=True)
    return filled


def ask_decided_by(transition: Transition) -> DecidedBy:
    """Who decided, in what capacity, and where that can be read."""
    print_line(f"This takes the decision of: {', '.join(transition.roles)}.")
    while True:
        given = {"name": _ask_line("Who decided", required=True), "capacity": transition.roles[0]}
        if len(transition.roles) > 1:
            choice = click.Choice(transition.roles)
            given["capacity"] = str(
                click.prompt("In what capacity", type=choice, default=transition.roles[0], err=True)
            )
        if evidence := _ask_line("Where can that be read (Enter for none)"):
            given["evidence"] = evidence
        faults = form_faults(DecidedByForm, given)
        if not faults:
            return DecidedBy(name=given["name"], capacity=given["capacity"], evidence=given.get("evidence"))
        _print_faults(faults)


def print_line(text: str) -> None:
    """A line to the person, beside what the command prints."""
    click.echo(text, err=True)


def _print_faults(faults: tuple[Fault, ...]) -> None:
    for fault in faults:
        print_line(f"  {fault}")
    print_line("  Please try again.")


def _ask_field_names(fields: Mapping[str, Field], *, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    if default:
        question = f"Fill in which? (names with commas between, Enter for {', '.join(default)})"
    else:
        print_line("Optional: " + ", ".join(fields))
        question = "Fill in any of these? (names with commas between, Enter for none)"
    while True:
        names = tuple(name.strip() for name in _ask_line(question).split(",") if name.strip())
        unknown = [name for name in names if name not in fields]
        if not unknown:
            return names or default
        print_line(f"  There is no {', '.join(unknown)}. There are: {', '.join(fields)}.")


def _ask_field(field: Field, *, is_chosen: bool = False) -> Any:
    title = field.title[:1].upper() + field.title[1:]
    if field.description:
        print_line(f"  {field.description}")
    if field.item_type is not None:
        return _ask_items(field, title)
    if field.form is not None:
        wanted = field.required or is_chosen or click.confirm(f"{title}: give it?", default=False, err=True)
        return _ask_subform(field.form, title) if wanted else field.default
    while True:
        answer = _ask_line(f"{title} ({_hint(field)})", required=field.required)
        if answer == EMPTY_ANSWER and not field.required:
            return field.default
        value = parse_value(field, answer)
        faults = field_faults(field, value)
        if not faults:
            return value
        print_line(f"  Expected {faults[0].expected}, found {faults[0].found}. Please try again.")


def _ask_items(field: Field, title: str) -> list[Any]:
    least = max((meta.min_length or 0 for meta in field.meta), default=0)
    form = field.item_type if isinstance(field.item_type, type) and issubclass(field.item_type, Form) else None
    print_line(f"{title}: one after the other{'' if form else ', Enter to finish'}.")
    items: list[Any] = []
    while True:
        number = len(items) + 1
        if form is not None:
            if len(items) >= least and not click.confirm(f"{title}: add number {number}?", default=False, err=True):
                return items
            items.append(_ask_subform(form, f"{title}, number {number}"))
            continue
        answer = _ask_line(f"{title}, number {number} (Enter to finish)")
        if answer != EMPTY_ANSWER:
            faults = field_faults(field, [*items, answer])
            if any(fault.path != field.name for fault in faults):
                print_line(f"  Expected {faults[0].expected}, found {faults[0].found}. Please try again.")
            else:
                items.append(answer)
        elif len(items) >= least:
            return items
        else:
            print_line(f"  At least {least} is needed.")


def _ask_subform(form: type[Form], title: str) -> dict[str, Any]:
    print_line(f"{title}:")
    fields = fields_of(form)
    is_document = {"title", "location", "sha256"} <= {field.name for field in fields}
    while True:
        part = _ask_document() if is_document else {field.name: _ask_field(field) for field in fields}
        faults = form_faults(form, part)
        if not faults:
            return part
        _print_faults(faults)


def _ask_document() -> dict[str, Any]:
    title = _ask_line("The document's title", required=True)
    location = _ask_line("Where it is kept (a file's path, or words)", required=True)
    try:
        found = document_reference(location)
    except BadValue:
        return {"title": title, "location": location}
    print_line("  The file was read for its SHA-256; it stays where it is.")
    return {**found, "title": title}


def _hint(field: Field) -> str:
    choices = choices_of(field.kind)
    hint = " / ".join(choices) if choices else describe(field.kind)
    if field.kind is bool:
        hint = "yes or no"
    if field.required:
        return hint
    default = {None: "none", True: "yes", False: "no"}.get(field.default, field.default)
    return f"{hint}; Enter for {default}"


def _ask_line(question: str, *, required: bool = False) -> str:
    while True:
        answer = str(click.prompt(question, default=EMPTY_ANSWER, show_default=False, err=True)).strip()
        if answer or not required:
            return answer
        print_line("  This one is needed.")
