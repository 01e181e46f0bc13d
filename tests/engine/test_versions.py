"""Cases of two versions of a workflow stand side by side, whatever the later version lacks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from io import StringIO

import pytest
from rich.console import Console, RenderableType

from casereview.engine import Engine
from casereview.engine.definition.deadline import OnEnter, OnExit
from casereview.engine.definition.workflow import State, Workflow
from casereview.engine.errors.faults import UndeclaredPart
from casereview.engine.errors.unknown import UnknownVersion
from casereview.engine.model.calendar import days
from casereview.engine.ports.records import Selection
from casereview.persistence import Database
from casereview.reports.render.calendar_feed import write_calendar
from casereview.reports.render.terminal.case_lists import case_table, overview_table
from casereview.reports.render.terminal.due_lists import deadlines_table, overdue_table
from casereview.reports.render.terminal.history import history_table
from casereview.reports.values.calendar_entries import deadline_revision
from casereview.reports.values.case_timeline import build_timeline
from casereview.reports.values.deliveries import Deliveries
from casereview.reports.values.overview import counts_in_order

from ..support.loan_engine import ask, take
from ..support.loan_workflow import CLAIM, DEADLINES, LIBRARIAN_1, STATES, TRANSITIONS, Remark, deadline, loan, step_to
from ..support.movable_time import MovableTime

STORED = State(name="stored", title="in the store", meaning="It waits in the store.")
COLLECT = deadline("collect", term=days(3), starts=(OnEnter(state="stored"),), met_by=(OnExit(state="stored"),))
BEFORE = loan(
    states=(*STATES, STORED),
    transitions=(
        *TRANSITIONS,
        step_to("store", ("asked",), "stored", Remark, roles=("librarian",)),
        step_to("fetch", ("stored",), "asked", Remark, roles=("librarian",)),
    ),
    deadlines=(*DEADLINES, COLLECT),
)
NOW = loan(version=2)


def store(engine: Engine, ref: str) -> None:
    engine.step(ref, "store", actor=LIBRARIAN_1, data={"text": "Kept."}, on=date(2026, 1, 5))


@pytest.fixture
def refs(database: Database, present: MovableTime) -> tuple[str, str]:
    """A case of the earlier version in a state that the later one lacks, and a case of the later one."""
    earlier = Engine(database, (BEFORE, CLAIM), now=present)
    old = ask(earlier).ref
    store(earlier, old)
    return old, ask(Engine(database, (NOW, BEFORE, CLAIM), now=present)).ref


def both(database: Database, present: MovableTime, *workflows: Workflow) -> Engine:
    return Engine(database, (NOW, BEFORE, CLAIM, *workflows), now=present)


def shown(view: RenderableType) -> str:
    console = Console(file=StringIO(), width=100, record=True)
    console.print(view)
    return console.export_text()


def test_lists_hold_the_cases_of_both_versions(database: Database, present: MovableTime, refs: tuple[str, str]) -> None:
    engine = both(database, present)
    assert [case.ref for case in engine.cases()] == list(refs)
    assert [case.ref for case in engine.cases(Selection(state="stored"))] == [refs[0]]
    assert {summary.ref for summary in engine.case_summaries()} == set(refs)
    assert {item.ref for item in engine.deadlines()} == set(refs)
    titles = {title for _, title, _ in counts_in_order(engine.state_counts(), engine.workflows)}
    assert titles == {"asked for", "in the store"}


def test_the_board_shows_the_cases_of_both_versions(
    database: Database, present: MovableTime, refs: tuple[str, str]
) -> None:
    engine = both(database, present)
    board = shown(overview_table(engine.case_summaries(), engine.workflows, engine.calendar, limit=10))
    assert [place in board for place in ("Loan: asked for (1)", "Loan: in the store (1)", *refs)] == [True] * 4


def test_each_view_of_a_case_follows_its_own_version(
    database: Database, present: MovableTime, refs: tuple[str, str]
) -> None:
    engine = both(database, present)
    present.at += timedelta(days=60)
    engine.sweep()
    workflows = {case.ref: engine.workflows.for_case(case) for case in engine.cases()}
    items, at = engine.deadlines(), engine.now()
    views = [
        case_table(engine.cases(), workflows, now=at),
        deadlines_table(items, workflows, at=at, calendar=engine.calendar),
        overdue_table(items, workflows, Deliveries(), at=at, calendar=engine.calendar),
        *(
            history_table(engine.history(ref), workflows[ref], engine.workflows, calendar=engine.calendar)
            for ref in refs
        ),
    ]
    assert ("in the store" in shown(views[0]), "collect" in shown(views[1]), "collect" in shown(views[2])) == (
        (True,) * 3
    )
    histories = engine.histories(workflows)
    revisions = [deadline_revision(histories[item.ref], item.clock, at) for item in items]
    feed = write_calendar(items, workflows, revisions, at=at, agency=None, rehearsal=False)
    assert all(ref.encode() in feed for ref in refs)
    today = engine.calendar.day_of(at)
    lines = [
        build_timeline(case, engine.history(case.ref), workflows[case.ref], today=today, calendar=engine.calendar)
        for case in engine.cases()
    ]
    assert ["in the store" in repr(line) for line in lines] == [True, False]


def test_the_sweep_and_the_next_step_follow_the_version_of_the_case(
    database: Database, present: MovableTime, refs: tuple[str, str]
) -> None:
    engine = both(database, present)
    present.at += timedelta(days=60)
    assert engine.sweep().failed == ()
    assert "collect" in {event.trigger for event in engine.history(refs[0])}
    assert "fetch" in [step.transition.trigger for step in engine.available_steps(refs[0])]
    assert engine.case(refs[0], as_of=present.at).state == "stored"
    assert take(engine, refs[1], "inspect").state == "asked"


def test_a_program_reads_and_skips_the_cases_of_versions_that_it_lacks(
    database: Database, present: MovableTime, refs: tuple[str, str]
) -> None:
    """Another program has those versions, and sweeps their cases."""
    for workflows in ((NOW, CLAIM), (BEFORE, CLAIM)):
        engine = Engine(database, workflows, now=present)
        other = next(ref for ref in refs if not engine.workflows.has(engine.case(ref)))
        assert [case.ref for case in engine.cases()] == list(refs)
        assert engine.workflows.for_case(engine.case(refs[0])).state("stored").title in ("stored", "in the store")
        with pytest.raises(UnknownVersion, match="It can show the case"):
            engine.available_steps(other)
        with pytest.raises(UnknownVersion):
            take(engine, other, "inspect")


def test_the_board_has_open_cases_of_versions_that_a_program_lacks(
    database: Database, present: MovableTime, refs: tuple[str, str]
) -> None:
    later = Engine(database, (NOW, CLAIM), now=present)
    assert {summary.ref for summary in later.case_summaries()} == set(refs)
    assert {summary.ref for summary in later.case_summaries(workflow="loan")} == set(refs)
    assert later.case_summaries(workflow="claim") == ()
    other = Engine(database, (replace(CLAIM, name="sale"),), now=present)
    board = shown(overview_table(other.case_summaries(), other.workflows, other.calendar, limit=10))
    assert [place in board for place in ("Loan: asked (1)", "Loan: stored (1)", *refs)] == [True] * 4


def test_children_and_auxiliary_cases_of_other_programs_are_on_no_board(
    database: Database, present: MovableTime, refs: tuple[str, str]
) -> None:
    store = replace(CLAIM, name="store", prefix="ST", auxiliary=True)
    Engine(database, (NOW, BEFORE, CLAIM, store), now=present).register_definitions()
    engine = Engine(database, (NOW, CLAIM), now=present)
    assert {summary.ref for summary in engine.case_summaries()} == set(refs)


def test_what_is_due_in_a_missing_version_is_left_to_others_for_a_day(
    database: Database, present: MovableTime, refs: tuple[str, str]
) -> None:
    engine = Engine(database, (NOW, CLAIM), now=present)
    due = min(clock.next_at for clock in engine.case(refs[0]).clocks if clock.next_at is not None)
    for waiting, failed in ((timedelta(hours=23), []), (timedelta(hours=24), [refs[0]])):
        present.at = due + waiting
        assert [one.ref for one in engine.sweep().failed] == failed
        (check,) = (one for one in engine.health_checks() if one.name == "open cases")
        assert check.passed == (failed == [])


def test_a_state_that_left_its_version_is_named(
    database: Database, present: MovableTime, refs: tuple[str, str]
) -> None:
    engine = Engine(database, (loan(), CLAIM), now=present)
    with pytest.raises(UndeclaredPart, match='Version 1 of "Loan" has no state stored'):
        engine.available_steps(refs[0])
