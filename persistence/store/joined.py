"""Take part in a transaction that belongs to the host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection

from ...engine.errors.bad_input import BadValue
from ..backends.base import Backend
from ..backends.errors import translate_errors
from .reader import SqlReader

if TYPE_CHECKING:
    from .writer import SqlWriter


T = TypeVar("T")


class JoinedStore:
    """A store within a transaction that the host ends. It never repeats an attempt."""

    def __init__(self, transaction: Any, backend: Backend) -> None:
        """Take the host's connection or session.

        Raises:
            BadValue: if it is neither.
        """
        if not isinstance(transaction, Connection) and not _is_session(transaction):
            expected = "a SQLAlchemy Connection or Session"
            raise BadValue(name="within", expected=expected, found=type(transaction).__name__)
        self._transaction = transaction
        self._backend = backend

    @contextmanager
    def reading(self) -> Iterator[SqlReader]:
        """Give a reader that sees the record as the host's transaction does.

        Raises:
            BadValue: if the host's connection has another driver.
            DatabaseProblem: if the database does not answer.
        """
        with translate_errors(self._backend.name):
            yield SqlReader(self._connection())

    def write(self, work: Callable[[SqlWriter], T]) -> T:
        """Write into the host's transaction.

        Raises:
            BadValue: if the host's connection has another driver.
            Contention: if the database broke the transaction off. The host has to repeat all of it.
            DatabaseProblem: if the database does not answer.
        """
        # Imported here, so that reading does not load what only writing needs.
        from .writer import SqlWriter

        with translate_errors(self._backend.name):
            connection = self._connection()
            if not connection.in_transaction():
                # SQLAlchemy begins at the first statement that it sends itself. The statements of a step may go to
                # the driver only, and then it would have nothing to commit.
                connection.begin()
            self._backend.begin_for_host(connection)
            return work(SqlWriter(connection))

    def within(self, transaction: Any) -> JoinedStore:
        """Return a store within another transaction."""
        return JoinedStore(transaction, self._backend)

    def _connection(self) -> Connection:
        found = self._transaction
        connection = found if isinstance(found, Connection) else found.connection()
        self._backend.check_host(connection)
        return connection


def _is_session(transaction: Any) -> bool:
    # Imported here, so that the command line does not load the ORM.
    from sqlalchemy.orm import Session

    return isinstance(transaction, Session)
