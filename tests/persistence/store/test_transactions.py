"""Recording is one transaction, saved completely and durably or not at all."""

from __future__ import annotations

import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event

from casereview.engine import Actor, Conflict, DecidedBy, Engine, Open
from casereview.engine.errors.bad_input import BadValue
from casereview.engine.errors.faults import DatabaseProblem
from casereview.engine.ports.store import Writer
from casereview.persistence import Database
from casereview.persistence.backends.sqlite_driver import sqlite3
from casereview.persistence.schema import tables
from casereview.persistence.store.reader import SqlReader
from casereview.workflows import WORKFLOWS

ME = Actor(name="Kim Lee", roles=frozenset({"review_coordinator"}))
REFERRAL = {"title": "Child B", "agency": "Agency 2", "lessons": "x", "what_happened": "An invented account."}
WRITTEN = ("counter", "event", "event_values", "case", "clock", "case_organisation", "request")


def content(path: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}


def refer(engine: Engine, **more: Any) -> str:
    return engine.open("partnership_review", actor=ME, data=REFERRAL, **more).ref


# --- whole or not at all -----------------------------------------------------------------------------


@pytest.mark.parametrize("table", WRITTEN)
def test_an_opening_that_fails_half_way_leaves_nothing(engine: Engine, path: Path, table: str) -> None:
    engine.register_definitions()
    fail_at(path, table)
    before = content(path)
    with pytest.raises(DatabaseProblem) as failed:
        refer(engine, request_id="one")
    assert "invented account" not in str(failed.value)
    assert content(path) == before


@pytest.mark.parametrize("table", ["event", "event_values", "request"])
def test_a_step_that_fails_half_way_leaves_the_case_as_it_was(engine: Engine, path: Path, table: str) -> None:
    ref = refer(engine)
    fail_at(path, table)
    before = content(path)
    with pytest.raises(DatabaseProblem):
        engine.step(ref, "note", actor=ME, data={"text": "x"}, request_id="one")
    assert content(path) == before


def test_a_case_that_is_opened_by_a_step_fails_together_with_it(engine: Engine, path: Path) -> None:
    ref = _recommended(engine)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TRIGGER plug BEFORE INSERT ON casereview_case WHEN new.workflow = 'partnership_review'"
            " BEGIN SELECT RAISE(ABORT, 'pulled the plug'); END"
        )
        connection.commit()
    before = content(path)
    with pytest.raises(DatabaseProblem):
        _commission(engine, ref)
    assert content(path) == before
    assert engine.case(ref).state == "referred"


def test_the_driver_s_message_is_never_shown(engine: Engine, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TRIGGER plug BEFORE INSERT ON casereview_event_values BEGIN"
            " SELECT RAISE(ABORT, 'An invented account.'); END"
        )
        connection.commit()
    with pytest.raises(DatabaseProblem) as failed:
        refer(engine)
    assert "account" not in "".join(traceback.format_exception(failed.value))


def test_a_block_that_raises_saves_nothing(database: Database, path: Path) -> None:
    def number_and_fail(writer: Writer) -> None:
        writer.next_reference("SCR", 2026)
        raise ZeroDivisionError

    before = content(path)
    with pytest.raises(ZeroDivisionError):
        database.write(number_and_fail)
    assert content(path) == before


def test_each_command_is_one_transaction(engine: Engine, database: Database) -> None:
    ref = refer(engine)
    commits: list[object] = []
    event.listen(database.backend.engine, "commit", commits.append)
    engine.step(ref, "note", actor=ME, data={"text": "x"}, request_id="one")
    assert len(commits) == 1


def test_a_rehearsed_command_commits_nothing(engine: Engine, path: Path) -> None:
    before = content(path)
    recorded = engine.dry_run(Open(workflow="partnership_review", actor=ME, data=REFERRAL))
    assert recorded.case.ref == "PR-2026-001"
    assert content(path) == before
    assert refer(engine) == "PR-2026-001"


# --- durability ---------------------------------------------------------------------------------------


def pragmas(record: SqlReader) -> dict[str, object]:
    return {name: record._connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS}


def test_every_connection_is_durable_and_enforces_foreign_keys(database: Database) -> None:
    with database.reading() as reader:
        assert pragmas(reader) == PRAGMAS
    assert database.write(pragmas) == PRAGMAS


PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_clock_belongs_to_a_case(database: Database) -> None:
    orphan = tables.case_organisation.insert().values(organisation="Agency 1", case_ref="SCR-1")
    with pytest.raises(DatabaseProblem):
        database.write(lambda writer: writer._connection.execute(orphan))


def test_a_reader_sees_one_state_of_the_record_while_others_write(engine: Engine, database: Database) -> None:
    ref = refer(engine)
    with database.reading() as reader:
        before = reader.case(ref)
        engine.step(ref, "note", actor=ME, data={"text": "x"})
        assert reader.case(ref) == before
        assert len(reader.events(ref)) == 1
    assert engine.case(ref).version == 2


def test_a_closed_database_connects_again(engine: Engine, database: Database) -> None:
    ref = refer(engine)
    database.close()
    assert engine.case(ref).ref == ref


# --- several at once ----------------------------------------------------------------------------------


def test_cases_opened_at_once_are_numbered_without_gaps(path: Path) -> None:
    def open_five(_number: int) -> list[str]:
        database = Database(f"sqlite:///{path}")
        engine = Engine(database, WORKFLOWS, now=lambda: datetime(2026, 1, 5, 10, tzinfo=UTC))
        together.wait()
        refs = [refer(engine) for _ in range(5)]
        database.close()
        return refs

    together = Barrier(4)
    with ThreadPoolExecutor(4) as people:
        refs = [ref for opened in people.map(open_five, range(4)) for ref in opened]
    assert sorted(refs) == [f"PR-2026-{number:03d}" for number in range(1, 21)]


OPEN_FIVE = """
import sys
from datetime import UTC, datetime
from casereview.engine import Actor, Engine
from casereview.persistence import Database
from casereview.workflows import WORKFLOWS
database = Database(sys.argv[1])
engine = Engine(database, WORKFLOWS, now=lambda: datetime(2026, 1, 5, 10, tzinfo=UTC))
me = Actor(name="Kim Lee", roles=frozenset({"review_coordinator"}))
for _ in range(5):
    data = {"title": "Child B", "agency": "Agency 2", "lessons": "x"}
    print(engine.open("partnership_review", actor=me, data=data).ref)
database.close()
"""


@pytest.mark.long
def test_processes_that_open_cases_at_once_number_them_without_gaps(path: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", OPEN_FIVE, f"sqlite:///{path}"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    refs = [ref for process in both for ref in process.communicate(timeout=60)[0].split()]
    assert sorted(refs) == [f"PR-2026-{number:03d}" for number in range(1, 11)]


def test_one_of_two_writers_with_the_same_version_gets_a_conflict(path: Path) -> None:
    def note(number: int) -> str:
        database = Database(f"sqlite:///{path}")
        engine = Engine(database, WORKFLOWS, now=lambda: datetime(2026, 1, 5, 11, tzinfo=UTC))
        together.wait()
        try:
            engine.step(ref, "note", actor=ME, data={"text": f"{number}"}, if_version=1)
        except Conflict:
            return "told"
        finally:
            database.close()
        return "recorded"

    first = Database(f"sqlite:///{path}")
    ref = refer(Engine(first, WORKFLOWS, now=lambda: datetime(2026, 1, 5, 10, tzinfo=UTC)))
    first.close()
    together = Barrier(2)
    with ThreadPoolExecutor(2) as people:
        assert sorted(people.map(note, range(2))) == ["recorded", "told"]


def test_the_same_request_twice_at_once_is_carried_out_once(path: Path) -> None:
    def opened(_number: int) -> str:
        database = Database(f"sqlite:///{path}")
        engine = Engine(database, WORKFLOWS, now=lambda: datetime(2026, 1, 5, 10, tzinfo=UTC))
        together.wait()
        ref = refer(engine, request_id="one")
        database.close()
        return ref

    together = Barrier(2)
    with ThreadPoolExecutor(2) as people:
        assert list(people.map(opened, range(2))) == ["PR-2026-001", "PR-2026-001"]
    assert [ref for ref, *_ in content(path)["casereview_case"]] == ["UNIT", "PR-2026-001"]


def test_one_database_serves_several_threads(engine: Engine) -> None:
    together = Barrier(4)

    def opened(_number: int) -> str:
        together.wait()
        return refer(engine)

    with ThreadPoolExecutor(4) as people:
        assert len(set(people.map(opened, range(4)))) == 4


# --- the file -----------------------------------------------------------------------------------------


def test_reading_creates_no_database(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(DatabaseProblem, match="does not exist"), database.reading():
        pass
    with pytest.raises(DatabaseProblem, match="does not exist"):
        database.write(lambda _: None)
    assert list(tmp_path.iterdir()) == []


URLS = [
    "mysql://sam:hunter2@server/x",
    "postgresql://sam:hunter2@server:port/x",
    "sqlite://sam:hunter2@x.db",
    "hunter2",
]


@pytest.mark.parametrize("url", URLS)
def test_a_password_is_in_no_error(url: str) -> None:
    with pytest.raises(BadValue) as refused:
        Database(url)
    everything = "".join(traceback.format_exception(refused.value)) + repr(refused.value.facts())
    assert "hunter2" not in everything


def fail_at(path: Path, table: str) -> None:
    """Make every later write to a table fail."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            f"CREATE TRIGGER plug BEFORE INSERT ON casereview_{table} BEGIN SELECT RAISE(ABORT, 'pulled the plug'); END"
        )
        connection.commit()


def _recommended(engine: Engine) -> str:
    data = {
        "title": "Child A",
        "referred_by": "Nurse",
        "agency": "Agency 1",
        "harm": "serious_harm",
        "aware_on": "2026-01-02",
        "abuse_or_neglect": "suspected",
        "what_happened": "An invented account.",
    }
    ref = engine.open("serious_case_review", actor=ME, data=data).ref
    chair = DecidedBy(name="Chair", capacity="subgroup_chair")
    record = {"recommends": "partnership_review", "criteria": _criteria(), "reasons": "Not met."}
    engine.step(ref, "recommend", actor=ME, decided_by=chair, data=record)
    return ref


def _commission(engine: Engine, ref: str) -> None:
    record = {"criteria": _criteria(), "reasons": "Not met.", "lessons": "Much.", "agency": "Agency 1"}
    chair = DecidedBy(name="Chair", capacity="board_chair")
    engine.step(ref, "commission_partnership_review", actor=ME, decided_by=chair, data=record)


def _criteria() -> dict[str, dict[str, str]]:
    limbs = ("abuse_or_neglect", "child_died", "seriously_harmed", "concern_about_working_together")
    return {limb: {"met": "not_met", "evidence": "Nothing points to it."} for limb in limbs}
