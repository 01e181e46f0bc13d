"""The port between the engine and whatever keeps its records, in the engine's own verbs.

`persistence` implements it over SQLAlchemy. A store keeps these promises:

- `write()` is one transaction: everything in it is kept when it ends, or nothing is.
- In it, `lock` comes first: it holds the root of the case's tree, so that whatever guards look at
  cannot change before the step is kept.
- Reading sees whole transactions only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from .case import Case, Clock, ClockStatus, Event, Secret

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who may act, or whom escalations reach.

    Attributes:
        name: Their name, as they are known in the office.
        roles: The roles that they hold, in alphabetical order.
        agency: The agency that they belong to.
        email: Where messages reach them.
    """

    name: str
    roles: tuple[str, ...]
    agency: str | None = None
    email: str | None = None

    def beside(self, known: Person) -> Person:
        """This person with the roles that were known already, and what is not said anew."""
        return Person(
            name=self.name,
            roles=tuple(sorted({*known.roles, *self.roles})),
            agency=self.agency or known.agency,
            email=self.email or known.email,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Remembered:
    """A request that was carried out before.

    Attributes:
        digest: What is kept of what was asked: see `requests`.
        ref: The case it went to.
        seq: The event it came to.
    """

    digest: str
    ref: str
    seq: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Overdue:
    """A clock whose day is over while something still has to be done.

    Attributes:
        ref: The case's reference.
        title: What people call the case.
        workflow: The workflow's name.
        workflow_version: The version by which the case is judged.
        clock: The clock.
    """

    ref: str
    title: str
    workflow: str
    workflow_version: int
    clock: Clock


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadlineRecord:
    """What became of a deadline in one case.

    Attributes:
        ref: The case's reference.
        anchor: The day from which the term was counted.
        due: The last day on which it could be met.
        done_on: The day on which it was met or cancelled; None while it is open.
        status: How it stands.
        flagged_on: The day that was recorded as having passed with nothing done; None where none was.
    """

    ref: str
    anchor: date
    due: date
    done_on: date | None
    status: ClockStatus
    flagged_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """Which cases a list is to show; every condition that is given has to hold.

    Attributes:
        workflow: Of this workflow.
        state: In this state.
        agency: In which this agency takes part.
        overdue_at: With something overdue at this instant.
        after: Behind this reference, in the order of references.
        limit: At most so many.
    """

    workflow: str | None = None
    state: str | None = None
    agency: str | None = None
    overdue_at: datetime | None = None
    after: str | None = None
    limit: int = 100


class Reader(Protocol):
    """What can be asked of the record."""

    def case(self, ref: str) -> Case | None:
        """The case as it stands; None where there is none."""
        ...

    def cases(self, selection: Selection) -> tuple[Case, ...]:
        """The cases that a selection names, in the order of their references."""
        ...

    def events(self, ref: str, *, up_to: int | None = None) -> tuple[Event, ...]:
        """A case's history, oldest first, up to and with event number `up_to`."""
        ...

    def secrets(self, ref: str) -> Mapping[str, Secret]:
        """A case's sensitive values, by the digest that stands for each in the history."""
        ...

    def events_of_secrets(self, ref: str) -> Mapping[str, int]:
        """The number of the event that each of a case's sensitive values came with, by its digest."""
        ...

    def overdue(self, at: datetime, limit: int) -> tuple[Overdue, ...]:
        """What is overdue at an instant, the longest overdue first, at most `limit`."""
        ...

    def deadline_records(self, deadline: str, limit: int) -> tuple[DeadlineRecord, ...]:
        """What became of a deadline in each case that has it, by reference, at most `limit`."""
        ...

    def people(self) -> tuple[Person, ...]:
        """Everybody who may act, by name."""
        ...

    def person(self, name: str) -> Person | None:
        """The person of that name; None where there is none."""
        ...


class Writer(Reader, Protocol):
    """What can be done to the record, within one transaction."""

    def lock(self, ref: str) -> Case | None:
        """The case, with the root of its tree held until the transaction ends; None for no case."""
        ...

    def remembered(self, request_id: str) -> Remembered | None:
        """What a request id was used for before; None where it is new."""
        ...

    def remember(self, request_id: str, remembered: Remembered, at: datetime) -> None:
        """Keep what a request id was used for."""
        ...

    def next_reference(self, prefix: str, year: int) -> str:
        """The next reference of a prefix and year, held until the transaction ends.

        It is taken when a case of that reference is recorded, so references have no gaps.
        """
        ...

    def dispose(self, ref: str, digests: frozenset[str]) -> None:
        """Remove a case's sensitive values, and their salts, for which these digests stand.

        What is kept of the content of the requests that went to the case goes with them.
        """
        ...

    def record(self, events: tuple[Event, ...], case: Case) -> Case:
        """Keep events and the case that they come to; the case with its head hash."""
        ...

    def keep_person(self, person: Person, recorded_by: str, at: datetime) -> None:
        """Keep a person, in place of whoever had that name."""
        ...


class Store(Protocol):
    """Where the record is kept."""

    def reading(self) -> AbstractContextManager[Reader]:
        """A consistent look at the record."""
        ...

    def write(self, work: Callable[[Writer], T]) -> T:
        """One transaction: kept whole when `work` returns, dropped whole when it raises.

        `work` may be called again where the database asks for it, so it has no effect but on the
        writer it is given.
        """
        ...

    def joined(self, transaction: Any) -> Store:
        """The same store within a transaction of the host's, which ends as the host ends it."""
        ...
