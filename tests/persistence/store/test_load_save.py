"""One statement loads what deciding a step needs, and saving checks against it, on both databases."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine as SqlEngine
from sqlalchemy import NullPool, create_engine, text, update

from casereview.engine import Actor, BatchFailed, Case, Contention, Engine, Refused
from casereview.engine.deadlines.overrides import DayKind
from casereview.engine.decisions.context import Decision, DecisionContext
from casereview.engine.decisions.step import decide_step
from casereview.engine.errors.faults import DatabaseProblem
from casereview.engine.model.calendar import days
from casereview.engine.model.commands import Step, Suspend
from casereview.engine.model.evolve import fold
from casereview.engine.service.unit_record import UnitRecord
from casereview.persistence import Database
from casereview.persistence.audit.verify import verify
from casereview.persistence.backends.driver import DriverConnection
from casereview.persistence.backends.errors import DamagedError
from casereview.persistence.backends.sqlite_driver import sqlite3
from casereview.persistence.backends.write_lock import acquire_write_lock
from casereview.persistence.schema import tables
from casereview.workflows import WORKFLOWS

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = date(2026, 3, 2)
ME = Actor(name="Kim Lee", roles=frozenset({"business_manager", "subgroup_chair", "board_chair"}))
REFERRED = {"title": "Child B", "agency": "Agency 2", "lessons": "x", "what_happened": "An invented account."}


@pytest.fixture
def both(database_url: str) -> Iterator[tuple[Database, Database]]:
    """The same database, opened as two processes would."""
    one, other = Database(database_url), Database(database_url)
    yield one, other
    one.close()
    other.close()


def engine_over(database: Database) -> Engine:
    return Engine(database, WORKFLOWS, now=lambda: NOON)


def opened(engine: Engine) -> Case:
    return engine.open("partnership_review", actor=ME, data=REFERRED, on=DAY)


def noted(engine: Engine, ref: str, **more: Any) -> Case:
    return engine.step(ref, "note", actor=ME, data={"text": "A call."}, on=DAY, **more)


def held(database: Database, ref: str) -> Case | None:
    return database.write(lambda writer: writer.load_for_update(ref))


def suspended(engine: Engine, ref: str) -> Case:
    command = Suspend(
        ref=ref, actor=ME, proceeding="An inquest", consulted="The coroner's officer", reasons="It is being held.",
        review_by=date(2026, 6, 1), on=DAY,
    )  # fmt: skip
    return engine.record(command).case


def decided(engine: Engine, writer: Any, case: Case) -> Decision:
    command = Step(ref=case.ref, trigger="note", actor=ME, data={"text": "A call."}, on=DAY)
    local = writer.overrides()
    judging = DecisionContext(now=NOON, calendar=engine.calendar, salt=lambda: b"sixteen bytes ok", overrides=local)
    return decide_step(engine.workflows.for_case(case), case, command, judging)


def until_a_session_waits(database: Database) -> None:
    """Poll PostgreSQL until a session waits for a lock; the server does not announce it."""
    end = time.monotonic() + 60
    with database.connection() as watching:
        name = watching.execute(text("SELECT current_database()")).scalar_one()
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = :name")
    while True:
        with database.connection() as watching:
            if watching.execute(waiting, {"name": name}).scalar_one():
                return
        assert time.monotonic() < end


def host_of(database: Database) -> SqlEngine:
    """Return a plain SQLAlchemy engine of a host, with none of our settings."""
    return create_engine(database.backend.url, poolclass=NullPool, module=database.driver)


def assert_whole(database: Database, ref: str) -> None:
    with database.connection() as connection:
        assert verify(connection, ref=ref).faults == ()
    with database.reading() as reader:
        assert fold(reader.events(ref)) == reader.case(ref)


def test_a_case_loaded_for_update_equals_the_case_as_read(both: tuple[Database, Database]) -> None:
    engine = engine_over(both[0])
    ref = opened(engine).ref
    noted(engine, ref)
    assert held(both[0], ref) == engine.case(ref) == held(both[1], ref)
    assert held(both[0], "PR-2026-999") is None


def test_clocks_with_every_field_set_are_loaded_unchanged(both: tuple[Database, Database]) -> None:
    engine = engine_over(both[0])
    ref = opened(engine).ref
    case = suspended(engine, ref)
    assert any(clock.suspended_on and clock.time_left for clock in case.clocks)
    assert held(both[0], ref) == case == engine.case(ref)
    assert_whole(both[0], ref)


def test_overrides_of_another_process_apply_to_the_next_step(both: tuple[Database, Database]) -> None:
    one, other = (engine_over(database) for database in both)
    ref = opened(one).ref
    noted(one, ref)
    other.set_day(date(2026, 3, 3), DayKind.CLOSED, reasons="Snow.", actor=ME)
    deadline = one.case(ref).clocks[0].deadline
    other.set_term("partnership_review", deadline, term=days(3), from_day=DAY, reasons="Ours.", actor=ME)

    def seen(writer: Any) -> Any:
        writer.load_for_update(ref)
        return writer.overrides()

    assert both[0].write(seen) == other.overrides() == one.overrides()
    assert len(one.overrides().days) == len(one.overrides().deadlines) == 1


def test_overrides_of_a_transaction_apply_to_its_own_steps(both: tuple[Database, Database]) -> None:
    engine = engine_over(both[0])
    ref = opened(engine).ref
    engine.set_day(date(2026, 3, 3), DayKind.CLOSED, reasons="Snow.", actor=ME)
    another = {"day": "2026-03-04", "counts_as": "closed", "reasons": "More snow."}

    def changed(writer: Any) -> Any:
        writer.load_for_update(ref)
        before = writer.overrides()
        UnitRecord(writer, engine._context).apply("set_day", another, ME)
        return before, writer.overrides()

    before, after = both[0].write(changed)
    assert [len(before.days), len(after.days)] == [1, 2]


def test_a_step_is_decided_again_if_another_writer_changed_the_case(both: tuple[Database, Database]) -> None:
    engine = engine_over(both[0])
    ref = opened(engine).ref
    judged: list[int] = []

    def moved_meanwhile(writer: Any) -> Case:
        case = writer.load_for_update(ref)
        judged.append(case.seq)
        decision = decided(engine, writer, case)
        if len(judged) == 1:
            # As a program without locks would: the row is no longer the one that was decided on.
            writer._connection.execute(update(tables.case).where(tables.case.c.ref == ref).values(seq=7))
        return writer.append(decision.events, decision.case)

    assert both[0].write(moved_meanwhile).seq == 2
    assert judged == [1, 1]
    assert_whole(both[0], ref)


def test_repeated_changes_by_others_end_in_contention_and_save_nothing(both: tuple[Database, Database]) -> None:
    engine = engine_over(both[0])
    before = opened(engine)

    def moved_meanwhile(writer: Any) -> Case:
        decision = decided(engine, writer, writer.load_for_update(before.ref))
        writer._connection.execute(update(tables.case).where(tables.case.c.ref == before.ref).values(seq=7))
        return writer.append(decision.events, decision.case)

    with pytest.raises(Contention):
        both[0].write(moved_meanwhile)
    assert engine.case(before.ref) == before


def test_a_writer_that_waited_for_a_case_loads_its_latest_state(postgres_url: str) -> None:
    database = Database(postgres_url)
    engine = engine_over(database)
    ref = opened(engine).ref
    with database.backend.writing.connect() as other, ThreadPoolExecutor(1) as threads:
        with other.begin(), engine.within(other) as joined:
            noted(joined, ref)
            waiting = threads.submit(held, database, ref)
            until_a_session_waits(database)
        assert waiting.result(60) == engine.case(ref)
    assert engine.case(ref).seq == 2
    database.close()


def test_a_case_without_its_latest_event_is_reported_as_damaged(both: tuple[Database, Database]) -> None:
    database = both[0]
    engine = engine_over(database)
    ref = opened(engine).ref
    with database.backend.writing.begin() as connection:
        connection.execute(update(tables.case).where(tables.case.c.ref == ref).values(seq=9))
    with pytest.raises(DatabaseProblem, match="is damaged"):
        noted(engine, ref)


@pytest.mark.parametrize("column", ["been_in", "links", "data", "suspensions"])
def test_a_damaged_row_is_reported_without_its_content(both: tuple[Database, Database], column: str) -> None:
    database = both[0]
    engine = engine_over(database)
    ref = opened(engine).ref
    with database.backend.writing.begin() as connection:
        connection.execute(
            text(f"UPDATE casereview_case SET {column} = '\"An invented account.\"' WHERE ref = '{ref}'")
        )
    with pytest.raises(DatabaseProblem, match="is damaged") as caught:
        noted(engine, ref)
    assert "account" not in str(caught.value)
    assert caught.value.__cause__ is None


# --- in a host's transaction ------------------------------------------------------------------------------


def test_a_host_s_commit_saves_the_step_and_its_rollback_drops_it(
    both: tuple[Database, Database],
) -> None:
    engine = engine_over(both[0])
    ref = opened(engine).ref
    with host_of(both[0]).connect() as host, engine.within(host) as joined:
        noted(joined, ref)
        host.rollback()
        assert joined.case(ref).seq == 1
        host.rollback()
        noted(joined, ref)
        host.commit()
    assert engine.case(ref).seq == 2
    with host_of(both[0]).connect() as host, engine.within(host) as joined:
        noted(joined, ref)
    assert engine.case(ref).seq == 2
    assert_whole(both[0], ref)


# --- several steps at once ------------------------------------------------------------------------------


def note_on(ref: str, **more: Any) -> Step:
    return Step(ref=ref, trigger="note", actor=ME, data={"text": "A call."}, on=DAY, **more)


def test_several_steps_are_applied_in_order_and_each_returns_its_case(both: tuple[Database, Database]) -> None:
    engine = engine_over(both[0])
    one, other = opened(engine).ref, opened(engine).ref
    cases = [result.case for result in engine.record_many([note_on(other), note_on(one), note_on(other)])]
    assert [(case.ref, case.seq) for case in cases] == [(other, 2), (one, 2), (other, 3)]
    assert (engine.case(one), engine.case(other)) == (cases[1], cases[2])
    for ref in (one, other):
        assert_whole(both[0], ref)


def test_one_statement_loads_a_batch_and_damage_is_reported_when_needed(
    both: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    database = both[0]
    engine = engine_over(database)
    *whole, gone, spoilt = (opened(engine).ref for _ in range(5))
    with database.backend.writing.begin() as connection:
        connection.execute(text(f"UPDATE casereview_case SET been_in = '5' WHERE ref = '{spoilt}'"))
        connection.execute(text(f"UPDATE casereview_case SET seq = 9 WHERE ref = '{gone}'"))  # a missing event
    sent: list[str] = []
    sending = DriverConnection.execute

    def send(wire: DriverConnection, statement: str, parameters: Any) -> Any:
        sent.append(statement)
        return sending(wire, statement, parameters)

    monkeypatch.setattr(DriverConnection, "execute", send)

    def looked(writer: Any) -> list[Case | None]:
        cases = [writer.load_for_update(ref) for ref in whole]
        assert len(sent) == 1
        with pytest.raises(DamagedError):
            writer.load_for_update(spoilt)
        decision = decided(engine, writer, writer.load_for_update(gone))
        with pytest.raises(DamagedError):
            writer.append(decision.events, decision.case)
        return cases

    found = database.write(lambda writer: writer.batched(looked, locked=[*whole, gone, spoilt, "PR-2026-999"]))
    assert found == [engine.case(ref) for ref in whole]


def test_an_empty_batch_does_nothing(both: tuple[Database, Database]) -> None:
    assert engine_over(both[0]).record_many([]) == ()


def test_one_refused_step_of_several_stops_all(both: tuple[Database, Database]) -> None:
    engine = engine_over(both[0])
    one, other = opened(engine), opened(engine)
    reopening = Step(ref=other.ref, trigger="reopen", actor=ME, data={"return_to": "referred", "reasons": "x"}, on=DAY)
    with pytest.raises(BatchFailed) as failed:
        engine.record_many([note_on(one.ref), note_on(other.ref), reopening])
    refused = failed.value.cause
    assert isinstance(refused, Refused)
    assert (failed.value.number, refused.ref) == (2, other.ref)
    assert (engine.case(one.ref), engine.case(other.ref)) == (one, other)


def test_a_batch_that_is_sent_again_is_not_applied_again(both: tuple[Database, Database]) -> None:
    engine = engine_over(both[0])
    ref = opened(engine).ref
    batch = [note_on(ref, request_id=f"note-{number}") for number in range(3)]
    first, again = engine.record_many(batch), engine.record_many(batch)
    assert [result.case for result in again] == [result.case for result in first]
    assert [result.repeated for result in again] == [True, True, True]
    assert engine.case(ref).seq == 4


def test_batches_with_the_same_cases_in_other_orders_do_not_deadlock(
    both: tuple[Database, Database],
) -> None:
    engines = [engine_over(database) for database in both]
    refs = [opened(engines[0]).ref for _ in range(6)]
    orders = [refs, refs[::-1]]
    together = Barrier(2)

    def take(number: int) -> None:
        for _ in range(5):
            together.wait()
            engines[number].record_many([note_on(ref) for ref in orders[number]])

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(take, range(2)))
    assert {engines[0].case(ref).seq for ref in refs} == {11}


# --- taking turns on a SQLite file ---------------------------------------------------------------------


def test_writers_of_one_file_take_turns_and_all_succeed(tmp_path: Path) -> None:
    path = tmp_path / "file.db"
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("CREATE TABLE written (who INTEGER)")

    def write(who: int) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as own:
            for _ in range(20):
                acquire_write_lock(own, 60)
                own.execute("INSERT INTO written VALUES (?)", (who,))
                own.execute("COMMIT")

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, range(4)))
    with closing(sqlite3.connect(path)) as made:
        assert made.execute("SELECT who, count(*) FROM written GROUP BY who").fetchall() == [(n, 20) for n in range(4)]


def test_a_timed_out_writer_gets_an_error_and_its_timeout_is_restored(tmp_path: Path) -> None:
    path = tmp_path / "file.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as holding, closing(sqlite3.connect(path)) as waiting:
        holding.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            acquire_write_lock(waiting, 0.01)
        assert waiting.execute("PRAGMA busy_timeout").fetchone() == (10,)


def test_a_damaged_file_is_reported_without_waiting(tmp_path: Path) -> None:
    path = tmp_path / "file.db"
    path.write_bytes(b"no database at all, " * 100)
    with closing(sqlite3.connect(path)) as waiting, pytest.raises(sqlite3.DatabaseError, match="not a database"):
        acquire_write_lock(waiting, 60)
