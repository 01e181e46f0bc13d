"""The façade that others embed, over a real database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

import casereview.engine
from casereview.engine import Engine
from casereview.engine.errors.bad_input import BadDate, BadValue, InvalidForm
from casereview.engine.errors.base import CasereviewError
from casereview.engine.errors.faults import DatabaseProblem
from casereview.engine.errors.refusals import Conflict, NotAllowed, Refused, RequestIdReused
from casereview.engine.errors.unknown import (
    UnknownCase,
    UnknownPerson,
    UnknownRole,
    UnknownState,
    UnknownStep,
    UnknownWorkflow,
)
from casereview.engine.forms.digests import revealed
from casereview.engine.model.calendar import system_now
from casereview.engine.model.case import Case, Link
from casereview.engine.model.clock import ClockStatus
from casereview.engine.model.commands import Day, Open, Step
from casereview.engine.model.evolve import fold
from casereview.engine.model.people import Actor, Authority, Person
from casereview.engine.ports.records import DeadlineRecord, Selection
from casereview.persistence import Database

from .conftest import Present
from .loans import (
    BY_KEEPER,
    CLAIM,
    CLERK_1,
    DECIDERS,
    FORMS,
    KEEPER_1,
    LIBRARIAN_1,
    LOAN,
    NOBODY,
    READER_1,
    TRANSITIONS,
    clock,
    evening,
    loan,
    told,
)

MONDAY = date(2026, 1, 5)


def ask(engine: Engine, on: Day = MONDAY, *, request_id: str | None = None, **data: Any) -> Case:
    return engine.open("loan", actor=READER_1, data={**FORMS["ask"], **data}, on=on, request_id=request_id)


def take(engine: Engine, ref: str, trigger: str, on: Day = MONDAY, **data: Any) -> Case:
    return engine.step(ref, trigger, actor=DECIDERS[trigger], data={**FORMS[trigger], **data}, on=on)


def everything(engine: Engine) -> tuple[Any, ...]:
    """All that the record holds, to be compared before and after."""
    cases = engine.cases(Selection(limit=1000))
    return cases, [engine.history(case.ref) for case in cases], engine.people()


# --- moving cases -------------------------------------------------------------------------------------


def test_a_case_is_opened_carried_on_and_closed(engine: Engine) -> None:
    case = ask(engine)
    assert (case.ref, case.state, case.version, case.seq) == ("LN-2026-001", "asked", 1, 1)
    take(engine, case.ref, "inspect")
    take(engine, case.ref, "approve", date(2026, 1, 6))
    take(engine, case.ref, "lend", date(2026, 1, 7))
    closed = take(engine, case.ref, "give_back", date(2026, 1, 8))
    assert (closed.state, closed.version, closed.closed_on) == ("returned", 5, date(2026, 1, 8))
    assert engine.case(case.ref) == closed


def test_the_case_that_is_kept_is_what_its_history_comes_to(engine: Engine) -> None:
    case = ask(engine, reader="Reader 2", others=["Library 2"], wanted_on="2026-03-02")
    for trigger, on in (("inspect", 6), ("approve", 7), ("lend", 8), ("report", 9), ("renew", 12), ("write_off", 20)):
        take(engine, case.ref, trigger, date(2026, 1, on))
        history = engine.history(case.ref)
        assert engine.case(case.ref) == fold(history)
    assert [event.seq for event in history] == list(range(1, len(history) + 1))


def test_a_command_gives_what_it_recorded_with_what_was_to_be_pointed_out(engine: Engine) -> None:
    case = ask(engine)
    take(engine, case.ref, "inspect")
    command = Step(ref=case.ref, trigger="approve", actor=KEEPER_1, data=FORMS["approve"], on=date(2026, 1, 6))
    recorded = engine.record(command)
    assert told(recorded.events) == [("step", "approve", date(2026, 1, 6))]
    assert (recorded.warnings, recorded.repeated) == (("The vans may not run.",), False)
    assert recorded.case == engine.case(case.ref)


def test_what_passed_is_recorded_with_the_next_step(engine: Engine) -> None:
    case = ask(engine)
    command = Step(ref=case.ref, trigger="tell", actor=CLERK_1, data=FORMS["tell"], on=date(2026, 3, 2))
    recorded = engine.record(command)
    assert told(recorded.events) == [
        ("deadline_passed", "inspect", date(2026, 1, 12)),
        ("deadline_passed", "decide", date(2026, 2, 5)),
        ("step", "tell", date(2026, 3, 2)),
    ]
    assert (recorded.case.version, recorded.case.seq) == (2, 4)


def test_without_a_day_a_step_happens_now(engine: Engine, present: Present) -> None:
    case = ask(engine, None)
    assert (case.opened_on, case.recorded_at) == (date(2026, 10, 1), present.at)
    assert engine.history(case.ref)[0].occurred_at == present.at


def test_the_record_never_runs_backwards_though_the_machines_clock_does(engine: Engine, present: Present) -> None:
    case = ask(engine)
    later, present.at = present.at, evening(date(2026, 9, 1))
    assert take(engine, case.ref, "inspect").recorded_at == later
    assert {event.recorded_at for event in engine.history(case.ref)} == {later}


def test_who_recorded_and_on_whose_decision_are_both_kept(engine: Engine, present: Present) -> None:
    present.at = evening(MONDAY)
    case = ask(engine)
    take(engine, case.ref, "inspect")
    engine.step(case.ref, "approve", actor=CLERK_1, decided_by=BY_KEEPER, data=FORMS["approve"], on=MONDAY)
    assert [(event.recorded_by, event.decided_by) for event in engine.history(case.ref)] == [
        ("Reader 1", Authority(name="Reader 1", capacity="reader")),
        ("Keeper 1", Authority(name="Keeper 1", capacity="keeper")),
        ("Clerk 1", BY_KEEPER),
    ]


@pytest.mark.parametrize(
    ("trigger", "actor", "more", "error"),
    [
        pytest.param("approve", KEEPER_1, {}, Refused, id="a condition that does not hold"),
        pytest.param("lend", CLERK_1, {}, Refused, id="the wrong state"),
        pytest.param("inspect", NOBODY, {}, Refused, id="somebody who may not"),
        pytest.param("inspect", KEEPER_1, {"data": {"condition": "fair"}}, InvalidForm, id="a bad form"),
        pytest.param("inspect", KEEPER_1, {"on": date(2026, 10, 2)}, BadDate, id="tomorrow"),
        pytest.param("inspect", KEEPER_1, {"on": date(2026, 1, 4)}, BadDate, id="before the opening"),
        pytest.param("inspect", KEEPER_1, {"if_version": 2}, Conflict, id="another version"),
        pytest.param("inspect", KEEPER_1, {"request_id": ""}, BadValue, id="an empty request id"),
        pytest.param("sell", KEEPER_1, {}, UnknownStep, id="no such step"),
        pytest.param("ask", READER_1, {}, UnknownStep, id="the opening once more"),
        pytest.param(
            "inspect",
            LIBRARIAN_1,
            {"decided_by": Authority(name="X", capacity="king")},
            UnknownRole,
            id="no such role",
        ),
    ],
)
def test_a_step_that_is_refused_or_not_understood_changes_nothing(
    engine: Engine, trigger: str, actor: Actor, more: dict[str, Any], error: type[CasereviewError]
) -> None:
    case = ask(engine)
    before = everything(engine)
    with pytest.raises(error):
        engine.step(case.ref, trigger, **{"actor": actor, "data": FORMS.get(trigger, {}), "on": MONDAY, **more})
    assert everything(engine) == before


# --- references ---------------------------------------------------------------------------------------


def test_references_are_counted_by_prefix_and_year_of_opening(engine: Engine) -> None:
    years = [ask(engine, date(2025, 12, 31)), ask(engine), ask(engine, date(2025, 1, 1)), ask(engine)]
    claim = engine.open("claim", actor=KEEPER_1, data=FORMS["claim"], on=MONDAY)
    assert [case.ref for case in (*years, claim)] == [
        "LN-2025-001",
        "LN-2026-001",
        "LN-2025-002",
        "LN-2026-002",
        "CL-2026-001",
    ]


@pytest.mark.parametrize(
    ("on", "ref"),
    [
        pytest.param(datetime(2025, 12, 31, 23, 59, tzinfo=UTC), "LN-2025-001", id="a minute before New Year"),
        pytest.param(datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1))), "LN-2025-001", id="in Paris"),
        pytest.param(datetime(2026, 1, 1, tzinfo=UTC), "LN-2026-001", id="New Year"),
        pytest.param(date(2025, 12, 31), "LN-2025-001", id="a day"),
        pytest.param(None, "LN-2026-001", id="now"),
    ],
)
def test_the_year_is_that_of_london(engine: Engine, on: Day, ref: str) -> None:
    assert ask(engine, on).ref == ref


@pytest.mark.parametrize(
    ("workflow", "actor", "more", "error"),
    [
        pytest.param("loan", NOBODY, {}, Refused, id="somebody who may not"),
        pytest.param("loan", READER_1, {"data": {}}, InvalidForm, id="a bad form"),
        pytest.param("loan", READER_1, {"on": date(2026, 10, 2)}, BadDate, id="tomorrow"),
        pytest.param("loan", READER_1, {"on": datetime(2026, 1, 5, 9)}, BadDate, id="no zone"),  # noqa: DTZ001
        pytest.param("loan", READER_1, {"on": date(26, 1, 5)}, BadDate, id="a year that was mistyped"),
        pytest.param("loan", READER_1, {"on": datetime.min.replace(tzinfo=UTC)}, BadDate, id="the first instant"),
        pytest.param("sale", READER_1, {}, UnknownWorkflow, id="no such workflow"),
    ],
)
def test_a_refused_opening_leaves_no_gap(
    engine: Engine, workflow: str, actor: Actor, more: dict[str, Any], error: type[CasereviewError]
) -> None:
    first = ask(engine)
    with pytest.raises(error):
        engine.open(workflow, **{"actor": actor, "data": FORMS["ask"], "on": MONDAY, **more})
    assert (first.ref, ask(engine).ref) == ("LN-2026-001", "LN-2026-002")


# --- one case opens another -----------------------------------------------------------------------------


def lost(engine: Engine) -> str:
    ref = ask(engine).ref
    for trigger in ("inspect", "approve", "lend"):
        take(engine, ref, trigger)
    return ref


def test_a_step_opens_another_case_and_links_the_two(engine: Engine) -> None:
    case = take(engine, lost(engine), "write_off", date(2026, 2, 2), value=70)
    claim = engine.case("CL-2026-001")
    assert case.links == (Link(relation="claim", ref="CL-2026-001"),)
    assert claim.links == (Link(relation="claimed_for", ref="LN-2026-001"),)
    assert (claim.state, claim.opened_on, claim.recorded_at) == ("made", date(2026, 2, 2), case.recorded_at)
    assert claim.data == {"claim": {"thing": "A globe", "value": 70}}
    assert [event.recorded_by for event in engine.history("CL-2026-001")] == ["Keeper 1"]
    assert fold(engine.history("CL-2026-001")) == claim


def test_the_other_case_stands_on_the_same_decision(engine: Engine) -> None:
    ref = lost(engine)
    engine.step(ref, "write_off", actor=CLERK_1, decided_by=BY_KEEPER, data=FORMS["write_off"], on=MONDAY)
    (opened,) = engine.history("CL-2026-001")
    assert (opened.recorded_by, opened.decided_by) == ("Clerk 1", BY_KEEPER)


def test_where_the_other_case_cannot_be_opened_the_step_is_not_taken_either(
    database: Database, present: Present
) -> None:
    only_readers_claim = replace(CLAIM, opening=replace(CLAIM.opening, roles=("reader",)))
    engine = Engine(database, (LOAN, only_readers_claim), now=present)
    ref = lost(engine)
    before = everything(engine)
    with pytest.raises(Refused) as caught:
        take(engine, ref, "write_off")
    assert (caught.value.step, caught.value.ref) == ("claim", "the new case")
    assert everything(engine) == before
    repaired = Engine(database, (LOAN, CLAIM), now=present)
    assert take(repaired, ref, "write_off").links == (Link(relation="claim", ref="CL-2026-001"),)


def test_a_refused_step_that_would_open_another_case_leaves_no_gap_there(engine: Engine) -> None:
    ref = lost(engine)
    with pytest.raises(InvalidForm):
        take(engine, ref, "write_off", value=13)
    assert take(engine, ref, "write_off").links[0].ref == "CL-2026-001"


# --- requests that come twice ---------------------------------------------------------------------------


def inspect(ref: str, request_id: str = "request 1", **changed: Any) -> Step:
    values: dict[str, Any] = {
        "ref": ref,
        "trigger": "inspect",
        "actor": LIBRARIAN_1,
        "decided_by": BY_KEEPER,
        "data": {"condition": "good"},
        "on": MONDAY,
        "request_id": request_id,
    }
    return Step(**{**values, **changed})


def test_a_repeated_request_is_carried_out_once_and_answered_as_of_then(engine: Engine, present: Present) -> None:
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
    command = Step(ref=ref, trigger="write_off", actor=KEEPER_1, data=FORMS["write_off"], on=MONDAY, request_id="r")
    first = engine.record(command)
    assert engine.record(command).case == first.case
    assert len(engine.cases()) == 2


def test_a_repeated_request_is_answered_before_its_version_and_the_rules_are_looked_at(engine: Engine) -> None:
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


# --- conflicts ----------------------------------------------------------------------------------------


def test_a_conflict_says_who_moved_the_case_and_how(engine: Engine) -> None:
    ref = ask(engine).ref
    engine.record(inspect(ref))
    with pytest.raises(Conflict) as caught:
        engine.step(ref, "refuse", actor=KEEPER_1, data=FORMS["refuse"], on=MONDAY, if_version=1)
    assert caught.value.facts() == {
        "ref": ref,
        "expected": 1,
        "found": 2,
        "moved_by": "Librarian 1",
        "step": "inspect",
    }


def test_the_version_that_was_seen_is_no_conflict_though_days_have_passed(engine: Engine, present: Present) -> None:
    case = ask(engine)
    present.at += timedelta(days=365)
    moved = engine.step(case.ref, "inspect", actor=KEEPER_1, data=FORMS["inspect"], on=MONDAY, if_version=1)
    assert (moved.version, moved.seq) == (2, 3)


def test_without_a_version_a_step_is_judged_against_the_case_as_it_is_by_then(engine: Engine) -> None:
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
            engine.step(ref, "inspect", actor=actor, data=FORMS["inspect"], on=MONDAY, if_version=1)
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


# --- rehearsing -----------------------------------------------------------------------------------------


def test_a_rehearsal_says_what_would_come_of_it_and_keeps_nothing(engine: Engine) -> None:
    ref = ask(engine).ref
    before = everything(engine)
    rehearsed = engine.rehearse(inspect(ref))
    assert everything(engine) == before
    assert engine.record(inspect(ref)) == rehearsed
    assert (rehearsed.case.version, rehearsed.repeated) == (2, False)


def test_a_rehearsed_opening_takes_no_reference(engine: Engine) -> None:
    command = Open(workflow="loan", actor=READER_1, data=FORMS["ask"], on=MONDAY)
    assert engine.rehearse(command).case.ref == "LN-2026-001"
    assert engine.cases() == ()
    assert ask(engine).ref == "LN-2026-001"


def test_a_rehearsal_is_refused_like_the_step_itself(engine: Engine) -> None:
    ref = ask(engine).ref
    with pytest.raises(Refused):
        engine.rehearse(inspect(ref, actor=NOBODY))


# --- looking --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ref", ["LN-2026-999", "", "ln-2026-001", "LN-2026-001 ", "'; DROP TABLE x; --"])
def test_a_reference_that_there_is_not_is_bad_input_everywhere(engine: Engine, ref: str) -> None:
    ask(engine)
    for asked in (
        lambda: engine.case(ref),
        lambda: engine.history(ref),
        lambda: engine.available(ref),
        lambda: take(engine, ref, "inspect"),
        lambda: engine.record(inspect(ref)),
        lambda: engine.rehearse(inspect(ref)),
    ):
        with pytest.raises(UnknownCase) as caught:
            asked()
        assert caught.value.ref == ref


def five(engine: Engine) -> list[str]:
    """Five cases: one asked for long ago, one asked for lately, one approved, one refused, one claim."""
    long_ago = ask(engine, date(2025, 3, 3), library="Library 2").ref
    lately = ask(engine, date(2026, 9, 30)).ref
    approved = ask(engine, others=["Library 2"]).ref
    take(engine, approved, "inspect")
    take(engine, approved, "approve")
    refused = ask(engine).ref
    take(engine, refused, "refuse")
    claim = engine.open("claim", actor=KEEPER_1, data=FORMS["claim"], on=MONDAY).ref
    return [claim, long_ago, lately, approved, refused]


@pytest.mark.parametrize(
    ("selection", "found"),
    [
        pytest.param(Selection(), [0, 1, 2, 3, 4], id="everything, in the order of references"),
        pytest.param(Selection(workflow="loan"), [1, 2, 3, 4], id="of a workflow"),
        pytest.param(Selection(state="asked"), [1, 2], id="in a state"),
        pytest.param(Selection(workflow="claim", state="asked"), [], id="a state of another workflow"),
        pytest.param(Selection(agency="Library 2"), [1, 3], id="in which an agency takes part"),
        pytest.param(Selection(agency="Library"), [], id="an agency of nearly that name"),
        pytest.param(Selection(overdue_at=evening(date(2026, 10, 1))), [0, 1, 4], id="with something overdue"),
        pytest.param(Selection(overdue_at=evening(date(2026, 1, 20))), [1, 4], id="overdue earlier"),
        pytest.param(Selection(state="asked", agency="Library 2", workflow="loan"), [1], id="all conditions at once"),
        pytest.param(Selection(limit=2), [0, 1], id="at most two"),
        pytest.param(Selection(after="LN-2026-001", limit=1), [3], id="behind a reference"),
    ],
)
def test_cases_are_selected(engine: Engine, selection: Selection, found: list[int]) -> None:
    refs = five(engine)
    assert refs == ["CL-2026-001", "LN-2025-001", "LN-2026-001", "LN-2026-002", "LN-2026-003"]
    assert [case.ref for case in engine.cases(selection)] == [refs[index] for index in found]


def test_cases_are_counted_by_workflow_and_state(engine: Engine) -> None:
    assert engine.counts() == ()
    five(engine)
    found = engine.counts()
    assert sum(count.cases for count in found) == len(engine.cases())
    for count in found:
        assert count.cases == len(engine.cases(Selection(workflow=count.workflow, state=count.state)))


def test_a_case_reads_the_same_alone_and_among_others(engine: Engine) -> None:
    refs = five(engine)
    assert list(engine.cases()) == [engine.case(ref) for ref in refs]


@pytest.mark.parametrize(
    ("selection", "error"),
    [(Selection(workflow="sale"), UnknownWorkflow), (Selection(state="sold"), UnknownState)],
    ids=["a workflow", "a state"],
)
def test_what_there_is_not_cannot_be_selected(
    engine: Engine, selection: Selection, error: type[CasereviewError]
) -> None:
    with pytest.raises(error):
        engine.cases(selection)


def test_an_unknown_state_is_answered_with_those_that_there_are(engine: Engine) -> None:
    with pytest.raises(UnknownState) as caught:
        engine.cases(Selection(state="sold"))
    assert caught.value.known == (
        "asked",
        "approved",
        "lent",
        "returned",
        "refused",
        "written_off",
        "made",
        "settled",
    )


def test_the_steps_possible_now_are_judged_on_the_case_as_it_is(engine: Engine) -> None:
    ref = ask(engine).ref
    approve = [step for step in engine.available(ref, KEEPER_1) if step.transition.trigger == "approve"]
    assert [block.guard for block in approve[0].blocked_by] == ["inspected"]
    take(engine, ref, "inspect")
    approve = [step for step in engine.available(ref) if step.transition.trigger == "approve"]
    assert approve[0].blocked_by == ()


@pytest.mark.parametrize(
    ("at", "limit", "found"),
    [
        pytest.param(None, 100, [("LN-2026-001", "inspect"), ("LN-2026-002", "inspect"), ("LN-2026-001", "decide")],
                     id="now"),
        pytest.param(None, 1, [("LN-2026-001", "inspect")], id="the longest overdue of all"),
        pytest.param(datetime(2026, 1, 12, 23, 59, 59, tzinfo=UTC), 100, [], id="a second before a day is over"),
        pytest.param(datetime(2026, 1, 13, tzinfo=UTC), 100, [("LN-2026-001", "inspect")], id="when it is over"),
    ],
)  # fmt: skip
def test_what_is_overdue_is_given_the_longest_overdue_first(
    engine: Engine, present: Present, at: datetime | None, limit: int, found: list[tuple[str, str]]
) -> None:
    present.at = evening(date(2026, 2, 7))
    ask(engine)
    ask(engine, date(2026, 1, 8))
    assert [(late.ref, late.clock.deadline) for late in engine.overdue(at=at, limit=limit)] == found


def test_what_is_overdue_says_of_which_case(engine: Engine) -> None:
    case = ask(engine)
    first = engine.overdue()[0]
    assert (first.ref, first.title, first.workflow, first.workflow_version) == (case.ref, "A globe", "loan", 1)
    assert first.clock == clock(case, "inspect")


def test_what_somebody_still_has_to_do_is_given_the_earliest_due_first(engine: Engine, present: Present) -> None:
    present.at = evening(date(2026, 1, 7))
    first = ask(engine, library="Northtown").ref
    second = ask(engine, date(2026, 1, 7), library="Southtown").ref
    take(engine, first, "inspect", date(2026, 1, 7))

    def found(**asked: Any) -> list[tuple[str, str]]:
        return [(one.ref, one.clock.deadline) for one in engine.deadlines(**asked)]

    everything = [(second, "inspect"), (first, "decide"), (second, "decide")]
    assert found() == everything
    assert found(limit=2) == everything[:2]
    last = engine.deadlines()[0].clock.due
    assert found(until=last) == everything[:1]
    assert found(until=last - timedelta(days=1)) == []
    assert found(agency="Northtown") == everything[1:2]
    assert found(agency="Southtown", until=last) == everything[:1]
    assert found(agency="Nowhere") == []


def test_what_became_of_a_deadline_is_known_case_by_case(engine: Engine, present: Present) -> None:
    present.at = evening(date(2026, 1, 7))
    in_time, late, never = (ask(engine).ref for _ in range(3))
    take(engine, in_time, "inspect", date(2026, 1, 7))
    present.at = evening(date(2026, 2, 20))
    take(engine, late, "inspect", date(2026, 1, 20))
    due, missed = date(2026, 1, 12), ClockStatus.MISSED
    made = {"anchor": MONDAY, "due": due}
    expected = (
        DeadlineRecord(ref=in_time, done_on=date(2026, 1, 7), status=ClockStatus.MET, flagged_on=None, **made),
        DeadlineRecord(ref=late, done_on=date(2026, 1, 20), status=missed, flagged_on=due, **made),
        DeadlineRecord(ref=never, done_on=None, status=ClockStatus.RUNNING, flagged_on=None, **made),
    )
    assert engine.deadline_records("inspect") == expected
    assert engine.deadline_records("inspect", limit=1) == expected[:1]
    assert engine.deadline_records("pay") == ()


def test_what_is_sensitive_is_kept_apart_and_can_be_put_back(engine: Engine) -> None:
    given = {**FORMS["ask"], "reader": "Reader 2", "address": {"town": "Anytown", "street": "1 High Street"}}
    case = ask(engine, **given)
    assert "Reader 2" not in repr((case, engine.history(case.ref)))
    assert "High Street" not in repr((case, engine.history(case.ref)))
    assert case.data["ask"]["address"]["town"] == "Anytown"
    secrets = engine.sensitive(case.ref)
    assert revealed(case.data["ask"], secrets) == given
    assert revealed(engine.history(case.ref)[0].data, secrets) == given


def test_equal_sensitive_values_cannot_be_told_to_be_equal(engine: Engine) -> None:
    first, second = ask(engine, reader="Reader 2"), ask(engine, reader="Reader 2")
    assert first.data["ask"]["reader"] != second.data["ask"]["reader"]


def test_a_case_without_sensitive_values_has_none(engine: Engine) -> None:
    assert engine.sensitive(ask(engine).ref) == {}


# --- people ---------------------------------------------------------------------------------------------


def test_people_are_added_by_who_manages_them_and_act_in_their_roles(engine: Engine) -> None:
    added = engine.add_person(
        "Keeper 2", role="keeper", actor=LIBRARIAN_1, agency="Library 1", email="keeper@example.org"
    )
    assert added == Person(name="Keeper 2", roles=("keeper",), agency="Library 1", email="keeper@example.org")
    assert engine.actor("Keeper 2") == Actor(name="Keeper 2", roles=frozenset({"keeper"}))


def test_a_person_holds_any_number_of_roles_and_keeps_what_is_not_said_again(engine: Engine) -> None:
    engine.add_person("Person 1", role="reader", actor=LIBRARIAN_1, agency="Library 1", email="old@example.org")
    engine.add_person("  Person 1", role="keeper", actor=LIBRARIAN_1, email="new@example.org")
    again = engine.add_person("Person 1", role="keeper", actor=LIBRARIAN_1)
    expected = Person(name="Person 1", roles=("keeper", "reader"), agency="Library 1", email="new@example.org")
    assert again == expected
    assert engine.people() == (expected,)


def test_people_are_listed_by_name(engine: Engine) -> None:
    for name in ("B", "C", "A"):
        engine.add_person(name, role="reader", actor=LIBRARIAN_1)
    assert [person.name for person in engine.people()] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("actor", "given", "error"),
    [
        pytest.param(KEEPER_1, {"role": "keeper"}, NotAllowed, id="somebody who manages nobody"),
        pytest.param(CLERK_1, {"role": "keeper"}, NotAllowed, id="somebody who only records for others"),
        pytest.param(LIBRARIAN_1, {"role": "king"}, UnknownRole, id="no such role"),
        pytest.param(LIBRARIAN_1, {"role": "keeper", "name": " "}, InvalidForm, id="blanks for a name"),
        pytest.param(LIBRARIAN_1, {"role": "keeper", "email": "x"}, InvalidForm, id="no address"),
    ],
)
def test_nobody_is_added_otherwise(
    engine: Engine, actor: Actor, given: dict[str, Any], error: type[CasereviewError]
) -> None:
    with pytest.raises(error):
        engine.add_person(given.pop("name", "Person 1"), actor=actor, **given)
    assert engine.people() == ()


def test_who_may_not_add_people_is_told_who_may(engine: Engine) -> None:
    with pytest.raises(NotAllowed) as caught:
        engine.add_person("Person 1", role="keeper", actor=CLERK_1)
    assert caught.value.facts() == {"actor": "Clerk 1", "action": "say who may act", "roles": ["librarian"]}


def test_an_unknown_person_does_not_act(engine: Engine) -> None:
    with pytest.raises(UnknownPerson) as caught:
        engine.actor("Visitor 1")
    assert caught.value.name == "Visitor 1"


# --- within a host's own transaction --------------------------------------------------------------------


@pytest.mark.parametrize(("committed", "kept"), [(True, ["LN-2026-001"]), (False, [])], ids=["kept", "given up"])
def test_what_is_recorded_within_a_hosts_transaction_stands_or_falls_with_it(
    engine: Engine, tmp_path: Path, *, committed: bool, kept: list[str]
) -> None:
    host = create_engine(f"sqlite:///{tmp_path / 'library.db'}")
    with host.connect() as connection, engine.within(connection) as joined:
        case = ask(joined)
        assert take(joined, case.ref, "inspect").version == 2
        assert joined.case(case.ref).workflow_version == 1
        if committed:
            connection.commit()
    host.dispose()
    assert [case.ref for case in engine.cases()] == kept


# --- versions of a workflow -------------------------------------------------------------------------------


def test_a_case_goes_by_the_version_it_was_opened_with_and_a_new_one_by_the_newest(
    database: Database, present: Present
) -> None:
    old_case = ask(Engine(database, (LOAN, CLAIM), now=present))
    unguarded = tuple(replace(t, guards=()) if t.trigger == "approve" else t for t in TRANSITIONS)
    engine = Engine(database, (LOAN, loan(version=2, transitions=unguarded), CLAIM), now=present)
    new_case = ask(engine)
    assert (old_case.workflow_version, new_case.workflow_version) == (1, 2)
    with pytest.raises(Refused):
        take(engine, old_case.ref, "approve")
    assert take(engine, new_case.ref, "approve").state == "approved"
    assert {event.workflow_version for event in engine.history(new_case.ref)} == {2}


def test_a_case_of_a_version_that_the_engine_was_not_given_is_not_judged(database: Database, present: Present) -> None:
    case = ask(Engine(database, (LOAN, CLAIM), now=present))
    engine = Engine(database, (loan(version=2), CLAIM), now=present)
    for judge in (lambda: take(engine, case.ref, "inspect"), lambda: engine.available(case.ref)):
        with pytest.raises(UnknownWorkflow) as caught:
            judge()
        assert caught.value.name == "loan version 1"
    assert engine.case(case.ref) == case


# --- the engine itself ------------------------------------------------------------------------------------


def test_the_present_is_the_hosts_where_it_has_one(engine: Engine, present: Present) -> None:
    assert engine.now() == present.at


def test_the_present_is_otherwise_the_machines_in_utc(database: Database) -> None:
    before = system_now()
    now = Engine(database, (LOAN,)).now()
    assert before <= now <= system_now()
    assert now.tzinfo is UTC


def test_what_was_kept_is_found_by_another_engine(engine: Engine, present: Present, tmp_path: Path) -> None:
    case = ask(engine)
    again = Database(f"sqlite:///{tmp_path / 'library.db'}")
    assert Engine(again, (LOAN, CLAIM), now=present).case(case.ref) == case
    again.close()


def test_an_engine_connects_to_nothing_before_it_is_asked(tmp_path: Path, present: Present) -> None:
    engine = Engine(Database(f"sqlite:///{tmp_path / 'nowhere.db'}"), (LOAN,), now=present)
    assert engine.now() == present.at
    with pytest.raises(DatabaseProblem):
        engine.cases()


def test_what_the_engine_offers_by_its_name_is_all_there_and_nothing_else() -> None:
    for name in casereview.engine.__all__:
        assert getattr(casereview.engine, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        casereview.engine.Nothing  # noqa: B018
