"""Read the events of all cases in the order in which they became visible.

SQLite has one writer at a time, so there the positions are in the order of commits. On PostgreSQL a transaction may
take its positions first and commit last. So there a reader goes by transaction, and stops before the oldest
transaction that still runs: no event can then appear before a place that was read.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, RowMapping, Select, String, cast, func, literal, tuple_

from ...engine.ports.records import EventPlace, PlacedEvent
from ..schema import tables
from ..schema.types import TransactionId
from .connected import Connected
from .mapping import event_from
from .selected_events import converted, select_events


class PositionReader(Connected):
    """Queries about all events, in order."""

    def events_after(self, place: EventPlace | None, limit: int) -> tuple[PlacedEvent, ...]:
        """Return at most `limit` events after a place in the order of all events, each with its place.

        Args:
            place: The place of the last event that was read; None to begin.
            limit: Maximum number of events.
        """
        connection = self._open_connection()
        query = select_events_after(place, limit, dialect=connection.dialect.name)
        return converted(connection.execute(query).mappings(), _placed_event)


def select_events_after(place: EventPlace | None, limit: int, *, dialect: str) -> Select[Any]:
    """Select the events after a place, with their places."""
    event = tables.event.c
    query = select_events(event.position, event.transaction_id)
    if dialect == "sqlite":
        last = 0 if place is None else place.position
        return query.where(event.position > last).order_by(event.position).limit(limit)
    query = query.where(event.transaction_id < func.pg_snapshot_xmin(func.pg_current_snapshot()))
    if place is not None:
        # The driver knows no type for such a number, so it goes as text.
        transaction_id = cast(literal(str(place.transaction_id), String), TransactionId())
        behind = tuple_(transaction_id, literal(place.position, event.position.type))
        query = query.where(tuple_(event.transaction_id, event.position) > behind)
    return query.order_by(event.transaction_id, event.position).limit(limit)


def order_of_events(connection: Connection) -> list[Column[Any]]:
    """Return the columns that order all events, for a reader of a whole record."""
    event = tables.event.c
    return [event.position] if connection.dialect.name == "sqlite" else [event.transaction_id, event.position]


def _placed_event(row: RowMapping) -> PlacedEvent:
    place = EventPlace(transaction_id=int(row["transaction_id"] or 0), position=row["position"])
    return PlacedEvent(place=place, event=event_from(dict(row)))
