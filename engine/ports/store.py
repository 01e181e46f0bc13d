"""The port between the engine and the store of its records, in the engine's own verbs.

`persistence` implements it with SQLAlchemy. A store keeps these promises:

- `write()` is one transaction: everything in it is saved when it ends, or nothing is.
- In it, `load_for_update` comes first: it locks the root of the case's tree, so that nothing that guards read can
  change before the step is saved.
- Reading sees whole transactions only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ..deadlines.overrides import Overrides
from ..definition.registered import RegisteredDefinition
from ..errors.unknown import UnknownCase
from ..forms.digests import StoredValue, StoredWord
from ..model.case import Case, Event
from ..model.organisations import KnownNames, Organisation
from ..model.people import Absence, Person
from .outbox import OutboxReader, OutboxWriter
from .records import (
    CaseSummary,
    DueItem,
    EventPlace,
    Heartbeat,
    PlacedEvent,
    Selection,
    StateCount,
)

if TYPE_CHECKING:  # loading it loads the commands, which reading does not need
    from .requests import RequestKey, RequestRecord
from .timers import TimerReader

T = TypeVar("T")


def require_case(case: Case | None, ref: str) -> Case:
    """Return the case.

    Raises:
        UnknownCase: if it is None.
    """
    if case is None:
        raise UnknownCase(ref=ref)
    return case


class SavepointFailed(Exception):
    """A part of a transaction raised an error and was undone; the rest of the transaction stands.

    Attributes:
        cause: The error.
    """

    def __init__(self, cause: Exception) -> None:
        super().__init__(type(cause).__name__)
        self.cause = cause


class Reader(TimerReader, OutboxReader, Protocol):
    """The verbs that read the record."""

    def case(self, ref: str) -> Case | None:
        """Return the case as it is now; None if there is none."""
        ...

    def cases(self, selection: Selection) -> tuple[Case, ...]:
        """Return the selected cases, in the order of their references."""
        ...

    def refs_by_request(self, client: str, request_ids: Sequence[str]) -> Mapping[str, str]:
        """Return the reference of the case of each request of a client, by request ID; leave out unknown IDs."""
        ...

    def state_counts(self) -> tuple[StateCount, ...]:
        """Count the cases of each workflow in each state, by name; leave out states without cases."""
        ...

    def children(self, ref: str, workflow: str) -> tuple[Case, ...]:
        """Return the children of a case that follow one workflow, in the order of their numbers."""
        ...

    def case_summaries(
        self, states: Mapping[str, Sequence[str]], at: datetime, by: datetime, limit: int
    ) -> tuple[CaseSummary, ...]:
        """Summarise root cases, those with the earliest due first, then by reference.

        Args:
            states: The states to consider, by workflow.
            at: The instant at which a deadline is overdue or not.
            by: Only deadlines due by this instant count.
            limit: Maximum number of cases.
        """
        ...

    def tree(self, ref: str) -> tuple[Case, ...]:
        """Return the tree of a case: its root first, then all others by kind and number."""
        ...

    def tree_events(self, ref: str, since: datetime | None) -> tuple[Event, ...]:
        """Return the events of a case's tree in the order of recording; only those after an instant, if given."""
        ...

    def events(self, ref: str, *, up_to: int | None = None) -> tuple[Event, ...]:
        """Return a case's events, oldest first, up to and including event number `up_to`."""
        ...

    def histories(self, refs: Collection[str]) -> Mapping[str, tuple[Event, ...]]:
        """Return the events of several cases, oldest first, by reference; leave out unknown cases."""
        ...

    def events_after(self, place: EventPlace | None, limit: int) -> tuple[PlacedEvent, ...]:
        """Return events of all cases in the order in which they became visible, each with its place.

        An event that becomes visible later never has an earlier place, so a reader that goes on from the last place
        misses none and sees none twice.

        Args:
            place: The place of the last event that was read; None to begin.
            limit: Maximum number of events.
        """
        ...

    def stored_values(self, ref: str) -> Mapping[str, StoredValue]:
        """Return a case's sensitive values, by the digest that replaces each in its events."""
        ...

    def disposed_digests(self, ref: str) -> frozenset[str]:
        """Return the digests of a case's values that were disposed of."""
        ...

    def stored_words(self, ref: str) -> tuple[StoredWord, ...]:
        """Return every value that is stored apart from a case's events, without the values themselves."""
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
        """Return the deadlines still to be met, the earliest due first, at most `limit`.

        Args:
            by: Only what is due by this instant; None for all.
            limit: Maximum number of items.
            organisation: Only cases in which this organisation takes part; None for all.
            since: Only what is due after this instant; None for all.
            after: Only what follows this item; None for all.
        """
        ...

    def people(self) -> tuple[Person, ...]:
        """Return everyone who may act, by name."""
        ...

    def absences(self, day: date) -> tuple[Absence, ...]:
        """Return the absences on a day or later, by name and first day."""
        ...

    def overrides(self) -> Overrides:
        """Return the days, terms and levels that the office has set."""
        ...

    def definitions(self) -> tuple[RegisteredDefinition, ...]:
        """Return the registered versions of workflows, by name and version."""
        ...

    def refs_with_open_clocks(self, after: str | None, limit: int) -> tuple[str, ...]:
        """Return the references of cases with open clocks, in order, after `after`."""
        ...

    def is_rehearsal(self) -> bool:
        """Return whether the record was created for training only."""
        ...

    def person(self, name: str) -> Person | None:
        """Return the person of that name, or with that former name; None if there is none."""
        ...

    def organisations(self) -> tuple[Organisation, ...]:
        """Return the organisations on the list, by name."""
        ...

    def known_names(self, keys: Collection[str]) -> KnownNames:
        """Return which of some keys of names are on the lists of people and of organisations."""
        ...


class Writer(Reader, OutboxWriter, Protocol):
    """The verbs that change the record, within one transaction."""

    def load_for_update(self, ref: str) -> Case | None:
        """Return the case and lock the root of its tree until the transaction ends; None if there is no case."""
        ...

    def save_counted_by(self, days: str) -> None:
        """Save the digest of the days by which all open deadlines are counted."""
        ...

    def lock_roots(self, refs: Sequence[str]) -> None:
        """Lock the trees of several cases until the transaction ends, in one order, so that none waits for another."""
        ...

    def request_record(self, key: RequestKey) -> RequestRecord | None:
        """Return the earlier request of a client's ID; None if the ID is new."""
        ...

    def save_request(self, key: RequestKey, record: RequestRecord, at: datetime) -> None:
        """Save a request under its client's ID."""
        ...

    def next_reference(self, prefix: str, year: int) -> str:
        """Return the next reference of a prefix and year, and lock it until the transaction ends.

        It is used up when a case of that reference is recorded, so references have no gaps.
        """
        ...

    def next_child_reference(self, parent: str, prefix: str) -> str:
        """Return the next reference of a child, numbered by its prefix under the root of the parent's tree.

        The root has to be locked. The reference is used up when a case of that reference is recorded.
        """
        ...

    def dispose(self, ref: str, digests: frozenset[str]) -> None:
        """Delete a case's values with these digests, their salts, and the digests of the case's requests."""
        ...

    def append(self, events: tuple[Event, ...], case: Case) -> Case:
        """Save events and the case after them, and return the case with its new head hash.

        The people, absences, days and terms are brought up to date with the events of the unit's own record.
        """
        ...

    def batched(
        self, work: Callable[[Writer], T], requests: Sequence[RequestKey] = (), locked: Sequence[str] = ()
    ) -> T:
        """Do a part of the transaction's work, and save everything that it records at its end, at once.

        Args:
            work: The part; it sees its own changes, as any transaction does.
            requests: The requests that it will look up.
            locked: The references of cases that it will load, and whose trees are locked already.
        """
        ...

    def claim(self, refs: Sequence[str]) -> tuple[str, ...]:
        """Lock those of several cases whose tree no other transaction has locked, and return them."""
        ...

    def savepoint(self, work: Callable[[], T]) -> T:
        """Do a part of the transaction's work.

        Raises:
            SavepointFailed: if the part raised an error; it alone was undone. An error for which the database asks to
                repeat the transaction ends the whole transaction instead.
        """
        ...

    def save_heartbeat(self, heartbeat: Heartbeat) -> None:
        """Save a worker's heartbeat, in place of its earlier one."""
        ...


class Store(Protocol):
    """The place where the record is stored."""

    def reading(self) -> AbstractContextManager[Reader]:
        """Open a consistent view of the record."""
        ...

    def write(self, work: Callable[[Writer], T]) -> T:
        """Run one transaction: saved as a whole when `work` returns, dropped as a whole when it raises.

        `work` may run again if the database asks for it, so it must change nothing but through the writer.
        """
        ...

    def finish_disposals(self) -> bool:
        """Remove what was disposed of from the store's files, too, and return whether nothing is left to do."""
        ...

    def within(self, transaction: Any) -> Store:
        """Return the same store within a transaction of the host's, which ends when the host ends it."""
        ...
