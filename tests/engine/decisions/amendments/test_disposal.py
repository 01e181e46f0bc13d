"""Disposal of sensitive values."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import pytest

from casereview.engine import Engine
from casereview.engine.errors.bad_input import InvalidForm, NothingToDispose
from casereview.engine.errors.refusals import Refused
from casereview.engine.forms.digests import StoredWord, with_stored_values
from casereview.engine.forms.fields import SENSITIVE, Form, ShortText
from casereview.engine.model.clock import EventKind
from casereview.persistence import Database

from ....support.amendments import (
    BOTH,
    MONDAY,
    READER,
    ask,
    assert_matches_history,
    correct,
    dispose,
    shown,
    stored_values,
    take,
)
from ....support.loan_decisions import evening_of
from ....support.loan_workflow import CLAIM, CLERK_1, LOAN, READER_1, TRANSITIONS, loan, step_to
from ....support.movable_time import MovableTime


@BOTH
def test_a_disposal_removes_values_and_salts_and_the_digests_stay(engine: Engine, database: Database, ref: str) -> None:
    correct(engine, ref, data={"reader": "Reader 3"})
    digests = set(engine.stored_values(ref))
    before = engine.history(ref)
    dispose(engine, ref)
    assert stored_values(database) == []
    assert engine.stored_values(ref) == {}
    after = engine.history(ref)
    assert after[:-1] == before
    event = after[-1]
    assert (event.kind, event.trigger, event.seq) == (EventKind.DISPOSED, "dispose", 4)
    assert event.data == {"reasons": "Asked for.", "rule": "Item 12.", "digests": sorted(digests)}
    assert assert_matches_history(engine, database, ref)


def test_what_was_disposed_of_reads_so_afterwards(engine: Engine, ref: str) -> None:
    correct(engine, ref)
    dispose(engine, ref)
    assert shown(engine, ref, "ask")["reader"] == "(disposed of)"
    assert with_stored_values(engine.history(ref)[2].data, engine.stored_values(ref))["wrong"] == "(disposed of)"


@BOTH
def test_the_values_of_one_event_alone_can_be_disposed_of(engine: Engine, database: Database, ref: str) -> None:
    take(engine, ref, "tell", text="A letter.")
    dispose(engine, ref, seq=1)
    assert stored_values(database) == [(3, "text", '"A letter."')]
    assert shown(engine, ref, "ask")["reader"] == "(disposed of)"
    assert shown(engine, ref, "tell")["text"] == "A letter."
    assert assert_matches_history(engine, database, ref)
    dispose(engine, ref)
    assert len(engine.history(ref)[-1].data["digests"]) == 1
    assert stored_values(database) == []
    assert assert_matches_history(engine, database, ref)


@BOTH
def test_the_values_of_other_cases_stay(engine: Engine, database: Database, ref: str) -> None:
    other = ask(engine).ref
    dispose(engine, ref)
    assert shown(engine, other, "ask")["reader"] == READER
    assert assert_matches_history(engine, database, other)


def test_where_there_is_nothing_to_dispose_of_nothing_is_recorded(engine: Engine, ref: str) -> None:
    with pytest.raises(NothingToDispose, match=f"Event 2 of {ref} holds no sensitive values"):
        dispose(engine, ref, seq=2)
    dispose(engine, ref)
    with pytest.raises(NothingToDispose, match=f"{ref} holds no sensitive values"):
        dispose(engine, ref)
    with pytest.raises(NothingToDispose, match="Event 99 of "):
        dispose(engine, ref, seq=99)
    assert len(engine.history(ref)) == 3


@pytest.mark.parametrize("text", ["", "  ", "a\x07"])
@pytest.mark.parametrize("name", ["reasons", "rule"])
def test_a_disposal_needs_reasons_and_its_rule(engine: Engine, ref: str, name: str, text: str) -> None:
    with pytest.raises(InvalidForm) as invalid:
        dispose(engine, ref, **{name: text})
    assert [fault.path for fault in invalid.value.faults] == [name]
    assert engine.stored_values(ref)


@BOTH
def test_a_disposal_that_is_refused_removes_nothing(engine: Engine, database: Database, ref: str) -> None:
    before = stored_values(database)
    with pytest.raises(Refused):
        dispose(engine, ref, actor=READER_1)
    assert stored_values(database) == before


@BOTH
def test_what_comes_after_a_disposal_is_kept_as_ever(engine: Engine, database: Database, ref: str) -> None:
    dispose(engine, ref)
    take(engine, ref, "tell", text="A letter.")
    assert shown(engine, ref, "tell")["text"] == "A letter."
    assert assert_matches_history(engine, database, ref)


def test_a_value_goes_out_of_a_file_s_very_bytes(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    database.create()
    engine = Engine(database, (LOAN, CLAIM), now=MovableTime(evening_of(MONDAY)))
    ref = ask(engine).ref
    dispose(engine, ref)
    database.close()
    assert database.path is not None
    left = b"".join(file.read_bytes() for file in database.path.parent.iterdir())
    assert READER.encode() not in left


@BOTH
def test_a_correction_after_a_disposal_restores_nothing(engine: Engine, database: Database, ref: str) -> None:
    before = engine.case(ref).data["ask"]["reader"]
    dispose(engine, ref)
    correct(engine, ref, data={"library": "Library 2"})
    assert engine.case(ref).data["ask"]["reader"] == before
    assert shown(engine, ref, "ask") == {"title": "A globe", "library": "Library 2", "reader": "(disposed of)"}
    assert [path for _, path, _ in stored_values(database)] == ["wrong"]
    assert assert_matches_history(engine, database, ref)


@BOTH
def test_a_value_that_was_disposed_of_can_be_given_anew(engine: Engine, database: Database, ref: str) -> None:
    dispose(engine, ref)
    correct(engine, ref, data={"reader": "Reader 3"})
    assert shown(engine, ref, "ask")["reader"] == "Reader 3"
    assert assert_matches_history(engine, database, ref)


class Visit(Form, frozen=True, kw_only=True):
    who: Annotated[ShortText, SENSITIVE]
    born_on: Annotated[date, SENSITIVE] | None = None


class Visits(Form, frozen=True, kw_only=True):
    room: ShortText
    first: Visit | None = None
    visits: tuple[Visit, ...] = ()


@BOTH
def test_days_and_lists_that_were_disposed_of_stay_where_they_were(database: Database, present: MovableTime) -> None:
    visit = step_to("visit", ("asked",), None, Visits, roles=("clerk",))
    engine = Engine(database, (loan(transitions=(*TRANSITIONS, visit)), CLAIM), now=present)
    ref = ask(engine).ref
    people = [{"who": "Person 1", "born_on": "2020-02-29"}, {"who": "Person 2"}]
    data = {"room": "1", "first": people[0], "visits": people}
    stood = engine.step(ref, "visit", actor=CLERK_1, data=data, on=MONDAY).data["visit"]
    dispose(engine, ref)
    assert correct(engine, ref, 2, data={"room": "2"}).data["visit"] == {**stood, "room": "2"}
    assert assert_matches_history(engine, database, ref)
    with pytest.raises(InvalidForm) as invalid:
        correct(engine, ref, 2, data={"room": ""})
    assert [fault.path for fault in invalid.value.faults] == ["room"]
    gone = {"who": "(disposed of)", "born_on": "(disposed of)"}
    assert shown(engine, ref, "visit")["first"] == gone
    correct(engine, ref, 2, data={"visits": [{"who": "Person 3"}]})
    assert shown(engine, ref, "visit") == {"room": "2", "first": gone, "visits": [{"who": "Person 3"}]}
    assert assert_matches_history(engine, database, ref)


def test_a_field_s_words_go_from_corrections_and_imports_of_it_too(engine: Engine, database: Database) -> None:
    ref = ask(engine, title="The lamp").ref
    correct(engine, ref, data={"reader": "Reader 3"})
    assert engine.history(ref)[1].data["record"]["title"] == "The lamp"
    dispose(engine, ref, seq=1, field="title")
    assert [word.path for word in words_of(database, ref) if word.is_in("title")] == []
    assert engine.case(ref).title == "(disposed of)"
    event = engine.history(ref)[-1]
    assert (event.data["event"], event.data["field"]) == (1, "title")
    assert assert_matches_history(engine, database, ref)


def words_of(database: Database, ref: str) -> tuple[StoredWord, ...]:
    with database.reading() as reader:
        return reader.stored_words(ref)


@pytest.mark.parametrize(
    ("part", "path", "field", "expected"),
    [
        ("data", "title", "title", True),
        ("data", "record.title", "title", True),
        ("data", "record.title", "record.title", True),
        ("data", "steps[2].record.title", "title", True),
        ("data", "visits[0].who", "visits", True),
        ("data", "visits[0].who", "visits[0]", True),
        ("data", "titles", "title", False),
        ("data", "former.record.title", "title", False),
        ("decided_by", "name", "decided_by.name", True),
        ("decided_by", "name", "name", False),
    ],
)
def test_a_word_is_in_the_fields_that_hold_it(part: str, path: str, field: str, expected: bool) -> None:
    word = StoredWord(seq=1, part=part, path=path, digest="0" * 64, sensitive=False)
    assert word.is_in(field) is expected
