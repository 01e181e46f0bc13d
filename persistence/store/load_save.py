"""Load a case for update and save the result. Every step uses this."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from operator import le
from typing import Any, Protocol

from sqlalchemy import Connection, Table

from ..backends.driver import DriverConnection
from ..backends.errors import StaleCase
from ..schema import tables
from ..schema.types import from_text
from .references import root_of
from .row_codec import (
    LoadedCase,
    PendingRows,
    as_json_arrays,
    decode_intact,
    decode_loaded,
    encode_json,
    for_postgres,
    in_utc,
    row_encoder,
    unchanged,
)
from .sql import (
    EVENT_COLUMNS,
    UPDATABLE_COLUMNS,
    UPDATED_COLUMNS,
    RowCounts,
    postgres_statements,
    postgres_update_of,
    sqlite_statements,
)


class CaseStore(Protocol):
    """Loads and saves cases, in the way of one kind of database."""

    def load_for_update(self, driver: DriverConnection, ref: str) -> LoadedCase | None:
        """Lock the root of a case's tree until the transaction ends, and load the case."""
        ...

    def load_many(self, driver: DriverConnection, refs: Sequence[str]) -> Iterable[LoadedCase]:
        """Load those of several cases that are not damaged, in any order. Their roots are locked already."""
        ...

    def update(self, driver: DriverConnection, pending: PendingRows) -> None:
        """Save changes of existing cases.

        Raises:
            StaleCase: if another writer has changed one since it was loaded.
        """
        ...

    def insert(self, driver: DriverConnection, pending: PendingRows) -> None:
        """Save new cases."""
        ...


class SqliteCaseStore:
    """Loads and saves cases on SQLite, where BEGIN IMMEDIATE takes the one write lock and so locks every root."""

    def __init__(self) -> None:
        """Prepare the statements, and the encoders of each table's rows."""
        self._statements = sqlite_statements()
        self._event = row_encoder(tables.event, EVENT_COLUMNS)
        self._stored_value, self._clock, self._organisation = (
            row_encoder(table, tuple(table.c.keys()))
            for table in (tables.event_values, tables.clock, tables.case_organisation)
        )
        self._new = row_encoder(tables.case, tuple(tables.case.c.keys()))
        self._updatable = row_encoder(tables.case, (*UPDATABLE_COLUMNS, "ref"))

    def load_for_update(self, driver: DriverConnection, ref: str) -> LoadedCase | None:
        """Load the case."""
        row = driver.execute(self._statements.load_for_update, (ref,)).fetchone()
        return None if row is None else decode_loaded(row, day=date.fromisoformat, instant=from_text)

    def load_many(self, driver: DriverConnection, refs: Sequence[str]) -> Iterable[LoadedCase]:
        """Load those of several cases that are not damaged."""
        rows = driver.execute(self._statements.load_many, (encode_json(refs).decode(),))
        return decode_intact(rows, day=date.fromisoformat, instant=from_text)

    def update(self, driver: DriverConnection, pending: PendingRows) -> None:
        """Save changes of existing cases."""
        rows = [(*self._updatable(row), row["expected_seq"]) for row in pending.cases]
        if driver.execute_many(self._statements.update_cases, rows).rowcount != len(rows):
            raise StaleCase
        self._insert_details(driver, pending)

    def insert(self, driver: DriverConnection, pending: PendingRows) -> None:
        """Save new cases."""
        driver.execute_many(self._statements.insert_cases, map(self._new, pending.cases))
        self._insert_details(driver, pending)

    def _insert_details(self, driver: DriverConnection, pending: PendingRows) -> None:
        statements = self._statements
        driver.execute_many(statements.insert_events, map(self._event, pending.events))
        for statement, encode, rows in (
            (statements.insert_stored_values, self._stored_value, pending.stored_values),
            (statements.upsert_clocks, self._clock, pending.clocks),
            (statements.insert_organisations, self._organisation, pending.organisations),
        ):
            if rows:
                driver.execute_many(statement, map(encode, rows))


FEW = RowCounts(cases=1, events=2, stored_values=2, clocks=4, organisations=4)
"""The rows that are sent as parameters. A step has seldom more; each number of rows needs a statement of its own."""


class PostgresCaseStore:
    """Loads and saves cases on PostgreSQL, with one statement for each."""

    def __init__(self) -> None:
        """Prepare the statements, and the parameters of each table's rows."""
        self._statements = postgres_statements()
        written: tuple[tuple[str, Table, tuple[str, ...]], ...] = (
            ("cases", tables.case, (*UPDATED_COLUMNS, "expected_seq")),
            ("events", tables.event, EVENT_COLUMNS),
            ("stored_values", tables.event_values, tuple(tables.event_values.c.keys())),
            ("clocks", tables.clock, tuple(tables.clock.c.keys())),
            ("organisations", tables.case_organisation, tuple(tables.case_organisation.c.keys())),
        )
        self._written = [(name, columns, row_encoder(table, columns, for_postgres)) for name, table, columns in written]

    def load_for_update(self, driver: DriverConnection, ref: str) -> LoadedCase | None:
        """Lock the root of the case's tree, and load the case."""
        root = root_of(ref)
        if ref != root:
            # A child can change without its root: so lock first, then load what the last writer left.
            driver.execute(self._statements.lock_root, {"of": root})
        loaded = self._load(driver, ref)
        if loaded is not None and loaded.latest_hash is None:
            # Another writer changed the case while this statement waited for its row: load it again.
            loaded = self._load(driver, ref)
        return loaded

    def load_many(self, driver: DriverConnection, refs: Sequence[str]) -> Iterable[LoadedCase]:
        """Load those of several cases that are not damaged. Their roots are locked already."""
        rows = driver.execute(self._statements.load_many, {"of": list(refs)})
        return decode_intact(rows, day=unchanged, instant=in_utc)

    def _load(self, driver: DriverConnection, ref: str) -> LoadedCase | None:
        row = driver.execute(self._statements.load_for_update, {"of": ref}).fetchone()
        return None if row is None else decode_loaded(row, day=unchanged, instant=in_utc)

    def update(self, driver: DriverConnection, pending: PendingRows) -> None:
        """Save changes of existing cases."""
        counts = RowCounts(*(len(getattr(pending, name)) for name, *_ in self._written))
        if all(map(le, counts, FEW)):
            updated = driver.execute(postgres_update_of(counts), self._as_parameters(pending))
        else:
            updated = driver.execute(self._statements.update, as_json_arrays(pending))
        if updated.fetchone() != (len(pending.cases),):
            raise StaleCase

    def _as_parameters(self, pending: PendingRows) -> dict[str, Any]:
        return {
            f"{name}_{number}_{column}": value
            for name, columns, encode in self._written
            for number, row in enumerate(getattr(pending, name))
            for column, value in zip(columns, encode(row), strict=True)
        }

    def insert(self, driver: DriverConnection, pending: PendingRows) -> None:
        """Save new cases."""
        driver.execute(self._statements.insert, as_json_arrays(pending))


def case_store_for(connection: Connection) -> CaseStore:
    """Return the case store for a connection's kind of database."""
    return _case_store(connection.dialect.name)


@lru_cache
def _case_store(name: str) -> CaseStore:
    return SqliteCaseStore() if name == "sqlite" else PostgresCaseStore()
