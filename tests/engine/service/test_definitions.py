"""Definitions are registered before something is recorded by them, and refused if they changed under their number."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import create_engine

from casereview.engine import Engine
from casereview.engine.deadlines.overrides import DayKind
from casereview.engine.definition.fingerprint import fingerprint
from casereview.engine.definition.registered import RegisteredDefinition
from casereview.engine.definition.workflow import Workflow
from casereview.engine.errors.faults import DefinitionChanged
from casereview.engine.model.calendar import days, working_days
from casereview.engine.model.case import UNIT
from casereview.engine.unit.steps import unit_state
from casereview.persistence import Database

from ...support.amendments import disposal
from ...support.loan_decisions import correction_of
from ...support.loan_engine import MONDAY, ask, inspect, lost, take
from ...support.loan_workflow import CLAIM, DEADLINES, KEEPER_1, LIBRARIAN_1, LOAN, TRANSITIONS, Loss, Remark, loan
from ...support.movable_time import MovableTime

DECISIVE = loan(
    transitions=tuple(replace(step, roles=("clerk",)) if step.trigger == "lend" else step for step in TRANSITIONS),
    deadlines=(replace(DEADLINES[0], term=days(99)), *DEADLINES[1:]),
)
CHANGES = ("deadline inspect: term", "step lend: roles")


def with_form(trigger: str, form: type[Any]) -> Workflow:
    """Return the loan with another form of one step."""
    return loan(
        transitions=tuple(replace(step, form=form) if step.trigger == trigger else step for step in TRANSITIONS)
    )


OTHER_FORM = with_form("inspect", Remark)


def registered(database: Database) -> tuple[RegisteredDefinition, ...]:
    with database.reading() as reader:
        return reader.definitions()


def engine_of(database: Database, present: MovableTime, *workflows: Workflow) -> Engine:
    return Engine(database, (*workflows, CLAIM), now=present)


@pytest.fixture
def engine(database: Database, present: MovableTime) -> Engine:
    """Return an engine over a record in which nothing is registered."""
    return Engine(database, (LOAN, CLAIM), now=present)


# --- registered -------------------------------------------------------------------------------------------


def test_the_first_command_registers_every_definition(engine: Engine, database: Database) -> None:
    ask(engine)
    opening, *steps = engine.history(UNIT)
    assert [step.trigger for step in steps] == ["register_definition"] * 2
    assert {event.recorded_by for event in (opening, *steps)} == {"system"}
    assert [(one.workflow, one.version) for one in registered(database)] == [("claim", 1), ("loan", 1)]
    assert registered(database)[1].content == fingerprint(LOAN).content
    assert registered(database)[1].sha256 == fingerprint(LOAN).sha256
    state = unit_state(engine.history(UNIT), {})
    assert tuple(state.definitions[key] for key in sorted(state.definitions)) == registered(database)


def test_a_definition_is_registered_once(engine: Engine, database: Database, present: MovableTime) -> None:
    ref = ask(engine).ref
    before = engine.history(UNIT)
    take(engine, ref, "inspect")
    take(engine_of(database, present, loan()), ref, "approve")
    assert engine.history(UNIT) == before


def test_words_and_code_may_change_under_a_number(engine: Engine, database: Database, present: MovableTime) -> None:
    ref = ask(engine).ref
    reworded = engine_of(database, present, loan(title="Another", purpose="Another."))
    assert take(reworded, ref, "inspect").version == 2
    assert reworded.changed_definitions() == ()
    reworded.register_definitions()


def test_a_new_version_is_registered_beside_the_earlier_one(
    engine: Engine, database: Database, present: MovableTime
) -> None:
    ask(engine)
    engine_of(database, present, LOAN, loan(version=2)).register_definitions()
    assert [(one.workflow, one.version) for one in registered(database)] == [("claim", 1), ("loan", 1), ("loan", 2)]
    assert len(engine.history(UNIT)) == 4


def test_programs_with_other_workflows_share_a_record(engine: Engine, database: Database, present: MovableTime) -> None:
    ask(engine)
    other = Engine(database, (replace(CLAIM, name="sale", prefix="SL"),), now=present)
    assert other.open("sale", actor=KEEPER_1, data={"thing": "A vase", "value": 1}, on=MONDAY).ref == "SL-2026-001"
    assert [one.workflow for one in registered(database)] == ["claim", "loan", "sale"]
    assert take(engine, "LN-2026-001", "inspect").version == 2


def test_a_dry_run_registers_nothing(engine: Engine, database: Database) -> None:
    assert engine.sweep(dry_run=True).fired == ()
    engine.dry_run_many(())
    assert registered(database) == ()
    ask(engine)
    assert len(registered(database)) == 2


def test_what_a_host_rolls_back_is_registered_again(engine: Engine, database: Database) -> None:
    host = create_engine(database.backend.url, module=database.driver)
    for end in ("rollback", "commit"):
        with host.connect() as connection:
            with engine.within(connection) as joined:
                ask(joined)
            getattr(connection, end)()
        assert len(registered(database)) == (2 if end == "commit" else 0)
    host.dispose()
    take(engine, "LN-2026-001", "inspect")
    with host.connect() as connection, engine.within(connection) as joined:
        assert joined.case("LN-2026-001").version == 2


# --- changed ----------------------------------------------------------------------------------------------


def test_a_changed_definition_is_refused_before_anything_is_recorded(
    engine: Engine, database: Database, present: MovableTime
) -> None:
    ref = ask(engine).ref
    changed = engine_of(database, present, DECISIVE)
    for record in (
        lambda: take(changed, ref, "inspect"),
        lambda: ask(changed),
        lambda: changed.record(disposal(ref, seq=1, actor=LIBRARIAN_1)),
        lambda: changed.set_term(
            "loan", "inspect", term=working_days(3), from_day=MONDAY, reasons="x", actor=LIBRARIAN_1
        ),
        lambda: changed.dry_run(inspect(ref)),
        changed.sweep,
        changed.register_definitions,
    ):
        with pytest.raises(DefinitionChanged) as caught:
            record()
        assert caught.value.facts() == {
            "workflow": "loan",
            "title": "Loan",
            "version": 1,
            "changes": list(CHANGES),
        }
    assert len(engine.history(ref)) == 1
    assert [one.changes for one in changed.changed_definitions()] == [CHANGES]


def test_a_changed_definition_still_reads_the_record(engine: Engine, database: Database, present: MovableTime) -> None:
    ref = ask(engine).ref
    changed = engine_of(database, present, DECISIVE)
    assert changed.case(ref) == engine.case(ref)
    assert [step.transition.trigger for step in changed.available_steps(ref)][:2] == ["inspect", "approve"]
    assert changed.deadlines() == engine.deadlines()
    assert changed.health_checks()


def test_a_changed_form_is_refused_when_its_step_is_applied(
    engine: Engine, database: Database, present: MovableTime
) -> None:
    ref = ask(engine).ref
    take(engine, ref, "inspect")
    (inspected,) = (event.seq for event in engine.history(ref) if event.trigger == "inspect" and event.decided_by)
    changed = engine_of(database, present, OTHER_FORM)
    assert take(changed, ref, "approve").state == "approved"
    for record in (
        lambda: changed.step(ref, "inspect", actor=LIBRARIAN_1, data={"text": "x"}),
        lambda: changed.record(correction_of(ref, inspected, condition="poor")),
        changed.register_definitions,
    ):
        with pytest.raises(DefinitionChanged, match=r"step inspect: field condition \(removed\)"):
            record()
    assert changed.record(correction_of(ref, 1, library="Library 2")).case.state == "approved"


def test_a_step_that_opens_or_cascades_compares_what_it_opens(
    engine: Engine, database: Database, present: MovableTime
) -> None:
    ref = lost(engine)
    other = Engine(database, (LOAN, replace(CLAIM, opening=replace(CLAIM.opening, form=Loss))), now=present)
    with pytest.raises(DefinitionChanged, match='Version 1 of "Insurance claim" is not what it was'):
        take(other, ref, "write_off")
    assert take(other, ref, "renew").state == "lent"


def test_an_unknown_step_or_event_is_refused_as_ever(engine: Engine) -> None:
    ref = ask(engine).ref
    with pytest.raises(Exception, match="sell"):
        engine.step(ref, "sell", actor=LIBRARIAN_1, data={})
    with pytest.raises(Exception, match="9"):
        engine.record(correction_of(ref, 9, condition="poor"))
    assert engine.history(ref)[-1].seq == 1


def test_a_closed_day_recounts_nothing_by_a_changed_definition(
    engine: Engine, database: Database, present: MovableTime
) -> None:
    ref = ask(engine).ref
    found = engine_of(database, present, DECISIVE).set_day(
        MONDAY.replace(day=7), DayKind.CLOSED, reasons="Snow.", actor=LIBRARIAN_1
    )
    assert [one.ref for one in found.failed] == [ref]
    assert "is not what it was" in found.failed[0].problem
