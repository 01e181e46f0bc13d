"""Suspending clocks, letting them run on, and agreeing new dates: what is refused, and what is recorded.

A loan is asked for on Monday 5 January 2026: it is to be inspected by the 12th (five working days), to be
decided on by 5 February (a month), and to be lent by 5 July (six months).
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from casereview.engine.deadlines.overrides import DeadlineOverride, Overrides
from casereview.engine.decisions.suspension import decide_suspension
from casereview.engine.errors.bad_input import BadDate, BadValue, InvalidForm
from casereview.engine.errors.refusals import Refused
from casereview.engine.errors.unknown import UnknownDeadline
from casereview.engine.model.calendar import ENGLAND_AND_WALES, TermUnit, TimeLeft, days
from casereview.engine.model.case import Case
from casereview.engine.model.clock import EventKind, Revision, Suspension
from casereview.engine.model.commands import Suspend
from casereview.engine.model.notice import NoticeKind
from casereview.engine.model.people import DecidedBy

from ....support.loan_decisions import (
    apply_step,
    case_after_sweep,
    clock,
    decision_context,
    evening_of,
    event_summaries,
    loan_after_steps,
    move_due_date,
    open_loan,
    resume_loan,
    suspend_loan,
)
from ....support.loan_workflow import ESCALATED_LOAN, KEEPER_1, LIBRARIAN_1, LOAN
from ....support.suspended_loans import CANCELLED, JANUARY, MET, MISSED, RUNNING, SUSPENDED, status_and_due

# --- suspending ---------------------------------------------------------------------------------------


def test_a_suspension_is_one_event_with_all_that_was_said_of_it(case: Case) -> None:
    decision = suspend_loan(case, JANUARY[7], "decide", review_by=date(2026, 3, 2))
    (event,) = decision.events
    assert (event.kind, event.trigger, event.occurred_on) == (EventKind.SUSPENDED, "suspend", JANUARY[7])
    assert (event.recorded_by, event.decided_by) == ("Keeper 1", DecidedBy(name="Keeper 1", capacity="keeper"))
    assert event.data == {
        "suspension": 1,
        "proceeding": "The audit",
        "consulted": "The auditor",
        "reasons": "The shelves are sealed.",
        "since": "2026-01-07",
        "review_by": "2026-03-02",
        "deadlines": ["decide"],
    }
    assert decision.case.suspensions == (
        Suspension(
            number=1,
            proceeding="The audit",
            consulted="The auditor",
            reasons="The shelves are sealed.",
            since=JANUARY[7],
            review_by=date(2026, 3, 2),
            deadlines=("decide",),
        ),
    )
    assert (decision.case.state, decision.case.version, decision.case.last_step_on) == ("asked", 2, JANUARY[5])


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("inspect", TimeLeft(amount=3, unit=TermUnit.WORKING_DAYS)),
        ("decide", TimeLeft(amount=0, unit=TermUnit.MONTHS, days=29)),
        ("whole", TimeLeft(amount=5, unit=TermUnit.MONTHS, days=28)),
    ],
)
def test_what_is_left_is_kept_in_the_term_s_own_unit(case: Case, name: str, left: TimeLeft) -> None:
    found = clock(suspend_loan(case, JANUARY[7]).case, name)
    assert (found.status, found.suspended_on, found.time_left) == (SUSPENDED, JANUARY[7], left)
    assert (found.is_open, found.is_outstanding, found.next_at) == (True, False, None)


def test_a_whole_clock_runs_on_beside_a_stage_s_that_stands_still(case: Case) -> None:
    still = suspend_loan(case, JANUARY[7], "decide").case
    assert status_and_due(still, "decide") == (SUSPENDED, date(2026, 2, 5))
    assert status_and_due(still, "whole") == (RUNNING, date(2026, 7, 5))
    assert status_and_due(still, "inspect") == (RUNNING, JANUARY[12])


def test_the_review_of_a_suspension_has_levels(case: Case) -> None:
    still = suspend_loan(case, JANUARY[7]).case
    review = clock(still, "review_suspension")
    assert (review.due, review.number, review.status) == (date(2026, 4, 7), 1, RUNNING)
    assert review.next_at == datetime(2026, 3, 27, tzinfo=UTC)  # five working days before, and Easter
    chased = case_after_sweep(still, evening_of(date(2026, 4, 8)))
    assert [one.level for one in clock(chased, "review_suspension").reached] == ["reminder", "owner"]
    assert clock(chased, "inspect").reached == ()


def test_the_office_s_own_term_of_a_review_counts(case: Case) -> None:
    own = DeadlineOverride(
        workflow="loan",
        deadline="review_suspension",
        from_day=JANUARY[1],
        term=days(28),
        reasons="Sooner.",
        recorded_by="Librarian 1",
        recorded_at=evening_of(JANUARY[1]),
    )
    command = Suspend(ref=case.ref, actor=KEEPER_1, proceeding="x", consulted="x", reasons="x", on=JANUARY[7])
    world = decision_context(evening_of(JANUARY[7]), Overrides(deadlines=(own,)))
    review = clock(decide_suspension(ESCALATED_LOAN, case, command, world).case, "review_suspension")
    assert (review.due, review.term) == (date(2026, 2, 4), days(28))


def test_a_clock_that_starts_in_a_suspended_case_is_suspended_at_once(case: Case) -> None:
    still = suspend_loan(case, JANUARY[7]).case
    named = apply_step(still, "name_courier", JANUARY[9], workflow=ESCALATED_LOAN).case
    assert (clock(named, "pack").status, clock(named, "pack").time_left) == (
        SUSPENDED,
        TimeLeft(amount=10, unit=TermUnit.WORKING_DAYS),
    )
    running = resume_loan(named, JANUARY[19]).case
    assert status_and_due(running, "pack") == (RUNNING, date(2026, 2, 2))


def test_what_starts_beside_what_is_suspended_by_name_runs(case: Case) -> None:
    named = apply_step(
        suspend_loan(case, JANUARY[7], "decide").case, "name_courier", JANUARY[9], workflow=ESCALATED_LOAN
    ).case
    assert status_and_due(named, "pack") == (RUNNING, date(2026, 1, 23))


def test_what_is_suspended_by_name_and_starts_anew_stands_still_too(case: Case) -> None:
    named = apply_step(case, "name_courier", JANUARY[6], workflow=ESCALATED_LOAN).case
    still = suspend_loan(named, JANUARY[7], "pack").case
    again = apply_step(still, "name_courier", JANUARY[9], workflow=ESCALATED_LOAN).case
    assert [(c.number, c.status) for c in again.clocks if c.deadline == "pack"] == [(1, CANCELLED), (2, SUSPENDED)]
    assert status_and_due(resume_loan(again, JANUARY[19]).case, "pack") == (RUNNING, date(2026, 2, 2))


def test_a_clock_that_started_in_an_ended_suspension_was_suspended_then(case: Case) -> None:
    over = resume_loan(suspend_loan(case, JANUARY[7]).case, JANUARY[19]).case
    late = apply_step(over, "name_courier", JANUARY[9], now=evening_of(JANUARY[26]), workflow=ESCALATED_LOAN).case
    assert status_and_due(late, "pack") == (RUNNING, date(2026, 2, 2))


def test_a_time_that_something_has_to_last_is_not_suspended() -> None:
    steps = (("inspect", JANUARY[6]), ("approve", JANUARY[6]), ("lend", JANUARY[8], {"kind": "display"}))
    still = suspend_loan(loan_after_steps(*steps, workflow=ESCALATED_LOAN), JANUARY[12]).case
    assert status_and_due(still, "display") == (RUNNING, date(2027, 1, 8))
    early = suspend_loan(loan_after_steps(*steps[:2], workflow=ESCALATED_LOAN), JANUARY[7]).case
    lent_then = apply_step(early, "lend", JANUARY[8], kind="display", workflow=ESCALATED_LOAN).case
    assert status_and_due(lent_then, "display") == (RUNNING, date(2027, 1, 8))
    assert clock(lent_then, "report").status is SUSPENDED


def test_a_missed_deadline_stays_missed_while_suspended(case: Case) -> None:
    decision = suspend_loan(case, JANUARY[20])
    assert event_summaries(decision.events) == [
        ("deadline_expired", "inspect", JANUARY[12]),
        ("suspended", "suspend", JANUARY[20]),
    ]
    found = clock(decision.case, "inspect")
    assert (found.status, found.is_outstanding, found.time_left) == (
        MISSED,
        False,
        TimeLeft(amount=0, unit=TermUnit.WORKING_DAYS),
    )
    again = clock(resume_loan(decision.case, JANUARY[26]).case, "inspect")
    assert (again.status, again.due, again.is_outstanding, again.run) == (MISSED, JANUARY[12], True, 2)


def test_a_due_date_within_an_unrecorded_suspension_was_none(case: Case) -> None:
    late = suspend_loan(case, JANUARY[8], now=evening_of(JANUARY[20]))
    assert event_summaries(late.events) == [("suspended", "suspend", JANUARY[8])]
    noted = case_after_sweep(case, evening_of(JANUARY[20]))
    assert clock(noted, "inspect").status is MISSED
    after = suspend_loan(noted, JANUARY[8], now=evening_of(JANUARY[21])).case
    assert status_and_due(after, "inspect") == (SUSPENDED, JANUARY[12])


def test_what_is_met_while_it_stands_still_is_met_in_time(case: Case) -> None:
    still = suspend_loan(case, JANUARY[7], "inspect").case
    done = apply_step(still, "inspect", date(2026, 3, 2), workflow=ESCALATED_LOAN).case
    assert status_and_due(done, "inspect") == (MET, JANUARY[12])
    assert (clock(done, "inspect").suspended_on, clock(done, "inspect").time_left) == (None, None)


@pytest.mark.parametrize(
    ("deadlines", "reason"),
    [
        (("pack",), "pack: this deadline is not running, so it cannot be suspended."),
        (("review_suspension",), "review_suspension: this deadline is not running, so it cannot be suspended."),
    ],
    ids=["never started", "a review that has not begun"],
)
def test_a_clock_that_does_not_run_cannot_be_suspended(case: Case, deadlines: tuple[str, ...], reason: str) -> None:
    with pytest.raises(Refused) as refused:
        suspend_loan(case, JANUARY[7], *deadlines)
    assert refused.value.reasons[0].reason == reason
    assert refused.value.reasons[0].cleared_by == "keeper"


def test_a_case_in_which_nothing_runs_cannot_be_suspended(case: Case) -> None:
    ended = apply_step(
        apply_step(case, "refuse", JANUARY[7], workflow=ESCALATED_LOAN).case,
        "tell",
        JANUARY[8],
        workflow=ESCALATED_LOAN,
    ).case
    with pytest.raises(Refused, match="No deadline of the case is running"):
        suspend_loan(ended, JANUARY[9])


@pytest.mark.parametrize(
    ("first", "second", "proceeding"),
    [
        ((), (), "The audit"),
        ((), ("decide",), "the  AUDIT"),
        (("decide",), (), "The audit"),
        (("decide", "inspect"), ("decide",), "The audit"),
    ],
    ids=["all twice", "one of all", "all beside one", "one of two"],
)
def test_nothing_is_suspended_twice_for_one_proceeding(
    case: Case, first: tuple[str, ...], second: tuple[str, ...], proceeding: str
) -> None:
    still = suspend_loan(case, JANUARY[7], *first).case
    with pytest.raises(Refused, match="Suspension 1 for The audit has lasted since 7 January 2026"):
        suspend_loan(still, JANUARY[8], *second, proceeding=proceeding)


def test_one_proceeding_may_stop_one_clock_and_later_another_and_come_back(case: Case) -> None:
    still = suspend_loan(suspend_loan(case, JANUARY[7], "decide").case, JANUARY[8], "inspect").case
    assert [one.number for one in still.suspensions] == [1, 2]
    lifted = resume_loan(still, JANUARY[9], 1).case
    assert status_and_due(suspend_loan(lifted, JANUARY[10], "decide").case, "decide")[0] is SUSPENDED


def test_a_suspension_names_deadlines_that_there_are(case: Case) -> None:
    with pytest.raises(UnknownDeadline, match="tea"):
        suspend_loan(case, JANUARY[7], "tea")


def test_a_suspension_begins_by_today_and_is_reviewed_later(case: Case) -> None:
    with pytest.raises(BadDate, match="a day up to today"):
        suspend_loan(case, JANUARY[9], now=evening_of(JANUARY[7]))
    with pytest.raises(BadValue, match="the day of the suspension: expected 5 January 2026, the day on which the case"):
        suspend_loan(case, JANUARY[4], now=evening_of(JANUARY[7]))
    with pytest.raises(BadValue, match="the day to review it by: expected 7 January 2026"):
        suspend_loan(case, JANUARY[7], review_by=JANUARY[6])


def test_a_suspension_needs_a_proceeding_the_people_consulted_and_reasons(case: Case) -> None:
    command = Suspend(ref=case.ref, actor=KEEPER_1, proceeding="", consulted="", reasons="")
    with pytest.raises(InvalidForm) as invalid:
        decide_suspension(ESCALATED_LOAN, case, command, decision_context(evening_of(JANUARY[7])))
    assert [fault.path for fault in invalid.value.faults] == ["proceeding", "consulted", "reasons"]


def test_only_whom_the_definition_names_stops_clocks_and_lets_them_run_on(case: Case) -> None:
    with pytest.raises(Refused, match=r"Only the keeper can decide this\. Librarian 1 does not have that role"):
        suspend_loan(case, JANUARY[7], actor=LIBRARIAN_1)
    still = suspend_loan(case, JANUARY[7]).case
    with pytest.raises(Refused, match=r"Only the keeper can decide this\. Librarian 1 does not have that role"):
        resume_loan(still, JANUARY[9], actor=LIBRARIAN_1)


def test_where_nothing_says_when_it_is_reviewed_nothing_is_suspended() -> None:
    with pytest.raises(Refused, match="The deadlines of a Loan cannot be suspended"):
        suspend_loan(open_loan().case, JANUARY[7], workflow=LOAN)


# --- running on ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "on", "due"),
    [
        pytest.param("inspect", date(2026, 2, 2), date(2026, 2, 5), id="three working days"),
        pytest.param("inspect", date(2026, 2, 7), date(2026, 2, 11), id="three working days, from a Saturday"),
        pytest.param("inspect", date(2026, 4, 2), date(2026, 4, 9), id="three working days, over Easter"),
        pytest.param("decide", date(2026, 2, 2), date(2026, 3, 3), id="29 days"),
        pytest.param("whole", date(2026, 1, 31), date(2026, 7, 28), id="five months from a month's end, and 28 days"),
        pytest.param("whole", date(2028, 2, 29), date(2028, 8, 26), id="five months from a leap day, and 28 days"),
    ],
)
def test_a_clock_runs_on_with_what_it_had_left(case: Case, name: str, on: date, due: date) -> None:
    running = resume_loan(suspend_loan(case, JANUARY[7]).case, on).case
    found = clock(running, name)
    assert (found.status, found.due, found.due_at) == (RUNNING, due, ENGLAND_AND_WALES.end_of(due))
    assert (found.suspended_on, found.time_left, found.resumed_on) == (None, None, on)


def test_a_resumption_is_one_event_and_a_revision_of_each_date(case: Case) -> None:
    decision = resume_loan(suspend_loan(case, JANUARY[7]).case, JANUARY[19])
    (event,) = decision.events
    assert (event.kind, event.trigger) == (EventKind.RESUMED, "resume")
    assert event.data == {"suspension": 1, "until": "2026-01-19", "reasons": "The seals are off."}
    assert decision.case.suspensions[0].until == JANUARY[19]
    assert clock(decision.case, "inspect").revisions == (
        Revision(
            previous_due=JANUARY[12],
            due=JANUARY[22],
            cause=EventKind.RESUMED,
            reasons="The seals are off.",
            agreed_by="Keeper 1",
            capacity="keeper",
            recorded_at=evening_of(JANUARY[19]),
        ),
    )
    assert clock(decision.case, "inspect").run == 2


def test_the_review_of_a_suspension_is_met_when_it_is_lifted(case: Case) -> None:
    still = suspend_loan(case, JANUARY[7]).case
    assert status_and_due(resume_loan(still, date(2026, 4, 7)).case, "review_suspension")[0] is MET
    late = resume_loan(still, date(2026, 4, 8))
    assert event_summaries(late.events)[:1] == [("deadline_expired", "review_suspension", date(2026, 4, 7))]
    assert status_and_due(late.case, "review_suspension")[0] is MISSED


def test_recipients_learn_that_a_suspension_ended_in_time(case: Case) -> None:
    chased = case_after_sweep(suspend_loan(case, JANUARY[7]).case, evening_of(date(2026, 4, 8)))
    assert status_and_due(chased, "review_suspension")[0] is MISSED
    late = resume_loan(chased, date(2026, 4, 7), now=evening_of(date(2026, 4, 9)))
    assert status_and_due(late.case, "review_suspension")[0] is MET
    assert [(one.kind, one.person, one.deadline) for one in late.notices] == [
        (NoticeKind.MET_IN_TIME, "Librarian 1", "review_suspension")
    ]


def test_lifted_on_its_own_day_nothing_has_moved(case: Case) -> None:
    agreed = move_due_date(case, "decide", date(2026, 2, 7), now=evening_of(JANUARY[7])).case  # a Saturday
    back = resume_loan(suspend_loan(agreed, JANUARY[8]).case, JANUARY[8]).case
    assert [status_and_due(back, name) for name in ("inspect", "decide")] == [
        (RUNNING, JANUARY[12]),
        (RUNNING, date(2026, 2, 7)),
    ]
    assert clock(back, "decide").has_agreed_date
    assert (clock(back, "inspect").resumed_on, clock(back, "inspect").revisions) == (None, ())


def test_suspended_again_on_the_day_of_its_resumption_it_loses_no_time(case: Case) -> None:
    """Thirty days from 1 February are to 3 March; counted back, that would be a month and two days."""
    running = resume_loan(suspend_loan(case, JANUARY[6]).case, date(2026, 2, 1)).case
    assert status_and_due(running, "decide") == (RUNNING, date(2026, 3, 3))
    still = clock(suspend_loan(running, date(2026, 2, 1)).case, "decide")
    assert still.time_left == TimeLeft(amount=0, unit=TermUnit.MONTHS, days=30)


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (None, "the number of a suspension that has not ended: 1 (The audit) or 2 (The trial), found none"),
        (3, "the number of a suspension that has not ended: 1 (The audit) or 2 (The trial), found 3"),
    ],
)
def test_of_several_suspensions_one_is_named(case: Case, number: int | None, says: str) -> None:
    still = suspend_loan(suspend_loan(case, JANUARY[7]).case, JANUARY[8], proceeding="The trial").case
    with pytest.raises(BadValue) as bad:
        resume_loan(still, JANUARY[9], number)
    assert says in str(bad.value)


def test_what_does_not_stand_still_does_not_run_on(case: Case) -> None:
    with pytest.raises(BadValue, match="expected a case with a suspension that has not ended, found none"):
        resume_loan(case, JANUARY[9])


def test_nothing_runs_on_before_it_stood_still_or_without_a_reason(case: Case) -> None:
    still = suspend_loan(case, JANUARY[7]).case
    with pytest.raises(BadValue, match="expected 7 January 2026, the day on which it was suspended, or later"):
        resume_loan(still, JANUARY[6], now=evening_of(JANUARY[9]))
    with pytest.raises(BadDate):
        resume_loan(still, JANUARY[10], now=evening_of(JANUARY[9]))


# --- the union of what overlaps -----------------------------------------------------------------------


# --- an end, and coming back ----------------------------------------------------------------------------


# --- a new date -----------------------------------------------------------------------------------------


# --- through an engine ------------------------------------------------------------------------------------
