"""Read what a unit sets for itself: absences, calendar days and deadlines."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from ...engine import Overrides
from ...engine.definition.registered import RegisteredDefinition
from ...engine.model.people import Absence
from ..schema import tables
from .connected import Connected
from .unit_tables import read_days, read_definitions, read_terms

REHEARSAL = "rehearsal"
"""The setting that says whether a record was created for training only."""


class SettingsReader(Connected):
    """Queries about the unit's settings."""

    def absences(self, day: date) -> tuple[Absence, ...]:
        """Return the absences that end on a day or later, by name and first day."""
        absence, absent, deputy = tables.absence.c, tables.person.alias("absent").c, tables.person.alias("deputy").c
        query = (
            select(absent.name, absence.from_day, absence.to_day, deputy.name.label("deputy"))
            .join_from(tables.absence, absent.id.table, absent.id == absence.person)
            .join(deputy.id.table, deputy.id == absence.deputy, isouter=True)
            .where(absence.to_day >= day)
            .order_by(absent.name, absence.from_day)
        )
        return tuple(Absence(**row) for row in self._open_connection().execute(query).mappings())

    def overrides(self) -> Overrides:
        """Return the unit's own days, terms and escalation levels."""
        connection = self._open_connection()
        # The latest setting of a day applies.
        latest = {day.day: day for day in read_days(connection)}
        return Overrides(days=tuple(latest.values()), deadlines=read_terms(connection))

    def definitions(self) -> tuple[RegisteredDefinition, ...]:
        """Return the registered versions of workflows, by name and version."""
        return read_definitions(self._open_connection())

    def is_rehearsal(self) -> bool:
        """Return whether the record was created for training only."""
        query = select(tables.setting.c.value).where(tables.setting.c.name == REHEARSAL)
        return self._open_connection().execute(query).scalar_one_or_none() == "yes"
