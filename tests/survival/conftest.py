"""A record to be survived with, and eight processes that work on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url

from casereview.engine import Engine
from casereview.persistence import Database

from ..support.worker_processes import TRIGGERS, WorkerGroup, engine_and_database

EIGHT = 8


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    made.create()
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


# --- somebody with all rights on a `record` ---------------------------------------------------------------


@pytest.fixture(scope="module")
def url_of(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Makes an empty database of a kind."""
    name = f"casereview_{uuid4().hex}"
    server = make_url(postgres_server).set(drivername="postgresql+psycopg")
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    folder: Path = tmp_path_factory.mktemp("tampering")

    def made(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{(folder / 'record.db').as_posix()}"
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        return server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)

    yield made
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture
def guarded(record: Database) -> Iterator[Connection]:
    """A connection of the tamperer's, whatever they do being undone in the end."""
    with record.backend.writing.connect() as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def tamperer(guarded: Connection) -> Connection:
    """The same, with the guards against change and the foreign keys out of the way."""
    if guarded.dialect.name == "sqlite":
        for name in TRIGGERS["sqlite"]:
            guarded.exec_driver_sql(f"DROP TRIGGER {name}")
        guarded.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    else:
        guarded.exec_driver_sql("SET LOCAL session_replication_role = replica")
    return guarded
