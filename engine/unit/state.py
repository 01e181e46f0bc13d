"""The people, absences, days and terms of a unit, as the events of its own record amount to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from ..deadlines.overrides import CalendarOverride, DeadlineOverride, Overrides
from ..definition.registered import RegisteredDefinition
from ..model.organisations import Organisation
from ..model.people import Absence, Person

AbsenceKey = tuple[str, date]
"""A person's ID, and the first day of their absence."""

DefinitionKey = tuple[str, int]
"""A workflow's name and version."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitAbsence:
    """An absence, with people by their IDs.

    Attributes:
        person: The person's ID.
        from_day: The first day.
        to_day: The last day.
        deputy: The deputy's ID; None if there is no deputy.
    """

    person: str
    from_day: date
    to_day: date
    deputy: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitState:
    """The state of the unit's own record. Each attribute is a section, which has tables of its own.

    Attributes:
        people: The people on the list, by ID.
        absences: Their absences, also those that are over.
        organisations: The organisations on the list, by ID.
        days: The days that the unit has set, in the order of recording; the latest of a day counts.
        calendar: The code of the chosen calendar of bank holidays; None for that of the engine.
        terms: The terms and levels that the unit has set, in the order of recording.
        definitions: The registered versions of workflows.
        rehearsal: Whether the record is for training only.
    """

    people: Mapping[str, Person] = field(default_factory=dict)
    absences: Mapping[AbsenceKey, UnitAbsence] = field(default_factory=dict)
    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    days: tuple[CalendarOverride, ...] = ()
    calendar: str | None = None
    terms: tuple[DeadlineOverride, ...] = ()
    definitions: Mapping[DefinitionKey, RegisteredDefinition] = field(default_factory=dict)
    rehearsal: bool = False

    @property
    def overrides(self) -> Overrides:
        """Return the days and terms that count."""
        latest = {day.day: day for day in self.days}
        return Overrides(
            days=tuple(latest[day] for day in sorted(latest)), deadlines=self.terms, calendar_code=self.calendar
        )

    @property
    def named_absences(self) -> tuple[Absence, ...]:
        """Return the absences with the names of people, by name and first day."""
        named = (
            Absence(
                name=self.people[one.person].name,
                from_day=one.from_day,
                to_day=one.to_day,
                deputy=None if one.deputy is None else self.people[one.deputy].name,
            )
            for one in self.absences.values()
        )
        return tuple(sorted(named, key=lambda one: (one.name, one.from_day)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Stamp:
    """The recording of a step.

    Attributes:
        recorded_by: The name of the person or service that recorded it.
        recorded_at: The instant (UTC).
    """

    recorded_by: str
    recorded_at: datetime
