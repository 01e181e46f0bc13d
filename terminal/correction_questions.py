"""Ask a person at a terminal what to correct: which event, which part of it, and what is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..engine import Correctable, correctable
from ..engine.definition.workflow import Workflow
from ..engine.errors.bad_input import BadValue
from ..engine.forms.fields import fields_of
from ..engine.model.case import Event
from ..engine.model.clock import EventKind
from ..reports.values.corrections import PARTS
from ..reports.values.dates import day
from . import prompts
from .input import parse_day

CORRECTABLE = (
    *(EventKind.OPENED, EventKind.STEP, EventKind.IMPORTED),
    *(EventKind.SUSPENDED, EventKind.RESUMED, EventKind.NEW_DATE),
)


def event_number(text: str) -> tuple[int, int | None]:
    """Return the number of an event, and that of an import's step if there is one: `3`, or `1.2`.

    Raises:
        BadValue: if it is no such number.
    """
    seq, dot, step = text.strip().partition(".")
    if not seq.isdecimal() or (dot and not step.isdecimal()):
        expected = "a number as casereview history shows it, like 3, or 1.2 for a step of an imported case"
        raise BadValue(name="--event", expected=expected, found=text)
    return int(seq), int(step) if dot else None


def ask_event(workflow: Workflow, events: Sequence[Event]) -> tuple[int, int | None]:
    """Ask which event to correct, of those that can be.

    Args:
        workflow: The case's workflow.
        events: The case's events, as they were corrected.
    """
    numbers: dict[str, tuple[int, int | None]] = {}
    for event in events:
        if event.kind in CORRECTABLE:
            steps = len(event.data["steps"]) if event.kind is EventKind.IMPORTED else 0
            for step in (None, *range(1, steps + 1)):
                number = str(event.seq) if step is None else f"{event.seq}.{step}"
                found = correctable(workflow, events, event.seq, step)
                numbers[number] = event.seq, step
                prompts.print_line(f"  {number:>5}  {day(found.day) if found.day else '':<11}  {found.title}")
    while (typed := prompts.ask_line("Number of the event to correct")) not in numbers:
        prompts.print_line(f"  There is no event {typed} that can be corrected.")
    return numbers[typed]


def ask_corrections(found: Correctable, shown: Mapping[str, Any]) -> dict[str, Any]:
    """Ask which parts of an event are wrong and what is right.

    Args:
        found: The event, or the step of an import.
        shown: Its record as it is known, with its sensitive values.

    Returns:
        The parts of the command that are corrected: `data`, `on`, `decider`, `capacity` and `evidence`.
    """
    prompts.print_line(f"{found.title}. Press Ctrl-C to stop. Nothing is recorded until you have finished.")
    fields = {field.name: field for field in fields_of(found.form)}
    answers: dict[str, Any] = {"data": {}}
    for name in prompts.ask_field_names(fields, "Which fields are wrong? (names with commas; Enter for none)"):
        prompts.print_line(f"  Recorded: {shown.get(name, 'nothing')}")
        answers["data"][name] = prompts.ask_field(fields[name])
    if found.day is not None and (on := prompts.ask_optional(f"The right day, instead of {day(found.day)}")):
        answers["on"] = parse_day(on, name="the day")
    decider = found.event.decided_by
    if found.step or decider is None:
        return answers
    for name, title, recorded in (
        ("decider", PARTS["decided_by.name"], decider.name),
        ("capacity", PARTS["decided_by.capacity"], decider.capacity),
        ("evidence", PARTS["decided_by.evidence"], decider.evidence or "nothing"),
    ):
        if text := prompts.ask_optional(f"{title}, instead of {recorded}"):
            answers[name] = text
    return answers
