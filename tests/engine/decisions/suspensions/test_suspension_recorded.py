"""Suspensions recorded through the engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from casereview.engine import Engine
from casereview.engine.errors.refusals import VersionConflict
from casereview.engine.model.clock import EventKind
from casereview.engine.model.commands import NewDate, Resume, Suspend
from casereview.engine.model.evolve import fold
from casereview.persistence import Database

from ....support.loan_decisions import evening_of
from ....support.loan_workflow import CLAIM, ESCALATED_LOAN, KEEPER_1, READER_1, RECORDS_BY_STEP
from ....support.movable_time import MovableTime
from ....support.suspended_loans import JANUARY, RUNNING, SUSPENDED, status_and_due


@pytest.fixture
def library(database: Database, present: MovableTime) -> Engine:
    """A library with clocks that can be stopped, with one loan, on the evening of 7 January 2026."""
    present.at = evening_of(JANUARY[7])
    made = Engine(database, (ESCALATED_LOAN, CLAIM), now=present)
    made.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"], on=JANUARY[5])
    return made


SUSPEND = Suspend(
    ref="LN-2026-001",
    actor=KEEPER_1,
    proceeding="The audit",
    consulted="The auditor",
    reasons="The shelves are sealed.",
    request_id="request 1",
)


RESUME = Resume(ref="LN-2026-001", actor=KEEPER_1, reasons="The seals are off.", on=JANUARY[19])


MOVE = NewDate(ref="LN-2026-001", deadline="decide", to=date(2026, 3, 2), actor=KEEPER_1, reasons="A second van.")


def test_each_is_kept_as_an_event_to_which_the_case_is_the_fold(library: Engine, present: MovableTime) -> None:
    library.record(SUSPEND)
    present.at = evening_of(JANUARY[19])
    library.record(RESUME)
    case = library.record(MOVE).case
    history = library.history(case.ref)
    assert [event.kind for event in history] == [
        EventKind.OPENED,
        EventKind.SUSPENDED,
        EventKind.RESUMED,
        EventKind.NEW_DATE,
    ]
    assert library.case(case.ref) == case == fold(history)
    assert status_and_due(case, "decide") == (RUNNING, date(2026, 3, 2))


def test_a_repeated_request_is_not_carried_out_twice(library: Engine) -> None:
    first = library.record(SUSPEND)
    again = library.record(SUSPEND)
    assert (again.repeated, again.events, again.case) == (True, (), first.case)


def test_a_rehearsal_leaves_no_trace(library: Engine) -> None:
    assert status_and_due(library.dry_run(SUSPEND).case, "decide")[0] is SUSPENDED
    assert library.case(SUSPEND.ref).suspensions == ()


def test_a_person_s_change_is_a_conflict_and_a_sweep_s_is_not(library: Engine, present: MovableTime) -> None:
    present.at = evening_of(JANUARY[13])
    library.sweep()
    library.record(replace(MOVE, if_version=1))
    with pytest.raises(VersionConflict) as conflict:
        library.record(replace(SUSPEND, if_version=1))
    assert (conflict.value.changed_by, conflict.value.step) == ("Keeper 1", "decide")
