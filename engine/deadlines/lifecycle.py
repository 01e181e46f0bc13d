"""Start, meet, cancel and restore the clocks of a case, as pure functions.

Each function returns all clocks of the case; the event then carries those that changed.
"""

from __future__ import annotations

from datetime import date, datetime

from msgspec.structs import replace

from ..definition.deadline import Deadline
from ..model.calendar import Calendar, Term
from ..model.clock import Clock, Clocks, ClockStatus
from ..model.evolve import merge_clocks
from .arithmetic import apply_suspensions, clock_intervals, due_date, expire
from .schedule import DeadlineRules, with_next_at_all
from .suspended import without_idle_reviews
from .triggers import StepFacts, is_met_by, met_on, started_on, without_start

SHORTLY = 4
"""A report that is late for one period counts for the next one, too, in the last quarter of that one."""


def clocks_after_step(rules: DeadlineRules, clocks: Clocks, facts: StepFacts) -> Clocks:
    """Return the clocks of a case after a step.

    The order matters: first the step meets deadlines. If it ends the case, open clocks are cancelled;
    if it reopens the case, clocks that the end cancelled resume with their own dates. Only then the
    step starts deadlines, so a duty that arises from the end itself outlives it. If the step
    invalidates records, clocks that only those records started are cancelled and do not resume. A
    clock that starts during a suspension is suspended too, unless the case has ended. A suspension ends
    with its last clock.
    """
    before, workflow, suspensions = clocks, rules.workflow, facts.suspensions
    invalidated = without_start(rules, facts)
    moved = facts.from_state != facts.to_state
    ends = moved and workflow.state(facts.to_state).is_end
    ended_before = facts.from_state is not None and workflow.state(facts.from_state).is_end
    for deadline in workflow.deadlines:
        if any(is_met_by(event, facts, ends=ends) for event in deadline.met_by):
            clocks = _meet(deadline, clocks, facts, rules)
    if ends or invalidated:
        clocks = tuple(
            _cancel(clock, facts) if _ends_with_case(clock) and (ends or clock.deadline in invalidated) else clock
            for clock in clocks
        )
    if moved and ended_before and not ends:
        clocks = _restore(clocks, facts, rules, invalidated)
    if ends:
        # A suspension is not reviewed once the case has ended, so it suspends no new clock either.
        facts = replace(facts, suspensions=())
    for deadline in workflow.deadlines:
        for event in deadline.starts:
            if (anchor := started_on(event, facts)) is not None:
                clocks = _start(deadline, clocks, anchor, facts, rules)
        for meeting in deadline.met_by:
            if (day := met_on(meeting, facts)) is not None:
                clocks = _meet(deadline, clocks, replace(facts, day=day), rules)
    if suspensions:
        clocks = without_idle_reviews(workflow, facts.to_state, clocks, suspensions, day=facts.day, step=facts.trigger)
    return with_next_at_all(before, clocks, rules)


def expired(before: Clocks, after: Clocks, now: datetime) -> Clocks:
    """Return the clocks that have expired, in the status that follows.

    A clock that the step meets, cancels or suspends in time has not expired, even if its due date has
    passed by the time the step is recorded.

    Args:
        before: The clocks before the step that is being recorded.
        after: The clocks after it.
        now: The present (UTC).
    """
    late = []
    for clock, then in zip(before, after, strict=False):
        if clock.status is not ClockStatus.RUNNING or clock.due_at > now:
            continue
        if then.status is ClockStatus.SUSPENDED or (then.done_on is not None and then.done_on <= clock.due):
            continue
        late.append(expire(clock))
    return tuple(late)


def latest_clock(deadline: str, clocks: Clocks) -> Clock | None:
    """Return the clock of a deadline that started last; None if it never started."""
    return next((clock for clock in reversed(clocks) if clock.deadline == deadline), None)


def _meet(deadline: Deadline, clocks: Clocks, facts: StepFacts, rules: DeadlineRules) -> Clocks:
    clock = latest_clock(deadline.name, clocks)
    if clock is None or not clock.is_open or _is_before_its_period(deadline, clock, facts.day, rules.calendar):
        return clocks
    clocks = merge_clocks(clocks, (complete(clock, facts.day, facts.trigger),))
    if not deadline.repeats:
        return clocks
    # Each period is counted from the first anchor: adding month to month would lose the month's end
    # of a rhythm that began on the 31st. A resumption begins a new rhythm.
    anchor, period = (clock.anchor, clock.period + 1) if clock.resumed_on is None else (clock.due, 1)
    while _counts_for(deadline, anchor, clock.term, period=period, day=facts.day, calendar=rules.calendar):
        period += 1
    start = clock.resumed_on or clock.first_day
    return (
        *clocks,
        _new_clock(deadline, anchor, clock.term, facts, rules, number=clock.number + 1, period=period, start=start),
    )


def _is_before_its_period(deadline: Deadline, clock: Clock, day: date, calendar: Calendar) -> bool:
    """Return whether a day belongs to the period before a repeating clock's own, which was completed already."""
    if not deadline.repeats or clock.has_agreed_date:
        return False
    if clock.period > 1:
        return day <= due_date(deadline, clock.anchor, clock.term.times(clock.period - 1), calendar)
    return clock.started_on is not None and day <= clock.anchor


def _counts_for(deadline: Deadline, anchor: date, term: Term, *, period: int, day: date, calendar: Calendar) -> bool:
    """Return whether a day counts for a period of a rhythm: it lies in its last quarter, or later."""
    before, due = (due_date(deadline, anchor, term.times(count), calendar) for count in (period - 1, period))
    return (due - day) * SHORTLY <= due - before


def complete(clock: Clock, day: date, step: str) -> Clock:
    """Return the clock, completed on a day.

    The day on which the step happened decides, not the day on which it was recorded: a clock that was
    missed meanwhile becomes met. A completion during a suspension is in time.
    """
    in_time = day <= clock.due or clock.status is ClockStatus.SUSPENDED
    status = ClockStatus.MET if in_time else ClockStatus.MISSED
    return replace(clock, status=status, done_on=day, done_by=step, suspended_on=None, time_left=None)


def _start(deadline: Deadline, clocks: Clocks, anchor: date, facts: StepFacts, rules: DeadlineRules) -> Clocks:
    former = latest_clock(deadline.name, clocks)
    if former is not None and former.is_open:
        clocks = merge_clocks(clocks, (_cancel(former, facts),))
    number = 1 if former is None else former.number + 1
    term = rules.term(deadline, facts.day)
    return (*clocks, _new_clock(deadline, anchor, term, facts, rules, number=number, start=facts.day))


def _new_clock(
    deadline: Deadline,
    anchor: date,
    term: Term,
    facts: StepFacts,
    rules: DeadlineRules,
    *,
    number: int,
    start: date,
    period: int = 1,
) -> Clock:
    calendar = rules.calendar
    due = due_date(deadline, anchor, term.times(period), calendar)
    clock = Clock(
        deadline=deadline.name,
        number=number,
        anchor=anchor,
        term=term,
        period=period,
        due=due,
        due_at=calendar.end_of(due),
        minimum_period=deadline.minimum_period,
        run_started_at=facts.recorded_at,
    )
    clock = _with_start(deadline, clock, start)
    if not facts.suspensions:
        return clock
    return apply_suspensions(clock, clock_intervals(deadline, clock, facts.suspensions, clock.first_day), calendar)


def _with_start(deadline: Deadline, clock: Clock, day: date) -> Clock:
    """Return the clock, which runs from its anchor, or from the step's day if it counts to the anchor or beyond."""
    started_on = day if deadline.counts_back or day < clock.anchor else None
    return clock if started_on == clock.started_on else replace(clock, started_on=started_on)


def _ends_with_case(clock: Clock) -> bool:
    return clock.is_open and not clock.minimum_period


def _cancel(clock: Clock, facts: StepFacts) -> Clock:
    # A clock that was missed by that day stays missed; `done_on` ends its reminders.
    missed = clock.status is ClockStatus.MISSED and clock.due < facts.day
    status = clock.status if missed or clock.status is ClockStatus.NOT_KNOWN else ClockStatus.CANCELLED
    return replace(clock, status=status, done_on=facts.day, done_by=facts.trigger, cancelled_by_end=True)


def _restore(clocks: Clocks, facts: StepFacts, rules: DeadlineRules, invalidated: frozenset[str]) -> Clocks:
    review = rules.workflow.suspension_review
    for clock in clocks:
        # Only the latest clock of a deadline is restored, but each suspension has a review of its own.
        reviews = review is not None and clock.deadline == review.name
        if not clock.cancelled_by_end or not (reviews or clock is latest_clock(clock.deadline, clocks)):
            continue
        if clock.deadline in invalidated:
            continue
        status = clock.status
        if status is ClockStatus.CANCELLED:
            status = ClockStatus.RUNNING if clock.suspended_on is None else ClockStatus.SUSPENDED
        # A new run, so that levels passed while the case was ended notify no one.
        restored = replace(
            clock,
            status=status,
            done_on=None,
            done_by=None,
            cancelled_by_end=False,
            run=clock.run + 1,
            run_started_at=facts.recorded_at,
            reached=(),
        )
        if restored.suspended_on is None and not reviews and restored.status is not ClockStatus.NOT_KNOWN:
            # The case may have been suspended while it was ended, which did not touch cancelled clocks.
            lasting = clock_intervals(rules.deadline(clock), restored, facts.suspensions, clock.latest_start)[-1:]
            restored = apply_suspensions(restored, (one for one in lasting if one[1] is None), rules.calendar)
        clocks = merge_clocks(clocks, (restored,))
    return clocks
