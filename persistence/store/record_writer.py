"""Write to the record in SQLAlchemy Core, over one connection."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Table,
    and_,
    delete,
    insert,
    select,
    tuple_,
    update,
)

from ...engine import Overrides
from ...engine.model.case import IMPORT, UNIT, VOIDED, Case, Event
from ...engine.model.clock import EventKind
from ...engine.ports.requests import DISPOSED, RequestKey, RequestRecord
from ..backends.driver import DriverConnection
from ..schema import tables
from .event_values import decoded_content, encoded_content, without_values
from .hash_chain import NO_PREVIOUS_HASH
from .load_save import case_store_for
from .mapping import organisation_rows, request_row
from .outbox import OutboxWriter
from .reader import SqlReader
from .references import child_parts, child_reference, is_child, root_of
from .row_codec import LoadedCase, changes_organisations, pending_rows, previous_hash
from .sweeps import SweepWriter


class RecordWriter(SqlReader, SweepWriter, OutboxWriter):
    """Writes to the record, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection. The caller ends its transaction."""
        super().__init__(connection)
        self._case_store, self._driver = case_store_for(connection), DriverConnection(connection)
        self._loaded: LoadedCase | None = None
        self._unit_head: str | None = None
        self._overrides: Overrides | None = None

    def load_for_update(self, ref: str) -> Case | None:
        """Lock the root of a case's tree until the transaction ends, and return the case, or None if there is none."""
        self._loaded = self._case_store.load_for_update(self._driver, ref)
        if self._loaded is None:
            return None
        self._unit_head, self._overrides = self._loaded.unit_head, None
        return self._loaded.case

    def overrides(self) -> Overrides:
        """Return the unit's own days, terms and escalation levels, loaded once."""
        if self._overrides is None:
            self._overrides = self._overrides_at(self._unit_head)
        return self._overrides

    def request_record(self, key: RequestKey) -> RequestRecord | None:
        """Return what a client's request id was used for, or None if it is new."""
        columns = (tables.request.c.digest, tables.request.c.case_ref, tables.request.c.seq)
        query = select(*columns).where(tables.request.c.client == key.client, tables.request.c.request_id == key.id)
        row = self._open_connection().execute(query).one_or_none()
        return None if row is None else RequestRecord(digest=row.digest, ref=row.case_ref, seq=row.seq)

    def save_request(self, key: RequestKey, record: RequestRecord, at: datetime) -> None:
        """Save what a client's request id was used for."""
        self._open_connection().execute(insert(tables.request), request_row(key, record, at))

    def next_reference(self, prefix: str, year: int) -> str:
        """Return the next reference of a prefix and year, locked until the transaction ends."""
        first = {"prefix": prefix, "year": year, "last": 0}
        self._open_connection().execute(self._insert_if_absent(tables.counter), first)
        here = and_(tables.counter.c.prefix == prefix, tables.counter.c.year == year)
        last = self._open_connection().execute(select(tables.counter.c.last).where(here).with_for_update()).scalar_one()
        return f"{prefix}-{year}-{last + 1:03d}"

    def next_child_reference(self, parent: str, prefix: str) -> str:
        """Return the next reference of a child, numbered by its prefix under the root of the tree."""
        root = root_of(parent)
        # Opening a child locks the root, and with it this counter.
        last = (
            self._open_connection()
            .execute(select(tables.child_counter.c.last).where(_counter_of(root, prefix)))
            .scalar()
        )
        return child_reference(root, prefix, (last or 0) + 1)

    def dispose(self, ref: str, digests: frozenset[str]) -> None:
        """Delete the values of a case's events that have these digests, with their salts."""
        table = tables.event_values
        query = select(table.c.seq, table.c.content).where(table.c.case_ref == ref)
        for seq, text in self._open_connection().execute(query).all():
            before = decoded_content(text)
            after = without_values(before, digests)
            if after != before:
                here = and_(table.c.case_ref == ref, table.c.seq == seq)
                self._open_connection().execute(update(table).where(here).values(content=encoded_content(after)))
        without_digest = update(tables.request).where(tables.request.c.case_ref == ref).values(digest=DISPOSED)
        self._open_connection().execute(without_digest)
        # Loaded here, because no other step needs it.
        from .disposals import mark_unfinished

        mark_unfinished(self._open_connection())

    def append(self, events: tuple[Event, ...], case: Case) -> Case:
        """Save events and the case that they result in, and return the case with its head hash."""
        first = events[0]
        if first.seq == 1:
            case, rows = pending_rows(events, case, NO_PREVIOUS_HASH)
            self._take_reference(case.ref)
            self._case_store.insert(self._driver, rows)
        else:
            case, rows = pending_rows(events, case, self._previous_hash(first))
            self._case_store.update(self._driver, rows)
            self._drop_organisations(events, case)
        if is_child(case.ref):
            self._touch_root(case.ref)
        self._record_levels(events)
        if case.ref == UNIT:
            self._save_unit(events)
        return case

    def _drop_organisations(self, events: Iterable[Event], case: Case) -> None:
        """Delete the rows of organisations that no longer take part in a case."""
        if changes_organisations(events):
            found = tables.case_organisation.c
            still = [row["organisation"] for row in organisation_rows(case)]
            self._open_connection().execute(
                delete(tables.case_organisation).where(found.case_ref == case.ref, found.organisation.not_in(still))
            )
            self._drop_taken_back(events, case)

    def _drop_taken_back(self, events: Iterable[Event], case: Case) -> None:
        """Delete the clocks that an entry had started that was taken back, and the levels that they reached."""
        gone = [seq for event in events if event.kind is EventKind.TAKEN_BACK for seq in event.data["events"]]
        if not gone:
            return
        clock, level = tables.clock.c, tables.escalation.c
        still = [(one.deadline, one.number) for one in case.clocks]
        there = delete(tables.clock).where(clock.case_ref == case.ref)
        self._open_connection().execute(
            there.where(tuple_(clock.deadline, clock.number).not_in(still)) if still else there
        )
        if any(event.to_state == VOIDED and event.trigger == IMPORT for event in events):
            # A row of a register that was imported wrongly can be imported again.
            self._open_connection().execute(delete(tables.request).where(tables.request.c.case_ref == case.ref))
        self._open_connection().execute(
            delete(tables.escalation).where(level.case_ref == case.ref, level.seq.in_(gone))
        )

    def _save_unit(self, events: tuple[Event, ...]) -> None:
        """Bring the tables of the unit's own record up to date with its new events."""
        # Imported here, so that a step does not load what only that record needs.
        from ...engine.unit.steps import unit_state
        from .unit_snapshot import apply_steps, is_plain, write_differences
        from .unit_tables import SECTIONS, read_state

        connection = self._open_connection()
        if is_plain(events):
            apply_steps(connection, events)
        else:
            after = unit_state(self.events(UNIT), self.stored_values(UNIT))
            write_differences(connection, read_state(connection, SECTIONS), after)
        self._unit_head = self._overrides = None

    def _take_reference(self, ref: str) -> None:
        # Count only now, not when the reference was asked for, so that a refused case leaves no gap,
        # even in a host's transaction that goes on.
        if is_child(ref):
            self._take_child_reference(*child_parts(ref))
            return
        if ref == UNIT:
            return
        prefix, year, number = ref.rsplit("-", 2)
        here = and_(tables.counter.c.prefix == prefix, tables.counter.c.year == int(year))
        self._open_connection().execute(update(tables.counter).where(here).values(last=int(number)))

    def _take_child_reference(self, root: str, prefix: str, number: int) -> None:
        if number == 1:
            row = {"root": root, "prefix": prefix, "last": number}
            self._open_connection().execute(insert(tables.child_counter), row)
        else:
            self._open_connection().execute(
                update(tables.child_counter).where(_counter_of(root, prefix)).values(last=number)
            )

    def _touch_root(self, ref: str) -> None:
        # A host may write in REPEATABLE READ. With the root locked, its guards would still read the other
        # cases of the tree as they were when its transaction began. So every change of a child updates the
        # root's row, which makes PostgreSQL break off such a transaction. SQLite does so in any case.
        if self._open_connection().dialect.name == "postgresql":
            root = tables.case.c.ref == root_of(ref)
            self._open_connection().execute(update(tables.case).where(root).values(root=tables.case.c.root))

    def _insert_if_absent(self, table: Table) -> Insert:
        # Both statements are ON CONFLICT DO NOTHING; only the dialect in use is imported.
        if self._open_connection().dialect.name == "sqlite":
            # Imported here, so that no database loads the dialect of another one.
            from sqlalchemy.dialects import sqlite

            return sqlite.insert(table).on_conflict_do_nothing()
        # Imported here, so that no database loads the dialect of another one.
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table).on_conflict_do_nothing()

    def _previous_hash(self, event: Event) -> str:
        loaded, self._loaded = self._loaded, None
        if loaded is None or (loaded.case.ref, loaded.case.seq) != (event.ref, event.seq - 1):
            loaded = self._case_store.load_for_update(self._driver, event.ref)
        return previous_hash(event, loaded)


def _counter_of(root: str, prefix: str) -> ColumnElement[bool]:
    return and_(tables.child_counter.c.root == root, tables.child_counter.c.prefix == prefix)
