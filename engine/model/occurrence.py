"""Determine when a step happened: not in the future."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec

from ..errors.bad_input import BadDate
from ..forms.parsing import EARLIEST, LATEST
from .calendar import Calendar
from .case import Precision
from .commands import When


class Occurrence(msgspec.Struct, frozen=True, kw_only=True):
    """The day and the instant at which something happened.

    Attributes:
        at: The instant (UTC); noon of the day for a bare date.
        on: The day, in the calendar's zone.
        precision: The precision with which it is known.
    """

    at: datetime
    on: date
    precision: Precision = Precision.DAY


def occurrence(when: When, now: datetime, calendar: Calendar) -> Occurrence:
    """Return the day and the instant of a step.

    Args:
        when: The day or the instant; None for now.
        now: The present (UTC).
        calendar: The working calendar.

    Raises:
        BadDate: if the day lies in the future or outside all plausible years.
    """
    today = calendar.day_of(now)
    on = day_of_step(when, now, calendar)
    match when:
        case None:
            occurred = Occurrence(at=now, on=on, precision=Precision.INSTANT)
        case datetime():
            occurred = Occurrence(at=when.astimezone(UTC), on=on, precision=Precision.INSTANT)
        case _:
            # Today's noon may lie in the future.
            occurred = Occurrence(at=min(calendar.noon(on), now) if on == today else calendar.noon(on), on=on)
    if occurred.on > today or occurred.at > now:
        raise BadDate(found=_as_text(when, occurred), expected=f"a day up to today, {today.isoformat()}")
    return occurred


def day_of_step(when: When, now: datetime, calendar: Calendar) -> date:
    """Return the day of a step, in the calendar's zone; today if none is given.

    Raises:
        BadDate: if an instant has no zone, or the year is implausible.
    """
    if when is None:
        return calendar.day_of(now)
    # Checked first: an instant at the end of the last year may have no day in another zone.
    if not EARLIEST.year <= when.year <= LATEST.year:
        raise BadDate(found=when.isoformat(), expected=f"a day between {EARLIEST} and {LATEST}")
    if not isinstance(when, datetime):
        return when
    if when.tzinfo is None:
        raise BadDate(found=when.isoformat(), expected="an instant with its zone, or a day alone")
    return calendar.day_of(when)


def _as_text(when: When, occurred: Occurrence) -> str:
    return occurred.on.isoformat() if when is None else when.isoformat()
