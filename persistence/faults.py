"""What databases say when something is wrong, turned into one sentence with what to do.

The database's own message is never passed on: it may quote the values of the row it refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ..engine.errors import DatabaseProblem

DAMAGED = ("is damaged", "Nothing was changed. Put back the latest backup.")

_SQLITE = (
    # what SQLite says, what that means, what to do
    ("not a database", "is not a casereview database", "Point --database or CASEREVIEW_DATABASE at the right file."),
    ("malformed", *DAMAGED),
    ("could not decode", *DAMAGED),
    ("no such table", "is damaged or not a casereview database", "Nothing was changed. Put back the latest backup."),
    ("no such column", "is damaged or not a casereview database", "Nothing was changed. Put back the latest backup."),
    ("readonly", "is read-only", "Nothing was changed. Give this account the right to write the file and its folder."),
    ("locked", "is being written by somebody else", "Nothing was changed. Try again in a moment."),
    ("disk is full", "has no room left on its disk", "Nothing was changed. Make room, then try again."),
    ("disk i/o", "cannot be read or written", "Nothing was changed. Check the disk, then try again."),
    (
        "unable to open",
        "cannot be opened",
        "Check the path, and that this account may read the file and write its folder.",
    ),
)


class DamagedError(Exception):
    """A row that no value of ours can stand in: something else wrote there, or a disk went bad."""


@contextmanager
def translated(database: str) -> Iterator[None]:
    """Turns the database's errors into ours.

    Args:
        database: Where the database is, without any password.

    Raises:
        DatabaseProblem: in place of any error of the driver's.
    """
    try:
        yield
    except PoolTimeout:
        raise DatabaseProblem(
            database=database, problem="has no connection free", remedy="Nothing was changed. Try again in a moment."
        ) from None
    except DBAPIError as error:
        raise _problem(error, database) from None
    except (DamagedError, UnicodeDecodeError):  # the latter where the driver cannot read its own message
        problem, remedy = DAMAGED
        raise DatabaseProblem(database=database, problem=problem, remedy=remedy) from None


def _problem(error: DBAPIError, database: str) -> DatabaseProblem:
    said = str(error.orig).lower()
    for words, problem, remedy in _SQLITE:
        if words in said:
            return DatabaseProblem(database=database, problem=problem, remedy=remedy)
    if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
        return DatabaseProblem(
            database=database,
            problem="does not answer",
            remedy="Nothing is known to have changed. Check that it is running, then try again.",
        )
    kind = type(error.orig).__name__
    return DatabaseProblem(
        database=database,
        problem=f"refused what was asked of it ({kind})",
        remedy="Nothing was changed. This is a fault of casereview: please report it.",
    )
