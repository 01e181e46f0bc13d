"""Translate errors of the database into one sentence that says what to do.

The database's own message is never passed on: it may quote the values of the row it refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ...engine.errors.faults import DatabaseProblem
from ...engine.errors.refusals import Contention

NO_ANSWER, CHECK_RUNNING = "does not answer", "Check that it is running."
DAMAGED = ("is damaged", "Nothing was changed. Put back the latest backup.")

LOCKED = ("is being written by another user", "Nothing was changed. Try again in a moment.")

_SQLITE = (
    # SQLite's words, the problem, the remedy.
    ("not a database", "is not a casereview database", "Give the path of the right file."),
    ("malformed", *DAMAGED),
    ("could not decode", *DAMAGED),
    ("no such table", "is damaged or not a casereview database", "Nothing was changed. Put back the latest backup."),
    ("no such column", "is damaged or not a casereview database", "Nothing was changed. Put back the latest backup."),
    ("readonly", "is read-only", "Nothing was changed. Give this account the right to write the file and its folder."),
    ("locked", *LOCKED),
    ("disk is full", "has no space left on its disk", "Nothing was changed. Free some space, then try again."),
    ("disk i/o", "cannot be read or written", "Nothing was changed. Check the disk, then try again."),
    (
        "unable to open",
        "cannot be opened",
        "Check the path, and that this account may read the file and write its folder.",
    ),
)


# By SQLSTATE, in full or by its class of two characters; the full code is looked up first.
_UNCHANGED = "Nothing was changed."
_POSTGRES = {
    "28": ("refuses this account", "Check the user and the password in the URL."),
    "3D000": ("does not exist on that server", "Create it there with: createdb."),
    "42P01": ("has lost a table of casereview", f"{_UNCHANGED} Put back the latest backup."),
    "42703": ("has lost a column of casereview", f"{_UNCHANGED} Put back the latest backup."),
    "42501": ("does not let this account do that", f"{_UNCHANGED} Ask its administrator for the right."),
    "25006": ("is read-only", f"{_UNCHANGED} Write to the primary server."),
    "53": ("has run out of disk, memory or connections", f"{_UNCHANGED} Correct that on the server, then try again."),
    "55P03": LOCKED,
}
_SERIALIZATION_FAILURE = "40001"
_TRANSIENT_STATES = frozenset({_SERIALIZATION_FAILURE, "40P01", "23505"})
"""Serialization failure, deadlock, and a key that another writer inserted first."""


class DamagedError(Exception):
    """A row cannot be decoded: another program wrote it, or the disk is failing."""


class StaleCase(Exception):
    """Another writer changed a case between loading and saving it."""


class NoTurn(Exception):
    """Other threads of this process wrote for too long."""


class ConnectionLost(Exception):
    """The connection was lost before the commit, so nothing was saved."""


@contextmanager
def translate_errors(database: str) -> Iterator[None]:
    """Translate the database's errors into the engine's.

    Args:
        database: The database's URL, without any password.

    Raises:
        Contention: if other writers were first at every attempt.
        DatabaseProblem: in place of any other error of the driver.
    """
    try:
        yield
    except PoolTimeout:
        raise DatabaseProblem(
            database=database, problem="has no connection free", remedy="Nothing was changed. Try again in a moment."
        ) from None
    except DBAPIError as error:
        if is_transient(error):
            raise Contention(database=database) from None
        raise _problem(error, database) from None
    except NoTurn:
        problem, remedy = LOCKED
        raise DatabaseProblem(database=database, problem=problem, remedy=remedy) from None
    except StaleCase:
        raise Contention(database=database) from None
    except ConnectionLost:
        raise DatabaseProblem(database=database, problem=NO_ANSWER, remedy=f"{_UNCHANGED} {CHECK_RUNNING}") from None
    except (DamagedError, UnicodeDecodeError):  # the latter if the driver cannot decode its own message
        problem, remedy = DAMAGED
        raise DatabaseProblem(database=database, problem=problem, remedy=remedy) from None


def as_sqlalchemy_error(connection: Connection, error: Exception) -> DBAPIError:
    """Return a driver's error as SQLAlchemy would raise it, and invalidate a lost connection."""
    driver: Any = connection.connection.driver_connection
    lost = connection.dialect.is_disconnect(error, driver, None) or needs_new_connection(error)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
    base: Any = connection.dialect.loaded_dbapi.Error
    wrapped = DBAPIError.instance(
        None, None, error, base, hide_parameters=True, connection_invalidated=lost, dialect=connection.dialect
    )
    assert isinstance(wrapped, DBAPIError)
    return wrapped


def needs_new_connection(error: BaseException) -> bool:
    """Return whether a SQLite connection has to be replaced."""
    # A connection stays read-only if it was opened while the file was write-protected, or if another file
    # has replaced that file since.
    return "readonly" in str(error)


def is_damage(error: BaseException) -> bool:
    """Return whether SQLite says that a file is damaged or no database."""
    # By its words: pysqlite3 gives no error code when a copy fails, and another class than Python's own driver.
    return any(words in str(error) for words in ("not a database", "malformed"))


def is_transient(error: DBAPIError) -> bool:
    """Return whether the same transaction may succeed when it is repeated."""
    return _sqlstate(error) in _TRANSIENT_STATES


def is_lost_race(error: DBAPIError) -> bool:
    """Return whether the same work may succeed in the same transaction, after a rollback to a savepoint."""
    return _sqlstate(error) in _TRANSIENT_STATES - {_SERIALIZATION_FAILURE}


def _problem(error: DBAPIError, database: str) -> DatabaseProblem:
    problem, remedy = _problem_and_remedy(error)
    return DatabaseProblem(database=database, problem=problem, remedy=remedy)


def _problem_and_remedy(error: DBAPIError) -> tuple[str, str]:
    state = _sqlstate(error)
    for known in (state, state[:2]):
        if known in _POSTGRES:
            return _POSTGRES[known]
    message = str(error.orig).lower()
    if not state:
        for words, problem, remedy in _SQLITE:
            if words in message:
                return problem, remedy
    if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
        # The commit may or may not have succeeded; a request id makes repeating safe.
        return NO_ANSWER, f"{CHECK_RUNNING} Then look if the step was saved, or repeat it with its request id."
    kind = state or type(error.orig).__name__
    return (
        f"refused a statement ({kind})",
        "Nothing was changed. This is an error in casereview: please report it.",
    )


def _sqlstate(error: DBAPIError) -> str:
    """Return PostgreSQL's code for an error, or an empty text for an error of SQLite."""
    return str(getattr(error.orig, "sqlstate", None) or "")
