"""End a suspension with the last deadline that it holds."""

from __future__ import annotations

from datetime import date

from casereview.engine.deadlines.suspended import ended_suspensions
from casereview.engine.model.case import Case

from ....support.changed_copies import replace
from ....support.loan_decisions import apply_step, clock, evening_of, resume_loan, suspend_loan
from ....support.loan_story import LoanStory
from ....support.loan_workflow import ESCALATED_LOAN
from ....support.suspended_loans import CANCELLED, JANUARY, MET, MISSED, RUNNING, SUSPENDED, status_and_due


def step(case: Case, trigger: str, on: date, **data: object) -> Case:
    return apply_step(case, trigger, on, workflow=ESCALATED_LOAN, **data).case


def untils(case: Case) -> list[date | None]:
    return [one.until for one in case.suspensions]


def test_a_suspension_of_one_deadline_ends_when_it_is_met(case: Case) -> None:
    still = suspend_loan(case, JANUARY[7], "inspect").case
    done = step(still, "inspect", JANUARY[9])
    assert untils(done) == [JANUARY[9]]
    assert status_and_due(done, "review_suspension")[0] is CANCELLED
    assert clock(done, "review_suspension").next_at is None


def test_a_suspension_lasts_while_it_holds_another_deadline(case: Case) -> None:
    done = step(suspend_loan(case, JANUARY[7]).case, "inspect", JANUARY[9])
    assert untils(done) == [None]
    assert status_and_due(done, "review_suspension")[0] is RUNNING


def test_of_two_suspensions_only_the_one_without_a_clock_ends(case: Case) -> None:
    both = suspend_loan(suspend_loan(case, JANUARY[7]).case, JANUARY[8], "inspect", proceeding="The trial").case
    done = step(both, "inspect", JANUARY[9])
    assert untils(done) == [None, JANUARY[9]]
    reviews = [one.status for one in done.clocks if one.deadline == "review_suspension"]
    assert reviews == [RUNNING, CANCELLED]


def test_the_event_holds_the_end_of_the_suspension(case: Case) -> None:
    still = suspend_loan(case, JANUARY[7], "inspect").case
    decision = apply_step(still, "inspect", JANUARY[9], workflow=ESCALATED_LOAN)
    assert [(one.number, one.until) for one in decision.events[-1].effects.suspensions] == [(1, JANUARY[9])]
    assert decision.case.suspensions[0].proceeding == "The audit"


def test_a_step_before_the_suspension_ends_it_on_its_first_day(case: Case) -> None:
    still = suspend_loan(case, JANUARY[9], "inspect").case
    late = apply_step(still, "inspect", JANUARY[7], now=evening_of(JANUARY[12]), workflow=ESCALATED_LOAN).case
    assert untils(late) == [JANUARY[9]]


def test_an_ended_case_is_not_chased_for_a_suspension_of_nothing(case: Case) -> None:
    """The case was suspended after its end, when one duty was left; that duty is met."""
    ended = step(case, "refuse", JANUARY[7])
    still = suspend_loan(ended, JANUARY[8]).case
    assert [status_and_due(still, name)[0] for name in ("tell_reader", "review_suspension")] == [SUSPENDED, RUNNING]
    told = step(still, "tell", JANUARY[9])
    assert untils(told) == [JANUARY[9]]
    assert not any(one.is_outstanding for one in told.clocks)


def test_a_suspension_that_resumes_if_the_case_is_reopened_lasts(case: Case) -> None:
    """Two deadlines were suspended before the end. The duty after it was suspended, too, and is met."""
    ended = step(suspend_loan(case, JANUARY[7]).case, "refuse", JANUARY[8])
    both = suspend_loan(ended, JANUARY[9], proceeding="The trial").case
    told = step(both, "tell", JANUARY[12])
    assert untils(told) == [None, None]
    assert not any(one.is_outstanding for one in told.clocks)
    back = step(told, "take_up", JANUARY[13])
    reviews = [(one.number, one.status) for one in back.clocks if one.deadline == "review_suspension"]
    assert reviews == [(1, RUNNING), (2, RUNNING)]
    assert status_and_due(resume_loan(back, JANUARY[14], 2).case, "inspect")[0] is SUSPENDED


def test_a_review_that_was_missed_by_then_stays_missed(case: Case) -> None:
    still = suspend_loan(case, JANUARY[7], "inspect", review_by=JANUARY[8]).case
    done = apply_step(still, "inspect", JANUARY[12], workflow=ESCALATED_LOAN)
    assert status_and_due(done.case, "review_suspension")[0] is MISSED
    assert not any(one.is_outstanding and one.deadline == "review_suspension" for one in done.case.clocks)


def test_a_suspension_ends_on_the_corrected_day_of_the_step_that_ended_it() -> None:
    story = LoanStory.opened().suspend(JANUARY[7], "inspect").step("inspect", JANUARY[9])
    story.correct(3, at=JANUARY[12], on=JANUARY[8])
    assert untils(story.case) == [JANUARY[8]]
    assert clock(story.case, "review_suspension").done_on == JANUARY[8]


def test_a_suspension_lifted_after_its_last_clock_was_met_ended_then() -> None:
    story = LoanStory.opened().suspend(JANUARY[7], "inspect").resume(JANUARY[12]).step("inspect", JANUARY[13])
    story.correct(4, at=JANUARY[14], on=JANUARY[9])
    assert untils(story.case) == [JANUARY[9]]
    assert clock(story.case, "inspect").status is MET


def test_a_lifted_suspension_does_not_end_again(case: Case) -> None:
    lifted = resume_loan(suspend_loan(case, JANUARY[7], "inspect").case, JANUARY[8]).case
    assert ended_suspensions(ESCALATED_LOAN, "asked", lifted.clocks, lifted.suspensions, JANUARY[9]) == ()
    without = replace(lifted, suspensions=(replace(lifted.suspensions[0], until=None),))
    (ended,) = ended_suspensions(ESCALATED_LOAN, "asked", without.clocks, without.suspensions, JANUARY[9])
    assert ended.until == JANUARY[9]
