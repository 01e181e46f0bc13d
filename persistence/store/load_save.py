"""Load a case for update and save the result. Every step uses this."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Protocol

from sqlalchemy import Connection

from ..backends.driver import DriverConnection
from ..backends.errors import StaleCase
from ..schema import tables
from ..schema.types import from_text
from .pending import LoadedCase, PendingRows
from .references import root_of
from .row_codec import as_json_arrays, decode_intact, decode_loaded, encode_json, in_utc, row_encoder, unchanged
from .sql import UPDATABLE_COLUMNS, postgres_statements, sqlite_statements


class CaseStore(Protocol):
    """How a kind of database finds and keeps."""

    def load_for_update(self, wire: DriverConnection, ref: str) -> LoadedCase | None:
        """The case, with the root of its tree held until the transaction ends."""
        ...

    def load_many(self, wire: DriverConnection, refs: Sequence[str]) -> Iterable[LoadedCase]:
        """Those of several cases that are whole, in any order; the roots of their trees are held already."""
        ...

    def update(self, wire: DriverConnection, kept: PendingRows) -> None:
        """Keeps what became of cases that are there.

        Raises:
            StaleCase: where somebody else has moved one since it was found.
        """
        ...

    def insert(self, wire: DriverConnection, kept: PendingRows) -> None:
        """Keeps new cases."""
        ...


class SqliteCaseStore:
    """On SQLite: BEGIN IMMEDIATE holds the one write lock there is, and so every root."""

    def __init__(self) -> None:
        """The statements, and how the rows of each table are handed over."""
        self._statements = sqlite_statements()
        self._event, self._secret, self._clock, self._organisation = (
            row_encoder(table, tuple(table.c.keys()))
            for table in (tables.event, tables.sensitive, tables.clock, tables.case_organisation)
        )
        self._new = row_encoder(tables.case, tuple(tables.case.c.keys()))
        self._updatable = row_encoder(tables.case, (*UPDATABLE_COLUMNS, "ref"))

    def load_for_update(self, wire: DriverConnection, ref: str) -> LoadedCase | None:
        """The case."""
        row = wire.execute(self._statements.load_for_update, (ref,)).fetchone()
        return None if row is None else decode_loaded(row, day=date.fromisoformat, instant=from_text)

    def load_many(self, wire: DriverConnection, refs: Sequence[str]) -> Iterable[LoadedCase]:
        """Those of several cases that are whole."""
        rows = wire.execute(self._statements.load_many, (encode_json(refs).decode(),))
        return decode_intact(rows, day=date.fromisoformat, instant=from_text)

    def update(self, wire: DriverConnection, kept: PendingRows) -> None:
        """Keeps what became of cases."""
        rows = [(*self._updatable(row), row["expected_seq"]) for row in kept.cases]
        if wire.execute_many(self._statements.update_cases, rows).rowcount != len(rows):
            raise StaleCase
        self._insert_details(wire, kept)

    def insert(self, wire: DriverConnection, kept: PendingRows) -> None:
        """Keeps new cases."""
        wire.execute_many(self._statements.insert_cases, map(self._new, kept.cases))
        self._insert_details(wire, kept)

    def _insert_details(self, wire: DriverConnection, kept: PendingRows) -> None:
        said = self._statements
        wire.execute_many(said.insert_events, map(self._event, kept.events))
        for statement, handed_over, rows in (
            (said.insert_stored_values, self._secret, kept.stored_values),
            (said.upsert_clocks, self._clock, kept.clocks),
            (said.insert_organisations, self._organisation, kept.organisations),
        ):
            if rows:
                wire.execute_many(statement, map(handed_over, rows))


class PostgresCaseStore:
    """On PostgreSQL: one statement to find, one to keep."""

    def __init__(self) -> None:
        """The statements."""
        self._statements = postgres_statements()

    def load_for_update(self, wire: DriverConnection, ref: str) -> LoadedCase | None:
        """The case, with the root of its tree held."""
        root = root_of(ref)
        if ref != root:
            # What is below a root moves without moving it: so the lock first, and then a look that sees all.
            wire.execute(self._statements.lock_root, {"of": root})
        found = self._load(wire, ref)
        if found is not None and found.latest_hash is None:
            found = self._load(wire, ref)
        return found

    def load_many(self, wire: DriverConnection, refs: Sequence[str]) -> Iterable[LoadedCase]:
        """Those of several cases that are whole; the roots of their trees are held already."""
        rows = wire.execute(self._statements.load_many, {"of": list(refs)})
        return decode_intact(rows, day=unchanged, instant=in_utc)

    def _load(self, wire: DriverConnection, ref: str) -> LoadedCase | None:
        row = wire.execute(self._statements.load_for_update, {"of": ref}).fetchone()
        return None if row is None else decode_loaded(row, day=unchanged, instant=in_utc)

    def update(self, wire: DriverConnection, kept: PendingRows) -> None:
        """Keeps what became of cases."""
        if wire.execute(self._statements.update, as_json_arrays(kept)).fetchone() != (len(kept.cases),):
            raise StaleCase

    def insert(self, wire: DriverConnection, kept: PendingRows) -> None:
        """Keeps new cases."""
        wire.execute(self._statements.insert, as_json_arrays(kept))


def case_store_for(connection: Connection) -> CaseStore:
    """How the kind of database that a connection is to finds and keeps."""
    return _case_store(connection.dialect.name)


@lru_cache
def _case_store(name: str) -> CaseStore:
    return SqliteCaseStore() if name == "sqlite" else PostgresCaseStore()


# --- from the plain values of a row --------------------------------------------------------------------


# --- to the plain values of a row -----------------------------------------------------------------------
