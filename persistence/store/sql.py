"""Build the statements of a step, as fixed text.

SQLAlchemy Core builds each statement once for a kind of database, from the declared tables. A step sends the text
and its parameters to the driver (see `load_save`), because building the same statements again would be most of
its cost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    ClauseElement,
    Table,
    Text,
    bindparam,
    cast,
    column,
    func,
    insert,
    select,
    update,
    values,
)

from ..schema import tables
from .hash_chain import HASHED_COLUMNS
from .load_query import POSTGRES, SQLITE, load_query

EVENT_COLUMNS = (*HASHED_COLUMNS, "hash")
"""The columns of an event that are written; the database fills in the others."""

UPDATABLE_COLUMNS = (
    *("version", "seq", "state", "title", "opened_on", "closed_on", "last_step_on", "recorded_at"),
    *("been_in", "organisations", "links", "data", "suspensions", "head"),
)
"""The columns of a case that an event can change."""

UPDATED_COLUMNS = ("ref", *UPDATABLE_COLUMNS)
"""The columns of an updated case's row, besides the number of its latest event as loaded."""


@dataclass(frozen=True, kw_only=True)
class SqliteStatements:
    """The statements for SQLite, one for each table, since a statement needs no round trip there.

    Attributes:
        load_for_update: Selects what deciding a step needs: the case, the hash of its latest event, its clocks, and
            the hash of the unit's own record. The parameter is the reference.
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


class RowCounts(NamedTuple):
    """The number of rows of each table that a statement writes."""

    cases: int
    events: int
    stored_values: int
    clocks: int
    organisations: int


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

    `postgres_update_of` has the same for a few rows, each value a parameter.
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
        load_for_update=_compiled(load_query(SQLITE).where(tables.case.c.ref == bindparam("of")), dialect),
        load_many=_compiled(load_query(SQLITE).where(tables.case.c.ref.in_(select(one_of.c.value))), dialect),
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
        load_for_update=_compiled(load_query(POSTGRES).where(here).with_for_update(), dialect),
        load_many=_compiled(load_query(POSTGRES).where(tables.case.c.ref == func.any(bindparam("of"))), dialect),
        update=_compiled(_write_statement(checks_seq=True), dialect),
        insert=_compiled(_write_statement(checks_seq=False), dialect),
    )


@cache
def postgres_update_of(rows: RowCounts) -> str:
    """Return a statement like `PostgresStatements.update` for so many rows, whose values are parameters.

    The server takes less than half as long for it as for rows in JSON. The name of each parameter is that of the
    table's rows (`events`), the number of the row from 0, and the column, joined by underscores.
    """
    # Imported here, so that no database loads the dialect of another one.
    from sqlalchemy.dialects.postgresql.psycopg import dialect

    return _compiled(_write_statement(checks_seq=True, rows=rows), dialect)


# --- writing ----------------------------------------------------------------------------------------


def _write_statement(*, checks_seq: bool, rows: RowCounts | None = None) -> ClauseElement:
    """Return the statement that writes everything, from JSON, or from parameters if the numbers of rows are given."""
    # Imported here, so that no database loads the dialect of another one.
    from sqlalchemy.dialects import postgresql

    new_rows = _rows_from_json if rows is None else partial(_rows_from_parameters, rows)
    if checks_seq:
        row = new_rows(tables.case, "cases", UPDATED_COLUMNS, {"expected_seq": tables.case.c.seq})
        here = (tables.case.c.ref == row.c.ref) & (tables.case.c.seq == row.c.expected_seq)
        changed: Any = update(tables.case).where(here).values({name: row.c[name] for name in UPDATABLE_COLUMNS})
    else:
        row = new_rows(tables.case, "cases", tuple(tables.case.c.keys()), {})
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
        if rows is not None and not getattr(rows, name):
            continue
        columns = EVENT_COLUMNS if table is tables.event else tuple(table.c.keys())
        values = new_rows(table, name, columns, {})
        new = select(*values.c).select_from(values.join(updated, values.c.case_ref == updated.c.ref))
        if table is tables.event:
            # So that their positions are in the order of the history.
            new = new.order_by(values.c.case_ref, values.c.seq)
        parts.append(statement.from_select(values.c.keys(), new).cte(f"inserted_{name}"))
    return select(func.count()).select_from(updated).add_cte(*parts)


def _rows_from_json(table: Table, name: str, columns: tuple[str, ...], more: Mapping[str, Any]) -> Any:
    """Return the rows of a parameter that holds them as JSON."""
    typed = [column(key, table.c[key].type) for key in columns] + [column(key, c.type) for key, c in more.items()]
    rows = func.json_to_recordset(cast(bindparam(name, type_=Text), JSON))
    return rows.table_valued(*typed).render_derived(name=f"new_{name}", with_types=True)


def _rows_from_parameters(
    rows: RowCounts, table: Table, name: str, columns: tuple[str, ...], more: Mapping[str, Any]
) -> Any:
    """Return rows of which each value is a parameter."""
    types = {**{key: table.c[key].type for key in columns}, **{key: c.type for key, c in more.items()}}
    data = [
        tuple(bindparam(f"{name}_{number}_{key}", type_=kind) for key, kind in types.items())
        for number in range(getattr(rows, name))
    ]
    return values(*(column(key, kind) for key, kind in types.items()), name=f"new_{name}").data(data)


def _upsert(statement: Any) -> Any:
    table = statement.table
    changed = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed)


def _compiled(statement: ClauseElement, dialect: Callable[[], Any]) -> str:
    return str(statement.compile(dialect=dialect()))
