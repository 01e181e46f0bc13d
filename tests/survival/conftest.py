"""Provide a record, and eight processes that work on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection

from casereview.engine import Engine
from casereview.persistence import Database

from ..support.databases import sqlite_record
from ..support.worker_processes import TRIGGERS, WorkerGroup, engine_and_database

EIGHT = 8


@pytest.fixture(scope="session")
def postgres_server(durable_postgres_server: str) -> str:
    """The URL of a durable server, on which each commit is on disk: these tests are about survival."""
    return durable_postgres_server


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def engine(database: Database, database_url: str) -> Iterator[Engine]:
    made, store = engine_and_database(database_url)
    yield made
    store.close()


@pytest.fixture(scope="session")
def eight_processes() -> Iterator[WorkerGroup]:
    made = WorkerGroup(EIGHT)
    yield made
    made.end()


@pytest.fixture
def crew(eight_processes: WorkerGroup, database: Database, database_url: str) -> Iterator[WorkerGroup]:
    """Eight processes, each connected to the record."""
    eight_processes.ask_all(lambda _: {"do": "connect", "url": database_url})
    yield eight_processes
    eight_processes.ask_all(lambda _: {"do": "leave"})


# --- a person with all rights on a `record` ---------------------------------------------------------------


@pytest.fixture(scope="module")
def url_of(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Create a record without cases on a kind of database, and return its URL."""

    def made(kind: str) -> str:
        if kind == "sqlite":
            return sqlite_record(tmp_path_factory.mktemp("tampering") / "record.db")
        url: str = request.getfixturevalue("shared_postgres_url")
        return url

    return made


@pytest.fixture
def guarded(record: Database) -> Iterator[Connection]:
    """A connection for tampering; all its changes are rolled back in the end."""
    with record.backend.writing.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def tamperer(guarded: Connection) -> Connection:
    """The same connection without the triggers against change and without foreign keys."""
    if guarded.dialect.name == "sqlite":
        for name in TRIGGERS["sqlite"]:
            guarded.exec_driver_sql(f"DROP TRIGGER {name}")
        guarded.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    else:
        guarded.exec_driver_sql("SET LOCAL session_replication_role = replica")
    return guarded
