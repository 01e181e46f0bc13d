"""Suspend deadlines that fall on an agreed day, or count from a day ahead."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casereview.engine.definition.deadline import OnStep
from casereview.engine.model.calendar import days
from casereview.engine.model.case import Case

from ....support.loan_decisions import clock, evening_of, move_due_date, open_loan, resume_loan, suspend_loan
from ....support.loan_workflow import ESCALATED_LOAN, REVIEW, deadline
from ....support.suspended_loans import RUNNING, SUSPENDED, status_and_due

AGREED = replace(
    ESCALATED_LOAN,
    deadlines=(
        deadline(
            "carry_out",
            term=days(0),
            starts=(OnStep(step="ask", day_field="wanted_on"),),
            met_by=(OnStep(step="lend"),),
            may_reschedule=("librarian", "keeper"),
        ),
        REVIEW,
    ),
)
ASKED = date(2026, 11, 30)


@pytest.fixture
def agreed() -> Case:
    """A loan asked for on 30 November 2026, to be carried out by 31 January 2027."""
    return open_loan(ASKED, workflow=AGREED, wanted_on="2027-01-31").case


def held(case: Case, on: date, **options: object) -> Case:
    return suspend_loan(case, on, workflow=AGREED, **options).case  # type: ignore[arg-type]


def resumed(case: Case, on: date, *numbers: int, now: date | None = None) -> Case:
    at = evening_of(now or on)
    return resume_loan(case, on, *numbers, now=at, workflow=AGREED).case


@pytest.mark.parametrize(
    ("resumed_on", "due"),
    [
        (date(2026, 12, 4), date(2027, 1, 31)),
        (date(2026, 12, 5), date(2027, 2, 1)),
        (date(2027, 1, 20), date(2027, 3, 19)),
        (date(2027, 3, 4), date(2027, 5, 1)),
    ],
    ids=["the same day", "a day", "before it was due", "after it was due"],
)
def test_an_agreed_day_keeps_the_days_that_were_left(agreed: Case, resumed_on: date, due: date) -> None:
    still = held(agreed, date(2026, 12, 4))
    assert clock(still, "carry_out").suspended_on == date(2026, 12, 4)
    assert status_and_due(resumed(still, resumed_on), "carry_out") == (RUNNING, due)


def test_an_agreed_day_does_not_run_before_it_was_agreed(agreed: Case) -> None:
    """It was agreed on 30 November, so a suspension backdated to before gives back no day before that."""
    late = open_loan(ASKED, now=evening_of(date(2026, 12, 7)), workflow=AGREED, wanted_on="2027-01-31").case
    still = held(late, ASKED, now=evening_of(date(2026, 12, 7)))
    assert status_and_due(resumed(still, ASKED + timedelta(days=7)), "carry_out") == (RUNNING, date(2027, 2, 7))


def test_two_suspensions_of_an_agreed_day_count_as_their_union(agreed: Case) -> None:
    once = resumed(held(agreed, date(2026, 12, 10)), date(2026, 12, 20))
    assert status_and_due(once, "carry_out") == (RUNNING, date(2027, 2, 10))
    again = held(once, date(2026, 12, 7), now=evening_of(date(2026, 12, 23)), proceeding="The trial")
    assert status_and_due(again, "carry_out") == (SUSPENDED, date(2027, 2, 10))
    assert status_and_due(resumed(again, date(2026, 12, 28)), "carry_out") == (RUNNING, date(2027, 2, 21))


def test_an_earlier_date_is_suspended_from_the_suspension_s_day(agreed: Case) -> None:
    earlier = move_due_date(
        agreed, "carry_out", date(2026, 12, 31), now=evening_of(date(2026, 12, 1)), workflow=AGREED
    ).case
    still = held(earlier, date(2026, 12, 21))
    assert status_and_due(resumed(still, date(2027, 1, 4)), "carry_out") == (RUNNING, date(2027, 1, 14))


def test_two_suspensions_of_a_new_date_count_as_their_union(agreed: Case) -> None:
    moved = move_due_date(
        agreed, "carry_out", date(2027, 2, 28), now=evening_of(date(2026, 12, 1)), workflow=AGREED
    ).case
    once = resumed(held(moved, date(2026, 12, 10)), date(2026, 12, 20))
    again = held(once, date(2026, 12, 7), now=evening_of(date(2026, 12, 23)), proceeding="The trial")
    assert status_and_due(again, "carry_out") == (SUSPENDED, date(2027, 3, 10))
    assert status_and_due(resumed(again, date(2026, 12, 28)), "carry_out") == (RUNNING, date(2027, 3, 21))


def test_a_suspension_gives_back_no_day_before_the_new_date_was_agreed(agreed: Case) -> None:
    moved = move_due_date(
        agreed, "carry_out", date(2027, 2, 28), now=evening_of(date(2026, 12, 10)), workflow=AGREED
    ).case
    still = held(moved, date(2026, 12, 3), now=evening_of(date(2026, 12, 14)))
    assert clock(still, "carry_out").suspended_on == date(2026, 12, 10)
    assert status_and_due(resumed(still, date(2026, 12, 20)), "carry_out") == (RUNNING, date(2027, 3, 10))


@pytest.mark.parametrize("due", [date(2026, 1, 10), date(2026, 1, 11)], ids=["a Saturday", "a Sunday"])
def test_working_days_agreed_for_a_weekend_are_not_brought_forward(due: date) -> None:
    case = move_due_date(open_loan(workflow=ESCALATED_LOAN).case, "inspect", due, now=evening_of(date(2026, 1, 6))).case
    still = suspend_loan(case, date(2026, 1, 9)).case
    assert status_and_due(resume_loan(still, date(2026, 1, 10)).case, "inspect")[1] >= due


def test_a_backdated_suspension_in_a_short_month_brings_no_date_forward() -> None:
    """A month counted from 1 February has 28 days, and 30 days were left on 2 January."""
    case = open_loan(date(2026, 1, 1), workflow=ESCALATED_LOAN).case
    once = resume_loan(suspend_loan(case, date(2026, 1, 2)).case, date(2026, 2, 1)).case
    assert status_and_due(once, "decide") == (RUNNING, date(2026, 3, 3))
    again = suspend_loan(once, date(2026, 1, 1), now=evening_of(date(2026, 2, 1)), proceeding="The trial").case
    assert status_and_due(again, "decide") == (SUSPENDED, date(2026, 3, 3))
    assert status_and_due(resume_loan(again, date(2026, 2, 1)).case, "decide") == (RUNNING, date(2026, 3, 3))


def test_a_short_month_brings_no_date_forward_while_another_lasts() -> None:
    """As before, but a third suspension holds the deadline from 10 February on."""
    case = open_loan(date(2026, 1, 1), workflow=ESCALATED_LOAN).case
    once = resume_loan(suspend_loan(case, date(2026, 1, 2)).case, date(2026, 2, 1)).case
    now = evening_of(date(2026, 2, 12))
    again = suspend_loan(once, date(2026, 1, 1), now=now, proceeding="The trial").case
    both = suspend_loan(again, date(2026, 2, 10), now=now, proceeding="The inquest").case
    left = resume_loan(both, date(2026, 2, 1), 2, now=now).case
    assert status_and_due(left, "decide") == (SUSPENDED, date(2026, 3, 3))
    assert clock(left, "decide").suspended_on == date(2026, 2, 10)
    assert status_and_due(resume_loan(left, date(2026, 2, 11), now=now).case, "decide") == (RUNNING, date(2026, 3, 4))


def test_of_two_backdated_suspensions_the_lasting_one_holds() -> None:
    """The first lasted from 8 to 9 January. Of two that begin before that, the earlier one is lifted on its day."""
    case = open_loan(date(2026, 1, 5), workflow=ESCALATED_LOAN).case
    once = resume_loan(suspend_loan(case, date(2026, 1, 8)).case, date(2026, 1, 9)).case
    now = evening_of(date(2026, 1, 9))
    two = suspend_loan(once, date(2026, 1, 6), now=now, proceeding="The trial").case
    three = suspend_loan(two, date(2026, 1, 7), now=now, proceeding="The inquest").case
    left = resume_loan(three, date(2026, 1, 6), 2, now=now).case
    held_on = clock(left, "whole")
    assert (held_on.suspended_on, held_on.due) == (date(2026, 1, 7), date(2026, 7, 6))
    assert status_and_due(resume_loan(left, date(2026, 1, 9), now=now).case, "whole") == (RUNNING, date(2026, 7, 7))
