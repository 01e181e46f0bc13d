"""Take part in a transaction that belongs to the host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection

from ...engine.errors.bad_input import BadValue
from ..backends.errors import translate_errors
from .reader import SqlReader

if TYPE_CHECKING:
    from .writer import SqlWriter


T = TypeVar("T")


class JoinedStore:
    """A store within a transaction that the host ends. It never repeats an attempt."""

    def __init__(self, transaction: Any, name: str) -> None:
        """Take the host's connection or session.

        Raises:
            BadValue: if it is neither.
        """
        if not isinstance(transaction, Connection) and not _is_session(transaction):
            expected = "a SQLAlchemy Connection or Session"
            raise BadValue(name="within", expected=expected, found=type(transaction).__name__)
        self._transaction = transaction
        self._name = name

    @contextmanager
    def reading(self) -> Iterator[SqlReader]:
        """Give a reader that sees the record as the host's transaction does."""
        with translate_errors(self._name):
            yield SqlReader(self._connection())

    def write(self, work: Callable[[SqlWriter], T]) -> T:
        """Write into the host's transaction.

        Raises:
            Contention: if the database broke the transaction off. The host has to repeat all of it.
            DatabaseProblem: if the database does not answer.
        """
        # Imported here, so that reading does not load what only writing needs.
        from .writer import SqlWriter

        with translate_errors(self._name):
            connection = self._connection()
            if not connection.in_transaction():
                # SQLAlchemy begins at the first statement that it sends itself. The statements of a step may go to
                # the driver only, and then it would have nothing to commit.
                connection.begin()
            driver: Any = connection.connection.driver_connection
            if connection.dialect.name == "sqlite" and not driver.in_transaction:
                # SQLite's driver begins at the first change, but guards have to read under the lock.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            return work(SqlWriter(connection))

    def within(self, transaction: Any) -> JoinedStore:
        """Return a store within another transaction."""
        return JoinedStore(transaction, self._name)

    def _connection(self) -> Connection:
        found = self._transaction
        return found if isinstance(found, Connection) else found.connection()


def _is_session(transaction: Any) -> bool:
    # Imported here, so that the command line does not load the ORM.
    from sqlalchemy.orm import Session

    return isinstance(transaction, Session)
