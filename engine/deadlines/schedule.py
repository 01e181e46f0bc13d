"""When each rung of a clock's ladder is reached, and when next a clock needs looking at.

A rung so many working days past due is reached at the end of that day; one so many days before, at the
beginning of it: whoever is reminded five working days ahead still has all five.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from ..definition.deadline import Deadline, Rung
from ..definition.workflow import Workflow
from ..forms.replacing import changed
from ..model.calendar import Calendar, Term, working_days
from ..model.clock import Clock, ClockStatus
from .overrides import LocalRules

Clocks = tuple[Clock, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """A rung with its instant.

    Attributes:
        rung: The rung.
        at: When it is reached (UTC).
    """

    rung: Rung
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """By what rules clocks are counted and chased.

    Attributes:
        workflow: The workflow.
        calendar: Whose days count, the unit's own among them.
        local: What the unit has set for itself.
    """

    workflow: Workflow
    calendar: Calendar
    local: LocalRules = field(default_factory=LocalRules)

    def ladder(self, clock: Clock) -> tuple[Rung, ...]:
        """The ladder of a clock, as it was in force where its term begins, and known when its leg did."""
        return self.local.ladder(self.workflow, self.deadline(clock), clock.anchor, by=clock.leg_at)

    def term(self, deadline: Deadline, day: date) -> Term:
        """The term in force for a clock that starts on a day."""
        return self.local.term(self.workflow, deadline, day)

    def deadline(self, clock: Clock) -> Deadline:
        """The deadline that a clock stands for."""
        return self.workflow.deadline(clock.deadline)


def ahead(clock: Clock, rules: Rules) -> tuple[Reached, ...]:
    """The rungs that a clock has not reached on this leg, the next one first; none while it is not chased."""
    found = (Reached(rung=rung, at=instant(clock, rung, rules.calendar)) for rung in _unreached(clock, rules))
    return tuple(sorted(found, key=lambda reached: (reached.at, reached.rung.working_days)))


def instant(clock: Clock, rung: Rung, calendar: Calendar) -> datetime:
    """When a rung is reached (UTC)."""
    return _reached_at(calendar, clock.due, rung.working_days)


# Whatever happens to a clock asks for all its rungs again, and many clocks are due on the same days.
@lru_cache(maxsize=4096)
def _reached_at(calendar: Calendar, due: date, past_due: int) -> datetime:
    if past_due >= 0:
        return calendar.end_of(calendar.after(due, working_days(past_due)))
    return calendar.end_of(calendar.before(due, working_days(-past_due)) - timedelta(days=1))


def _unreached(clock: Clock, rules: Rules) -> list[Rung]:
    if not clock.is_chased:
        return []
    done = {told.rung for told in clock.told}
    return [rung for rung in rules.ladder(clock) if rung.name not in done]


def timed(clock: Clock, rules: Rules) -> Clock:
    """The clock with the instant at which next something has to happen to it by itself."""
    waiting = [instant(clock, rung, rules.calendar) for rung in _unreached(clock, rules)]
    if clock.status is ClockStatus.RUNNING and clock.is_open:
        waiting.append(clock.due_at)
    next_at = min(waiting, default=None)
    return clock if next_at == clock.next_at else changed(clock, next_at=next_at)


def changes(before: Clocks, after: Clocks) -> Clocks:
    """The clocks that are not as they were, and the new ones."""
    former = _by_name(before)
    return tuple(clock for clock in after if not _is_as_it_was(clock, former))


def all_timed(before: Clocks, after: Clocks, rules: Rules) -> Clocks:
    """The clocks after something happened; those that changed are timed anew."""
    former = _by_name(before)
    return tuple(clock if _is_as_it_was(clock, former) else timed(clock, rules) for clock in after)


def _by_name(clocks: Clocks) -> Mapping[tuple[str, int], Clock]:
    return {(clock.deadline, clock.number): clock for clock in clocks}


def _is_as_it_was(clock: Clock, former: Mapping[tuple[str, int], Clock]) -> bool:
    was = former.get((clock.deadline, clock.number))
    # Most are the very same; to compare two clocks field by field costs much more than that.
    return was is clock or was == clock
