"""Bring the tables of the unit's own record up to date with its events. Nothing else writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, delete, insert, update

from ...engine.forms.digests import StoredValue, digest_of, with_stored_values
from ...engine.model.case import Event
from ...engine.unit.state import UnitState
from ...engine.unit.steps import UNIT_STEPS, after_step, is_step
from ..schema import tables
from .unit_tables import SECTIONS, read_state

Row = dict[str, Any]


def apply_steps(connection: Connection, events: Iterable[Event]) -> None:
    """Bring the tables up to date with new steps, which follow those that the tables already hold."""
    for event in events:
        sections = [name for name in UNIT_STEPS[event.trigger].sections if name in SECTIONS]
        before = read_state(connection, sections)
        stored: Mapping[str, StoredValue] = {digest_of(value): value for value in event.stored_values}
        after = after_step(before, event, with_stored_values(event.data, stored))
        write_differences(connection, before, after, sections)


def write_differences(
    connection: Connection, before: UnitState, after: UnitState, sections: Iterable[str] = tuple(SECTIONS)
) -> None:
    """Delete, update and insert the rows in which two states differ.

    Args:
        connection: The connection.
        before: The state that the tables have.
        after: The state that they shall have.
        sections: The sections to compare.
    """
    former: dict[Table, list[Row]] = {}
    latter: dict[Table, list[Row]] = {}
    for name in sections:
        former.update(SECTIONS[name].rows(before))
        latter.update(SECTIONS[name].rows(after))
    # A row goes after those that refer to it, and comes before them.
    order = [table for table in tables.metadata.sorted_tables if table in former]
    changes = {table: _Difference(table, former[table], latter[table]) for table in order}
    for table in reversed(order):
        changes[table].delete_gone(connection)
    for table in order:
        changes[table].save_rest(connection)


def is_plain(events: Iterable[Event]) -> bool:
    """Return whether events are all steps. After a correction or a disposal all events have to be folded again."""
    return all(is_step(event) for event in events)


class _Difference:
    """The difference between the former and the latter rows of a table."""

    def __init__(self, table: Table, former: list[Row], latter: list[Row]) -> None:
        self._table = table
        self._key_names = [column.name for column in table.primary_key.columns]
        self._other_names = [column.name for column in table.columns if not column.primary_key]
        self._former = {self._key(row): row for row in former}
        self._latter = {self._key(row): row for row in latter}

    def delete_gone(self, connection: Connection) -> None:
        """Delete the rows that are gone."""
        gone = [self._at(row) for key, row in self._former.items() if key not in self._latter]
        if gone:
            connection.execute(delete(self._table).where(self._here()), gone)

    def save_rest(self, connection: Connection) -> None:
        """Update the rows that changed, and insert the new ones."""
        changed = [
            {**self._at(row), **{f"to_{name}": row[name] for name in self._other_names}}
            for key, row in self._latter.items()
            if key in self._former and row != self._former[key]
        ]
        if changed:
            values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in self._other_names}
            connection.execute(update(self._table).where(self._here()).values(values), changed)
        new = [row for key, row in self._latter.items() if key not in self._former]
        if new:
            connection.execute(insert(self._table), new)

    def _key(self, row: Row) -> tuple[Any, ...]:
        return tuple(row[name] for name in self._key_names)

    def _at(self, row: Row) -> Row:
        return {f"at_{name}": row[name] for name in self._key_names}

    def _here(self) -> ColumnElement[bool]:
        return and_(*(column == bindparam(f"at_{column.name}") for column in self._table.primary_key.columns))
