"""Asking a person at a terminal for what is missing, one field at a time, mistakes explained.

Questions go to standard error, so that what a command prints can still be kept in a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from ..engine.case import Authority
from ..engine.definition import Transition
from ..engine.errors import BadValue
from ..engine.forms import Field, Form, choices_of, describe, faults_in, fields_of
from .given import document_for, typed_value

NOTHING = ""


def complete(form: type[Form], data: Mapping[str, Any], *, heading: str) -> dict[str, Any]:
    """A record with what it lacks asked for: required fields in turn, then any of the others."""
    filled = dict(data)
    fields = fields_of(form)
    missing = [field for field in fields if field.required and field.name not in filled]
    if missing:
        say(f"{heading}. Press Ctrl-C to stop; nothing is recorded before the end.")
    for field in missing:
        filled[field.name] = _asked(field, field.name)
    others = {field.name: field for field in fields if not field.required and field.name not in filled}
    if others and missing:
        for name in _chosen(others):
            filled[name] = _asked(others[name], name)
    return filled


def ask_authority(transition: Transition) -> Authority:
    """Who decided, in what capacity, and where that can be read."""
    say(f"This takes the decision of: {', '.join(transition.roles)}.")
    name = _line("Who decided", required=True)
    capacity = transition.roles[0]
    if len(transition.roles) > 1:
        capacity = str(
            click.prompt("In what capacity", type=click.Choice(transition.roles), default=capacity, err=True)
        )
    return Authority(name=name, capacity=capacity, evidence=_line("Where can that be read (Enter for none)") or None)


def say(text: str) -> None:
    """A line to the person, beside what the command prints."""
    click.echo(text, err=True)


def _chosen(others: Mapping[str, Field]) -> list[str]:
    say("Optional: " + ", ".join(others))
    while True:
        answer = _line("Fill in any of these? (names with commas between, Enter for none)")
        names = [name.strip() for name in answer.split(",") if name.strip()]
        unknown = [name for name in names if name not in others]
        if not unknown:
            return names
        say(f"  There is no {', '.join(unknown)} among them.")


def _asked(field: Field, path: str) -> Any:
    title = field.title[:1].upper() + field.title[1:]
    if field.description:
        say(f"  {field.description}")
    if field.item is not None:
        return _several(field, path, title)
    if field.form is not None:
        return _part(field.form, path, title)
    while True:
        answer = _line(f"{title} ({_hint(field)})", required=field.required)
        if answer == NOTHING and not field.required:
            return field.default
        value = typed_value(field, answer)
        faults = faults_in(field, value)
        if not faults:
            return value
        say(f"  Expected {faults[0].expected}, found {faults[0].found}. Please try again.")


def _several(field: Field, path: str, title: str) -> list[Any]:
    say(f"{title}: one after the other, Enter to finish.")
    least = max((meta.min_length or 0 for meta in field.meta), default=0)
    items: list[Any] = []
    form = field.item if isinstance(field.item, type) and issubclass(field.item, Form) else None
    while True:
        number = len(items) + 1
        if form is not None:
            if len(items) >= least and not click.confirm(f"{title}: add number {number}?", default=False, err=True):
                return items
            items.append(_part(form, f"{path}[{number - 1}]", f"{title}, number {number}"))
            continue
        answer = _line(f"{title}, number {number} (Enter to finish)")
        if answer != NOTHING:
            faults = faults_in(field, [*items, answer])
            if any(fault.path != path for fault in faults):
                say(f"  Expected {faults[0].expected}, found {faults[0].found}. Please try again.")
            else:
                items.append(answer)
        elif len(items) >= least:
            return items
        else:
            say(f"  At least {least} is needed.")


def _part(form: type[Form], path: str, title: str) -> dict[str, Any]:
    say(f"{title}:")
    names = {field.name for field in fields_of(form)}
    if {"title", "location", "sha256"} <= names:
        return _document()
    return {field.name: _asked(field, f"{path}.{field.name}") for field in fields_of(form)}


def _document() -> dict[str, Any]:
    title = _line("The document's title", required=True)
    location = _line("Where it is kept (a file's path, or words)", required=True)
    try:
        found = document_for(location)
    except BadValue:
        return {"title": title, "location": location}
    say("  The file was read for its SHA-256; it stays where it is.")
    return {**found, "title": title}


def _hint(field: Field) -> str:
    choices = choices_of(field.kind)
    hint = " / ".join(choices) if choices else describe(field.kind)
    if field.kind is bool:
        hint = "yes or no"
    return hint if field.required else f"{hint}; Enter for none"


def _line(question: str, *, required: bool = False) -> str:
    while True:
        answer = str(click.prompt(question, default=NOTHING, show_default=False, err=True)).strip()
        if answer or not required:
            return answer
        say("  This one is needed.")
