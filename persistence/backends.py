"""How each kind of database is connected to, and what is particular to it."""

from __future__ import annotations

import math
import select
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Dialect, Engine, StaticPool, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from ..engine.errors.bad_input import BadValue
from ..engine.errors.faults import DatabaseProblem
from .faults import as_said, is_for_good
from .location import is_network_path
from .turns import take_turn

WAIT_SECONDS = 10
"""How long a writer waits for another one before it gives a clear answer."""

LONG_SECONDS = 30
"""A connection that was not used for so long is asked whether it still answers."""

GIVEN_BACK = "casereview_given_back"

APPLICATION_ID = 0x43525657  # "CRVW": what `file` and we know our SQLite files by
INIT = "Create one there with: casereview init."
RIGHT_FILE = "Point --database or CASEREVIEW_DATABASE at the right file."
IMMEDIATE = {"casereview_immediate": True}
SHOWN = ("host", "hostaddr", "port", "user", "dbname", "service")
"""What of a URL's query belongs to the address; what else is there may be a password."""

UNREACHED = ("does not answer", "Nothing was changed. Check that it is running, and its address in the URL.")
UNCONNECTED = (
    # What a PostgreSQL server says to somebody whom it does not let in, what that means, what to do.
    # In another language than English it reads as one that does not answer.
    (
        ("too many", "remaining connection slots"),
        "has no connection free",
        "Nothing was changed. Try again in a moment.",
    ),
    (
        ("authentication failed", "no password supplied", "no pg_hba.conf entry", "permission denied", 'role "'),
        "refuses this account",
        "Check the user and the password in the URL.",
    ),
    (('database "',), "does not exist on that server", "Create it there with: createdb."),
)


class Backend(Protocol):
    """One kind of database."""

    url: URL

    @property
    def name(self) -> str:
        """Where it is, for people, without any password."""
        ...

    @property
    def engine(self) -> Engine:
        """For reading: a transaction sees one state of the record throughout."""
        ...

    @property
    def writing(self) -> Engine:
        """For writing."""
        ...

    @property
    def creating(self) -> Engine:
        """For laying a schema where there may be nothing yet."""
        ...

    def look(self, *, to_create: bool) -> None:
        """Whether there is something to connect to; DatabaseProblem or BadValue where there is not."""
        ...

    def created(self) -> None:
        """What is to be done once, after a schema was laid."""
        ...

    def close(self) -> None:
        """Lets go of every connection."""
        ...


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

    def look(self, *, to_create: bool) -> None:
        """Whether there is a file, or a place for one."""
        path = self.path
        if path is None:
            return
        if to_create:
            self._refuse_share()
        try:
            if path.is_dir():
                remedy = "Give the path of a file in it." if to_create else RIGHT_FILE
                raise self._problem("is a folder, not a file", remedy)
            if to_create and not path.parent.is_dir():
                remedy = f"Create the folder {path.parent} first."
                raise self._problem("lies in a folder that does not exist", remedy)
            if not to_create and not path.exists():
                raise self._problem("does not exist", INIT)
        except OSError as error:
            reason = (error.strerror or "the path cannot be used").lower()
            raise self._problem(f"cannot be reached ({reason})", "Check the path, and this account's rights.") from None

    def created(self) -> None:
        """Marks the file as ours, and makes its journal a write-ahead log: readers then never wait."""
        with _plain(self.creating) as connection:
            # Whoever looks at the file meanwhile is in its way, and SQLite does not wait for that by itself.
            take_turn(connection, WAIT_SECONDS, "PRAGMA journal_mode = WAL")
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
                return sqlite3.connect(location, uri=True, timeout=WAIT_SECONDS, check_same_thread=False)

            made = create_engine(self.url, creator=connection, **options)
        event.listen(made, "connect", _sqlite_connected)
        event.listen(made, "begin", _sqlite_begun)
        event.listen(made, "handle_error", _sqlite_failed)
        return made

    def _refuse_share(self) -> None:
        if self.path is not None and is_network_path(str(self.path)):
            raise BadValue(
                name="the database",
                expected="a file on a local disk (on a network share two machines would overwrite each other)",
                found=str(self.path),
            )

    def _problem(self, problem: str, remedy: str) -> DatabaseProblem:
        return DatabaseProblem(database=self.name, problem=problem, remedy=remedy)


class Postgres:
    """PostgreSQL, by psycopg 3."""

    def __init__(self, url: URL) -> None:
        """A backend at a URL; nothing is connected yet."""
        self.url = url.set(drivername="postgresql+psycopg")

    @property
    def name(self) -> str:
        """Where it is, without any password."""
        query = {name: value for name, value in self.url.query.items() if name in SHOWN}
        return self.url.set(drivername="postgresql", query=query).render_as_string(hide_password=True)

    @cached_property
    def engine(self) -> Engine:
        """For reading: one snapshot for the whole transaction."""
        return self.writing.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @cached_property
    def writing(self) -> Engine:
        """For writing: rows are locked, so READ COMMITTED sees what the lock waited for."""
        made = create_engine(self.url, hide_parameters=True)
        event.listen(made, "do_connect", self._connect)
        event.listen(made, "connect", _postgres_connected)
        event.listen(made, "checkout", partial(_postgres_taken, made.dialect))
        event.listen(made, "checkin", _postgres_given_back)
        return made

    @property
    def creating(self) -> Engine:
        """For laying a schema."""
        return self.writing

    def look(self, *, to_create: bool) -> None:  # noqa: ARG002 (the server answers for itself)
        """Whether the driver is there."""
        try:
            import psycopg  # noqa: F401
        except ImportError:
            raise DatabaseProblem(
                database=self.name,
                problem="needs the driver psycopg, which is not installed",
                remedy="Install it with: pip install casereview[postgres].",
            ) from None

    def created(self) -> None:
        """Nothing more."""

    def _connect(self, dialect: Any, _record: object, args: Any, options: Any) -> Any:
        """A connection; told here why there is none, since the driver gives no SQLSTATE for that."""
        try:
            return dialect.connect(*args, **options)
        except dialect.loaded_dbapi.Error as error:
            said = str(error).lower()
        known = ((problem, remedy) for words, problem, remedy in UNCONNECTED if any(word in said for word in words))
        problem, remedy = next(known, UNREACHED)
        raise DatabaseProblem(database=self.name, problem=problem, remedy=remedy)

    def close(self) -> None:
        """Lets go of every connection."""
        self.__dict__.pop("engine", None)  # it has its connections from the other
        if "writing" in self.__dict__:
            self.__dict__.pop("writing").dispose()


def backend_for(url: str) -> Backend:
    """The backend of a SQLAlchemy URL.

    Raises:
        BadValue: where the URL is malformed, or of a kind of database that is not supported.
    """
    expected = "one like sqlite:///casereview.db or postgresql://user@host/database"
    try:
        parsed = make_url(url)
        kind = parsed.get_backend_name()
    except (ArgumentError, ValueError):
        kind = ""
    if kind == "sqlite" and parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        if any((parsed.host, parsed.port, parsed.username, parsed.password, parsed.query)):
            # Two slashes name a machine: what was meant for a file's name would be lost without a word.
            expected = "three slashes and a path, as in sqlite:///casereview.db"
            raise BadValue(name="the database's URL", expected=expected, found="something beside a path")
        return Sqlite(parsed)
    if kind == "postgresql":
        if parsed.drivername in ("postgresql", "postgresql+psycopg"):
            return Postgres(parsed)
        expected = "postgresql://… or postgresql+psycopg://…"
    # The URL itself is not quoted: it may hold a password.
    found = "another driver" if kind == "postgresql" else "something else"
    raise BadValue(name="the database's URL", expected=expected, found=found)


def _sqlite_connected(connection: Any, _record: object) -> None:
    # The driver is not to begin transactions of its own.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # An acknowledged step survives a power cut.
    connection.execute("PRAGMA synchronous = FULL")
    # What is disposed of goes out of the file's very bytes; not every build of SQLite sees to that.
    connection.execute("PRAGMA secure_delete = ON")


def _sqlite_begun(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    try:
        if "casereview_immediate" in connection.get_execution_options():
            take_turn(driver, WAIT_SECONDS)
        else:
            driver.execute("BEGIN")
    except sqlite3.Error as error:
        raise as_said(connection, error) from error


def _sqlite_failed(context: ExceptionContext) -> None:
    if is_for_good(context.original_exception):
        context.is_disconnect = True


def _postgres_connected(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{WAIT_SECONDS}s'")
    connection.commit()


def _postgres_given_back(connection: Any, record: ConnectionPoolEntry) -> None:
    if connection is not None:
        record.info[GIVEN_BACK] = time.monotonic()


def _postgres_taken(dialect: Dialect, connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """A connection that is taken from the pool: it may have been lost since it was given back."""
    # A server that ends a connection says so, and then there is something to read although nothing was asked.
    # To look costs a microsecond, to ask the server itself a journey: that is for what lay for long, since
    # something on the way may have forgotten it without a word.
    since = time.monotonic() - record.info.get(GIVEN_BACK, math.inf)
    if _has_news(connection.fileno()) or (since > LONG_SECONDS and not _answers(dialect, connection)):
        raise DisconnectionError
    # What reading leaves behind is not "as the server has it" but an outright READ WRITE, which a
    # server that only reads answers as if we had asked for something else.
    connection.read_only = None


def _has_news(socket: int) -> bool:
    if hasattr(select, "poll"):
        polled = select.poll()
        polled.register(socket, select.POLLIN)
        return bool(polled.poll(0))
    return bool(select.select([socket], [], [], 0)[0])


def _answers(dialect: Dialect, connection: Any) -> bool:
    try:
        return dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error:
        return False


@contextmanager
def _plain(engine: Engine) -> Iterator[sqlite3.Connection]:
    """The driver's own connection, outside any transaction: a journal's mode changes nowhere else."""
    pooled = engine.raw_connection()
    try:
        assert pooled.driver_connection is not None
        yield pooled.driver_connection
    finally:
        pooled.close()
