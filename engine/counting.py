"""When a clock falls due: by its term, its start, the calendar, and what has stood still. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from .calendars import Calendar, Term
from .case import Clock, ClockStatus, Suspension
from .definition import Deadline
from .ladder import Rules
from .legs import Stretch, held, standing_still


def due_date(deadline: Deadline, anchor: date, term: Term, calendar: Calendar) -> date:
    """The last day of a deadline whose term is counted from a day."""
    return calendar.before(anchor, term) if deadline.counts_back else calendar.after(anchor, term)


def counted(clock: Clock, rules: Rules) -> date:
    """The due date of a clock, counted anew by the calendar; one that was agreed stays."""
    if clock.agreed:
        return clock.due
    if clock.resumed_on is not None and clock.resumed_with is not None:
        return rules.calendar.onward(clock.resumed_on, clock.resumed_with)
    return due_date(rules.deadline(clock), clock.anchor, clock.term.times(clock.period), rules.calendar)


def from_its_term(
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
    return held(fresh, stood(deadline, clock, suspensions, start), calendar)


def stood(deadline: Deadline, clock: Clock, suspensions: Iterable[Suspension], start: date) -> tuple[Stretch, ...]:
    """When a clock has stood still so far; a time that a thing has to last never does."""
    if deadline.minimum_period:
        return ()
    ran = (one for one in suspensions if clock.done_on is None or one.since < clock.done_on)
    return standing_still(deadline.name, ran, start)
