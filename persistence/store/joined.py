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
    """A store within somebody else's transaction, which ends as they end it. It never tries again."""

    def __init__(self, transaction: Any, name: str) -> None:
        """A store over a host's connection or session.

        Raises:
            BadValue: where it is neither.
        """
        if not isinstance(transaction, Connection) and not _is_session(transaction):
            expected = "a SQLAlchemy Connection or Session"
            raise BadValue(name="within", expected=expected, found=type(transaction).__name__)
        self._transaction = transaction
        self._name = name

    @contextmanager
    def reading(self) -> Iterator[SqlReader]:
        """A look at the record as the host's transaction sees it."""
        with translate_errors(self._name):
            yield SqlReader(self._connection())

    def write(self, work: Callable[[SqlWriter], T]) -> T:
        """Writes into the host's transaction.

        Raises:
            Contention: where the database broke the transaction off; the host reruns the whole of it.
            DatabaseProblem: where the database does not answer.
        """
        from .writer import SqlWriter

        with translate_errors(self._name):
            connection = self._connection()
            if not connection.in_transaction():
                # SQLAlchemy begins at the first statement that it sends itself; a step's it may not see, and then
                # would have nothing to commit.
                connection.begin()
            driver: Any = connection.connection.driver_connection
            if connection.dialect.name == "sqlite" and not driver.in_transaction:
                # SQLite's driver begins at the first change; guards have to look under the lock.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            return work(SqlWriter(connection))

    def within(self, transaction: Any) -> JoinedStore:
        """A store within another transaction."""
        return JoinedStore(transaction, self._name)

    def _connection(self) -> Connection:
        found = self._transaction
        return found if isinstance(found, Connection) else found.connection()


def _is_session(transaction: Any) -> bool:
    # Imported here: a command line has no session, and need not pay for the ORM.
    from sqlalchemy.orm import Session

    return isinstance(transaction, Session)
