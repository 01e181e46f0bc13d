"""When a step happened: on a day that has come, and not before the step before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from .calendars import Calendar
from .case import Case
from .commands import Day
from .errors import BadDate


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurrence:
    """When something happened.

    Attributes:
        at: The instant (UTC); noon of the day where only the day was given.
        on: The day, in the calendar's zone.
    """

    at: datetime
    on: date


def occurrence(given: Day, case: Case | None, now: datetime, calendar: Calendar) -> Occurrence:
    """When a step happened, from what was said of it.

    Days are compared with days, and only with the step before: recording late never trips over
    what the passing of a deadline wrote meanwhile.

    Raises:
        BadDate: where the day is still to come, or lies before the step before it.
    """
    today = calendar.day_of(now)
    match given:
        case None:
            found = Occurrence(at=now, on=today)
        case datetime():
            if given.tzinfo is None:
                raise BadDate(given=given.isoformat(), expected="an instant with its zone, or a day alone")
            found = Occurrence(at=given.astimezone(UTC), on=calendar.day_of(given))
        case date():
            # Today's noon may be still to come.
            found = Occurrence(at=min(calendar.noon(given), now) if given == today else calendar.noon(given), on=given)
    if found.on > today or found.at > now:
        raise BadDate(given=_words(given, found), expected=f"a day up to today, {today.isoformat()}")
    if case is not None and found.on < case.last_step_on:
        expected = f"{case.last_step_on.isoformat()}, the day of the step before it, or later"
        raise BadDate(given=_words(given, found), expected=expected)
    return found


def _words(given: Day, found: Occurrence) -> str:
    return found.on.isoformat() if given is None else given.isoformat()
