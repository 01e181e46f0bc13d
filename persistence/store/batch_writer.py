"""A writer that gathers what is recorded, and keeps all of it at once: for batches.

A statement for each row costs more than the row. So events, cases, clocks, numbers and requests wait until the
batch is done, and until then a case is what became of it here. Whoever asks the database for anything else has
what was batched kept before: so every verb sees what the verbs before it did, and only the common ones are quicker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, and_, insert, select, update

from ...engine import Overrides
from ...engine.model.case import Case, Event
from ...engine.model.notice import Notice
from ...engine.ports.requests import RequestRecord
from ...engine.ports.store import Writer
from ..backends.driver import DriverConnection
from ..schema import tables
from .hash_chain import NO_PREVIOUS_HASH
from .load_save import case_store_for
from .pending import LoadedCase, PendingRows, pending_rows, previous_hash
from .record_writer import RecordWriter
from .references import is_child

T = TypeVar("T")
Key = tuple[Any, ...]


class BatchWriter(RecordWriter):
    """Changes to the record that are kept together."""

    def __init__(self, connection: Connection, requests: Sequence[str], locked: Sequence[str]) -> None:
        """A writer over a connection whose transaction is somebody else's to end.

        Args:
            connection: The connection.
            requests: The ids of requests that will be looked at.
            locked: The references of cases that will be looked at, and whose trees are held already.
        """
        self._connection = connection
        self._new, self._updated = _RowBuffer(), _RowBuffer()
        self._numbers: dict[tuple[str, int], int] = {}
        self._counted: set[tuple[str, int]] = set()
        self._request_rows: list[dict[str, Any]] = []
        self._notices: list[Notice] = []
        self._level_events: list[Event] = []
        self._left_organisations: dict[str, tuple[tuple[Event, ...], Case]] = {}
        self._case_store, self._driver = case_store_for(connection), DriverConnection(connection)
        self._loaded = self._overrides = None
        self._latest = self._load_at_once(locked)
        self._requests = {**dict.fromkeys(requests), **_saved_requests(connection, requests)}

    def _open_connection(self) -> Connection:
        """Write everything that is buffered, and return the connection."""
        self.flush()
        return self._connection

    def load_for_update(self, ref: str) -> Case | None:
        """The case, with the root of its tree held until the transaction ends; None for no case."""
        if is_child(ref):
            # Beside it others of its tree may have been changed, which its conditions look at.
            self.flush()
            return super().load_for_update(ref)
        found = self._latest.get(ref)
        if found is None:
            found = self._case_store.load_for_update(self._driver, ref)
            if found is None:
                return None
            self._latest[ref] = found
            self._overrides = found.overrides
        return found.case

    def overrides(self) -> Overrides:
        """The days, terms and ladders that the unit has set, asked for once."""
        if self._overrides is None:
            self._overrides = super().overrides()
        return self._overrides

    def request_record(self, request_id: str) -> RequestRecord | None:
        """What a request id was used for before; None where it is new."""
        if request_id in self._requests:
            return self._requests[request_id]
        return super().request_record(request_id)

    def save_request(self, request_id: str, record: RequestRecord, at: datetime) -> None:
        """Keep what a request id was used for."""
        self._requests[request_id] = record
        self._request_rows.append(
            {
                "request_id": request_id,
                "digest": record.digest,
                "case_ref": record.ref,
                "seq": record.seq,
                "recorded_at": at,
            }
        )

    def next_reference(self, prefix: str, year: int) -> str:
        """The next reference of a prefix and year, held until the transaction ends."""
        last = self._numbers.get((prefix, year))
        if last is None:
            first = super().next_reference(prefix, year)
            self._numbers[prefix, year] = int(first.rpartition("-")[2]) - 1
            return first
        return f"{prefix}-{year}-{last + 1:03d}"

    def append(self, events: tuple[Event, ...], case: Case) -> Case:
        """Keep events and the case that they come to; the case with its head hash."""
        first = events[0]
        if is_child(case.ref):
            return super().append(events, case)
        if first.seq == 1:
            head, rows = NO_PREVIOUS_HASH, self._new
            self._take_reference(case.ref)
        else:
            found = self._latest.get(case.ref)
            if found is None or found.case.seq != first.seq - 1:
                self.flush()
                found = self._case_store.load_for_update(self._driver, case.ref)
            head = previous_hash(first, found)
            self._drop_organisations(events, case)
            rows = self._new if self._new.has(case.ref) else self._updated
        case, kept = pending_rows(events, case, head)
        rows.add(kept)
        self._latest[case.ref] = LoadedCase(case=case, latest_hash=case.head, overrides=self.overrides())
        self._record_levels(events)
        return case

    def save_notices(self, notices: Sequence[Notice]) -> None:
        """Keep notices, waiting or held."""
        self._notices += notices

    def flush(self) -> None:
        """Keeps what was batched."""
        notices, swept, left = self._notices, self._level_events, self._left_organisations
        self._notices, self._level_events, self._left_organisations = [], [], {}
        new, moved, asked, taken = self._new.pending(), self._updated.pending(), self._request_rows, self._counted
        self._new, self._updated, self._request_rows, self._counted = _RowBuffer(), _RowBuffer(), [], set()
        self._latest = {}
        for prefix, year in sorted(taken):
            here = and_(tables.counter.c.prefix == prefix, tables.counter.c.year == year)
            self._connection.execute(update(tables.counter).where(here).values(last=self._numbers[prefix, year]))
        if new is not None:
            self._case_store.insert(self._driver, new)
        if moved is not None:
            self._case_store.update(self._driver, moved)
        for events, case in left.values():
            super()._drop_organisations(events, case)
        if asked:
            self._connection.execute(insert(tables.request), asked)
        if swept:
            super()._record_levels(swept)
        if notices:
            super().save_notices(notices)

    def batched(self, work: Callable[[Writer], T], requests: Sequence[str] = (), locked: Sequence[str] = ()) -> T:
        """Run a batch within this one, after writing what was buffered so far."""
        return run_batch(self._open_connection(), work, requests, locked)

    def _load_at_once(self, held: Sequence[str]) -> dict[str, LoadedCase]:
        # A child is found when its turn comes, after what was done to others of its tree.
        roots = [ref for ref in held if not is_child(ref)]
        found = {one.case.ref: one for one in self._case_store.load_many(self._driver, roots)} if roots else {}
        for one in found.values():
            self._overrides = one.overrides
        return found

    def _record_levels(self, events: Iterable[Event]) -> None:
        self._level_events += events

    def _drop_organisations(self, events: Iterable[Event], case: Case) -> None:
        if any(event.effects.organisations is not None for event in events):
            # Of a case that changes again, what it came to be.
            self._left_organisations[case.ref] = (tuple(events), case)

    def _take_reference(self, ref: str) -> None:
        if is_child(ref):
            super()._take_reference(ref)
            return
        prefix, year, number = ref.rsplit("-", 2)
        self._numbers[prefix, int(year)] = int(number)
        self._counted.add((prefix, int(year)))


def run_batch(connection: Connection, work: Callable[[Writer], T], requests: Sequence[str], held: Sequence[str]) -> T:
    """Run work with a writer that buffers, and write all that it recorded at its end."""
    gathering = BatchWriter(connection, requests, held)
    done = work(gathering)
    gathering.flush()
    return done


class _RowBuffer:
    """Rows that were batched; of a case or a clock that changed again, the latest."""

    def __init__(self) -> None:
        self._cases: dict[str, dict[str, Any]] = {}
        self._clocks: dict[Key, dict[str, Any]] = {}
        self._organisations: dict[Key, dict[str, Any]] = {}
        self._events: list[dict[str, Any]] = []
        self._secrets: list[dict[str, Any]] = []

    def has(self, ref: str) -> bool:
        """Whether there are rows of that case."""
        return ref in self._cases

    def add(self, kept: PendingRows) -> None:
        """Takes in what became of a case."""
        for row in kept.cases:
            former = self._cases.get(row["ref"])
            self._cases[row["ref"]] = row if former is None else {**row, "expected_seq": former["expected_seq"]}
        self._clocks.update(((row["case_ref"], row["deadline"], row["number"]), row) for row in kept.clocks)
        self._organisations.update(((row["case_ref"], row["organisation"]), row) for row in kept.organisations)
        self._events += kept.events
        self._secrets += kept.stored_values

    def pending(self) -> PendingRows | None:
        """All of it; None for nothing."""
        if not self._cases:
            return None
        return PendingRows(
            cases=list(self._cases.values()),
            events=self._events,
            stored_values=self._secrets,
            clocks=list(self._clocks.values()),
            organisations=list(self._organisations.values()),
        )


def _saved_requests(connection: Connection, requests: Sequence[str]) -> Mapping[str, RequestRecord]:
    if not requests:
        return {}
    columns = tables.request.c
    query = select(columns.request_id, columns.digest, columns.case_ref, columns.seq).where(
        columns.request_id.in_(sorted(set(requests)))
    )
    return {
        row.request_id: RequestRecord(digest=row.digest, ref=row.case_ref, seq=row.seq)
        for row in connection.execute(query)
    }
