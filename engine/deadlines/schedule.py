"""Compute when a clock reaches each escalation level, and when it next needs attention.

A level after the due date is reached at the end of its working day; a level before the due date at the
beginning, so that a reminder five working days ahead leaves all five.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from msgspec.structs import replace

from ..definition.deadline import Deadline, EscalationLevel
from ..definition.workflow import Workflow
from ..model.calendar import Calendar, Term, working_days
from ..model.clock import Clock, ClockStatus
from .overrides import Overrides

Clocks = tuple[Clock, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PendingLevel:
    """An escalation level that has not been reached.

    Attributes:
        level: The level.
        at: The instant at which it is reached (UTC).
    """

    level: EscalationLevel
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadlineRules:
    """The rules that apply to a case's clocks.

    Attributes:
        workflow: The workflow.
        calendar: The working calendar, with local days.
        overrides: The local overrides.
    """

    workflow: Workflow
    calendar: Calendar
    overrides: Overrides = field(default_factory=Overrides)

    def escalation_policy(self, clock: Clock) -> tuple[EscalationLevel, ...]:
        """Return a clock's escalation policy, as in force on its first day and recorded when its run began."""
        return self.overrides.escalation_policy(
            self.workflow, self.deadline(clock), clock.anchor, by=clock.run_started_at
        )

    def term(self, deadline: Deadline, day: date) -> Term:
        """Return the term in force for a clock that starts on a day."""
        return self.overrides.term(self.workflow, deadline, day)

    def deadline(self, clock: Clock) -> Deadline:
        """Return a clock's deadline."""
        return self.workflow.deadline(clock.deadline)


def pending_levels(clock: Clock, rules: DeadlineRules) -> tuple[PendingLevel, ...]:
    """Return the levels that a clock has not reached on this run, in order; none unless it is outstanding."""
    pending = (
        PendingLevel(level=level, at=level_instant(clock, level, rules.calendar))
        for level in _unreached_levels(clock, rules)
    )
    return tuple(sorted(pending, key=lambda one: (one.at, one.level.working_days)))


def level_instant(clock: Clock, level: EscalationLevel, calendar: Calendar) -> datetime:
    """Return the instant at which a clock reaches a level (UTC)."""
    return _reached_at(calendar, clock.due, level.working_days)


# Every change of a clock asks for all its levels again, and many clocks are due on the same days.
@lru_cache(maxsize=4096)
def _reached_at(calendar: Calendar, due: date, past_due: int) -> datetime:
    if past_due >= 0:
        return calendar.end_of(calendar.after(due, working_days(past_due)))
    return calendar.end_of(calendar.before(due, working_days(-past_due)) - timedelta(days=1))


def _unreached_levels(clock: Clock, rules: DeadlineRules) -> list[EscalationLevel]:
    if not clock.is_outstanding:
        return []
    reached = {level.level for level in clock.reached}
    return [level for level in rules.escalation_policy(clock) if level.name not in reached]


def with_next_at(clock: Clock, rules: DeadlineRules) -> Clock:
    """Return the clock with the instant of its next level or of its expiry."""
    instants = [level_instant(clock, level, rules.calendar) for level in _unreached_levels(clock, rules)]
    if clock.status is ClockStatus.RUNNING and clock.is_open:
        instants.append(clock.due_at)
    next_at = min(instants, default=None)
    return clock if next_at == clock.next_at else replace(clock, next_at=next_at)


def changed_clocks(before: Clocks, after: Clocks) -> Clocks:
    """Return the changed and the new clocks."""
    former = _by_key(before)
    return tuple(clock for clock in after if not _is_unchanged(clock, former))


def with_next_at_all(before: Clocks, after: Clocks, rules: DeadlineRules) -> Clocks:
    """Return the clocks, with the next instant of those that changed."""
    former = _by_key(before)
    return tuple(clock if _is_unchanged(clock, former) else with_next_at(clock, rules) for clock in after)


def _by_key(clocks: Clocks) -> Mapping[tuple[str, int], Clock]:
    return {(clock.deadline, clock.number): clock for clock in clocks}


def _is_unchanged(clock: Clock, former: Mapping[tuple[str, int], Clock]) -> bool:
    previous = former.get((clock.deadline, clock.number))
    # Most are the same object, which is much cheaper to see than equality of all fields.
    return previous is clock or previous == clock
