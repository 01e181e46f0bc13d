"""Connect to PostgreSQL, by psycopg 3."""

from __future__ import annotations

import math
import select
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cached_property, partial
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from ...engine.errors.faults import DatabaseProblem
from . import base
from .base import autocommit_refused, other_database_refused
from .forks import forget_when_forked

IDLE_SECONDS = 30
"""Seconds without use after which a connection is checked before it is used again."""


RETURNED_AT = "casereview_returned_at"


PLACE = "SELECT pg_postmaster_start_time(), current_database(), to_regclass('casereview_case')::oid"
"""Asks a server for what tells one record on it from all others: two ways to one server give the same answer."""


SHOWN_OPTIONS = ("host", "hostaddr", "port", "user", "dbname", "service")
"""The options of a URL's query that are safe to show. Others may hold a password."""


SERVER_SILENT = ("does not answer", "Nothing was changed. Check that it is running, and its address in the URL.")


CONNECTION_PROBLEMS = (
    # The words of a PostgreSQL server that refuses a connection, the problem, the remedy.
    # A server that speaks another language than English is reported as one that does not answer.
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


class Postgres:
    """PostgreSQL, by psycopg 3."""

    def __init__(self, url: URL) -> None:
        """Take a URL, without connecting."""
        self.url = url.set(drivername="postgresql+psycopg")
        self._own_place: tuple[Any, ...] | None = None
        forget_when_forked(self)

    @property
    def name(self) -> str:
        """Return the URL without any password."""
        query = {name: value for name, value in self.url.query.items() if name in SHOWN_OPTIONS}
        return self.url.set(drivername="postgresql", query=query).render_as_string(hide_password=True)

    @cached_property
    def engine(self) -> Engine:
        """Return the engine for reading, with one snapshot for the whole transaction."""
        return self.writing.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @cached_property
    def writing(self) -> Engine:
        """Return the engine for writing. It locks rows, so READ COMMITTED sees what the lock waited for."""
        made = create_engine(self.url, hide_parameters=True)
        event.listen(made, "do_connect", self._connect)
        event.listen(made, "connect", _configure_postgres)
        event.listen(made, "checkout", partial(_check_connection, made.dialect))
        event.listen(made, "checkin", _record_return)
        return made

    @property
    def creating(self) -> Engine:
        """Return the engine for creating a schema."""
        return self.writing

    def check_reachable(self, *, to_create: bool) -> None:  # noqa: ARG002 (the server answers for itself)
        """Raise DatabaseProblem unless the driver is installed."""
        try:
            # Imported here, because it is optional.
            import psycopg  # noqa: F401
        except ImportError:
            raise DatabaseProblem(
                database=self.name,
                problem="needs the driver psycopg, which is not installed",
                remedy='It comes with the extra "postgres".',
                hint="extra postgres",
            ) from None

    def finish_creation(self) -> None:
        """Do nothing: a server needs no more."""

    def transaction(self, *, creating: bool = False) -> AbstractContextManager[Connection]:  # noqa: ARG002
        """Begin a transaction for writing, and commit it at the end."""
        return self.writing.begin()

    def check_host(self, connection: Connection) -> None:
        """Raise BadValue if a host's connection leads to another database, or another schema of it."""
        if connection.dialect.name == "postgresql":
            if connection.engine.pool is self.writing.pool:
                return
            place = tuple(connection.exec_driver_sql(PLACE).one())
            # The server may have started again since this was asked.
            if place == self._own_place or place == self._ask_place():
                return
        raise other_database_refused(self.name)

    def begin_for_host(self, connection: Connection) -> None:
        """Raise BadValue if the connection commits each statement by itself. The first statement begins."""
        driver: Any = connection.connection.driver_connection
        if driver.autocommit:
            raise autocommit_refused()

    def _ask_place(self) -> tuple[Any, ...]:
        with self.engine.connect() as own:
            self._own_place = tuple(own.exec_driver_sql(PLACE).one())
        return self._own_place

    @property
    def driver(self) -> ModuleType:
        """Return the driver's module."""
        # Imported here, because it is optional.
        import psycopg

        return psycopg

    def _connect(self, dialect: Any, _record: object, args: Any, options: Any) -> Any:
        """Connect, or raise DatabaseProblem with the reason, for which the driver gives no SQLSTATE."""
        try:
            return dialect.connect(*args, **options)
        except dialect.loaded_dbapi.Error as error:
            message = str(error).lower()
        known = (
            (problem, remedy)
            for words, problem, remedy in CONNECTION_PROBLEMS
            if any(word in message for word in words)
        )
        problem, remedy = next(known, SERVER_SILENT)
        raise DatabaseProblem(database=self.name, problem=problem, remedy=remedy)

    def erase_old_rows(self, tables: Sequence[str], seconds: float) -> bool:  # noqa: ARG002 (it waits for no reader)
        """Free the dead rows of tables. The server overwrites their space when it needs it."""
        with self.writing.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM {', '.join(tables)}")
        return True

    def forget_connections(self) -> tuple[Connection | Engine, ...]:
        """Forget the engines, without closing their connections, and return them."""
        self.__dict__.pop("engine", None)  # it shares the connections of `writing`
        return (self.__dict__.pop("writing"),) if "writing" in self.__dict__ else ()

    def close(self) -> None:
        """Close every connection."""
        base.close_all(self.forget_connections())


def _configure_postgres(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{base.WAIT_SECONDS}s'")
    connection.commit()


def _record_return(connection: Any, record: ConnectionPoolEntry) -> None:
    if connection is not None:
        record.info[RETURNED_AT] = time.monotonic()


def _check_connection(dialect: Dialect, connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Raise DisconnectionError if a connection from the pool was lost since it was returned."""
    # A server that ends a connection says so, and then there is input although nothing was asked. To check that
    # costs a microsecond, to ask the server a round trip: so only a connection that was idle for long is asked,
    # which a firewall on the way may have dropped silently.
    since = time.monotonic() - record.info.get(RETURNED_AT, math.inf)
    if _has_input(connection.fileno()) or (since > IDLE_SECONDS and not _responds(dialect, connection)):
        raise DisconnectionError
    # Reading leaves an explicit READ WRITE behind, not the server's default. A read-only server would refuse it
    # with an error that does not say so.
    connection.read_only = None


def _has_input(socket: int) -> bool:
    if hasattr(select, "poll"):
        polled = select.poll()
        polled.register(socket, select.POLLIN)
        return bool(polled.poll(0))
    return bool(select.select([socket], [], [], 0)[0])


def _responds(dialect: Dialect, connection: Any) -> bool:
    try:
        return dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error:
        return False
