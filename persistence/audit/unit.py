"""Compare the tables of people, absences, days and terms with the events of the unit's own record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Table, select

from ...engine.model.case import UNIT
from ...engine.unit.steps import unit_state
from ..backends.errors import DamagedError
from ..schema import tables
from ..store.hash_chain import canonical_json
from ..store.reader import SqlReader
from ..store.settings import REHEARSAL
from ..store.unit_tables import SECTIONS
from .raw_rows import UNREADABLE, Finding

Row = Mapping[str, Any]


def unit_faults(connection: Connection) -> Iterator[Finding]:
    """Yield a finding for each table that differs from what the events amount to.

    Args:
        connection: A connection to a record whose events of the unit's own record follow from each other.
    """
    reader = SqlReader(connection)
    try:
        events = reader.events(UNIT)
        state = unit_state(events, reader.stored_values(UNIT))
        wanted: dict[Table, list[dict[str, Any]]] = {}
        for section in SECTIONS.values():
            wanted.update(section.rows(state))
    except (*UNREADABLE, DamagedError):
        yield _finding("The events cannot be put together: a value was changed.")
        return
    for table, rows in wanted.items():
        try:
            difference = _difference(connection, table, rows)
        except UNREADABLE:
            difference = "a row cannot be read"
        if difference:
            yield _finding(f"The table {table.name} is not what the events amount to: {difference}.")
    if events and _is_rehearsal(connection) != state.rehearsal:
        yield _finding("The setting that says if this is a rehearsal was changed.")


def _difference(connection: Connection, table: Table, wanted: list[dict[str, Any]]) -> str:
    """Describe how a table differs from the wanted rows; empty if it does not."""
    key = [column.name for column in table.primary_key.columns]
    expected = {_identity(row, key): canonical_json(row) for row in wanted}
    counts = {"changed": 0, "inserted": 0}
    found = set()
    for stored in connection.execute(select(table)).mappings():
        row = dict(stored)
        identity = _identity(row, key)
        found.add(identity)
        if identity not in expected:
            counts["inserted"] += 1
        elif canonical_json(row) != expected[identity]:
            counts["changed"] += 1
    counts["removed"] = len(expected.keys() - found)
    return ", ".join(f"{_rows(count)} {what}" for what, count in counts.items() if count)


def _identity(row: Row, key: list[str]) -> bytes:
    return canonical_json([row[name] for name in key])


def _rows(count: int) -> str:
    return "1 row was" if count == 1 else f"{count} rows were"


def _is_rehearsal(connection: Connection) -> bool:
    query = select(tables.setting.c.value).where(tables.setting.c.name == REHEARSAL)
    return connection.execute(query).scalar_one_or_none() == "yes"


def _finding(fault: str) -> Finding:
    return Finding(ref=UNIT, seq=None, fault=fault)
