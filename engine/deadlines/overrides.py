"""Local overrides of the calendar, of terms and of escalation levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from ..definition.deadline import Deadline, EscalationLevel
from ..definition.workflow import Workflow
from ..model.calendar import Calendar, Term
from ..model.published_calendars import with_code


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
        calendar_code: The code of the published calendar that the unit has chosen; None for the engine's own.
    """

    days: tuple[CalendarOverride, ...] = ()
    deadlines: tuple[DeadlineOverride, ...] = ()
    calendar_code: str | None = None

    def calendar(self, default: Calendar) -> Calendar:
        """Return the chosen calendar, or else the default one, with the local days applied."""
        published = default if self.calendar_code is None else with_code(default, self.calendar_code)
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


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarChange:
    """A change of the days that count: of one day, of the published calendar, or of what is known of it.

    Attributes:
        reasons: The reasons.
        day: The day that the unit set; None if it set none.
        calendar_code: The code of the calendar that it chose; None if it chose none.
    """

    reasons: str
    day: CalendarOverride | None = None
    calendar_code: str | None = None

    def applied_to(self, local: Overrides) -> Overrides:
        """Return the overrides with this change, which they may hold already."""
        if self.day is not None:
            others = (one for one in local.days if one.day != self.day.day)
            return replace(local, days=(*others, self.day))
        return local if self.calendar_code is None else replace(local, calendar_code=self.calendar_code)

    @property
    def record(self) -> dict[str, str]:
        """Return the change as the events of the cases hold it."""
        if self.day is not None:
            what = {"day": self.day.day.isoformat(), "counts_as": str(self.day.counts_as)}
        else:
            what = {} if self.calendar_code is None else {"calendar": self.calendar_code}
        return {**what, "reasons": self.reasons}
