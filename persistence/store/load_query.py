"""Build the query that loads what deciding a step needs, for both kinds of database.

Both answer with the same row of plain values, JSON as text, so one decoder reads both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, literal_column, select

from ...engine.model.case import UNIT
from ..schema import tables
from ..schema.types import Instant, Json

CASE_COLUMNS = (
    *("ref", "workflow", "workflow_version", "version", "seq", "state", "title", "parent", "opened_on", "closed_on"),
    *("last_step_on", "recorded_at", "been_in", "organisations", "links", "data", "suspensions", "head"),
)
"""The columns of a case that loading selects, in order."""

CLOCK_COLUMNS = (
    *("deadline", "number", "anchor", "term_amount", "term_unit", "period", "due", "due_at", "status", "done_on"),
    *("done_by", "cancelled_by_end", "minimum_period", "run", "next_at", "ledger"),
)
"""The columns of a clock that loading selects, in order."""

JOINED_COLUMNS = ("latest_hash", "clocks", "unit_head")
"""The columns that loading selects after those of a case: from its events, its clocks, and the unit's own record."""


ToColumn = Callable[[Any], ColumnElement[Any]]


@dataclass(frozen=True, kw_only=True)
class JsonFunctions:
    """The functions with which a kind of database builds JSON."""

    text: ToColumn
    json: ToColumn
    instant: ToColumn
    array: Callable[..., ColumnElement[Any]]
    all: ToColumn


SQLITE = JsonFunctions(
    text=lambda value: value,
    json=func.json,
    instant=lambda value: value,
    array=func.json_array,
    all=func.json_group_array,
)
POSTGRES = JsonFunctions(
    text=lambda value: cast(value, Text),
    json=lambda value: value,
    instant=lambda value: func.to_char(
        func.timezone(literal_column("'UTC'"), value), literal_column('\'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\'')
    ),
    # Not the functions of jsonb, which take longer.
    array=func.json_build_array,
    all=func.json_agg,
)


def load_query(functions: JsonFunctions) -> Select[Any]:
    """Return the query for a case with what deciding its next step needs: `CASE_COLUMNS`, then `JOINED_COLUMNS`."""
    own, unit = tables.case.c, tables.case.alias("unit")
    latest = select(tables.event.c.hash).where(tables.event.c.case_ref == own.ref, tables.event.c.seq == own.seq)
    columns = (functions.text(own[name]) if isinstance(own[name].type, Json) else own[name] for name in CASE_COLUMNS)
    joined = (
        latest.scalar_subquery(),
        _clocks_as_json(functions),
        select(unit.c.head).where(unit.c.ref == literal_column(f"'{UNIT}'")).scalar_subquery(),
    )
    named = (value.label(name) for name, value in zip(JOINED_COLUMNS, joined, strict=True))
    return select(*(column.label(name) for name, column in zip(CASE_COLUMNS, columns, strict=True)), *named)


def _clocks_as_json(functions: JsonFunctions) -> ColumnElement[Any]:
    """Select the case's clocks in order, each as an array of `CLOCK_COLUMNS`."""
    own = select(tables.clock).where(tables.clock.c.case_ref == tables.case.c.ref)
    clock = own.order_by(tables.clock.c.position).correlate(tables.case).subquery("ordered")
    values = (_in_json(functions, clock.c[name]) for name in CLOCK_COLUMNS)
    every = select(functions.all(functions.array(*values))).select_from(clock)
    return functions.text(every.scalar_subquery())


def _in_json(functions: JsonFunctions, value: ColumnElement[Any]) -> ColumnElement[Any]:
    if isinstance(value.type, Instant):
        return functions.instant(value)
    return functions.json(value) if isinstance(value.type, Json) else value
