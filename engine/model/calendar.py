"""Days and terms: which days are worked, when a term ends, and the instant a deadline falls.

How working days are counted: the day of the event is day 0 and is never counted; day 1 is the next
working day. Weekends and bank holidays are not working days. Five working days from Saturday
21 November 2026 therefore end on Friday 27 November 2026.

A term in months ends on the same day number, or on the month's last day where there is none:
three months are not ninety days.
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
    """What a term is counted in."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """A length of time as a rule states it.

    Attributes:
        amount: How many; never negative.
        unit: Of what.
    """

    amount: int
    unit: TermUnit

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError(f"a term cannot be negative: {self.amount} {self.unit}")

    def times(self, count: int) -> Term:
        """This term, `count` times over (3 months twice are 6 months)."""
        return Term(amount=self.amount * count, unit=self.unit)

    def __str__(self) -> str:
        unit = self.unit.replace("_", " ")
        return f"1 {unit.removesuffix('s')}" if self.amount == 1 else f"{self.amount} {unit}"


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeLeft:
    """What is left of a term, in the term's own unit.

    Attributes:
        amount: How many whole ones.
        unit: Of what.
        days: Beside whole months, the days left.
    """

    amount: int
    unit: TermUnit
    days: int = 0

    def __str__(self) -> str:
        whole, rest = Term(amount=self.amount, unit=self.unit), Term(amount=self.days, unit=TermUnit.DAYS)
        parts = [str(term) for term in (whole, rest) if term.amount]
        return " and ".join(parts) or "nothing"


def days(amount: int) -> Term:
    """A term of calendar days."""
    return Term(amount=amount, unit=TermUnit.DAYS)


@cache
def working_days(amount: int) -> Term:
    """A term of working days."""
    return Term(amount=amount, unit=TermUnit.WORKING_DAYS)


def months(amount: int) -> Term:
    """A term of calendar months."""
    return Term(amount=amount, unit=TermUnit.MONTHS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """The days of one jurisdiction, in one zone.

    Attributes:
        zone: The zone in which a day begins and ends.
        country: ISO 3166 code of the country whose bank holidays count.
        subdivision: The part of that country.
        added: Further days that are not worked.
        removed: Bank holidays that are worked all the same.
    """

    zone: str = "Europe/London"
    country: str = "GB"
    subdivision: str = "ENG"
    added: frozenset[date] = frozenset()
    removed: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Whether work is done on that day."""
        if day.weekday() >= SATURDAY or day in self.added:
            return False
        return day in self.removed or day not in _bank_holidays(self.country, self.subdivision, day.year)

    def after(self, day: date, term: Term) -> date:
        """The last day of a term that begins with `day` as its day 0."""
        match term.unit:
            case TermUnit.DAYS:
                return day + timedelta(days=term.amount)
            case TermUnit.MONTHS:
                return _months_later(day, term.amount)
            case _:
                return self._count(day, term.amount, timedelta(days=1))

    def before(self, day: date, term: Term) -> date:
        """The last day on which a thing is still a whole term ahead of `day`."""
        match term.unit:
            case TermUnit.DAYS:
                return day - timedelta(days=term.amount)
            case TermUnit.MONTHS:
                return _months_later(day, -term.amount)
            case _:
                return self._count(day, term.amount, timedelta(days=-1))

    def time_left(self, day: date, due: date, unit: TermUnit) -> TimeLeft:
        """What is left of a term on `day`, in the term's own unit; nothing where `due` is over."""
        if due <= day:
            return TimeLeft(amount=0, unit=unit)
        if unit is TermUnit.WORKING_DAYS:
            between = (day + timedelta(days=count) for count in range(1, (due - day).days + 1))
            return TimeLeft(amount=sum(map(self.is_working_day, between)), unit=unit)
        if unit is TermUnit.DAYS:
            return TimeLeft(amount=(due - day).days, unit=unit)
        whole = (due.year - day.year) * 12 + due.month - day.month
        whole -= _months_later(day, whole) > due
        return TimeLeft(amount=whole, unit=unit, days=(due - _months_later(day, whole)).days)

    def after_time_left(self, day: date, left: TimeLeft) -> date:
        """The last day of what is left of a term, counted on from `day` as its day 0."""
        return self.after(day, Term(amount=left.amount, unit=left.unit)) + timedelta(days=left.days)

    def with_days(self, *, added: Iterable[date] = (), removed: Iterable[date] = ()) -> Calendar:
        """This calendar with further days that are not worked, and others that are."""
        added, removed = frozenset(added), frozenset(removed)
        return replace(self, added=(self.added | added) - removed, removed=(self.removed | removed) - added)

    def bank_holidays(self, year: int) -> Mapping[date, str]:
        """The bank holidays of a year as they are published, with their names."""
        return _bank_holidays(self.country, self.subdivision, year)

    def day_of(self, instant: datetime) -> date:
        """The day, in this calendar's zone, on which an instant lies."""
        return instant.astimezone(ZoneInfo(self.zone)).date()

    def noon(self, day: date) -> datetime:
        """Noon of a day in this calendar's zone, in UTC: the instant that stands for a bare date.

        Noon, because it is the same date in London, in UTC and to a reader who forgets the zone.
        """
        return _at(self.zone, day, NOON)

    def end_of(self, day: date) -> datetime:
        """The instant, in UTC, at which a deadline on `day` has passed: the next day's midnight."""
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


# Every clock that starts asks for a few of them, and mostly for the same ones.
@lru_cache(maxsize=4096)
def _at(zone: str, day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)


@cache
def _bank_holidays(country: str, subdivision: str, year: int) -> Mapping[date, str]:
    # Imported here because it costs some 100 ms, which a command that counts no days need not pay.
    from holidays import country_holidays

    return MappingProxyType(dict(sorted(country_holidays(country, subdiv=subdivision, years=year).items())))


ENGLAND_AND_WALES = Calendar()
"""Bank holidays of England and Wales; days begin and end in Europe/London."""


Now = Callable[[], datetime]
"""Gives the present instant, timezone-aware."""


def system_now() -> datetime:
    """The machine's present, in UTC."""
    return datetime.now(UTC)
