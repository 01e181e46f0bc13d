"""Count days and terms in a working calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casereview.engine.model.calendar import (
    ENGLAND_AND_WALES,
    Calendar,
    Term,
    TermUnit,
    TimeLeft,
    days,
    months,
    working_days,
)

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
AMOUNTS = st.integers(0, 300)


def worked_between(first: date, last: date, calendar: Calendar = ENGLAND_AND_WALES) -> int:
    """Return the number of working days after `first`, up to and including `last`."""
    stretch = range(first.toordinal() + 1, last.toordinal() + 1)
    return sum(calendar.is_working_day(date.fromordinal(day)) for day in stretch)


# --- working days ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        pytest.param(date(2026, 11, 20), True, id="a Friday"),
        pytest.param(date(2026, 11, 21), False, id="a Saturday"),
        pytest.param(date(2026, 11, 22), False, id="a Sunday"),
        pytest.param(date(2026, 11, 23), True, id="a Monday"),
        pytest.param(date(2026, 1, 1), False, id="New Year's Day"),
        pytest.param(date(2026, 1, 2), True, id="2 January, a holiday in Scotland alone"),
        pytest.param(date(2026, 3, 17), True, id="St Patrick's Day, a holiday in Northern Ireland alone"),
        pytest.param(date(2026, 4, 3), False, id="Good Friday"),
        pytest.param(date(2026, 4, 6), False, id="Easter Monday"),
        pytest.param(date(2026, 5, 4), False, id="the early May bank holiday"),
        pytest.param(date(2026, 5, 25), False, id="the spring bank holiday"),
        pytest.param(date(2026, 8, 31), False, id="the summer bank holiday"),
        pytest.param(date(2026, 12, 25), False, id="Christmas Day"),
        pytest.param(date(2026, 12, 28), False, id="the Monday in place of a Boxing Day on a Saturday"),
        pytest.param(date(2027, 12, 27), False, id="the Monday in place of a Christmas Day on a Saturday"),
        pytest.param(date(2027, 12, 28), False, id="the Tuesday in place of a Boxing Day on a Sunday"),
        pytest.param(date(2022, 9, 19), False, id="the late Queen's funeral"),
        pytest.param(date(2020, 5, 4), True, id="a first Monday of May whose holiday was moved"),
        pytest.param(date(2020, 5, 8), False, id="the Friday it was moved to"),
    ],
)
def test_weekends_and_bank_holidays_are_not_working_days(day: date, *, worked: bool) -> None:
    assert ENGLAND_AND_WALES.is_working_day(day) is worked


def test_a_non_working_day_can_be_added() -> None:
    closed = Calendar(added=frozenset({date(2026, 11, 24)}))
    assert not closed.is_working_day(date(2026, 11, 24))
    assert closed.after(date(2026, 11, 21), working_days(5)) == date(2026, 11, 30)


def test_a_bank_holiday_can_be_made_a_working_day() -> None:
    busy = Calendar(removed=frozenset({date(2026, 12, 25)}))
    assert busy.is_working_day(date(2026, 12, 25))
    assert busy.after(date(2026, 12, 24), working_days(1)) == date(2026, 12, 25)


def test_a_weekend_cannot_be_made_a_working_day() -> None:
    assert not Calendar(removed=frozenset({date(2026, 11, 21)})).is_working_day(date(2026, 11, 21))


def test_a_day_both_added_and_removed_is_not_a_working_day() -> None:
    day = frozenset({date(2026, 12, 25)})
    assert not Calendar(added=day, removed=day).is_working_day(date(2026, 12, 25))


def test_other_countries_have_other_holidays() -> None:
    scotland = Calendar(subdivision="SCT")
    assert not scotland.is_working_day(date(2026, 1, 2))
    assert scotland.is_working_day(date(2026, 4, 6))


# --- the end of a term ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "amount", "end"),
    [
        pytest.param(date(2026, 11, 21), 5, date(2026, 11, 27), id="from a Saturday"),
        pytest.param(date(2026, 11, 22), 5, date(2026, 11, 27), id="from a Sunday"),
        pytest.param(date(2026, 11, 20), 5, date(2026, 11, 27), id="from the Friday before them"),
        pytest.param(date(2026, 11, 23), 5, date(2026, 11, 30), id="from a Monday"),
        pytest.param(date(2026, 12, 23), 5, date(2027, 1, 4), id="across Christmas and New Year"),
        pytest.param(date(2026, 12, 25), 5, date(2027, 1, 5), id="from Christmas Day"),
        pytest.param(date(2026, 4, 1), 5, date(2026, 4, 10), id="across Easter"),
        pytest.param(date(2026, 4, 3), 1, date(2026, 4, 7), id="from Good Friday"),
        pytest.param(date(2026, 11, 20), 0, date(2026, 11, 20), id="no days at all"),
        pytest.param(date(2026, 11, 21), 0, date(2026, 11, 21), id="no days at all, on a Saturday"),
        pytest.param(date(2026, 1, 5), 20, date(2026, 2, 2), id="twenty"),
    ],
)
def test_working_days_are_counted_from_the_day_after(start: date, amount: int, end: date) -> None:
    assert ENGLAND_AND_WALES.after(start, working_days(amount)) == end


@pytest.mark.parametrize(
    ("day", "amount", "end"),
    [
        pytest.param(date(2026, 9, 14), 7, date(2026, 9, 3), id="over a weekend and a half"),
        pytest.param(date(2026, 9, 13), 7, date(2026, 9, 3), id="from a Sunday"),
        pytest.param(date(2027, 1, 4), 7, date(2026, 12, 21), id="back across New Year and Christmas"),
        pytest.param(date(2026, 4, 8), 7, date(2026, 3, 26), id="back across Easter"),
        pytest.param(date(2026, 9, 14), 0, date(2026, 9, 14), id="no days at all"),
    ],
)
def test_working_days_are_counted_back_from_the_day_before(day: date, amount: int, end: date) -> None:
    assert ENGLAND_AND_WALES.before(day, working_days(amount)) == end


@pytest.mark.parametrize(
    ("start", "amount", "end"),
    [
        pytest.param(date(2026, 1, 15), 1, date(2026, 2, 15), id="the same number"),
        pytest.param(date(2026, 1, 31), 1, date(2026, 2, 28), id="31 January"),
        pytest.param(date(2028, 1, 31), 1, date(2028, 2, 29), id="31 January of a leap year"),
        pytest.param(date(2028, 1, 30), 1, date(2028, 2, 29), id="30 January of a leap year"),
        pytest.param(date(2028, 2, 29), 12, date(2029, 2, 28), id="a year from 29 February"),
        pytest.param(date(2028, 2, 29), 48, date(2032, 2, 29), id="four years from 29 February"),
        pytest.param(date(2100, 1, 31), 1, date(2100, 2, 28), id="2100 is no leap year"),
        pytest.param(date(2026, 3, 31), 1, date(2026, 4, 30), id="31 March"),
        pytest.param(date(2026, 2, 28), 1, date(2026, 3, 28), id="a month's last day is not kept"),
        pytest.param(date(2026, 11, 30), 3, date(2027, 2, 28), id="into the next year"),
        pytest.param(date(2026, 12, 15), 1, date(2027, 1, 15), id="from December"),
        pytest.param(date(2026, 11, 15), 1, date(2026, 12, 15), id="into December"),
        pytest.param(date(2026, 3, 5), 3, date(2026, 6, 5), id="three months, which ninety days would miss"),
        pytest.param(date(2026, 1, 5), 0, date(2026, 1, 5), id="no months at all"),
    ],
)
def test_months_end_on_the_same_day_number_or_the_last_day(start: date, amount: int, end: date) -> None:
    assert ENGLAND_AND_WALES.after(start, months(amount)) == end


def test_three_months_are_not_ninety_days() -> None:
    start = date(2026, 3, 5)
    assert ENGLAND_AND_WALES.after(start, months(3)) == date(2026, 6, 5)
    assert ENGLAND_AND_WALES.after(start, days(90)) == date(2026, 6, 3)


@pytest.mark.parametrize(
    ("day", "term", "end"),
    [
        pytest.param(date(2026, 3, 31), months(1), date(2026, 2, 28), id="a month before 31 March"),
        pytest.param(date(2026, 1, 15), months(1), date(2025, 12, 15), id="a month before January"),
        pytest.param(date(2026, 3, 1), days(1), date(2026, 2, 28), id="a day before 1 March"),
        pytest.param(date(2028, 3, 1), days(1), date(2028, 2, 29), id="a day before 1 March of a leap year"),
    ],
)
def test_other_terms_are_counted_back_too(day: date, term: Term, end: date) -> None:
    assert ENGLAND_AND_WALES.before(day, term) == end


def test_calendar_days_count_weekends_and_holidays() -> None:
    assert ENGLAND_AND_WALES.after(date(2026, 12, 24), days(14)) == date(2027, 1, 7)


@given(DAYS, AMOUNTS)
def test_as_many_working_days_lie_between_as_the_term_says(start: date, amount: int) -> None:
    end = ENGLAND_AND_WALES.after(start, working_days(amount))
    assert worked_between(start, end) == amount
    assert amount == 0 or ENGLAND_AND_WALES.is_working_day(end)


@given(DAYS, AMOUNTS)
def test_counting_back_leaves_exactly_a_whole_term(day: date, amount: int) -> None:
    last = ENGLAND_AND_WALES.before(day, working_days(amount))
    assert worked_between(last - timedelta(days=1), day - timedelta(days=1)) == amount
    assert amount == 0 or ENGLAND_AND_WALES.is_working_day(last)


@given(DAYS, AMOUNTS)
def test_counting_forward_undoes_counting_back_from_a_working_day(day: date, amount: int) -> None:
    worked = ENGLAND_AND_WALES.after(day, working_days(1))
    there = ENGLAND_AND_WALES.before(worked, working_days(amount))
    assert ENGLAND_AND_WALES.after(there, working_days(amount)) == worked


@given(DAYS, st.integers(0, 600))
def test_months_never_run_into_the_next_month(start: date, amount: int) -> None:
    end = ENGLAND_AND_WALES.after(start, months(amount))
    assert (end.year - start.year) * 12 + end.month - start.month == amount
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


# --- the instants of a day ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "noon", "end"),
    [
        pytest.param(
            date(2026, 1, 5),
            datetime(2026, 1, 5, 12, tzinfo=UTC),
            datetime(2026, 1, 6, 0, tzinfo=UTC),
            id="in winter",
        ),
        pytest.param(
            date(2026, 7, 6),
            datetime(2026, 7, 6, 11, tzinfo=UTC),
            datetime(2026, 7, 6, 23, tzinfo=UTC),
            id="in summer",
        ),
        pytest.param(
            date(2026, 3, 28),
            datetime(2026, 3, 28, 12, tzinfo=UTC),
            datetime(2026, 3, 29, 0, tzinfo=UTC),
            id="the day before the clocks go forward",
        ),
        pytest.param(
            date(2026, 3, 29),
            datetime(2026, 3, 29, 11, tzinfo=UTC),
            datetime(2026, 3, 29, 23, tzinfo=UTC),
            id="the day of 23 hours",
        ),
        pytest.param(
            date(2026, 10, 24),
            datetime(2026, 10, 24, 11, tzinfo=UTC),
            datetime(2026, 10, 24, 23, tzinfo=UTC),
            id="the day before the clocks go back",
        ),
        pytest.param(
            date(2026, 10, 25),
            datetime(2026, 10, 25, 12, tzinfo=UTC),
            datetime(2026, 10, 26, 0, tzinfo=UTC),
            id="the day of 25 hours",
        ),
    ],
)
def test_noon_and_the_end_of_a_day_are_those_of_london(day: date, noon: datetime, end: datetime) -> None:
    assert ENGLAND_AND_WALES.noon(day) == noon
    assert ENGLAND_AND_WALES.end_of(day) == end
    assert (ENGLAND_AND_WALES.noon(day).tzinfo, ENGLAND_AND_WALES.end_of(day).tzinfo) == (UTC, UTC)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        pytest.param(datetime(2026, 7, 6, 22, 59, 59, tzinfo=UTC), date(2026, 7, 6), id="a second before midnight"),
        pytest.param(datetime(2026, 7, 6, 23, tzinfo=UTC), date(2026, 7, 7), id="midnight of a summer's day"),
        pytest.param(datetime(2026, 1, 6, 0, tzinfo=UTC), date(2026, 1, 6), id="midnight of a winter's day"),
        pytest.param(
            datetime(2026, 1, 6, 1, tzinfo=timezone(timedelta(hours=5))), date(2026, 1, 5), id="in another zone"
        ),
    ],
)
def test_the_day_of_an_instant_is_its_day_in_london(instant: datetime, day: date) -> None:
    assert ENGLAND_AND_WALES.day_of(instant) == day


@given(DAYS)
def test_a_day_ends_at_midnight_and_not_a_moment_before(day: date) -> None:
    end = ENGLAND_AND_WALES.end_of(day)
    assert ENGLAND_AND_WALES.day_of(end) == day + timedelta(days=1)
    assert ENGLAND_AND_WALES.day_of(end - timedelta(microseconds=1)) == day
    assert ENGLAND_AND_WALES.day_of(ENGLAND_AND_WALES.noon(day)) == day


def test_another_zone_has_other_days() -> None:
    assert Calendar(zone="Australia/Sydney").end_of(date(2026, 1, 5)) == datetime(2026, 1, 5, 13, tzinfo=UTC)


# --- terms ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", list(TermUnit))
def test_a_term_cannot_be_negative(unit: TermUnit) -> None:
    with pytest.raises(ValueError, match="a term cannot be negative: -1"):
        Term(amount=-1, unit=unit)


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (days(14), "14 days"),
        (days(1), "1 day"),
        (working_days(5), "5 working days"),
        (working_days(1), "1 working day"),
        (months(6), "6 months"),
        (months(1), "1 month"),
        (months(0), "0 months"),
    ],
)
def test_a_term_reads_as_people_say_it(term: Term, words: str) -> None:
    assert str(term) == words


def test_a_term_can_be_multiplied() -> None:
    assert months(3).times(2) == months(6)
    assert working_days(5).times(0) == working_days(0)


def test_terms_of_different_units_differ() -> None:
    assert len({days(5), working_days(5), months(5), days(5)}) == 3


# --- time left ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "due", "unit", "left", "words"),
    [
        pytest.param(date(2026, 1, 5), date(2026, 1, 12), TermUnit.DAYS, (7, 0), "7 days", id="days"),
        pytest.param(date(2026, 1, 5), date(2026, 1, 12), TermUnit.WORKING_DAYS, (5, 0), "5 working days", id="a week"),
        pytest.param(date(2026, 4, 2), date(2026, 4, 8), TermUnit.WORKING_DAYS, (2, 0), "2 working days", id="Easter"),
        pytest.param(
            date(2026, 12, 24), date(2026, 12, 29), TermUnit.WORKING_DAYS, (1, 0), "1 working day", id="Christmas"
        ),
        pytest.param(date(2026, 1, 10), date(2026, 1, 11), TermUnit.WORKING_DAYS, (0, 1), "1 day", id="a weekend"),
        pytest.param(
            date(2026, 1, 8),
            date(2026, 1, 11),
            TermUnit.WORKING_DAYS,
            (1, 2),
            "1 working day and 2 days",
            id="to an agreed Sunday",
        ),
        pytest.param(date(2026, 1, 5), date(2026, 2, 5), TermUnit.MONTHS, (1, 0), "1 month", id="a month"),
        pytest.param(date(2026, 1, 5), date(2026, 2, 4), TermUnit.MONTHS, (0, 30), "30 days", id="no whole month"),
        pytest.param(
            date(2026, 1, 31), date(2026, 3, 1), TermUnit.MONTHS, (1, 1), "1 month and 1 day", id="from a 31st"
        ),
        pytest.param(
            date(2026, 11, 15), date(2027, 2, 20), TermUnit.MONTHS, (3, 5), "3 months and 5 days", id="a new year"
        ),
        pytest.param(date(2028, 1, 31), date(2028, 2, 29), TermUnit.MONTHS, (1, 0), "1 month", id="to a leap day"),
        pytest.param(date(2026, 1, 12), date(2026, 1, 12), TermUnit.DAYS, (0, 0), "nothing", id="on the last day"),
        pytest.param(date(2026, 1, 13), date(2026, 1, 12), TermUnit.MONTHS, (0, 0), "nothing", id="once it is over"),
    ],
)
def test_time_left_is_counted_in_the_unit_of_the_term(
    day: date, due: date, unit: TermUnit, left: tuple[int, int], words: str
) -> None:
    found = ENGLAND_AND_WALES.time_left(day, due, unit)
    assert found == TimeLeft(amount=left[0], unit=unit, days=left[1])
    assert str(found) == words


@given(DAYS, st.integers(0, 400), st.sampled_from(TermUnit))
def test_time_left_counted_on_the_same_day_ends_on_the_due_date(day: date, amount: int, unit: TermUnit) -> None:
    due = day + timedelta(days=amount)
    assert ENGLAND_AND_WALES.after_time_left(day, ENGLAND_AND_WALES.time_left(day, due, unit)) == due


@given(DAYS, st.integers(0, 400), st.integers(0, 200), st.sampled_from(TermUnit))
def test_time_left_counted_on_a_later_day_never_ends_earlier(
    day: date, amount: int, pause: int, unit: TermUnit
) -> None:
    due, again = day + timedelta(days=amount), day + timedelta(days=pause)
    assert ENGLAND_AND_WALES.after_time_left(again, ENGLAND_AND_WALES.time_left(day, due, unit)) >= due


@given(DAYS, st.integers(1, 100), st.integers(0, 60))
def test_working_days_left_do_not_depend_on_the_suspension(day: date, amount: int, pause: int) -> None:
    due = ENGLAND_AND_WALES.after(day, working_days(amount))
    again = day + timedelta(days=pause)
    onward = ENGLAND_AND_WALES.after_time_left(again, ENGLAND_AND_WALES.time_left(day, due, TermUnit.WORKING_DAYS))
    assert worked_between(again, onward) == amount


def test_the_bank_holidays_of_a_year_have_their_names() -> None:
    found = ENGLAND_AND_WALES.bank_holidays(2026)
    assert len(found) == 9
    assert found[date(2026, 4, 3)] == "Good Friday"
    assert list(found) == sorted(found)
