"""Tests of an action's colour, which follows from its state, its clock and its last progress report."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from casereview.engine.errors.bad_input import InvalidForm
from casereview.engine.model.calendar import ENGLAND_AND_WALES
from casereview.engine.model.case import Case
from casereview.reports.values.rag_status import (
    COLOUR_MEANINGS,
    Palette,
    RagColour,
    RagRating,
    rate_action,
    read_palette,
)
from casereview.workflows import ACTION
from casereview.workflows.parts import status

from ...support.changed_copies import replace
from ...support.review_values import NOW, TODAY, action, clock


def in_days(count: int) -> date:
    return TODAY + timedelta(days=count)


def marked(of: Case, *, at: datetime = NOW, due_soon: int = 28) -> str:
    state = ACTION.state(of.state).title
    return str(rate_action(of, state, parts=status, at=at, calendar=ENGLAND_AND_WALES, due_soon=due_soon))


HANDED_IN = clock("carry_out", in_days(-5), done_on=in_days(-6))


@pytest.mark.parametrize(
    ("of", "mark"),
    [
        (action(1, "proposed"), "grey: not agreed yet"),
        (action(1, "proposed", due=in_days(-1)), "grey: not agreed yet"),
        (action(1), "grey: not started"),
        (action(1, said="not_started"), "grey: not started"),
        (action(1, said="on_track"), "green: on track"),
        (action(1, said="slipping"), "amber: slipping"),
        (action(1, due=in_days(29), said="on_track"), "green: on track"),
        (action(1, due=in_days(28), said="on_track"), "amber: due in 28 days"),
        (action(1, due=in_days(2)), "amber: due in 2 days"),
        (action(1, due=in_days(1)), "amber: due tomorrow"),
        (action(1, due=in_days(0)), "amber: due today"),
        (action(1, due=in_days(10), said="slipping"), "amber: slipping"),
        (action(1, due=in_days(-1), said="slipping"), "red: 1 day overdue"),
        (action(1, due=in_days(-2), said="on_track"), "red: 2 days overdue"),
        (action(1, "handed_in", clocks=(HANDED_IN, clock("assure", in_days(3)))), "green: handed in"),
        (action(1, "handed_in", clocks=(HANDED_IN, clock("assure", in_days(-3)))), "amber: assurance 3 days overdue"),
        (action(1, "handed_in", clocks=(HANDED_IN,)), "green: handed in"),
        (action(1, clocks=(HANDED_IN, clock("carry_out", in_days(-4), number=2))), "red: 4 days overdue"),
        (action(1, "assured", clocks=(HANDED_IN,)), "blue: assured"),
        (action(1, "superseded"), "ended: superseded"),
        (action(1, "agency_ceased"), "ended: agency ceased"),
        (action(1, "not_carried_out", due=in_days(-9)), "ended: not carried out"),
    ],
    ids=str,
)
def test_an_action_has_the_colour_and_the_label_of_its_status(of: Case, mark: str) -> None:
    assert marked(of) == mark


def test_a_due_date_ends_at_midnight_in_london_not_in_utc() -> None:
    due_today = action(1, due=in_days(0))
    assert marked(due_today, at=datetime.fromisoformat("2026-06-15T22:59:59+00:00")) == "amber: due today"
    assert marked(due_today, at=datetime.fromisoformat("2026-06-15T23:00:00+00:00")) == "red: 1 day overdue"


def test_a_suspended_action_is_neither_due_soon_nor_overdue() -> None:
    still = replace(clock("carry_out", in_days(-3)), suspended_on=in_days(-10))
    assert marked(action(1, clocks=(still,))) == "grey: not started"


def test_a_unit_can_set_the_number_of_days_that_counts_as_soon() -> None:
    assert marked(action(1, due=in_days(10)), due_soon=9) == "grey: not started"
    assert marked(action(1, due=in_days(10)), due_soon=10) == "amber: due in 10 days"


def test_each_colour_has_a_label_and_readable_text_on_its_fill() -> None:
    assert COLOUR_MEANINGS.keys() == Palette().fills.keys() == set(RagColour)
    assert {Palette().text_colour(rag) for rag in RagColour} == {"#000000"}
    assert str(RagRating(rag=RagColour.RED, reason="1 day overdue")) == "red: 1 day overdue"


# --- the unit's file ------------------------------------------------------------------------------------


def test_a_unit_s_file_sets_some_colours_and_leaves_ours_for_the_others() -> None:
    ours, theirs = Palette(), read_palette({"due_soon": 14, "colours": {"red": "#800000"}})
    assert (theirs.due_soon, theirs.fills[RagColour.RED], theirs.text_colour(RagColour.RED)) == (
        14,
        "#800000",
        "#ffffff",
    )
    assert theirs.fills[RagColour.BLUE] == ours.fills[RagColour.BLUE]
    assert read_palette({}) == ours


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"due_soon": -1}, "(due_soon): expected a whole number from 0"),
        ({"due_soon": "soon"}, "(due_soon): expected a whole number from 0"),
        ({"colours": {"red": "red"}}, "(colours.red): expected something like #f4a9a0"),
        (
            {"colours": {"pink": "#ffc0cb"}},
            "colours.pink: expected one of the fields Not started (grey); On track (green); Due soon (amber);",
        ),
        ({"color": {}}, "color: expected one of the fields Due soon (due_soon); colours, found another name"),
    ],
)
def test_an_invalid_colour_is_reported_with_its_place(data: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidForm) as refused:
        read_palette(data)
    assert said in str(refused.value)
