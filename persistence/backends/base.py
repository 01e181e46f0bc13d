"""Define what a kind of database has to offer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.engine import URL

WAIT_SECONDS = 10
"""How long a writer waits for another one before it gives a clear answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Remedy:
    """What to do about a problem, for people and for programs.

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

    def check_reachable(self, *, to_create: bool) -> None:
        """Whether there is something to connect to; DatabaseProblem or BadValue where there is not."""
        ...

    def finish_creation(self) -> None:
        """What is to be done once, after a schema was laid."""
        ...

    def close(self) -> None:
        """Lets go of every connection."""
        ...
