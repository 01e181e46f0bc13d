"""What happens to clocks by themselves: missed, latched, un-missed by what is recorded late, cancelled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casereview.engine.model.case import Case
from casereview.engine.model.clock import ClockStatus, EventKind, LevelReached
from casereview.engine.model.notice import NoticeKind

from ...support.library_decisions import (
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
from ...support.library_workflow import DIRECTORY, ESCALATED_LOAN

RUNNING, MET, MISSED, CANCELLED = (
    ClockStatus.RUNNING,
    ClockStatus.MET,
    ClockStatus.MISSED,
    ClockStatus.CANCELLED,
)
ON_TIME, LATE, TYPED = date(2026, 1, 12), date(2026, 1, 13), evening_of(date(2026, 1, 28))
"""The last day for inspecting, the day after it, and when it is recorded."""


@pytest.fixture
def case() -> Case:
    """A loan that was asked for on 5 January."""
    return open_loan(workflow=ESCALATED_LOAN).case


@pytest.fixture
def chased(case: Case) -> Case:
    """The same, of which the owner and the keeper were told that its inspection is overdue."""
    return case_after_sweep(case, evening_of(date(2026, 1, 27)))


# --- missed, and latched --------------------------------------------------------------------------------


def test_that_a_day_has_passed_is_noted_by_a_sweep_or_by_the_next_command_and_once(case: Case) -> None:
    by_command = apply_step(case, "tell", LATE, workflow=ESCALATED_LOAN)
    by_sweep = sweep_case(case, evening_of(LATE)).decision
    assert by_sweep is not None
    for decision in (by_command, by_sweep):
        kinds = [event.kind for event in decision.events if event.trigger == "inspect"]
        assert kinds.count(EventKind.DEADLINE_EXPIRED) == 1
        assert clock(decision.case, "inspect").status is MISSED
        again = apply_step(decision.case, "tell", LATE + timedelta(days=1), workflow=ESCALATED_LOAN)
        assert event_summaries(again.events) == [("step", "tell", LATE + timedelta(days=1))]


def test_what_a_command_noted_is_chased_by_the_sweeps_that_follow(case: Case) -> None:
    noted = apply_step(case, "tell", LATE, workflow=ESCALATED_LOAN).case
    fired = [(one.deadline, one.level) for one in sweep_case(noted, evening_of(date(2026, 1, 27))).fired]
    assert fired == [("inspect", "owner"), ("inspect", "keeper")]


def test_what_was_done_late_stays_missed_and_nobody_is_chased_any_more(chased: Case) -> None:
    done = apply_step(chased, "inspect", LATE, now=TYPED, workflow=ESCALATED_LOAN)
    assert (clock(done.case, "inspect").status, done.notices) == (MISSED, ())
    assert "inspect" not in {one.deadline for one in sweep_case(done.case, evening_of(date(2026, 3, 2))).fired}


# --- un-missed by a late record -------------------------------------------------------------------------


def test_done_in_time_and_recorded_late_is_met_and_those_who_were_chased_are_told(chased: Case) -> None:
    done = apply_step(chased, "inspect", ON_TIME, now=TYPED, workflow=ESCALATED_LOAN)
    assert clock(done.case, "inspect").status is MET
    assert [(one.person, one.kind, one.level, one.at, one.on_hold) for one in done.notices] == [
        ("Keeper 1", NoticeKind.MET_IN_TIME, None, TYPED, False),
        ("Librarian 1", NoticeKind.MET_IN_TIME, None, TYPED, False),
    ]
    assert {(one.ref, one.seq, one.deadline, one.due) for one in done.notices} == {
        (chased.ref, done.case.seq, "inspect", ON_TIME)
    }


def test_where_nobody_was_chased_nobody_is_told(case: Case) -> None:
    noted = apply_step(case, "tell", ON_TIME, now=evening_of(LATE), workflow=ESCALATED_LOAN).case
    assert clock(noted, "inspect").status is MISSED
    assert apply_step(noted, "inspect", ON_TIME, now=TYPED, workflow=ESCALATED_LOAN).notices == ()
    assert apply_step(case, "inspect", ON_TIME, now=TYPED, workflow=ESCALATED_LOAN).notices == ()


def test_whoever_was_only_reminded_is_not_told_that_it_was_in_time(case: Case) -> None:
    named = apply_step(case, "name_courier", date(2026, 1, 6), workflow=ESCALATED_LOAN).case
    reminded = case_after_sweep(named, evening_of(date(2026, 1, 14)))
    assert [one.recipients for one in clock(reminded, "pack").reached] == [("Clerk of branch 1",)]
    last = date(2026, 1, 20)
    missed = apply_step(reminded, "tell", last, now=evening_of(date(2026, 1, 21)), workflow=ESCALATED_LOAN).case
    assert clock(missed, "pack").status is MISSED
    done = apply_step(missed, "pack", last, now=TYPED, workflow=ESCALATED_LOAN)
    assert (clock(done.case, "pack").status, done.notices) == (MET, ())


@pytest.mark.parametrize(
    ("held", "waits"), [((True, True), True), ((True, False), False)], ids=["all held", "one of them sent"]
)
def test_word_to_somebody_of_whom_all_was_held_is_held_too(
    chased: Case, held: tuple[bool, bool], *, waits: bool
) -> None:
    former = clock(chased, "inspect")
    rungs = tuple(
        LevelReached(level=name, at=former.due_at, recipients=("Trustee 1",), on_hold=is_held)
        for name, is_held in zip(("keeper", "trustee"), held, strict=True)
    )
    shown = tuple(replace(one, reached=rungs) if one is former else one for one in chased.clocks)
    done = apply_step(replace(chased, clocks=shown), "inspect", ON_TIME, now=TYPED, workflow=ESCALATED_LOAN)
    assert [(one.person, one.on_hold) for one in done.notices] == [("Trustee 1", waits)]


def test_moved_after_it_was_missed_it_is_met_by_the_new_date(chased: Case) -> None:
    agreed = move_due_date(chased, "inspect", date(2026, 2, 2), now=TYPED).case
    assert clock(apply_step(agreed, "inspect", date(2026, 2, 2), workflow=ESCALATED_LOAN).case, "inspect").status is MET


# --- cancelled ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "status"), [(ON_TIME, CANCELLED), (LATE, MISSED)], ids=["while it was in time", "once it was late"]
)
@pytest.mark.parametrize("swept_before", [True, False], ids=["swept before", "not swept"])
def test_an_end_cancels_what_was_not_missed_by_its_day_whenever_it_is_recorded(
    case: Case, chased: Case, on: date, status: ClockStatus, *, swept_before: bool
) -> None:
    ended = apply_step(chased if swept_before else case, "refuse", on, now=TYPED, workflow=ESCALATED_LOAN).case
    found = clock(ended, "inspect")
    assert (found.status, found.done_on, found.is_open, found.next_at) == (status, on, False, None)


def test_nobody_is_chased_in_an_ended_case_for_what_ran_in_it(chased: Case) -> None:
    ended = apply_step(chased, "refuse", date(2026, 1, 28), workflow=ESCALATED_LOAN).case
    assert {one.deadline for one in sweep_case(ended, evening_of(date(2026, 12, 1))).fired} == {"tell_reader"}


def test_a_case_that_comes_back_is_chased_on_from_where_it_was(chased: Case) -> None:
    ended = apply_step(chased, "refuse", date(2026, 1, 28), workflow=ESCALATED_LOAN).case
    back = apply_step(ended, "take_up", date(2026, 2, 2), workflow=ESCALATED_LOAN).case
    fired = sweep_case(back, evening_of(date(2026, 2, 10)), who=DIRECTORY).fired
    assert [one.level for one in fired if one.deadline == "inspect"] == ["trustee"]


# --- a rhythm, and a whole -------------------------------------------------------------------------------


def test_a_rhythm_goes_on_and_each_of_its_dates_is_missed_or_met_for_itself() -> None:
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


def test_the_clock_of_the_whole_is_missed_though_each_stage_was_in_time() -> None:
    steps = (("inspect", date(2026, 1, 6)), ("approve", date(2026, 1, 30)))
    late = case_after_sweep(loan_after_steps(*steps, workflow=ESCALATED_LOAN), evening_of(date(2026, 7, 6)))
    assert [clock(late, name).status for name in ("inspect", "decide", "whole")] == [MET, MET, MISSED]
    assert [one.level for one in clock(late, "whole").reached] == ["reminder", "owner"]
