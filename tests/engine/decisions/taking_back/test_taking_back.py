"""Take back the last entry: on its day, by the person who recorded it, with all that its command caused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from casereview.engine import Engine
from casereview.engine.errors.bad_input import BatchFailed, InvalidForm
from casereview.engine.errors.refusals import VersionConflict
from casereview.engine.errors.taking_back import (
    CaseVoided,
    FollowedByOthers,
    NotReversible,
    RecordedByAnother,
    RecordedOnAnotherDay,
)
from casereview.engine.model.case import VOIDED, Case
from casereview.engine.model.clock import EventKind
from casereview.engine.model.commands import NewDate, Open, Step, Suspend, TakeBack
from casereview.engine.model.evolve import fold
from casereview.engine.model.people import Actor
from casereview.engine.ports.records import Selection
from casereview.persistence import Database
from casereview.persistence.audit.verify import verify

from ....support.amendments import MONDAY, REASONS, ask, correct, disposal, dispose, shown, take
from ....support.lending_sets import A_PART, A_SET
from ....support.lending_sets import KEEPER_1 as SET_KEEPER
from ....support.loan_decisions import evening_of
from ....support.loan_workflow import CLERK_1, DECIDER_BY_STEP, KEEPER_1, LIBRARIAN_1, READER_1, RECORDS_BY_STEP
from ....support.movable_time import MovableTime

MISTAKE = "It belongs to another loan."
BOOKKEEPING = ("version", "seq", "recorded_at", "head")


def take_back(engine: Engine, ref: str, by: Actor = KEEPER_1) -> Case:
    return engine.take_back(ref, reasons=MISTAKE, actor=by)


def content(case: Case) -> Case:
    """Return a case without what every event changes."""
    return replace(case, **dict.fromkeys(BOOKKEEPING, 0))


def assert_sound(engine: Engine, database: Database, *refs: str) -> None:
    for ref in refs:
        assert fold(engine.history(ref)) == engine.case(ref)
    with database.connection() as connection:
        assert verify(connection).faults == ()


def asked_and_inspected(engine: Engine) -> str:
    ref = ask(engine).ref
    take(engine, ref, "inspect")
    return ref


def test_a_case_is_as_it_was_before_its_last_entry(engine: Engine, database: Database) -> None:
    ref = asked_and_inspected(engine)
    before = engine.case(ref)
    take(engine, ref, "approve")
    after = take_back(engine, ref)
    assert content(after) == content(before)
    assert (after.version, after.seq) == (before.version + 2, before.seq + 2)
    assert_sound(engine, database, ref)


def test_taking_back_is_an_event_that_names_what_it_undoes(engine: Engine) -> None:
    ref = asked_and_inspected(engine)
    take(engine, ref, "approve")
    take_back(engine, ref)
    *_, approved, event = engine.history(ref)
    assert (event.kind, event.trigger, event.recorded_by) == (EventKind.TAKEN_BACK, "approve", KEEPER_1.name)
    assert event.data == {"events": [approved.seq], "reasons": MISTAKE}
    assert event.command_id != approved.command_id


def test_a_record_that_an_entry_replaced_counts_again(engine: Engine, database: Database) -> None:
    ref = ask(engine).ref
    take(engine, ref, "tell", text="The first word.")
    take(engine, ref, "tell", text="Typed into the wrong loan.")
    engine.take_back(ref, reasons=MISTAKE, actor=LIBRARIAN_1)
    assert shown(engine, ref, "tell") == {"text": "The first word."}
    assert_sound(engine, database, ref)


def test_one_entry_after_another_is_taken_back(engine: Engine, database: Database) -> None:
    ref = ask(engine).ref
    asked = engine.case(ref)
    inspected = take(engine, ref, "inspect")
    take(engine, ref, "approve")
    assert content(take_back(engine, ref)) == content(inspected)
    assert content(take_back(engine, ref)) == content(asked)
    assert engine.case(ref).data.keys() == {"ask"}
    assert_sound(engine, database, ref)


def test_a_step_is_recorded_anew_after_it_was_taken_back(engine: Engine, database: Database) -> None:
    ref = asked_and_inspected(engine)
    take(engine, ref, "approve", fee=90)
    take_back(engine, ref)
    case = take(engine, ref, "approve", fee=9)
    assert (case.state, case.data["approve"]) == ("approved", {"fee": 9})
    assert_sound(engine, database, ref)


@pytest.mark.parametrize("kind", ["correction", "suspension", "new date", "end", "organisation"])
def test_every_kind_of_entry_is_taken_back(engine: Engine, database: Database, kind: str) -> None:
    ref = asked_and_inspected(engine)
    take(engine, ref, "approve")
    before, by = engine.case(ref), KEEPER_1
    match kind:
        case "correction":
            by = CLERK_1
            correct(engine, ref, 1, data={"title": "A map"})
        case "suspension":
            words = {"proceeding": "The audit", "consulted": "The auditor", "reasons": "The shelves are sealed."}
            engine.record(Suspend(ref=ref, actor=KEEPER_1, on=MONDAY, **words))
        case "new date":
            engine.record(NewDate(ref=ref, deadline="whole", to=date(2026, 9, 1), actor=KEEPER_1, reasons=REASONS))
        case "organisation":
            by = LIBRARIAN_1
            take(engine, ref, "lend", partner="Library 2")
        case _:
            take(engine, ref, "lend")
            take(engine, ref, "give_back")
            before, by = engine.case(ref), LIBRARIAN_1
            take(engine, ref, "tell")
    assert engine.case(ref).version == before.version + 1
    assert content(take_back(engine, ref, by)) == content(before)
    assert_sound(engine, database, ref)
    assert [one.ref for one in engine.cases(Selection(organisation="Library 2"))] == []


def test_a_case_that_was_opened_by_mistake_is_voided(engine: Engine, database: Database) -> None:
    first, ref = ask(engine).ref, ask(engine).ref
    voided = take_back(engine, ref, READER_1)
    assert (voided.state, voided.closed_on, voided.clocks, voided.organisations) == (VOIDED, MONDAY, (), ())
    assert [one.ref for one in engine.cases()] == [first]
    (listed,) = engine.voided_cases()
    assert (listed.ref, listed.voided_on, listed.reasons, listed.voided_by) == (ref, MONDAY, MISTAKE, READER_1.name)
    assert engine.workflows.for_case(voided).state(voided.state).title == "Voided"
    assert ask(engine).ref not in (first, ref)
    assert_sound(engine, database, first, ref)


def test_nothing_is_recorded_in_a_voided_case(engine: Engine) -> None:
    ref = ask(engine).ref
    take_back(engine, ref, READER_1)
    words = {"proceeding": "The audit", "consulted": "The auditor", "reasons": "The shelves are sealed."}
    commands = (
        Step(ref=ref, trigger="inspect", actor=KEEPER_1, data={"condition": "good"}),
        Suspend(ref=ref, actor=KEEPER_1, on=MONDAY, **words),
        NewDate(ref=ref, deadline="whole", to=date(2026, 9, 1), actor=KEEPER_1, reasons=REASONS),
        TakeBack(ref=ref, actor=READER_1, reasons=MISTAKE),
    )
    for command in commands:
        with pytest.raises(CaseVoided):
            engine.record(command)
    with pytest.raises(CaseVoided):
        correct(engine, ref, 1, data={"title": "A map"})
    with pytest.raises(CaseVoided):
        engine.tree(ref)
    with pytest.raises(BatchFailed):
        engine.record_many(commands)


def test_sensitive_values_of_a_voided_case_are_disposed_of(engine: Engine, database: Database) -> None:
    ref = ask(engine, reader="Reader 2").ref
    take_back(engine, ref, READER_1)
    assert dispose(engine, ref).state == VOIDED
    assert engine.stored_values(ref) == {}
    assert_sound(engine, database, ref)


def test_the_record_is_known_as_it_was_before_the_taking_back(engine: Engine, present: MovableTime) -> None:
    ref = asked_and_inspected(engine)
    approved = take(engine, ref, "approve")
    at = present.at
    present.at += timedelta(minutes=1)
    take_back(engine, ref)
    assert engine.case(ref, as_of=at) == approved
    assert engine.case(ref, as_of=present.at) == engine.case(ref)


# --- what a command caused in other cases -----------------------------------------------------------------


def test_cases_that_the_entry_opened_are_voided(sets: Engine, database: Database) -> None:
    ref = sets.open("set", actor=SET_KEEPER, data=A_SET).ref
    sets.step(ref, "unpack", actor=SET_KEEPER, data={"parts": ["A knight", "A rook"]})
    parts = (f"{ref}/P01", f"{ref}/P02")
    result = sets.record(TakeBack(ref=ref, actor=SET_KEEPER, reasons=MISTAKE))
    assert result.cascaded == parts
    assert [one.ref for one in sets.tree(ref)] == [ref]
    assert [one.ref for one in sets.voided_cases()] == list(parts)
    assert {sets.history(one)[-1].command_id for one in (ref, *parts)} == {result.events[-1].command_id}
    assert sets.tree_history(ref) == sets.history(ref)[:1]
    sets.step(ref, "unpack", actor=SET_KEEPER, data={"parts": ["A knight"]})
    assert [one.ref for one in sets.tree(ref)] == [ref, f"{ref}/P03"]
    assert_sound(sets, database, ref, *parts)


def test_steps_that_the_entry_took_along_are_taken_back(cascading_sets: Engine, database: Database) -> None:
    ref = cascading_sets.open("set", actor=SET_KEEPER, data=A_SET).ref
    part = cascading_sets.open("part", actor=SET_KEEPER, data=A_PART, parent=ref)
    cascading_sets.step(ref, "recall", actor=SET_KEEPER, data={})
    assert cascading_sets.case(part.ref).version == 2
    cascading_sets.take_back(part.ref, reasons=MISTAKE, actor=SET_KEEPER)
    assert content(cascading_sets.case(part.ref)) == content(part)
    assert cascading_sets.history(ref)[-1].kind is EventKind.TAKEN_BACK
    assert_sound(cascading_sets, database, ref, part.ref)


def test_a_linked_case_that_the_entry_opened_is_voided(engine: Engine, database: Database) -> None:
    ref = asked_and_inspected(engine)
    take(engine, ref, "approve")
    lent = take(engine, ref, "lend")
    for _ in range(2):
        claim = take(engine, ref, "write_off").links[0].ref
        assert content(take_back(engine, claim)) != content(lent)
        assert content(engine.case(ref)) == content(lent)
        assert engine.case(claim).state == VOIDED
    assert_sound(engine, database, ref, claim)


# --- refusals ---------------------------------------------------------------------------------------------


def test_an_entry_of_another_day_stays(engine: Engine, present: MovableTime) -> None:
    ref = asked_and_inspected(engine)
    present.at = evening_of(MONDAY + timedelta(days=1))
    with pytest.raises(RecordedOnAnotherDay) as refused:
        take_back(engine, ref)
    assert (refused.value.recorded_on, refused.value.today) == (MONDAY, MONDAY + timedelta(days=1))
    assert engine.case(ref).seq == 2


@pytest.mark.parametrize(
    "other",
    [
        Actor(name="Keeper 2", roles={"keeper"}),
        Actor(name="Keeper 1", roles={"keeper"}, id="another"),
        Actor(name="Keeper 1", roles={"keeper"}, account="another"),
        Actor(name="Keeper 1", roles={"keeper"}, entered_by="Clerk 1"),
    ],
    ids=["name", "id", "account", "entered by"],
)
def test_an_entry_of_another_person_or_account_stays(engine: Engine, other: Actor) -> None:
    ref = ask(engine).ref
    own = Actor(name="Keeper 1", roles={"keeper"}, id=other.id and "own", account=other.account and "own")
    engine.step(ref, "inspect", actor=own, data={"condition": "good"})
    with pytest.raises(RecordedByAnother, match="was recorded by Keeper 1"):
        take_back(engine, ref, other)
    assert take_back(engine, ref, own).seq == 3


def test_only_the_last_entry_of_a_case_is_taken_back(engine: Engine) -> None:
    ref = asked_and_inspected(engine)
    with pytest.raises(RecordedByAnother):
        take_back(engine, ref, READER_1)


def test_an_entry_stays_if_a_case_that_it_opened_went_on(sets: Engine) -> None:
    ref = sets.open("set", actor=SET_KEEPER, data=A_SET).ref
    sets.step(ref, "unpack", actor=SET_KEEPER, data={"parts": ["A knight", "A rook"]})
    sets.step(f"{ref}/P02", "note", actor=SET_KEEPER, data={})
    with pytest.raises(FollowedByOthers) as refused:
        take_back(sets, ref, SET_KEEPER)
    assert [(one.ref, one.seq, one.step_title) for one in refused.value.later] == [(f"{ref}/P02", 2, "note")]
    take_back(sets, f"{ref}/P02", SET_KEEPER)
    assert take_back(sets, ref, SET_KEEPER).seq == 3


def test_a_case_is_not_voided_while_it_has_parts_of_other_commands(sets: Engine) -> None:
    ref = sets.open("set", actor=SET_KEEPER, data=A_SET).ref
    part = sets.open("part", actor=SET_KEEPER, data=A_PART, parent=ref).ref
    with pytest.raises(FollowedByOthers, match=f"in {part}"):
        take_back(sets, ref, SET_KEEPER)
    take_back(sets, part, SET_KEEPER)
    assert take_back(sets, ref, SET_KEEPER).state == VOIDED


def test_an_entry_stays_if_a_later_step_of_a_related_case_looked_at_it(sets: Engine, present: MovableTime) -> None:
    ref = sets.open("set", actor=SET_KEEPER, data=A_SET).ref
    part, other = (sets.open("part", actor=SET_KEEPER, data=A_PART, parent=ref).ref for _ in range(2))
    for one in (part, other):
        present.at += timedelta(minutes=1)
        sets.step(one, "close_part", actor=SET_KEEPER, data={})
    assert take_back(sets, part, SET_KEEPER).state == "out"
    sets.step(part, "close_part", actor=SET_KEEPER, data={})
    present.at += timedelta(minutes=1)
    sets.step(ref, "close_set", actor=SET_KEEPER, data={})
    with pytest.raises(FollowedByOthers, match=f'"close_set" in {ref}'):
        take_back(sets, part, SET_KEEPER)


def test_an_entry_stays_if_its_part_looked_at_it_and_not_if_it_did_not(sets: Engine) -> None:
    ref = sets.open("set", actor=SET_KEEPER, data=A_SET).ref
    part = sets.open("part", actor=SET_KEEPER, data=A_PART, parent=ref).ref
    for trigger in ("close_part", "reopen_part", "close_part"):
        sets.step(part, trigger, actor=SET_KEEPER, data={})
    sets.step(ref, "count", actor=SET_KEEPER, data={})
    with pytest.raises(FollowedByOthers, match=f'"lend_part" in {part}'):
        take_back(sets, ref, SET_KEEPER)


def test_an_entry_does_not_stay_for_a_later_note_or_new_date_of_a_part(sets: Engine, present: MovableTime) -> None:
    ref = sets.open("set", actor=SET_KEEPER, data=A_SET).ref
    part = sets.open("part", actor=SET_KEEPER, data=A_PART, parent=ref, on=date(2025, 12, 1)).ref
    present.at += timedelta(minutes=1)
    sets.step(ref, "count", actor=SET_KEEPER, data={})
    sets.sweep()
    sets.step(part, "note", actor=SET_KEEPER, data={})
    later = date(2026, 9, 1)
    sets.record(NewDate(ref=part, deadline="give_back", to=later, actor=SET_KEEPER, reasons=REASONS))
    assert "count" not in take_back(sets, ref, SET_KEEPER).data


def test_a_part_is_not_opened_under_a_voided_case(sets: Engine) -> None:
    ref = sets.open("set", actor=SET_KEEPER, data=A_SET).ref
    take_back(sets, ref, SET_KEEPER)
    with pytest.raises(CaseVoided):
        sets.open("part", actor=SET_KEEPER, data=A_PART, parent=ref)


def test_a_disposal_and_the_units_own_record_are_not_taken_back(engine: Engine) -> None:
    ref = ask(engine, reader="Reader 2").ref
    engine.record(disposal(ref))
    engine.add_person("Lee", role="librarian", actor=LIBRARIAN_1, email="lee@example.org")
    for where, actor in ((ref, CLERK_1), ("UNIT", LIBRARIAN_1)):
        with pytest.raises(NotReversible):
            take_back(engine, where, actor)


def test_reasons_are_required_and_a_version_is_compared(engine: Engine) -> None:
    ref = asked_and_inspected(engine)
    with pytest.raises(InvalidForm):
        engine.take_back(ref, reasons=" ", actor=KEEPER_1)
    with pytest.raises(VersionConflict):
        engine.record(TakeBack(ref=ref, actor=KEEPER_1, reasons=MISTAKE, if_version=1))
    assert engine.case(ref).seq == 2


def test_a_repeated_request_takes_back_once(engine: Engine) -> None:
    ref = asked_and_inspected(engine)
    take(engine, ref, "approve")
    command = TakeBack(ref=ref, actor=KEEPER_1, reasons=MISTAKE, request_id="request 1")
    first = engine.record(command)
    again = engine.record(command)
    assert again.repeated
    assert again.case == first.case == engine.case(ref)


def test_a_request_whose_step_was_taken_back_is_still_known(engine: Engine) -> None:
    ref = ask(engine).ref
    step = Step(ref=ref, trigger="inspect", actor=KEEPER_1, data={"condition": "good"}, request_id="request 1")
    first = engine.record(step)
    take_back(engine, ref)
    assert engine.record(step).case == first.case
    assert engine.case(ref).seq == 3


def test_several_entries_are_taken_back_in_one_transaction(engine: Engine, database: Database) -> None:
    ref = asked_and_inspected(engine)
    approval: dict[str, Any] = {"ref": ref, "trigger": "approve", "actor": KEEPER_1}
    one = TakeBack(ref=ref, actor=KEEPER_1, reasons=MISTAKE)
    opening = Open(workflow="loan", actor=READER_1, data=RECORDS_BY_STEP["ask"], on=MONDAY)
    engine.record_many(
        (
            Step(data={"fee": 90}, **approval),
            one,
            Step(data={"fee": 9}, **approval),
            Step(ref=ref, trigger="lend", actor=DECIDER_BY_STEP["lend"], data={"kind": "home"}),
            opening,
        )
    )
    assert engine.case(ref).data["approve"] == {"fee": 9}
    assert {clock.deadline for clock in engine.case(ref).clocks} >= {"give_back", "report"}
    assert_sound(engine, database, ref)
