"""Threads of one process write to a SQLite file one after the other, and nothing can keep a turn for good."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, event

from casereview.engine import Actor, Engine
from casereview.engine.errors.faults import DatabaseProblem
from casereview.persistence import Database
from casereview.persistence.audit.verify import verify
from casereview.persistence.backends import base
from casereview.persistence.backends.errors import NoTurn
from casereview.persistence.backends.turns import Turns, turns_at
from casereview.workflows import WORKFLOWS

from ...support.databases import sqlite_record

ME = Actor(name="Host", roles=frozenset({"business_manager"}))
REFERRAL: dict[str, Any] = {"title": "Child A", "agency": "Agency 1", "lessons": "Handing over."}
SOON = 0.01


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(sqlite_record(tmp_path / "casereview.db"))
    yield made
    made.close()


def is_taken(turns: Turns) -> bool:
    try:
        with turns.turn(SOON):
            return False
    except NoTurn:
        return True


def opened(engine: Engine) -> str:
    return engine.open("partnership_review", actor=ME, data=REFERRAL).ref


def test_a_turn_ends_with_its_transaction_however_that_ends() -> None:
    turns = Turns()
    with turns.turn(SOON):
        assert is_taken(turns)
    assert not is_taken(turns)
    with pytest.raises(KeyError), turns.turn(SOON):
        raise KeyError
    assert not is_taken(turns)


def test_a_turn_may_end_in_another_thread() -> None:
    turns = Turns()
    begun = turns.turn(SOON)
    with ThreadPoolExecutor(1) as other:
        other.submit(begun.__enter__).result()
    assert is_taken(turns)
    begun.__exit__(None, None, None)
    assert not is_taken(turns)


def test_a_turn_that_an_interrupted_thread_lost_is_free() -> None:
    turns = Turns()
    turns._take(SOON)  # the result is dropped
    assert not is_taken(turns)


def test_a_host_keeps_its_turn_until_its_transaction_is_over() -> None:
    turns, over = Turns(), threading.Event()
    with turns.turn_of_host(SOON, over.is_set):
        pass
    assert is_taken(turns)
    over.set()
    assert not is_taken(turns)
    with pytest.raises(KeyError), turns.turn_of_host(SOON, over.is_set):
        raise KeyError
    over.clear()
    assert not is_taken(turns)


def test_threads_that_wait_go_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casereview.persistence.backends.turns.BURST_SECONDS", 0)
    turns, order = Turns(), list[int]()

    def go(number: int) -> None:
        with turns.turn(5):
            order.append(number)

    threads = []
    with turns.turn(SOON):
        for number in range(5):
            threads.append(threading.Thread(target=go, args=(number,)))
            threads[-1].start()
            while len(turns._queue) <= number:
                pass
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_two_database_objects_of_one_file_share_their_turns(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert turns_at(tmp_path / "x.db") is turns_at(tmp_path / "link" / "x.db")
    first, other = turns_at(tmp_path / "x.db"), turns_at(tmp_path / "y.db")
    assert first is not other


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no os.fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_begins_with_nobody_waiting(tmp_path: Path) -> None:
    turns = turns_at(tmp_path / "x.db")
    with turns.turn(SOON):
        child = os.fork()
        if not child:
            os._exit(is_taken(turns))
        _, status = os.waitpid(child, 0)
        assert is_taken(turns)
    assert status == 0


def test_only_the_thread_in_turn_asks_sqlite_for_its_lock(database: Database) -> None:
    engine, asked = Engine(database, WORKFLOWS), list[str]()

    def note(connection: Connection) -> None:
        if "casereview_immediate" in connection.get_execution_options():
            asked.append(threading.current_thread().name)

    event.listen(database.backend.engine, "begin", note)
    turns = turns_at(database.path or Path())
    with ThreadPoolExecutor(4) as threads:
        with turns.turn(SOON):
            opening = [threads.submit(opened, engine) for _ in range(4)]
            while len(turns._queue) < 4:
                pass
            assert asked == []
        refs = [one.result() for one in opening]
    assert len(set(refs)) == 4


def test_a_writer_that_waits_for_too_long_gives_up(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "WAIT_SECONDS", SOON)
    with (
        turns_at(database.path or Path()).turn(SOON),
        pytest.raises(DatabaseProblem, match=r"is being written by another user\. Nothing was changed"),
    ):
        opened(Engine(database, WORKFLOWS))
    assert opened(Engine(database, WORKFLOWS)).endswith("-001")


def test_a_host_s_transaction_holds_the_turn_until_it_ends(database: Database) -> None:
    engine, turns = Engine(database, WORKFLOWS), turns_at(database.path or Path())
    host = create_engine(database.backend.url, module=database.driver)
    for end in ("commit", "rollback", "close"):
        connection = host.connect()
        with engine.within(connection) as joined:
            opened(joined)
        assert is_taken(turns)
        getattr(connection, end)()
        assert not is_taken(turns)
        connection.close()
    # A host that is left without an end: its connection goes back by itself.
    connection = host.connect()
    with engine.within(connection) as joined:
        opened(joined)
    connection.detach()
    connection.invalidate()
    assert not is_taken(turns)
    host.dispose()


def test_a_host_that_holds_sqlite_s_lock_waits_for_nobody(database: Database) -> None:
    engine = Engine(database, WORKFLOWS)
    host = create_engine(database.backend.url, module=database.driver)
    with host.connect() as connection, turns_at(database.path or Path()).turn(SOON):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        with engine.within(connection) as joined:
            opened(joined)
        connection.commit()
    assert len(engine.cases()) == 1
    host.dispose()


def test_a_database_in_memory_works_with_threads() -> None:
    database = Database("sqlite://")
    database.create()
    engine = Engine(database, WORKFLOWS)

    def work(_: int) -> str:
        ref = opened(engine)
        engine.step(ref, "note", actor=ME, data={"text": "x"})
        assert engine.case(ref).version == 2
        return ref

    with ThreadPoolExecutor(8) as threads:
        refs = list(threads.map(work, range(40)))
    assert sorted(refs) == [case.ref for case in engine.cases()]
    with database.connection() as connection:
        assert (verify(connection).cases, verify(connection).faults) == (40, ())
    database.close()
