"""A voided case is in no list, count or sweep, on both databases: every verb that reads is gone through."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from time import monotonic
from typing import Any

import pytest

from casereview.engine import Engine
from casereview.engine.ports.outbox import MessageState, NoticeState
from casereview.engine.ports.records import Selection
from casereview.engine.ports.store import Reader
from casereview.persistence import Database

from ...support.lending_sets import A_PART, A_SET, KEEPER_1, SETS
from ...support.movable_time import MovableTime

MONDAY = datetime(2026, 1, 5, 10, tzinfo=UTC)
LATER = datetime(2026, 6, 1, 10, tzinfo=UTC)
OUT = {"set": ("out",), "part": ("out",)}
ROOT, VOIDED = "ST-2026-001", "ST-2026-002"
PART = {**A_PART, "borrower": "Ash"}

LISTS: Mapping[str, Callable[[Reader], Any]] = {
    "cases": lambda reader: [
        reader.cases(selection)
        for selection in (
            Selection(),
            Selection(roots_only=True),
            Selection(workflow="set"),
            Selection(workflow="part", state="out"),
            Selection(state="voided"),
            Selection(parent=ROOT),
            Selection(parent=VOIDED),
            Selection(organisation="Library 1"),
            Selection(overdue_at=LATER),
            Selection(without_workflows=("part",)),
            Selection(after=ROOT),
        )
    ],
    "state_counts": lambda reader: reader.state_counts(),
    "case_summaries": lambda reader: reader.case_summaries(OUT, LATER, LATER, 100),
    "children": lambda reader: (reader.children(ROOT, "part"), reader.children(VOIDED, "part")),
    "tree": lambda reader: (reader.tree(ROOT), reader.tree(VOIDED)),
    "due_items": lambda reader: (
        reader.due_items(None, 100),
        reader.due_items(LATER, 100),
        reader.due_items(None, 100, "Library 1"),
    ),
    "due_timers": lambda reader: reader.due_timers(LATER, None, 100),
    "refs_with_open_clocks": lambda reader: reader.refs_with_open_clocks(None, 100),
    "people_with_notices": lambda reader: [reader.people_with_notices(state) for state in NoticeState],
    "notice_counts": lambda reader: [reader.notice_counts(state) for state in NoticeState],
    "pending": lambda reader: [reader.pending("Ash", state) for state in NoticeState],
    "messages": lambda reader: [reader.messages(state, None, 100) for state in (None, *MessageState)],
}
"""The verbs that list or count cases, or what belongs to them."""

PATIENCE = 30
"""Seconds in which another test's transaction ends."""

OF_ONE_CASE = {
    *("case", "events", "histories", "tree_events", "stored_values", "stored_words", "notice_statuses"),
    "disposed_digests",
    "refs_by_request",
}
"""The verbs that answer for cases that are named. A voided case is still shown to those who know its number."""

OF_NO_CASE = {
    *("absences", "carried_by", "counted_by", "definitions", "heartbeats", "is_rehearsal", "known_names", "message"),
    *("organisations", "overrides", "people", "person"),
}

OF_ALL_EVENTS = {"cases_recorded_after", "events_after", "latest_recorded_at"}
"""They are about events whether or not they count: for other programs, and to doubt the machine's clock."""


@pytest.fixture
def present() -> MovableTime:
    return MovableTime(MONDAY)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def engine(database: Database, present: MovableTime) -> Engine:
    """A record with one set and one part on loan."""
    made = Engine(database, SETS, now=present)
    made.add_person("Ash", role="borrower", organisation="Library 1", actor=KEEPER_1, email="ash@example.org")
    made.open("set", actor=KEEPER_1, data=A_SET)
    made.open("part", actor=KEEPER_1, data=PART, parent=ROOT)
    return made


def listed(database: Database) -> dict[str, Any]:
    with database.reading() as reader:
        return {name: read(reader) for name, read in LISTS.items()}


def test_every_verb_that_reads_is_gone_through() -> None:
    verbs = {name for name in dir(Reader) if not name.startswith("_")}
    assert verbs == LISTS.keys() | OF_ONE_CASE | OF_NO_CASE | OF_ALL_EVENTS


def test_voided_cases_are_in_no_list_and_no_count(engine: Engine, database: Database, present: MovableTime) -> None:
    before = listed(database)
    engine.open("set", actor=KEEPER_1, data=A_SET)
    engine.open("part", actor=KEEPER_1, data=PART, parent=VOIDED)
    engine.open("part", actor=KEEPER_1, data=PART, parent=ROOT)
    with_them = listed(database)
    assert [name for name in LISTS if before[name] == with_them[name]] == [
        *("people_with_notices", "notice_counts", "pending", "messages"),
    ]
    for ref in (f"{ROOT}/P02", f"{VOIDED}/P01", VOIDED):
        engine.take_back(ref, reasons="Another library lent it.", actor=KEEPER_1)
    assert listed(database) == before
    assert [one.ref for one in engine.voided_cases()] == [f"{ROOT}/P02", VOIDED, f"{VOIDED}/P01"]
    assert [one.ref for one in engine.voided_cases(after=VOIDED, limit=1)] == [f"{VOIDED}/P01"]
    present.at = LATER
    assert {fired.ref for fired in engine.sweep().fired} == {f"{ROOT}/P01"}


def test_a_guard_does_not_see_a_voided_part(engine: Engine) -> None:
    engine.open("part", actor=KEEPER_1, data=PART, parent=ROOT)
    engine.take_back(f"{ROOT}/P02", reasons="Another library lent it.", actor=KEEPER_1)
    engine.step(f"{ROOT}/P01", "close_part", actor=KEEPER_1, data={})
    assert engine.step(ROOT, "close_set", actor=KEEPER_1, data={}).state == "back"


def test_a_voided_case_is_read_by_its_reference(engine: Engine, database: Database) -> None:
    ref = engine.open("set", actor=KEEPER_1, data=A_SET).ref
    engine.take_back(ref, reasons="Another library lent it.", actor=KEEPER_1)
    assert engine.case(ref).title == A_SET["title"]
    assert [event.trigger for event in engine.history(ref)] == ["lend_set", "lend_set"]
    assert engine.tree_history(ref) == ()
    assert engine.available_steps(ref) == ()
    assert engine.case(ref).opened_on == date(2026, 1, 5)
    # Another test's transaction on the same server holds back the events after its own beginning until it ends.
    end = monotonic() + PATIENCE
    while ref not in _refs_of_all_events(database):
        assert monotonic() < end


def _refs_of_all_events(database: Database) -> set[str]:
    with database.reading() as reader:
        return {one.event.ref for one in reader.events_after(None, 100)}
