"""All events that a command causes, in any case, have its ID; each command has another."""

from __future__ import annotations

from datetime import date

from casereview.engine import Engine
from casereview.engine.model.commands import Step
from casereview.persistence import Database

from ...support.cascading_sets import CASCADING_WORKFLOWS
from ...support.lending_sets import A_SET, KEEPER_1
from ...support.loan_decisions import evening_of
from ...support.loan_engine import MONDAY, ask, lost, take
from ...support.movable_time import MovableTime


def test_a_step_shares_its_id_with_the_deadlines_that_expired(engine: Engine) -> None:
    ref = ask(engine).ref
    take(engine, ref, "tell", date(2026, 3, 2))
    first, *rest = engine.history(ref)
    assert [str(event.kind) for event in rest] == ["deadline_expired", "deadline_expired", "step"]
    assert len({event.command_id for event in rest}) == 1
    assert first.command_id != rest[0].command_id
    assert {len(event.command_id) for event in (first, *rest)} == {32}


def test_a_linked_case_has_the_id_of_the_step_that_opens_it(engine: Engine) -> None:
    ref = lost(engine)
    claim = take(engine, ref, "write_off").links[0].ref
    (opened,) = engine.history(claim)
    assert opened.command_id == engine.history(ref)[-1].command_id
    ids = [event.command_id for event in engine.history(ref) if str(event.kind) in ("opened", "step")]
    assert len(set(ids)) == len(ids)


def test_children_and_cascades_have_the_id_of_the_step(database: Database) -> None:
    engine = Engine(database, CASCADING_WORKFLOWS, now=MovableTime(evening_of(MONDAY)))
    ref = engine.open("set", actor=KEEPER_1, data=A_SET, on=MONDAY).ref
    for trigger, data in (
        ("unpack", {"parts": ["The board", "The pieces"]}),
        ("recall", {"text": "The set is recalled."}),
    ):
        done = engine.record(Step(ref=ref, trigger=trigger, actor=KEEPER_1, data=data, on=MONDAY))
        others = [*done.opened, *done.cascaded]
        assert len(others) == 2
        assert {engine.history(other)[-1].command_id for other in others} == {done.events[-1].command_id}
