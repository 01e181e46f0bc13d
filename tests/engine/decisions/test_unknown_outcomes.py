"""Deadlines of imported cases that were due before the import, and of which nobody knows what became."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from casereview.engine import Engine
from casereview.engine.definition.paths import may_have_been_met
from casereview.engine.model.case import Case
from casereview.engine.model.clock import ClockStatus
from casereview.engine.model.commands import ImportSnapshot
from casereview.persistence import Database
from casereview.persistence.audit.verify import verify

from ...support.imported_loans import LENT, NOW, import_loan
from ...support.loan_decisions import apply_step, case_after_sweep, clock, move_due_date, resume_loan, suspend_loan
from ...support.loan_workflow import CLAIM, ESCALATED_LOAN, LIBRARIAN_1
from ...support.movable_time import MovableTime

OPENED, TODAY = date(2018, 2, 12), NOW.date()


def asked(state: str = "asked", **more: object) -> Case:
    """Return a loan that was asked for in 2018; nobody knows whether the thing was inspected."""
    return import_loan(state, opened_on=OPENED, workflow=ESCALATED_LOAN, **more).case


def test_what_may_have_been_done_before_the_import_is_not_known() -> None:
    inspection = clock(asked(), "inspect")
    assert (inspection.status, inspection.due) == (ClockStatus.NOT_KNOWN, date(2018, 2, 19))
    assert not inspection.is_outstanding
    assert not inspection.is_overdue(NOW)
    assert inspection.next_at is None


def test_what_cannot_have_been_done_yet_is_still_late() -> None:
    decision = clock(asked(), "decide")
    assert decision.status is ClockStatus.RUNNING
    assert decision.is_overdue(NOW)


@pytest.mark.parametrize(
    ("name", "state", "expected"),
    [("inspect", "asked", True), ("decide", "asked", False), ("decide", "lent", True), ("give_back", "lent", False)],
)
def test_a_step_into_a_state_never_reached_did_not_happen(name: str, state: str, expected: bool) -> None:
    visited = ("asked", "approved", "lent")[: ("asked", "approved", "lent").index(state) + 1]
    assert may_have_been_met(ESCALATED_LOAN, ESCALATED_LOAN.deadline(name), state, visited) is expected


def test_an_unknown_outcome_is_never_chased() -> None:
    case = case_after_sweep(asked(), datetime(2026, 9, 1, 10, tzinfo=UTC))
    assert clock(case, "inspect") == clock(asked(), "inspect")


@pytest.mark.parametrize(
    ("day", "status"), [(date(2018, 2, 15), ClockStatus.MET), (date(2018, 3, 1), ClockStatus.MISSED)]
)
def test_a_step_that_turns_up_later_settles_it_by_its_day(day: date, status: ClockStatus) -> None:
    case = apply_step(asked(), "inspect", day, now=NOW, workflow=ESCALATED_LOAN).case
    assert (clock(case, "inspect").status, clock(case, "inspect").done_on) == (status, day)


def test_it_stays_not_known_when_the_case_ends_and_is_taken_up_again() -> None:
    ended = apply_step(asked(), "refuse", TODAY, now=NOW, workflow=ESCALATED_LOAN).case
    assert (clock(ended, "inspect").status, clock(ended, "inspect").cancelled_by_end) == (ClockStatus.NOT_KNOWN, True)
    again = apply_step(ended, "take_up", TODAY, now=NOW, workflow=ESCALATED_LOAN).case
    assert (clock(again, "inspect").status, clock(again, "inspect").done_on) == (ClockStatus.NOT_KNOWN, None)


def test_a_suspension_leaves_it_alone() -> None:
    suspended = suspend_loan(asked(), TODAY, now=NOW).case
    assert clock(suspended, "inspect").status is ClockStatus.NOT_KNOWN
    assert clock(resume_loan(suspended, TODAY, now=NOW).case, "inspect").status is ClockStatus.NOT_KNOWN


def test_a_new_date_makes_it_a_task_again() -> None:
    case = move_due_date(asked(), "inspect", date(2026, 3, 2), now=NOW).case
    assert clock(case, "inspect").status is ClockStatus.RUNNING


def test_a_repeating_deadline_goes_on_with_the_present_period() -> None:
    case = import_loan("lent", LENT, workflow=ESCALATED_LOAN).case
    past, present = (clock(case, "report", number) for number in (1, 2))
    assert (past.status, past.due) == (ClockStatus.NOT_KNOWN, date(2024, 5, 12))
    assert (present.status, present.due, present.period) == (ClockStatus.RUNNING, date(2026, 2, 12), 8)


def test_it_is_in_no_list_of_what_is_late(database: Database) -> None:
    engine = Engine(database, (ESCALATED_LOAN, CLAIM), now=MovableTime(NOW))
    data = {"title": "A globe", "library": "Library 1"}
    command = ImportSnapshot(
        workflow="loan", actor=LIBRARIAN_1, state="approved", opened_on=OPENED, source="loans.xlsx", data=data
    )
    (imported,) = engine.import_many((command,))
    assert [warning.partition(":")[0] for warning in imported.warnings if "outcome" in warning] == [
        *("inspect", "decide"),
    ]
    engine.sweep()
    late = {item.clock.deadline for item in engine.overdue()}
    assert late == {"whole"}
    assert {item.clock.deadline for item in engine.deadlines()} == late
    with database.connection() as connection:
        assert verify(connection).faults == ()
