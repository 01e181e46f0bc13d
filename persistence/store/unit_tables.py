"""The tables of the unit's own record: a snapshot of its events, in rows.

Each section of `UnitState` has one function that reads it from its tables and one that returns their rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, func, select

from ...engine import CalendarOverride, DayKind, DeadlineOverride
from ...engine.definition.registered import RegisteredDefinition
from ...engine.forms.digests import DISPOSED
from ...engine.forms.names import same_name_key
from ...engine.model.calendar import Term, TermUnit
from ...engine.model.organisations import Organisation
from ...engine.model.people import Person, RoleHolding
from ...engine.unit.state import AbsenceKey, DefinitionKey, UnitAbsence, UnitState
from ..schema import tables

Rows = Mapping[Table, list[dict[str, Any]]]
"""The rows of each table of a section."""


class Section(NamedTuple):
    """A section of the unit's state, in tables.

    Attributes:
        tables: The tables, each before those that refer to it.
        read: Return the section from its tables.
        rows: Return the rows of its tables for a state.
    """

    tables: tuple[Table, ...]
    read: Callable[[Connection], Any]
    rows: Callable[[UnitState], Rows]


def read_state(connection: Connection, sections: Iterable[str]) -> UnitState:
    """Return some sections of the unit's state from their tables; the others are empty."""
    return UnitState(**{name: SECTIONS[name].read(connection) for name in sections})


# --- people -------------------------------------------------------------------------------------------


def _read_people(connection: Connection) -> dict[str, Person]:
    holdings: dict[str, list[RoleHolding]] = defaultdict(list)
    for person, role, organisation in connection.execute(select(tables.person_role)):
        holdings[person].append(RoleHolding(role, organisation))
    former: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(select(tables.former_name)).mappings():
        former[row["person"]].append(row["name"])
    return {
        row["id"]: Person(
            id=row["id"],
            name=row["name"],
            former_names=tuple(sorted(former[row["id"]])),
            holdings=tuple(sorted(holdings[row["id"]])),
            email=row["email"],
            notify=row["notify"],
            account=row["account"],
        )
        for row in connection.execute(select(tables.person)).mappings()
    }


def _people_rows(state: UnitState) -> Rows:
    people = [
        {
            "id": one.id,
            "name": one.name,
            "key": _key(one.id, one.name),
            "email": one.email,
            "notify": one.notify,
            "account": one.account,
        }
        for one in state.people.values()
    ]
    roles = [
        {"person": one.id, "role": held.role, "organisation": held.organisation}
        for one in state.people.values()
        for held in one.holdings
    ]
    former = [
        {"key": same_name_key(name), "person": one.id, "name": name}
        for one in state.people.values()
        for name in one.former_names
    ]
    return {tables.person: people, tables.person_role: roles, tables.former_name: former}


def _key(identity: str, name: str) -> str:
    """Return the key of a name. Two names that were disposed of are still two."""
    return identity if name == DISPOSED else same_name_key(name)


# --- organisations ------------------------------------------------------------------------------------


def read_organisations(connection: Connection) -> dict[str, Organisation]:
    """Return the organisations on the list, by ID."""
    aliases: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(select(tables.organisation_alias)).mappings():
        aliases[row["organisation"]].append(row["name"])
    return {
        row["id"]: Organisation(id=row["id"], name=row["name"], aliases=tuple(sorted(aliases[row["id"]])))
        for row in connection.execute(select(tables.organisation)).mappings()
    }


def _organisation_rows(state: UnitState) -> Rows:
    listed = state.organisations.values()
    return {
        tables.organisation: [{"id": one.id, "name": one.name, "key": _key(one.id, one.name)} for one in listed],
        tables.organisation_alias: [
            {"key": same_name_key(name), "organisation": one.id, "name": name} for one in listed for name in one.aliases
        ],
    }


# --- absences -----------------------------------------------------------------------------------------


def _read_absences(connection: Connection) -> dict[AbsenceKey, UnitAbsence]:
    found = (UnitAbsence(**row) for row in connection.execute(select(tables.absence)).mappings())
    return {(one.person, one.from_day): one for one in found}


def _absence_rows(state: UnitState) -> Rows:
    rows = [
        {"person": one.person, "from_day": one.from_day, "to_day": one.to_day, "deputy": one.deputy}
        for one in state.absences.values()
    ]
    return {tables.absence: rows}


# --- days and terms -----------------------------------------------------------------------------------


def read_days(connection: Connection) -> tuple[CalendarOverride, ...]:
    """Return the unit's own days, the earlier settings of each before the later ones."""
    table = tables.calendar_override
    rows = connection.execute(select(table).order_by(table.c.day, table.c.revision)).mappings()
    return tuple(
        CalendarOverride(
            day=row["day"],
            counts_as=DayKind(row["counts_as"]),
            reasons=row["reasons"],
            recorded_by=row["recorded_by"],
            recorded_at=row["recorded_at"],
        )
        for row in rows
    )


def _day_rows(state: UnitState) -> Rows:
    number: dict[Any, int] = defaultdict(int)
    rows = []
    for one in state.days:
        number[one.day] += 1
        rows.append(
            {
                "day": one.day,
                "revision": number[one.day],
                "counts_as": str(one.counts_as),
                "reasons": one.reasons,
                "recorded_by": one.recorded_by,
                "recorded_at": one.recorded_at,
            }
        )
    return {tables.calendar_override: rows}


def read_calendar(connection: Connection) -> str | None:
    """Return the code of the chosen calendar; None if none was chosen."""
    # There is one row; should a tamperer add another, `verify` says so, and nothing else fails.
    code: str | None = connection.execute(select(func.min(tables.calendar.c.code))).scalar_one()
    return code


def _calendar_rows(state: UnitState) -> Rows:
    return {tables.calendar: [] if state.calendar is None else [{"code": state.calendar}]}


def read_terms(connection: Connection) -> tuple[DeadlineOverride, ...]:
    """Return the unit's own terms and levels, in the order of recording."""
    table = tables.deadline_override
    rows = connection.execute(select(table).order_by(table.c.revision, table.c.recorded_at)).mappings()
    return tuple(
        DeadlineOverride(
            workflow=row["workflow"],
            deadline=row["deadline"],
            from_day=row["from_day"],
            term=None
            if row["term_amount"] is None
            else Term(amount=row["term_amount"], unit=TermUnit(row["term_unit"])),
            levels=row["levels"] or {},
            reasons=row["reasons"],
            recorded_by=row["recorded_by"],
            recorded_at=row["recorded_at"],
        )
        for row in rows
    )


def _term_rows(state: UnitState) -> Rows:
    number: dict[Any, int] = defaultdict(int)
    rows = []
    for one in state.terms:
        number[one.workflow, one.deadline] += 1
        rows.append(
            {
                "workflow": one.workflow,
                "deadline": one.deadline,
                "revision": number[one.workflow, one.deadline],
                "from_day": one.from_day,
                "term_amount": None if one.term is None else one.term.amount,
                "term_unit": None if one.term is None else str(one.term.unit),
                "levels": dict(one.levels),
                "reasons": one.reasons,
                "recorded_by": one.recorded_by,
                "recorded_at": one.recorded_at,
            }
        )
    return {tables.deadline_override: rows}


# --- definitions --------------------------------------------------------------------------------------


def read_definitions(connection: Connection) -> tuple[RegisteredDefinition, ...]:
    """Return the registered versions of workflows, by name and version."""
    table = tables.definition
    rows = connection.execute(select(table).order_by(table.c.workflow, table.c.version)).mappings()
    return tuple(
        RegisteredDefinition(
            workflow=row["workflow"], version=row["version"], sha256=row["sha256"], packed=row["content"]
        )
        for row in rows
    )


def _read_definitions(connection: Connection) -> dict[DefinitionKey, RegisteredDefinition]:
    return {(one.workflow, one.version): one for one in read_definitions(connection)}


def _definition_rows(state: UnitState) -> Rows:
    rows = [
        {"workflow": one.workflow, "version": one.version, "sha256": one.sha256, "content": one.packed}
        for one in state.definitions.values()
    ]
    return {tables.definition: rows}


SECTIONS: Mapping[str, Section] = {
    "people": Section((tables.person, tables.person_role, tables.former_name), _read_people, _people_rows),
    "absences": Section((tables.absence,), _read_absences, _absence_rows),
    "organisations": Section((tables.organisation, tables.organisation_alias), read_organisations, _organisation_rows),
    "days": Section((tables.calendar_override,), read_days, _day_rows),
    "calendar": Section((tables.calendar,), read_calendar, _calendar_rows),
    "terms": Section((tables.deadline_override,), read_terms, _term_rows),
    "definitions": Section((tables.definition,), _read_definitions, _definition_rows),
}
"""The sections that have tables, by the attribute of `UnitState`."""
