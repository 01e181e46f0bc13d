"""Reading rows without trusting them: whoever tampered may have written anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Date, String, and_, literal, or_, select, type_coerce
from sqlalchemy import case as sql_case

from ..schema import tables
from ..schema.types import Instant, from_text
from ..store.references import root_of

PAGE = 2_000
# A day within what Python knows, so that no zone leads out of it.
_FIRST_DAY, _LAST_DAY = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
NUMBERS = {"seq", "workflow_version"}
JSON = ("decided_by", "data", "effects")

Progress = Callable[[int], None]
"""Is told how many more events have been walked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something that is not as it was recorded.

    Attributes:
        ref: The case it was found in.
        seq: The first event that is not as it was; None where it is the case itself.
        fault: What is wrong, in a sentence.
    """

    ref: str
    seq: int | None
    fault: str


@contextmanager
def undecoded_text(connection: Connection) -> Iterator[None]:
    """On SQLite, what stands as text and is none comes as bytes, in place of an error of the driver's."""
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
    """Every event's row, in order, a page at a time; on SQLite as the plain text that is stored."""
    reading = _as_text if connection.dialect.name == "sqlite" else _if_representable
    columns = [reading(column) for column in tables.event.c]
    query = select(*columns).where(*events_below(ref)).order_by(tables.event.c.case_ref, tables.event.c.seq)
    # One reading from the first row to the last, not page after page by key: a key may be anything.
    found = connection.execute(query.execution_options(yield_per=PAGE)).mappings()
    for page in found.partitions():
        yield from map(dict, page)
        progress(len(page))


def _as_text(column: Column[Any]) -> Any:
    return column if column.name in NUMBERS else type_coerce(column, String).label(column.name)


def _if_representable(column: Column[Any]) -> Any:
    """A column of PostgreSQL's, which knows days that Python does not (`infinity`): they are read as none."""
    if not isinstance(column.type, Date | Instant):
        return column
    return sql_case((column.between(literal(_FIRST_DAY), literal(_LAST_DAY)), column)).label(column.name)


def decoded(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as its hash was made from it: JSON text decoded, all else as it is."""
    made = dict(row)
    for name in JSON:
        if isinstance(row[name], str):
            made[name] = msgspec.json.decode(row[name])
    return made


def is_reformatted(stored: Any, value: Any) -> bool:
    """Whether JSON text is not as we write it: one of two equal names would be read by some, one by others."""
    return isinstance(stored, str) and msgspec.json.encode(value, order="sorted").decode() != stored


def converted(row: Mapping[str, Any]) -> Any:
    """A row as the engine's values are made from it."""
    made = decoded(row)
    for name in ("occurred_at", "recorded_at"):
        if isinstance(row[name], str):
            made[name] = from_text(row[name])
    if isinstance(row["occurred_on"], str):
        made["occurred_on"] = date.fromisoformat(row["occurred_on"])
    return made


def number(value: Any) -> int | None:
    """A number where it is one."""
    return value if isinstance(value, int) else None


def cases_below(ref: str | None) -> tuple[Any, ...]:
    """The condition for a case and those below it; none for all."""
    if ref is None:
        return ()
    return (and_(tables.case.c.root == root_of(ref), or_(tables.case.c.ref == ref, _within(tables.case.c.ref, ref))),)


def events_below(ref: str | None) -> tuple[Any, ...]:
    """The condition for the events of a case and of those below it; none for all."""
    if ref is None:
        return ()
    return (or_(tables.event.c.case_ref == ref, _within(tables.event.c.case_ref, ref)),)


def _within(column: Any, ref: str) -> Any:
    # "0" is the character after "/": so this is a range of the index, not a pattern to try.
    return and_(column > f"{ref}/", column < f"{ref}0")
