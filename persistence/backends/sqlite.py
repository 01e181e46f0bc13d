"""Connect to SQLite: one file, or a database in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext

from ...engine.errors.bad_input import BadValue
from ...engine.errors.faults import DatabaseProblem
from . import base
from .base import CREATE, RIGHT_FILE, Remedy
from .errors import as_sqlalchemy_error, needs_new_connection
from .network_paths import is_network_path
from .write_lock import acquire_write_lock

APPLICATION_ID = 0x43525657  # "CRVW": by which `file` and casereview know these SQLite files


IMMEDIATE = {"casereview_immediate": True}


class Sqlite:
    """SQLite: one file, or a database in memory that ends with the process."""

    def __init__(self, url: URL) -> None:
        """Take a URL, without connecting."""
        self.url = url

    @property
    def name(self) -> str:
        """Return the URL with the path as it was typed."""
        return f"sqlite:///{self.url.database}" if self.path else "sqlite://"

    @property
    def path(self) -> Path | None:
        """Return the path of the file, or None for a database in memory."""
        if self.url.database in (None, "", ":memory:"):
            return None
        return Path(str(self.url.database))

    @cached_property
    def engine(self) -> Engine:
        """Return the engine for reading."""
        return self._connectable("rw")

    @cached_property
    def writing(self) -> Engine:
        """Return the engine for writing. It locks at once, since a reader that becomes a writer may have to fail.

        Raises:
            BadValue: if the file lies on a network share.
        """
        self._refuse_share()
        return self.engine.execution_options(**IMMEDIATE)

    @cached_property
    def creating(self) -> Engine:
        """Return the engine for creating a schema. It creates the file if there is none."""
        return (self._connectable("rwc") if self.path else self.engine).execution_options(**IMMEDIATE)

    def check_reachable(self, *, to_create: bool) -> None:
        """Raise DatabaseProblem or BadValue unless there is a file, or a place for one."""
        path = self.path
        if path is None:
            return
        if to_create:
            self._refuse_share()
        try:
            if path.is_dir():
                remedy = Remedy(sentence="Give the path of a file in it.") if to_create else RIGHT_FILE
                raise self._problem("is a folder, not a file", remedy)
            if to_create and not path.parent.is_dir():
                remedy = Remedy(sentence=f"Create the folder {path.parent} first.")
                raise self._problem("lies in a folder that does not exist", remedy)
            if not to_create and not path.exists():
                raise self._problem("does not exist", CREATE)
        except OSError as error:
            reason = (error.strerror or "the path cannot be used").lower()
            remedy = Remedy(sentence="Check the path, and this account's rights.")
            raise self._problem(f"cannot be reached ({reason})", remedy) from None

    def finish_creation(self) -> None:
        """Mark the file as ours, and set the write-ahead log, with which readers never wait."""
        with _driver_connection(self.creating) as connection:
            # A reader of the file is in the way, and SQLite does not wait for it by itself.
            acquire_write_lock(connection, base.WAIT_SECONDS, "PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    def close(self) -> None:
        """Close every connection."""
        for made in ("writing", "engine", "creating"):
            if made in self.__dict__:
                self.__dict__.pop(made).dispose()

    def _connectable(self, mode: str) -> Engine:
        # Errors and logs show no parameters, which are the content of the record.
        options: dict[str, Any] = {"hide_parameters": True}
        path = self.path
        if path is None:
            made = create_engine(self.url, poolclass=StaticPool, connect_args={"check_same_thread": False}, **options)
        else:
            # Connect here and not through SQLAlchemy, which would interpret a `%` or `#` in a folder's name;
            # and give a mode, without which SQLite creates a file if it finds none.
            location = f"{path.absolute().as_uri()}?mode={mode}"

            def connection() -> sqlite3.Connection:
                return sqlite3.connect(location, uri=True, timeout=base.WAIT_SECONDS, check_same_thread=False)

            made = create_engine(self.url, creator=connection, **options)
        event.listen(made, "connect", _configure_sqlite)
        event.listen(made, "begin", _begin_sqlite)
        event.listen(made, "handle_error", _mark_disconnected)
        return made

    def _refuse_share(self) -> None:
        if self.path is not None and is_network_path(str(self.path)):
            raise BadValue(
                name="the database",
                expected="a file on a local disk (on a network share two machines would overwrite each other)",
                found=str(self.path),
            )

    def _problem(self, problem: str, remedy: Remedy) -> DatabaseProblem:
        return DatabaseProblem(database=self.name, problem=problem, remedy=remedy.sentence, hint=remedy.hint)


def _configure_sqlite(connection: Any, _record: object) -> None:
    # Keep the driver from beginning transactions of its own.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # A saved step has to survive a power cut.
    connection.execute("PRAGMA synchronous = FULL")
    # A disposed value has to be overwritten in the file; not every build of SQLite does that by default.
    connection.execute("PRAGMA secure_delete = ON")


def _begin_sqlite(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    try:
        if "casereview_immediate" in connection.get_execution_options():
            acquire_write_lock(driver, base.WAIT_SECONDS)
        else:
            driver.execute("BEGIN")
    except sqlite3.Error as error:
        raise as_sqlalchemy_error(connection, error) from error


def _mark_disconnected(context: ExceptionContext) -> None:
    if needs_new_connection(context.original_exception):
        context.is_disconnect = True


@contextmanager
def _driver_connection(engine: Engine) -> Iterator[sqlite3.Connection]:
    """Give the driver's own connection, outside any transaction, where the journal mode can be changed."""
    pooled = engine.raw_connection()
    try:
        assert pooled.driver_connection is not None
        yield pooled.driver_connection
    finally:
        pooled.close()
