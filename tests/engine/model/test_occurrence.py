"""Determine when a step happened."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from casereview.engine.errors.bad_input import BadDate
from casereview.engine.model.calendar import ENGLAND_AND_WALES, Calendar
from casereview.engine.model.case import Precision
from casereview.engine.model.commands import When
from casereview.engine.model.occurrence import Occurrence, day_of_step, occurrence

MORNING = datetime(2026, 7, 6, 7, 30, tzinfo=UTC)
"""Half past eight in London, on a Monday in summer."""
TODAY = date(2026, 7, 6)
PARIS = timezone(timedelta(hours=2))
FAR_WEST, FAR_EAST = timezone(timedelta(hours=-12)), timezone(timedelta(hours=14))


@pytest.mark.parametrize(
    ("given", "at", "on", "precision"),
    [
        pytest.param(None, MORNING, TODAY, Precision.INSTANT, id="nothing means now"),
        pytest.param(
            date(2026, 7, 3),
            datetime(2026, 7, 3, 11, tzinfo=UTC),
            date(2026, 7, 3),
            Precision.DAY,
            id="a day is its noon",
        ),
        pytest.param(TODAY, MORNING, TODAY, Precision.DAY, id="today before noon means now"),
        pytest.param(
            datetime(2026, 7, 6, 6, tzinfo=UTC),
            datetime(2026, 7, 6, 6, tzinfo=UTC),
            TODAY,
            Precision.INSTANT,
            id="an instant is itself",
        ),
        pytest.param(
            datetime(2026, 7, 6, 0, 30, tzinfo=PARIS),
            datetime(2026, 7, 5, 22, 30, tzinfo=UTC),
            date(2026, 7, 5),
            Precision.INSTANT,
            id="an instant's day is that of London",
        ),
        pytest.param(
            datetime(2026, 7, 5, 23, 30, tzinfo=UTC),
            datetime(2026, 7, 5, 23, 30, tzinfo=UTC),
            TODAY,
            Precision.INSTANT,
            id="half past midnight in London's summer",
        ),
        pytest.param(MORNING, MORNING, TODAY, Precision.INSTANT, id="this very instant"),
    ],
)
def test_a_day_or_an_instant_gives_both(given: When, at: datetime, on: date, precision: Precision) -> None:
    found = occurrence(given, MORNING, ENGLAND_AND_WALES)
    assert found == Occurrence(at=at, on=on, precision=precision)
    assert found.at.tzinfo is UTC


def test_today_after_noon_is_recorded_as_noon() -> None:
    evening = datetime(2026, 7, 6, 19, tzinfo=UTC)
    expected = Occurrence(at=datetime(2026, 7, 6, 11, tzinfo=UTC), on=TODAY)
    assert occurrence(TODAY, evening, ENGLAND_AND_WALES) == expected


@pytest.mark.parametrize(
    "given",
    [
        date(2026, 7, 7),
        MORNING + timedelta(microseconds=1),
        datetime(2026, 7, 6, 9, 30, 1, tzinfo=PARIS),
        date(2199, 12, 31),
    ],
    ids=["tomorrow", "a moment from now", "a second from now, in the zone of Paris", "the last day of all"],
)
def test_a_step_cannot_have_happened_in_the_future(given: When) -> None:
    with pytest.raises(BadDate) as caught:
        occurrence(given, MORNING, ENGLAND_AND_WALES)
    assert caught.value.facts() == {
        "found": given.isoformat() if given else "",
        "expected": "a day up to today, 2026-07-06",
    }


def test_the_future_begins_at_midnight_in_london() -> None:
    late = datetime(2026, 7, 5, 22, 59, tzinfo=UTC)
    with pytest.raises(BadDate):
        occurrence(TODAY, late, ENGLAND_AND_WALES)
    assert occurrence(TODAY, late + timedelta(minutes=1), ENGLAND_AND_WALES).on == TODAY


@pytest.mark.parametrize(
    "given",
    [
        date(26, 1, 5),
        date.min,
        date.max,
        date(1899, 12, 31),
        date(2200, 1, 1),
        datetime.min.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=FAR_EAST),
        datetime.max.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=FAR_WEST),
    ],
    ids=str,
)
def test_an_implausible_year_is_refused(given: date) -> None:
    with pytest.raises(BadDate) as caught:
        occurrence(given, MORNING, ENGLAND_AND_WALES)
    assert caught.value.facts() == {
        "found": given.isoformat(),
        "expected": "a day between 1900-01-01 and 2199-12-31",
    }


def test_the_earliest_plausible_day_is_accepted() -> None:
    assert occurrence(date(1900, 1, 1), MORNING, ENGLAND_AND_WALES).on == date(1900, 1, 1)


def test_an_instant_without_its_zone_is_refused() -> None:
    with pytest.raises(BadDate) as caught:
        occurrence(datetime(2026, 7, 3, 9), MORNING, ENGLAND_AND_WALES)  # noqa: DTZ001
    assert caught.value.facts() == {
        "found": "2026-07-03T09:00:00",
        "expected": "an instant with its zone, or a day alone",
    }


def test_days_are_those_of_the_calendars_zone() -> None:
    sydney = Calendar(zone="Australia/Sydney")
    assert occurrence(None, datetime(2026, 7, 5, 23, tzinfo=UTC), sydney).on == date(2026, 7, 6)
    assert day_of_step(datetime(2026, 7, 5, 23, tzinfo=UTC), MORNING, sydney) == date(2026, 7, 6)
