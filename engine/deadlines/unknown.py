"""Deadlines of an imported case with an outcome that nobody knows: neither met, nor missed, nor chased."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from msgspec.structs import replace

from ..definition.deadline import Deadline
from ..definition.paths import may_have_been_met, unmeetable_deadlines
from ..model.clock import Clock, Clocks, ClockStatus
from ..model.evolve import merge_clocks
from .arithmetic import due_date
from .schedule import DeadlineRules, with_next_at_all


def unknown_outcomes(
    rules: DeadlineRules, clocks: Clocks, *, state: str, been_in: Collection[str], at: datetime
) -> Clocks:
    """Return the clocks of an imported case with an outcome that is not known.

    Nothing in the case's present or later states can meet them, so they were met at some time; or they were due before
    the import, and may have been met before it by a step that the register does not mention.

    Args:
        rules: The rules of the case's clocks.
        clocks: The clocks.
        state: The case's state.
        been_in: The states in which the case has been.
        at: The instant of the import (UTC).
    """
    workflow = rules.workflow
    behind = unmeetable_deadlines(workflow, state, been_in)
    return tuple(
        clock
        for clock in clocks
        if clock.is_outstanding
        and (
            clock.deadline in behind
            or (clock.due_at <= at and may_have_been_met(workflow, rules.deadline(clock), state, been_in))
        )
    )


def with_unknown_outcomes(rules: DeadlineRules, clocks: Clocks, unknown: Clocks, at: datetime) -> Clocks:
    """Return the clocks, some of them with an unknown outcome; a repeating one goes on with its next period.

    Args:
        rules: The rules of the case's clocks.
        clocks: The clocks.
        unknown: Those with an unknown outcome.
        at: The instant of the import (UTC).
    """
    marked = [replace(clock, status=ClockStatus.NOT_KNOWN) for clock in unknown]
    following = [
        _next_period(rules, deadline, clock, at)
        for clock in unknown
        if (deadline := rules.deadline(clock)).repeats and clock.due_at <= at
    ]
    return with_next_at_all(clocks, merge_clocks(clocks, (*marked, *following)), rules)


def _next_period(rules: DeadlineRules, deadline: Deadline, clock: Clock, at: datetime) -> Clock:
    """Return the clock of the first period that ends after an instant."""
    calendar, period, due_at = rules.calendar, clock.period, clock.due_at
    while due_at <= at:
        period += 1
        due = due_date(deadline, clock.anchor, clock.term.times(period), calendar)
        due_at = calendar.end_of(due)
    return replace(clock, number=clock.number + 1, period=period, due=due, due_at=due_at, run_started_at=at)
