"""The interface to what is due by itself, and to the workers that see to it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from .records import DueTimer, Heartbeat


class TimerReader(Protocol):
    """Reads timers, heartbeats and the instants of recording."""

    def due_timers(self, at: datetime, after: DueTimer | None, limit: int) -> tuple[DueTimer, ...]:
        """Return the timers that are due by an instant, the earliest first, after `after`."""
        ...

    def heartbeats(self) -> tuple[Heartbeat, ...]:
        """Return the workers' heartbeats, the latest first."""
        ...

    def counted_by(self) -> str | None:
        """Return the digest of the days by which all open deadlines were last found to be counted; None if never."""
        ...

    def latest_recorded_at(self) -> datetime | None:
        """Return the instant (UTC) at which the event with the highest position was recorded; None if there is none."""
        ...

    def cases_recorded_after(self, instant: datetime, limit: int) -> tuple[tuple[str, datetime], ...]:
        """Return the cases with an event that was recorded after an instant, by reference, each with the latest one."""
        ...
