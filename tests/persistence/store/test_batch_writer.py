"""Importing many cases at once equals importing them one by one, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from casereview.engine import Actor, DecidedBy, Engine, HistoryStep, ImportFailed, ImportHistory, Open, Refused, Step
from casereview.engine.errors.bad_input import InvalidForm
from casereview.engine.errors.refusals import RequestIdReused
from casereview.persistence import Database
from casereview.persistence.audit.verify import verify
from casereview.workflows import WORKFLOWS

from ...support.lending_sets import A_PART, A_SET, KEEPER_1, SETS

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FIRST, LAST = date(2024, 1, 8), date(2026, 3, 2)
ME = Actor(name="Kim Lee", roles=frozenset({"business_manager", "subgroup_chair", "board_chair"}))
REFERRED = {"title": "Child B", "agency": "Agency 2", "lessons": "x", "what_happened": "An invented account."}
NOTE = HistoryStep(trigger="note", data={"text": "A call."}, on=FIRST)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = Database(database_url)
    yield found
    found.close()


@pytest.fixture
def engine(database: Database) -> Engine:
    return Engine(database, WORKFLOWS, now=lambda: NOON)


def history(*steps: HistoryStep, on: date = FIRST, request_id: str | None = None, **data: Any) -> ImportHistory:
    opening = Open(workflow="partnership_review", actor=ME, data={**REFERRED, **data}, on=on, request_id=request_id)
    return ImportHistory(opening=opening, steps=steps)


def faults_in(database: Database) -> tuple[Any, ...]:
    with database.connection() as connection:
        return verify(connection).faults


def test_a_batch_is_saved_as_each_case_would_be_alone(database: Database, engine: Engine) -> None:
    alone = engine.open("partnership_review", actor=ME, data=REFERRED, on=FIRST)
    alone = engine.step(alone.ref, "note", actor=ME, data=NOTE.data, on=FIRST)
    brought = engine.import_many([history(NOTE), history(NOTE, NOTE), history(on=LAST), history(NOTE)])
    assert [one.ref for one in brought] == ["PR-2024-002", "PR-2024-003", "PR-2026-001", "PR-2024-004"]
    assert not any(one.repeated for one in brought)
    first = engine.case("PR-2024-002")
    assert (first.clocks, first.state, first.version, first.seq) == (
        alone.clocks,
        alone.state,
        alone.version,
        alone.seq,
    )
    kinds = [(event.kind, event.trigger, event.effects) for event in engine.history(alone.ref)]
    assert [(event.kind, event.trigger, event.effects) for event in engine.history(first.ref)] == kinds
    assert engine.case("PR-2024-003").version == alone.version + 1
    assert len(engine.stored_values(first.ref)) == len(engine.stored_values(alone.ref)) > 0
    assert faults_in(database) == ()
    assert engine.open("partnership_review", actor=ME, data=REFERRED, on=LAST).ref == "PR-2026-002"


def test_a_batch_is_saved_completely_or_not_at_all(database: Database, engine: Engine) -> None:
    wrong = HistoryStep(trigger="note", data={}, on=FIRST)
    with pytest.raises(ImportFailed, match="Case 3 of the batch, step 2") as raised:
        engine.import_many([history(NOTE), history(), history(NOTE, wrong), history()])
    assert (raised.value.number, raised.value.step) == (2, 2)
    assert isinstance(raised.value.cause, InvalidForm)
    assert raised.value.facts()["cause"]["error"] == "invalid_form"
    assert engine.cases() == ()
    assert engine.import_many([history()])[0].ref == "PR-2024-001"


def test_an_imported_case_is_not_imported_again(database: Database, engine: Engine) -> None:
    first = engine.import_many([history(NOTE, request_id=f"line {number}") for number in range(3)])
    longer = [history(NOTE, request_id=f"line {number}") for number in range(5)]
    again = engine.import_many(longer)
    assert [one.ref for one in again[:3]] == [one.ref for one in first]
    assert [one.repeated for one in again] == [True, True, True, False, False]
    assert len(engine.cases()) == 5
    with pytest.raises(ImportFailed) as raised:
        engine.import_many([history(request_id="line 6"), history(request_id="line 1")])
    assert isinstance(raised.value.cause, RequestIdReused)
    assert len(engine.cases()) == 5


def test_an_id_that_comes_twice_in_a_batch_is_known_the_second_time(database: Database, engine: Engine) -> None:
    one, other = engine.import_many([history(NOTE, request_id="the same")] * 2)
    assert (one.ref, other.ref, other.repeated) == ("PR-2024-001", "PR-2024-001", True)
    assert len(engine.cases()) == 1


def test_all_cases_that_cannot_be_imported_are_reported_and_none_is_saved(database: Database, engine: Engine) -> None:
    stranger = DecidedBy(name="Sam Reed", capacity="captain")
    refused = HistoryStep(trigger="publish", data={}, on=FIRST)
    found = engine.validate_imports([history(NOTE), history(title=""), history(refused), history(on=date(2027, 1, 1))])
    assert [(one.number, one.step) for one in found] == [(1, 0), (2, 1), (3, 0)]
    assert engine.validate_imports(
        [history(HistoryStep(trigger="note", data=NOTE.data, decided_by=stranger, on=FIRST))]
    )
    assert engine.cases() == ()
    assert engine.validate_imports([history(NOTE)]) == ()


def test_deadlines_that_ended_before_the_import_send_no_notice(database: Database, engine: Engine) -> None:
    engine.add_person("Kim Lee", role="business_manager", actor=ME, email="kim@example.org")
    engine.add_person("Jo Park", role="subgroup_chair", actor=ME, email="jo@example.org")
    engine.import_many([history(NOTE) for _ in range(3)])
    assert engine.overdue()
    assert engine.sweep(at=NOON).fired == ()


def test_each_step_of_a_batch_sees_the_earlier_ones(database: Database, engine: Engine) -> None:
    one, other = (case.ref for case in engine.import_many([history(), history()]))
    screen = {"ref": one, "trigger": "note", "actor": ME, "data": NOTE.data, "on": FIRST}
    results = engine.record_many([Step(**screen), Step(**{**screen, "ref": other}), Step(**screen)])
    cases = [result.case for result in results]
    assert [case.version for case in cases] == [2, 2, 3]
    assert [engine.case(ref).head for ref in (one, other)] == [cases[2].head, cases[1].head]
    assert faults_in(database) == ()


def test_errors_about_a_case_contain_nothing_sensitive(engine: Engine) -> None:
    with pytest.raises(ImportFailed) as raised:
        engine.import_many([history(HistoryStep(trigger="note", data={"text": 7}), what_happened="A secret word.")])
    assert "Note (text): expected text" in str(raised.value)
    assert "secret word" not in f"{raised.value} {raised.value!r} {raised.value.facts()} {raised.value.cause!r}"


def test_a_case_with_children_is_imported_as_it_would_be_alone(database: Database) -> None:
    engine = Engine(database, SETS, now=lambda: NOON)
    unpack = HistoryStep(trigger="unpack", data={"parts": ["Piece 1", "Piece 2"]}, on=FIRST)
    sets = [
        ImportHistory(opening=Open(workflow="set", actor=KEEPER_1, data=A_SET, on=FIRST), steps=(unpack,))
        for _ in range(2)
    ]
    brought = engine.import_many(sets)
    assert [one.ref for one in brought] == ["ST-2024-001", "ST-2024-002"]
    close = HistoryStep(trigger="close_set", data={}, on=FIRST)
    with pytest.raises(ImportFailed) as raised:
        engine.import_many([sets[0], replace(sets[1], steps=(unpack, close))])
    assert isinstance(raised.value.cause, Refused)
    part = Open(workflow="part", actor=KEEPER_1, data=A_PART, parent="ST-2024-001", on=FIRST)
    end = HistoryStep(trigger="close_part", data={}, on=FIRST)
    engine.import_many([ImportHistory(opening=part, steps=(end,)), sets[0], ImportHistory(opening=part)])
    assert [case.ref for case in engine.cases()] == [
        *("ST-2024-001", "ST-2024-001/P01", "ST-2024-001/P02", "ST-2024-001/P03", "ST-2024-001/P04"),
        *("ST-2024-002", "ST-2024-002/P01", "ST-2024-002/P02"),
        *("ST-2024-003", "ST-2024-003/P01", "ST-2024-003/P02"),
    ]
    ends = [Step(ref=f"ST-2024-002/P0{n}", trigger="close_part", actor=KEEPER_1, data={}, on=FIRST) for n in (1, 2)]
    end = Step(ref="ST-2024-002", trigger="close_set", actor=KEEPER_1, data={}, on=FIRST)
    assert [result.case.ref for result in engine.record_many([*ends, end])] == [
        "ST-2024-002/P01",
        "ST-2024-002/P02",
        "ST-2024-002",
    ]
    assert faults_in(database) == ()
