"""Corrections and late entries in a database: the case, its clocks and the history agree, on both kinds."""

from __future__ import annotations

from datetime import date

import pytest

from casereview.engine import Engine
from casereview.engine.errors.bad_input import BadValue
from casereview.engine.errors.refusals import Refused
from casereview.engine.model.commands import ImportSnapshot, SnapshotStep
from casereview.persistence import Database

from ....support.amendments import BOTH, MONDAY, assert_matches_history, correct, correction, dispose, shown, take
from ....support.loan_decisions import evening_of
from ....support.loan_workflow import LIBRARIAN_1
from ....support.movable_time import MovableTime

FRIDAY = date(2026, 1, 9)


@BOTH
def test_corrected_days_and_names_are_stored_and_verify(
    engine: Engine, database: Database, present: MovableTime, ref: str
) -> None:
    present.at = evening_of(FRIDAY)
    case = correct(engine, ref, on=date(2026, 1, 2), data={"library": "Library 2"}, decider="Reader 9")
    assert (case.opened_on, case.organisations) == (date(2026, 1, 2), ("Library 2",))
    assert engine.case(ref) == case
    assert assert_matches_history(engine, database, ref)
    case = correct(engine, ref, 2, on=date(2026, 1, 8))
    assert engine.case(ref) == case
    assert assert_matches_history(engine, database, ref)


@BOTH
def test_a_late_entry_is_stored_and_verifies(
    engine: Engine, database: Database, present: MovableTime, ref: str
) -> None:
    present.at = evening_of(FRIDAY)
    take(engine, ref, "rename", date(2026, 1, 8), reader="Reader 5", others=["Library 3"])
    case = take(engine, ref, "rename", date(2026, 1, 7), title="An older globe", reader="Reader 4")
    assert (case.title, case.last_step_on) == ("A terrestrial globe", date(2026, 1, 8))
    assert engine.case(ref) == case
    assert assert_matches_history(engine, database, ref)
    case = correct(engine, ref, 3, on=date(2026, 1, 6))
    assert (case.title, shown(engine, ref, "rename")["reader"]) == ("An older globe", "Reader 4")
    assert engine.case(ref) == case
    assert assert_matches_history(engine, database, ref)


@BOTH
def test_an_imported_case_is_corrected_and_verifies(engine: Engine, database: Database, present: MovableTime) -> None:
    present.at = evening_of(FRIDAY)
    command = ImportSnapshot(
        workflow="loan",
        actor=LIBRARIAN_1,
        state="approved",
        opened_on=MONDAY,
        source="the card index",
        data={"title": "A globe", "library": "Library 1", "reader": "Reader 2"},
        steps=(SnapshotStep(trigger="approve", on=date(2026, 1, 7), data={"fee": 5}),),
    )
    (imported,) = engine.import_many((command,))
    case = correct(engine, imported.ref, step=1, on=date(2026, 1, 2), data={"library": "Library 2", "title": "A map"})
    assert (case.opened_on, case.title, case.organisations) == (date(2026, 1, 2), "A map", ("Library 2",))
    case = correct(engine, imported.ref, step=2, on=date(2026, 1, 8))
    assert engine.case(imported.ref) == case
    assert shown(engine, imported.ref, "ask")["reader"] == "Reader 2"
    assert assert_matches_history(engine, database, imported.ref)


def test_disposal_reaches_the_copies_in_corrections_and_late_entries(
    engine: Engine, database: Database, present: MovableTime, ref: str
) -> None:
    present.at = evening_of(FRIDAY)
    take(engine, ref, "rename", date(2026, 1, 7), title="First", reader="Reader 4")
    take(engine, ref, "rename", date(2026, 1, 8), title="Second")
    correct(engine, ref, 4, on=date(2026, 1, 6))  # so the record of event 3 counts, and is repeated
    correct(engine, ref, 1, decider="Reader 9")
    assert shown(engine, ref, "rename")["reader"] == "Reader 4"
    dispose(engine, ref, seq=3)
    assert shown(engine, ref, "rename")["reader"] == "(disposed of)"
    with pytest.raises(Refused, match='"Who decided" says'):
        dispose(engine, ref, seq=1, field="decided_by.name")
    assert assert_matches_history(engine, database, ref)


def test_what_the_unit_records_of_itself_keeps_its_day(engine: Engine, present: MovableTime) -> None:
    present.at = evening_of(FRIDAY)
    engine.add_person("Librarian 1", role="librarian", email="l@example.org", actor=LIBRARIAN_1)
    history = engine.history("UNIT")
    adding = next(event.seq for event in history if event.trigger == "add_person")
    with pytest.raises(BadValue, match="holds from when it was recorded"):
        engine.record(correction("UNIT", adding, actor=LIBRARIAN_1, on=MONDAY))
    engine.record(correction("UNIT", adding, actor=LIBRARIAN_1, data={"email": "lib@example.org"}))
    assert [person.email for person in engine.people()] == ["lib@example.org"]
