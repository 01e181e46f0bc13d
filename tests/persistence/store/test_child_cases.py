"""Child cases are numbered under their root, locked with it, and escalated as any other case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine as SqlEngine
from sqlalchemy import create_engine, delete, event

from casereview.engine import Case, Contention, Engine, Refused, UnknownCase
from casereview.engine.errors.bad_input import BadValue, InvalidForm
from casereview.engine.errors.faults import UnsoundWorkflow
from casereview.engine.errors.refusals import RequestIdReused
from casereview.engine.model.commands import NewDate, Open, Resume, Step, Suspend
from casereview.engine.model.evolve import fold
from casereview.engine.ports.records import Selection
from casereview.persistence import Database
from casereview.persistence.audit.verify import verify
from casereview.persistence.maintenance.backup import create_backup
from casereview.persistence.schema import tables
from casereview.persistence.store.reader import SqlReader

from ...support.lending_sets import A_PART, A_SET, KEEPER_1, PART, SET, SETS, step

DAY = date(2026, 1, 5)


class Present:
    """The present, as a test sets it."""

    day = DAY

    def __call__(self) -> datetime:
        return datetime.combine(self.day, time(10), UTC)


@pytest.fixture
def present() -> Present:
    return Present()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def engine(database: Database, present: Present) -> Engine:
    return Engine(database, SETS, now=present)


@pytest.fixture
def root(engine: Engine) -> Case:
    return engine.open("set", actor=KEEPER_1, data=A_SET)


def lent(engine: Engine, parent: Case, **more: Any) -> Case:
    return engine.open("part", actor=KEEPER_1, data=A_PART, parent=parent.ref, **more)


def after_step(engine: Engine, case: Case, trigger: str, **data: Any) -> Case:
    return engine.step(case.ref, trigger, actor=KEEPER_1, data=data)


def refs(engine: Engine) -> list[str]:
    return [case.ref for case in engine.cases()]


# --- references -----------------------------------------------------------------------------------------


def test_children_of_a_child_are_numbered_under_the_root(engine: Engine, root: Case) -> None:
    other = engine.open("set", actor=KEEPER_1, data=A_SET)
    one = lent(engine, root)
    two = lent(engine, one)
    three = lent(engine, root)
    assert [(case.ref, case.parent) for case in (one, two, three, lent(engine, other))] == [
        ("ST-2026-001/P01", "ST-2026-001"),
        ("ST-2026-001/P02", "ST-2026-001/P01"),
        ("ST-2026-001/P03", "ST-2026-001"),
        ("ST-2026-002/P01", "ST-2026-002"),
    ]


def test_children_of_each_workflow_are_numbered_separately(database: Database, present: Present) -> None:
    box = replace(PART, name="box", prefix="BX", transitions=(step("close_part", ("out",), "back"),))
    engine = Engine(database, (SET, PART, box), now=present)
    root = engine.open("set", actor=KEEPER_1, data=A_SET)
    boxed = [engine.open("box", actor=KEEPER_1, data=A_PART, parent=root.ref).ref for _ in range(2)]
    assert [*boxed, lent(engine, root).ref] == ["ST-2026-001/BX01", "ST-2026-001/BX02", "ST-2026-001/P01"]


def test_children_stay_in_order_beyond_two_digits(engine: Engine, database: Database, root: Case) -> None:
    after_step(engine, root, "unpack", parts=[f"Piece {number}" for number in range(1, 102)])
    with database.reading() as reader:
        children = reader.children(root.ref, "part")
    assert [child.ref for child in children][97:] == [f"{root.ref}/P{number}" for number in (98, 99, 100, 101)]
    assert [child.title for child in children] == [f"Piece {number}" for number in range(1, 102)]


@pytest.mark.parametrize(
    ("more", "error"),
    [
        pytest.param({"data": {}}, InvalidForm, id="a bad form"),
        pytest.param({"parent": None}, BadValue, id="no parent"),
        pytest.param({"parent": "ST-2026-009"}, UnknownCase, id="a parent that is not there"),
        pytest.param({"parent": "ST-2026-001/P01"}, Refused, id="a parent that is closed"),
        pytest.param({"workflow": "set", "data": A_SET}, BadValue, id="a root with a parent"),
    ],
)
def test_a_child_that_is_refused_leaves_no_gap(
    engine: Engine, root: Case, more: dict[str, Any], error: type[Exception]
) -> None:
    after_step(engine, lent(engine, root), "close_part")
    given = {"workflow": "part", "data": A_PART, "parent": root.ref, **more}
    with pytest.raises(error):
        engine.open(given.pop("workflow"), actor=KEEPER_1, **given)
    assert refs(engine) == ["ST-2026-001", "ST-2026-001/P01"]
    assert lent(engine, root).ref == "ST-2026-001/P02"


def test_a_refusal_that_the_host_catches_leaves_no_gap_among_children(
    engine: Engine, database: Database, root: Case
) -> None:
    with database.backend.writing.begin() as connection, engine.within(connection) as joined:
        with pytest.raises(InvalidForm):
            joined.open("part", actor=KEEPER_1, data={}, parent=root.ref)
        assert lent(joined, root).ref == "ST-2026-001/P01"
    assert lent(engine, root).ref == "ST-2026-001/P02"


# --- a step that opens children ---------------------------------------------------------------------------


def test_a_step_opens_children_in_its_own_transaction_on_the_same_decision(engine: Engine, root: Case) -> None:
    command = Step(ref=root.ref, trigger="unpack", actor=KEEPER_1, data={"parts": ["A king", "A queen"]}, on=DAY)
    recorded = engine.record(command)
    assert recorded.opened == ("ST-2026-001/P01", "ST-2026-001/P02")
    king, queen = (engine.case(ref) for ref in recorded.opened)
    assert [(king.title, king.parent), (queen.title, queen.parent)] == [("A king", root.ref), ("A queen", root.ref)]
    assert {king.recorded_at, queen.recorded_at} == {recorded.case.recorded_at}
    (opening,) = engine.history(queen.ref)
    (step_taken,) = recorded.events
    assert opening.decided_by == step_taken.decided_by
    assert fold(engine.history(queen.ref)) == queen


def test_a_step_is_not_applied_if_one_of_its_children_cannot_be_opened(
    engine: Engine, root: Case, database: Database
) -> None:
    with pytest.raises(InvalidForm):
        after_step(engine, root, "unpack", parts=["A king"], borrower="x" * 5_000)
    broken = replace(PART, version=2, opening=replace(PART.opening, roles=("borrower",)))
    stricter = Engine(database, (SET, PART, broken), now=Present())
    with pytest.raises(Refused):
        after_step(stricter, root, "unpack", parts=["A king", "A queen"])
    assert refs(engine) == [root.ref]
    assert engine.case(root.ref) == root


def test_a_repeated_request_opens_no_child_again(engine: Engine, root: Case) -> None:
    command = Step(ref=root.ref, trigger="unpack", actor=KEEPER_1, data={"parts": ["A king"]}, request_id="once")
    first, again = engine.record(command), engine.record(command)
    assert (again.case, again.repeated, again.opened) == (first.case, True, ())
    assert refs(engine) == [root.ref, "ST-2026-001/P01"]


# --- locks and reads on the tree -----------------------------------------------------------------------------


def test_a_parent_closes_after_its_children_and_reopens_before_them(engine: Engine, root: Case) -> None:
    child = lent(engine, root)
    grandchild = lent(engine, child)
    with pytest.raises(Refused, match="ST-2026-001/P01 is still out"):
        after_step(engine, root, "close_set")
    with pytest.raises(Refused, match="ST-2026-001/P02 is still out"):
        after_step(engine, child, "close_part")
    for case, trigger in ((grandchild, "close_part"), (child, "close_part"), (root, "close_set")):
        after_step(engine, case, trigger)
    with pytest.raises(Refused, match="ST-2026-001/P01 is back already"):
        after_step(engine, grandchild, "reopen_part")
    with pytest.raises(Refused, match="ST-2026-001 is back already"):
        after_step(engine, child, "reopen_part")
    for case, trigger in ((root, "reopen_set"), (child, "reopen_part"), (grandchild, "reopen_part")):
        assert after_step(engine, case, trigger).state == "out"


def test_available_steps_depend_on_the_tree(engine: Engine, root: Case) -> None:
    child = lent(engine, root)

    def blocks(ref: str) -> dict[str, list[str]]:
        found = engine.available_steps(ref, KEEPER_1)
        return {one.transition.trigger: [block.reason for block in one.blocked_by] for one in found}

    assert blocks(root.ref)["close_set"] == ["ST-2026-001/P01 is still out."]
    assert blocks(child.ref) == {"note": [], "close_part": []}
    after_step(engine, child, "close_part")
    assert blocks(root.ref)["close_set"] == []
    after_step(engine, root, "close_set")
    assert blocks(child.ref) == {"note": [], "reopen_part": ["ST-2026-001 is back already."]}


def test_an_engine_without_the_children_that_a_guard_reads_is_refused(engine: Engine, database: Database) -> None:
    with pytest.raises(UnsoundWorkflow, match="close_set reads children of part, which no case of set has"):
        Engine(database, (SET,), now=Present())


def test_a_child_without_its_parent_is_reported(engine: Engine, database: Database, root: Case) -> None:
    child = after_step(engine, lent(engine, root), "close_part")
    with database.backend.writing.begin() as connection:
        for column in (tables.case_organisation.c.case_ref, tables.case.c.ref):
            connection.execute(delete(column.table).where(column == root.ref))
    with pytest.raises(UnknownCase, match="There is no case ST-2026-001"):
        after_step(engine, child, "reopen_part")
    assert engine.case(child.ref) == child


def test_children_are_found_within_their_tree_however_many_cases_exist(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with statements() as asked, database.reading() as reader:
        reader.children("ST-2026-001", "part")
    (query,) = (statement for statement in asked if "parent" in statement and statement.startswith("SELECT"))
    with database.connection() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", ("ST-2026-001",) * query.count("?")).all()
    assert "USING INDEX ix_casereview_case_workflow_ref (workflow=? AND ref>? AND ref<?)" in plan[0].detail
    database.close()


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements sent to any database meanwhile."""
    asked: list[str] = []

    def noticed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(" ".join(statement.split()))

    event.listen(SqlEngine, "before_cursor_execute", noticed)
    yield asked
    event.remove(SqlEngine, "before_cursor_execute", noticed)


def test_a_step_reads_one_case_and_only_the_relations_its_guards_need(
    engine: Engine, root: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = lent(engine, root)
    read_cases: list[tuple[Case, ...]] = []
    looking = SqlReader._cases

    def looked(reader: SqlReader, *of: Any) -> tuple[Case, ...]:
        read_cases.append(looking(reader, *of))
        return read_cases[-1]

    monkeypatch.setattr(SqlReader, "_cases", looked)
    # Closing reads the case's own children, of which there are none; reopening reads its parent.
    for trigger, found in (("note", []), ("close_part", [()]), ("reopen_part", [(engine.case(root.ref),)])):
        read_cases.clear()
        after_step(engine, child, trigger)
        assert read_cases == found, trigger


def test_a_host_with_an_old_snapshot_cannot_close_over_a_reopened_child(postgres_url: str, present: Present) -> None:
    database = Database(postgres_url)
    engine = Engine(database, SETS, now=present)
    root = engine.open("set", actor=KEEPER_1, data=A_SET)
    child = after_step(engine, lent(engine, root), "close_part")
    host = create_engine(
        postgres_url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="REPEATABLE READ"
    )
    for meanwhile in (lambda: after_step(engine, child, "reopen_part"), lambda: lent(engine, root)):
        with host.begin() as connection, engine.within(connection) as joined:
            assert joined.case(child.ref).state == "back"
            meanwhile()
            with pytest.raises(Contention):
                after_step(joined, root, "close_set")
            connection.rollback()
        with pytest.raises(Refused), host.begin() as connection, engine.within(connection) as joined:
            after_step(joined, root, "close_set")
        for each in engine.cases(Selection(workflow="part", state="out")):
            after_step(engine, each, "close_part")
    with host.begin() as connection, engine.within(connection) as joined:
        assert after_step(joined, root, "close_set").state == "back"
    host.dispose()
    database.close()


# --- a child is a case as any other -------------------------------------------------------------------------


def test_the_same_opening_of_a_child_twice_opens_one(engine: Engine, root: Case) -> None:
    first = lent(engine, root, request_id="once")
    after_step(engine, first, "note", text="Asked for.")
    assert lent(engine, root, request_id="once") == first
    with pytest.raises(RequestIdReused):
        lent(engine, first, request_id="once")
    assert refs(engine) == [root.ref, first.ref]


def test_children_are_listed_and_read_now_and_as_of_earlier(engine: Engine, root: Case, present: Present) -> None:
    child = lent(engine, root)
    before = present()
    present.day = date(2026, 1, 12)
    closed = after_step(engine, child, "close_part")
    assert refs(engine) == [root.ref, child.ref]
    assert [case.ref for case in engine.cases(Selection(workflow="part", organisation="Library 1"))] == [child.ref]
    assert [case.ref for case in engine.cases(Selection(after=root.ref))] == [child.ref]
    assert engine.case(child.ref, as_of=before) == child
    assert [event.trigger for event in engine.history(child.ref)] == ["lend_part", "close_part"]
    assert [event.trigger for event in engine.history(child.ref, as_of=before)] == ["lend_part"]
    assert engine.case(child.ref) == fold(engine.history(child.ref)) == closed
    assert closed.parent == root.ref


def test_a_child_s_clocks_are_suspended_resumed_and_moved_as_others(
    engine: Engine, database: Database, root: Case, present: Present
) -> None:
    child = lent(engine, root)
    stop = {"proceeding": "An exhibition", "consulted": "The keeper", "reasons": "It is on show."}
    engine.record(Suspend(ref=child.ref, actor=KEEPER_1, on=DAY, **stop))
    present.day = date(2026, 1, 12)
    engine.record(Resume(ref=child.ref, actor=KEEPER_1, reasons="It is over.", on=present.day))
    assert engine.case(child.ref).clocks[0].due == date(2026, 1, 26)
    later = date(2026, 2, 9)
    moved = engine.record(NewDate(ref=child.ref, deadline="give_back", to=later, actor=KEEPER_1, reasons="Asked for."))
    assert (moved.case.clocks[0].due, moved.case.version) == (later, 4)
    assert (root, []) == (engine.case(root.ref), faults(database))


def test_a_child_s_overdue_clock_notifies_the_child_s_own_people(
    engine: Engine, database: Database, root: Case, present: Present
) -> None:
    for name, role, agency in (
        ("Reader 1", "borrower", "Library 1"),
        ("Reader 2", "borrower", "Library 1"),
        ("Reader 3", "borrower", "Library 2"),
        ("Keeper 1", "keeper", None),
    ):
        email = f"{name.replace(' ', '.').lower()}@example.org"
        engine.add_person(name, role=role, organisation=agency, email=email, actor=KEEPER_1)
    named = engine.open("part", actor=KEEPER_1, data={**A_PART, "borrower": "Reader 2"}, parent=root.ref)
    elsewhere = engine.open("part", actor=KEEPER_1, data={**A_PART, "library": "Library 2"}, parent=named.ref)
    present.day = date(2026, 1, 20)
    sweep = engine.sweep()
    assert [(fired.ref, fired.level, fired.recipients) for fired in sweep.fired] == [
        (named.ref, "owner", ("Reader 2",)),
        (elsewhere.ref, "owner", ("Reader 3",)),
    ]
    present.day = date(2026, 1, 27)
    assert [(fired.ref, fired.recipients) for fired in engine.sweep().fired] == [
        (named.ref, ("Keeper 1",)),
        (elsewhere.ref, ("Keeper 1",)),
    ]
    assert engine.sweep().fired == ()
    assert [late.ref for late in engine.overdue()] == [named.ref, elsewhere.ref]
    assert (root, []) == (engine.case(root.ref), faults(database))


def test_children_are_copied_with_their_numbers(
    engine: Engine, database: Database, root: Case, present: Present, tmp_path: Path
) -> None:
    child = lent(engine, root)
    grandchild = lent(engine, child)
    kept = tmp_path / "kept.db"
    assert create_backup(database, kept).faults == ()
    copy = Database(f"sqlite:///{kept}")
    moved = Engine(copy, SETS, now=present)
    assert [moved.case(case.ref) for case in (root, child, grandchild)] == [root, child, grandchild]
    assert lent(moved, root).ref == "ST-2026-001/P03"
    assert faults(copy) == []
    copy.close()


def test_a_child_opened_in_a_dry_run_does_not_exist(engine: Engine, root: Case) -> None:
    command = Open(workflow="part", actor=KEEPER_1, data=A_PART, parent=root.ref)
    assert engine.dry_run(command).case.ref == "ST-2026-001/P01"
    assert refs(engine) == [root.ref]


def test_an_engine_whose_newest_part_has_another_parent_is_refused(database: Database, present: Present) -> None:
    orphaned = replace(PART, version=2, parent_workflows=("box",))
    box = replace(
        SET, name="box", prefix="BX", transitions=(step("close_box", ("out",), "back"), step("n", ("back",), "out"))
    )
    with pytest.raises(UnsoundWorkflow, match="unpack opens children of part, which no case of set has"):
        Engine(database, (SET, PART, orphaned, box), now=present)


def faults(database: Database) -> list[str]:
    with database.connection() as connection:
        return [finding.fault for finding in verify(connection).faults]
