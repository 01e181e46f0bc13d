"""Repeated requests: one recording, one answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from casereview.engine import Engine
from casereview.engine.errors.bad_input import BadValue, BatchFailed, InvalidForm
from casereview.engine.errors.refusals import Conflict, Refused, RequestIdReused
from casereview.engine.model.commands import Step
from casereview.persistence import Database

from ..support.loan_engine import MONDAY, ask, everything, inspect, lost, take
from ..support.loan_workflow import BY_KEEPER, CLAIM, CLERK_1, KEEPER_1, LOAN, NOBODY, RECORDS_BY_STEP
from ..support.movable_time import MovableTime


def test_a_repeated_request_is_carried_out_once_and_answered_as_of_then(engine: Engine, present: MovableTime) -> None:
    ref = ask(engine).ref
    first = engine.record(inspect(ref))
    take(engine, ref, "approve")
    before = everything(engine)
    present.at += timedelta(days=30)
    again = engine.record(inspect(ref))
    assert (again.case, again.events, again.repeated) == (first.case, (), True)
    assert (again.case.state, engine.case(ref).state) == ("asked", "approved")
    assert everything(engine) == before


def test_a_repeated_opening_opens_one_case(engine: Engine) -> None:
    first = ask(engine, request_id="request 1")
    take(engine, first.ref, "inspect")
    assert ask(engine, request_id="request 1") == first
    assert ask(engine, request_id="request 2").ref == "LN-2026-002"


def test_a_repeated_step_that_opened_another_case_opens_no_third(engine: Engine) -> None:
    ref = lost(engine)
    command = Step(
        ref=ref, trigger="write_off", actor=KEEPER_1, data=RECORDS_BY_STEP["write_off"], on=MONDAY, request_id="r"
    )
    first = engine.record(command)
    assert engine.record(command).case == first.case
    assert len(engine.cases()) == 2


def test_a_repeated_request_is_answered_before_version_and_rules(engine: Engine) -> None:
    ref = ask(engine).ref
    first = engine.record(inspect(ref, if_version=1))
    for trigger in ("approve", "lend", "give_back"):
        take(engine, ref, trigger)
    assert engine.record(inspect(ref, if_version=1)).case == first.case
    assert engine.record(inspect(ref, if_version=77)).case == first.case


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"data": {"condition": "poor"}}, id="another record"),
        pytest.param({"data": {"condition": "good", "on": "\ud800"}}, id="a record that no form takes"),
        pytest.param({"data": {"condition": {1: 2}}}, id="a record that JSON does not know"),
        pytest.param({"trigger": "approve"}, id="another step"),
        pytest.param({"on": date(2026, 1, 6)}, id="another day"),
        pytest.param({"on": None}, id="no day"),
        pytest.param({"actor": CLERK_1}, id="somebody else"),
        pytest.param({"decided_by": None}, id="nobody else's decision"),
        pytest.param({"decided_by": replace(BY_KEEPER, evidence=None)}, id="no evidence"),
        pytest.param({"ref": "LN-2026-002"}, id="another case"),
        pytest.param({"ref": "LN-2026-999"}, id="a case that there is not"),
    ],
)
def test_the_same_request_id_with_another_content_is_refused(engine: Engine, changed: dict[str, Any]) -> None:
    ref = ask(engine).ref
    ask(engine)
    engine.record(inspect(ref))
    before = everything(engine)
    with pytest.raises(RequestIdReused) as caught:
        engine.record(replace(inspect(ref), **changed))
    assert caught.value.facts() == {"request_id": "request 1", "ref": ref}
    assert everything(engine) == before


def test_a_step_is_not_an_opening_though_their_request_ids_are_the_same(engine: Engine) -> None:
    ref = ask(engine, request_id="request 1").ref
    with pytest.raises(RequestIdReused):
        engine.record(inspect(ref))


@pytest.mark.parametrize("value", ["\ud800", "\x00", {1: 2}, object()], ids=["surrogate", "NUL", "number", "object"])
def test_a_request_with_what_no_form_takes_is_bad_input_like_any_other(engine: Engine, value: object) -> None:
    with pytest.raises(InvalidForm):
        ask(engine, request_id="request 1", title=value)


def test_a_refusal_is_not_remembered(engine: Engine) -> None:
    ref = ask(engine).ref
    with pytest.raises(InvalidForm):
        engine.record(inspect(ref, data={"condition": "fair"}))
    with pytest.raises(Refused):
        engine.record(inspect(ref, actor=NOBODY))
    assert engine.record(inspect(ref)).repeated is False


def test_requests_without_an_id_are_carried_out_each_time(engine: Engine) -> None:
    ref = ask(engine).ref
    command = inspect(ref, request_id=None)
    assert [engine.record(command).case.version, engine.record(command).case.version] == [2, 3]


def test_a_conflict_says_who_moved_the_case_and_how(engine: Engine) -> None:
    ref = ask(engine).ref
    engine.record(inspect(ref))
    with pytest.raises(Conflict) as caught:
        engine.step(ref, "refuse", actor=KEEPER_1, data=RECORDS_BY_STEP["refuse"], on=MONDAY, if_version=1)
    assert caught.value.facts() == {
        "ref": ref,
        "expected": 1,
        "found": 2,
        "changed_by": "Librarian 1",
        "step": "inspect",
        "step_title": "inspect",
    }


def test_the_version_that_was_seen_is_no_conflict_though_days_have_passed(engine: Engine, present: MovableTime) -> None:
    case = ask(engine)
    present.at += timedelta(days=365)
    moved = engine.step(case.ref, "inspect", actor=KEEPER_1, data=RECORDS_BY_STEP["inspect"], on=MONDAY, if_version=1)
    assert (moved.version, moved.seq) == (2, 3)


def test_without_if_version_a_step_is_decided_on_the_present_case(engine: Engine) -> None:
    ref = ask(engine).ref
    take(engine, ref, "inspect")
    take(engine, ref, "refuse")
    with pytest.raises(Refused) as caught:
        take(engine, ref, "approve")
    assert caught.value.state == "refused"


def test_of_many_who_have_seen_the_same_version_one_moves_the_case(engine: Engine) -> None:
    ref = ask(engine).ref

    def hurry(number: int) -> str:
        actor = replace(KEEPER_1, name=f"Keeper {number}")
        try:
            engine.step(ref, "inspect", actor=actor, data=RECORDS_BY_STEP["inspect"], on=MONDAY, if_version=1)
        except Conflict:
            return "conflict"
        return "moved"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(hurry, range(8))) == ["conflict"] * 7 + ["moved"]
    assert engine.case(ref).version == 2


def test_of_many_equal_requests_at_once_one_is_carried_out(engine: Engine) -> None:
    ref = ask(engine).ref
    with ThreadPoolExecutor(4) as pool:
        recorded = list(pool.map(lambda _: engine.record(inspect(ref)), range(8)))
    assert sorted(each.repeated for each in recorded) == [False] + [True] * 7
    assert [each.case for each in recorded] == [engine.case(ref)] * 8
    assert engine.case(ref).version == 2


def test_many_openings_at_once_get_a_reference_each(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        refs = sorted(pool.map(lambda _: ask(engine).ref, range(12)))
    assert refs == [f"LN-2026-{number:03}" for number in range(1, 13)]


def test_equal_request_ids_of_two_clients_are_two_requests(database: Database, present: MovableTime) -> None:
    one, other = (Engine(database, (LOAN, CLAIM), now=present, client=name) for name in ("cli", "board"))
    first = ask(one, request_id="1")
    second = ask(other, request_id="1")
    assert first.ref != second.ref
    assert ask(one, request_id="1") == first
    assert [engine.refs_by_request(["1"]) for engine in (one, other)] == [{"1": first.ref}, {"1": second.ref}]


def test_a_batch_looks_up_the_requests_of_its_own_client(database: Database, present: MovableTime) -> None:
    one, other = (Engine(database, (LOAN, CLAIM), now=present, client=name) for name in ("cli", "board"))
    ref = ask(one).ref
    assert [result.repeated for result in one.record_many([inspect(ref)])] == [False]
    with pytest.raises(BatchFailed):  # it is not a repetition, and the case was inspected
        other.record_many([inspect(ref, if_version=1)])
    assert [result.repeated for result in one.record_many([inspect(ref)])] == [True]


def test_a_host_within_its_own_transaction_is_the_same_client(database: Database, present: MovableTime) -> None:
    engine = Engine(database, (LOAN, CLAIM), now=present, client="board")
    ref = ask(engine).ref
    first = engine.record(inspect(ref))
    with database.backend.writing.begin() as connection, engine.within(connection) as joined:
        assert joined.record(inspect(ref)).case == first.case


@pytest.mark.parametrize("client", ["", "x" * 65, "a\nb"])
def test_the_name_of_a_client_must_be_storable(database: Database, client: str) -> None:
    with pytest.raises(BadValue, match="1 to 64 printable characters"):
        Engine(database, (LOAN, CLAIM), client=client)
