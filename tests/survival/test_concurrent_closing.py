"""Closing a parent while others reopen its children never leaves a closed parent with an open child."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from casereview.engine import Case, Engine
from casereview.persistence import Database

from ..support.lending_sets import A_PART, A_SET, KEEPER_1, SETS
from ..support.worker_processes import DAY, WorkerGroup, engine_and_database, repetitions, report_counts, verify_record

pytestmark = pytest.mark.long

CHILDREN = 4
"""How many of the eight reopen a child, each one of its own; as many close their parent."""


@pytest.fixture
def engine(database: Database, database_url: str) -> Iterator[Engine]:
    made, store = engine_and_database(database_url, SETS)
    yield made
    store.close()


@pytest.fixture
def crew(eight_processes: WorkerGroup, database: Database, database_url: str) -> Iterator[WorkerGroup]:
    """Eight processes, each connected to the record of sets."""
    eight_processes.ask_all(lambda _: {"do": "connect", "url": database_url, "sets": True})
    yield eight_processes
    eight_processes.ask_all(lambda _: {"do": "leave"})


def lent(engine: Engine, parent: Case) -> Case:
    return engine.open("part", actor=KEEPER_1, data=A_PART, on=DAY, parent=parent.ref)


def after_step(engine: Engine, ref: str, trigger: str) -> Case:
    return engine.step(ref, trigger, actor=KEEPER_1, data={}, on=DAY)


def is_whole(engine: Engine, parent: Case, children: list[Case]) -> bool:
    """Check that no closed parent has an open child."""
    still_out = [child for child in children if engine.case(child.ref).state == "out"]
    return engine.case(parent.ref).state == "out" or not still_out


@pytest.mark.parametrize("kind", ["set", "part"], ids=["a root's child", "a child's child"])
def test_closing_a_parent_and_reopening_its_child_never_both_succeed(
    engine: Engine, database: Database, crew: WorkerGroup, kind: str
) -> None:
    parent = engine.open("set", actor=KEEPER_1, data=A_SET, on=DAY)
    if kind == "part":
        parent = lent(engine, parent)
    children = [lent(engine, parent) for _ in range(CHILDREN)]
    closing = {"do": "take", "ref": parent.ref, "trigger": f"close_{kind}"}
    reopening = [{"do": "take", "ref": child.ref, "trigger": "reopen_part"} for child in children]
    total: Counter[str] = Counter()
    for child in children:
        after_step(engine, child.ref, "close_part")
    for _ in range(repetitions(short=15, long=500)):
        answers = crew.ask([closing] * (len(crew) - CHILDREN) + reopening)
        assert is_whole(engine, parent, children)
        closers, reopeners = won(answers[:-CHILDREN]), won(answers[-CHILDREN:])
        # The first one wins: the parent is closed once, or each child is out again.
        assert (closers, reopeners) in {(1, 0), (0, CHILDREN)}
        assert {answer["kind"] for answer in answers if "error" in answer} == {"Refused"}
        total.update(rounds=1, closed=closers, reopened=reopeners)
        if closers:
            after_step(engine, parent.ref, f"reopen_{kind}")
        else:
            for child in children:
                after_step(engine, child.ref, "close_part")
    assert verify_record(database).faults == ()
    report_counts(
        f"{total['rounds']} rounds: {total['closed']} times the parent was closed,"
        f" {total['reopened'] // CHILDREN} times its {CHILDREN} children were reopened, never both"
    )


def test_eight_processes_number_new_children_without_gaps(
    engine: Engine, database: Database, crew: WorkerGroup
) -> None:
    parent = engine.open("set", actor=KEEPER_1, data=A_SET, on=DAY)
    count = repetitions(short=5, long=100)
    refs = []
    for _ in range(count):
        answers = crew.ask_all(lambda _: {"do": "open_part", "parent": parent.ref})
        assert won(answers) == len(crew), answers
        refs += [answer["ref"] for answer in answers]
    assert sorted(refs) == sorted(f"{parent.ref}/P{number:02d}" for number in range(1, count * len(crew) + 1))
    assert verify_record(database).faults == ()
    report_counts(f"{len(refs)} children opened by {len(crew)} at once, numbered without gaps")


def won(answers: list[dict[str, Any]]) -> int:
    return sum("error" not in answer for answer in answers)
