"""Select events with their values, and convert rows into values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, RowMapping, Select, and_, select

from ..backends.errors import DamagedError
from ..schema import tables
from .sql import EVENT_COLUMNS

T = TypeVar("T")


def select_events(*more: ColumnElement[Any]) -> Select[Any]:
    """Select events with their values, and more columns if given."""
    event, values = tables.event, tables.event_values
    here = and_(values.c.case_ref == event.c.case_ref, values.c.seq == event.c.seq)
    columns = (event.c[name] for name in EVENT_COLUMNS)
    return select(*columns, values.c.content, *more).join_from(event, values, here, isouter=True)


def converted(rows: Iterable[RowMapping], value: Callable[[RowMapping], T]) -> tuple[T, ...]:
    """Convert rows into values.

    Raises:
        DamagedError: if a row cannot be converted: for example a text that is not JSON, or an impossible day.
    """
    try:
        return tuple(value(row) for row in rows)
    except (TypeError, ValueError):
        # Without its cause, which may quote what the row holds.
        raise DamagedError from None
