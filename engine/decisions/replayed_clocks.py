"""Replay what people decided about deadlines: suspensions, resumptions and new dates."""

from __future__ import annotations

from datetime import date, datetime

from msgspec.structs import replace

from ..deadlines.arithmetic import expire, reschedule
from ..deadlines.schedule import DeadlineRules
from ..model.case import Case, Event
from ..model.clock import Clocks, ClockStatus, EventKind, Revision, Suspension
from ..model.evolve import merge_clocks
from .suspension import resumed_clocks, reviewing_clock, suspendable_clocks, suspended_clock


def after_expiry(case: Case, day: date) -> Case:
    """Return the case with its clocks expired if their last day was before a day."""
    late = (clock for clock in case.clocks if clock.is_open and clock.status is ClockStatus.RUNNING)
    return _with_clocks(case, tuple(expire(clock) for clock in late if clock.due < day))


def after_clock_command(rules: DeadlineRules, case: Case, event: Event, now: datetime) -> Case:
    """Return the case after a suspension, its end, or a new date, as far as it still applies.

    Args:
        rules: The rules of the case's clocks.
        case: The case as replayed so far.
        event: The event, as it was corrected.
        now: The present (UTC).
    """
    day = event.occurred_on
    revision = Revision(
        previous_due=day, due=day, cause=event.kind, reasons="", agreed_by=None, capacity=None, recorded_at=now
    )
    match event.kind:
        case EventKind.SUSPENDED:
            return _after_suspension(rules, case, event, revision)
        case EventKind.RESUMED:
            return _after_resumption(rules, case, event, revision)
        case _:
            return _after_new_date(rules, case, event, revision)


def _after_suspension(rules: DeadlineRules, case: Case, event: Event, revision: Revision) -> Case:
    data, review = event.data, rules.workflow.suspension_review
    assert review is not None
    suspension = Suspension(
        number=data["suspension"],
        since=event.occurred_on,
        review_by=date.fromisoformat(data["review_by"]),
        deadlines=tuple(data.get("deadlines", ())),
        proceeding=data["proceeding"],
        consulted=data["consulted"],
        reasons=data["reasons"],
    )
    chosen = suspendable_clocks(rules.workflow, case, suspension.deadlines)
    case = replace(case, suspensions=(*case.suspensions, suspension))
    suspended = (suspended_clock(rules, clock, case.suspensions) for clock in chosen)
    return _with_clocks(case, (*suspended, reviewing_clock(rules, review, suspension, revision.recorded_at)))


def _after_resumption(rules: DeadlineRules, case: Case, event: Event, revision: Revision) -> Case:
    lifted = next((one for one in case.suspensions if one.number == event.data["suspension"]), None)
    if lifted is None or lifted.until is not None:
        return case  # as it is known now, it has ended by itself
    lifted = replace(lifted, until=max(event.occurred_on, lifted.since))
    return _with_suspension(_with_clocks(case, resumed_clocks(rules, case, lifted, revision)), lifted)


def _after_new_date(rules: DeadlineRules, case: Case, event: Event, revision: Revision) -> Case:
    running = (one for one in case.clocks if one.deadline == event.trigger and one.is_open)
    clock = min(running, key=lambda one: one.due, default=None)
    if clock is None or clock.suspended_on is not None:
        return case  # met before, as it is known now: its date does not matter any more
    to, review = date.fromisoformat(event.data["to"]), rules.workflow.suspension_review
    case = _with_clocks(case, (reschedule(clock, to, revision, rules.calendar, on=event.occurred_on),))
    for suspension in case.suspensions:
        if review is not None and (clock.deadline, clock.number) == (review.name, suspension.number):
            case = _with_suspension(case, replace(suspension, review_by=to))
    return case


def _with_clocks(case: Case, changed: Clocks) -> Case:
    return replace(case, clocks=merge_clocks(case.clocks, changed))


def _with_suspension(case: Case, changed: Suspension) -> Case:
    suspensions = tuple(changed if one.number == changed.number else one for one in case.suspensions)
    return replace(case, suspensions=suspensions)
