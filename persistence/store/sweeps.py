"""Read and write for a sweep: due timers, locks on roots, savepoints and heartbeats.

An index over the next instant of each clock finds what is due, so the cost of a sweep follows what is
due and not the number of cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import delete, insert, literal, select, tuple_
from sqlalchemy.exc import DBAPIError, IntegrityError

from ...engine.model.case import UNIT, Event
from ...engine.model.clock import EventKind
from ...engine.ports.records import DueTimer, Heartbeat
from ...engine.ports.store import SavepointFailed
from ..backends.errors import StaleCase, is_transient
from ..schema import tables
from .connected import Connected
from .references import root_of

T = TypeVar("T")

KEPT_WORKERS = 50
COUNTED_BY = "counted_by"
"""The setting with the digest of the days by which all open deadlines are counted."""
LEVEL_EVENTS = (EventKind.ESCALATED, EventKind.SKIPPED)


class SweepReader(Connected):
    """Queries about timers and workers."""

    def due_timers(self, at: datetime, after: DueTimer | None, limit: int) -> tuple[DueTimer, ...]:
        """Return at most `limit` timers that are due by an instant, the earliest first, after the timer `after`."""
        clock = tables.clock.c
        query = select(clock.next_at, clock.case_ref).where(clock.next_at <= at).distinct()
        if after is not None:
            # A tuple does not pass on the types of its columns, so the instant needs its own.
            behind = tuple_(literal(after.next_at, clock.next_at.type), literal(after.ref))
            query = query.where(tuple_(clock.next_at, clock.case_ref) > behind)
        query = query.order_by(clock.next_at, clock.case_ref).limit(limit)
        return tuple(DueTimer(next_at=next_at, ref=ref) for next_at, ref in self._open_connection().execute(query))

    def heartbeats(self) -> tuple[Heartbeat, ...]:
        """Return the heartbeats of the workers, the most recent first."""
        query = select(tables.heartbeat).order_by(tables.heartbeat.c.last_seen_at.desc()).limit(KEPT_WORKERS)
        rows = self._open_connection().execute(query).mappings()
        return tuple(Heartbeat(**{**row, "failed": tuple(row["failed"])}) for row in rows)

    def counted_by(self) -> str | None:
        """Return the digest of the days by which all open deadlines were last found to be counted; None if never."""
        query = select(tables.setting.c.value).where(tables.setting.c.name == COUNTED_BY)
        found: str | None = self._open_connection().execute(query).scalar_one_or_none()
        return found

    def latest_recorded_at(self) -> datetime | None:
        """Return the instant (UTC) at which the event with the highest position was recorded; None if there is none."""
        query = select(tables.event.c.recorded_at).order_by(tables.event.c.position.desc()).limit(1)
        found: datetime | None = self._open_connection().execute(query).scalar_one_or_none()
        return found

    def cases_recorded_after(self, instant: datetime, limit: int) -> tuple[tuple[str, datetime], ...]:
        """Return the cases with a latest event that was recorded after an instant, each with the instant."""
        case = tables.case.c
        query = select(case.ref, case.recorded_at).where(case.recorded_at > instant).order_by(case.ref).limit(limit)
        return tuple((ref, at) for ref, at in self._open_connection().execute(query))


class SweepWriter(SweepReader):
    """Writes for a sweep."""

    def claim(self, refs: Sequence[str]) -> tuple[str, ...]:
        """Lock the trees that no other worker has locked until the transaction ends, and return their cases."""
        locked = self._lock_roots(refs, skip_locked=True)
        return tuple(ref for ref in refs if root_of(ref) in locked)

    def lock_roots(self, refs: Sequence[str]) -> None:
        """Lock the trees of several cases until the transaction ends, always in the same order."""
        self._lock_roots(refs, skip_locked=False)

    def savepoint(self, work: Callable[[], T]) -> T:
        """Run a part of the transaction's work. If it raises, undo it and raise SavepointFailed."""
        part = self._open_connection().begin_nested()
        try:
            done = work()
        except IntegrityError as error:
            # The tree is locked, so only the case itself can have used the key: repeating would not help.
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

    def save_counted_by(self, days: str) -> None:
        """Save the digest of the days by which all open deadlines are counted."""
        self._open_connection().execute(delete(tables.setting).where(tables.setting.c.name == COUNTED_BY))
        self._open_connection().execute(insert(tables.setting), {"name": COUNTED_BY, "value": days})

    def save_heartbeat(self, heartbeat: Heartbeat) -> None:
        """Save a worker's heartbeat, in place of its earlier one."""
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
        # Keep only the most recent workers.
        kept = select(table.c.worker).order_by(table.c.last_seen_at.desc()).limit(KEPT_WORKERS)
        self._open_connection().execute(delete(table).where(table.c.worker.not_in(kept.scalar_subquery())))

    def _lock_roots(self, refs: Sequence[str], *, skip_locked: bool) -> set[str]:
        # On SQLite BEGIN IMMEDIATE took the one write lock, and this is a plain read.
        query = (
            select(tables.case.c.ref)
            .where(tables.case.c.ref.in_(sorted({root_of(ref) for ref in refs})))
            .order_by(tables.case.c.ref != UNIT, tables.case.c.ref)
            .with_for_update(skip_locked=skip_locked)
        )
        return set(self._open_connection().execute(query).scalars())

    def _record_levels(self, events: Iterable[Event]) -> None:
        """Insert a row for each level that was reached. The key allows it once for each run."""
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
