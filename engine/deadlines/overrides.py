"""Local overrides of the calendar, of terms and of escalation levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from ..definition.deadline import Deadline, EscalationLevel
from ..definition.workflow import Workflow
from ..model.calendar import Calendar, Term


class DayKind(StrEnum):
    """The kind of a calendar override."""

    CLOSED = "closed"
    WORKED = "worked"
    AS_USUAL = "as_usual"


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarOverride:
    """A day that differs from the published calendar.

    Attributes:
        day: The day.
        counts_as: Its kind from now on.
        reasons: The reasons.
        recorded_by: The person who recorded it.
        recorded_at: The instant at which it was recorded (UTC).
    """

    day: date
    counts_as: DayKind
    reasons: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadlineOverride:
    """A local term or local escalation levels for a deadline.

    Attributes:
        workflow: The workflow's name.
        deadline: The deadline's name.
        from_day: The first day; it applies to clocks that start on this day or later.
        term: The term; None to leave the definition's.
        levels: Working days past due by the level's name; other levels stay.
        reasons: The reasons.
        recorded_by: The person who recorded it.
        recorded_at: The instant at which it was recorded (UTC).
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
    """All local overrides in force.

    Attributes:
        days: At most one override a day.
        deadlines: Oldest first; a later override replaces an earlier one.
    """

    days: tuple[CalendarOverride, ...] = ()
    deadlines: tuple[DeadlineOverride, ...] = ()

    def calendar(self, published: Calendar) -> Calendar:
        """Return the published calendar with the local days applied."""
        if not self.days:
            return published
        closed = (day.day for day in self.days if day.counts_as is DayKind.CLOSED)
        worked = (day.day for day in self.days if day.counts_as is DayKind.WORKED)
        return published.with_days(added=closed, removed=worked)

    def term(self, workflow: Workflow, deadline: Deadline, day: date) -> Term:
        """Return the term of a deadline for a clock that starts on a day."""
        term = deadline.term
        for override in self._deadline_overrides(workflow, deadline, day):
            term = override.term or term
        return term

    def escalation_policy(
        self, workflow: Workflow, deadline: Deadline, day: date, *, by: datetime | None = None
    ) -> tuple[EscalationLevel, ...]:
        """Return the escalation policy of a deadline for a clock that starts on a day.

        Args:
            workflow: The workflow.
            deadline: The deadline.
            day: The day.
            by: Ignore overrides recorded after this instant (UTC), because running clocks keep their policy.
        """
        policy = workflow.policy_for(deadline)
        for override in self._deadline_overrides(workflow, deadline, day):
            if by is not None and override.recorded_at > by:
                continue
            policy = tuple(
                replace(level, working_days=override.levels.get(level.name, level.working_days)) for level in policy
            )
        return policy

    def _deadline_overrides(self, workflow: Workflow, deadline: Deadline, day: date) -> tuple[DeadlineOverride, ...]:
        if not self.deadlines:
            return ()
        return tuple(
            override
            for override in self.deadlines
            if (override.workflow, override.deadline) == (workflow.name, deadline.name) and override.from_day <= day
        )
