"""A present that a caller sets, because time is data."""

from __future__ import annotations

from datetime import UTC, date, datetime, time


class Present:
    """The `Now` of a played engine: it stands still until it is moved on."""

    def __init__(self) -> None:
        """Start without a present."""
        self._instant = datetime(2000, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the present instant (UTC)."""
        return self._instant

    def move_to(self, day: date) -> None:
        """Make it ten in the morning (UTC) of a day."""
        self._instant = datetime.combine(day, time(10), UTC)
