"""A present that is set, not read: time as data."""

from __future__ import annotations

from datetime import UTC, date, datetime, time


class Present:
    """The `Now` of a played engine: it stands still until it is moved on."""

    def __init__(self) -> None:
        """A present that has not been set."""
        self._instant = datetime(2000, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The present instant (UTC)."""
        return self._instant

    def move_to(self, day: date) -> None:
        """Make it ten in the morning (UTC) of a day."""
        self._instant = datetime.combine(day, time(10), UTC)
