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

APPLICATION_ID = 0x43525657  # "CRVW": what `file` and we know our SQLite files by


IMMEDIATE = {"casereview_immediate": True}


class Sqlite:
    """SQLite: one file, or a database in memory that is gone with the process."""

    def __init__(self, url: URL) -> None:
        """A backend at a URL; nothing is connected yet."""
        self.url = url

    @property
    def name(self) -> str:
        """Where it is: its path as it was typed."""
        return f"sqlite:///{self.url.database}" if self.path else "sqlite://"

    @property
    def path(self) -> Path | None:
        """The file; None for a database in memory."""
        if self.url.database in (None, "", ":memory:"):
            return None
        return Path(str(self.url.database))

    @cached_property
    def engine(self) -> Engine:
        """For reading."""
        return self._connectable("rw")

    @cached_property
    def writing(self) -> Engine:
        """For writing: the lock is taken at once, since a reader that turns writer may have to fail.

        Raises:
            BadValue: where the file lies on a network share, whoever brought it there.
        """
        self._refuse_share()
        return self.engine.execution_options(**IMMEDIATE)

    @cached_property
    def creating(self) -> Engine:
        """For laying a schema: makes the file where there is none."""
        return (self._connectable("rwc") if self.path else self.engine).execution_options(**IMMEDIATE)

    def check_reachable(self, *, to_create: bool) -> None:
        """Whether there is a file, or a place for one."""
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
        """Marks the file as ours, and makes its journal a write-ahead log: readers then never wait."""
        with _driver_connection(self.creating) as connection:
            # Whoever looks at the file meanwhile is in its way, and SQLite does not wait for that by itself.
            acquire_write_lock(connection, base.WAIT_SECONDS, "PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    def close(self) -> None:
        """Lets go of every connection."""
        for made in ("writing", "engine", "creating"):
            if made in self.__dict__:
                self.__dict__.pop(made).dispose()

    def _connectable(self, mode: str) -> Engine:
        # No parameters in errors or logs: they are the record's content.
        options: dict[str, Any] = {"hide_parameters": True}
        path = self.path
        if path is None:
            made = create_engine(self.url, poolclass=StaticPool, connect_args={"check_same_thread": False}, **options)
        else:
            # Connected to by ourselves: SQLAlchemy's URL would read a `%` or `#` in a folder's name
            # as its own, and without a mode SQLite makes a file wherever it finds none.
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
    # The driver is not to begin transactions of its own.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # An acknowledged step survives a power cut.
    connection.execute("PRAGMA synchronous = FULL")
    # What is disposed of goes out of the file's very bytes; not every build of SQLite sees to that.
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
    """The driver's own connection, outside any transaction: a journal's mode changes nowhere else."""
    pooled = engine.raw_connection()
    try:
        assert pooled.driver_connection is not None
        yield pooled.driver_connection
    finally:
        pooled.close()
