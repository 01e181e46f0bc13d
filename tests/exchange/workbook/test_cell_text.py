"""Tests of the text of a cell and its meaning: nothing is guessed."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casereview.exchange.workbook.cell_text import (
    UnclearCell,
    day_text,
    document_text,
    fit_cell,
    milestones_text,
    normalize_text,
    numbers_text,
    parse_day,
    parse_document,
    parse_milestones,
    parse_numbers,
)

MARCH = date(2026, 3, 31)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-31",
        " 2026-3-31 ",
        "31 March 2026",
        "31st Mar 2026",
        "31 mar. 2026",
        "March 31, 2026",
        "31/3/2026",
        "31/03/2026",
        "31.03.2026",
        "31-3-2026",
        "31 March,  2026",
    ],
)
def test_a_date_is_read_in_any_unambiguous_notation(text: str) -> None:
    assert parse_day(text) == MARCH


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("3/4/2026", "'3/4/2026' can be 3 April or 4 March: write the month as a word, like 3 April 2026"),
        ("12.11.2026", "'12.11.2026' can be 12 November or 11 December"),
        ("30/02/2026", "there is no such day as '30/02/2026'"),
        ("30 February 2026", "there is no such day as '30 February 2026'"),
        ("2026-02-30", "there is no such day as '2026-02-30'"),
        ("29 Feb 2027", "there is no such day"),
        ("03/31/2026", "the day stands before the month"),
        ("31/3/26", "expected a year of four digits"),
        ("3 March 26", "expected a year of four digits"),
        ("31 Ma 2026", "expected a day"),
        ("31 Mai 2026", "found text of 11 characters"),
        ("3 Smith 2026", "found text of 12 characters"),
        ("31/3.2026", "expected a day"),
        ("March 2026", "found 'March 2026'"),
        ("2026", "found '2026'"),
        ("soon", "found text of 4 characters"),
        ("when the child's mother agrees, on 5 March", "found text of 42 characters"),
        ("٣/٤/٢٠٢٦", "found"),
    ],
)
def test_an_impossible_or_ambiguous_date_is_refused(text: str, problem: str) -> None:
    with pytest.raises(UnclearCell) as refused:
        parse_day(text)
    assert problem in str(refused.value)


def test_the_fourth_of_april_is_the_same_in_either_order() -> None:
    assert parse_day("4/4/2026") == date(2026, 4, 4)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_is_read_back_as_it_is_written(day: date) -> None:
    assert parse_day(day_text(day)) == parse_day(day.isoformat()) == day


@given(TEXT)
def test_any_text_is_read_as_a_date_or_refused(text: str) -> None:
    with suppress(UnclearCell):
        assert isinstance(parse_day(text), date)


@pytest.mark.parametrize("text", ["1, 3", "3,1", "1;3", "1 and 3", "1 & 3", "1\n3", "1, 3, 3,", " 1 ,, 3 "])
def test_numbers_are_listed_as_people_list_them(text: str) -> None:
    assert parse_numbers(text) == ((1, 3), False)


def test_early_learning_may_be_listed_among_the_numbers() -> None:
    assert parse_numbers("Early  learning") == ((), True)
    assert parse_numbers("2, early learning") == ((2,), True)
    assert numbers_text((2, 1), early_learning=True) == "1, 2, early learning"
    assert numbers_text((), early_learning=False) is None


@pytest.mark.parametrize("text", ["one", "1.5", "1-3", "0", "-1", "1 3", "1, all", "1234567", "²", "early"])
def test_a_text_that_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(UnclearCell, match="expected numbers of recommendations"):
        parse_numbers(text)


def test_a_milestone_has_a_line_and_perhaps_a_day() -> None:
    assert parse_milestones("31 March 2026: Draft: one\n\n Signed \n2026-04-01:Sent") == [
        {"text": "Draft: one", "by": "2026-03-31"},
        {"text": "Signed"},
        {"text": "Sent", "by": "2026-04-01"},
    ]
    assert parse_milestones(None) == []


def test_an_invalid_date_in_a_milestone_is_not_read_as_text() -> None:
    for line in ("30/02/2026: Draft", "3/4/2026: Draft", "31/3/26: Draft"):
        with pytest.raises(UnclearCell):
            parse_milestones(line)


MILESTONES = st.lists(
    st.fixed_dictionaries(
        {"text": TEXT.map(lambda text: " ".join(normalize_text(text).split())).filter(bool)},
        optional={"by": st.dates(min_value=date(1900, 1, 1)).map(date.isoformat)},
    ),
    min_size=1,
    max_size=4,
)


@given(MILESTONES)
def test_milestones_are_read_back_as_they_are_written(milestones: list[dict[str, str]]) -> None:
    assert parse_milestones(milestones_text(milestones)) == milestones


def test_a_milestone_that_only_looks_dated_is_reported() -> None:
    milestones = [{"text": "31 March 2026: is the day"}, {"text": "1/2: half"}, {"text": "no day: none"}]
    written = milestones_text(milestones)
    assert written is not None
    assert written.split("\n")[0] == "no day: 31 March 2026: is the day"
    assert parse_milestones(written) == milestones


def test_a_document_has_a_title_and_a_location() -> None:
    assert parse_document("Log | S:/Logs/1.pdf") == {"title": "Log", "location": "S:/Logs/1.pdf"}
    assert parse_document("Log") == {"title": "Log", "location": "Log"}
    assert document_text({"title": "Log", "location": "S:/1", "sha256": "0"}) == "Log | S:/1"
    assert document_text({"title": "Log", "location": "Log"}) == "Log"


@given(TEXT)
def test_a_text_has_one_spelling(text: str) -> None:
    assert normalize_text(normalize_text(text)) == normalize_text(text)
    short = fit_cell(text)
    assert short is None or fit_cell(short) == short


def test_differences_that_spreadsheets_introduce_are_ignored() -> None:
    assert normalize_text(" a \r\nb\rc_x000D_ _x000_x0041_D_ \ufffe") == "a\nb\nc"
