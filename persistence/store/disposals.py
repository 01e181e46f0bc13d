"""Remember, until it is done, that the files of a database still have to lose words that were disposed of.

A disposal changes the rows. What the rows held before may still stand in SQLite's write-ahead log, or in dead rows of
PostgreSQL. The mark is saved in the disposal's transaction, so a program that ends in between forgets nothing.
"""

from __future__ import annotations

import os

from sqlalchemy import Connection, delete, insert, select, update

from ..schema import tables

UNFINISHED = "unfinished_disposal"
"""The setting that exists while the files may still hold words that were disposed of. Its value is random."""

CHANGED_TABLES = tuple(table.name for table in tables.metadata.sorted_tables if table is not tables.event)
"""The tables whose rows a disposal may change: all but the events, which hold no words."""


def mark_unfinished(connection: Connection) -> None:
    """Save that a disposal is not finished."""
    row = {"name": UNFINISHED, "value": os.urandom(8).hex()}
    table = tables.setting
    if not connection.execute(update(table).where(table.c.name == UNFINISHED), {"value": row["value"]}).rowcount:
        connection.execute(insert(table), row)


def unfinished_mark(connection: Connection) -> str | None:
    """Return the mark of the latest disposal that is not finished, or None."""
    table = tables.setting.c
    return connection.execute(select(table.value).where(table.name == UNFINISHED)).scalar_one_or_none()


def mark_finished(connection: Connection, mark: str) -> None:
    """Remove a mark, unless a later disposal has put its own in place."""
    table = tables.setting
    connection.execute(delete(table).where(table.c.name == UNFINISHED, table.c.value == mark))
