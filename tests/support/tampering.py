"""Change stored rows as a person with all rights on the database can."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Date, and_, delete, insert, select, update

from casereview.engine.model.evolve import fold
from casereview.persistence.schema import tables
from casereview.persistence.schema.types import Instant
from casereview.persistence.store.hash_chain import NO_PREVIOUS_HASH, event_hash
from casereview.persistence.store.mapping import case_row, clock_row
from casereview.persistence.store.reader import SqlReader
from casereview.persistence.store.sql import EVENT_COLUMNS

WRITTEN = [tables.event.c[name] for name in EVENT_COLUMNS]


def event(ref: str, seq: int) -> Any:
    return and_(tables.event.c.case_ref == ref, tables.event.c.seq == seq)


def row(connection: Connection, ref: str, seq: int) -> dict[str, Any]:
    """Return an event's row, without its place in the order of all events, which the database counts."""
    return dict(connection.execute(select(*WRITTEN).where(event(ref, seq))).mappings().one())


def other(column: Column[Any], value: Any) -> Any:
    """Return another value that the column accepts."""
    match value:
        case bool():
            return not value
        case int():
            return value + 7
        case datetime() | date():
            return value + timedelta(days=1)
        case list() | dict():
            return {"tampered": True}
        case bytes():
            return bytes(reversed(value))
        case None:
            if isinstance(column.type, Instant):
                return datetime.combine(DAY, time(12), UTC)
            return DAY if isinstance(column.type, Date) else "other"
    return f"{value[:-1]}{'1' if value.endswith('0') else '0'}"


DAY = date(2026, 3, 2)


def other_for(column: Column[Any], value: Any) -> Any:
    if column.name == "decided_by":
        return {**value, "name": "Somebody else"}
    return other(column, value)


def rewrite(connection: Connection, ref: str, first: int) -> None:
    """Make a history, and its case, consistent again from an event on."""
    rows = connection.execute(select(*WRITTEN).where(tables.event.c.case_ref == ref).order_by(tables.event.c.seq))
    head = NO_PREVIOUS_HASH
    for one in rows.mappings().all():
        if one["seq"] >= first:
            again = {**one, "previous_hash": head}
            again["hash"] = event_hash(again)
            connection.execute(update(tables.event).where(event(ref, one["seq"])).values(again))
            head = again["hash"]
        else:
            head = one["hash"]
    fold_back(connection, ref)


def fold_back(connection: Connection, ref: str) -> None:
    """Set the case's row and its clocks to the fold of its events."""
    case = fold(SqlReader(connection).events(ref))
    assert case is not None
    connection.execute(update(tables.case).where(tables.case.c.ref == ref).values(case_row(case)))
    connection.execute(delete(tables.clock).where(tables.clock.c.case_ref == ref))
    for position, clock in enumerate(case.clocks):
        connection.execute(insert(tables.clock), clock_row(ref, clock, position))
