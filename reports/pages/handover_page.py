"""Lay out a handover: one person's open work, or a whole review. Include sensitive notes only on request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ...engine.definition.registry import Registry
from ...engine.forms.digests import StoredValue, with_stored_values
from ...engine.model.case import Case, Event
from ...engine.model.clock import EventKind
from ...engine.model.people import Absence, Person
from ...engine.ports.records import DueItem
from ..values import record_fields
from ..values.links import link_text
from ..values.people import holding_text
from ..values.rag_status import Palette
from ..values.review import Review
from .page import Column, Page, Section, Table, count_text, day

MAX_EVENTS = 30
"""The number of latest steps that are shown."""

DUE = (
    Column(title="Due", share=14, width=11),
    Column(title="Reference", share=20, width=18),
    Column(title="What", share=40),
    Column(title="Whose", share=18, below=True),
    Column(title="Late", share=16, below=True),
)
TASKS = (*DUE[:3], Column(title="Case", share=18, below=True), DUE[4])
CASES = (
    Column(title="Reference", share=20, width=18),
    Column(title="What", share=30),
    Column(title="Agency", share=20, below=True),
    Column(title="State", share=18, width=16),
    Column(title="Due next", share=14, width=11),
)
EVENTS = (
    Column(title="Day", share=14, width=11),
    Column(title="Reference", share=20, width=18),
    Column(title="What", share=34),
    Column(title="Decided by", share=22, below=True),
    Column(title="Evidence", share=24, below=True),
)
SUSPENDED = (
    Column(title="Since", share=14, width=11),
    Column(title="For what", share=36),
    Column(title="Consulted", share=25, below=True),
    Column(title="Review by", share=20, width=18),
)
DOCUMENTS = (
    Column(title="Reference", share=20, width=18),
    Column(title="Title", share=35),
    Column(title="Location", share=45, below=True),
)
NOTES = (
    Column(title="Day", share=14, width=11),
    Column(title="Reference", share=20, width=18),
    Column(title="Note", share=46),
    Column(title="With whom", share=20, below=True),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenWork:
    """One person's open work.

    Attributes:
        person: The person.
        absences: Their absences.
        tasks: Their tasks, the earliest due first.
        cases: The cases of these tasks, each root case once.
        meetings: The meetings that they chair and that are not minuted yet.
    """

    person: Person
    absences: tuple[Absence, ...]
    tasks: tuple[DueItem, ...]
    cases: tuple[Case, ...]
    meetings: tuple[Case, ...]


def open_work_page(
    work: OpenWork, workflows: Registry, palette: Palette, *, today: date, rehearsal: bool = False
) -> Page:
    """Return a page of a person's open work.

    Args:
        work: The work.
        workflows: All workflows.
        palette: The colours.
        today: The day of the report.
        rehearsal: If it shows a rehearsal database.
    """
    person = work.person
    titles = {name: role.title for name, role in workflows.roles.items()}
    roles = ", ".join(holding_text(holding, titles) for holding in person.holdings)
    away = tuple(
        f"Away from {day(one.from_day)} to {day(one.to_day)}; deputy: {one.deputy or 'none'}." for one in work.absences
    )
    tasks = Table(
        caption="Tasks",
        columns=TASKS,
        rows=tuple(_task(task, workflows, today) for task in work.tasks),
        empty_text="No tasks.",
    )
    return Page(
        title=f"Handover: {person.name}",
        summary=f"{day(today)}. {roles}.",
        day=today,
        parts=away,
        sections=(
            Section(heading=f"To do: {count_text(len(work.tasks), 'task')}", parts=(tasks,)),
            Section(heading="The cases", parts=(_cases("The cases of these tasks", work.cases, workflows),)),
            Section(heading="Meetings", parts=(_cases("Meetings that they chair", work.meetings, workflows),)),
        ),
        palette=palette,
        rehearsal=rehearsal,
    )


def review_handover_page(
    review: Review,
    events: Sequence[Event],
    palette: Palette,
    *,
    secrets: Mapping[str, Mapping[str, StoredValue]] | None = None,
    rehearsal: bool = False,
) -> Page:
    """Return the handover page of a whole review.

    Args:
        review: The review.
        events: The history of its tree, in the order of recording.
        palette: The colours.
        secrets: The sensitive values of its cases, by reference, if notes are to be shown.
        rehearsal: If it shows a rehearsal database.
    """
    root = review.root
    linked = tuple(link_text(link, review.workflows) for link in root.links)
    state = review.workflow(root).state(root.state)
    sections = (
        Section(heading="What is due", parts=(_due(review),)),
        *((Section(heading="Suspensions", parts=(_suspended(review),)),) if root.suspensions else ()),
        Section(heading="Its parts", parts=(_cases("The parts", review.cases[1:], review.workflows),)),
        Section(heading="Latest steps", parts=(_happened(review, events),)),
        Section(heading="Documents", parts=(_documents(events),)),
        *(() if secrets is None else (Section(heading="Notes", parts=(_notes(events, secrets),)),)),
    )
    return Page(
        title=f"Handover: {root.ref} {root.title}",
        summary=f"{day(review.today)}. {review.workflow(root).title}, {state.title}.",
        day=review.today,
        parts=(
            f"{state.meaning} Opened on {day(root.opened_on)}.",
            f"Agencies: {', '.join(review.agencies()) or 'none'}.",
            *((f"Connected with: {', '.join(linked)}.",) if linked else ()),
        ),
        sections=sections,
        palette=palette,
        rehearsal=rehearsal,
    )


def _task(task: DueItem, workflows: Registry, today: date) -> tuple[date, str, str, str, str]:
    deadline = workflows.for_case(task).deadline(task.clock.deadline)
    return task.clock.due, task.ref, deadline.title, task.title, _late(task.clock.due, today)


def _late(due: date, today: date) -> str:
    return count_text((today - due).days, "day") if due < today else ""


def _cases(caption: str, cases: Sequence[Case], workflows: Registry) -> Table:
    rows = []
    for case in cases:
        workflow = workflows.for_case(case)
        due = min((clock.due for clock in case.clocks if clock.is_outstanding), default=None)
        rows.append((case.ref, case.title, ", ".join(case.organisations), workflow.state(case.state).title, due))
    return Table(caption=caption, columns=CASES, rows=tuple(rows))


def _due(review: Review) -> Table:
    found = sorted(
        (clock.due, case.ref, review.deadline(case, clock).title, review.owner(case, review.deadline(case, clock)))
        for case in review.cases
        for clock in case.clocks
        if clock.is_outstanding
    )
    rows = tuple((due, ref, what, whose, _late(due, review.today)) for due, ref, what, whose in found)
    return Table(caption="What is due", columns=DUE, rows=rows, empty_text="Nothing is due.")


def _suspended(review: Review) -> Table:
    rows = tuple(
        (one.since, one.proceeding, one.consulted, one.review_by)
        for one in review.root.suspensions
        if one.until is None
    )
    return Table(caption="Suspensions", columns=SUSPENDED, rows=rows, empty_text="None now.")


def _happened(review: Review, events: Sequence[Event]) -> Table:
    of = {case.ref: review.workflow(case) for case in review.cases}
    steps = [event for event in events if event.kind in (EventKind.OPENED, EventKind.STEP)]
    rows = []
    for event in reversed(steps[-MAX_EVENTS:]):
        transition = of[event.ref].transition(event.trigger)
        decider = event.decided_by
        rows.append((
            event.occurred_on,
            event.ref,
            event.trigger if transition is None else transition.title,
            "" if decider is None else f"{decider.name}, {decider.capacity.replace('_', ' ')}",
            "" if decider is None else decider.evidence or "",
        ))  # fmt: skip
    more = (
        f"Before them there are {len(steps) - MAX_EVENTS:,} more: casereview history."
        if len(steps) > MAX_EVENTS
        else ""
    )
    return Table(caption="The latest steps, newest first", columns=EVENTS, rows=tuple(rows), remainder=more)


def _documents(events: Sequence[Event]) -> Table:
    found = (
        (event.ref, str(document["title"]), str(document["location"]))
        for event in events
        if event.kind in (EventKind.OPENED, EventKind.STEP)
        for document in _named_in(event.data)
    )
    known = tuple(dict.fromkeys(found))
    return Table(caption="What is on file", columns=DOCUMENTS, rows=known, empty_text="No document is on file.")


def _named_in(record: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """Yield the documents that a record names."""
    for value in record.values():
        for one in value if isinstance(value, list | tuple) else (value,):
            if isinstance(one, Mapping) and {"title", "location"} <= one.keys():
                yield one


def _notes(events: Sequence[Event], secrets: Mapping[str, Mapping[str, StoredValue]]) -> Table:
    rows = []
    for event in events:
        if event.kind is EventKind.STEP and event.trigger == record_fields.NOTE_STEP:
            note = with_stored_values(event.data, secrets.get(event.ref, {}))
            rows.append(
                (
                    event.occurred_on,
                    event.ref,
                    str(note[record_fields.NOTE_TEXT]),
                    str(note.get(record_fields.NOTE_CONTACT, "")),
                )
            )
    return Table(caption="Notes", columns=NOTES, rows=tuple(rows), empty_text="No note was taken.")
