"""Suspensions that overlap."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casereview.engine.model.calendar import ENGLAND_AND_WALES, Term, TermUnit, TimeLeft, days, months, working_days
from casereview.engine.model.case import Case
from casereview.engine.model.clock import EventKind

from ....support.changed_copies import replace
from ....support.loan_decisions import apply_step, clock, evening_of, open_loan, resume_loan, suspend_loan
from ....support.loan_workflow import ESCALATED_LOAN, REVIEW
from ....support.suspended_loans import CANCELLED, JANUARY, RUNNING, SUSPENDED, status_and_due


def test_what_another_suspension_covers_stands_still_until_both_are_lifted(case: Case) -> None:
    both = suspend_loan(suspend_loan(case, JANUARY[7]).case, JANUARY[9], "decide", proceeding="The trial").case
    one = resume_loan(both, JANUARY[14], 1).case
    assert [status_and_due(one, name)[0] for name in ("inspect", "decide")] == [RUNNING, SUSPENDED]
    none = resume_loan(one, JANUARY[19], 2).case
    assert status_and_due(none, "decide") == (RUNNING, date(2026, 2, 17))  # 29 days from the 19th


def test_a_backdated_suspension_gives_back_the_days_that_ran_between(case: Case) -> None:
    once = resume_loan(suspend_loan(case, JANUARY[10]).case, JANUARY[20]).case
    assert status_and_due(once, "decide") == (RUNNING, date(2026, 2, 15))
    again = suspend_loan(once, JANUARY[8], now=evening_of(JANUARY[25]), proceeding="The trial").case
    still = clock(again, "decide")
    assert (still.suspended_on, still.time_left) == (JANUARY[8], TimeLeft(amount=0, unit=TermUnit.MONTHS, days=28))
    assert still.due == date(2026, 2, 15)  # a suspension brings no date forward
    assert [(one.previous_due, one.due, one.cause) for one in still.revisions] == [
        (date(2026, 2, 5), date(2026, 2, 15), EventKind.RESUMED),
    ]
    assert status_and_due(resume_loan(again, JANUARY[28]).case, "decide") == (RUNNING, date(2026, 2, 25))


def test_an_earlier_suspension_stops_the_clock_from_its_own_day(case: Case) -> None:
    still = suspend_loan(case, JANUARY[10]).case
    both = suspend_loan(still, JANUARY[8], now=evening_of(JANUARY[12]), proceeding="The trial").case
    assert clock(both, "decide").suspended_on == JANUARY[8]


def test_what_was_lifted_before_another_began_ran_down_between_them(case: Case) -> None:
    both = suspend_loan(suspend_loan(case, JANUARY[7]).case, JANUARY[14], proceeding="The trial").case
    late = resume_loan(both, JANUARY[10], 1, now=evening_of(JANUARY[19])).case
    still = clock(late, "decide")
    assert (still.status, still.suspended_on, still.run) == (SUSPENDED, JANUARY[14], 2)
    assert still.time_left == TimeLeft(amount=0, unit=TermUnit.MONTHS, days=25)
    assert status_and_due(resume_loan(late, JANUARY[19]).case, "decide") == (RUNNING, date(2026, 2, 13))


STRETCHES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 30)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    min_size=1,
    max_size=4,
)


def in_union(stretches: list[tuple[int, int]]) -> set[int]:
    return {day for since, until in stretches for day in range(since + 1, until + 1)}


@given(stretches=STRETCHES, data=st.data())
def test_overlapping_suspensions_count_as_their_union_in_any_order(
    stretches: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Check that a term of 200 days gets back each day of the union once."""
    long = replace(ESCALATED_LOAN, deadlines=(replace(ESCALATED_LOAN.deadline("whole"), term=days(200)), REVIEW))
    case = open_loan(workflow=long).case
    first = JANUARY[5]
    now = evening_of(first + timedelta(days=100))
    numbers: dict[int, int] = {}
    todo = [(what, index) for index in range(len(stretches)) for what in ("suspend", "resume")]
    for _, index in data.draw(st.permutations(todo)):
        since, until = stretches[index]
        if index not in numbers:
            decision = suspend_loan(
                case, first + timedelta(days=since), proceeding=f"No. {index}", now=now, workflow=long
            )
            numbers[index] = decision.case.suspensions[-1].number
        else:
            decision = resume_loan(case, first + timedelta(days=until), numbers[index], now=now, workflow=long)
        case = decision.case
    found = clock(case, "whole")
    assert (found.status, found.suspended_on) == (RUNNING, None)
    assert found.due == first + timedelta(days=200 + len(in_union(stretches)))


@pytest.mark.parametrize("workflow_term", [days(90), working_days(60), months(3)], ids=str)
@settings(max_examples=40)
@example(pauses=[(1, 25), (0, 0)])
@given(pauses=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40)), max_size=6))
def test_suspending_and_resuming_any_number_of_times_keeps_the_time_left(
    workflow_term: Term, pauses: list[tuple[int, int]]
) -> None:
    """Keep the time that was left when it was suspended, in the term's own unit, each time."""
    long = replace(ESCALATED_LOAN, deadlines=(replace(ESCALATED_LOAN.deadline("whole"), term=workflow_term), REVIEW))
    case, day, left = open_loan(workflow=long).case, JANUARY[5], None
    for running, pause in pauses:
        day += timedelta(days=running)
        due = clock(case, "whole").due
        case = suspend_loan(case, day, workflow=long).case
        # On the day on which it ran on it has what it had: counted anew, two months and 30 days may be three.
        had = left if left is not None and not running else ENGLAND_AND_WALES.time_left(day, due, workflow_term.unit)
        left = clock(case, "whole").time_left
        assert left == had
        day += timedelta(days=pause)
        case = resume_loan(case, day, workflow=long).case
        after = clock(case, "whole")
        assert after.time_left is None
        assert clock(suspend_loan(case, day, workflow=long).case, "whole").time_left == left
        if after.term.unit is not TermUnit.MONTHS:
            assert ENGLAND_AND_WALES.time_left(day, after.due, after.term.unit) == left


def test_a_clock_suspended_at_the_end_is_suspended_when_the_case_reopens(case: Case) -> None:
    ended = apply_step(suspend_loan(case, JANUARY[7]).case, "refuse", JANUARY[12], workflow=ESCALATED_LOAN).case
    assert status_and_due(ended, "inspect") == (CANCELLED, JANUARY[12])
    back = apply_step(ended, "take_up", JANUARY[20], workflow=ESCALATED_LOAN).case
    assert status_and_due(back, "inspect") == (SUSPENDED, JANUARY[12])
    assert status_and_due(back, "review_suspension")[0] is RUNNING
    assert status_and_due(resume_loan(back, JANUARY[26]).case, "inspect") == (RUNNING, JANUARY[29])


def test_a_duty_that_arises_from_the_end_of_a_suspended_case_runs(case: Case) -> None:
    """The end has cancelled the review of the suspension, so that no review would follow."""
    ended = apply_step(suspend_loan(case, JANUARY[7]).case, "refuse", JANUARY[12], workflow=ESCALATED_LOAN).case
    assert status_and_due(ended, "review_suspension")[0] is CANCELLED
    assert status_and_due(ended, "tell_reader") == (RUNNING, JANUARY[26])
    assert clock(ended, "tell_reader").is_outstanding


def test_a_suspension_lifted_while_the_case_is_ended_ends(case: Case) -> None:
    ended = apply_step(suspend_loan(case, JANUARY[7]).case, "refuse", JANUARY[12], workflow=ESCALATED_LOAN).case
    lifted = resume_loan(ended, JANUARY[19]).case
    assert status_and_due(lifted, "inspect") == (CANCELLED, JANUARY[22])
    back = apply_step(lifted, "take_up", JANUARY[20], workflow=ESCALATED_LOAN).case
    assert status_and_due(back, "inspect") == (RUNNING, JANUARY[22])


def test_a_clock_that_returns_is_suspended_from_the_suspension_s_day(case: Case) -> None:
    ended = apply_step(case, "refuse", JANUARY[7], workflow=ESCALATED_LOAN).case
    still = suspend_loan(ended, JANUARY[9]).case
    assert [status_and_due(still, name)[0] for name in ("tell_reader", "inspect")] == [SUSPENDED, CANCELLED]
    back = apply_step(still, "take_up", JANUARY[20], workflow=ESCALATED_LOAN).case
    assert status_and_due(back, "inspect") == (SUSPENDED, JANUARY[12])
    assert clock(back, "inspect").time_left == TimeLeft(amount=1, unit=TermUnit.WORKING_DAYS)
    assert status_and_due(resume_loan(back, JANUARY[26]).case, "inspect") == (RUNNING, JANUARY[27])


def test_open_suspensions_are_reviewed_again_when_the_case_reopens(case: Case) -> None:
    both = suspend_loan(suspend_loan(case, JANUARY[7]).case, JANUARY[8], proceeding="The trial").case
    back = apply_step(
        apply_step(both, "refuse", JANUARY[12], workflow=ESCALATED_LOAN).case,
        "take_up",
        JANUARY[20],
        workflow=ESCALATED_LOAN,
    ).case
    reviews = [(one.number, one.status) for one in back.clocks if one.deadline == "review_suspension"]
    assert reviews == [(1, RUNNING), (2, RUNNING)]
