"""Read rows without trusting them: a tamperer may have written anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Date, Select, String, and_, literal, or_, select, type_coerce
from sqlalchemy import case as sql_case
from sqlalchemy.exc import DataError

from ..schema import tables
from ..schema.types import Instant, from_text
from ..store.event_values import PARTS
from ..store.references import root_of
from ..store.sql import EVENT_COLUMNS

PAGE = 2_000
STATEMENTS = 16
"""The number of statements of one kind that are kept, for as many references."""

# One day within Python's range, so that no time zone leads out of it.
_FIRST_DAY, _LAST_DAY = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
NUMBERS = {"format", "seq", "workflow_version"}
JSON = PARTS

UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, DataError)
"""The exceptions that reading a tampered row can raise."""

Progress = Callable[[int], None]
"""Called with the number of events that were read since the last call."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A fault that verification found.

    Attributes:
        ref: The reference of the case, or `message` and the ID of a message.
        seq: The number of the first faulty event; None if the case itself is faulty.
        fault: A sentence that says what is wrong.
    """

    ref: str
    seq: int | None
    fault: str


@contextmanager
def undecoded_text(connection: Connection) -> Iterator[None]:
    """On SQLite, let invalid text come as bytes, instead of an error of the driver."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    before, driver.text_factory = driver.text_factory, _text_or_bytes
    try:
        yield
    finally:
        driver.text_factory = before


def _text_or_bytes(raw: bytes) -> str | bytes:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def stored_rows(connection: Connection, ref: str | None, progress: Progress) -> Iterator[dict[str, Any]]:
    """Yield every event's row in order, with its values, read page by page; on SQLite as the text that is stored."""
    # One query streams all rows. Pages by key would not do, since a tamperer may have changed the keys.
    rows = connection.execute(_events_with_values(connection.dialect.name, ref)).mappings()
    for page in rows.partitions():
        yield from map(dict, page)
        progress(len(page))


@lru_cache(maxsize=STATEMENTS)
def _events_with_values(dialect: str, ref: str | None) -> Select[Any]:
    event, values = tables.event, tables.event_values
    read = (*(event.c[name] for name in EVENT_COLUMNS), values.c.content, values.c.key_id)
    here = and_(values.c.case_ref == event.c.case_ref, values.c.seq == event.c.seq)
    return (
        select(event.c.position, *raw_columns(dialect, read))
        .join_from(event, values, here, isouter=True)
        .where(*events_below(ref))
        .order_by(event.c.case_ref, event.c.seq)
        .execution_options(yield_per=PAGE)
    )


def raw_columns(dialect: str, columns: Iterable[Column[Any]]) -> list[Any]:
    """Return columns to select as they are stored: on SQLite as text; without days that Python does not have."""
    reading = _as_text if dialect == "sqlite" else _if_representable
    return [reading(column) for column in columns]


def _as_text(column: Column[Any]) -> Any:
    return column if column.name in NUMBERS else type_coerce(column, String).label(column.name)


def _if_representable(column: Column[Any]) -> Any:
    """Select a column as NULL if it holds a day that PostgreSQL has and Python has not, such as `infinity`."""
    if not isinstance(column.type, Date | Instant):
        return column
    return sql_case((column.between(literal(_FIRST_DAY), literal(_LAST_DAY)), column)).label(column.name)


def decoded(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as its hash was made from it: with JSON text decoded, and all else as stored."""
    content = dict(row)
    for name in JSON:
        if isinstance(row[name], str):
            content[name] = msgspec.json.decode(row[name])
    return content


def converted(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a decoded row with the types from which the engine's values are made."""
    typed = dict(content)
    for name in ("occurred_at", "recorded_at"):
        if isinstance(typed[name], str):
            typed[name] = from_text(typed[name])
    if isinstance(typed["occurred_on"], str):
        typed["occurred_on"] = date.fromisoformat(typed["occurred_on"])
    return typed


def number(value: Any) -> int | None:
    """Return the value if it is a whole number, else None."""
    return value if isinstance(value, int) else None


def cases_below(ref: str | None) -> tuple[Any, ...]:
    """Return the conditions that select a case and those below it. For None, return no condition."""
    if ref is None:
        return ()
    return (and_(tables.case.c.root == root_of(ref), within(tables.case.c.ref, ref)),)


def events_below(ref: str | None) -> tuple[Any, ...]:
    """Return the conditions that select the events of a case and of those below it. For None, return no condition."""
    return () if ref is None else (within(tables.event.c.case_ref, ref),)


def within(column: Any, ref: str) -> Any:
    """Return the condition that a column has the reference of a case or of one below it."""
    # "0" is the character after "/", so this is a range of the index and not a pattern.
    return or_(column == ref, and_(column > f"{ref}/", column < f"{ref}0"))
