"""End a suspension with the last clock that it holds, so that nobody has to review it for nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from ..definition.workflow import Workflow
from ..model.clock import Clock, Clocks, ClockStatus, Suspension
from ..model.evolve import merge_clocks


def ended_suspensions(
    workflow: Workflow, state: str, clocks: Clocks, suspensions: Iterable[Suspension], day: date
) -> tuple[Suspension, ...]:
    """Return the suspensions that end because no clock of theirs is left, each with the day of its end.

    Args:
        workflow: The workflow.
        state: The state of the case.
        clocks: The clocks of the case.
        suspensions: The suspensions of the case.
        day: The day on which the last clock was met or cancelled.
    """
    ended = workflow.state(state).is_end
    return tuple(
        replace(one, until=max(day, one.since))
        for one in suspensions
        if one.until is None and not any(_holds(one, clock, or_resumes=ended) for clock in clocks)
    )


def suspensions_after(
    workflow: Workflow, state: str, clocks: Clocks, suspensions: tuple[Suspension, ...], day: date
) -> tuple[Suspension, ...]:
    """Return all suspensions of a case, those ended that have no clock left; see `ended_suspensions`."""
    ended = {one.number: one for one in ended_suspensions(workflow, state, clocks, suspensions, day)}
    return tuple(ended.get(one.number, one) for one in suspensions)


def without_idle_reviews(
    workflow: Workflow, state: str, clocks: Clocks, suspensions: Iterable[Suspension], *, day: date, step: str
) -> Clocks:
    """Return the clocks, with the reviews cancelled of suspensions that hold no open clock.

    The review of a suspension that holds clocks of an ended case continues if the case is reopened.

    Args:
        workflow: The workflow.
        state: The state of the case.
        clocks: The clocks of the case.
        suspensions: The suspensions of the case.
        day: The day of the step.
        step: The step that met or cancelled the last clock.
    """
    lasting = tuple(one for one in suspensions if one.until is None)
    over = {one.number for one in ended_suspensions(workflow, state, clocks, lasting, day)}
    idle = {one.number for one in lasting if not any(_holds(one, clock, or_resumes=False) for clock in clocks)}
    review = workflow.suspension_review
    cancelled = (
        _cancelled(clock, day, step, resumes=clock.number not in over)
        for clock in clocks
        if review is not None and clock.deadline == review.name and clock.number in idle and clock.is_open
    )
    return merge_clocks(clocks, tuple(cancelled))


def _holds(suspension: Suspension, clock: Clock, *, or_resumes: bool) -> bool:
    """Return whether a suspension holds a clock that is open, or one that resumes if the case is reopened."""
    held = clock.suspended_on is not None and suspension.covers(clock.deadline)
    return held and (clock.is_open or (or_resumes and clock.cancelled_by_end))


def _cancelled(clock: Clock, day: date, step: str, *, resumes: bool) -> Clock:
    # A review that was missed by that day stays missed.
    missed = clock.status is ClockStatus.MISSED and clock.due < day
    status = ClockStatus.MISSED if missed else ClockStatus.CANCELLED
    return replace(clock, status=status, done_on=day, done_by=step, cancelled_by_end=resumes)
