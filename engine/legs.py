"""The legs of a clock: it stops, runs on, gets a new date, or is counted anew. Pure functions.

What is left of a term is kept in the term's own unit: working days left stay working days left. Each
leg is chased anew, from the rungs that are still ahead of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from .calendars import Calendar
from .case import Clock, ClockStatus, Revision


def over(clock: Clock) -> Clock:
    """The clock once its day is over with nothing recorded; a minimum period is then met."""
    if clock.minimum_period:
        return replace(clock, status=ClockStatus.MET, done_on=clock.due)
    return replace(clock, status=ClockStatus.MISSED)


def stopped(clock: Clock, on: date, calendar: Calendar) -> Clock:
    """The clock once it stands still from a day on.

    Missed is what had been missed on that day; a due date that passed later, before anybody had typed
    that the clock stood still, was no due date.
    """
    return replace(
        clock,
        status=ClockStatus.MISSED if clock.due < on else ClockStatus.SUSPENDED,
        suspended_on=on,
        time_left=calendar.left(on, clock.due, clock.term.unit),
    )


def resumed(clock: Clock, on: date, revision: Revision, calendar: Calendar) -> Clock:
    """The clock once it runs on from a day: with what was left, on a new leg.

    Args:
        clock: A clock that stands still.
        on: The day from which it runs on.
        revision: Who lifted the suspension, and why; its dates are filled in here.
        calendar: Whose days count.
    """
    assert clock.time_left is not None
    missed = clock.status is ClockStatus.MISSED
    # On the same day nothing has moved, even a date that was agreed for a Saturday.
    still = missed or on == clock.suspended_on
    due = clock.due if still else calendar.onward(on, clock.time_left)
    return replace(
        _moved(clock, due, revision, calendar),
        status=ClockStatus.MISSED if missed else ClockStatus.RUNNING,
        suspended_on=None,
        time_left=None,
        resumed_on=clock.resumed_on if still else on,
        resumed_with=clock.resumed_with if still else clock.time_left,
        agreed=clock.agreed and still,
    )


def agreed(clock: Clock, due: date, revision: Revision, calendar: Calendar) -> Clock:
    """The clock with a due date that was agreed: it runs to that, on a new leg."""
    moved = _moved(clock, due, revision, calendar)
    return replace(moved, status=ClockStatus.RUNNING, agreed=True)


def counted_anew(clock: Clock, anchor: date, due: date, revision: Revision, calendar: Calendar) -> Clock:
    """The clock whose start was corrected: judged anew, on a new leg.

    A date that was agreed stays as it was agreed. Of a clock that has stood still meanwhile the time
    left moves with its start.

    Args:
        clock: The clock.
        anchor: The day from which its term should have been counted.
        due: The last day of its term from there.
        revision: Who corrected it, and why; its dates are filled in here.
        calendar: Whose days count.
    """
    if clock.agreed:
        return replace(clock, anchor=anchor)
    left = None
    if clock.resumed_on is not None:
        due = clock.due + (anchor - clock.anchor)
        left = calendar.left(clock.resumed_on, due, clock.term.unit)
    moved = replace(_moved(clock, due, revision, calendar), anchor=anchor, resumed_with=left)
    if clock.suspended_on is not None:
        return replace(moved, time_left=calendar.left(clock.suspended_on, due, clock.term.unit))
    if clock.is_open:
        return replace(moved, status=ClockStatus.RUNNING)
    assert clock.done_on is not None
    return replace(moved, status=ClockStatus.MET if clock.done_on <= due else ClockStatus.MISSED)


def recalculated(clock: Clock, due: date, revision: Revision, calendar: Calendar) -> Clock:
    """The clock once the calendar has moved its due date: on the same leg, since nobody agreed anything."""
    due_at = calendar.end_of(due)
    passed = due_at <= revision.recorded_at
    moved = replace(clock, due=due, due_at=due_at, revisions=_revisions(clock, due, revision))
    if clock.status is ClockStatus.SUSPENDED:
        assert clock.suspended_on is not None
        return replace(moved, time_left=calendar.left(clock.suspended_on, due, clock.term.unit))
    if clock.status is ClockStatus.MISSED and not passed:
        return replace(moved, status=ClockStatus.RUNNING)
    return moved


def _moved(clock: Clock, due: date, revision: Revision, calendar: Calendar) -> Clock:
    return replace(
        clock,
        due=due,
        due_at=calendar.end_of(due),
        leg=clock.leg + 1,
        leg_at=revision.recorded_at,
        told=(),
        revisions=_revisions(clock, due, revision),
    )


def _revisions(clock: Clock, due: date, revision: Revision) -> tuple[Revision, ...]:
    if due == clock.due:
        return clock.revisions
    return (
        *clock.revisions,
        replace(revision, was=clock.due, due=due, was_missed=clock.status is ClockStatus.MISSED),
    )
