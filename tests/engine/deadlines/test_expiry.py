"""Record expired clocks, and undo a miss that a late record disproves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casereview.engine.model.case import Case
from casereview.engine.model.clock import ClockStatus, EventKind, LevelReached
from casereview.engine.model.notice import NoticeKind

from ...support.changed_copies import replace
from ...support.loan_decisions import (
    apply_step,
    case_after_sweep,
    clock,
    evening_of,
    event_summaries,
    loan_after_steps,
    move_due_date,
    open_loan,
    sweep_case,
)
from ...support.loan_workflow import DIRECTORY, ESCALATED_LOAN

RUNNING, MET, MISSED, CANCELLED = (
    ClockStatus.RUNNING,
    ClockStatus.MET,
    ClockStatus.MISSED,
    ClockStatus.CANCELLED,
)
ON_TIME, LATE, TYPED = date(2026, 1, 12), date(2026, 1, 13), evening_of(date(2026, 1, 28))
"""The due date of the inspection, the day after it, and the instant of recording."""


@pytest.fixture
def case() -> Case:
    """Return a loan that was asked for on 5 January."""
    return open_loan(workflow=ESCALATED_LOAN).case


@pytest.fixture
def escalated(case: Case) -> Case:
    """Return the same loan after its owner and the keeper were notified of the overdue inspection."""
    return case_after_sweep(case, evening_of(date(2026, 1, 27)))


# --- missed ---------------------------------------------------------------------------------------


def test_a_sweep_or_the_next_command_records_an_expiry_once(case: Case) -> None:
    by_command = apply_step(case, "tell", LATE, workflow=ESCALATED_LOAN)
    by_sweep = sweep_case(case, evening_of(LATE)).decision
    assert by_sweep is not None
    for decision in (by_command, by_sweep):
        kinds = [event.kind for event in decision.events if event.trigger == "inspect"]
        assert kinds.count(EventKind.DEADLINE_EXPIRED) == 1
        assert clock(decision.case, "inspect").status is MISSED
        again = apply_step(decision.case, "tell", LATE + timedelta(days=1), workflow=ESCALATED_LOAN)
        assert event_summaries(again.events) == [("step", "tell", LATE + timedelta(days=1))]


def test_an_expiry_that_a_command_recorded_is_escalated_by_sweeps(case: Case) -> None:
    noted = apply_step(case, "tell", LATE, workflow=ESCALATED_LOAN).case
    fired = [(one.deadline, one.level) for one in sweep_case(noted, evening_of(date(2026, 1, 27))).fired]
    assert fired == [("inspect", "owner"), ("inspect", "keeper")]


def test_a_late_completion_stays_missed_and_ends_the_reminders(escalated: Case) -> None:
    done = apply_step(escalated, "inspect", LATE, now=TYPED, workflow=ESCALATED_LOAN)
    assert (clock(done.case, "inspect").status, done.notices) == (MISSED, ())
    assert "inspect" not in {one.deadline for one in sweep_case(done.case, evening_of(date(2026, 3, 2))).fired}


# --- a late record --------------------------------------------------------------------------------


def test_a_late_record_of_a_timely_step_notifies_those_reminded(escalated: Case) -> None:
    done = apply_step(escalated, "inspect", ON_TIME, now=TYPED, workflow=ESCALATED_LOAN)
    assert clock(done.case, "inspect").status is MET
    assert [(one.person, one.kind, one.level, one.at, one.on_hold) for one in done.notices] == [
        ("Keeper 1", NoticeKind.MET_IN_TIME, None, TYPED, False),
        ("Librarian 1", NoticeKind.MET_IN_TIME, None, TYPED, False),
    ]
    assert {(one.ref, one.seq, one.deadline, one.due) for one in done.notices} == {
        (escalated.ref, done.case.seq, "inspect", ON_TIME)
    }


def test_without_reminders_no_one_is_notified_of_a_late_record(case: Case) -> None:
    noted = apply_step(case, "tell", ON_TIME, now=evening_of(LATE), workflow=ESCALATED_LOAN).case
    assert clock(noted, "inspect").status is MISSED
    assert apply_step(noted, "inspect", ON_TIME, now=TYPED, workflow=ESCALATED_LOAN).notices == ()
    assert apply_step(case, "inspect", ON_TIME, now=TYPED, workflow=ESCALATED_LOAN).notices == ()


def test_a_reminder_before_the_due_date_needs_no_later_notice(case: Case) -> None:
    named = apply_step(case, "name_courier", date(2026, 1, 6), workflow=ESCALATED_LOAN).case
    reminded = case_after_sweep(named, evening_of(date(2026, 1, 14)))
    assert [one.recipients for one in clock(reminded, "pack").reached] == [("Clerk of branch 1",)]
    last = date(2026, 1, 20)
    missed = apply_step(reminded, "tell", last, now=evening_of(date(2026, 1, 21)), workflow=ESCALATED_LOAN).case
    assert clock(missed, "pack").status is MISSED
    done = apply_step(missed, "pack", last, now=TYPED, workflow=ESCALATED_LOAN)
    assert (clock(done.case, "pack").status, done.notices) == (MET, ())


@pytest.mark.parametrize(
    ("on_hold", "waits"), [((True, True), True), ((True, False), False)], ids=["all on_hold", "one of them sent"]
)
def test_a_late_record_notice_is_held_if_the_reminders_were_held(
    escalated: Case, on_hold: tuple[bool, bool], *, waits: bool
) -> None:
    former = clock(escalated, "inspect")
    levels = tuple(
        LevelReached(level=name, at=former.due_at, recipients=("Trustee 1",), on_hold=is_held)
        for name, is_held in zip(("keeper", "trustee"), on_hold, strict=True)
    )
    shown = tuple(replace(one, reached=levels) if one is former else one for one in escalated.clocks)
    done = apply_step(replace(escalated, clocks=shown), "inspect", ON_TIME, now=TYPED, workflow=ESCALATED_LOAN)
    assert [(one.person, one.on_hold) for one in done.notices] == [("Trustee 1", waits)]


def test_a_missed_deadline_can_be_met_by_a_new_date(escalated: Case) -> None:
    agreed = move_due_date(escalated, "inspect", date(2026, 2, 2), now=TYPED).case
    assert clock(apply_step(agreed, "inspect", date(2026, 2, 2), workflow=ESCALATED_LOAN).case, "inspect").status is MET


# --- cancelled ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "status"), [(ON_TIME, CANCELLED), (LATE, MISSED)], ids=["while it was in time", "once it was late"]
)
@pytest.mark.parametrize("swept_before", [True, False], ids=["swept before", "not swept"])
def test_an_end_cancels_clocks_not_missed_by_its_day(
    case: Case, escalated: Case, on: date, status: ClockStatus, *, swept_before: bool
) -> None:
    ended = apply_step(escalated if swept_before else case, "refuse", on, now=TYPED, workflow=ESCALATED_LOAN).case
    found = clock(ended, "inspect")
    assert (found.status, found.done_on, found.is_open, found.next_at) == (status, on, False, None)


def test_an_ended_case_causes_no_reminders(escalated: Case) -> None:
    ended = apply_step(escalated, "refuse", date(2026, 1, 28), workflow=ESCALATED_LOAN).case
    assert {one.deadline for one in sweep_case(ended, evening_of(date(2026, 12, 1))).fired} == {"tell_reader"}


def test_a_reopened_case_is_escalated_again(escalated: Case) -> None:
    ended = apply_step(escalated, "refuse", date(2026, 1, 28), workflow=ESCALATED_LOAN).case
    back = apply_step(ended, "take_up", date(2026, 2, 2), workflow=ESCALATED_LOAN).case
    fired = sweep_case(back, evening_of(date(2026, 2, 10)), who=DIRECTORY).fired
    assert [one.level for one in fired if one.deadline == "inspect"] == ["trustee"]


# --- repeating and overall deadlines --------------------------------------------------------------


def test_each_date_of_a_repeating_deadline_is_missed_or_met_by_itself() -> None:
    steps = (
        ("inspect", date(2026, 1, 6)),
        ("approve", date(2026, 1, 6)),
        ("lend", date(2026, 1, 12)),
        ("report", date(2026, 4, 12)),
        ("report", date(2026, 8, 3)),
    )
    case = loan_after_steps(*steps, workflow=ESCALATED_LOAN)
    assert [(one.due, one.status) for one in case.clocks if one.deadline == "report"] == [
        (date(2026, 4, 12), MET),
        (date(2026, 7, 12), MISSED),
        (date(2026, 10, 12), RUNNING),
    ]


def test_the_overall_deadline_can_be_missed_though_each_stage_was_met() -> None:
    steps = (("inspect", date(2026, 1, 6)), ("approve", date(2026, 1, 30)))
    late = case_after_sweep(loan_after_steps(*steps, workflow=ESCALATED_LOAN), evening_of(date(2026, 7, 6)))
    assert [clock(late, name).status for name in ("inspect", "decide", "whole")] == [MET, MET, MISSED]
    assert [one.level for one in clock(late, "whole").reached] == ["reminder", "owner"]
