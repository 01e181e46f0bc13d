"""TODO: describe."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casereview.engine.model.calendar import ENGLAND_AND_WALES, Term, TimeLeft, Unit, days, months, working_days
from casereview.engine.model.case import Case
from casereview.engine.model.clock import EventKind

from ....support.library_decisions import asked, clock, evening, resumed, suspended, taken
from ....support.library_workflow import CHASED, REVIEW
from ....support.suspended_loans import CANCELLED, JANUARY, RUNNING, SUSPENDED, stands


def test_what_another_suspension_covers_stands_still_until_both_are_lifted(case: Case) -> None:
    both = suspended(suspended(case, JANUARY[7]).case, JANUARY[9], "decide", proceeding="The trial").case
    one = resumed(both, JANUARY[14], 1).case
    assert [stands(one, name)[0] for name in ("inspect", "decide")] == [RUNNING, SUSPENDED]
    none = resumed(one, JANUARY[19], 2).case
    assert stands(none, "decide") == (RUNNING, date(2026, 2, 17))  # 29 days from the 19th


def test_a_suspension_that_reaches_back_before_one_that_was_lifted_gives_back_what_ran_down_between(case: Case) -> None:
    once = resumed(suspended(case, JANUARY[10]).case, JANUARY[20]).case
    assert stands(once, "decide") == (RUNNING, date(2026, 2, 15))
    again = suspended(once, JANUARY[8], now=evening(JANUARY[25]), proceeding="The trial").case
    still = clock(again, "decide")
    assert (still.suspended_on, still.time_left) == (JANUARY[8], TimeLeft(amount=0, unit=Unit.MONTHS, days=28))
    assert [(one.was, one.due, one.cause) for one in still.revisions] == [
        (date(2026, 2, 5), date(2026, 2, 15), EventKind.RESUMED),
        (date(2026, 2, 15), date(2026, 2, 5), EventKind.SUSPENDED),
    ]
    assert stands(resumed(again, JANUARY[28]).case, "decide") == (RUNNING, date(2026, 2, 25))


def test_a_suspension_from_before_another_that_lasts_stops_the_clock_from_its_own_day(case: Case) -> None:
    still = suspended(case, JANUARY[10]).case
    both = suspended(still, JANUARY[8], now=evening(JANUARY[12]), proceeding="The trial").case
    assert clock(both, "decide").suspended_on == JANUARY[8]


def test_what_was_lifted_before_another_began_ran_down_between_them(case: Case) -> None:
    both = suspended(suspended(case, JANUARY[7]).case, JANUARY[14], proceeding="The trial").case
    late = resumed(both, JANUARY[10], 1, now=evening(JANUARY[19])).case
    still = clock(late, "decide")
    assert (still.status, still.suspended_on, still.leg) == (SUSPENDED, JANUARY[14], 2)
    assert still.time_left == TimeLeft(amount=0, unit=Unit.MONTHS, days=25)
    assert stands(resumed(late, JANUARY[19]).case, "decide") == (RUNNING, date(2026, 2, 13))


STRETCHES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 30)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    min_size=1,
    max_size=4,
)


def in_union(stretches: list[tuple[int, int]]) -> set[int]:
    return {day for since, until in stretches for day in range(since + 1, until + 1)}


@given(stretches=STRETCHES, data=st.data())
def test_overlapping_suspensions_count_as_their_union_in_whatever_order_they_are_recorded(
    stretches: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Of a term of 200 days each day in the union is given back, once."""
    long = replace(CHASED, deadlines=(replace(CHASED.deadline("whole"), term=days(200)), REVIEW))
    case = asked(workflow=long).case
    first = JANUARY[5]
    now = evening(first + timedelta(days=100))
    numbers: dict[int, int] = {}
    todo = [(what, index) for index in range(len(stretches)) for what in ("suspend", "resume")]
    for _, index in data.draw(st.permutations(todo)):
        since, until = stretches[index]
        if index not in numbers:
            decision = suspended(case, first + timedelta(days=since), proceeding=f"No. {index}", now=now, workflow=long)
            numbers[index] = decision.case.suspensions[-1].number
        else:
            decision = resumed(case, first + timedelta(days=until), numbers[index], now=now, workflow=long)
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
    """What was left when it stopped is left when it runs on: in the term's own unit, each time."""
    long = replace(CHASED, deadlines=(replace(CHASED.deadline("whole"), term=workflow_term), REVIEW))
    case, day, left = asked(workflow=long).case, JANUARY[5], None
    for running, pause in pauses:
        day += timedelta(days=running)
        due = clock(case, "whole").due
        case = suspended(case, day, workflow=long).case
        # On the day on which it ran on it has what it had: counted anew, two months and 30 days may be three.
        had = left if left is not None and not running else ENGLAND_AND_WALES.left(day, due, workflow_term.unit)
        left = clock(case, "whole").time_left
        assert left == had
        day += timedelta(days=pause)
        case = resumed(case, day, workflow=long).case
        after = clock(case, "whole")
        assert after.time_left is None
        assert clock(suspended(case, day, workflow=long).case, "whole").time_left == left
        if after.term.unit is not Unit.MONTHS:
            assert ENGLAND_AND_WALES.left(day, after.due, after.term.unit) == left


def test_what_stood_still_when_the_case_ended_stands_still_again_when_it_comes_back(case: Case) -> None:
    ended = taken(suspended(case, JANUARY[7]).case, "refuse", JANUARY[12], workflow=CHASED).case
    assert stands(ended, "inspect") == (CANCELLED, JANUARY[12])
    back = taken(ended, "take_up", JANUARY[20], workflow=CHASED).case
    assert stands(back, "inspect") == (SUSPENDED, JANUARY[12])
    assert stands(back, "review_suspension")[0] is RUNNING
    assert stands(resumed(back, JANUARY[26]).case, "inspect") == (RUNNING, JANUARY[29])


def test_a_duty_that_arises_from_the_end_of_a_suspended_case_runs(case: Case) -> None:
    """The end has cancelled the review of the suspension, so that nobody would look at it again."""
    ended = taken(suspended(case, JANUARY[7]).case, "refuse", JANUARY[12], workflow=CHASED).case
    assert stands(ended, "review_suspension")[0] is CANCELLED
    assert stands(ended, "tell_reader") == (RUNNING, JANUARY[26])
    assert clock(ended, "tell_reader").is_chased


def test_a_suspension_that_is_lifted_while_the_case_is_ended_does_not_hold_it_for_good(case: Case) -> None:
    ended = taken(suspended(case, JANUARY[7]).case, "refuse", JANUARY[12], workflow=CHASED).case
    lifted = resumed(ended, JANUARY[19]).case
    assert stands(lifted, "inspect") == (CANCELLED, JANUARY[22])
    back = taken(lifted, "take_up", JANUARY[20], workflow=CHASED).case
    assert stands(back, "inspect") == (RUNNING, JANUARY[22])


def test_what_comes_back_into_a_case_that_was_suspended_meanwhile_stands_still_from_that_day(case: Case) -> None:
    ended = taken(case, "refuse", JANUARY[7], workflow=CHASED).case
    still = suspended(ended, JANUARY[9]).case
    assert [stands(still, name)[0] for name in ("tell_reader", "inspect")] == [SUSPENDED, CANCELLED]
    back = taken(still, "take_up", JANUARY[20], workflow=CHASED).case
    assert stands(back, "inspect") == (SUSPENDED, JANUARY[12])
    assert clock(back, "inspect").time_left == TimeLeft(amount=1, unit=Unit.WORKING_DAYS)
    assert stands(resumed(back, JANUARY[26]).case, "inspect") == (RUNNING, JANUARY[27])


def test_each_suspension_that_lasts_is_reviewed_again_when_the_case_comes_back(case: Case) -> None:
    both = suspended(suspended(case, JANUARY[7]).case, JANUARY[8], proceeding="The trial").case
    back = taken(taken(both, "refuse", JANUARY[12], workflow=CHASED).case, "take_up", JANUARY[20], workflow=CHASED).case
    reviews = [(one.number, one.status) for one in back.clocks if one.deadline == "review_suspension"]
    assert reviews == [(1, RUNNING), (2, RUNNING)]
