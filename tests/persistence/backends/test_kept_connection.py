"""One connection to a SQLite file is kept from transaction to transaction, as long as nothing went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from casereview.engine.errors.bad_input import BadValue
from casereview.persistence import Database
from casereview.persistence.store.writer import SqlWriter


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'record.db'}")
    made.create()
    yield made
    made.close()


def used(database: Database) -> Connection:
    """Return the connection of a transaction that changes nothing."""
    with database.backend.transaction() as connection:
        connection.execute(text("SELECT 1"))
        return connection


def test_the_next_transaction_uses_the_same_connection(database: Database) -> None:
    first = used(database)
    assert used(database) is first
    assert not first.in_transaction()


def test_a_failed_transaction_gives_its_connection_back(database: Database) -> None:
    def refuse(_writer: SqlWriter) -> None:
        raise BadValue(name="it", expected="something else", found="this")

    first = used(database)
    with pytest.raises(BadValue):
        database.write(refuse)
    assert first.closed
    assert used(database) is not first


def test_a_reader_has_a_connection_of_its_own(database: Database) -> None:
    first = used(database)
    with database.backend.engine.connect() as reading:
        assert reading.connection.driver_connection is not first.connection.driver_connection


def test_no_connection_is_kept_once_the_database_is_closed(database: Database) -> None:
    with database.backend.transaction() as connection:
        database.close()
    assert connection.closed
    first = used(database)
    database.close()
    assert first.closed
    assert used(database) is not first
