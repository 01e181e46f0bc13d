"""The facade that a host embeds, over a real database."""

from __future__ import annotations

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
from casereview.engine.errors.refusals import Conflict, Refused
from casereview.engine.errors.unknown import UnknownRole, UnknownStep, UnknownVersion, UnknownWorkflow
from casereview.engine.model.calendar import system_now
from casereview.engine.model.case import Link
from casereview.engine.model.commands import Open, Step, When
from casereview.engine.model.evolve import fold
from casereview.engine.model.people import Actor, DecidedBy
from casereview.engine.model.results import CommandResult
from casereview.persistence import Database
from casereview.persistence.backends.sqlite_driver import sqlite3

from ..support.changed_copies import replace
from ..support.loan_decisions import evening_of, event_summaries
from ..support.loan_engine import MONDAY, ask, everything, inspect, lost, take
from ..support.loan_workflow import (
    BY_KEEPER,
    CLAIM,
    CLERK_1,
    KEEPER_1,
    LIBRARIAN_1,
    LOAN,
    NOBODY,
    READER_1,
    RECORDS_BY_STEP,
    TRANSITIONS,
    loan,
)
from ..support.movable_time import MovableTime

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
    command = Step(
        ref=case.ref, trigger="approve", actor=KEEPER_1, data=RECORDS_BY_STEP["approve"], on=date(2026, 1, 6)
    )
    recorded = engine.record(command)
    assert event_summaries(recorded.events) == [("step", "approve", date(2026, 1, 6))]
    assert (recorded.warnings, recorded.repeated) == (("The vans may not run.",), False)
    assert recorded.case == engine.case(case.ref)


def test_what_passed_is_recorded_with_the_next_step(engine: Engine) -> None:
    case = ask(engine)
    command = Step(ref=case.ref, trigger="tell", actor=CLERK_1, data=RECORDS_BY_STEP["tell"], on=date(2026, 3, 2))
    recorded = engine.record(command)
    assert event_summaries(recorded.events) == [
        ("deadline_expired", "inspect", date(2026, 1, 12)),
        ("deadline_expired", "decide", date(2026, 2, 5)),
        ("step", "tell", date(2026, 3, 2)),
    ]
    assert (recorded.case.version, recorded.case.seq) == (2, 4)


def test_without_a_day_a_step_happens_now(engine: Engine, present: MovableTime) -> None:
    case = ask(engine, None)
    assert (case.opened_on, case.recorded_at) == (date(2026, 10, 1), present.at)
    assert engine.history(case.ref)[0].occurred_at == present.at


def test_the_record_never_runs_backwards_though_the_machines_clock_does(engine: Engine, present: MovableTime) -> None:
    case = ask(engine)
    later, present.at = present.at, evening_of(date(2026, 9, 1))
    assert take(engine, case.ref, "inspect").recorded_at == later
    assert {event.recorded_at for event in engine.history(case.ref)} == {later}


def test_who_recorded_and_on_whose_decision_are_both_kept(engine: Engine, present: MovableTime) -> None:
    present.at = evening_of(MONDAY)
    case = ask(engine)
    take(engine, case.ref, "inspect")
    engine.step(case.ref, "approve", actor=CLERK_1, decided_by=BY_KEEPER, data=RECORDS_BY_STEP["approve"], on=MONDAY)
    assert [(event.recorded_by, event.decided_by) for event in engine.history(case.ref)] == [
        ("Reader 1", DecidedBy(name="Reader 1", capacity="reader")),
        ("Keeper 1", DecidedBy(name="Keeper 1", capacity="keeper")),
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
        pytest.param("refuse", KEEPER_1, {"on": date(2026, 1, 4)}, BadDate, id="before the opening"),
        pytest.param("inspect", KEEPER_1, {"if_version": 2}, Conflict, id="another version"),
        pytest.param("inspect", KEEPER_1, {"request_id": ""}, BadValue, id="an empty request id"),
        pytest.param("sell", KEEPER_1, {}, UnknownStep, id="no such step"),
        pytest.param("ask", READER_1, {}, UnknownStep, id="the opening once more"),
        pytest.param(
            "inspect",
            LIBRARIAN_1,
            {"decided_by": DecidedBy(name="X", capacity="king")},
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
        engine.step(
            case.ref, trigger, **{"actor": actor, "data": RECORDS_BY_STEP.get(trigger, {}), "on": MONDAY, **more}
        )
    assert everything(engine) == before


# --- references ---------------------------------------------------------------------------------------


def test_references_are_counted_by_prefix_and_year_of_opening(engine: Engine) -> None:
    years = [ask(engine, date(2025, 12, 31)), ask(engine), ask(engine, date(2025, 1, 1)), ask(engine)]
    claim = engine.open("claim", actor=KEEPER_1, data=RECORDS_BY_STEP["claim"], on=MONDAY)
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
def test_the_year_is_that_of_london(engine: Engine, on: When, ref: str) -> None:
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
        engine.open(workflow, **{"actor": actor, "data": RECORDS_BY_STEP["ask"], "on": MONDAY, **more})
    assert (first.ref, ask(engine).ref) == ("LN-2026-001", "LN-2026-002")


# --- one case opens another -----------------------------------------------------------------------------


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
    engine.step(ref, "write_off", actor=CLERK_1, decided_by=BY_KEEPER, data=RECORDS_BY_STEP["write_off"], on=MONDAY)
    (opened,) = engine.history("CL-2026-001")
    assert (opened.recorded_by, opened.decided_by) == ("Clerk 1", BY_KEEPER)


def test_if_the_linked_case_cannot_be_opened_the_step_is_refused(database: Database, present: MovableTime) -> None:
    only_readers_claim = replace(CLAIM, version=2, opening=replace(CLAIM.opening, roles=("reader",)))
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


# --- conflicts ----------------------------------------------------------------------------------------


# --- rehearsing -----------------------------------------------------------------------------------------


def without_randomness(result: CommandResult) -> CommandResult:
    """Return a result without the command's random ID, and without the hashes, which depend on it and on salts."""
    events = tuple(replace(event, command_id="", hash="") for event in result.events)
    return replace(result, case=replace(result.case, head=""), events=events)


def test_a_rehearsal_says_what_would_come_of_it_and_keeps_nothing(engine: Engine) -> None:
    ref = ask(engine).ref
    before = everything(engine)
    rehearsed = engine.dry_run(inspect(ref))
    assert everything(engine) == before
    assert without_randomness(engine.record(inspect(ref))) == without_randomness(rehearsed)
    assert (rehearsed.case.version, rehearsed.repeated) == (2, False)


def test_a_rehearsed_opening_takes_no_reference(engine: Engine) -> None:
    command = Open(workflow="loan", actor=READER_1, data=RECORDS_BY_STEP["ask"], on=MONDAY)
    assert engine.dry_run(command).case.ref == "LN-2026-001"
    assert engine.cases() == ()
    assert ask(engine).ref == "LN-2026-001"


def test_a_rehearsal_is_refused_like_the_step_itself(engine: Engine) -> None:
    ref = ask(engine).ref
    with pytest.raises(Refused):
        engine.dry_run(inspect(ref, actor=NOBODY))


# --- looking --------------------------------------------------------------------------------------------


# --- people ---------------------------------------------------------------------------------------------


# --- within a host's own transaction --------------------------------------------------------------------


@pytest.mark.parametrize(("committed", "kept"), [(True, ["LN-2026-001"]), (False, [])], ids=["kept", "given up"])
def test_a_record_in_a_host_s_transaction_commits_or_rolls_back_with_it(
    engine: Engine, tmp_path: Path, *, committed: bool, kept: list[str]
) -> None:
    host = create_engine(f"sqlite:///{tmp_path / 'library.db'}", module=sqlite3)
    with host.connect() as connection, engine.within(connection) as joined:
        case = ask(joined)
        assert take(joined, case.ref, "inspect").version == 2
        assert joined.case(case.ref).workflow_version == 1
        if committed:
            connection.commit()
    host.dispose()
    assert [case.ref for case in engine.cases()] == kept


# --- versions of a workflow -------------------------------------------------------------------------------


def test_a_case_keeps_its_workflow_version_and_a_new_one_has_the_newest(
    database: Database, present: MovableTime
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


def test_a_case_of_a_version_that_the_engine_was_not_given_is_not_judged(
    database: Database, present: MovableTime
) -> None:
    case = ask(Engine(database, (LOAN, CLAIM), now=present))
    engine = Engine(database, (loan(version=2), CLAIM), now=present)
    for judge in (lambda: take(engine, case.ref, "inspect"), lambda: engine.available_steps(case.ref)):
        with pytest.raises(UnknownVersion) as caught:
            judge()
        assert (caught.value.version, caught.value.known) == (1, (2,))
    assert engine.case(case.ref) == case


# --- the engine itself ------------------------------------------------------------------------------------


def test_the_present_is_the_hosts_where_it_has_one(engine: Engine, present: MovableTime) -> None:
    assert engine.now() == present.at


def test_the_present_is_otherwise_the_machines_in_utc(database: Database) -> None:
    before = system_now()
    now = Engine(database, (LOAN, CLAIM)).now()
    assert before <= now <= system_now()
    assert now.tzinfo is UTC


def test_what_was_kept_is_found_by_another_engine(engine: Engine, present: MovableTime, tmp_path: Path) -> None:
    case = ask(engine)
    again = Database(f"sqlite:///{tmp_path / 'library.db'}")
    assert Engine(again, (LOAN, CLAIM), now=present).case(case.ref) == case
    again.close()


def test_an_engine_connects_to_nothing_before_it_is_asked(tmp_path: Path, present: MovableTime) -> None:
    engine = Engine(Database(f"sqlite:///{tmp_path / 'nowhere.db'}"), (LOAN, CLAIM), now=present)
    assert engine.now() == present.at
    with pytest.raises(DatabaseProblem):
        engine.cases()


def test_what_the_engine_offers_by_its_name_is_all_there_and_nothing_else() -> None:
    for name in casereview.engine.__all__:
        assert getattr(casereview.engine, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        casereview.engine.Nothing  # noqa: B018
