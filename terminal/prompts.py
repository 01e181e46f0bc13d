"""Ask a person at a terminal for what is missing, one field at a time, and explain mistakes.

Questions go to standard error, so the output of a command can still be sent to a file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import click

from ..engine import DecidedByForm
from ..engine.definition.workflow import Role, Transition
from ..engine.errors.bad_input import BadValue
from ..engine.errors.base import Fault, days_in_words, one_of, titles_and_codes
from ..engine.forms.fields import Field, Form, fields_of
from ..engine.forms.parsing import describe, field_faults
from ..engine.model.people import DecidedBy
from .input import document_reference, parse_value
from .record_input import form_faults

EMPTY_ANSWER = ""


def ask_missing_fields(form: type[Form], data: Mapping[str, Any], *, heading: str) -> dict[str, Any]:
    """Return a record after asking for what it lacks: first each required field, then any of the others.

    If the record was given in full, ask nothing, even if it has faults: the form reports them.
    """
    filled = dict(data)
    fields = {field.name: field for field in fields_of(form)}
    missing = [field for field in fields.values() if field.required and field.name not in filled]
    if filled.keys() - fields or not (missing or (not filled and form_faults(form, filled))):
        return filled
    print_line(f"{heading}. Press Ctrl-C to stop. Nothing is recorded until you have finished.")
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


def ask_decided_by(transition: Transition, roles: Mapping[str, Role]) -> DecidedBy:
    """Ask who decided, in what role, and where the decision is written down."""
    print_line(f"This is decided by the {one_of(tuple(roles[name].title for name in transition.roles))}.")
    while True:
        form = {"name": _ask_line("Name of the person who decided", required=True), "capacity": transition.roles[0]}
        if len(transition.roles) > 1:
            form["capacity"] = _ask_role({name: roles[name].title for name in transition.roles})
        if evidence := _ask_line("Where the decision is written down (Enter for none)"):
            form["evidence"] = evidence
        faults = form_faults(DecidedByForm, form)
        if not faults:
            return DecidedBy(name=form["name"], capacity=form["capacity"], evidence=form.get("evidence"))
        _print_faults(faults)


def _ask_role(titles: Mapping[str, str]) -> str:
    """Ask for a role by its title or code, and return its code; Enter means the first."""
    first, shown = next(iter(titles)), " / ".join(titles.values())
    while True:
        typed = _ask_line(f"Their role ({shown}; Enter for {titles[first]})")
        words = " ".join(typed.replace("_", " ").split()).casefold()
        found = (code for code, title in titles.items() if words in (title.casefold(), code.replace("_", " ")))
        if role := first if not typed else next(found, None):
            return role
        print_line(f"  Please enter {one_of(tuple(titles.values()))}.")


def confirm(question: str) -> bool:
    """Ask a question that takes yes or no; Enter means no."""
    return click.confirm(f"{question} y or n", default=False, show_default=False, err=True)


def ask_line(question: str) -> str:
    """Ask for a line of text until there is one."""
    return _ask_line(question, required=True)


def ask_optional(question: str) -> str:
    """Ask for a line of text; Enter means that nothing changes."""
    return _ask_line(f"{question} (Enter if it is right)")


def ask_field(field: Field) -> Any:
    """Ask for the value of a field."""
    return _ask_field(field, is_chosen=True)


def ask_field_names(fields: Mapping[str, Field], question: str) -> tuple[str, ...]:
    """Ask for some of several fields, by their titles."""
    titles = tuple(field.title[:1].upper() + field.title[1:] for field in fields.values())
    print_line(f"Fields: {titles_and_codes(titles, tuple(fields))}")
    return _ask_field_names(fields, question=question)


def print_line(text: str) -> None:
    """Print a line for the person on standard error."""
    click.echo(text, err=True)


def _print_wanted(fault: Fault) -> None:
    print_line(f"  {days_in_words(f'Please enter {fault.expected}, not {fault.found}.')}")


def _print_faults(faults: tuple[Fault, ...]) -> None:
    for fault in faults:
        print_line(f"  {fault}")
    print_line("  Please try again.")


def _ask_field_names(
    fields: Mapping[str, Field], *, default: tuple[str, ...] = (), question: str = ""
) -> tuple[str, ...]:
    titles = {name: field.title[:1].upper() + field.title[1:] for name, field in fields.items()}
    every = titles_and_codes(tuple(titles.values()), tuple(titles))
    name_of = {title.casefold(): name for name, title in titles.items()} | {name.casefold(): name for name in fields}
    if default:
        known = "; ".join(titles[name] for name in default if name in titles)
        question = f"Which fields do you want to correct? (names with commas; Enter for {known})"
    elif not question:
        print_line(f"Optional: {every}")
        question = "Which of these do you want to fill in? (names with commas; Enter for none)"
    while True:
        names = tuple(name.strip() for name in _ask_line(question).split(",") if name.strip())
        unknown = [name for name in names if name.casefold() not in name_of]
        if not unknown:
            return tuple(name_of[name.casefold()] for name in names) or default
        print_line(f"  There is no field {', '.join(unknown)}. The fields are: {every}.")


def _ask_field(field: Field, *, is_chosen: bool = False) -> Any:
    title = field.title[:1].upper() + field.title[1:]
    if field.description:
        print_line(f"  {field.description}")
    if field.item_type is not None:
        return _ask_items(field, title)
    if field.form is not None:
        wanted = field.required or is_chosen or confirm(f'Do you want to answer "{title}"?')
        return _ask_subform(field.form, title) if wanted else field.default
    while True:
        answer = _ask_line(f"{title} ({_hint(field)})", required=field.required)
        if answer == EMPTY_ANSWER and not field.required:
            return field.default
        value = parse_value(field, answer)
        faults = field_faults(field, value)
        if not faults:
            return value
        _print_wanted(faults[0])


def _ask_items(field: Field, title: str) -> list[Any]:
    least = max((meta.min_length or 0 for meta in field.meta), default=0)
    form = field.item_type if isinstance(field.item_type, type) and issubclass(field.item_type, Form) else None
    print_line(f"{title}: enter them one at a time{'' if form else '. Press Enter to finish'}.")
    items: list[Any] = []
    while True:
        number = len(items) + 1
        if form is not None:
            if len(items) >= least and not confirm(f'Do you want to add number {number} to "{title}"?'):
                return items
            items.append(_ask_subform(form, f"{title}, number {number}"))
            continue
        answer = _ask_line(f"{title}, number {number} (Enter to finish)")
        if answer != EMPTY_ANSWER:
            faults = field_faults(field, [*items, answer])
            if any(fault.path != field.name for fault in faults):
                _print_wanted(faults[0])
            else:
                items.append(answer)
        elif len(items) >= least:
            return items
        else:
            print_line(f"  Please enter at least {least}.")


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
    location = _ask_line("Where it is kept (the path of a file, or a description)", required=True)
    try:
        found = document_reference(location)
    except BadValue:
        return {"title": title, "location": location}
    print_line("  The file's SHA-256 was noted. The file stays where it is.")
    return {**found, "title": title}


def _hint(field: Field) -> str:
    choices = field.choice_titles
    hint = " / ".join(choices.values()) if choices else describe(field.kind)
    if field.kind is bool:
        hint = "yes or no"
    if field.required:
        return hint
    default = {None: "none", True: "yes", False: "no"}.get(field.default, choices.get(field.default, field.default))
    return f"{hint}; Enter for {default}"


def _ask_line(question: str, *, required: bool = False) -> str:
    while True:
        answer = str(click.prompt(question, default=EMPTY_ANSWER, show_default=False, err=True)).strip()
        if answer or not required:
            return answer
        print_line("  An answer is needed here.")
