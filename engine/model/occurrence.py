"""When a step happened: on a day that has come, and not before the step before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from ..errors.bad_input import BadDate
from ..forms.parsing import EARLIEST, LATEST
from .calendar import Calendar
from .case import Case
from .commands import When


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurrence:
    """When something happened.

    Attributes:
        at: The instant (UTC); noon of the day where only the day was given.
        on: The day, in the calendar's zone.
    """

    at: datetime
    on: date


def occurrence(when: When, case: Case | None, now: datetime, calendar: Calendar) -> Occurrence:
    """When a step happened, from what was said of it.

    Days are compared with days, and only with the step before: recording late never trips over
    what the passing of a deadline wrote meanwhile.

    Raises:
        BadDate: where the day is still to come, lies before the step before it, or is none at all.
    """
    today = calendar.day_of(now)
    on = day_of_step(when, now, calendar)
    match when:
        case None:
            found = Occurrence(at=now, on=on)
        case datetime():
            found = Occurrence(at=when.astimezone(UTC), on=on)
        case _:
            # Today's noon may be still to come.
            found = Occurrence(at=min(calendar.noon(on), now) if on == today else calendar.noon(on), on=on)
    if found.on > today or found.at > now:
        raise BadDate(found=_as_text(when, found), expected=f"a day up to today, {today.isoformat()}")
    if case is not None and found.on < case.last_step_on:
        expected = f"{case.last_step_on.isoformat()}, the day of the step before it, or later"
        raise BadDate(found=_as_text(when, found), expected=expected)
    return found


def day_of_step(when: When, now: datetime, calendar: Calendar) -> date:
    """The day, in the calendar's zone, that was given for a step; today where none was.

    Raises:
        BadDate: where an instant comes without its zone, or the year can only be mistyped.
    """
    if when is None:
        return calendar.day_of(now)
    # Asked first: an instant at the end of all years has no day in another zone.
    if not EARLIEST.year <= when.year <= LATEST.year:
        raise BadDate(found=when.isoformat(), expected=f"a day between {EARLIEST} and {LATEST}")
    if not isinstance(when, datetime):
        return when
    if when.tzinfo is None:
        raise BadDate(found=when.isoformat(), expected="an instant with its zone, or a day alone")
    return calendar.day_of(when)


def _as_text(when: When, found: Occurrence) -> str:
    return found.on.isoformat() if when is None else when.isoformat()
