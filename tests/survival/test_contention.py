"""Tests of two writers that want the same lock, one of which the database aborts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Executable, create_engine, insert, select, text
from sqlalchemy import Engine as SqlEngine
from sqlalchemy.exc import DBAPIError

from casereview.engine import Contention, Engine
from casereview.engine.errors.faults import DatabaseProblem
from casereview.persistence import Database, database
from casereview.persistence.backends import errors as faults
from casereview.persistence.backends.errors import is_transient
from casereview.persistence.database import ATTEMPTS
from casereview.persistence.schema import tables
from casereview.workflows import WORKFLOWS

from ..support.worker_processes import NOON, TIMEOUT_SECONDS, assert_matches_history, note_step, open_review

pytestmark = pytest.mark.long

FIRST_TO_SEE = "50ms"
"""So soon the engine's transactions look for a deadlock; its rival's never do, so the engine gives way."""


@pytest.fixture
def rivals(postgres_url: str) -> Iterator[SqlEngine]:
    made = create_engine(postgres_url.replace("postgresql://", "postgresql+psycopg://"))
    with made.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET deadlock_timeout = '{FIRST_TO_SEE}'")
    yield made
    made.dispose()


@pytest.fixture
def stood_on(rivals: SqlEngine, postgres_url: str) -> Iterator[Database]:
    made = Database(postgres_url)
    yield made
    made.close()


class Rival:
    """Another program's transaction, which asks for a case while the engine holds it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        connection.exec_driver_sql("SET deadlock_timeout = '100s'")
        self._pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        self._threads = ThreadPoolExecutor(1)
        self._asked: Future[None] | None = None

    def take(self, statement: Executable) -> None:
        self._connection.execute(statement)

    def ask_for(self, ref: str) -> None:
        """Ask for a case, and return once the database makes the query wait.

        An earlier query has been answered by then, unless the engine came first again: then it still waits.
        """
        with self._connection.engine.connect() as watching:
            if self._asked is not None and not until_it_waits(watching, self._pid, or_done=self._asked):
                return
            self._asked = self._threads.submit(self._get_and_give_back, ref)
            until_it_waits(watching, self._pid)

    def stand_aside(self) -> None:
        if self._asked is not None:
            self._asked.result(TIMEOUT_SECONDS)
        self._threads.shutdown()
        self._connection.rollback()

    def _get_and_give_back(self, ref: str) -> None:
        with self._connection.begin_nested() as undone:
            self._connection.execute(locked(ref))
            undone.rollback()


def locked(ref: str) -> Executable:
    return select(tables.case.c.ref).where(tables.case.c.ref == ref).with_for_update()


def request_under(request_id: str, ref: str) -> Executable:
    row = {
        "client": "library",
        "request_id": request_id,
        "digest": "another's",
        "case_ref": ref,
        "seq": 1,
        "recorded_at": NOON,
    }
    return insert(tables.request).values(row)


def until_it_waits(watching: Connection, pid: int, or_done: Future[None] | None = None) -> bool:
    """Poll PostgreSQL until the query waits for a lock; return True if it was done before that."""
    waits = text("SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = :pid")
    end = time.monotonic() + TIMEOUT_SECONDS
    while not watching.execute(waits, {"pid": pid}).scalar_one():
        if or_done is not None and or_done.done():
            or_done.result()
            return True
        assert time.monotonic() < end
        watching.rollback()
    return False


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect PostgreSQL's error codes of the engine's aborted transactions."""
    found: list[str] = []

    def noticed(error: DBAPIError) -> bool:
        found.append(str(getattr(error.orig, "sqlstate", None)))
        return is_transient(error)

    for module in (database, faults):
        monkeypatch.setattr(module, "is_transient", noticed)
    return found


class Present:
    """The present. The engine asks for it while it holds the case, so that a test can intervene there."""

    def __init__(self) -> None:
        self.meanwhile: list[Any] = []

    def __call__(self) -> datetime:
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return NOON


def test_a_deadlock_is_repeated_and_the_caller_does_not_see_it(
    stood_on: Database, rivals: SqlEngine, codes: list[str]
) -> None:
    present = Present()
    engine = Engine(stood_on, WORKFLOWS, now=present)
    ref = open_review(engine).ref
    with rivals.connect() as connection:
        rival = Rival(connection)
        # It holds a lock that the engine will need, and needs one that the engine holds.
        rival.take(request_under("once", ref))
        present.meanwhile = [lambda: rival.ask_for(ref), rival.stand_aside]
        case = note_step(engine, ref, request_id="once")
    assert codes == ["40P01"]
    assert (case.version, engine.case(ref)) == (2, case)
    assert_matches_history(engine, stood_on, ref)


def test_repeated_deadlocks_end_in_contention_and_save_nothing(
    stood_on: Database, rivals: SqlEngine, codes: list[str]
) -> None:
    present = Present()
    engine = Engine(stood_on, WORKFLOWS, now=present)
    before = open_review(engine)
    with rivals.connect() as connection:
        rival = Rival(connection)
        rival.take(request_under("once", before.ref))
        present.meanwhile = [lambda: rival.ask_for(before.ref)] * ATTEMPTS
        with pytest.raises(Contention, match=r"Nothing was changed\. Try again\."):
            note_step(engine, before.ref, request_id="once")
        rival.stand_aside()
    assert codes == ["40P01"] * ATTEMPTS
    assert engine.case(before.ref) == before
    assert note_step(engine, before.ref, request_id="once").version == 2
    assert_matches_history(engine, stood_on, before.ref)


def test_two_roots_locked_in_opposite_orders_are_both_locked_in_the_end(
    stood_on: Database, rivals: SqlEngine, codes: list[str]
) -> None:
    engine = Engine(stood_on, WORKFLOWS, now=Present())
    one, two = open_review(engine).ref, open_review(engine).ref
    tries: list[str] = []
    with rivals.connect() as connection:
        rival = Rival(connection)
        rival.take(locked(two))

        def hold_both(writer: Any) -> tuple[str, str]:
            tries.append("tried")
            held = writer.load_for_update(one)
            # The second time it has got its lock and has ended.
            (rival.ask_for if len(tries) == 1 else lambda _: rival.stand_aside())(one)
            return held.ref, writer.load_for_update(two).ref

        assert stood_on.write(hold_both) == (one, two)
    assert (codes, len(tries)) == (["40P01"], 2)


def test_a_serialization_failure_is_repeated_unseen_by_the_caller(
    postgres_url: str, stood_on: Database, rivals: SqlEngine, codes: list[str]
) -> None:
    # As an administrator may have set it for the whole server.
    with rivals.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")
    stood_on.close()
    rivals.dispose()
    engine = Engine(stood_on, WORKFLOWS, now=Present())
    ref = open_review(engine).ref
    with (
        ThreadPoolExecutor(1) as threads,
        rivals.connect() as connection,
        rivals.connect() as watching,
    ):
        connection.execute(text("UPDATE casereview_case SET title = title WHERE ref = :ref"), {"ref": ref})
        step = threads.submit(note_step, engine, ref)
        watching.execution_options(isolation_level="AUTOCOMMIT")
        blocked = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = :name")
        end = time.monotonic() + TIMEOUT_SECONDS
        while not watching.execute(blocked, {"name": name}).scalar_one():
            assert time.monotonic() < end
        connection.commit()
        case = step.result(TIMEOUT_SECONDS)
    assert codes == ["40001"]
    assert case.version == 2
    assert_matches_history(engine, stood_on, ref)


def test_the_host_repeats_its_transaction_after_a_serialization_failure(stood_on: Database, rivals: SqlEngine) -> None:
    engine = Engine(stood_on, WORKFLOWS, now=Present())
    ref = open_review(engine).ref
    with rivals.execution_options(isolation_level="REPEATABLE READ").connect() as host:
        with host.begin(), engine.within(host) as joined:
            seen = joined.case(ref)
            note_step(engine, ref)
            with pytest.raises(Contention):
                note_step(joined, ref, if_version=seen.version)
            host.rollback()
        with host.begin(), engine.within(host) as joined:
            assert note_step(joined, ref, if_version=joined.case(ref).version).version == 3
    assert_matches_history(engine, stood_on, ref)


def test_a_writer_that_waits_too_long_gets_an_error_and_changes_nothing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casereview.persistence.backends.base.WAIT_SECONDS", 1)
    database = Database(database_url)
    engine = Engine(database, WORKFLOWS, now=Present())
    before = open_review(engine)
    with database.backend.writing.connect() as other:
        # On SQLite this connection holds the one write lock there is, as soon as it has begun.
        other.execute(text("UPDATE casereview_case SET title = title"))
        began = time.monotonic()
        with pytest.raises(DatabaseProblem, match="is being written by another user"):
            note_step(engine, before.ref)
        waited = time.monotonic() - began
        # A reader does not wait at all.
        assert engine.case(before.ref) == before
        other.rollback()
    assert 0.9 <= waited < 1 + TIMEOUT_SECONDS / 10
    assert note_step(engine, before.ref).version == 2
    assert_matches_history(engine, database, before.ref)
    database.close()
