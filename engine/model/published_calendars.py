"""The published calendars of bank holidays, each with a code that the record holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from ..errors.bad_input import BadValue
from .calendar import Calendar

CALENDARS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "england-and-wales": ("GB-ENG", "England and Wales"),
        "scotland": ("GB-SCT", "Scotland"),
        "northern-ireland": ("GB-NIR", "Northern Ireland"),
    }
)
"""The calendars of the United Kingdom: the code and the title of each, by its name."""


def calendar_code(calendar: Calendar) -> str:
    """Return the code of a calendar's bank holidays: the ISO 3166 code of their country, or of a part of it."""
    return f"{calendar.country}-{calendar.subdivision}" if calendar.subdivision else calendar.country


def with_code(calendar: Calendar, code: str) -> Calendar:
    """Return a calendar with the bank holidays of a code; its zone and its own days stay."""
    country, _, subdivision = code.partition("-")
    if (country, subdivision) == (calendar.country, calendar.subdivision):
        return calendar
    return replace(calendar, country=country, subdivision=subdivision)


def calendar_title(code: str) -> str:
    """Return the title of a calendar by its code; the code itself if it has none."""
    return next((title for known, title in CALENDARS.values() if known == code), code)


def checked_code(code: str, calendar: Calendar) -> str:
    """Return the code of a calendar, if its bank holidays are known.

    Args:
        code: The code, or the name of a calendar of the United Kingdom.
        calendar: A calendar of the engine, for its zone.

    Raises:
        BadValue: if they are not.
    """
    known, _ = CALENDARS.get(code, (code, ""))
    try:
        with_code(calendar, known).bank_holidays(2026)
    except NotImplementedError:
        expected = f"one of {', '.join(CALENDARS)}, or the ISO 3166 code of a country or of a part of it"
        raise BadValue(name="the calendar", expected=expected, found=code) from None
    return known
