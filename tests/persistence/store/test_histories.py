"""Cases recorded elsewhere are imported together, parents with their children, all of them or none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from casereview.engine import (
    Actor,
    BatchFailed,
    Case,
    Engine,
    EventKind,
    ImportFailed,
    ImportHistory,
    ImportSnapshot,
    Open,
    SnapshotStep,
    UnknownCase,
)
from casereview.engine.errors.bad_input import BadValue
from casereview.engine.errors.refusals import RequestIdReused
from casereview.engine.model.evolve import fold
from casereview.engine.model.people import DecidedBy
from casereview.persistence import Database
from casereview.persistence.audit.verify import verify

from ...support.amendments import disposal
from ...support.cascading_sets import CASCADING_WORKFLOWS
from ...support.lending_sets import KEEPER_1

NOW = datetime(2026, 1, 20, 10, tzinfo=UTC)
OPENING = Open(workflow="set", actor=KEEPER_1, data={})


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def engine(database: Database) -> Engine:
    return Engine(database, CASCADING_WORKFLOWS, now=lambda: NOW)


def a_set(number: int = 1, state: str = "out", **more: Any) -> ImportSnapshot:
    asked: dict[str, Any] = {
        "workflow": "set",
        "actor": KEEPER_1,
        "opened_on": date(2024, 3, 4),
        "source": f"brought in from sets.xlsx, row {number}",
        "data": {"title": f"Set {number}", "library": "Library 1"},
        "request_id": f"sets:{number}",
    }
    return ImportSnapshot(state=state, **{**asked, **more})


def a_part(number: int, of: int = 1, **more: Any) -> ImportSnapshot:
    more = {"parent_request": f"sets:{of}", **more}
    data = {"title": f"Part {number}", "library": "Library 1"}
    return a_set(number, workflow="part", data=data, **{"request_id": f"parts:{of}:{number}", **more})


def faults(database: Database) -> list[Any]:
    with database.connection() as connection:
        return list(verify(connection).faults)


def together(engine: Engine, *cases: ImportSnapshot) -> list[Case]:
    return [engine.case(imported.ref) for imported in engine.import_many(cases)]


def test_a_case_and_its_parts_are_imported_in_one_transaction(engine: Engine, database: Database) -> None:
    brought = together(engine, a_set(), a_part(1), a_set(2), a_part(1, of=2), a_part(2))
    refs = ["ST-2024-001", "ST-2024-001/P01", "ST-2024-002", "ST-2024-002/P01", "ST-2024-001/P02"]
    assert [case.ref for case in brought] == refs
    assert [case.parent for case in brought] == [None, refs[0], None, refs[2], refs[0]]
    for case in brought:
        assert fold(engine.history(case.ref)) == case
        (event,) = engine.history(case.ref)
        assert (event.kind, event.recorded_at) == (EventKind.IMPORTED, NOW)
    assert faults(database) == []


def test_an_imported_case_continues_like_any_other(engine: Engine, database: Database) -> None:
    root, part = together(engine, a_set(), a_part(1))
    engine.step(part.ref, "close_part", actor=KEEPER_1, data={}, on=date(2026, 1, 12))
    assert [possible.transition.trigger for possible in engine.available_steps(root.ref, KEEPER_1)]
    assert engine.step(root.ref, "close_set", actor=KEEPER_1, data={}).state == "back"
    assert engine.open("set", actor=KEEPER_1, data=a_set(2).data).ref == "ST-2026-001"
    assert faults(database) == []


def test_an_imported_case_is_recognised_in_any_row(engine: Engine) -> None:
    together(engine, a_set(), a_part(1))
    again = engine.import_many((a_set(source="brought in from other.xlsx, row 9"), a_part(1), a_part(2)))
    assert [recorded.repeated for recorded in again] == [True, True, False]
    assert [case.ref for case in engine.tree("ST-2024-001")] == ["ST-2024-001", "ST-2024-001/P01", "ST-2024-001/P02"]


def test_other_content_is_not_recognised_as_the_same_case(engine: Engine) -> None:
    together(engine, a_set())
    with pytest.raises(ImportFailed) as refused:
        together(engine, a_set(title="Another set"))
    assert isinstance(refused.value.cause, RequestIdReused)


def test_one_case_that_cannot_be_imported_stops_all(engine: Engine, database: Database) -> None:
    with pytest.raises(ImportFailed) as refused:
        together(engine, a_set(), a_part(1), a_part(2, state="lost"))
    assert refused.value.number == 2
    assert engine.state_counts() == ()
    assert faults(database) == []


def test_all_problems_are_reported_together(engine: Engine) -> None:
    commands = (a_set(), a_part(1, state="lost"), a_part(2), a_part(3, opened_on=date(2026, 1, 21)), a_part(4, of=9))
    found = engine.validate_imports(commands)
    assert [one.number for one in found] == [1, 3, 4]
    assert engine.state_counts() == ()


def test_a_part_may_name_its_parent_by_its_reference(engine: Engine) -> None:
    together(engine, a_set())
    (part,) = together(engine, a_part(1, parent="ST-2024-001", parent_request=None))
    assert part.parent == "ST-2024-001"
    with pytest.raises(ImportFailed) as refused:
        together(engine, a_part(2, parent="ST-2024-009", parent_request=None))
    assert isinstance(refused.value.cause, UnknownCase)


@pytest.mark.parametrize("more", [{"parent_request": "sets:7"}, {"parent": "ST-2024-001"}])
def test_a_parent_is_named_once_and_was_imported(engine: Engine, more: dict[str, Any]) -> None:
    together(engine, a_set())
    with pytest.raises(ImportFailed, match="the request ID by which its parent was imported"):
        together(engine, a_part(1, **more))


def test_a_part_is_no_older_than_its_parent(database: Database) -> None:
    later = Engine(database, CASCADING_WORKFLOWS, now=lambda: NOW.replace(hour=12))
    together(later, a_set())
    earlier = Engine(database, CASCADING_WORKFLOWS, now=lambda: NOW)
    (part,) = together(earlier, a_part(1))
    assert part.recorded_at == NOW.replace(hour=12)


@pytest.mark.parametrize("command", [a_set(parent="ST-2024-001"), a_part(1, parent=None, parent_request=None)])
def test_a_case_has_a_parent_only_if_its_workflow_needs_one(engine: Engine, command: ImportSnapshot) -> None:
    together(engine, a_set(7))
    with pytest.raises(ImportFailed, match="parent: expected"):
        together(engine, command)


@pytest.mark.parametrize("case", [a_set(), ImportHistory(opening=OPENING)])
def test_an_import_is_not_recorded_as_a_command(engine: Engine, case: Any) -> None:
    with pytest.raises(BadValue, match="import_many imports cases"):
        engine.record(case)
    for verb in (engine.record_many, engine.dry_run_many):
        with pytest.raises(BatchFailed, match="import_many imports cases") as refused:
            verb([OPENING, case])
        assert refused.value.number == 1
    assert engine.state_counts() == ()


def test_only_people_who_record_for_others_may_import(engine: Engine) -> None:
    with pytest.raises(ImportFailed, match=r"can do this\. "):
        together(engine, a_set(actor=Actor(name="Borrower 1", roles=frozenset({"borrower"}))))


def test_the_cases_of_requests_are_found(engine: Engine) -> None:
    together(engine, a_set(), a_part(1))
    asked = ["sets:1", "parts:1:1", "sets:2"]
    assert engine.refs_by_request(asked) == {"sets:1": "ST-2024-001", "parts:1:1": "ST-2024-001/P01"}


def test_imported_sensitive_values_are_separate_and_can_be_disposed_of(engine: Engine, database: Database) -> None:
    slip = SnapshotStep(trigger="count", on=date(2024, 3, 5), data={"text": "About the family."})
    (case,) = together(engine, a_set(steps=(slip,)))
    (secret,) = engine.stored_values(case.ref).values()
    assert (secret.path, secret.value) == ("steps[1].record.text", '"About the family."')
    assert faults(database) == []
    engine.record(disposal(case.ref, actor=KEEPER_1, decided_by=DecidedBy(name="Keeper 2", capacity="keeper")))
    assert engine.stored_values(case.ref) == {}
    assert faults(database) == []
