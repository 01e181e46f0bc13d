"""Connect to PostgreSQL, by psycopg 3."""

from __future__ import annotations

import math
import select
import time
from functools import cached_property, partial
from typing import Any

from sqlalchemy import Dialect, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from ...engine.errors.faults import DatabaseProblem
from . import base

IDLE_SECONDS = 30
"""A connection that was not used for so long is asked whether it still answers."""


RETURNED_AT = "casereview_returned_at"


SHOWN_OPTIONS = ("host", "hostaddr", "port", "user", "dbname", "service")
"""What of a URL's query belongs to the address; what else is there may be a password."""


SERVER_SILENT = ("does not answer", "Nothing was changed. Check that it is running, and its address in the URL.")


CONNECTION_PROBLEMS = (
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


class Postgres:
    """PostgreSQL, by psycopg 3."""

    def __init__(self, url: URL) -> None:
        """A backend at a URL; nothing is connected yet."""
        self.url = url.set(drivername="postgresql+psycopg")

    @property
    def name(self) -> str:
        """Where it is, without any password."""
        query = {name: value for name, value in self.url.query.items() if name in SHOWN_OPTIONS}
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
        event.listen(made, "connect", _configure_postgres)
        event.listen(made, "checkout", partial(_check_connection, made.dialect))
        event.listen(made, "checkin", _record_return)
        return made

    @property
    def creating(self) -> Engine:
        """For laying a schema."""
        return self.writing

    def check_reachable(self, *, to_create: bool) -> None:  # noqa: ARG002 (the server answers for itself)
        """Whether the driver is there."""
        try:
            import psycopg  # noqa: F401
        except ImportError:
            raise DatabaseProblem(
                database=self.name,
                problem="needs the driver psycopg, which is not installed",
                remedy="Install it with: pip install casereview[postgres].",
            ) from None

    def finish_creation(self) -> None:
        """Nothing more."""

    def _connect(self, dialect: Any, _record: object, args: Any, options: Any) -> Any:
        """A connection; told here why there is none, since the driver gives no SQLSTATE for that."""
        try:
            return dialect.connect(*args, **options)
        except dialect.loaded_dbapi.Error as error:
            said = str(error).lower()
        known = (
            (problem, remedy) for words, problem, remedy in CONNECTION_PROBLEMS if any(word in said for word in words)
        )
        problem, remedy = next(known, SERVER_SILENT)
        raise DatabaseProblem(database=self.name, problem=problem, remedy=remedy)

    def close(self) -> None:
        """Lets go of every connection."""
        self.__dict__.pop("engine", None)  # it has its connections from the other
        if "writing" in self.__dict__:
            self.__dict__.pop("writing").dispose()


def _configure_postgres(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{base.WAIT_SECONDS}s'")
    connection.commit()


def _record_return(connection: Any, record: ConnectionPoolEntry) -> None:
    if connection is not None:
        record.info[RETURNED_AT] = time.monotonic()


def _check_connection(dialect: Dialect, connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """A connection that is taken from the pool: it may have been lost since it was given back."""
    # A server that ends a connection says so, and then there is something to read although nothing was asked.
    # To look costs a microsecond, to ask the server itself a journey: that is for what lay for long, since
    # something on the way may have forgotten it without a word.
    since = time.monotonic() - record.info.get(RETURNED_AT, math.inf)
    if _has_input(connection.fileno()) or (since > IDLE_SECONDS and not _responds(dialect, connection)):
        raise DisconnectionError
    # What reading leaves behind is not "as the server has it" but an outright READ WRITE, which a
    # server that only reads answers as if we had asked for something else.
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
