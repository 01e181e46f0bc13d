"""Build the statements of a step, as fixed text.

SQLAlchemy Core builds each statement once for a kind of database, from the declared tables. A step sends the text
and its parameters to the driver (see `load_save`), because building the same statements again would be most of
its cost.

Both databases answer `load_for_update` with the same row of plain values, JSON as text, so one decoder reads both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    ClauseElement,
    ColumnElement,
    Select,
    Table,
    Text,
    bindparam,
    case,
    cast,
    column,
    func,
    insert,
    literal_column,
    select,
    update,
)

from ..schema import tables
from ..schema.types import Instant, Json
from .hash_chain import HASHED_COLUMNS

CASE_COLUMNS = (
    *("ref", "workflow", "workflow_version", "version", "seq", "state", "title", "parent", "opened_on", "closed_on"),
    *("last_step_on", "recorded_at", "been_in", "organisations", "links", "data", "suspensions", "head"),
)
"""The columns of a case that loading selects, in order."""

JOINED_COLUMNS = ("latest_hash", "clocks", "calendar_code", "calendar_overrides", "deadline_overrides")
"""The columns that loading selects after them, joined from other tables."""

EVENT_COLUMNS = (*HASHED_COLUMNS, "hash")
"""The columns of an event that are written; the database fills in the others."""

UPDATABLE_COLUMNS = (
    *("version", "seq", "state", "title", "opened_on", "closed_on", "last_step_on", "recorded_at"),
    *("been_in", "organisations", "links", "data", "suspensions", "head"),
)
"""The columns of a case that an event can change."""


@dataclass(frozen=True, kw_only=True)
class SqliteStatements:
    """The statements for SQLite, one for each table, since a statement needs no round trip there.

    Attributes:
        load_for_update: Selects what deciding a step needs: the case, the hash of its latest event, its clocks, and
            the unit's overrides. The parameter is the reference.
        load_many: Selects the same for several cases. The parameter is a JSON array of their references.
        insert_events: Inserts events. The parameters are the columns.
        insert_stored_values: Inserts sensitive values. The parameters are the columns.
        insert_cases: Inserts cases. The parameters are the columns.
        update_cases: Updates a case unless another writer changed it since it was loaded. The parameters are
            `UPDATABLE_COLUMNS`, the reference, and the number of the latest event as loaded.
        upsert_clocks: Inserts or updates clocks. The parameters are the columns.
        insert_organisations: Inserts organisations by which a case is found. The parameters are the columns.
    """

    load_for_update: str
    load_many: str
    insert_events: str
    insert_stored_values: str
    insert_cases: str
    update_cases: str
    upsert_clocks: str
    insert_organisations: str


@dataclass(frozen=True, kw_only=True)
class PostgresStatements:
    """The statements for PostgreSQL and psycopg. Each needs a round trip, so a step has only two.

    Attributes:
        lock_root: Locks the root of a tree. For a child it comes before `load_for_update`, which then sees the
            changes that were made while this statement waited.
        load_for_update: Selects the same as on SQLite, and locks the case. If another writer changed the case while
            the statement waited, the row is the new one, but the joined columns are still the old ones: the hash of
            the latest event is NULL, and the case has to be loaded again.
        load_many: Selects the same for several cases whose roots are locked already. The parameter is a list of
            their references.
        update: Inserts events, sensitive values, clocks and organisations, each from a JSON array of rows, and
            updates their cases, unless another writer changed one since it was loaded. Returns the number of
            updated cases.
        insert: Does the same for new cases.
    """

    lock_root: str
    load_for_update: str
    load_many: str
    update: str
    insert: str


@cache
def sqlite_statements() -> SqliteStatements:
    """Return the statements for SQLite, built once."""
    # Imported here, so that no database loads the dialect of another one.
    from sqlalchemy.dialects import sqlite
    from sqlalchemy.dialects.sqlite.pysqlite import dialect

    here = (tables.case.c.ref == bindparam("of")) & (tables.case.c.seq == bindparam("expected_seq"))
    one_of = func.json_each(bindparam("of", type_=Text)).table_valued("value")
    updated: dict[str, Any] = {name: bindparam(f"to_{name}") for name in UPDATABLE_COLUMNS}
    written: dict[str, Any] = {name: bindparam(name) for name in EVENT_COLUMNS}
    organisations = sqlite.insert(tables.case_organisation).on_conflict_do_nothing()
    return SqliteStatements(
        load_for_update=_compiled(_load_query(SQLITE).where(tables.case.c.ref == bindparam("of")), dialect),
        load_many=_compiled(_load_query(SQLITE).where(tables.case.c.ref.in_(select(one_of.c.value))), dialect),
        insert_events=_compiled(insert(tables.event).values(written), dialect),
        insert_stored_values=_compiled(insert(tables.event_values), dialect),
        insert_cases=_compiled(insert(tables.case), dialect),
        update_cases=_compiled(update(tables.case).where(here).values(updated), dialect),
        upsert_clocks=_compiled(_upsert(sqlite.insert(tables.clock)), dialect),
        insert_organisations=_compiled(organisations, dialect),
    )


@cache
def postgres_statements() -> PostgresStatements:
    """Return the statements for PostgreSQL, built once."""
    # Imported here, so that no database loads the dialect of another one.
    from sqlalchemy.dialects.postgresql.psycopg import dialect

    here = tables.case.c.ref == bindparam("of")
    return PostgresStatements(
        lock_root=_compiled(select(tables.case.c.ref).where(here).with_for_update(), dialect),
        load_for_update=_compiled(_load_query(POSTGRES).where(here).with_for_update(), dialect),
        load_many=_compiled(_load_query(POSTGRES).where(tables.case.c.ref == func.any(bindparam("of"))), dialect),
        update=_compiled(_write_statement(checks_seq=True), dialect),
        insert=_compiled(_write_statement(checks_seq=False), dialect),
    )


# --- reading ----------------------------------------------------------------------------------------

ToColumn = Callable[[Any], ColumnElement[Any]]


@dataclass(frozen=True, kw_only=True)
class _JsonFunctions:
    """The functions with which a kind of database builds JSON."""

    text: ToColumn
    instant: ToColumn
    boolean: ToColumn
    object: Callable[..., ColumnElement[Any]]
    array: Callable[..., ColumnElement[Any]]
    all: ToColumn
    merged: Callable[[Any, Any], ColumnElement[Any]]


SQLITE = _JsonFunctions(
    text=lambda value: value,
    instant=lambda value: value,
    boolean=lambda value: func.json(case((value, literal_column("'true'")), else_=literal_column("'false'"))),
    object=func.json_object,
    array=func.json_array,
    all=func.json_group_array,
    merged=func.json_patch,
)
POSTGRES = _JsonFunctions(
    text=lambda value: cast(value, Text),
    instant=lambda value: func.to_char(
        func.timezone(literal_column("'UTC'"), value), literal_column('\'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\'')
    ),
    boolean=lambda value: value,
    object=func.jsonb_build_object,
    array=func.jsonb_build_array,
    all=func.jsonb_agg,
    merged=lambda one, other: one.op("||")(other),
)


def _load_query(functions: _JsonFunctions) -> Select[Any]:
    own = tables.case.c
    latest = select(tables.event.c.hash).where(tables.event.c.case_ref == own.ref, tables.event.c.seq == own.seq)
    columns = (functions.text(own[name]) if isinstance(own[name].type, Json) else own[name] for name in CASE_COLUMNS)
    joined = (
        latest.scalar_subquery(),
        _clocks_as_json(functions),
        select(func.min(tables.calendar.c.code)).scalar_subquery(),
        _overrides_as_json(functions, tables.calendar_override),
        _overrides_as_json(functions, tables.deadline_override),
    )
    named = (value.label(name) for name, value in zip(JOINED_COLUMNS, joined, strict=True))
    return select(*(column.label(name) for name, column in zip(CASE_COLUMNS, columns, strict=True)), *named)


def _clocks_as_json(functions: _JsonFunctions) -> ColumnElement[Any]:
    """Select the case's clocks in order, each in the JSON notation of the engine's `Clock`."""
    own = select(tables.clock).where(tables.clock.c.case_ref == tables.case.c.ref)
    clock = own.order_by(tables.clock.c.position).correlate(tables.case).subquery("ordered")
    term = functions.object(*_names_and_values({"amount": clock.c.term_amount, "unit": clock.c.term_unit}))
    unchanged = ("deadline", "number", "anchor", "period", "due", "status", "done_on", "done_by", "run")
    value = functions.object(
        *_names_and_values(
            {
                **{name: clock.c[name] for name in unchanged},
                **{name: functions.instant(clock.c[name]) for name in ("due_at", "next_at")},
                **{name: functions.boolean(clock.c[name]) for name in ("cancelled_by_end", "minimum_period")},
                "term": term,
            }
        )
    )
    every = select(functions.all(functions.merged(value, clock.c.ledger))).select_from(clock)
    return functions.text(every.scalar_subquery())


def _overrides_as_json(functions: _JsonFunctions, table: Table) -> ColumnElement[Any]:
    """Select all rows of a table of overrides, as arrays of its columns, in the order of its key."""
    rows = select(table).order_by(*table.primary_key).subquery("local")
    values = (functions.instant(value) if isinstance(value.type, Instant) else value for value in rows.c)
    return functions.text(select(functions.all(functions.array(*values))).select_from(rows).scalar_subquery())


def _names_and_values(values: Mapping[str, Any]) -> Iterable[Any]:
    for name, value in values.items():
        yield literal_column(f"'{name}'")
        yield value


# --- writing ----------------------------------------------------------------------------------------


def _write_statement(*, checks_seq: bool) -> ClauseElement:
    # Imported here, so that no database loads the dialect of another one.
    from sqlalchemy.dialects import postgresql

    if checks_seq:
        row = _rows_from_json(tables.case, "cases", ("ref", *UPDATABLE_COLUMNS), {"expected_seq": tables.case.c.seq})
        here = (tables.case.c.ref == row.c.ref) & (tables.case.c.seq == row.c.expected_seq)
        changed: Any = update(tables.case).where(here).values({name: row.c[name] for name in UPDATABLE_COLUMNS})
    else:
        row = _rows_from_json(tables.case, "cases", tuple(tables.case.c.keys()), {})
        changed = insert(tables.case).from_select(row.c.keys(), select(*row.c))
    updated = changed.returning(tables.case.c.ref).cte("updated")
    added: tuple[tuple[str, Table, Any], ...] = (
        ("events", tables.event, insert(tables.event)),
        ("stored_values", tables.event_values, insert(tables.event_values)),
        ("clocks", tables.clock, _upsert(postgresql.insert(tables.clock))),
        (
            "organisations",
            tables.case_organisation,
            postgresql.insert(tables.case_organisation).on_conflict_do_nothing(),
        ),
    )
    parts = []
    for name, table, statement in added:
        columns = EVENT_COLUMNS if table is tables.event else tuple(table.c.keys())
        rows = _rows_from_json(table, name, columns, {})
        new = select(*rows.c).select_from(rows.join(updated, rows.c.case_ref == updated.c.ref))
        if table is tables.event:
            # So that their positions are in the order of the history.
            new = new.order_by(rows.c.case_ref, rows.c.seq)
        parts.append(statement.from_select(rows.c.keys(), new).cte(f"inserted_{name}"))
    return select(func.count()).select_from(updated).add_cte(*parts)


def _rows_from_json(table: Table, name: str, columns: tuple[str, ...], more: Mapping[str, Any]) -> Any:
    """Return the rows of a parameter that holds them as JSON."""
    typed = [column(key, table.c[key].type) for key in columns] + [column(key, c.type) for key, c in more.items()]
    rows = func.json_to_recordset(cast(bindparam(name, type_=Text), JSON))
    return rows.table_valued(*typed).render_derived(name=f"new_{name}", with_types=True)


def _upsert(statement: Any) -> Any:
    table = statement.table
    changed = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed)


def _compiled(statement: ClauseElement, dialect: Callable[[], Any]) -> str:
    return str(statement.compile(dialect=dialect()))
