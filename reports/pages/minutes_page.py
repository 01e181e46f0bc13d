"""Lay out the minutes of a meeting: people present, conflicts of interest, decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from ...engine.definition.workflow import Workflow
from ...engine.forms.digests import StoredValue, with_stored_values
from ...engine.forms.fields import fields_of
from ...engine.forms.names import is_same_name, same_name_key
from ...engine.model.case import Case, Event
from ...engine.model.clock import EventKind
from ...engine.model.corrections import as_corrected
from ..values.rag_status import Palette
from ..values.record_fields import ATTEND_STEP, CALL_STEP, DECIDE_STEP
from .page import Column, Page, Section, Table, count_text, day

PRESENT = (Column(title="Name", share=60), Column(title="", share=40, width=24))
CONFLICTS = (Column(title="Who", share=25, width=20), Column(title="In which case", share=25, width=18))
WHY = Column(title="Why", share=50)
DECISIONS = (
    Column(title="Item", share=8, width=6),
    Column(title="Case", share=20, width=18),
    Column(title="Decided", share=46),
    Column(title="In the chair", share=18, below=True),
    Column(title="Step", share=18, below=True),
)
SHOWN = ("item", "ref", "decision", "in_the_chair")
"""The fields of a decision's record in the columns before its step."""

StepTitle = Callable[[str, str], str]
"""Returns the title of a case's step, from the case's reference and the step."""


def minutes_page(
    meeting: Case,
    events: Sequence[Event],
    palette: Palette,
    *,
    workflow: Workflow,
    step_title: StepTitle,
    today: date,
    secrets: Mapping[str, StoredValue] | None = None,
    rehearsal: bool = False,
) -> Page:
    """Return the minutes of a meeting that was held.

    Args:
        meeting: The meeting.
        events: Its history.
        palette: The colours.
        workflow: The meeting's workflow.
        step_title: Returns the title of a case's step.
        today: The day of the minutes.
        secrets: Its sensitive values, if the reasons for conflicts of interest are to be shown.
        rehearsal: If it shows a rehearsal database.
    """
    call, attended = meeting.data[CALL_STEP], meeting.data[ATTEND_STEP]
    held_on = date.fromisoformat(call["held_on"])
    (kind,) = (field for field in fields_of(workflow.opening.form) if field.name == "kind")
    group = kind.choice_titles[call["kind"]]
    return Page(
        title=f"Minutes: {meeting.title}",
        summary=f"{meeting.ref}. {group[:1].upper()}{group[1:]}, {day(held_on)}. Chaired by {call['chair']}.",
        day=today,
        sections=(
            Section(heading="Attendance", parts=(_quorum(call, attended), _attendance(call, attended))),
            Section(heading="Conflicts of interest", parts=(_conflicts(attended, secrets),)),
            Section(heading="Decisions", parts=(_decisions(events, step_title),)),
        ),
        palette=palette,
        rehearsal=rehearsal,
    )


def _quorum(call: Mapping[str, Any], attended: Mapping[str, Any]) -> str:
    there = count_text(len(attended["present"]), "person was", "people were")
    needed = f"{call['quorum']} make a quorum" if "quorum" in call else "no quorum is set"
    return f"{there} present; {needed}."


def _attendance(call: Mapping[str, Any], attended: Mapping[str, Any]) -> Table:
    present, apologies = attended["present"], attended.get("apologies", ())
    named = {same_name_key(name) for name in (*present, *apologies)}
    rows = (
        *((name, "in the chair" if is_same_name(name, call["chair"]) else "present") for name in present),
        *((name, "apologies") for name in apologies),
        *((name, "expected, absent") for name in call.get("expected", ()) if same_name_key(name) not in named),
    )
    return Table(caption="Attendance", columns=PRESENT, rows=rows)


def _conflicts(attended: Mapping[str, Any], secrets: Mapping[str, StoredValue] | None) -> Table:
    declared = attended.get("conflicts", ())
    nothing = "None declared."
    if secrets is None:
        columns = (CONFLICTS[0], Column(title=CONFLICTS[1].title, share=75))
        rows = tuple((str(one["name"]), str(one["ref"])) for one in declared)
        return Table(caption="Conflicts of interest", columns=columns, rows=rows, empty_text=nothing)
    shown = with_stored_values({"conflicts": list(declared)}, secrets)["conflicts"]
    with_reasons = tuple((str(one["name"]), str(one["ref"]), str(one["why"])) for one in shown)
    return Table(caption="Conflicts of interest", columns=(*CONFLICTS, WHY), rows=with_reasons, empty_text=nothing)


def _decisions(events: Sequence[Event], step_title: StepTitle) -> Table:
    rows = tuple(
        (*(str(one[name]) for name in SHOWN), step_title(str(one["ref"]), str(one["trigger"])))
        for one in _decided(events)
    )
    return Table(caption="Decisions", columns=DECISIONS, rows=rows, empty_text="No decisions.")


def _decided(events: Sequence[Event]) -> Iterator[Mapping[str, Any]]:
    """Yield the record of each decision that was not taken back, with later corrections."""
    events = as_corrected(events)
    corrected = {
        event.data["event"]: event.data["record"]
        for event in events
        if event.kind is EventKind.CORRECTED and "record" in event.data
    }
    for event in events:
        if event.kind is EventKind.STEP and event.trigger == DECIDE_STEP:
            yield corrected.get(event.seq, event.data)
