"""Determine when a step happened."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from msgspec.structs import replace

from casereview.engine.errors.bad_input import BadDate
from casereview.engine.model.calendar import ENGLAND_AND_WALES, Calendar
from casereview.engine.model.case import UNIT, Precision
from casereview.engine.model.commands import When
from casereview.engine.model.occurrence import Occurrence, day_of_step, occurrence

from ...support.loan_decisions import loan_after_steps

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
    found = occurrence(given, None, MORNING, ENGLAND_AND_WALES)
    assert found == Occurrence(at=at, on=on, precision=precision)
    assert found.at.tzinfo is UTC


def test_today_after_noon_is_recorded_as_noon() -> None:
    evening = datetime(2026, 7, 6, 19, tzinfo=UTC)
    expected = Occurrence(at=datetime(2026, 7, 6, 11, tzinfo=UTC), on=TODAY)
    assert occurrence(TODAY, None, evening, ENGLAND_AND_WALES) == expected


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
        occurrence(given, None, MORNING, ENGLAND_AND_WALES)
    assert caught.value.facts() == {
        "found": given.isoformat() if given else "",
        "expected": "a day up to today, 2026-07-06",
    }


def test_the_future_begins_at_midnight_in_london() -> None:
    late = datetime(2026, 7, 5, 22, 59, tzinfo=UTC)
    with pytest.raises(BadDate):
        occurrence(TODAY, None, late, ENGLAND_AND_WALES)
    assert occurrence(TODAY, None, late + timedelta(minutes=1), ENGLAND_AND_WALES).on == TODAY


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
        occurrence(given, None, MORNING, ENGLAND_AND_WALES)
    assert caught.value.facts() == {
        "found": given.isoformat(),
        "expected": "a day between 1900-01-01 and 2199-12-31",
    }


def test_the_earliest_plausible_day_is_accepted() -> None:
    assert occurrence(date(1900, 1, 1), None, MORNING, ENGLAND_AND_WALES).on == date(1900, 1, 1)


def test_an_instant_without_its_zone_is_refused() -> None:
    with pytest.raises(BadDate) as caught:
        occurrence(datetime(2026, 7, 3, 9), None, MORNING, ENGLAND_AND_WALES)  # noqa: DTZ001
    assert caught.value.facts() == {
        "found": "2026-07-03T09:00:00",
        "expected": "an instant with its zone, or a day alone",
    }


@pytest.mark.parametrize(
    "given",
    [date(2026, 7, 2), datetime(2026, 7, 2, 22, 59, tzinfo=UTC), datetime(2026, 7, 3, 0, 30, tzinfo=PARIS)],
    ids=["a day", "an instant", "an instant in the zone of Paris, on the next day"],
)
def test_a_step_cannot_have_happened_before_the_previous_step(given: When) -> None:
    case = loan_after_steps(on=date(2026, 7, 3))
    with pytest.raises(BadDate) as caught:
        occurrence(given, case, MORNING, ENGLAND_AND_WALES)
    assert caught.value.expected == "2026-07-03, the day of the previous step, or later"


def test_any_instant_on_the_day_of_the_previous_step_is_accepted() -> None:
    case = loan_after_steps(on=date(2026, 7, 3))
    early = datetime(2026, 7, 3, 0, 1, tzinfo=UTC)
    assert occurrence(early, case, MORNING, ENGLAND_AND_WALES).at == early
    assert occurrence(date(2026, 7, 3), case, MORNING, ENGLAND_AND_WALES).on == date(2026, 7, 3)


def test_a_previous_step_that_lies_in_the_future_does_not_stand_in_the_way() -> None:
    case = replace(loan_after_steps(on=date(2026, 7, 3)), last_step_on=date(2031, 3, 2))
    assert occurrence(None, case, MORNING, ENGLAND_AND_WALES).on == date(2026, 7, 6)
    with pytest.raises(BadDate, match="the day of the opening, or later"):
        occurrence(date(2026, 7, 2), case, MORNING, ENGLAND_AND_WALES)


def test_the_units_own_record_takes_the_present_although_opened_later() -> None:
    case = replace(loan_after_steps(on=date(2026, 11, 30)), ref=UNIT)
    assert occurrence(None, case, MORNING, ENGLAND_AND_WALES).on == date(2026, 7, 6)


def test_now_is_refused_if_the_opening_lies_in_the_future() -> None:
    case = loan_after_steps(on=date(2026, 7, 7))
    with pytest.raises(BadDate) as caught:
        occurrence(None, case, MORNING, ENGLAND_AND_WALES)
    assert caught.value.found == "2026-07-06"


def test_days_are_those_of_the_calendars_zone() -> None:
    sydney = Calendar(zone="Australia/Sydney")
    assert occurrence(None, None, datetime(2026, 7, 5, 23, tzinfo=UTC), sydney).on == date(2026, 7, 6)
    assert day_of_step(datetime(2026, 7, 5, 23, tzinfo=UTC), MORNING, sydney) == date(2026, 7, 6)
