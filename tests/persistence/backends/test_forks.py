"""A process that is forked after its program has used the database connects anew."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from casereview.engine import Actor, Engine
from casereview.persistence import Database
from casereview.persistence.audit.verify import verify
from casereview.workflows import WORKFLOWS

ME = Actor(name="Host", roles=frozenset({"business_manager"}))

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no os.fork"),
    # This process has other threads, which the forked one does not use.
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning"),
]


class Undone(Exception):
    """Roll a transaction back."""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def engine(database: Database) -> Engine:
    return Engine(database, WORKFLOWS)


def open_case(engine: Engine, title: str) -> str:
    data = {"title": title, "agency": "Agency 1", "lessons": "Handing over."}
    return engine.open("partnership_review", actor=ME, data=data).ref


def note(engine: Engine, ref: str) -> int:
    return engine.step(ref, "note", actor=ME, data={"text": "Still connected."}).version


def forked(work: Callable[[], None]) -> int:
    """Run work in a forked process, and return its number."""
    process = os.fork()
    if process:
        return process
    try:
        work()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def ended_well(process: int) -> bool:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0


def test_processes_that_share_a_parent_do_not_share_connections(engine: Engine, database: Database) -> None:
    first, second, third = (open_case(engine, title) for title in ("First", "Second", "Third"))
    # Its connection lies in the pool now.
    has_begun, may_end = os.pipe(), os.pipe()

    def roll_back() -> None:
        # On SQLite the other one waits for the end of this transaction.
        takes_turns = database.path is not None
        with suppress(Undone), database.backend.transaction() as connection, engine.within(connection) as joined:
            note(joined, first)
            os.write(has_begun[1], b"!")
            if not takes_turns:
                os.read(may_end[0], 1)
            raise Undone

    def commit() -> None:
        os.read(has_begun[0], 1)
        note(engine, second)
        os.write(may_end[1], b"!")

    processes = [forked(roll_back), forked(commit)]
    # The parent goes on, on its own connection.
    note(engine, third)
    assert [ended_well(process) for process in processes] == [True, True]
    assert [engine.case(ref).version for ref in (first, second, third)] == [1, 2, 2]
    with database.connection() as connection:
        assert not verify(connection).faults
    for pipe in (*has_begun, *may_end):
        os.close(pipe)


def test_a_child_that_ends_leaves_its_parent_s_connection_open(engine: Engine, database: Database) -> None:
    ref = open_case(engine, "Parent")

    def use_and_close() -> None:
        assert engine.case(ref).title == "Parent"
        database.close()

    assert ended_well(forked(use_and_close))
    assert note(engine, ref) == 2


def test_a_database_in_memory_is_the_child_s_own_copy() -> None:
    database = Database("sqlite://")
    database.create()
    engine = Engine(database, WORKFLOWS)
    ref = open_case(engine, "Parent")

    def change() -> None:
        assert note(engine, ref) == 2

    assert ended_well(forked(change))
    assert engine.case(ref).version == 1
