"""What a unit has set for itself: its own days, terms and ladders, each from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from ..definition.deadline import Deadline, EscalationLevel
from ..definition.workflow import Workflow
from ..model.calendar import Calendar, Term


class DayKind(StrEnum):
    """What a unit has said of a day."""

    CLOSED = "closed"
    WORKED = "worked"
    AS_USUAL = "as_usual"


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarOverride:
    """A day of which the unit has said whether it is worked.

    Attributes:
        day: The day.
        counts_as: What it counts as.
        reasons: Why.
        recorded_by: Who recorded it.
        recorded_at: When (UTC).
    """

    day: date
    counts_as: DayKind
    reasons: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadlineOverride:
    """A deadline's term, or the days of its ladder, as the unit has set them.

    Attributes:
        workflow: The workflow's name.
        deadline: The deadline's name.
        from_day: For clocks that start on this day or later.
        term: The term; None where the definition's stays.
        levels: Working days past due by the rung's name; those not named stay.
        reasons: Why.
        recorded_by: Who recorded it.
        recorded_at: When (UTC).
    """

    workflow: str
    deadline: str
    from_day: date
    term: Term | None
    levels: Mapping[str, int] = field(default_factory=dict)
    reasons: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Overrides:
    """All that a unit has set, as it is in force.

    Attributes:
        days: One entry a day.
        deadlines: Oldest first: of two that are in force the later one holds.
    """

    days: tuple[CalendarOverride, ...] = ()
    deadlines: tuple[DeadlineOverride, ...] = ()

    def calendar(self, published: Calendar) -> Calendar:
        """The published calendar with the unit's own days."""
        if not self.days:
            return published
        closed = (day.day for day in self.days if day.counts_as is DayKind.CLOSED)
        worked = (day.day for day in self.days if day.counts_as is DayKind.WORKED)
        return published.with_days(added=closed, removed=worked)

    def term(self, workflow: Workflow, deadline: Deadline, day: date) -> Term:
        """The term of a deadline whose clock starts on a day."""
        found = deadline.term
        for local in self._deadline_overrides(workflow, deadline, day):
            found = local.term or found
        return found

    def escalation_policy(
        self, workflow: Workflow, deadline: Deadline, day: date, *, by: datetime | None = None
    ) -> tuple[EscalationLevel, ...]:
        """The ladder of a deadline whose clock was started from a day.

        Args:
            workflow: The workflow.
            deadline: The deadline.
            day: The day.
            by: Only what had been set by then: what runs already goes on as it was.
        """
        ladder = workflow.policy_for(deadline)
        for local in self._deadline_overrides(workflow, deadline, day):
            if by is not None and local.recorded_at > by:
                continue
            ladder = tuple(
                replace(rung, working_days=local.levels.get(rung.name, rung.working_days)) for rung in ladder
            )
        return ladder

    def _deadline_overrides(self, workflow: Workflow, deadline: Deadline, day: date) -> tuple[DeadlineOverride, ...]:
        if not self.deadlines:
            return ()
        return tuple(
            local
            for local in self.deadlines
            if (local.workflow, local.deadline) == (workflow.name, deadline.name) and local.from_day <= day
        )
