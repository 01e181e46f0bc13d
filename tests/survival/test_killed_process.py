"""Killing a process loses no saved step, and leaves no step half saved."""

from __future__ import annotations

import random
import threading
from typing import Any

import pytest

from casereview.engine import Engine
from casereview.persistence import Database

from ..support.worker_processes import (
    UNIT_EVENTS,
    WorkerProcess,
    assert_matches_history,
    note_step,
    repetitions,
    report_counts,
    verify_record,
)

pytestmark = pytest.mark.long

LONGEST = 0.15
"""Seconds of work before the kill, at most."""


def killed_at_random(url: str, chance: random.Random) -> list[dict[str, Any]]:
    """Return the answers of a process up to when it was killed."""
    worker = WorkerProcess()
    try:
        worker.ask(do="connect", url=url)
        first = worker.ask(do="until_killed")
        # The kill must come at a random instant, not at an event that the process knows of.
        threading.Event().wait(chance.uniform(0, LONGEST))
        worker.process.kill()
        return [first, *worker.remaining_answers()]
    finally:
        worker.end()


def test_killing_a_process_loses_no_saved_step_and_leaves_none_incomplete(
    engine: Engine, database: Database, database_url: str
) -> None:
    chance = random.Random(9)
    acknowledged = unacknowledged = 0
    count = repetitions(short=8, long=200)
    for _ in range(count):
        answered = killed_at_random(database_url, chance)
        ref, seqs = answered[0]["ref"], [one["seq"] for one in answered]
        assert seqs == list(range(1, len(seqs) + 1))
        # At most the step that the kill fell into is there beyond what was acknowledged.
        kept = engine.case(ref).seq
        assert kept in (len(seqs), len(seqs) + 1)
        assert_matches_history(engine, database, ref)
        # The next process is not blocked.
        assert note_step(engine, ref).seq == kept + 1
        acknowledged += len(seqs)
        unacknowledged += kept - len(seqs)
    found = verify_record(database)
    kept = acknowledged + unacknowledged + count + UNIT_EVENTS
    assert (found.cases, found.events, found.faults) == (count, kept, ())
    report_counts(
        f"killed {count} times: {acknowledged} events acknowledged and there, {unacknowledged} more kept, none half"
    )


def test_a_process_killed_while_the_others_work_leaves_them_working(
    engine: Engine, database: Database, database_url: str
) -> None:
    chance = random.Random(10)
    beside = WorkerProcess()
    try:
        beside.ask(do="connect", url=database_url)
        other = beside.ask(do="open")["ref"]
        count = repetitions(short=2, long=20)
        for number in range(count):
            beside.send_order(do="step", ref=other)
            answered = killed_at_random(database_url, chance)
            assert beside.read_answer()["seq"] == number + 2
            assert_matches_history(engine, database, answered[0]["ref"])
    finally:
        beside.end()
    assert engine.case(other).seq == count + 1
    assert verify_record(database).faults == ()
