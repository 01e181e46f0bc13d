"""Read and write what a unit sets for itself: absences, roles, calendar days and deadlines."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, delete, func, insert, select

from ...engine import CalendarOverride, DayKind, DeadlineOverride, Overrides
from ...engine.model.calendar import Term, TermUnit
from ...engine.model.people import Absence
from ..schema import tables
from .connected import Connected


class SettingsReader(Connected):
    """Queries about the unit's settings."""

    def absences(self, day: date) -> tuple[Absence, ...]:
        """Return the absences that end on a day or later, by name and first day."""
        table = tables.absence.c
        query = (
            select(table.name, table.from_day, table.to_day, table.deputy)
            .where(table.to_day >= day)
            .order_by(table.name, table.from_day)
        )
        return tuple(Absence(**row) for row in self._open_connection().execute(query).mappings())

    def overrides(self) -> Overrides:
        """Return the unit's own days, terms and escalation levels."""
        days = (
            self._open_connection()
            .execute(select(tables.calendar_override).order_by(*tables.calendar_override.primary_key))
            .mappings()
        )
        terms = (
            self._open_connection()
            .execute(
                select(tables.deadline_override).order_by(
                    tables.deadline_override.c.recorded_at, tables.deadline_override.c.revision
                )
            )
            .mappings()
        )
        # The latest row of a day applies.
        latest = {row["day"]: _calendar_override_from(row) for row in days}
        return Overrides(days=tuple(latest.values()), deadlines=tuple(_deadline_override_from(row) for row in terms))


class SettingsWriter(SettingsReader):
    """Writes to the unit's settings. Overrides of days and deadlines are only added, never changed."""

    def save_absence(self, absence: Absence, recorded_by: str, at: datetime) -> None:
        """Save an absence, in place of one of the same person from the same day."""
        self.delete_absence(absence)
        row = {
            "name": absence.name,
            "from_day": absence.from_day,
            "to_day": absence.to_day,
            "deputy": absence.deputy,
            "recorded_by": recorded_by,
            "recorded_at": at,
        }
        self._open_connection().execute(insert(tables.absence), row)

    def delete_absence(self, absence: Absence) -> None:
        """Delete an absence."""
        table = tables.absence
        same = and_(table.c.name == absence.name, table.c.from_day == absence.from_day)
        self._open_connection().execute(delete(table).where(same))

    def delete_person(self, name: str) -> None:
        """Delete a person with their roles and absences."""
        for table in (tables.absence, tables.person_role, tables.person):
            self._open_connection().execute(delete(table).where(table.c.name == name))

    def save_calendar_override(self, day: CalendarOverride) -> None:
        """Save the unit's override of a calendar day. The latest one applies."""
        table = tables.calendar_override
        known = select(func.coalesce(func.max(table.c.revision), 0)).where(table.c.day == day.day)
        row = {
            "day": day.day,
            "revision": self._open_connection().execute(known).scalar_one() + 1,
            "counts_as": str(day.counts_as),
            "reasons": day.reasons,
            "recorded_by": day.recorded_by,
            "recorded_at": day.recorded_at,
        }
        self._open_connection().execute(insert(table), row)

    def save_deadline_override(self, term: DeadlineOverride) -> None:
        """Save the unit's override of a deadline."""
        table = tables.deadline_override
        same = and_(table.c.workflow == term.workflow, table.c.deadline == term.deadline)
        known = select(func.coalesce(func.max(table.c.revision), 0)).where(same)
        row = {
            "workflow": term.workflow,
            "deadline": term.deadline,
            "revision": self._open_connection().execute(known).scalar_one() + 1,
            "from_day": term.from_day,
            "term_amount": None if term.term is None else term.term.amount,
            "term_unit": None if term.term is None else str(term.term.unit),
            "levels": dict(term.levels),
            "reasons": term.reasons,
            "recorded_by": term.recorded_by,
            "recorded_at": term.recorded_at,
        }
        self._open_connection().execute(insert(table), row)


def _calendar_override_from(row: Any) -> CalendarOverride:
    return CalendarOverride(
        day=row["day"],
        counts_as=DayKind(row["counts_as"]),
        reasons=row["reasons"],
        recorded_by=row["recorded_by"],
        recorded_at=row["recorded_at"],
    )


def _deadline_override_from(row: Any) -> DeadlineOverride:
    amount, unit = row["term_amount"], row["term_unit"]
    return DeadlineOverride(
        workflow=row["workflow"],
        deadline=row["deadline"],
        from_day=row["from_day"],
        term=None if amount is None else Term(amount=amount, unit=TermUnit(unit)),
        levels=row["levels"] or {},
        reasons=row["reasons"],
        recorded_by=row["recorded_by"],
        recorded_at=row["recorded_at"],
    )
