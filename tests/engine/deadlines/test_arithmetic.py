"""Recompute a clock after its start was corrected or the calendar moved its due date."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from casereview.engine.deadlines.arithmetic import recalculate, suspension_intervals
from casereview.engine.deadlines.schedule import DeadlineRules
from casereview.engine.decisions.context import Decision
from casereview.engine.model.calendar import ENGLAND_AND_WALES, TermUnit, TimeLeft
from casereview.engine.model.case import Case
from casereview.engine.model.clock import Clock, ClockStatus, EventKind, Revision
from casereview.engine.model.notice import NoticeKind

from ...support.changed_copies import replace
from ...support.loan_decisions import (
    case_after_sweep,
    clock,
    evening_of,
    move_due_date,
    open_loan,
    resume_loan,
    suspend_loan,
)
from ...support.loan_story import LoanStory
from ...support.loan_workflow import ESCALATED_LOAN

RUNNING, SUSPENDED, MET, MISSED, CANCELLED = (
    ClockStatus.RUNNING,
    ClockStatus.SUSPENDED,
    ClockStatus.MET,
    ClockStatus.MISSED,
    ClockStatus.CANCELLED,
)
JANUARY = [date(2025, 12, 31) + timedelta(days=number) for number in range(32)]
OPENING = open_loan(workflow=ESCALATED_LOAN, wanted_on="2026-03-02")
"""A loan wanted on 2 March, to be prepared seven working days before, by 19 February."""


def story(**data: Any) -> LoanStory:
    """The loan of `OPENING`."""
    return LoanStory.opened(**{"wanted_on": "2026-03-02", **data})


def put_right(of: LoanStory, *, at: date = JANUARY[20], **data: Any) -> Decision:
    """Decide a correction of the opening, on the evening of a day."""
    return of.correct(1, at=at, data=data)


def stands(case: Case, name: str = "prepare") -> tuple[ClockStatus, date, date, int]:
    found = clock(case, name)
    return found.status, found.anchor, found.due, found.run


# --- a corrected start ----------------------------------------------------------------------------


def test_a_corrected_day_recomputes_its_clock_on_a_new_run() -> None:
    decision = put_right(story(), wanted_on="2026-03-09")
    assert stands(decision.case) == (RUNNING, date(2026, 3, 9), date(2026, 2, 26), 2)
    assert clock(decision.case, "prepare").revisions == (
        Revision(
            previous_due=date(2026, 2, 19),
            due=date(2026, 2, 26),
            cause=EventKind.CORRECTED,
            reasons="The letter says so.",
            agreed_by=None,
            capacity=None,
            recorded_at=evening_of(JANUARY[20]),
        ),
    )
    assert clock(decision.case, "decide") == clock(OPENING.case, "decide")


def test_a_correction_of_another_field_changes_no_clock() -> None:
    assert put_right(story(), title="A map").case.clocks == OPENING.case.clocks


def test_a_corrected_start_can_undo_a_miss_and_the_revision_shows_it() -> None:
    missed = story().sweep(evening_of(date(2026, 2, 20)))
    assert stands(missed.case)[0] is MISSED
    after = put_right(missed, at=date(2026, 2, 23), wanted_on="2026-03-16").case
    assert stands(after) == (RUNNING, date(2026, 3, 16), date(2026, 3, 5), 2)
    assert clock(after, "prepare").revisions[-1].was_missed


@pytest.mark.parametrize(
    ("wanted", "status"), [("2026-02-02", MISSED), ("2026-02-03", MET)], ids=["too late by that", "just in time"]
)
def test_a_completion_is_decided_again_by_the_corrected_day(wanted: str, status: ClockStatus) -> None:
    done = story().step("inspect", JANUARY[6]).step("approve", JANUARY[8]).step("lend", JANUARY[23])
    assert done.clock("prepare").status is MET
    assert clock(put_right(done, at=JANUARY[26], wanted_on=wanted).case, "prepare").status is status


def test_a_correction_that_undoes_a_miss_notifies_those_reminded() -> None:
    late = story().sweep(evening_of(date(2026, 2, 20)))
    late.step("inspect", date(2026, 2, 20)).step("approve", date(2026, 2, 20)).step("lend", date(2026, 2, 23))
    decision = put_right(late, at=date(2026, 2, 24), wanted_on="2026-03-16")
    assert clock(decision.case, "prepare").status is MET
    assert [(one.kind, one.person, one.deadline) for one in decision.notices] == [
        (NoticeKind.MET_IN_TIME, "Librarian 1", "prepare")
    ]


def test_a_removed_day_cancels_its_clock_and_an_added_one_starts_it() -> None:
    without = put_right(story(), wanted_on=None).case
    assert stands(without)[0] is CANCELLED
    with_one = put_right(LoanStory.opened(), wanted_on="2026-03-02").case
    assert stands(with_one) == (RUNNING, date(2026, 3, 2), date(2026, 2, 19), 1)
    assert clock(with_one, "prepare").run_started_at == evening_of(JANUARY[20])


def test_a_removed_day_cancels_a_clock_that_was_completed_too() -> None:
    done = story().step("inspect", JANUARY[6]).step("approve", JANUARY[8]).step("lend", JANUARY[23])
    never = clock(put_right(done, at=JANUARY[26], wanted_on=None).case, "prepare")
    assert (never.status, never.done_on, never.done_by) == (CANCELLED, JANUARY[26], "correct")


def test_a_cancelled_clock_has_the_corrected_dates() -> None:
    refused = story().step("refuse", JANUARY[8])
    after = clock(put_right(refused, wanted_on="2026-03-09").case, "prepare")
    assert (after.status, after.due, after.done_on) == (CANCELLED, date(2026, 2, 26), JANUARY[8])


def test_an_agreed_date_survives_a_correction() -> None:
    agreed = story().agree("prepare", date(2026, 2, 10), JANUARY[6])
    assert stands(put_right(agreed, wanted_on="2026-03-09").case) == (RUNNING, date(2026, 3, 9), date(2026, 2, 10), 3)


def test_time_left_of_an_agreed_date_survives_a_correction() -> None:
    back = story().agree("prepare", date(2026, 2, 10), JANUARY[6]).suspend(JANUARY[7], "prepare").resume(JANUARY[14])
    assert back.clock("prepare").due == date(2026, 2, 17)
    assert stands(put_right(back, wanted_on="2026-03-09").case) == (RUNNING, date(2026, 3, 9), date(2026, 2, 17), 4)


def test_time_left_of_a_suspended_clock_follows_the_correction() -> None:
    still = story().suspend(JANUARY[19], "prepare")
    assert still.clock("prepare").time_left == TimeLeft(amount=23, unit=TermUnit.WORKING_DAYS)
    after = put_right(still, wanted_on="2026-03-09").case
    assert stands(after) == (SUSPENDED, date(2026, 3, 9), date(2026, 2, 26), 2)
    assert clock(after, "prepare").time_left == TimeLeft(amount=28, unit=TermUnit.WORKING_DAYS)


def test_a_clock_suspended_before_keeps_its_suspended_days() -> None:
    back = story().suspend(JANUARY[12], "prepare").resume(JANUARY[19])
    assert back.clock("prepare").due == date(2026, 2, 26)
    assert stands(put_right(back, wanted_on="2026-03-09").case) == (RUNNING, date(2026, 3, 9), date(2026, 3, 5), 3)


def test_a_completion_during_a_suspension_stays_in_time() -> None:
    done = story().suspend(JANUARY[7], "prepare")
    done.step("inspect", JANUARY[8]).step("approve", JANUARY[8]).step("lend", JANUARY[26])
    after = clock(put_right(done, at=JANUARY[27], wanted_on="2026-01-23").case, "prepare")
    assert (after.status, after.suspended_on) == (MET, None)


# --- the calendar changes -------------------------------------------------------------------------


CLOSED = ENGLAND_AND_WALES.with_days(added=[JANUARY[9]])
BECAUSE = Revision(
    previous_due=JANUARY[9],
    due=JANUARY[9],
    cause=EventKind.RECALCULATED,
    reasons="A strike.",
    agreed_by=None,
    capacity=None,
    recorded_at=evening_of(JANUARY[13]),
)


RULES = DeadlineRules(workflow=ESCALATED_LOAN, calendar=CLOSED)


def counted_anew(before: Clock, *, on: date = JANUARY[13]) -> Clock:
    """Return a clock without backdated suspensions, counted anew on the evening of a day."""
    return recalculate(before, RULES, (), replace(BECAUSE, recorded_at=evening_of(on)))


def test_a_calendar_change_moves_the_due_date_on_the_same_run() -> None:
    escalated = case_after_sweep(OPENING.case, evening_of(JANUARY[6]))
    before = clock(escalated, "inspect")
    after = counted_anew(before, on=JANUARY[8])
    assert (after.due, after.due_at, after.run, after.reached) == (
        JANUARY[13],
        ENGLAND_AND_WALES.end_of(JANUARY[13]),
        1,
        before.reached,
    )
    assert [(one.previous_due, one.due, one.agreed_by) for one in after.revisions] == [(JANUARY[12], JANUARY[13], None)]


@pytest.mark.parametrize(
    ("day", "status"),
    [(JANUARY[13], RUNNING), (JANUARY[14], MISSED)],
    ids=["not over yet", "over all the same"],
)
def test_a_miss_by_the_former_due_date_alone_is_undone(day: date, status: ClockStatus) -> None:
    missed = clock(case_after_sweep(OPENING.case, evening_of(JANUARY[13])), "inspect")
    assert missed.status is MISSED
    assert counted_anew(missed, on=day).status is status


def test_a_calendar_change_updates_the_time_left_of_a_suspended_clock() -> None:
    still = clock(suspend_loan(OPENING.case, JANUARY[7], "inspect").case, "inspect")
    after = counted_anew(still)
    assert (after.status, after.due, after.time_left) == (
        SUSPENDED,
        JANUARY[13],
        TimeLeft(amount=3, unit=TermUnit.WORKING_DAYS),
    )


def test_a_miss_before_a_suspension_is_undone_by_a_later_due_date() -> None:
    still = clock(suspend_loan(OPENING.case, JANUARY[13], "inspect").case, "inspect")
    assert still.status is MISSED
    after = counted_anew(still)
    assert (after.status, after.suspended_on) == (SUSPENDED, JANUARY[13])


def test_a_calendar_change_counts_the_time_left_until_an_agreed_date() -> None:
    agreed = move_due_date(OPENING.case, "inspect", JANUARY[14], now=evening_of(JANUARY[6])).case
    still = clock(suspend_loan(agreed, JANUARY[7], "inspect").case, "inspect")
    assert still.time_left == TimeLeft(amount=5, unit=TermUnit.WORKING_DAYS)
    after = counted_anew(still)
    assert (after.due, after.time_left) == (JANUARY[14], TimeLeft(amount=4, unit=TermUnit.WORKING_DAYS))


def test_a_calendar_change_gives_back_a_day_before_a_suspension() -> None:
    once = resume_loan(suspend_loan(OPENING.case, JANUARY[8]).case, JANUARY[9]).case
    again = suspend_loan(once, JANUARY[7], now=evening_of(JANUARY[9]), proceeding="The trial").case
    still = clock(again, "inspect")
    assert (still.due, still.time_left) == (JANUARY[13], TimeLeft(amount=3, unit=TermUnit.WORKING_DAYS))
    rules = replace(RULES, calendar=ENGLAND_AND_WALES.with_days(added=[JANUARY[6]]))
    after = recalculate(still, rules, again.suspensions, BECAUSE)
    assert (after.due, after.time_left) == (JANUARY[13], TimeLeft(amount=4, unit=TermUnit.WORKING_DAYS))


# --- the union of suspensions ---------------------------------------------------------------------


def test_suspensions_that_touch_or_overlap_are_one_interval() -> None:
    case = suspend_loan(OPENING.case, JANUARY[7]).case
    (one,) = case.suspensions

    def of(since: int, until: int | None, *names: str) -> Any:
        last = None if until is None else JANUARY[until]
        return replace(one, since=JANUARY[since], until=last, deadlines=names)

    all_of_them = (of(20, None), of(3, 7), of(5, 6), of(7, 9), of(12, 14, "inspect"), of(15, 15), of(16, 18, "decide"))
    assert suspension_intervals("decide", all_of_them, JANUARY[5]) == (
        (JANUARY[5], JANUARY[9]),
        (JANUARY[16], JANUARY[18]),
        (JANUARY[20], None),
    )
