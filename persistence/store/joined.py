"""Take part in a transaction that belongs to the host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from ...engine.errors.bad_input import BadValue
from ..backends.attempts import ATTEMPTS, pause_after
from ..backends.base import Backend
from ..backends.errors import StaleCase, is_lost_race, translate_errors
from .reader import SqlReader

if TYPE_CHECKING:
    from .writer import SqlWriter


T = TypeVar("T")


class JoinedStore:
    """A store within a transaction that the host ends.

    Each write is a savepoint in it: recorded as a whole when the host commits, or not at all.
    """

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
        self._checked: Connection | None = None

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
        """Write into the host's transaction: all of it, or none if `work` raises.

        If another writer was first, `work` is called again, at most ATTEMPTS times in all, since in a transaction
        that sees what others commit it may find their result. In one with a snapshot it cannot.

        Raises:
            BadValue: if the host's connection has another driver, leads to another database, or commits each
                statement by itself.
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
            for attempt in range(1, ATTEMPTS):
                try:
                    return _write_once(connection, lambda: work(SqlWriter(connection)))
                except StaleCase:
                    pass
                except DBAPIError as error:
                    if not is_lost_race(error):
                        raise
                pause_after(attempt)
            return _write_once(connection, lambda: work(SqlWriter(connection)))

    def finish_disposals(self) -> bool:
        """Return False: the host's transaction has to end first."""
        return False

    def within(self, transaction: Any) -> JoinedStore:
        """Return a store within another transaction."""
        return JoinedStore(transaction, self._backend)

    def _connection(self) -> Connection:
        found = self._transaction
        connection = found if isinstance(found, Connection) else found.connection()
        if connection is not self._checked:
            self._backend.check_host(connection)
            self._checked = connection
        return connection


def _write_once(connection: Connection, work: Callable[[], T]) -> T:
    part = connection.begin_nested()
    try:
        done = work()
    except BaseException:
        # If the database has ended the whole transaction, or the connection is lost, there is nothing to undo.
        with suppress(DBAPIError):
            part.rollback()
        raise
    part.commit()
    return done


def _is_session(transaction: Any) -> bool:
    # Imported here, so that the command line does not load the ORM.
    from sqlalchemy.orm import Session

    return isinstance(transaction, Session)
