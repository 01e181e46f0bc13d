"""Types of the public names. `make check` checks this file; it is never run."""

from __future__ import annotations

from datetime import date
from typing import assert_type

from casereview.engine import (
    Actor,
    Case,
    CommandResult,
    DecidedBy,
    DueItem,
    Engine,
    Event,
    Open,
    Person,
    Selection,
    Step,
)
from casereview.engine.decisions.permission import AvailableStep
from casereview.persistence import Database
from casereview.workflows import WORKFLOWS

engine = Engine(Database("sqlite:///casereview.db"), WORKFLOWS)
me = Actor(name="Sam Reed", roles=frozenset({"business_manager"}))
chair = DecidedBy(name="Chair of the Board", capacity="board_chair")

case = engine.open("serious_case_review", actor=me, data={}, on=date(2026, 1, 5))
assert_type(case, Case)
assert_type(engine.step(case.ref, "screen", actor=me, decided_by=chair, data={}, if_version=1), Case)
assert_type(engine.record(Open(workflow="serious_case_review", actor=me, data={})), CommandResult)
assert_type(engine.dry_run(Step(ref=case.ref, trigger="note", actor=me, data={})), CommandResult)
assert_type(engine.case(case.ref), Case)
assert_type(engine.cases(Selection(state="screened")), tuple[Case, ...])
assert_type(engine.history(case.ref), tuple[Event, ...])
assert_type(engine.available_steps(case.ref, me), tuple[AvailableStep, ...])
assert_type(engine.overdue(), tuple[DueItem, ...])
assert_type(engine.deadlines(until=date(2026, 1, 31), organisation="Agency 1"), tuple[DueItem, ...])
assert_type(engine.people(), tuple[Person, ...])
assert_type(engine.add_person("Sam Reed", role="board_chair", actor=me), Person)
