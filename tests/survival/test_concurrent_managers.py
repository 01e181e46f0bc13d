"""People are checked and changed under one lock: a record keeps a manager, and gets only one first manager."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from casereview.engine import Actor, Engine, NoManagerLeft
from casereview.persistence import Database
from casereview.workflows import WORKFLOWS

from ..support.databases import postgres_database, sqlite_record
from ..support.worker_processes import repetitions, verify_record

pytestmark = pytest.mark.long

MANAGER = "business_manager"
SETTING_UP = Actor(name="Sam Reed", roles=(MANAGER,))


@pytest.fixture
def databases(database_url: str) -> Iterator[tuple[Database, ...]]:
    """Yield three connections to one record, as three processes have."""
    with ExitStack() as stack:
        yield connections(database_url, stack)


def connections(url: str, stack: ExitStack) -> tuple[Database, ...]:
    made = tuple(Database(url) for _ in range(3))
    for database in made:
        stack.callback(database.close)
    return made


def engines(databases: Sequence[Database]) -> tuple[Engine, ...]:
    return tuple(Engine(database, WORKFLOWS) for database in databases)


def together(*works: Callable[[], Any]) -> list[Any]:
    """Do several things at the same time, and return what each returned or raised."""
    barrier = Barrier(len(works))

    def do(work: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return work()
        except NoManagerLeft as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(do, works))


def managers(engine: Engine) -> list[str]:
    return [person.name for person in engine.people() if MANAGER in person.roles]


def test_of_two_managers_who_remove_each_other_one_stays(databases: tuple[Database, ...]) -> None:
    one, other, third = engines(databases)
    one.add_first_manager("Sam Reed", role=MANAGER, actor=SETTING_UP)
    one.add_person("Kim Lee", role=MANAGER, actor=SETTING_UP)
    for _ in range(repetitions(short=10, long=40)):
        sam, kim = third.actor("Sam Reed"), third.actor("Kim Lee")
        done = together(
            partial(one.remove_person, "Sam Reed", actor=kim), partial(other.remove_person, "Kim Lee", actor=sam)
        )
        assert sorted(isinstance(result, NoManagerLeft) for result in done) == [False, True]
        (left,) = managers(third)
        gone = ({"Sam Reed", "Kim Lee"} - {left}).pop()
        third.add_person(gone, role=MANAGER, actor=third.actor(left))
    assert verify_record(databases[0]).faults == ()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_of_three_first_managers_at_once_one_becomes_manager(
    kind: str, tmp_path: Path, postgres_server: str, postgres_template: Callable[[str], str]
) -> None:
    names = ("Sam Reed", "Kim Lee", "Jo Hall")
    for number in range(repetitions(short=10, long=30)):
        with ExitStack() as stack:
            if kind == "sqlite":
                url = sqlite_record(tmp_path / f"{number}.db")
            else:
                template = postgres_template(postgres_server)
                url = stack.enter_context(postgres_database(postgres_server, template=template))
            connected = connections(url, stack)
            made = together(
                *(
                    partial(engine.add_first_manager, name, role=MANAGER, actor=SETTING_UP)
                    for engine, name in zip(engines(connected), names, strict=True)
                )
            )
            (manager,) = (person for person in made if person is not None)
            assert managers(engines(connected)[0]) == [manager.name]
            assert verify_record(connected[0]).events == 2
