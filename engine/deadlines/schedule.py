"""When each rung of a clock's ladder is reached, and when next a clock needs looking at.

A rung so many working days past due is reached at the end of that day; one so many days before, at the
beginning of it: whoever is reminded five working days ahead still has all five.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from ..definition.deadline import Deadline, EscalationLevel
from ..definition.workflow import Workflow
from ..forms.replacing import copy_with
from ..model.calendar import Calendar, Term, working_days
from ..model.clock import Clock, ClockStatus
from .overrides import Overrides

Clocks = tuple[Clock, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PendingLevel:
    """A rung with its instant.

    Attributes:
        level: The rung.
        at: When it is reached (UTC).
    """

    level: EscalationLevel
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadlineRules:
    """By what rules clocks are counted and chased.

    Attributes:
        workflow: The workflow.
        calendar: Whose days count, the unit's own among them.
        overrides: What the unit has set for itself.
    """

    workflow: Workflow
    calendar: Calendar
    overrides: Overrides = field(default_factory=Overrides)

    def escalation_policy(self, clock: Clock) -> tuple[EscalationLevel, ...]:
        """The ladder of a clock, as it was in force where its term begins, and known when its leg did."""
        return self.overrides.escalation_policy(
            self.workflow, self.deadline(clock), clock.anchor, by=clock.run_started_at
        )

    def term(self, deadline: Deadline, day: date) -> Term:
        """The term in force for a clock that starts on a day."""
        return self.overrides.term(self.workflow, deadline, day)

    def deadline(self, clock: Clock) -> Deadline:
        """The deadline that a clock stands for."""
        return self.workflow.deadline(clock.deadline)


def pending_levels(clock: Clock, rules: DeadlineRules) -> tuple[PendingLevel, ...]:
    """The rungs that a clock has not reached on this leg, the next one first; none while it is not chased."""
    found = (
        PendingLevel(level=rung, at=level_instant(clock, rung, rules.calendar))
        for rung in _unreached_levels(clock, rules)
    )
    return tuple(sorted(found, key=lambda reached: (reached.at, reached.level.working_days)))


def level_instant(clock: Clock, level: EscalationLevel, calendar: Calendar) -> datetime:
    """When a rung is reached (UTC)."""
    return _reached_at(calendar, clock.due, level.working_days)


# Whatever happens to a clock asks for all its rungs again, and many clocks are due on the same days.
@lru_cache(maxsize=4096)
def _reached_at(calendar: Calendar, due: date, past_due: int) -> datetime:
    if past_due >= 0:
        return calendar.end_of(calendar.after(due, working_days(past_due)))
    return calendar.end_of(calendar.before(due, working_days(-past_due)) - timedelta(days=1))


def _unreached_levels(clock: Clock, rules: DeadlineRules) -> list[EscalationLevel]:
    if not clock.is_outstanding:
        return []
    done = {told.level for told in clock.reached}
    return [rung for rung in rules.escalation_policy(clock) if rung.name not in done]


def with_next_at(clock: Clock, rules: DeadlineRules) -> Clock:
    """The clock with the instant at which next something has to happen to it by itself."""
    waiting = [level_instant(clock, rung, rules.calendar) for rung in _unreached_levels(clock, rules)]
    if clock.status is ClockStatus.RUNNING and clock.is_open:
        waiting.append(clock.due_at)
    next_at = min(waiting, default=None)
    return clock if next_at == clock.next_at else copy_with(clock, next_at=next_at)


def changed_clocks(before: Clocks, after: Clocks) -> Clocks:
    """The clocks that are not as they were, and the new ones."""
    former = _by_key(before)
    return tuple(clock for clock in after if not _is_unchanged(clock, former))


def with_next_at_all(before: Clocks, after: Clocks, rules: DeadlineRules) -> Clocks:
    """The clocks after something happened; those that changed are timed anew."""
    former = _by_key(before)
    return tuple(clock if _is_unchanged(clock, former) else with_next_at(clock, rules) for clock in after)


def _by_key(clocks: Clocks) -> Mapping[tuple[str, int], Clock]:
    return {(clock.deadline, clock.number): clock for clock in clocks}


def _is_unchanged(clock: Clock, former: Mapping[tuple[str, int], Clock]) -> bool:
    was = former.get((clock.deadline, clock.number))
    # Most are the very same; to compare two clocks field by field costs much more than that.
    return was is clock or was == clock
