"""Write dates and numbers in words, and count the days that a deadline is overdue."""

from __future__ import annotations

from datetime import date, datetime

from ...engine.model.calendar import Calendar
from ...engine.model.clock import Clock


def days_overdue(clock: Clock, at: datetime, calendar: Calendar) -> int:
    """Return the calendar days since a clock's due day; 0 if it is not overdue."""
    return (calendar.day_of(at) - clock.due).days if clock.is_overdue(at) else 0


def day(value: date) -> str:
    """Return a day for people: `5 Jan 2026`."""
    return f"{value.day} {value:%b %Y}"


def count_of(number: int, what: str) -> str:
    """Return a number of things in words: `1 case`, `1,200 cases`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def count_of_days(count: int) -> str:
    """Return a number of days in words: `1 day`, `12 days`."""
    return "1 day" if count == 1 else f"{count} days"
