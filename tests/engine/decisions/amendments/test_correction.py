"""Corrections: the recorded event stays, and each amendment is an event of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from casereview.engine import Engine
from casereview.engine.definition.guards import Guard, GuardContext
from casereview.engine.errors.bad_input import BadValue, InvalidForm
from casereview.engine.errors.refusals import Refused, RequestIdReused, VersionConflict
from casereview.engine.errors.unknown import UnknownCase, UnknownRole
from casereview.engine.forms.digests import digests_in, with_stored_values
from casereview.engine.model.clock import EventKind
from casereview.engine.model.people import Actor, DecidedBy
from casereview.persistence import Database

from ....support.amendments import (
    BOTH,
    MONDAY,
    READER,
    REASONS,
    WRONG,
    ask,
    assert_matches_history,
    correct,
    correction,
    disposal,
    dispose,
    shown,
    stored_values,
    take,
)
from ....support.loan_decisions import evening_of
from ....support.loan_workflow import (
    BY_KEEPER,
    CLAIM,
    KEEPER_1,
    NOBODY,
    READER_1,
    RECORDS_BY_STEP,
    TRANSITIONS,
    Inspection,
    loan,
    step_to,
)
from ....support.movable_time import MovableTime

# --- corrections in words -----------------------------------------------------------------------------


def test_a_correction_in_words_says_what_was_wrong_and_why(engine: Engine, ref: str) -> None:
    recorded = engine.record(correction(ref, 2))
    (event,) = recorded.events
    assert (event.kind, event.trigger, event.seq) == (EventKind.CORRECTED, "inspect", 3)
    assert with_stored_values(event.data, engine.stored_values(ref)) == {"wrong": WRONG, "reasons": REASONS, "event": 2}
    assert (event.recorded_by, event.decided_by) == ("Clerk 1", DecidedBy(name="Clerk 1", capacity="clerk"))
    assert engine.history(ref)[-1].data == event.data


@BOTH
def test_a_correction_in_words_leaves_all_that_holds_as_it_was(engine: Engine, database: Database, ref: str) -> None:
    before = engine.case(ref)
    after = correct(engine, ref)
    assert (after.data, after.title) == (before.data, before.title)
    assert (after.version, after.seq) == (before.version + 1, before.seq + 1)
    assert assert_matches_history(engine, database, ref)


@BOTH
def test_what_was_wrong_may_be_about_a_family_and_is_kept_apart(engine: Engine, database: Database, ref: str) -> None:
    correct(engine, ref)
    assert (3, "wrong", f'"{WRONG}"') in stored_values(database)
    assert WRONG not in repr(engine.history(ref)) + repr(correction(ref))


@pytest.mark.parametrize(
    ("changed", "paths"),
    [
        ({"wrong": ""}, ["wrong"]),
        ({"reasons": "  "}, ["reasons"]),
        ({"wrong": "", "reasons": ""}, ["wrong", "reasons"]),
        ({"wrong": "a\x07"}, ["wrong"]),
    ],
)
def test_words_that_are_none_are_refused_all_at_once(
    engine: Engine, ref: str, changed: dict[str, str], paths: list[str]
) -> None:
    with pytest.raises(InvalidForm) as invalid:
        correct(engine, ref, **changed)
    assert (invalid.value.form, [fault.path for fault in invalid.value.faults]) == ("the correction", paths)
    assert len(engine.history(ref)) == 2


# --- corrections of fields ------------------------------------------------------------------------------


@BOTH
def test_corrected_fields_replace_the_wrong_ones(engine: Engine, database: Database, ref: str) -> None:
    correct(engine, ref, data={"library": "Library 2"})
    assert shown(engine, ref, "ask") == {"title": "A globe", "library": "Library 2", "reader": READER}
    assert assert_matches_history(engine, database, ref)


def test_the_event_that_is_corrected_stays_as_it_was(engine: Engine, ref: str) -> None:
    before = engine.history(ref)
    correct(engine, ref, data={"library": "Library 2"})
    assert engine.history(ref)[:2] == before


def test_a_field_that_should_not_have_been_given_is_taken_out_with_null(engine: Engine, ref: str) -> None:
    correct(engine, ref, data={"reader": None})
    assert shown(engine, ref, "ask") == RECORDS_BY_STEP["ask"]


def test_a_correction_is_checked_by_the_step_s_form_with_every_fault(engine: Engine, ref: str) -> None:
    with pytest.raises(InvalidForm) as invalid:
        correct(engine, ref, data={"library": 7, "wanted_on": "2026-02-30", "colour": "red", "title": None})
    assert invalid.value.form == "ask"
    assert {fault.path for fault in invalid.value.faults} == {"library", "wanted_on", "colour", "title"}
    assert len(engine.history(ref)) == 2


def test_a_correction_that_contradicts_itself_is_refused(engine: Engine, ref: str) -> None:
    for trigger in ("approve", "lend", "write_off"):
        take(engine, ref, trigger)
    with pytest.raises(InvalidForm, match="a value that is not 13"):
        correct(engine, ref, engine.case(ref).seq, data={"value": 13})


@BOTH
def test_corrected_sensitive_values_get_new_digests(engine: Engine, database: Database, ref: str) -> None:
    correct(engine, ref, data={"reader": "Reader 3", "address": {"town": "Town 1", "street": "Mill Lane"}})
    assert stored_values(database) == [
        (1, "reader", f'"{READER}"'),
        (3, "record.address.street", '"Mill Lane"'),
        (3, "record.reader", '"Reader 3"'),
        (3, "wrong", f'"{WRONG}"'),
    ]
    history = repr(engine.history(ref))
    assert "Mill Lane" not in history
    assert "Reader 3" not in history
    assert shown(engine, ref, "ask")["address"] == {"town": "Town 1", "street": "Mill Lane"}
    assert set(digests_in(engine.history(ref)[2].data)) <= set(engine.stored_values(ref))


@BOTH
def test_uncorrected_values_get_salts_of_their_own(engine: Engine, database: Database, ref: str) -> None:
    correct(engine, ref, data={"library": "Library 2"})
    before, after = engine.history(ref)[0].data["reader"], engine.case(ref).data["ask"]["reader"]
    assert before != after
    assert shown(engine, ref, "ask")["reader"] == READER
    assert assert_matches_history(engine, database, ref)


@BOTH
def test_a_second_correction_builds_on_the_first(engine: Engine, database: Database, ref: str) -> None:
    correct(engine, ref, data={"library": "Library 2", "reader": "Reader 3"})
    correct(engine, ref)  # in words alone: nothing to build on, nothing lost
    correct(engine, ref, data={"others": ["Library 4"]})
    assert shown(engine, ref, "ask") == {
        "title": "A globe",
        "library": "Library 2",
        "others": ["Library 4"],
        "reader": "Reader 3",
    }
    assert assert_matches_history(engine, database, ref)


def test_a_correction_of_another_event_is_nothing_to_build_on(engine: Engine, ref: str) -> None:
    correct(engine, ref, data={"library": "Library 2"})
    correct(engine, ref, 2, data={"condition": "poor"})
    assert shown(engine, ref, "inspect") == {"condition": "poor"}
    assert shown(engine, ref, "ask")["library"] == "Library 2"


@BOTH
def test_correcting_an_earlier_record_of_a_repeated_step_leaves_the_latest(
    engine: Engine, database: Database, ref: str
) -> None:
    latest = take(engine, ref, "inspect", condition="poor")
    after = correct(engine, ref, 2, data={"condition": "poor"})
    assert after.data == latest.data
    assert engine.history(ref)[-1].data["record"] == {"condition": "poor"}
    restated = engine.history(ref)[-1].effects.restatement
    assert restated is not None
    assert not restated.records
    assert correct(engine, ref, 3, data={"condition": "good"}).data["inspect"] == {"condition": "good"}
    assert assert_matches_history(engine, database, ref)


@BOTH
def test_a_step_taken_anew_after_a_correction_is_what_holds(engine: Engine, database: Database, ref: str) -> None:
    correct(engine, ref, 2, data={"condition": "poor"})
    assert take(engine, ref, "inspect").data["inspect"] == {"condition": "good"}
    assert assert_matches_history(engine, database, ref)


@BOTH
def test_rules_look_at_what_is_right_now(database: Database, present: MovableTime) -> None:
    def check(view: GuardContext) -> Iterator[str]:
        if view.recorded("inspect") != {"condition": "good"}:
            yield "It is not in good condition."

    guard = Guard(name="good", check=check, cleared_by="keeper")
    frame = step_to("frame", ("asked",), None, Inspection, guards=(guard,))
    engine = Engine(database, (loan(transitions=(*TRANSITIONS, frame)), CLAIM), now=present)
    ref = ask(engine).ref
    take(engine, ref, "inspect", condition="poor")
    with pytest.raises(Refused, match="not in good condition"):
        engine.step(ref, "frame", actor=KEEPER_1, data={"condition": "good"}, on=MONDAY)
    correct(engine, ref, 2, data={"condition": "good"})
    assert engine.step(ref, "frame", actor=KEEPER_1, data={"condition": "good"}, on=MONDAY).seq == 4


# --- titles ---------------------------------------------------------------------------------------------


@BOTH
def test_a_corrected_title_becomes_the_case_s(engine: Engine, database: Database, ref: str) -> None:
    assert correct(engine, ref, data={"title": "A celestial globe"}).title == "A celestial globe"
    assert engine.case(ref).title == "A celestial globe"
    assert assert_matches_history(engine, database, ref)


def test_a_correction_of_a_step_that_names_no_title_leaves_it(engine: Engine, ref: str) -> None:
    assert correct(engine, ref, 2, data={"condition": "poor"}).title == "A globe"


@BOTH
@pytest.mark.parametrize("data", [{"library": "Library 2"}, {"title": "A celestial globe"}], ids=str)
def test_correcting_an_earlier_step_keeps_the_title_of_a_later_one(
    engine: Engine, database: Database, ref: str, data: dict[str, str]
) -> None:
    take(engine, ref, "rename")
    assert correct(engine, ref, data=data).title == "A terrestrial globe"
    assert correct(engine, ref, 3, data={"title": "A lunar globe"}).title == "A lunar globe"
    assert assert_matches_history(engine, database, ref)


# --- what a correction does not touch -------------------------------------------------------------------


def test_state_clocks_and_the_day_of_the_latest_step_are_untouched(
    engine: Engine, present: MovableTime, ref: str
) -> None:
    before = take(engine, ref, "approve", date(2026, 1, 5))
    present.at = evening_of(date(2026, 7, 1))
    for after in (correct(engine, ref, data={"title": "A map"}), dispose(engine, ref)):
        assert (after.state, after.been_in, after.closed_on) == (before.state, before.been_in, before.closed_on)
        assert (after.clocks, after.last_step_on, after.links) == (before.clocks, before.last_step_on, before.links)
        assert after.recorded_at == present.at
    assert [e.kind for e in engine.history(ref)][3:] == [EventKind.CORRECTED, EventKind.DISPOSED]


def test_a_step_may_happen_on_the_day_before_the_correction(engine: Engine, present: MovableTime, ref: str) -> None:
    present.at = evening_of(date(2026, 1, 9))
    correct(engine, ref)
    assert take(engine, ref, "approve", date(2026, 1, 6)).last_step_on == date(2026, 1, 6)


@BOTH
def test_a_deadline_still_passes_after_a_correction_that_came_later(
    engine: Engine, database: Database, present: MovableTime, ref: str
) -> None:
    present.at = evening_of(date(2026, 3, 2))
    correct(engine, ref)
    take(engine, ref, "tell", date(2026, 3, 2))
    assert [(str(e.kind), e.trigger) for e in engine.history(ref)][2:] == [
        ("corrected", "ask"),
        ("deadline_expired", "decide"),
        ("step", "tell"),
    ]
    assert assert_matches_history(engine, database, ref)


@BOTH
def test_an_ended_case_can_be_corrected_too(engine: Engine, database: Database, ref: str) -> None:
    take(engine, ref, "refuse")
    after = correct(engine, ref, data={"library": "Library 2"})
    assert (after.state, after.closed_on) == ("refused", MONDAY)
    assert assert_matches_history(engine, database, ref)


def test_the_record_never_runs_backwards_though_the_machines_clock_does(
    engine: Engine, present: MovableTime, ref: str
) -> None:
    later, present.at = present.at, evening_of(date(2025, 12, 1))
    assert correct(engine, ref).recorded_at == later
    assert dispose(engine, ref).recorded_at == later


# --- who may, and what there is to correct --------------------------------------------------------------


@pytest.mark.parametrize("actor", [READER_1, KEEPER_1, NOBODY], ids=lambda actor: actor.name)
def test_only_those_who_record_for_others_may_amend_the_record(engine: Engine, ref: str, actor: Actor) -> None:
    before = engine.history(ref)
    for step, amend in (("correct", correct), ("dispose", dispose)):
        with pytest.raises(Refused) as refused:
            amend(engine, ref, actor=actor)
        assert (refused.value.step, refused.value.state) == (step, "asked")
        (block,) = refused.value.reasons
        assert (block.guard, block.cleared_by) == ("recorder", "librarian or desk clerk")
        assert actor.name in block.reason
    assert engine.history(ref) == before
    assert list(engine.stored_values(ref).values())


def test_another_person_s_decision_is_saved_with_its_evidence(engine: Engine, ref: str) -> None:
    correct(engine, ref, decided_by=BY_KEEPER)
    dispose(engine, ref, decided_by=BY_KEEPER)
    assert [event.decided_by for event in engine.history(ref)][2:] == [BY_KEEPER, BY_KEEPER]


def test_without_another_decider_the_record_keeper_decides(engine: Engine, ref: str) -> None:
    both = Actor(name="Librarian 1", roles=frozenset({"keeper", "librarian", "reader"}))
    correct(engine, ref, actor=both)
    assert engine.history(ref)[-1].decided_by == DecidedBy(name="Librarian 1", capacity="librarian")


def test_a_decision_in_a_role_that_there_is_not_is_refused(engine: Engine, ref: str) -> None:
    for amend in (correct, dispose):
        with pytest.raises(UnknownRole) as unknown:
            amend(engine, ref, decided_by=DecidedBy(name="Keeper 1", capacity="beekeeper"))
        assert unknown.value.known == ("reader", "librarian", "clerk", "keeper")
        with pytest.raises(InvalidForm):
            amend(engine, ref, decided_by=DecidedBy(name="", capacity="keeper"))
    assert len(engine.history(ref)) == 2


def test_an_actor_needs_the_role_in_which_they_decide(engine: Engine, ref: str) -> None:
    for amend in (correct, dispose):
        with pytest.raises(Refused, match="Clerk 1 does not have the role of keeper"):
            amend(engine, ref, decided_by=DecidedBy(name="Clerk 1", capacity="keeper"))
    assert correct(engine, ref, decided_by=DecidedBy(name="Clerk 1", capacity="clerk")).seq == 3


@pytest.mark.parametrize("seq", [0, -1, 3, 99])
def test_an_event_that_there_is_not_cannot_be_corrected(engine: Engine, ref: str, seq: int) -> None:
    with pytest.raises(BadValue, match="the number of a step in the case's history") as bad:
        correct(engine, ref, seq)
    assert bad.value.found == str(seq)


def test_what_no_person_recorded_as_a_step_cannot_be_corrected(engine: Engine, present: MovableTime, ref: str) -> None:
    present.at = evening_of(date(2026, 3, 2))
    take(engine, ref, "tell", date(2026, 3, 2))
    correct(engine, ref)
    dispose(engine, ref)
    kinds = {event.kind: event.seq for event in engine.history(ref)}
    for kind in (EventKind.DEADLINE_EXPIRED, EventKind.CORRECTED, EventKind.DISPOSED):
        with pytest.raises(
            BadValue, match=r"the event: expected (the number of a step|1, the event that this one corr)"
        ):
            correct(engine, ref, kinds[kind])
    assert len(engine.history(ref)) == 6


def test_a_case_that_there_is_not_can_be_neither_corrected_nor_disposed_of(engine: Engine) -> None:
    for amend in (correct, dispose):
        with pytest.raises(UnknownCase):
            amend(engine, "LN-2026-009")


# --- versions and requests --------------------------------------------------------------------------------


def test_a_case_that_moved_meanwhile_is_neither_corrected_nor_disposed_of(engine: Engine, ref: str) -> None:
    for amend in (correct, dispose):
        with pytest.raises(VersionConflict) as conflict:
            amend(engine, ref, if_version=1)
        assert (conflict.value.expected, conflict.value.found, conflict.value.step) == (1, 2, "inspect")
    assert correct(engine, ref, if_version=2).version == 3
    assert dispose(engine, ref, if_version=3).version == 4


@BOTH
def test_a_repeated_request_is_carried_out_once(engine: Engine, database: Database, ref: str) -> None:
    first = engine.record(correction(ref, data={"library": "Library 2"}, request_id="c"))
    again = engine.record(correction(ref, data={"library": "Library 2"}, request_id="c"))
    assert (again.repeated, again.case, again.events) == (True, first.case, ())
    gone = disposal(ref, request_id="d")
    once, twice = engine.record(gone), engine.record(gone)
    assert (twice.repeated, twice.case) == (True, once.case)
    assert [event.seq for event in engine.history(ref)] == [1, 2, 3, 4]
    assert assert_matches_history(engine, database, ref)


def test_a_request_id_used_for_a_correction_is_not_used_for_another(engine: Engine, ref: str) -> None:
    engine.record(correction(ref, request_id="c"))
    with pytest.raises(RequestIdReused):
        engine.record(correction(ref, seq=2, request_id="c"))
    with pytest.raises(RequestIdReused):
        dispose(engine, ref, request_id="c")


@BOTH
def test_a_rehearsed_amendment_leaves_nothing_behind(engine: Engine, database: Database, ref: str) -> None:
    values, history = stored_values(database), engine.history(ref)
    assert engine.dry_run(correction(ref, data={"title": "A map"})).case.title == "A map"
    assert engine.dry_run(disposal(ref)).case.version == 3
    assert (stored_values(database), engine.history(ref)) == (values, history)


# --- disposals ----------------------------------------------------------------------------------------------


# --- correcting what was disposed of ------------------------------------------------------------------------


# --- looking back -----------------------------------------------------------------------------------------
