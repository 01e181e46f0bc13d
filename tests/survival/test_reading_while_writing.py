"""A reader of all events misses none and sees none twice, however many writers there are."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from casereview.engine import Engine
from casereview.engine.ports.records import EventPlace, PlacedEvent
from casereview.persistence import Database
from casereview.persistence.schema import tables

from ..support.worker_processes import (
    TIMEOUT_SECONDS,
    UNIT_EVENTS,
    WorkerGroup,
    note_step,
    open_review,
    repetitions,
    report_counts,
)

pytestmark = pytest.mark.long

PAGE = 7
WRITERS = 4
Key = tuple[str, int]


class Follower:
    """A reader that goes on from the place where it stopped."""

    def __init__(self, database: Database) -> None:
        self.place: EventPlace | None = None
        self.seen: list[Key] = []
        self._database = database

    def poll(self) -> list[Key]:
        """Read all pages that there are, and return what was new."""
        new: list[Key] = []
        while page := self._page():
            self.place = page[-1].place
            new += [(one.event.ref, one.event.seq) for one in page]
        self.seen += new
        return new

    def poll_until(self, count: int) -> None:
        """Read until so many events were seen: a transaction in another database of the server can hide the latest."""
        patience = time.monotonic() + TIMEOUT_SECONDS
        while len(self.seen) < count and time.monotonic() < patience:
            self.poll()

    def _page(self) -> tuple[PlacedEvent, ...]:
        with self._database.reading() as reader:
            return reader.events_after(self.place, PAGE)


def stored_events(database: Database) -> set[Key]:
    with database.connection() as connection:
        rows = connection.execute(select(tables.event.c.case_ref, tables.event.c.seq))
        return {(row.case_ref, row.seq) for row in rows}


def assert_in_order(seen: list[Key]) -> None:
    """Assert that each case's events were seen in the order of its history, without a gap."""
    heads: dict[str, int] = {}
    for ref, seq in seen:
        assert seq == heads.get(ref, 0) + 1
        heads[ref] = seq


def test_a_reader_misses_no_event_while_four_processes_write(
    engine: Engine, database: Database, crew: WorkerGroup
) -> None:
    refs = [open_review(engine).ref for _ in range(WRITERS)]
    follower, polls = Follower(database), 0
    with ThreadPoolExecutor(1) as pool:
        for number in range(repetitions(short=10, long=200)):
            orders: list[dict[str, Any]] = [{"do": "step", "ref": ref, "text": f"Call {number}."} for ref in refs]
            orders[number % WRITERS] = {"do": "open_many", "count": 5}
            writing = pool.submit(crew.ask, orders)
            while not writing.done():
                follower.poll()
                polls += 1
            assert not [answer for answer in writing.result() if "error" in answer]
    wanted = stored_events(database)
    follower.poll_until(len(wanted))
    assert len(follower.seen) == len(set(follower.seen))
    assert set(follower.seen) == wanted
    assert_in_order(follower.seen)
    report_counts(f"{len(follower.seen)} events in {polls} polls")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_event_that_commits_late_is_not_passed_over(engine: Engine, database: Database) -> None:
    early, late = open_review(engine).ref, open_review(engine).ref
    follower = Follower(database)
    follower.poll_until(2 + UNIT_EVENTS)
    follower.seen.clear()
    with database.backend.writing.connect() as slow:
        with engine.within(slow) as joined:
            note_step(joined, early)
        note_step(engine, late)
        assert follower.poll() == []
        slow.commit()
    follower.poll_until(2)
    assert follower.seen == [(early, 2), (late, 2)]
