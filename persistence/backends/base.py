"""Define the port that each kind of database implements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import ModuleType
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL

from ...engine.errors.bad_input import BadValue

WAIT_SECONDS = 10
"""Seconds that a writer waits for another one before it reports a problem."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Remedy:
    """The remedy for a problem, for people and for programs.

    Attributes:
        sentence: A sentence that says what to do.
        hint: The kind of remedy, as in `DatabaseProblem`.
    """

    sentence: str
    hint: str = ""


CREATE = Remedy(sentence="Create a database there.", hint="create")
RIGHT_FILE = Remedy(sentence="Give the path of the right file.", hint="right file")


class Backend(Protocol):
    """One kind of database."""

    url: URL

    @property
    def name(self) -> str:
        """Return the URL for people, without any password."""
        ...

    @property
    def driver(self) -> ModuleType:
        """Return the driver's module, as the database API of Python describes it."""
        ...

    def transaction(self, *, creating: bool = False) -> AbstractContextManager[Connection]:
        """Begin a transaction for writing, and commit it at the end.

        Args:
            creating: Whether it is for creating a schema, and may also create the database file.
        """
        ...

    def check_host(self, connection: Connection) -> None:
        """Raise BadValue if a host's connection cannot be used, or leads to another database."""
        ...

    def begin_for_host(self, connection: Connection) -> None:
        """Begin a host's transaction for writing, in whatever way SQLAlchemy does not.

        Raises:
            BadValue: if the connection commits each statement by itself.
        """
        ...

    @property
    def engine(self) -> Engine:
        """Return the engine for reading. A transaction sees one state of the record throughout."""
        ...

    @property
    def writing(self) -> Engine:
        """Return the engine for writing."""
        ...

    @property
    def creating(self) -> Engine:
        """Return the engine for creating a schema, which may also create the database file."""
        ...

    def check_reachable(self, *, to_create: bool) -> None:
        """Raise DatabaseProblem or BadValue if there is nothing to connect to."""
        ...

    def finish_creation(self) -> None:
        """Finish what has to be done once, after the schema was created."""
        ...

    def erase_old_rows(self, tables: Sequence[str], seconds: float) -> bool:
        """Remove what tables held before from the files, and return whether that succeeded.

        Args:
            tables: The tables that were changed.
            seconds: Seconds to wait for programs that are reading.
        """
        ...

    def forget_connections(self) -> tuple[Connection | Engine, ...]:
        """Forget the kept connections and the engines, without closing them, and return them."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


def close_all(made: Iterable[Connection | Engine]) -> None:
    """Close connections and the pools of engines."""
    for one in made:
        if isinstance(one, Connection):
            one.close()
        else:
            one.dispose()


def autocommit_refused() -> BadValue:
    """Return the error for a host's connection that commits each statement by itself."""
    return BadValue(
        name="within",
        expected="a connection that commits when its transaction ends",
        found="one in AUTOCOMMIT, where a step that fails would be half recorded",
    )


def other_database_refused(name: str) -> BadValue:
    """Return the error for a host's connection to another database.

    Args:
        name: The URL of the engine's own database, without any password.
    """
    return BadValue(name="within", expected=f"a connection to {name}", found="one to another database")
