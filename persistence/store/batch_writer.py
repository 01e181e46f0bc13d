"""Write a batch of commands: buffer what they record, and write all of it together.

A statement for each row costs more than the row. So events, cases, clocks, numbers and requests are buffered until
the batch ends, and until then a case is loaded from the buffer. Any other query writes the buffer first. So every
method sees what the methods before it did, and only the common ones are faster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, and_, insert, select, update

from ...engine.model.case import UNIT, Case, Event
from ...engine.model.clock import EventKind
from ...engine.model.notice import Notice
from ...engine.ports.requests import RequestKey, RequestRecord
from ...engine.ports.store import Writer
from ..backends.driver import DriverConnection
from ..schema import tables
from .hash_chain import NO_PREVIOUS_HASH
from .load_save import case_store_for
from .mapping import request_row
from .record_writer import RecordWriter
from .references import is_child
from .row_codec import LoadedCase, PendingRows, changes_organisations, pending_rows, previous_hash

T = TypeVar("T")
Key = tuple[Any, ...]


class BatchWriter(RecordWriter):
    """A writer that writes its changes together."""

    def __init__(self, connection: Connection, requests: Sequence[RequestKey], locked: Sequence[str]) -> None:
        """Take a connection, and load what the batch will need.

        Args:
            connection: The connection. The caller ends its transaction.
            requests: The requests of the batch.
            locked: The references of the batch's cases, whose trees are locked already.
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
        self._loaded = self._unit_head = self._overrides = None
        self._latest = self._load_at_once(locked)
        self._requests = {**dict.fromkeys(requests), **_saved_requests(connection, requests)}

    def _open_connection(self) -> Connection:
        """Write everything that is buffered, and return the connection."""
        self.flush()
        return self._connection

    def load_for_update(self, ref: str) -> Case | None:
        """Lock the root of a case's tree until the transaction ends, and return the case, or None if there is none."""
        if is_child(ref):
            # Its guards may read other cases of its tree, which may be in the buffer.
            self.flush()
            return super().load_for_update(ref)
        loaded = self._latest.get(ref)
        if loaded is None:
            loaded = self._case_store.load_for_update(self._driver, ref)
            if loaded is None:
                return None
            self._latest[ref] = loaded
            self._unit_head, self._overrides = loaded.unit_head, None
        return loaded.case

    def request_record(self, key: RequestKey) -> RequestRecord | None:
        """Return what a client's request id was used for, or None if it is new."""
        if key in self._requests:
            return self._requests[key]
        return super().request_record(key)

    def save_request(self, key: RequestKey, record: RequestRecord, at: datetime) -> None:
        """Save what a client's request id was used for."""
        self._requests[key] = record
        self._request_rows.append(request_row(key, record, at))

    def next_reference(self, prefix: str, year: int) -> str:
        """Return the next reference of a prefix and year, locked until the transaction ends."""
        last = self._numbers.get((prefix, year))
        if last is None:
            first = super().next_reference(prefix, year)
            self._numbers[prefix, year] = int(first.rpartition("-")[2]) - 1
            return first
        return f"{prefix}-{year}-{last + 1:03d}"

    def append(self, events: tuple[Event, ...], case: Case) -> Case:
        """Save events and the case that they result in, and return the case with its head hash."""
        first = events[0]
        if is_child(case.ref):
            return super().append(events, case)
        if first.kind is EventKind.TAKEN_BACK:
            # It deletes rows, so what comes before it and after it in the batch is not written with it.
            self.flush()
            case = super().append(events, case)
            self.flush()
            return case
        if first.seq == 1:
            head, rows = NO_PREVIOUS_HASH, self._new
            self._take_reference(case.ref)
        else:
            loaded = self._latest.get(case.ref)
            if loaded is None or loaded.case.seq != first.seq - 1:
                self.flush()
                loaded = self._case_store.load_for_update(self._driver, case.ref)
            head = previous_hash(first, loaded)
            self._drop_organisations(events, case)
            rows = self._new if self._new.has(case.ref) else self._updated
        case, pending = pending_rows(events, case, head)
        rows.add(pending)
        self._latest[case.ref] = LoadedCase(case=case, latest_hash=case.head, unit_head=self._unit_head)
        self._record_levels(events)
        if case.ref == UNIT:
            self._save_unit(events)
        return case

    def save_notices(self, notices: Sequence[Notice]) -> None:
        """Save notices, waiting or on hold."""
        self._notices += notices

    def flush(self) -> None:
        """Write everything that is buffered."""
        notices, levels, left = self._notices, self._level_events, self._left_organisations
        self._notices, self._level_events, self._left_organisations = [], [], {}
        new, updated, requests, counted = (
            self._new.pending(),
            self._updated.pending(),
            self._request_rows,
            self._counted,
        )
        self._new, self._updated, self._request_rows, self._counted = _RowBuffer(), _RowBuffer(), [], set()
        self._latest = {}
        for prefix, year in sorted(counted):
            here = and_(tables.counter.c.prefix == prefix, tables.counter.c.year == year)
            self._connection.execute(update(tables.counter).where(here).values(last=self._numbers[prefix, year]))
        if new is not None:
            self._case_store.insert(self._driver, new)
        if updated is not None:
            self._case_store.update(self._driver, updated)
        for events, case in left.values():
            super()._drop_organisations(events, case)
        if requests:
            self._connection.execute(insert(tables.request), requests)
        if levels:
            super()._record_levels(levels)
        if notices:
            super().save_notices(notices)

    def batched(
        self, work: Callable[[Writer], T], requests: Sequence[RequestKey] = (), locked: Sequence[str] = ()
    ) -> T:
        """Run a batch within this one, after writing what was buffered so far."""
        return run_batch(self._open_connection(), work, requests, locked)

    def _load_at_once(self, refs: Sequence[str]) -> dict[str, LoadedCase]:
        # A child is loaded when its turn comes, after the changes to other cases of its tree.
        roots = [ref for ref in refs if not is_child(ref)]
        loaded = {one.case.ref: one for one in self._case_store.load_many(self._driver, roots)} if roots else {}
        for one in loaded.values():
            self._unit_head = one.unit_head
        return loaded

    def _record_levels(self, events: Iterable[Event]) -> None:
        self._level_events += events

    def _drop_organisations(self, events: Iterable[Event], case: Case) -> None:
        if changes_organisations(events):
            # If a case changes again, its latest state counts.
            self._left_organisations[case.ref] = (tuple(events), case)

    def _take_reference(self, ref: str) -> None:
        if is_child(ref) or ref == UNIT:
            super()._take_reference(ref)
            return
        prefix, year, number = ref.rsplit("-", 2)
        self._numbers[prefix, int(year)] = int(number)
        self._counted.add((prefix, int(year)))


def run_batch(
    connection: Connection, work: Callable[[Writer], T], requests: Sequence[RequestKey], locked: Sequence[str]
) -> T:
    """Run work with a writer that buffers, and write all that it recorded at its end."""
    writer = BatchWriter(connection, requests, locked)
    result = work(writer)
    writer.flush()
    return result


class _RowBuffer:
    """Buffered rows. If a case or a clock changes again, its latest row counts."""

    def __init__(self) -> None:
        self._cases: dict[str, dict[str, Any]] = {}
        self._clocks: dict[Key, dict[str, Any]] = {}
        self._organisations: dict[Key, dict[str, Any]] = {}
        self._events: list[dict[str, Any]] = []

        self._stored_values: list[dict[str, Any]] = []

    def has(self, ref: str) -> bool:
        """Return whether the buffer has a row of a case."""
        return ref in self._cases

    def add(self, rows: PendingRows) -> None:
        """Add the rows of a changed case."""
        for row in rows.cases:
            former = self._cases.get(row["ref"])
            self._cases[row["ref"]] = row if former is None else {**row, "expected_seq": former["expected_seq"]}
        self._clocks.update(((row["case_ref"], row["deadline"], row["number"]), row) for row in rows.clocks)
        self._organisations.update(((row["case_ref"], row["organisation"]), row) for row in rows.organisations)
        self._events += rows.events
        self._stored_values += rows.stored_values

    def pending(self) -> PendingRows | None:
        """Return all rows, or None if there are none."""
        if not self._cases:
            return None
        return PendingRows(
            cases=list(self._cases.values()),
            events=self._events,
            stored_values=self._stored_values,
            clocks=list(self._clocks.values()),
            organisations=list(self._organisations.values()),
        )


def _saved_requests(connection: Connection, requests: Sequence[RequestKey]) -> Mapping[RequestKey, RequestRecord]:
    columns, saved = tables.request.c, {}
    ids: dict[str, set[str]] = {}
    for key in requests:
        ids.setdefault(key.client, set()).add(key.id)
    for client, of_client in sorted(ids.items()):
        query = select(columns.request_id, columns.digest, columns.case_ref, columns.seq).where(
            columns.client == client, columns.request_id.in_(sorted(of_client))
        )
        for row in connection.execute(query):
            record = RequestRecord(digest=row.digest, ref=row.case_ref, seq=row.seq)
            saved[RequestKey(client, row.request_id)] = record
    return saved
