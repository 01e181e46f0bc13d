"""A review and its parts as values, built directly from the real workflows, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from casereview.engine.definition.registry import Registry
from casereview.engine.model.calendar import ENGLAND_AND_WALES, days
from casereview.engine.model.case import Case, Effects, Event
from casereview.engine.model.clock import Clock, ClockStatus, EventKind, LevelReached, Revision
from casereview.engine.model.people import Recorder
from casereview.reports.values.review import Review
from casereview.workflows import WORKFLOWS
from casereview.workflows.parts import status
from casereview.workflows.parts.pending_decisions import PENDING_DECISIONS

from .changed_copies import replace

REGISTRY = Registry(WORKFLOWS)
TODAY = date(2026, 6, 15)
NOW = datetime(2026, 6, 15, 9, 30, tzinfo=UTC)
REF = "SCR-2026-001"
OPENED = date(2026, 1, 5)
DIGEST = {"sha256": "ab" * 32}
"""What stands in a sensitive value's place."""


def case(
    workflow: str,
    ref: str,
    state: str,
    data: dict[str, dict[str, Any]] | None = None,
    *,
    agencies: tuple[str, ...] = (),
    clocks: tuple[Clock, ...] = (),
    on: date = OPENED,
    title: str = "",
) -> Case:
    """Return a case of a workflow in a state; if that state is an end, it ended on its last day."""
    definition = REGISTRY.latest(workflow)
    return Case(
        ref=ref,
        workflow=workflow,
        workflow_version=definition.version,
        version=1,
        seq=1,
        state=state,
        title=title or definition.title,
        parent=ref.rpartition("/")[0] or None,
        opened_on=OPENED,
        closed_on=on if definition.state(state).is_end else None,
        last_step_on=on,
        recorded_at=NOW,
        been_in=(state,),
        organisations=agencies,
        links=(),
        data=data or {},
        clocks=clocks,
    )


def clock(deadline: str, due: date, *, number: int = 1, done_on: date | None = None) -> Clock:
    """Return a clock that runs, or was met on a day."""
    missed = done_on is not None and done_on > due
    return Clock(
        deadline=deadline,
        number=number,
        anchor=OPENED,
        term=days(0),
        due=due,
        due_at=ENGLAND_AND_WALES.end_of(due),
        status=ClockStatus.RUNNING if done_on is None else ClockStatus.MISSED if missed else ClockStatus.MET,
        done_on=done_on,
    )


def with_moved_due_date(before: Clock, due: date, *, at: datetime = NOW, reasons: str = "A manager left.") -> Clock:
    """Return the clock with a new due date that the subgroup's chair agreed."""
    revision = Revision(
        previous_due=before.due,
        due=due,
        cause=EventKind.NEW_DATE,
        reasons=reasons,
        agreed_by="Chair of the Subgroup",
        capacity="subgroup_chair",
        recorded_at=at,
    )
    due_at = ENGLAND_AND_WALES.end_of(due)
    return replace(before, due=due, due_at=due_at, revisions=(*before.revisions, revision))


def with_level_reached(before: Clock, *names: str, level: str = "owner", skipped: bool = False) -> Clock:
    """Return the clock after a level notified people, at the end of its day."""
    return replace(
        before,
        reached=(*before.reached, LevelReached(level=level, at=before.due_at, recipients=names, skipped=skipped)),
    )


def action(
    number: int,
    state: str = "agreed",
    *,
    agency: str = "Agency 1",
    answers: tuple[int, ...] = (1,),
    due: date | None = TODAY + timedelta(days=90),
    clocks: tuple[Clock, ...] | None = None,
    said: str | None = None,
    on: date = OPENED,
    **data: dict[str, Any],
) -> Case:
    """Return an action; if it is agreed, its clock runs to `due`."""
    proposed = {
        "agency": agency,
        "action": f"Action {number} is done.",
        "recommendations": list(answers),
        "lead_person": f"Manager {number}",
        "due_on": (due or TODAY).isoformat(),
    }
    progress = {} if said is None else {"report_progress": {"status": said, "text": "So it goes."}}
    running = () if due is None or state == "proposed" else (clock("carry_out", due),)
    return case(
        "action",
        f"{REF}/A{number:02d}",
        state,
        {"propose": proposed, **progress, **data},
        agencies=(agency,),
        clocks=running if clocks is None else clocks,
        on=on,
    )


def recommendation(number: int, *made_to: str, state: str = "made", on: date = OPENED, **data: dict[str, Any]) -> Case:
    """A recommendation."""
    made = {"number": number, "text": f"Recommendation {number} is made.", "made_to": list(made_to)}
    return case(
        "recommendation", f"{REF}/REC{number:02d}", state, {"make": made, **data}, agencies=tuple(made_to), on=on
    )


def engagement(number: int, state: str, kind: str = "family", relation: str = "mother") -> Case:
    """Return the engagement of a person or group; their name is sensitive."""
    plan = {"kind": kind, "relation": relation, "who": DIGEST, "safe_contact": DIGEST}
    return case("engagement", f"{REF}/E{number:02d}", state, {"plan": plan})


def review(*parts: Case, state: str = "monitored", clocks: tuple[Clock, ...] = (), at: datetime = NOW) -> Review:
    """A Serious Case Review with its parts."""
    root = case("serious_case_review", REF, state, {"note": {"text": DIGEST}}, clocks=clocks, title="Child A")
    return review_of((root, *parts), at=at)


def review_of(cases: tuple[Case, ...], *, at: datetime = NOW) -> Review:
    """Return these cases as a review that interprets its parts by the workflows."""
    return Review(
        cases=cases,
        workflows=REGISTRY,
        at=at,
        calendar=ENGLAND_AND_WALES,
        parts=status,
        pending_decisions=PENDING_DECISIONS,
    )


def event(
    of: Case,
    before: str | None,
    after: str,
    on: date,
    *,
    trigger: str = "agree",
    recorded: datetime | None = None,
    kind: EventKind = EventKind.STEP,
) -> Event:
    """A step of a case."""
    at = ENGLAND_AND_WALES.noon(on)
    return Event(
        ref=of.ref,
        seq=1,
        kind=kind,
        trigger=trigger,
        from_state=before,
        to_state=after,
        recorder=Recorder(name="Sam Reed"),
        decided_by=None,
        command_id="c0" * 16,
        occurred_at=at,
        occurred_on=on,
        recorded_at=recorded or at,
        workflow=of.workflow,
        workflow_version=of.workflow_version,
        data={},
        effects=Effects(),
    )
