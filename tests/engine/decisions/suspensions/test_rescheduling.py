"""New dates for deadlines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casereview.engine.definition.deadline import OnStep
from casereview.engine.errors.bad_input import InvalidForm
from casereview.engine.errors.base import BadInput
from casereview.engine.errors.refusals import Refused
from casereview.engine.model.calendar import days
from casereview.engine.model.case import Case
from casereview.engine.model.clock import EventKind

from ....support.loan_decisions import (
    apply_step,
    case_after_sweep,
    clock,
    evening_of,
    event_summaries,
    move_due_date,
    open_loan,
    resume_loan,
    suspend_loan,
)
from ....support.loan_workflow import ESCALATED_LOAN, KEEPER_1, LIBRARIAN_1, LOAN, deadline
from ....support.suspended_loans import JANUARY, MET, MISSED, RUNNING, status_and_due


def test_a_new_date_leaves_the_original_one_and_each_revision_visible(case: Case) -> None:
    once = move_due_date(case, "decide", date(2026, 3, 2), now=evening_of(JANUARY[7])).case
    twice = move_due_date(once, "decide", date(2026, 2, 20), now=evening_of(JANUARY[9]), reasons="Sooner.").case
    found = clock(twice, "decide")
    assert (found.due, found.status, found.run, found.has_agreed_date) == (date(2026, 2, 20), RUNNING, 3, True)
    assert [
        (r.previous_due, r.due, r.cause, r.reasons, r.agreed_by, r.capacity, r.was_missed) for r in found.revisions
    ] == [
        (date(2026, 2, 5), date(2026, 3, 2), EventKind.NEW_DATE, "A second van.", "Keeper 1", "keeper", False),
        (date(2026, 3, 2), date(2026, 2, 20), EventKind.NEW_DATE, "Sooner.", "Keeper 1", "keeper", False),
    ]


def test_a_new_date_is_one_event(case: Case) -> None:
    (event,) = move_due_date(case, "decide", date(2026, 3, 2), now=evening_of(JANUARY[7])).events
    assert (event.kind, event.trigger, event.occurred_on) == (EventKind.NEW_DATE, "decide", JANUARY[7])
    assert event.data == {
        "deadline": "decide",
        "previous_due": "2026-02-05",
        "to": "2026-03-02",
        "reasons": "A second van.",
    }


def test_a_new_date_after_expiry_leaves_the_former_one_missed(case: Case) -> None:
    decision = move_due_date(case, "inspect", JANUARY[30], now=evening_of(JANUARY[20]))
    assert event_summaries(decision.events) == [
        ("deadline_expired", "inspect", JANUARY[12]),
        ("new_date", "inspect", JANUARY[20]),
    ]
    assert status_and_due(decision.case, "inspect") == (RUNNING, JANUARY[30])
    assert clock(decision.case, "inspect").revisions[0].was_missed
    assert (
        status_and_due(apply_step(decision.case, "inspect", JANUARY[30], workflow=ESCALATED_LOAN).case, "inspect")[0]
        is MET
    )


def test_a_new_date_may_lie_before_today_with_a_reason_and_is_then_missed(case: Case) -> None:
    back = move_due_date(case, "decide", JANUARY[14], now=evening_of(JANUARY[20]))
    assert status_and_due(back.case, "decide") == (RUNNING, JANUARY[14])
    swept_case = case_after_sweep(back.case, evening_of(JANUARY[20]))
    assert status_and_due(swept_case, "decide") == (MISSED, JANUARY[14])
    assert all(one.skipped for one in clock(swept_case, "decide").reached)


@pytest.mark.parametrize("to", [JANUARY[14], date(2026, 3, 2)], ids=["before today", "after today"])
def test_a_new_date_without_a_reason_is_refused(case: Case, to: date) -> None:
    with pytest.raises(InvalidForm, match="reasons"):
        move_due_date(case, "decide", to, now=evening_of(JANUARY[20]), reasons=" ")


@pytest.mark.parametrize(
    ("name", "to", "says"),
    [
        ("tea", JANUARY[20], 'There is no deadline "tea"'),
        ("decide", JANUARY[4], "the new date: expected 5 January 2026, the day from which it is counted, or later"),
        ("decide", date(2200, 1, 1), "the new date: expected a day between 1 January 1900 and 31 December 2199"),
        ("decide", date(2026, 2, 5), "the new date: expected a day other than its present date, found 5 February 2026"),
    ],
    ids=["no deadline", "before it began", "far off", "no other"],
)
def test_a_new_date_that_cannot_be_is_bad_input(case: Case, name: str, to: date, says: str) -> None:
    with pytest.raises(BadInput) as bad:
        move_due_date(case, name, to, now=evening_of(JANUARY[7]))
    assert says in str(bad.value)


def test_a_date_before_the_day_from_which_it_counts_back_is_no_fault() -> None:
    case = open_loan(workflow=ESCALATED_LOAN, wanted_on="2026-03-02").case
    assert status_and_due(
        move_due_date(case, "prepare", date(2026, 2, 10), now=evening_of(JANUARY[7])).case, "prepare"
    ) == (
        RUNNING,
        date(2026, 2, 10),
    )


def test_an_agreed_day_may_be_brought_forward_but_not_before_the_case() -> None:
    # No term is counted from it: the day itself is the deadline.
    by_day = deadline(
        "fetch", term=days(0), starts=(OnStep(step="ask", day_field="wanted_on"),), met_by=(OnStep(step="lend"),)
    )
    workflow = replace(ESCALATED_LOAN, deadlines=(*ESCALATED_LOAN.deadlines, by_day))
    case = open_loan(workflow=workflow, wanted_on="2026-03-02").case
    now = evening_of(JANUARY[7])
    sooner = move_due_date(case, "fetch", date(2026, 2, 10), now=now, workflow=workflow).case
    assert status_and_due(sooner, "fetch") == (RUNNING, date(2026, 2, 10))
    assert clock(sooner, "fetch").revisions[0].previous_due == date(2026, 3, 2)
    with pytest.raises(BadInput, match="expected 5 January 2026, the day from which it is counted, or later"):
        move_due_date(case, "fetch", JANUARY[4], now=now, workflow=workflow)


def test_the_deadline_s_role_or_the_workflow_s_agrees_a_new_date(case: Case) -> None:
    named = apply_step(case, "name_courier", JANUARY[6], workflow=ESCALATED_LOAN).case
    to = date(2026, 3, 2)
    assert clock(move_due_date(named, "pack", to, now=evening_of(JANUARY[7]), actor=LIBRARIAN_1).case, "pack").due == to
    with pytest.raises(Refused, match=r"Only the librarian can decide this\. Keeper 1 does not have that role"):
        move_due_date(named, "pack", to, now=evening_of(JANUARY[7]))
    with pytest.raises(Refused, match=r"Only the keeper can decide this\. Librarian 1 does not have that role"):
        move_due_date(named, "collect", to, now=evening_of(JANUARY[7]), actor=LIBRARIAN_1)


def test_no_date_changes_if_no_role_may_reschedule() -> None:
    with pytest.raises(Refused, match="decide: no role may agree a new date"):
        move_due_date(open_loan().case, "decide", date(2026, 3, 2), now=evening_of(JANUARY[7]), workflow=LOAN)


@pytest.mark.parametrize("name", ["pack", "inspect"], ids=["never started", "met"])
def test_the_date_of_what_does_not_run_is_not_moved(case: Case, name: str) -> None:
    inspected = apply_step(case, "inspect", JANUARY[7], workflow=ESCALATED_LOAN).case
    actor = LIBRARIAN_1 if name == "pack" else KEEPER_1
    with pytest.raises(Refused, match=f"{name}: this deadline is not running, so it has no date to change"):
        move_due_date(inspected, name, date(2026, 3, 2), now=evening_of(JANUARY[8]), actor=actor)


def test_the_date_of_what_stands_still_is_not_moved(case: Case) -> None:
    with pytest.raises(
        Refused, match=r"decide: this deadline has been suspended since 7 January 2026\. Resume it first"
    ):
        move_due_date(suspend_loan(case, JANUARY[7]).case, "decide", date(2026, 3, 2), now=evening_of(JANUARY[8]))


def test_a_suspension_is_reviewed_later_by_a_new_date_of_its_review(case: Case) -> None:
    still = suspend_loan(suspend_loan(case, JANUARY[7]).case, JANUARY[8], proceeding="The trial").case
    later = move_due_date(still, "review_suspension", date(2026, 6, 1), now=evening_of(JANUARY[9])).case
    # Of several the one that falls due first is meant.
    assert [(one.number, one.review_by) for one in later.suspensions] == [
        (1, date(2026, 6, 1)),
        (2, date(2026, 4, 8)),
    ]
    assert [c.due for c in later.clocks if c.deadline == "review_suspension"] == [date(2026, 6, 1), date(2026, 4, 8)]
    lifted = resume_loan(later, JANUARY[12], 2).case
    assert move_due_date(lifted, "review_suspension", date(2026, 7, 1), now=evening_of(JANUARY[13])).case.suspensions[
        0
    ].review_by == date(2026, 7, 1)


def test_a_date_that_was_agreed_is_counted_on_from_where_it_stood_still(case: Case) -> None:
    agreed = move_due_date(case, "decide", date(2026, 2, 16), now=evening_of(JANUARY[7])).case
    back = resume_loan(suspend_loan(agreed, JANUARY[12]).case, JANUARY[19]).case
    # A month and four days were left, which from the 19th on are these.
    assert status_and_due(back, "decide") == (RUNNING, date(2026, 2, 23))


def test_the_record_never_runs_backwards_when_the_clock_is_set_back(case: Case) -> None:
    back = evening_of(JANUARY[5]) - timedelta(hours=2)
    decisions = [
        move_due_date(case, "decide", date(2026, 3, 2), now=back),
        (still := suspend_loan(case, JANUARY[5], now=back)),
        resume_loan(still.case, JANUARY[5], now=back),
    ]
    assert {event.recorded_at for one in decisions for event in one.events} == {case.recorded_at}
    assert decisions[0].events[0].occurred_at == back
