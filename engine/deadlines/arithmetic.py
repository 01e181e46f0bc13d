"""The legs of a clock: it stops, runs on, gets a new date, or is counted anew. Pure functions.

What is left of a term is kept in the term's own unit: working days left stay working days left. Each
leg is chased anew, from the rungs that are still ahead of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from ..definition.deadline import Deadline
from ..forms.replacing import copy_with
from ..model.calendar import Calendar, Term, TimeLeft
from ..model.clock import Clock, ClockStatus, Revision, Suspension
from .schedule import DeadlineRules

Interval = tuple[date, date | None]
"""A time of standing still: from one day to another, or on without an end."""


def expire(clock: Clock) -> Clock:
    """The clock once its day is over with nothing recorded; a minimum period is then met."""
    if clock.minimum_period:
        return copy_with(clock, status=ClockStatus.MET, done_on=clock.due)
    return copy_with(clock, status=ClockStatus.MISSED)


def suspension_intervals(deadline: str, suspensions: Iterable[Suspension], start: date) -> tuple[Interval, ...]:
    """When a deadline stands still, from a day on: its suspensions' union, whenever each was recorded."""
    found: list[Interval] = []
    for one in sorted((one for one in suspensions if one.covers(deadline)), key=lambda one: one.since):
        since, until = max(one.since, start), one.until
        if until is not None and until <= since:
            continue
        if found and (found[-1][1] is None or since <= found[-1][1]):
            since, before = found.pop()
            until = None if before is None or until is None else max(before, until)
        found.append((since, until))
    return tuple(found)


def suspend(clock: Clock, on: date, calendar: Calendar) -> Clock:
    """The clock once it stands still from a day on.

    Missed is what had been missed on that day; a due date that passed later, before anybody had typed
    that the clock stood still, was no due date.
    """
    status = ClockStatus.MISSED if clock.due < on else ClockStatus.SUSPENDED
    return replace(
        clock,
        status=clock.status if clock.cancelled_by_end else status,
        suspended_on=on,
        time_left=_time_left(clock, on, calendar),
    )


def apply_suspensions(clock: Clock, intervals: Iterable[Interval], calendar: Calendar) -> Clock:
    """The clock after, or in, the stretches during which it stands still, on its own leg."""
    for since, until in intervals:
        if clock.suspended_on is None:
            clock = suspend(clock, since, calendar)
        if until is not None:
            clock = _run_on(clock, until, calendar)
    return clock


def resume(clock: Clock, suspensions: Iterable[Suspension], revision: Revision, calendar: Calendar) -> Clock:
    """A clock that stood still once one of its suspensions is lifted, or lifted earlier than others.

    What no other one covers runs on with what was left, on a new leg; what another one covers without a
    day between stands still as before.

    Args:
        clock: A clock that stands still.
        suspensions: All suspensions of the case, as they are by now.
        revision: Who lifted the suspension, and why; its dates are filled in here.
        calendar: Whose days count.
    """
    assert clock.suspended_on is not None
    stretches = suspension_intervals(clock.deadline, suspensions, clock.suspended_on)
    if stretches and stretches[0] == (clock.suspended_on, None):
        return clock
    if not stretches or stretches[0][0] != clock.suspended_on:
        # On the same day nothing has moved, even a date that was agreed for a Saturday.
        stretches = ((clock.suspended_on, clock.suspended_on), *stretches)
    return _on_new_run(clock, apply_suspensions(clock, stretches, calendar), revision)


def reschedule(clock: Clock, due: date, revision: Revision, calendar: Calendar) -> Clock:
    """The clock with a due date that was agreed: it runs to that, on a new leg."""
    moved = replace(clock, due=due, due_at=calendar.end_of(due), status=ClockStatus.RUNNING, has_agreed_date=True)
    return _on_new_run(clock, moved, revision)


def backdate_suspension(clock: Clock, after: Clock, revision: Revision) -> Clock:
    """A clock that stands still for longer than was known: as it then is, on its leg, with its former date.

    Args:
        clock: The clock.
        after: The same as its term and all suspensions make it.
        revision: Who suspended it, and why; its dates are filled in here.
    """
    return replace(after, revisions=_revisions(clock, after.due, revision))


def recompute(clock: Clock, after: Clock, revision: Revision) -> Clock:
    """The clock whose start was corrected: judged anew, on a new leg. A date that was agreed stays.

    Args:
        clock: The clock.
        after: The same as its term from the right day, and the suspensions since, make it.
        revision: Who corrected it, and why; its dates are filled in here.
    """
    if not clock.is_due_by_term:
        return replace(clock, anchor=after.anchor)
    moved = _on_new_run(clock, after, revision)
    if clock.done_on is None:
        return moved
    in_time = after.status is ClockStatus.SUSPENDED or clock.done_on <= after.due
    status = ClockStatus.MET if in_time else ClockStatus.MISSED
    return replace(moved, status=status, suspended_on=None)


def recalculate(clock: Clock, due: date, revision: Revision, calendar: Calendar) -> Clock:
    """The clock once the calendar has moved its due date: on the same leg, since nobody agreed anything."""
    due_at = calendar.end_of(due)
    passed = due_at <= revision.recorded_at
    moved = replace(clock, due=due, due_at=due_at, revisions=_revisions(clock, due, revision))
    if clock.suspended_on is not None:
        return suspend(moved, clock.suspended_on, calendar)
    if clock.status is ClockStatus.MISSED and not passed:
        return replace(moved, status=ClockStatus.RUNNING)
    return moved


def _time_left(clock: Clock, on: date, calendar: Calendar) -> TimeLeft:
    # Months and days, counted there and back, need not come to the same: what was left that day is left.
    if on == clock.resumed_on and clock.resumed_with is not None and not clock.has_agreed_date:
        return clock.resumed_with
    return calendar.time_left(on, clock.due, clock.term.unit)


def _run_on(clock: Clock, on: date, calendar: Calendar) -> Clock:
    """The clock that runs on from a day with what was left; what had been missed stays so."""
    assert clock.time_left is not None
    missed = clock.status is ClockStatus.MISSED
    still = missed or on == clock.suspended_on
    due = clock.due if still else calendar.after_time_left(on, clock.time_left)
    return replace(
        clock,
        due=due,
        due_at=calendar.end_of(due),
        status=clock.status if clock.cancelled_by_end or missed else ClockStatus.RUNNING,
        suspended_on=None,
        time_left=None,
        resumed_on=clock.resumed_on if still else on,
        resumed_with=clock.resumed_with if still else clock.time_left,
        has_agreed_date=clock.has_agreed_date and still,
    )


def _on_new_run(clock: Clock, after: Clock, revision: Revision) -> Clock:
    return replace(
        after,
        run=clock.run + 1,
        run_started_at=revision.recorded_at,
        reached=(),
        revisions=_revisions(clock, after.due, revision),
    )


def _revisions(clock: Clock, due: date, revision: Revision) -> tuple[Revision, ...]:
    if due == clock.due:
        return clock.revisions
    return (
        *clock.revisions,
        replace(revision, previous_due=clock.due, due=due, was_missed=clock.status is ClockStatus.MISSED),
    )


def due_date(deadline: Deadline, anchor: date, term: Term, calendar: Calendar) -> date:
    """The last day of a deadline whose term is counted from a day."""
    return calendar.before(anchor, term) if deadline.counts_back else calendar.after(anchor, term)


def current_due_date(clock: Clock, rules: DeadlineRules) -> date:
    """The due date of a clock, counted anew by the calendar; one that was agreed stays."""
    if clock.has_agreed_date:
        return clock.due
    if clock.resumed_on is not None and clock.resumed_with is not None:
        return rules.calendar.after_time_left(clock.resumed_on, clock.resumed_with)
    return due_date(rules.deadline(clock), clock.anchor, clock.term.times(clock.period), rules.calendar)


def recompute_from_term(
    deadline: Deadline, clock: Clock, suspensions: Iterable[Suspension], calendar: Calendar, started_on: date
) -> Clock:
    """The clock as its term and the suspensions of the case make it, whatever became of it so far.

    Args:
        deadline: What it stands for.
        clock: The clock.
        suspensions: All suspensions of the case.
        calendar: Whose days count.
        started_on: The day of the step that started it, for one that counts back.
    """
    due = due_date(deadline, clock.anchor, clock.term.times(clock.period), calendar)
    fresh = replace(
        clock,
        due=due,
        due_at=calendar.end_of(due),
        status=ClockStatus.RUNNING,
        suspended_on=None,
        time_left=None,
        resumed_on=None,
        resumed_with=None,
    )
    start = started_on if deadline.counts_back else clock.anchor
    return apply_suspensions(fresh, clock_intervals(deadline, clock, suspensions, start), calendar)


def clock_intervals(
    deadline: Deadline, clock: Clock, suspensions: Iterable[Suspension], start: date
) -> tuple[Interval, ...]:
    """When a clock has stood still so far; a time that a thing has to last never does."""
    if deadline.minimum_period:
        return ()
    ran = (one for one in suspensions if clock.done_on is None or one.since < clock.done_on)
    return suspension_intervals(deadline.name, ran, start)
