"""An imported case is completed from a later register: what was empty is filled, what is known stays."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from casereview.engine import Engine
from casereview.engine.decisions.completing import decide_completion
from casereview.engine.errors.bad_input import BadValue, ImportFailed
from casereview.engine.errors.refusals import Refused
from casereview.engine.forms.digests import with_stored_values
from casereview.engine.model.case import Case, Event
from casereview.engine.model.clock import ClockStatus, EventKind
from casereview.engine.model.commands import CompleteImport, Correct, ImportSnapshot, SnapshotStep
from casereview.engine.model.evolve import fold
from casereview.persistence import Database
from casereview.persistence.audit.verify import verify

from ...support.amendments import disposal
from ...support.imported_loans import NOW, import_loan, snapshot_step
from ...support.loan_decisions import clock, decision_context
from ...support.loan_workflow import (
    CLAIM,
    CLERK_1,
    ESCALATED_LOAN,
    LIBRARIAN_1,
    NOBODY,
    TRANSITIONS,
    Refusal,
    loan,
    step_to,
)
from ...support.movable_time import MovableTime

SOURCE = "loans-2026.xlsx, Loans, row 7"
KNOWN = {"title": "A globe", "library": "Library 1"}


@pytest.fixture
def engine(database: Database) -> Engine:
    return Engine(database, (ESCALATED_LOAN, CLAIM), now=MovableTime(NOW))


@pytest.fixture
def ref(engine: Engine) -> str:
    """A loan of which the register knew when it was asked for, and that it was lent."""
    return brought_in(engine, "lent", snapshot_step("lend", 2, 12))


def brought_in(engine: Engine, state: str, *steps: SnapshotStep, **more: Any) -> str:
    asked = {"opened_on": date(2024, 1, 8), "source": "loans.xlsx, row 7", "data": KNOWN, "former_reference": "L 7"}
    command = ImportSnapshot(workflow="loan", actor=LIBRARIAN_1, state=state, steps=steps, **{**asked, **more})
    return engine.import_many((command,))[0].ref


def complete(engine: Engine, ref: str, *steps: SnapshotStep, **more: Any) -> Case:
    command = CompleteImport(**{"ref": ref, "actor": LIBRARIAN_1, "source": SOURCE, "steps": steps, **more})
    assert engine.import_many((command,))[0].ref == ref
    return engine.case(ref)


def assert_sound(engine: Engine, database: Database, ref: str) -> None:
    assert fold(engine.history(ref)) == engine.case(ref)
    with database.connection() as connection:
        assert verify(connection).faults == ()


def as_if_imported_whole(engine: Engine, *steps: SnapshotStep, state: str = "lent", **more: Any) -> Case:
    return engine.case(brought_in(engine, state, *steps, **more))


def content(case: Case) -> Case:
    bare = tuple(replace(one, run=1, run_started_at=None, revisions=()) for one in case.clocks)
    return replace(case, ref="", version=0, seq=0, head="", recorded_at=NOW, clocks=bare)


def test_a_case_is_as_if_the_later_register_had_been_imported(engine: Engine, database: Database, ref: str) -> None:
    added = (
        snapshot_step("inspect", 1, 10, condition="good"),
        snapshot_step("approve", 2, 5, fee=10),
        snapshot_step("lend", 2, 12, kind="home", partner="Library 2"),
    )
    case = complete(engine, ref, *added, data={"reader": "Reader 2"})
    whole = as_if_imported_whole(engine, *added, data={**KNOWN, "reader": "Reader 2"})
    assert (case.state, case.been_in, case.organisations, case.title) == (
        *(whole.state, whole.been_in, whole.organisations, whole.title),
    )
    assert case.data.keys() == whole.data.keys()
    assert with_stored_values(case.data, engine.stored_values(ref)) == with_stored_values(
        whole.data, engine.stored_values(whole.ref)
    )
    assert {(one.deadline, one.number, one.status, one.due, one.done_on) for one in case.clocks} == {
        (one.deadline, one.number, one.status, one.due, one.done_on) for one in whole.clocks
    }
    assert_sound(engine, database, ref)


def test_the_completion_is_an_event_with_its_source(engine: Engine, ref: str) -> None:
    complete(engine, ref, snapshot_step("approve", 2, 5))
    event = engine.history(ref)[-1]
    assert (event.kind, event.data["event"]) == (EventKind.COMPLETED, 1)
    assert event.decided_by is not None
    assert event.decided_by.evidence == SOURCE
    assert [step["step"] for step in event.data["steps"]] == ["ask", "approve", "lend"]


def test_an_unknown_outcome_becomes_known(engine: Engine, ref: str) -> None:
    assert clock(engine.case(ref), "inspect").status is ClockStatus.NOT_KNOWN
    case = complete(engine, ref, snapshot_step("inspect", 1, 10))
    assert (clock(case, "inspect").status, clock(case, "inspect").done_on) == (ClockStatus.MET, date(2024, 1, 10))
    assert clock(case, "decide").status is ClockStatus.NOT_KNOWN
    assert engine.sweep().fired == () or all(one.deadline != "inspect" for one in engine.sweep().fired)


def test_the_day_of_the_present_state_is_filled_in(engine: Engine, database: Database) -> None:
    ref = brought_in(engine, "approved")
    case = complete(engine, ref, since=date(2024, 2, 5))
    assert (clock(case, "decide").status, clock(case, "decide").done_on) == (ClockStatus.MET, date(2024, 2, 5))
    again = complete(engine, ref, snapshot_step("approve", 2, 5, fee=10), since=date(2024, 2, 5))
    assert again.data["approve"] == {"fee": 10}
    assert_sound(engine, database, ref)


def test_it_is_completed_more_than_once_and_corrected(engine: Engine, database: Database, ref: str) -> None:
    complete(engine, ref, snapshot_step("approve", 2, 5))
    words = {"wrong": "The day was mistyped.", "reasons": "Found when filing."}
    engine.record(Correct(ref=ref, seq=1, step=2, actor=CLERK_1, on=date(2024, 2, 6), **words))
    case = complete(engine, ref, snapshot_step("approve", 2, 6, fee=10), snapshot_step("inspect", 1, 10))
    assert case.data["approve"] == {"fee": 10}
    assert clock(case, "decide").done_on == date(2024, 2, 6)
    assert_sound(engine, database, ref)


def test_a_case_that_went_on_is_completed(engine: Engine, database: Database, ref: str) -> None:
    engine.step(ref, "give_back", actor=LIBRARIAN_1, data={"condition": "good"}, on=date(2026, 1, 12))
    case = complete(engine, ref, snapshot_step("approve", 2, 5, fee=10))
    assert (case.state, case.closed_on) == ("returned", date(2026, 1, 12))
    assert case.data["approve"] == {"fee": 10}
    assert_sound(engine, database, ref)


@pytest.mark.parametrize(
    ("more", "steps", "said"),
    [
        ({"data": {"title": "A map"}}, (), "Thing: expected the value that is on record"),
        ({}, (snapshot_step("lend", 2, 13),), 'the day of "lend": expected 12 February 2024'),
        ({"data": KNOWN}, (snapshot_step("lend", 2, 12),), "found nothing new"),
        ({"since": date(2024, 2, 13)}, (), "since: expected"),
        ({}, (snapshot_step("give_back", 3, 1),), "expected"),
        ({}, (snapshot_step("approve", 3, 1),), "expected"),
    ],
)
def test_what_is_known_stays(
    engine: Engine, ref: str, more: dict[str, Any], steps: tuple[SnapshotStep, ...], said: str
) -> None:
    before = engine.case(ref)
    with pytest.raises(ImportFailed, match=said):
        complete(engine, ref, *steps, **more)
    assert engine.case(ref) == before


def test_the_day_of_a_state_is_kept_if_several_steps_lead_there() -> None:
    wave = step_to("wave_through", ("asked",), "approved", Refusal)
    workflow = loan(transitions=(*TRANSITIONS, wave))
    imported = import_loan("approved", since=date(2024, 2, 5), workflow=workflow)

    def completed(**more: Any) -> Event:
        command = CompleteImport(ref="LN-2024-001", actor=LIBRARIAN_1, source=SOURCE, **more)
        (event,) = decide_completion(
            workflow, imported.case, command, decision_context(NOW), history=imported.events, stored_values={}
        ).events
        return event

    assert completed(data={"library": "Library 1"}).data["since"] == "2024-02-05"
    assert completed(since=date(2024, 2, 5), data={"library": "Library 1"}).data["since"] == "2024-02-05"
    with pytest.raises(BadValue, match="since: expected"):
        completed(since=date(2024, 2, 6))


def test_a_case_that_was_opened_here_is_not_completed(engine: Engine) -> None:
    ref = engine.open("loan", actor=LIBRARIAN_1, data=KNOWN).ref
    with pytest.raises(ImportFailed) as refused:
        complete(engine, ref, snapshot_step("inspect", 1, 10))
    assert isinstance(refused.value.cause, BadValue)


def test_only_those_complete_who_may_record_for_others(engine: Engine, ref: str) -> None:
    with pytest.raises(ImportFailed) as refused:
        complete(engine, ref, snapshot_step("approve", 2, 5), actor=NOBODY)
    assert isinstance(refused.value.cause, Refused)


def test_days_after_which_a_later_step_was_impossible_are_refused(engine: Engine) -> None:
    ref = brought_in(engine, "approved")
    engine.step(ref, "lend", actor=LIBRARIAN_1, data={"kind": "home"}, on=date(2024, 2, 1))
    with pytest.raises(ImportFailed, match="could not have happened"):
        complete(engine, ref, snapshot_step("approve", 2, 5))


def test_a_completion_is_taken_back(engine: Engine, database: Database, ref: str) -> None:
    before = engine.case(ref)
    complete(engine, ref, snapshot_step("inspect", 1, 10), snapshot_step("approve", 2, 5))
    after = engine.take_back(ref, reasons="The wrong row.", actor=LIBRARIAN_1)
    assert content(after) == content(replace(before, ref=""))
    assert_sound(engine, database, ref)


def test_what_is_disposed_of_is_gone_from_the_completion_too(engine: Engine, database: Database) -> None:
    ref = brought_in(engine, "asked", data={**KNOWN, "reader": "Reader 2"})
    complete(engine, ref, snapshot_step("inspect", 1, 10))
    engine.record(disposal(ref, seq=1))
    assert engine.stored_values(ref) == {}
    assert_sound(engine, database, ref)


def test_a_repeated_request_completes_once(engine: Engine, ref: str) -> None:
    for _ in range(2):
        case = complete(engine, ref, snapshot_step("approve", 2, 5), request_id="row 7")
    assert case.seq == 2
