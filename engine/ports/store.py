"""The port between the engine and whatever keeps its records, in the engine's own verbs.

`persistence` implements it over SQLAlchemy. A store keeps these promises:

- `write()` is one transaction: everything in it is kept when it ends, or nothing is.
- In it, `lock` comes first: it holds the root of the case's tree, so that whatever guards look at
  cannot change before the step is kept.
- Reading sees whole transactions only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ..deadlines.overrides import CalendarOverride, DeadlineOverride, Overrides
from ..errors.unknown import UnknownCase
from ..forms.digests import StoredValue
from ..model.case import Case, Event
from ..model.people import Absence, Person
from .outbox import OutboxReader, OutboxWriter
from .records import CaseSummary, DueItem, DueTimer, Heartbeat, Selection, StateCount

if TYPE_CHECKING:  # loading it loads the commands, which reading does not need
    from .requests import RequestRecord

T = TypeVar("T")


def require_case(case: Case | None, ref: str) -> Case:
    """The case, where there is one.

    Raises:
        UnknownCase: where there is none.
    """
    if case is None:
        raise UnknownCase(ref=ref)
    return case


class SavepointFailed(Exception):
    """A part of a transaction raised an error, and was undone; the rest of the transaction stands.

    Attributes:
        cause: The error.
    """

    def __init__(self, cause: Exception) -> None:
        super().__init__(type(cause).__name__)
        self.cause = cause


class Reader(OutboxReader, Protocol):
    """What can be asked of the record."""

    def case(self, ref: str) -> Case | None:
        """The case as it stands; None where there is none."""
        ...

    def cases(self, selection: Selection) -> tuple[Case, ...]:
        """The cases that a selection names, in the order of their references."""
        ...

    def refs_by_request(self, request_ids: Sequence[str]) -> Mapping[str, str]:
        """The references of the cases that were asked for by requests; of unknown requests nothing."""
        ...

    def state_counts(self) -> tuple[StateCount, ...]:
        """How many cases there are of each workflow in each state, by name; of none where there are none."""
        ...

    def children(self, ref: str, workflow: str) -> tuple[Case, ...]:
        """The children of a case, those of one workflow, in the order of their numbers."""
        ...

    def case_summaries(
        self, states: Mapping[str, Sequence[str]], at: datetime, by: datetime, limit: int
    ) -> tuple[CaseSummary, ...]:
        """How the cases that stand alone are doing, those with the earliest due first, then by reference.

        Args:
            states: The states that are asked for, of each workflow.
            at: The instant at which a thing is overdue or not.
            by: Only what is due by this instant is looked at.
            limit: At most so many.
        """
        ...

    def tree(self, ref: str) -> tuple[Case, ...]:
        """The tree that a case is part of: its root first, then all others by kind and number."""
        ...

    def tree_events(self, ref: str, since: datetime | None) -> tuple[Event, ...]:
        """What happened in the tree that a case is part of, as it was recorded; only after an instant, if given."""
        ...

    def events(self, ref: str, *, up_to: int | None = None) -> tuple[Event, ...]:
        """A case's history, oldest first, up to and with event number `up_to`."""
        ...

    def stored_values(self, ref: str) -> Mapping[str, StoredValue]:
        """A case's sensitive values, by the digest that stands for each in the history."""
        ...

    def events_of_stored_values(self, ref: str) -> Mapping[str, int]:
        """The number of the event that each of a case's sensitive values came with, by its digest."""
        ...

    def due_items(
        self,
        by: datetime | None,
        limit: int,
        organisation: str | None = None,
        *,
        since: datetime | None = None,
        after: DueItem | None = None,
    ) -> tuple[DueItem, ...]:
        """What somebody still has to do, the earliest due first, at most `limit`.

        Args:
            by: Only what is due by this instant; None for all.
            limit: At most so many.
            organisation: Only of cases in which this agency takes part; None for all.
            since: Only what is due after this instant; None for all.
            after: Only what comes behind this one; None for all.
        """
        ...

    def people(self) -> tuple[Person, ...]:
        """Everybody who may act, by name."""
        ...

    def absences(self, day: date) -> tuple[Absence, ...]:
        """Who is away on a day or later, by name and first day."""
        ...

    def overrides(self) -> Overrides:
        """The days, terms and ladders that the unit has set."""
        ...

    def due_timers(self, at: datetime, after: DueTimer | None, limit: int) -> tuple[DueTimer, ...]:
        """Clocks to which something is to happen by an instant, the earliest first, behind `after`."""
        ...

    def refs_with_open_clocks(self, after: str | None, limit: int) -> tuple[str, ...]:
        """The references of cases with clocks that are open, in order, behind `after`."""
        ...

    def heartbeats(self) -> tuple[Heartbeat, ...]:
        """Whoever sweeps, or has swept, the one heard of last first."""
        ...

    def person(self, name: str) -> Person | None:
        """The person of that name; None where there is none."""
        ...


class Writer(Reader, OutboxWriter, Protocol):
    """What can be done to the record, within one transaction."""

    def load_for_update(self, ref: str) -> Case | None:
        """The case, with the root of its tree held until the transaction ends; None for no case."""
        ...

    def lock_roots(self, refs: Sequence[str]) -> None:
        """Hold the trees of several cases until the transaction ends, always in the same order.

        Who locks one after the other, each in an order of their own, may wait for each other.
        """
        ...

    def request_record(self, request_id: str) -> RequestRecord | None:
        """What a request id was used for before; None where it is new."""
        ...

    def save_request(self, request_id: str, record: RequestRecord, at: datetime) -> None:
        """Keep what a request id was used for."""
        ...

    def next_reference(self, prefix: str, year: int) -> str:
        """The next reference of a prefix and year, held until the transaction ends.

        It is taken when a case of that reference is recorded, so references have no gaps.
        """
        ...

    def next_child_reference(self, parent: str, prefix: str) -> str:
        """The next reference of a child, numbered by its prefix under the root of the parent's tree.

        The root has to be held. It is taken when a case of that reference is recorded.
        """
        ...

    def dispose(self, ref: str, digests: frozenset[str]) -> None:
        """Remove a case's sensitive values, and their salts, for which these digests stand.

        What is kept of the content of the requests that went to the case goes with them.
        """
        ...

    def append(self, events: tuple[Event, ...], case: Case) -> Case:
        """Keep events and the case that they come to; the case with its head hash."""
        ...

    def batched(self, work: Callable[[Writer], T], requests: Sequence[str] = (), locked: Sequence[str] = ()) -> T:
        """Does a part of the transaction's work, of which all that is recorded is kept at its end, at once.

        Args:
            work: The part; it sees what it did itself, as anybody does in a transaction.
            requests: The ids of requests that it will look at.
            locked: The references of cases that it will lock, and whose trees are held already.
        """
        ...

    def claim(self, refs: Sequence[str]) -> tuple[str, ...]:
        """Of these cases those whose tree nobody else holds, held now until the transaction ends."""
        ...

    def savepoint(self, work: Callable[[], T]) -> T:
        """Does a part of the transaction's work.

        Raises:
            SavepointFailed: where it raised, and it alone was undone. What the database itself asks to be
                tried again is not of the part: it ends the transaction.
        """
        ...

    def save_absence(self, absence: Absence, recorded_by: str, at: datetime) -> None:
        """Keep an absence, in place of one of that person from the same day."""
        ...

    def remove_roles(self, name: str, roles: Sequence[str]) -> None:
        """Keep that a person no longer holds some roles; whoever is left with none is on the list no more."""
        ...

    def save_calendar_override(self, day: CalendarOverride) -> None:
        """Keep what a unit says of a day; the latest word holds."""
        ...

    def save_deadline_override(self, term: DeadlineOverride) -> None:
        """Keep a unit's own term."""
        ...

    def save_heartbeat(self, heartbeat: Heartbeat) -> None:
        """Keep what is heard of whoever sweeps, in place of what was heard before."""
        ...

    def delete_absence(self, absence: Absence) -> None:
        """Keep that an absence is none."""
        ...

    def save_person(self, person: Person, recorded_by: str, at: datetime) -> None:
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

    def within(self, transaction: Any) -> Store:
        """The same store within a transaction of the host's, which ends as the host ends it."""
        ...
