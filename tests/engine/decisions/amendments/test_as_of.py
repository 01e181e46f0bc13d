"""The record as it was known at an earlier time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from casereview.engine import Engine
from casereview.engine.errors.bad_input import InvalidForm
from casereview.engine.errors.unknown import UnknownCase
from casereview.engine.forms.digests import digest_of, digests_in, with_stored_values
from casereview.engine.model.case import Case, Event
from casereview.engine.model.clock import ClockStatus, EventKind
from casereview.engine.model.commands import ImportSnapshot
from casereview.engine.model.evolve import fold
from casereview.persistence import Database

from ....support.amendments import BOTH, MONDAY, ask, correct, dispose, take
from ....support.loan_decisions import evening_of
from ....support.loan_workflow import CLERK_1, LIBRARIAN_1
from ....support.movable_time import MovableTime

HOUR = timedelta(hours=1)


def seen(case: Case) -> tuple[str, int, dict[str, Any], dict[str, ClockStatus]]:
    return case.state, case.version, dict(case.data), {clock.deadline: clock.status for clock in case.clocks}


@BOTH
def test_a_case_is_seen_as_it_stood_when_so_much_had_been_recorded(
    engine: Engine, present: MovableTime, database: Database
) -> None:
    ref = ask(engine).ref
    stood: dict[datetime, Case] = {present.at: engine.case(ref)}
    moves = (
        lambda: take(engine, ref, "inspect"),
        lambda: correct(engine, ref, data={"title": "A map"}),
        lambda: take(engine, ref, "approve"),
        lambda: dispose(engine, ref),
        lambda: take(engine, ref, "tell", date(2026, 3, 2)),
    )
    for move in moves:
        present.at += timedelta(days=12)
        stood[present.at] = move()
    for at, case in stood.items():
        for instant in (at, at + HOUR, at.astimezone(UTC) + timedelta(days=11)):
            assert engine.case(ref, as_of=instant) == case
            assert engine.history(ref, as_of=instant)[-1].recorded_at == at
            assert fold(engine.history(ref, as_of=instant)) == case
    assert engine.case(ref, as_of=present.at) == engine.case(ref)
    assert engine.history(ref, as_of=present.at) == engine.history(ref)


def test_looking_back_shows_state_data_and_deadlines_as_then_recorded(engine: Engine, present: MovableTime) -> None:
    ref = ask(engine).ref
    monday = present.at
    present.at = evening_of(date(2026, 3, 2))
    take(engine, ref, "inspect", date(2026, 1, 6))
    take(engine, ref, "approve", date(2026, 1, 7))
    # Not when it happened counts, but when it was recorded.
    state, version, data, clocks = seen(engine.case(ref, as_of=evening_of(date(2026, 1, 8))))
    assert (state, version, list(data)) == ("asked", 1, ["ask"])
    assert clocks == {"inspect": ClockStatus.RUNNING, "decide": ClockStatus.RUNNING}
    assert seen(engine.case(ref, as_of=monday)) == (state, version, data, clocks)
    assert seen(engine.case(ref))[0] == "approved"


def test_before_it_was_opened_there_was_no_such_case(engine: Engine, present: MovableTime, ref: str) -> None:
    before = present.at - timedelta(microseconds=1)
    for look in (engine.case, engine.history):
        with pytest.raises(UnknownCase):
            look(ref, as_of=before)
        with pytest.raises(UnknownCase):
            look("LN-2026-009", as_of=present.at)


def test_what_was_disposed_of_is_not_seen_by_looking_back_either(
    engine: Engine, present: MovableTime, ref: str
) -> None:
    then = present.at
    present.at += HOUR
    dispose(engine, ref)
    data = engine.case(ref, as_of=then).data["ask"]
    assert with_stored_values(data, engine.stored_values(ref))["reader"] == "(disposed of)"


def test_each_digest_in_the_history_is_that_of_what_is_kept(engine: Engine, ref: str) -> None:
    correct(engine, ref, data={"address": {"town": "Town 1", "street": "Mill Lane"}})
    stand = {found for event in engine.history(ref) for found in digests_in(event.data)}
    assert stand == {digest_of(secret) for secret in engine.stored_values(ref).values()}


def test_an_amended_event_is_tied_to_the_one_before_it_like_any_other(engine: Engine, ref: str) -> None:
    correct(engine, ref)
    dispose(engine, ref)
    history: tuple[Event, ...] = engine.history(ref)
    assert len({event.hash for event in history}) == 4
    assert engine.case(ref).head == history[-1].hash


def test_a_librarian_may_amend_as_a_clerk_may(engine: Engine, ref: str) -> None:
    assert correct(engine, ref, actor=LIBRARIAN_1).seq == 3


def test_an_imported_record_is_corrected_in_words(engine: Engine) -> None:
    command = ImportSnapshot(workflow="loan", actor=CLERK_1, state="lent", opened_on=MONDAY, source="the card index")
    (imported,) = engine.import_many((command,))
    ref = imported.ref
    assert correct(engine, ref).version == 2
    assert engine.history(ref)[-1].kind is EventKind.CORRECTED
    with pytest.raises(InvalidForm, match="expected one of the fields"):
        correct(engine, ref, data={"condition": "poor"})
