"""Disposal of the words of one field, sensitive or not: they leave the event and the case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec
import pytest

from casereview.engine import Engine
from casereview.engine.errors.bad_input import NothingToDispose
from casereview.engine.errors.refusals import Refused
from casereview.engine.model.case import Case, Event
from casereview.engine.model.commands import NewDate, Resume, Suspend
from casereview.engine.model.people import SYSTEM
from casereview.persistence import Database

from ....support.amendments import BOTH, MONDAY, READER, assert_matches_history, dispose, stored_values, take
from ....support.amendments import ask as ask_for
from ....support.loan_workflow import BY_KEEPER, CLAIM, ESCALATED_LOAN, KEEPER_1, LIBRARIAN_1, RECORDS_BY_STEP
from ....support.movable_time import MovableTime

GONE = "(disposed of)"


@pytest.fixture
def engine(database: Database, present: MovableTime) -> Engine:
    """A library's engine with deadlines that can be suspended and moved."""
    return Engine(database, (ESCALATED_LOAN, CLAIM), now=present)


@pytest.fixture
def ref(engine: Engine) -> str:
    """A loan with a word of each kind: 1 opened, 2 suspended, 3 resumed, 4 moved, 5 inspected, 6 approved."""
    ref = ask_for(engine).ref
    engine.record(
        Suspend(
            ref=ref,
            actor=KEEPER_1,
            proceeding="The audit",
            consulted="The auditor",
            reasons="The shelves are sealed.",
            on=MONDAY,
        )
    )
    engine.record(Resume(ref=ref, actor=KEEPER_1, reasons="The seals are off.", on=MONDAY))
    engine.record(
        NewDate(
            ref=ref,
            deadline="decide",
            to=date(2026, 8, 3),
            actor=LIBRARIAN_1,
            decided_by=BY_KEEPER,
            reasons="A second van.",
        )
    )
    take(engine, ref, "inspect")
    engine.step(ref, "approve", actor=LIBRARIAN_1, decided_by=BY_KEEPER, data=RECORDS_BY_STEP["approve"], on=MONDAY)
    return ref


def title(case: Case, _: tuple[Event, ...]) -> str:
    return case.title


def organisation(case: Case, _: tuple[Event, ...]) -> str:
    (name,) = case.organisations
    return name


@BOTH
@pytest.mark.parametrize(
    ("place", "read"),
    [
        pytest.param((1, "title", "A globe"), title, id="a title"),
        pytest.param((1, "library", "Library 1"), organisation, id="an organisation"),
        pytest.param(
            (6, "recorded_by.name", "Librarian 1"),
            lambda _, history: history[5].recorded_by,
            id="the name of a recorder",
        ),
    ],
)
def test_a_word_of_a_field_leaves_the_case(
    engine: Engine,
    database: Database,
    ref: str,
    place: tuple[int, str, str],
    read: Callable[[Case, tuple[Event, ...]], str | None],
) -> None:
    seq, field, word = place
    assert read(engine.case(ref), engine.history(ref)) == word
    before, sensitive = engine.history(ref), stored_values(database)
    after = dispose(engine, ref, seq=seq, field=field)
    assert after == engine.case(ref)
    assert read(after, engine.history(ref)) == GONE
    others = [event for event in engine.history(ref)[:-1] if event.seq != seq]
    assert others == [event for event in before if event.seq != seq]
    assert f'"{word}"' not in msgspec.json.encode(engine.history(ref)[seq - 1]).decode()
    assert stored_values(database) == sensitive
    assert assert_matches_history(engine, database, ref)


@BOTH
def test_the_warnings_of_the_event_go_with_a_word_of_it(engine: Engine, database: Database, ref: str) -> None:
    assert engine.history(ref)[5].effects.warnings == ("The vans may not run.",)
    dispose(engine, ref, seq=6, field="recorded_by.name")
    assert engine.history(ref)[5].effects.warnings == (GONE,)
    assert len(engine.history(ref)[-1].data["digests"]) == 2
    assert assert_matches_history(engine, database, ref)


def test_a_field_without_an_event_is_that_of_every_event(engine: Engine, database: Database, ref: str) -> None:
    dispose(engine, ref, field="recorded_by.name")
    assert {event.recorded_by for event in engine.history(ref)[:-1]} == {GONE}
    assert assert_matches_history(engine, database, ref)


def test_a_sensitive_field_can_be_named_too(engine: Engine, database: Database, ref: str) -> None:
    assert READER in repr(stored_values(database))
    dispose(engine, ref, field="reader")
    assert stored_values(database) == []
    assert assert_matches_history(engine, database, ref)


def test_a_field_with_no_word_left_is_refused(engine: Engine, ref: str) -> None:
    dispose(engine, ref, seq=1, field="title")
    for field in ("title", "titl", "nothing"):
        with pytest.raises(NothingToDispose, match=f"Event 1 of {ref} holds nothing in the field"):
            dispose(engine, ref, seq=1, field=field)


def test_steps_go_on_after_a_disposal_by_field(engine: Engine, database: Database, ref: str) -> None:
    dispose(engine, ref, seq=1, field="library")
    after = take(engine, ref, "lend", partner="Library 2")
    assert after.organisations == (GONE, "Library 2")
    assert assert_matches_history(engine, database, ref)


def test_the_engine_s_own_name_is_no_word_to_dispose_of(engine: Engine, present: MovableTime, ref: str) -> None:
    present.at = present.at.replace(month=3)
    take(engine, ref, "tell", date(2026, 3, 2))
    own = [event.seq for event in engine.history(ref) if event.recorder == SYSTEM]
    for seq in own:
        with pytest.raises(NothingToDispose, match=r"in the field \"Who recorded it \(recorded_by\.name\)\""):
            dispose(engine, ref, seq=seq, field="recorded_by.name")


@pytest.mark.parametrize(
    ("seq", "field", "title"),
    [
        (2, "proceeding", "Proceeding"),
        (2, "consulted", "Consulted"),
        (2, "reasons", "reasons"),
        (4, "decided_by.name", "Who decided"),
        (6, "decided_by.evidence", "Where the decision is written down"),
        (None, "reasons", "reasons"),
    ],
)
def test_who_decided_and_why_is_corrected_and_not_disposed_of(
    engine: Engine, ref: str, seq: int | None, field: str, title: str
) -> None:
    before = engine.history(ref)
    with pytest.raises(Refused) as refused:
        dispose(engine, ref, seq=seq, field=field)
    (block,) = refused.value.reasons
    assert block.guard == "decision"
    assert block.reason.startswith(f'"{title}" says what was decided, by whom or why.')
    assert block.reason.endswith("Correct it instead.")
    assert engine.history(ref) == before


def test_who_decided_a_disposal_and_why_stays_too(engine: Engine, ref: str) -> None:
    dispose(engine, ref, seq=1, field="title")
    for field in ("reasons", "rule", "decided_by.name"):
        with pytest.raises(Refused, match="Correct it instead"):
            dispose(engine, ref, seq=7, field=field)
    event = engine.history(ref)[-1]
    assert (event.data["rule"], event.recorded_by) == ("Item 12.", "Clerk 1")
    assert event.decided_by == BY_KEEPER
