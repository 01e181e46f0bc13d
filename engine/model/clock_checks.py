"""Notice that a machine's clock is wrong, or was wrong when something was recorded."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from ..errors.base import day_in_words

TOLERANCE = timedelta(minutes=5)
"""The difference that the clocks of several machines may have."""


def is_ahead(instant: datetime, now: datetime) -> bool:
    """Return whether a recorded instant lies ahead of the machine's clock."""
    return instant - now > TOLERANCE


def ahead_in_words(what: str, day: date) -> str:
    """Return a sentence about a record that is ahead of the machine's clock.

    Args:
        what: What has it, such as a case's reference.
        day: The day on which it was recorded.
    """
    return (
        f"{what} has an entry recorded on {day_in_words(day)}, which is later than now. The clock of a computer was"
        " wrong then, or that of this one is wrong now: check its date. What you record counts on its own day."
    )
