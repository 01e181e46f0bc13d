"""What a sweep asks of the database, in SQLAlchemy Core: what waits, who holds what, who is at it.

What is due is found through an index over the next instant at which something has to happen, so a
sweep's cost follows what is due and not what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import delete, insert, literal, select, tuple_
from sqlalchemy.exc import DBAPIError, IntegrityError

from ...engine.model.case import Event
from ...engine.model.clock import EventKind
from ...engine.ports.records import DueTimer, Heartbeat
from ...engine.ports.store import SavepointFailed
from ..backends.errors import StaleCase, is_transient
from ..schema import tables
from .connected import Connected
from .references import root_of

T = TypeVar("T")

KEPT_WORKERS = 50
LEVEL_EVENTS = (EventKind.ESCALATED, EventKind.SKIPPED)


class SweepReader(Connected):
    """Questions about what is to happen by itself."""

    def due_timers(self, at: datetime, after: DueTimer | None, limit: int) -> tuple[DueTimer, ...]:
        """Clocks to which something is to happen by an instant, the earliest first, behind `after`."""
        clock = tables.clock.c
        query = select(clock.next_at, clock.case_ref).where(clock.next_at <= at).distinct()
        if after is not None:
            # A tuple does not hand its columns' types on: without its own the instant is bound in another form.
            behind = tuple_(literal(after.next_at, clock.next_at.type), literal(after.ref))
            query = query.where(tuple_(clock.next_at, clock.case_ref) > behind)
        query = query.order_by(clock.next_at, clock.case_ref).limit(limit)
        return tuple(DueTimer(next_at=next_at, ref=ref) for next_at, ref in self._open_connection().execute(query))

    def heartbeats(self) -> tuple[Heartbeat, ...]:
        """Whoever sweeps, or has swept, the one heard of last first."""
        query = select(tables.heartbeat).order_by(tables.heartbeat.c.last_seen_at.desc()).limit(KEPT_WORKERS)
        rows = self._open_connection().execute(query).mappings()
        return tuple(Heartbeat(**{**row, "failed": tuple(row["failed"])}) for row in rows)


class SweepWriter(SweepReader):
    """Changes that come with a sweep."""

    def claim(self, refs: Sequence[str]) -> tuple[str, ...]:
        """Of these cases those whose tree nobody else holds, held now until the transaction ends."""
        held = self._lock_roots(refs, skip_locked=True)
        return tuple(ref for ref in refs if root_of(ref) in held)

    def lock_roots(self, refs: Sequence[str]) -> None:
        """Hold the trees of several cases until the transaction ends, always in the same order."""
        self._lock_roots(refs, skip_locked=False)

    def savepoint(self, work: Callable[[], T]) -> T:
        """Does a part of the transaction's work; SavepointFailed where it raised and was undone."""
        part = self._open_connection().begin_nested()
        try:
            done = work()
        except IntegrityError as error:
            # The tree is held, so a key that is taken was taken by the case itself: trying again is no use.
            part.rollback()
            raise SavepointFailed(error) from None
        except Exception as error:
            if isinstance(error, StaleCase):
                raise
            if isinstance(error, DBAPIError) and (is_transient(error) or error.connection_invalidated):
                raise
            part.rollback()
            raise SavepointFailed(error) from None
        part.commit()
        return done

    def save_heartbeat(self, heartbeat: Heartbeat) -> None:
        """Keep what is heard of whoever sweeps, in place of what was heard before."""
        table = tables.heartbeat
        self._open_connection().execute(delete(table).where(table.c.worker == heartbeat.worker))
        row = {
            "worker": heartbeat.worker,
            "every_seconds": heartbeat.every_seconds,
            "started_at": heartbeat.started_at,
            "last_seen_at": heartbeat.last_seen_at,
            "stopped_at": heartbeat.stopped_at,
            "fired": heartbeat.fired,
            "failed": list(heartbeat.failed),
        }
        self._open_connection().execute(insert(table), row)
        # Whoever was not heard of for long, and many since, is of no interest any more.
        kept = select(table.c.worker).order_by(table.c.last_seen_at.desc()).limit(KEPT_WORKERS)
        self._open_connection().execute(delete(table).where(table.c.worker.not_in(kept.scalar_subquery())))

    def _lock_roots(self, refs: Sequence[str], *, skip_locked: bool) -> set[str]:
        # On SQLite BEGIN IMMEDIATE holds the one write lock there is, and this is a plain read.
        query = (
            select(tables.case.c.ref)
            .where(tables.case.c.ref.in_(sorted({root_of(ref) for ref in refs})))
            .order_by(tables.case.c.ref)
            .with_for_update(skip_locked=skip_locked)
        )
        return set(self._open_connection().execute(query).scalars())

    def _record_levels(self, events: Iterable[Event]) -> None:
        """A row for each level that was reached: the key lets it happen once for each run."""
        rows = [
            {
                "case_ref": event.ref,
                "deadline": event.data["deadline"],
                "number": event.data["number"],
                "run": event.data["run"],
                "level": event.data["level"],
                "seq": event.seq,
            }
            for event in events
            if event.kind in LEVEL_EVENTS
        ]
        if rows:
            self._open_connection().execute(insert(tables.escalation), rows)
