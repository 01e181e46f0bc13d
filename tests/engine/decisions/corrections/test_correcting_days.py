"""Correct the day of an event: the deadlines, the case's days and the later steps follow."""

from __future__ import annotations

from datetime import date

import pytest

from casereview.engine.errors.bad_input import BadDate, BadValue
from casereview.engine.errors.refusals import Refused
from casereview.engine.model.clock import ClockStatus, EventKind
from casereview.engine.model.corrections import as_corrected

from ....support.loan_decisions import evening_of
from ....support.loan_story import LoanStory

MONDAY = date(2026, 1, 5)
THURSDAY = date(2026, 1, 8)
FRIDAY = date(2026, 1, 9)
NEXT_MONDAY = date(2026, 1, 12)
LATER = date(2026, 2, 2)


def test_the_corrected_opening_day_moves_all_that_counts_from_it() -> None:
    story = LoanStory.opened(THURSDAY)
    case = story.correct(1, at=FRIDAY, on=MONDAY).case
    assert (case.opened_on, case.last_step_on) == (MONDAY, MONDAY)
    assert {clock.deadline: (clock.anchor, clock.due) for clock in case.clocks} == {
        "inspect": (MONDAY, date(2026, 1, 12)),
        "decide": (MONDAY, date(2026, 2, 5)),
        "whole": (MONDAY, date(2026, 7, 5)),
    }
    assert [clock.revisions[-1].cause for clock in case.clocks] == [EventKind.CORRECTED] * 3


def test_the_event_keeps_its_day_and_reads_as_corrected() -> None:
    story = LoanStory.opened(THURSDAY)
    story.correct(1, at=FRIDAY, on=MONDAY)
    assert story.events[0].occurred_on == THURSDAY
    assert as_corrected(story.events)[0].occurred_on == MONDAY
    assert story.events[1].data["day"] == "2026-01-05"


def test_a_step_refused_only_for_the_wrong_day_becomes_possible() -> None:
    story = LoanStory.opened(FRIDAY)
    with pytest.raises(BadDate):
        story.step("refuse", THURSDAY)
    story.correct(1, at=FRIDAY, on=MONDAY)
    assert story.step("refuse", THURSDAY).case.closed_on == THURSDAY


def test_a_corrected_day_of_the_end_is_the_day_on_which_the_case_closed() -> None:
    story = LoanStory.opened(MONDAY).step("refuse", FRIDAY)
    case = story.correct(2, at=FRIDAY, on=THURSDAY).case
    assert (case.state, case.closed_on, case.last_step_on) == ("refused", THURSDAY, THURSDAY)
    assert story.clock("decide").done_on == THURSDAY
    assert story.clock("tell_reader").due == date(2026, 1, 22)


def test_a_step_done_in_time_by_its_corrected_day_was_not_late() -> None:
    story = LoanStory.opened(MONDAY).step("inspect", date(2026, 1, 13))
    assert story.clock("inspect").status is ClockStatus.MISSED
    story.correct(3, at=date(2026, 1, 14), on=FRIDAY)
    assert (story.clock("inspect").status, story.clock("inspect").done_on) == (ClockStatus.MET, FRIDAY)


def test_a_step_too_late_by_its_corrected_day_was_late() -> None:
    story = LoanStory.opened(MONDAY).step("inspect", FRIDAY)
    story.correct(2, at=date(2026, 1, 14), on=date(2026, 1, 13))
    assert (story.clock("inspect").status, story.clock("inspect").done_on) == (
        ClockStatus.MISSED,
        date(2026, 1, 13),
    )


def test_a_period_follows_the_corrected_day_of_the_first() -> None:
    story = lent(FRIDAY).step("report", LATER, now=evening_of(LATER))
    assert [(one.number, one.due) for one in story.case.clocks if one.deadline == "report"] == [
        (1, date(2026, 4, 9)),
        (2, date(2026, 7, 9)),
    ]
    story.correct(4, at=LATER, on=date(2026, 1, 12))
    assert [(one.number, one.due, one.done_on) for one in story.case.clocks if one.deadline == "report"] == [
        (1, date(2026, 4, 12), LATER),
        (2, date(2026, 7, 12), None),
    ]


def test_two_days_that_were_both_wrong_are_corrected_one_after_the_other() -> None:
    story = LoanStory.opened(FRIDAY).step("refuse", NEXT_MONDAY)
    story.correct(1, at=LATER, on=MONDAY)
    case = story.correct(2, at=LATER, on=THURSDAY).case
    assert (case.opened_on, case.closed_on) == (MONDAY, THURSDAY)


def test_a_day_after_a_later_step_is_refused_by_that_step() -> None:
    story = lent(FRIDAY)
    approval = next(event.seq for event in story.events if event.trigger == "approve")
    with pytest.raises(Refused) as refused:
        story.correct(approval, at=LATER, on=NEXT_MONDAY)
    (reason,) = refused.value.reasons
    assert reason.guard == "later_steps"
    assert reason.reason == (
        '"lend" (event 4) happened on 9 January 2026 and came after "approve" (event 3), which would be on'
        " 12 January 2026. If both days are wrong, correct the other one first."
    )


def test_a_day_before_an_earlier_step_is_refused_by_the_order_of_the_two() -> None:
    story = LoanStory.opened(THURSDAY).step("refuse", FRIDAY)
    with pytest.raises(Refused, match=r'"refuse" \(event 2\) happened on 5 January 2026'):
        story.correct(2, at=FRIDAY, on=MONDAY)


def test_a_step_that_keeps_the_state_may_move_past_others() -> None:
    story = lent(FRIDAY)
    case = story.correct(2, at=LATER, on=NEXT_MONDAY).case
    assert (case.state, case.last_step_on) == ("lent", NEXT_MONDAY)
    assert story.clock("inspect").done_on == NEXT_MONDAY


@pytest.mark.parametrize("day", [date(2026, 1, 10), date(1899, 1, 1)])
def test_a_day_must_be_plausible(day: date) -> None:
    with pytest.raises(BadDate, match="a day from 1 January 1900 to today, 9 January 2026"):
        LoanStory.opened(MONDAY).correct(1, at=FRIDAY, on=day)


def test_the_recorded_day_is_no_correction() -> None:
    with pytest.raises(BadValue, match="another day than 5 January 2026"):
        LoanStory.opened(MONDAY).correct(1, at=FRIDAY, on=MONDAY)


def test_the_latest_of_two_corrections_counts() -> None:
    story = LoanStory.opened(FRIDAY)
    story.correct(1, at=FRIDAY, on=MONDAY)
    story.correct(1, at=FRIDAY, data={"library": "Library 2"})
    case = story.correct(1, at=FRIDAY, on=THURSDAY).case
    assert (case.opened_on, case.organisations) == (THURSDAY, ("Library 2",))
    with pytest.raises(BadValue, match="another day than 8 January 2026"):
        story.correct(1, at=FRIDAY, on=THURSDAY)


def test_a_correction_is_corrected_by_another_of_its_event() -> None:
    story = LoanStory.opened(FRIDAY)
    story.correct(1, at=FRIDAY, on=MONDAY)
    with pytest.raises(BadValue, match="expected 1, the event that this one corrects"):
        story.correct(2, at=FRIDAY, on=THURSDAY)


def test_suspended_deadlines_follow_the_corrected_days_of_the_suspension() -> None:
    story = LoanStory.opened(MONDAY).suspend(THURSDAY, "decide").resume(NEXT_MONDAY)
    assert story.clock("decide").due == date(2026, 2, 9)
    story.correct(2, at=LATER, on=date(2026, 1, 6))
    assert (story.case.suspensions[0].since, story.clock("decide").due) == (date(2026, 1, 6), date(2026, 2, 11))
    story.correct(3, at=LATER, on=FRIDAY)
    assert (story.case.suspensions[0].until, story.clock("decide").due) == (FRIDAY, date(2026, 2, 8))
    assert story.clock("review_suspension").done_on == FRIDAY


def lent(on: date) -> LoanStory:
    return LoanStory.opened(MONDAY).step("inspect", on).step("approve", on).step("lend", on)
