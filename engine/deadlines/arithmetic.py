"""Suspend, resume and reschedule a clock, as pure functions.

The time left of a term stays in the term's own unit: working days stay working days. A new date, a
resumption or a corrected start begins a new run, which reaches its escalation levels anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec.structs import replace

from ..definition.deadline import Deadline
from ..model.calendar import Calendar, Term, TimeLeft
from ..model.clock import Clock, ClockStatus, Revision, Suspension
from .schedule import DeadlineRules

Interval = tuple[date, date | None]
"""A suspended period: its first day, and the day on which the clock resumes or None."""


def expire(clock: Clock) -> Clock:
    """Return the clock once its due date has passed: missed, or met if it is a minimum period."""
    if clock.minimum_period:
        return replace(clock, status=ClockStatus.MET, done_on=clock.due)
    return replace(clock, status=ClockStatus.MISSED)


def suspension_intervals(deadline: str, suspensions: Iterable[Suspension], start: date) -> tuple[Interval, ...]:
    """Return the union of a deadline's suspensions from a day on, in order."""
    intervals: list[Interval] = []
    for suspension in sorted((each for each in suspensions if each.covers(deadline)), key=lambda each: each.since):
        since, until = max(suspension.since, start), suspension.until
        if until is not None and until <= since:
            continue
        if intervals and (intervals[-1][1] is None or since <= intervals[-1][1]):
            since, before = intervals.pop()
            until = None if before is None or until is None else max(before, until)
        intervals.append((since, until))
    return tuple(intervals)


def suspend(clock: Clock, on: date, calendar: Calendar) -> Clock:
    """Return the clock, suspended from a day on.

    It is missed only if it was missed by that day: a due date that passed before the suspension was
    recorded, but after it began, does not count.
    """
    status = ClockStatus.MISSED if clock.due < on else ClockStatus.SUSPENDED
    return replace(
        clock,
        status=clock.status if clock.cancelled_by_end else status,
        suspended_on=on,
        time_left=_time_left(clock, on, calendar),
    )


def apply_suspensions(clock: Clock, intervals: Iterable[Interval], calendar: Calendar) -> Clock:
    """Return the clock as the intervals leave it, on the same run."""
    for since, until in intervals:
        if clock.suspended_on is None:
            clock = suspend(clock, since, calendar)
        if until is not None:
            clock = _run_on(clock, until, calendar)
    return clock


def resume(
    deadline: Deadline, clock: Clock, suspensions: Sequence[Suspension], revision: Revision, calendar: Calendar
) -> Clock:
    """Return a suspended clock after one of its suspensions was lifted.

    It resumes with the time left, on a new run, unless another suspension covers it without a gap. Its due date is
    never earlier than before.

    Args:
        deadline: The clock's deadline.
        clock: A suspended clock.
        suspensions: All suspensions of the case, the lifted one included.
        revision: The person who lifted the suspension, and the reasons; this function fills in the dates.
        calendar: The working calendar.
    """
    assert clock.suspended_on is not None
    if _is_backdated(clock):
        after = recompute_from_term(deadline, clock, suspensions, calendar)
        if after.suspended_on == clock.suspended_on:
            return clock
        if after.suspended_on is not None and after.suspended_on < _resumed_on(clock):
            after = _suspended_as(after, clock)
        return _on_new_run(clock, _no_earlier(after, clock.due, calendar), revision)
    intervals = suspension_intervals(clock.deadline, suspensions, clock.suspended_on)
    if intervals and intervals[0] == (clock.suspended_on, None):
        return clock
    if not intervals or intervals[0][0] != clock.suspended_on:
        # Lifted on the day it began: the due date stays, even one that was agreed for a Saturday.
        intervals = ((clock.suspended_on, clock.suspended_on), *intervals)
    return _on_new_run(clock, apply_suspensions(clock, intervals, calendar), revision)


def reschedule(clock: Clock, due: date, revision: Revision, calendar: Calendar, *, on: date) -> Clock:
    """Return the clock with a due date that was agreed on a day, on a new run."""
    moved = replace(
        clock,
        due=due,
        due_at=calendar.end_of(due),
        status=ClockStatus.RUNNING,
        has_agreed_date=True,
        agreed_on=on,
        agreed_due=due,
    )
    return _on_new_run(clock, moved, revision)


def backdate_suspension(
    deadline: Deadline, clock: Clock, suspensions: Iterable[Suspension], calendar: Calendar
) -> Clock:
    """Return a clock, suspended from a day before its latest resumption, on the same run.

    It gets back the days that ran between the two suspensions. The due date that it had stays until it resumes.

    Args:
        deadline: The clock's deadline.
        clock: The clock.
        suspensions: All suspensions of the case.
        calendar: The working calendar.
    """
    return _suspended_as(recompute_from_term(deadline, clock, suspensions, calendar), clock)


def recalculate(clock: Clock, rules: DeadlineRules, suspensions: Iterable[Suspension], revision: Revision) -> Clock:
    """Return the clock as the calendar counts it now, on the same run; the same clock if nothing changes.

    Args:
        clock: An open clock.
        rules: The rules by which it is counted.
        suspensions: All suspensions of the case.
        revision: The change of the calendar, and the reasons; this function fills in the dates.
    """
    calendar, due = rules.calendar, current_due_date(clock, rules)
    due_at = calendar.end_of(due)
    moved = replace(clock, due=due, due_at=due_at, revisions=_revisions(clock, due, revision))
    if clock.suspended_on is None:
        reprieved = clock.status is ClockStatus.MISSED and due != clock.due and due_at > revision.recorded_at
        return replace(moved, status=ClockStatus.RUNNING) if reprieved else moved
    if _is_backdated(clock):
        left = recompute_from_term(rules.deadline(clock), clock, suspensions, calendar).time_left
        return replace(moved, time_left=left)
    return suspend(moved, clock.suspended_on, calendar)


def _is_backdated(clock: Clock) -> bool:
    """Return whether a clock is suspended from a day before its latest resumption."""
    return clock.suspended_on is not None and clock.suspended_on < _resumed_on(clock)


def _resumed_on(clock: Clock) -> date:
    return clock.resumed_on or date.min


def _suspended_as(after: Clock, clock: Clock) -> Clock:
    """Return a clock, suspended as `after` is; the due date that it had stays until it resumes."""
    return replace(clock, status=after.status, suspended_on=after.suspended_on, time_left=after.time_left)


def _no_earlier(clock: Clock, due: date, calendar: Calendar) -> Clock:
    """Return the clock with a due date that is at least `due`: a month counted from another day may be shorter."""
    if clock.due >= due:
        return clock
    unit, later = clock.term.unit, replace(clock, due=due, due_at=calendar.end_of(due))
    if clock.suspended_on is not None:
        return replace(later, time_left=calendar.time_left(clock.suspended_on, due, unit))
    return replace(later, resumed_with=calendar.time_left(clock.resumed_on or clock.first_day, due, unit))


def _time_left(clock: Clock, on: date, calendar: Calendar) -> TimeLeft:
    # Months counted forth and back need not give the same day, so the time left on that day is reused.
    if on == clock.resumed_on and clock.resumed_with is not None and not clock.has_agreed_date:
        return clock.resumed_with
    return calendar.time_left(on, clock.due, clock.term.unit)


def _run_on(clock: Clock, on: date, calendar: Calendar) -> Clock:
    """Return the clock resumed on a day with the time left; a missed one stays missed."""
    assert clock.time_left is not None
    missed = clock.status is ClockStatus.MISSED
    unmoved = missed or on == clock.suspended_on
    due = clock.due if unmoved else calendar.after_time_left(on, clock.time_left)
    return replace(
        clock,
        due=due,
        due_at=calendar.end_of(due),
        status=clock.status if clock.cancelled_by_end or missed else ClockStatus.RUNNING,
        suspended_on=None,
        time_left=None,
        resumed_on=clock.resumed_on if unmoved else on,
        resumed_with=clock.resumed_with if unmoved else clock.time_left,
        has_agreed_date=clock.has_agreed_date and unmoved,
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
    """Return the last day of a deadline, with its term counted from a day."""
    return calendar.before(anchor, term) if deadline.counts_back else calendar.after(anchor, term)


def current_due_date(clock: Clock, rules: DeadlineRules) -> date:
    """Return a clock's due date, recounted by the calendar; an agreed date stays."""
    if clock.has_agreed_date:
        return clock.due
    if clock.resumed_on is not None and clock.resumed_with is not None:
        return rules.calendar.after_time_left(clock.resumed_on, clock.resumed_with)
    return due_date(rules.deadline(clock), clock.anchor, clock.term.times(clock.period), rules.calendar)


def recompute_from_term(
    deadline: Deadline, clock: Clock, suspensions: Iterable[Suspension], calendar: Calendar
) -> Clock:
    """Return the clock as only its term, or the date agreed last, and the case's suspensions make it.

    Args:
        deadline: The clock's deadline.
        clock: The clock.
        suspensions: All suspensions of the case.
        calendar: The working calendar.
    """
    due = clock.agreed_due or due_date(deadline, clock.anchor, clock.term.times(clock.period), calendar)
    fresh = replace(
        clock,
        has_agreed_date=clock.agreed_due is not None,
        due=due,
        due_at=calendar.end_of(due),
        status=ClockStatus.RUNNING,
        suspended_on=None,
        time_left=None,
        resumed_on=None,
        resumed_with=None,
    )
    return apply_suspensions(fresh, clock_intervals(deadline, clock, suspensions, fresh.latest_start), calendar)


def clock_intervals(
    deadline: Deadline, clock: Clock, suspensions: Iterable[Suspension], start: date
) -> tuple[Interval, ...]:
    """Return the intervals during which a clock was suspended; none for a minimum period."""
    if deadline.minimum_period:
        return ()
    ran = (one for one in suspensions if clock.done_on is None or one.since < clock.done_on)
    return suspension_intervals(deadline.name, ran, start)
