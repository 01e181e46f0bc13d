"""Count days and terms in a working calendar.

The day of an event is day 0; day 1 is the next working day. Weekends and bank holidays are not
working days, so five working days from Saturday 21 November 2026 end on Friday 27 November 2026.

A term in months ends on the same day number, or on the month's last day if the month is shorter.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

SATURDAY = 5
ONE_DAY = timedelta(days=1)
MIDNIGHT, NOON = time(), time(12)


class TermUnit(StrEnum):
    """The unit of a term."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """A length of time, as a rule states it.

    Attributes:
        amount: The number of units; never negative.
        unit: The unit.
    """

    amount: int
    unit: TermUnit

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError(f"a term cannot be negative: {self.amount} {self.unit}")

    def times(self, count: int) -> Term:
        """Return this term multiplied by a count (3 months twice are 6 months)."""
        return Term(amount=self.amount * count, unit=self.unit)

    def __str__(self) -> str:
        unit = self.unit.replace("_", " ")
        return f"1 {unit.removesuffix('s')}" if self.amount == 1 else f"{self.amount} {unit}"


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeLeft:
    """The time left of a term, in the term's own unit.

    Attributes:
        amount: The number of whole units.
        unit: The unit.
        days: The calendar days left in addition to whole months, or to the last working day.
    """

    amount: int
    unit: TermUnit
    days: int = 0

    def __str__(self) -> str:
        whole, rest = Term(amount=self.amount, unit=self.unit), Term(amount=self.days, unit=TermUnit.DAYS)
        parts = [str(term) for term in (whole, rest) if term.amount]
        return " and ".join(parts) or "nothing"


def days(amount: int) -> Term:
    """Return a term of calendar days."""
    return Term(amount=amount, unit=TermUnit.DAYS)


@cache
def working_days(amount: int) -> Term:
    """Return a term of working days."""
    return Term(amount=amount, unit=TermUnit.WORKING_DAYS)


def months(amount: int) -> Term:
    """Return a term of calendar months."""
    return Term(amount=amount, unit=TermUnit.MONTHS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """The working days of one jurisdiction, in one time zone.

    Attributes:
        zone: The time zone in which a day begins and ends.
        country: The ISO 3166 code of the country of the bank holidays.
        subdivision: The part of that country.
        added: Further days that are not working days.
        removed: Bank holidays that are working days here.
    """

    zone: str = "Europe/London"
    country: str = "GB"
    subdivision: str = "ENG"
    added: frozenset[date] = frozenset()
    removed: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Return whether a day is a working day."""
        if day.weekday() >= SATURDAY or day in self.added:
            return False
        return day in self.removed or day not in _bank_holidays(self.country, self.subdivision, day.year)

    def after(self, day: date, term: Term) -> date:
        """Return the last day of a term that is counted from `day` as day 0."""
        match term.unit:
            case TermUnit.DAYS:
                return day + timedelta(days=term.amount)
            case TermUnit.MONTHS:
                return _months_later(day, term.amount)
            case _:
                return self._count(day, term.amount, timedelta(days=1))

    def before(self, day: date, term: Term) -> date:
        """Return the last day that is still a whole term before `day`."""
        match term.unit:
            case TermUnit.DAYS:
                return day - timedelta(days=term.amount)
            case TermUnit.MONTHS:
                return _months_later(day, -term.amount)
            case _:
                return self._count(day, term.amount, timedelta(days=-1))

    def time_left(self, day: date, due: date, unit: TermUnit) -> TimeLeft:
        """Return the time left from `day` until `due`, in the term's own unit; zero if `due` has passed."""
        if due <= day:
            return TimeLeft(amount=0, unit=unit)
        if unit is TermUnit.WORKING_DAYS:
            left = [
                each for count in range(1, (due - day).days + 1) if self.is_working_day(each := day + ONE_DAY * count)
            ]
            # An agreed date need not be a working day.
            return TimeLeft(amount=len(left), unit=unit, days=(due - (left[-1] if left else day)).days)
        if unit is TermUnit.DAYS:
            return TimeLeft(amount=(due - day).days, unit=unit)
        whole = (due.year - day.year) * 12 + due.month - day.month
        whole -= _months_later(day, whole) > due
        return TimeLeft(amount=whole, unit=unit, days=(due - _months_later(day, whole)).days)

    def after_time_left(self, day: date, left: TimeLeft) -> date:
        """Return the last day of the time left, counted from `day` as day 0."""
        return self.after(day, Term(amount=left.amount, unit=left.unit)) + timedelta(days=left.days)

    def with_days(self, *, added: Iterable[date] = (), removed: Iterable[date] = ()) -> Calendar:
        """Return this calendar with further non-working days, and further working days."""
        added, removed = frozenset(added), frozenset(removed)
        return replace(self, added=(self.added | added) - removed, removed=(self.removed | removed) - added)

    def bank_holidays(self, year: int) -> Mapping[date, str]:
        """Return the published bank holidays of a year, with their names."""
        return _bank_holidays(self.country, self.subdivision, year)

    def day_of(self, instant: datetime) -> date:
        """Return the day of an instant, in this calendar's zone."""
        return instant.astimezone(ZoneInfo(self.zone)).date()

    def noon(self, day: date) -> datetime:
        """Return noon of a day in this calendar's zone, as UTC: the instant of a bare date.

        Noon falls on the same date in the calendar's zone and in UTC.
        """
        return _at(self.zone, day, NOON)

    def end_of(self, day: date) -> datetime:
        """Return the instant (UTC) at which a deadline on `day` has passed: the next day's midnight."""
        return _at(self.zone, day + ONE_DAY, MIDNIGHT)

    def _count(self, day: date, amount: int, stride: timedelta) -> date:
        while amount:
            day += stride
            amount -= self.is_working_day(day)
        return day


def _months_later(day: date, amount: int) -> date:
    index = day.year * 12 + day.month - 1 + amount
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


# Every new clock asks for a few of these, and mostly for the same ones.
@lru_cache(maxsize=4096)
def _at(zone: str, day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)


@cache
def _bank_holidays(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    # The import takes about 100 ms, which only a command that counts days should pay.
    from holidays import country_holidays

    return MappingProxyType(dict(sorted(country_holidays(country, subdiv=subdivision, years=year).items())))


ENGLAND_AND_WALES = Calendar()
"""The bank holidays of England and Wales, with days in Europe/London."""


Now = Callable[[], datetime]
"""Return the present instant, with its time zone."""


def system_now() -> datetime:
    """Return the machine's present, in UTC."""
    return datetime.now(UTC)
