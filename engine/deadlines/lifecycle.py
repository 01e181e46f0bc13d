"""Start, meet, cancel and restore the clocks of a case, as pure functions.

Each function returns all clocks of the case; the event then carries those that changed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from ..definition.deadline import Deadline
from ..model.calendar import Term
from ..model.clock import Clock, Clocks, ClockStatus
from ..model.evolve import merge_clocks
from .arithmetic import apply_suspensions, clock_intervals, due_date, expire
from .schedule import DeadlineRules, with_next_at_all
from .triggers import StepFacts, is_met_by, met_on, started_on, without_start


def clocks_after_step(rules: DeadlineRules, clocks: Clocks, facts: StepFacts) -> Clocks:
    """Return the clocks of a case after a step.

    The order matters: first the step meets deadlines. If it ends the case, open clocks are cancelled;
    if it reopens the case, clocks that the end cancelled resume with their own dates. Only then the
    step starts deadlines, so a duty that arises from the end itself outlives it. If the step
    invalidates records, clocks that only those records started are cancelled and do not resume. A
    clock that starts during a suspension is suspended too, unless the case has ended.
    """
    before, workflow = clocks, rules.workflow
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
    return with_next_at_all(before, clocks, rules)


def cancel_unmeetable(rules: DeadlineRules, clocks: Clocks, unmeetable: Clocks, day: date, trigger: str) -> Clocks:
    """Return the clocks of an imported case with those cancelled that no later step can meet.

    Args:
        rules: The rules of the case's clocks.
        clocks: The clocks.
        unmeetable: The clocks to cancel.
        day: The last day of which the import knows anything.
        trigger: The step to record as the cause.
    """
    cancelled = (replace(clock, status=ClockStatus.CANCELLED, done_on=day, done_by=trigger) for clock in unmeetable)
    return with_next_at_all(clocks, merge_clocks(clocks, tuple(cancelled)), rules)


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
    if clock is None or not clock.is_open:
        return clocks
    clocks = merge_clocks(clocks, (complete(clock, facts.day, facts.trigger),))
    if not deadline.repeats:
        return clocks
    # Each period is counted from the first anchor: adding month to month would lose the month's end
    # of a rhythm that began on the 31st. A resumption begins a new rhythm.
    anchor, period = (clock.anchor, clock.period + 1) if clock.resumed_on is None else (clock.due, 1)
    while due_date(deadline, anchor, clock.term.times(period), rules.calendar) <= facts.day:
        period += 1
    start = clock.resumed_on or clock.anchor
    return (
        *clocks,
        _new_clock(deadline, anchor, clock.term, facts, rules, number=clock.number + 1, period=period, start=start),
    )


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
    start = facts.day if deadline.counts_back else anchor
    return (*clocks, _new_clock(deadline, anchor, term, facts, rules, number=number, start=start))


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
    if not facts.suspensions:
        return clock
    return apply_suspensions(clock, clock_intervals(deadline, clock, facts.suspensions, start), calendar)


def _ends_with_case(clock: Clock) -> bool:
    return clock.is_open and not clock.minimum_period


def _cancel(clock: Clock, facts: StepFacts) -> Clock:
    # A clock that was missed by that day stays missed; `done_on` ends its reminders.
    missed = clock.status is ClockStatus.MISSED and clock.due < facts.day
    status = ClockStatus.MISSED if missed else ClockStatus.CANCELLED
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
        if restored.suspended_on is None and not reviews:
            # The case may have been suspended while it was ended, which did not touch cancelled clocks.
            start = facts.day if rules.deadline(clock).counts_back else clock.resumed_on or clock.anchor
            lasting = clock_intervals(rules.deadline(clock), restored, facts.suspensions, start)[-1:]
            restored = apply_suspensions(restored, (one for one in lasting if one[1] is None), rules.calendar)
        clocks = merge_clocks(clocks, (restored,))
    return clocks
