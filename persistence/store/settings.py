"""Read what a unit sets for itself: absences, calendar days and deadlines."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import BindParameter, ColumnClause, bindparam, literal_column, select, union_all

from ...engine import NameKind, Overrides
from ...engine.definition.registered import RegisteredDefinition
from ...engine.forms.names import same_name_key
from ...engine.model.organisations import KnownNames, Organisation
from ...engine.model.people import Absence
from ..schema import tables
from .connected import Connected
from .unit_tables import read_calendar, read_days, read_definitions, read_organisations, read_terms

REHEARSAL = "rehearsal"
"""The setting that says whether a record was created for training only."""

MOST_OVERRIDES = 100
"""The number of units, or of their former settings, whose settings a process keeps."""

_overrides: dict[str, Overrides] = {}


_PERSON: ColumnClause[str] = literal_column(f"'{NameKind.PERSON}'")
_ORGANISATION: ColumnClause[str] = literal_column(f"'{NameKind.ORGANISATION}'")
_KEYS: BindParameter[str] = bindparam("keys", expanding=True)
_OF_ALIAS = tables.organisation_alias.join(
    tables.organisation, tables.organisation.c.id == tables.organisation_alias.c.organisation
)
# Made once: a step with names asks for them, and making the query takes longer than the answer.
KNOWN_NAMES = union_all(
    select(_PERSON, tables.person.c.key, tables.person.c.name).where(tables.person.c.key.in_(_KEYS)),
    select(_PERSON, tables.former_name.c.key, tables.person.c.name)
    .select_from(tables.former_name.join(tables.person, tables.person.c.id == tables.former_name.c.person))
    .where(tables.former_name.c.key.in_(_KEYS)),
    select(_ORGANISATION, tables.organisation.c.key, tables.organisation.c.name).where(
        tables.organisation.c.key.in_(_KEYS)
    ),
    select(_ORGANISATION, tables.organisation_alias.c.key, tables.organisation.c.name)
    .select_from(_OF_ALIAS)
    .where(tables.organisation_alias.c.key.in_(_KEYS)),
)
"""The query for the names that are on the lists, each with its kind and the present name of its holder."""


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

    def organisations(self) -> tuple[Organisation, ...]:
        """Return the organisations on the list, by name."""
        listed = read_organisations(self._open_connection()).values()
        # Sorted here: how a database orders text depends on its collation.
        return tuple(sorted(listed, key=lambda one: one.name))

    def _organisation_keys(self, name: str) -> tuple[str, ...]:
        """Return the keys of all names of an organisation; of one that is not on the list, that of its name."""
        organisation, alias, key = tables.organisation.c, tables.organisation_alias.c, same_name_key(name)
        by_name = select(organisation.id).where(organisation.key == key)
        listed = by_name.union(select(alias.organisation).where(alias.key == key))
        keys = union_all(
            select(organisation.key).where(organisation.id.in_(listed)),
            select(alias.key).where(alias.organisation.in_(listed)),
        )
        return tuple(sorted(self._open_connection().execute(keys).scalars())) or (key,)

    def known_names(self, keys: Collection[str]) -> KnownNames:
        """Return which of some keys are names of people or organisations on the lists."""
        found = [tuple(row) for row in self._open_connection().execute(KNOWN_NAMES, {"keys": sorted(keys)})]
        return KnownNames(
            people={key: name for kind, key, name in found if kind == NameKind.PERSON},
            organisations={key: name for kind, key, name in found if kind == NameKind.ORGANISATION},
        )

    def _former_names(self) -> dict[str, tuple[str, ...]]:
        """Return the former names of people, by the person's ID."""
        table = tables.former_name.c
        names: dict[str, tuple[str, ...]] = {}
        for person, name in self._open_connection().execute(select(table.person, table.name)):
            names[person] = tuple(sorted((*names.get(person, ()), name)))
        return names

    def overrides(self) -> Overrides:
        """Return the unit's own calendar, days, terms and escalation levels."""
        return self._read_overrides()

    def _overrides_at(self, unit_head: str | None) -> Overrides:
        """Return the same, kept by the hash of the latest event of the unit's own record.

        Every step needs them, and they seldom change: never without an event in that record.
        """
        if unit_head is None:
            return self._read_overrides()
        known = _overrides.get(unit_head)
        if known is None:
            if len(_overrides) >= MOST_OVERRIDES:
                _overrides.clear()
            known = _overrides[unit_head] = self._read_overrides()
        return known

    def _read_overrides(self) -> Overrides:
        connection = self._open_connection()
        # The latest setting of a day applies.
        latest = {day.day: day for day in read_days(connection)}
        return Overrides(
            days=tuple(latest.values()), deadlines=read_terms(connection), calendar_code=read_calendar(connection)
        )

    def definitions(self) -> tuple[RegisteredDefinition, ...]:
        """Return the registered versions of workflows, by name and version."""
        return read_definitions(self._open_connection())

    def is_rehearsal(self) -> bool:
        """Return whether the record was created for training only."""
        query = select(tables.setting.c.value).where(tables.setting.c.name == REHEARSAL)
        return self._open_connection().execute(query).scalar_one_or_none() == "yes"
