"""Connect to SQLite: one file, or a database in memory."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cached_property, partial
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.pool import PoolProxiedConnection

from ...engine.errors.bad_input import BadValue
from ...engine.errors.faults import DatabaseProblem
from . import base
from .base import CREATE, RIGHT_FILE, Remedy, autocommit_refused, close_all, other_database_refused
from .errors import as_sqlalchemy_error, needs_new_connection
from .forks import forget_when_forked
from .network_paths import is_network_path
from .sqlite_driver import DRIVER, sqlite3
from .sqlite_file import open_file, set_journal
from .turns import Turns, turns_at
from .write_lock import acquire_write_lock

APPLICATION_ID = 0x43525657  # "CRVW": by which `file` and casereview know these SQLite files


IMMEDIATE = {"casereview_immediate": True}


class Sqlite:
    """SQLite: one file, or a database in memory that ends with the process."""

    def __init__(self, url: URL, file_mode: int) -> None:
        """Take a URL and the permissions of a file that is created, without connecting."""
        self.url = url
        self._file_mode = file_mode
        self._is_file = self.path is not None
        if self._is_file:  # a database in memory is the process's own copy
            forget_when_forked(self)

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

    @property
    def driver(self) -> ModuleType:
        """Return the driver's module."""
        return sqlite3

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
        """Mark the file as ours, and set its journal mode: the write-ahead log, with which readers never wait."""
        with self._turns.turn(base.WAIT_SECONDS), _driver_connection(self.creating) as connection:
            set_journal(connection, DRIVER.journal)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    @contextmanager
    def transaction(self, *, creating: bool = False) -> Iterator[Connection]:
        """Begin a transaction for writing, when it is this thread's turn, and commit it at the end.

        Args:
            creating: Whether it is for creating a schema, and may also create the file.

        Raises:
            BadValue: if the file lies on a network share.
            NoTurn: if other threads wrote for too long.
        """
        with self._turns.turn(base.WAIT_SECONDS):
            if creating or not self._is_file:
                with (self.creating if creating else self.writing).begin() as connection:
                    yield connection
                return
            connection = self.__dict__.pop("_writer", None) or self.writing.connect()
            try:
                with connection.begin():
                    yield connection
            except BaseException:
                connection.close()
                raise
            self._keep(connection)

    def _keep(self, connection: Connection) -> None:
        """Keep a connection for the next transaction: taking one from the pool and back costs as much as a SELECT."""
        if connection.engine is self.__dict__.get("writing"):
            self._writer = connection
        else:  # closed meanwhile, or this is a forked process
            connection.close()

    def check_host(self, connection: Connection) -> None:
        """Raise BadValue if a host's connection leads to another file, or through another copy of SQLite."""
        if connection.dialect.name != "sqlite":
            raise other_database_refused(self.name)
        driver: Any = connection.dialect.dbapi
        if driver is not sqlite3:
            raise BadValue(
                name="within",
                expected=f"an engine on {DRIVER.name}: create_engine(url, module=database.driver)",
                found=f"one on {driver.__name__}. Two copies of SQLite in one process would undo each other's locks",
            )
        if connection.engine.pool is not self.engine.pool and not self._is_own_file(connection):
            raise other_database_refused(self.name)

    def _is_own_file(self, connection: Connection) -> bool:
        main = connection.exec_driver_sql("PRAGMA database_list").all()[0][2]
        return bool(main) and self.path is not None and os.path.samefile(main, self.path)

    def begin_for_host(self, connection: Connection) -> None:
        """Begin a host's transaction with the write lock, when it is this thread's turn.

        If the host has begun it already, it may hold the lock, and other threads may be waiting for it in their turn.

        Raises:
            BadValue: if the connection commits each statement by itself.
            NoTurn: if other threads wrote for too long.
        """
        proxied = connection.connection
        driver: Any = proxied.driver_connection
        # SQLite's driver begins at the first change, but guards have to read under the lock.
        if not driver.in_transaction:
            # A host that begins transactions itself has begun this one already.
            if driver.isolation_level is None or getattr(driver, "autocommit", None) is True:
                raise autocommit_refused()
            with self._turns.turn_of_host(base.WAIT_SECONDS, partial(_is_over, weakref.ref(proxied))):
                connection.exec_driver_sql("BEGIN IMMEDIATE")

    @cached_property
    def _turns(self) -> Turns:
        # A database in memory has one connection, for which the pool makes threads wait.
        return Turns() if self.path is None else turns_at(self.path)

    def erase_old_rows(self, tables: Sequence[str], seconds: float) -> bool:  # noqa: ARG002 (the log is of all tables)
        """Empty the write-ahead log, and return whether that succeeded: a program that is reading keeps it.

        What the tables themselves lost was overwritten in the file (`secure_delete`).
        """
        if self.path is None:
            return True
        with self._turns.turn(base.WAIT_SECONDS), closing(open_file(self.path.absolute(), "rw")) as connection:
            connection.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy

    def forget_connections(self) -> tuple[Connection | Engine, ...]:
        """Forget the kept connection and the engines, without closing them, and return them."""
        names = ("_writer", "writing", "engine", "creating")
        return tuple(self.__dict__.pop(made) for made in names if made in self.__dict__)

    def close(self) -> None:
        """Close every connection."""
        close_all(self.forget_connections())

    def _connectable(self, access: Literal["rw", "rwc"]) -> Engine:
        # Errors and logs show no parameters, which are the content of the record.
        options: dict[str, Any] = {"hide_parameters": True, "module": self.driver}
        path = self.path
        if path is None:
            # One connection, which is the database. The pool makes threads wait for it.
            pool = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0, "pool_timeout": base.WAIT_SECONDS}
            made = create_engine(self.url, connect_args={"check_same_thread": False}, **pool, **options)
        else:
            # Connect here and not through SQLAlchemy, which would interpret a `%` or `#` in a folder's name.
            # The path is made absolute now: the program may change its folder.
            made = create_engine(
                self.url, creator=partial(open_file, path.absolute(), access, mode=self._file_mode), **options
            )
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
    connection.execute(f"PRAGMA synchronous = {DRIVER.synchronous}")
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


def _is_over(host: Callable[[], PoolProxiedConnection | None]) -> bool:
    """Return whether a host's transaction is over, its connection closed or given back."""
    proxied = host()
    driver: Any = None if proxied is None else proxied.dbapi_connection
    try:
        return driver is None or not driver.in_transaction
    except sqlite3.ProgrammingError:
        return True


@contextmanager
def _driver_connection(engine: Engine) -> Iterator[sqlite3.Connection]:
    """Give the driver's own connection, outside any transaction, where the journal mode can be changed."""
    pooled = engine.raw_connection()
    try:
        assert pooled.driver_connection is not None
        yield pooled.driver_connection
    finally:
        pooled.close()
