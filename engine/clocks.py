"""How clocks start, are met, are missed, are cancelled and run again. Pure functions over values.

Every function takes the clocks of a case and gives them back changed; what changed is what the
event then carries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from .calendars import Calendar
from .case import Clock, ClockStatus
from .definition import Deadline, Entering, Leaving, Recording, Workflow, value_at

Clocks = tuple[Clock, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A step as clocks see it.

    Attributes:
        trigger: The step.
        day: The day on which it happened.
        record: What it records.
        from_state: The state before; None for the opening.
        to_state: The state after.
    """

    trigger: str
    day: date
    record: Mapping[str, Any]
    from_state: str | None
    to_state: str


def after_step(workflow: Workflow, clocks: Clocks, moment: Moment, calendar: Calendar) -> Clocks:
    """The clocks of a case once a step has been taken.

    In this order: what the step meets is met; if it ends the case, what is still open is cancelled;
    if it brings the case back from an end, what the end had cancelled runs on, with its own dates;
    what the step starts begins. So a duty that arises from the end itself (telling the national
    panel of a decision not to review) outlives it.
    """
    moved = moment.from_state != moment.to_state
    ends = moved and workflow.state(moment.to_state).is_end
    ended_before = moment.from_state is not None and workflow.state(moment.from_state).is_end
    for deadline in workflow.deadlines:
        if any(_meets(event, moment, ends=ends) for event in deadline.met_by):
            clocks = _met(deadline, clocks, moment, calendar)
    if ends:
        clocks = tuple(_cancelled(clock, moment) if _dies(clock) else clock for clock in clocks)
    elif moved and ended_before:
        clocks = _revived(workflow, clocks)
    for deadline in workflow.deadlines:
        for event in deadline.starts:
            if (anchor := _anchor(event, moment)) is not None:
                clocks = _started(deadline, clocks, anchor, moment, calendar)
    return clocks


def passed(before: Clocks, after: Clocks, now: datetime) -> Clocks:
    """The clocks whose day is over with nothing recorded, as they are once that is noted.

    Args:
        before: The clocks before the step that is being recorded.
        after: The clocks after it.
        now: The present. A clock that the step meets or cancels in time is not among them, though
            its day may be over when that is typed.
    """
    late = []
    for clock, then in zip(before, after, strict=False):
        if clock.status is not ClockStatus.RUNNING or clock.due_at > now:
            continue
        if then.done_on is not None and then.done_on <= clock.due:
            continue
        if clock.minimum_period:
            late.append(replace(clock, status=ClockStatus.MET, done_on=clock.due))
        else:
            late.append(replace(clock, status=ClockStatus.MISSED))
    return tuple(late)


def updated(clocks: Clocks, changes: Clocks) -> Clocks:
    """The clocks with the changed ones in place of their former selves, and the new ones behind."""
    changed = {(clock.deadline, clock.number): clock for clock in changes}
    kept = tuple(changed.pop((clock.deadline, clock.number), clock) for clock in clocks)
    return kept + tuple(changed.values())


def changes(before: Clocks, after: Clocks) -> Clocks:
    """The clocks that are not as they were, and the new ones."""
    known = set(before)
    return tuple(clock for clock in after if clock not in known)


# --- what a moment does -----------------------------------------------------------------------------


def _meets(event: Recording | Leaving, moment: Moment, *, ends: bool) -> bool:
    if isinstance(event, Recording):
        return _records(event, moment)
    return moment.from_state == event.state != moment.to_state and not ends


def _anchor(event: Recording | Entering, moment: Moment) -> date | None:
    if isinstance(event, Entering):
        return moment.day if moment.from_state != event.state == moment.to_state else None
    if not _records(event, moment):
        return None
    if event.day is None:
        return moment.day
    given = value_at(moment.record, event.day)
    return None if given is None else date.fromisoformat(given)


def _records(event: Recording, moment: Moment) -> bool:
    if event.step != moment.trigger or (event.taken_in and moment.from_state not in event.taken_in):
        return False
    return event.given is None or value_at(moment.record, event.given) in event.among


# --- what becomes of a clock ------------------------------------------------------------------------


def _latest(deadline: str, clocks: Clocks) -> Clock | None:
    return next((clock for clock in reversed(clocks) if clock.deadline == deadline), None)


def _met(deadline: Deadline, clocks: Clocks, moment: Moment, calendar: Calendar) -> Clocks:
    clock = _latest(deadline.name, clocks)
    if clock is None or not clock.is_open:
        return clocks
    # Judged by when it happened: in time though recorded late is met, also where it was missed
    # meanwhile; late stays missed, but nobody is chased any more.
    status = ClockStatus.MET if moment.day <= clock.due else ClockStatus.MISSED
    clocks = updated(clocks, (replace(clock, status=status, done_on=moment.day, done_by=moment.trigger),))
    if not deadline.repeats:
        return clocks
    period = clock.period + 1
    while _due(deadline, clock.anchor, period, calendar) <= moment.day:
        period += 1
    return (*clocks, _clock(deadline, clock.number + 1, clock.anchor, period, calendar))


def _started(deadline: Deadline, clocks: Clocks, anchor: date, moment: Moment, calendar: Calendar) -> Clocks:
    former = _latest(deadline.name, clocks)
    if former is not None and former.is_open:
        clocks = updated(clocks, (_cancelled(former, moment),))
    number = 1 if former is None else former.number + 1
    return (*clocks, _clock(deadline, number, anchor, 1, calendar))


def _clock(deadline: Deadline, number: int, anchor: date, period: int, calendar: Calendar) -> Clock:
    due = _due(deadline, anchor, period, calendar)
    return Clock(
        deadline=deadline.name,
        number=number,
        anchor=anchor,
        term=deadline.term,
        period=period,
        due=due,
        due_at=calendar.end_of(due),
        minimum_period=deadline.minimum_period,
    )


def _due(deadline: Deadline, anchor: date, period: int, calendar: Calendar) -> date:
    # Counted from the first anchor each time: a rhythm of months that began on the 31st keeps to
    # month ends, which adding month to month would lose.
    term = deadline.term.times(period)
    return calendar.before(anchor, term) if deadline.counts_back else calendar.after(anchor, term)


def _dies(clock: Clock) -> bool:
    return clock.is_chased


def _cancelled(clock: Clock, moment: Moment) -> Clock:
    # What had been missed stays missed; that it is no longer chased is in `done_on`.
    status = clock.status if clock.status is ClockStatus.MISSED else ClockStatus.CANCELLED
    return replace(clock, status=status, done_on=moment.day, done_by=moment.trigger, stood_down=True)


def _revived(workflow: Workflow, clocks: Clocks) -> Clocks:
    for deadline in workflow.deadlines:
        clock = _latest(deadline.name, clocks)
        if clock is None or not clock.stood_down:
            continue
        status = ClockStatus.RUNNING if clock.status is ClockStatus.CANCELLED else clock.status
        again = replace(clock, status=status, done_on=None, done_by=None, stood_down=False)
        clocks = updated(clocks, (again,))
    return clocks
