"""A machine's clock that was fast for a moment: what happens later is decided by the present."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from casereview.engine import Engine
from casereview.engine.model.calendar import ENGLAND_AND_WALES
from casereview.engine.model.case import Event
from casereview.engine.model.clock import Clock, ClockStatus, EventKind
from casereview.engine.model.commands import NewDate, Resume, Step, Suspend
from casereview.persistence import Database

from ...support.databases import record_in_memory
from ...support.loan_decisions import clock, correction_of, evening_of
from ...support.loan_workflow import (
    ASKED_ON,
    CLAIM,
    DECIDER_BY_STEP,
    ESCALATED_LOAN,
    KEEPER_1,
    LIBRARIAN_1,
    READER_1,
    RECORDS_BY_STEP,
)
from ...support.movable_time import MovableTime

FAST = evening_of(date(2031, 3, 2))
TODAY = evening_of(date(2026, 1, 7))


@pytest.fixture
def record() -> Iterator[Database]:
    """A database in memory."""
    made = record_in_memory()
    yield made
    made.close()


@pytest.fixture
def library(record: Database, present: MovableTime) -> Engine:
    return library_of(record, present)


def library_of(record: Database, present: MovableTime) -> Engine:
    """Return a library with one loan, asked for on 5 January 2026, and all recipients."""
    present.at = evening_of(ASKED_ON)
    made = Engine(record, (ESCALATED_LOAN, CLAIM), now=present)
    for role in ("librarian", "keeper", "trustee"):
        made.add_person(f"{role.title()} 1", role=role, email=f"{role}@example.org", actor=LIBRARIAN_1)
    made.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"])
    return made


REF = "LN-2026-001"


def step(library: Engine, trigger: str, on: date | None = None) -> Event:
    actor, data = DECIDER_BY_STEP[trigger], RECORDS_BY_STEP[trigger]
    return library.record(Step(ref=REF, trigger=trigger, actor=actor, data=data, on=on)).events[-1]


def told_of(library: Engine) -> tuple[str, ...]:
    """Record a remark, and return what its answer points out."""
    return library.record(Step(ref=REF, trigger="tell", actor=LIBRARIAN_1, data=RECORDS_BY_STEP["tell"])).warnings


def fast_for_a_step(library: Engine, present: MovableTime) -> None:
    present.at = FAST
    step(library, "tell")
    present.at = TODAY


def fast_for_a_sweep(library: Engine, present: MovableTime) -> None:
    present.at = FAST
    library.sweep()
    present.at = TODAY


def of(library: Engine, name: str) -> Clock:
    return clock(library.case(REF), name)


@pytest.mark.parametrize("moment", [fast_for_a_step, fast_for_a_sweep], ids=["one step", "one sweep"])
def test_what_is_done_in_time_afterwards_counts_on_its_own_day(
    database_url: str, present: MovableTime, moment: object
) -> None:
    record = Database(database_url)
    library = library_of(record, present)
    moment(library, present)  # type: ignore[operator]
    done = step(library, "inspect")
    assert (done.occurred_at, done.occurred_on) == (TODAY, TODAY.date())
    assert done.recorded_at == FAST  # the record does not run backwards
    assert (of(library, "inspect").status, of(library, "inspect").done_on) == (ClockStatus.MET, TODAY.date())
    step(library, "approve")
    step(library, "lend")
    assert of(library, "report").due == date(2026, 4, 7)
    assert of(library, "report").run_started_at == TODAY
    record.close()


def test_the_step_says_that_the_record_is_ahead_of_the_clock(library: Engine, present: MovableTime) -> None:
    assert told_of(library) == ()
    fast_for_a_step(library, present)
    (warning,) = told_of(library)
    assert warning.startswith("LN-2026-001 has an entry recorded on 2 March 2031, which is later than now.")


def test_clocks_of_several_machines_may_differ_by_minutes(library: Engine, present: MovableTime) -> None:
    present.at = TODAY + timedelta(minutes=4)
    step(library, "tell")
    present.at = TODAY
    assert told_of(library) == ()


@pytest.mark.parametrize("day", [None, date(2026, 1, 6)], ids=["now", "a day before"])
def test_the_day_of_a_step_is_not_compared_with_a_day_ahead(
    library: Engine, present: MovableTime, day: date | None
) -> None:
    fast_for_a_step(library, present)
    assert step(library, "tell", day).occurred_on == day or TODAY.date()
    assert library.case(REF).last_step_on == day or TODAY.date()


def test_a_suspension_and_its_end_count_from_the_present(library: Engine, present: MovableTime) -> None:
    fast_for_a_step(library, present)
    library.record(Suspend(ref=REF, actor=KEEPER_1, proceeding="The audit", consulted="x", reasons="x"))
    assert of(library, "whole").suspended_on == TODAY.date()
    present.at = TODAY + timedelta(days=7)
    library.record(Resume(ref=REF, actor=KEEPER_1, reasons="x"))
    resumed = of(library, "whole")
    assert (resumed.status, resumed.due, resumed.run_started_at) == (ClockStatus.RUNNING, date(2026, 7, 12), present.at)
    assert resumed.revisions[-1].recorded_at == present.at


def test_a_new_date_may_lie_before_the_day_on_which_the_record_is_ahead(library: Engine, present: MovableTime) -> None:
    fast_for_a_step(library, present)
    library.record(NewDate(ref=REF, deadline="decide", to=date(2026, 2, 9), actor=KEEPER_1, reasons="x"))
    moved = of(library, "decide")
    assert (moved.due, moved.status, moved.run_started_at) == (date(2026, 2, 9), ClockStatus.RUNNING, TODAY)


def test_a_correction_happens_now(library: Engine, present: MovableTime) -> None:
    fast_for_a_step(library, present)
    event = library.record(correction_of(REF, 1, wanted_on="2026-03-02")).events[-1]
    assert (event.occurred_at, event.recorded_at) == (TODAY, FAST)
    assert of(library, "prepare").run_started_at == TODAY


def test_the_day_that_the_fast_clock_gave_can_be_corrected(library: Engine, present: MovableTime) -> None:
    fast_for_a_step(library, present)
    told = next(event for event in library.history(REF) if event.trigger == "tell")
    library.record(replace(correction_of(REF, told.seq), on=date(2026, 1, 6)))
    assert library.case(REF).last_step_on == date(2026, 1, 6)


def test_reminders_go_out_on_their_own_days(library: Engine, present: MovableTime) -> None:
    """A run that began after the fast moment has its levels by the present, and by the terms in force then."""
    fast_for_a_step(library, present)
    step(library, "inspect")
    step(library, "approve")
    present.at = TODAY + timedelta(hours=1)
    library.set_term(
        "loan", "report", term=None, levels={"reminder": -3}, from_day=date(2026, 1, 1), reasons="x", actor=LIBRARIAN_1
    )
    present.at = TODAY + timedelta(hours=2)
    step(library, "lend")
    assert of(library, "report").next_at == ENGLAND_AND_WALES.end_of(date(2026, 3, 30))
    present.at = evening_of(date(2026, 4, 1))
    fired = [(one.deadline, one.level) for one in library.sweep().fired if one.deadline == "report"]
    assert fired == [("report", "reminder")]


def test_a_term_set_after_the_fast_moment_counts_at_once(library: Engine, present: MovableTime) -> None:
    present.at = FAST
    library.add_person("Clerk 2", role="clerk", actor=LIBRARIAN_1)  # a step of the unit's own record
    present.at = TODAY
    local = library.set_term(
        "loan", "report", term=None, levels={"reminder": -3}, from_day=date(2026, 1, 1), reasons="x", actor=LIBRARIAN_1
    )
    assert local.recorded_at == TODAY
    assert library.overrides().deadlines == (local,)
    for trigger in ("inspect", "approve", "lend"):
        step(library, trigger)
    assert of(library, "report").next_at == ENGLAND_AND_WALES.end_of(date(2026, 3, 30))


def test_a_linked_case_opens_on_the_day_of_the_step(library: Engine, present: MovableTime) -> None:
    for trigger in ("inspect", "approve", "lend"):
        step(library, trigger)
    fast_for_a_step(library, present)
    result = library.record(
        Step(ref=REF, trigger="write_off", actor=DECIDER_BY_STEP["write_off"], data=RECORDS_BY_STEP["write_off"])
    )
    (claim,) = result.opened
    assert library.case(claim).opened_on == TODAY.date()
    assert library.case(claim).recorded_at == FAST
    assert len(result.warnings) == 2
    assert clock(library.case(claim), "settle").due == date(2026, 2, 6)


def test_the_events_of_a_sweep_are_recorded_after_those_ahead(library: Engine, present: MovableTime) -> None:
    fast_for_a_step(library, present)
    present.at = evening_of(date(2026, 1, 14))
    assert library.sweep().failed == ()
    recorded = [event.recorded_at for event in library.history(REF)]
    assert recorded == sorted(recorded)
    assert max(recorded) == FAST
    assert {e.kind for e in library.history(REF)} >= {EventKind.DEADLINE_EXPIRED}
