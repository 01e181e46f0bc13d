"""Counting a case's clocks anew once the calendar has changed: an event on each case that it touches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from .case import Case, Clock, Effects, Event, EventKind, Revision
from .counting import counted
from .decision import Decision
from .evolve import evolve
from .ladder import Rules, timed
from .legs import recalculated
from .sweeping import SetAside
from .terms import LocalDay


@dataclass(frozen=True, kw_only=True, slots=True)
class Recalculated:
    """A due date that the calendar moves.

    Attributes:
        ref: The case.
        deadline: The deadline.
        was: The due date before.
        due: The due date after.
    """

    ref: str
    deadline: str
    was: date
    due: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Recalculation:
    """What counting every open clock anew came to.

    Attributes:
        moved: The due dates that the calendar moves, by reference.
        set_aside: The cases that could not be looked at; the others were counted all the same.
    """

    moved: tuple[Recalculated, ...]
    set_aside: tuple[SetAside, ...]


def decide_recalculation(
    rules: Rules, case: Case, because: LocalDay, now: datetime
) -> tuple[Decision | None, tuple[Recalculated, ...]]:
    """The decision that open clocks of a case fall due, or are chased, on other days than they were to.

    Args:
        rules: By what rules they are counted, the day among them.
        case: The case.
        because: The day, and what the unit says of it.
        now: The present (UTC).

    Returns:
        The decision, None where nothing changes; and the due dates that it moves.
    """
    now = max(now, case.recorded_at)
    revision = Revision(
        was=because.day,
        due=because.day,
        cause=EventKind.RECALCULATED,
        reasons=because.reasons,
        agreed_by=None,
        capacity=None,
        recorded_at=now,
    )
    clocks: list[Clock] = []
    moved: list[Recalculated] = []
    for clock in case.clocks:
        if not clock.is_open:
            continue
        due = counted(clock, rules)
        after = clock
        if due != clock.due:
            after = recalculated(clock, due, revision, rules.calendar)
            moved.append(Recalculated(ref=case.ref, deadline=clock.deadline, was=clock.due, due=due))
        after = timed(after, rules)
        if after != clock:
            clocks.append(after)
    if not clocks:
        return None, ()
    event = Event(
        ref=case.ref,
        seq=case.seq + 1,
        kind=EventKind.RECALCULATED,
        trigger="recalculate",
        from_state=case.state,
        to_state=case.state,
        recorded_by=because.recorded_by,
        decided_by=None,
        occurred_at=now,
        occurred_on=rules.calendar.day_of(now),
        recorded_at=now,
        workflow=case.workflow,
        workflow_version=case.workflow_version,
        data={
            "day": because.day.isoformat(),
            "counts_as": str(because.counts_as),
            "reasons": because.reasons,
            "dates": [
                {"deadline": one.deadline, "was": one.was.isoformat(), "to": one.due.isoformat()} for one in moved
            ],
        },
        effects=Effects(clocks=tuple(clocks)),
    )
    return Decision(events=(event,), case=evolve(case, event)), tuple(moved)
