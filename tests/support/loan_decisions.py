"""Decide commands on a library's loans, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from casereview.engine.deadlines.overrides import Overrides
from casereview.engine.deadlines.recipients import Directory
from casereview.engine.decisions.context import Decision, DecisionContext
from casereview.engine.decisions.escalation import Escalation, decide_escalation
from casereview.engine.decisions.opening import decide_opening
from casereview.engine.decisions.rescheduling import decide_new_date
from casereview.engine.decisions.step import decide_step
from casereview.engine.decisions.suspension import decide_resumption, decide_suspension
from casereview.engine.definition.workflow import Workflow
from casereview.engine.model.calendar import ENGLAND_AND_WALES
from casereview.engine.model.case import Case, Event
from casereview.engine.model.clock import Clock
from casereview.engine.model.commands import Correct, NewDate, Open, Resume, Step, Suspend, When
from casereview.engine.model.people import Actor

from .loan_workflow import (
    ASKED_ON,
    DECIDER_BY_STEP,
    DIRECTORY,
    ESCALATED_LOAN,
    KEEPER_1,
    LIBRARIAN_1,
    LOAN,
    READER_1,
    RECORDS_BY_STEP,
    SALT,
)

COMMAND_ID = "c0" * 16


def evening_of(day: date) -> datetime:
    """Return eight in the evening (UTC) of a day, which is the same day in London."""
    return datetime.combine(day, time(20), UTC)


def decision_context(now: datetime, local: Overrides = Overrides()) -> DecisionContext:  # noqa: B008 (frozen)
    """Return the context of a decision."""
    return DecisionContext(
        now=now,
        calendar=local.calendar(ENGLAND_AND_WALES),
        salt=lambda: SALT,
        overrides=local,
        command_id=COMMAND_ID,
    )


def open_loan(on: When = ASKED_ON, *, now: datetime | None = None, workflow: Workflow = LOAN, **data: Any) -> Decision:
    """Decide to open a loan, by default on the evening of its day."""
    command = Open(workflow="loan", actor=READER_1, data={**RECORDS_BY_STEP["ask"], **data}, on=on)
    return decide_opening(workflow, command, decision_context(now or evening_of(_day(on))), ref="LN-2026-001")


def apply_step(
    case: Case,
    trigger: str,
    on: When,
    *,
    now: datetime | None = None,
    workflow: Workflow = LOAN,
    history: Sequence[Event] = (),
    **data: Any,
) -> Decision:
    """Decide a step by a person who may, with its usual record changed by `data`; on a day before others by history."""
    command = Step(
        ref=case.ref,
        trigger=trigger,
        actor=DECIDER_BY_STEP.get(trigger, KEEPER_1),
        data={**RECORDS_BY_STEP.get(trigger, {}), **data},
        on=on,
    )
    context = decision_context(now or evening_of(_day(on)))
    return decide_step(workflow, case, command, context, opened_ref="CL-2026-001", history=lambda: history)


def loan_after_steps(
    *steps: tuple[str, date] | tuple[str, date, dict[str, Any]],
    on: date = ASKED_ON,
    workflow: Workflow = LOAN,
    **data: Any,
) -> Case:
    """Return a loan after some steps, each with its day and parts of its record."""
    case = open_loan(on, workflow=workflow, **data).case
    for trigger, day, *more in steps:
        case = apply_step(case, trigger, day, workflow=workflow, **(more[0] if more else {})).case
    return case


def lent_loan(on: date = date(2026, 1, 12), workflow: Workflow = LOAN, **data: Any) -> Case:
    """Return a loan lent on a day, after an inspection and an approval two days before."""
    before = date.fromordinal(on.toordinal() - 2)
    steps = (("inspect", before), ("approve", before), ("lend", on, data))
    return loan_after_steps(*steps, on=date.fromordinal(on.toordinal() - 7), workflow=workflow)


def suspend_loan(
    case: Case,
    on: date,
    *deadlines: str,
    now: datetime | None = None,
    proceeding: str = "The audit",
    review_by: date | None = None,
    workflow: Workflow = ESCALATED_LOAN,
    actor: Actor = KEEPER_1,
) -> Decision:
    """Decide to suspend clocks of a loan, by its keeper, on the evening of its day."""
    command = Suspend(
        ref=case.ref,
        actor=actor,
        proceeding=proceeding,
        consulted="The auditor",
        reasons="The shelves are sealed.",
        review_by=review_by,
        deadlines=deadlines,
        on=on,
    )
    return decide_suspension(workflow, case, command, decision_context(now or evening_of(on)))


def resume_loan(
    case: Case,
    on: date,
    number: int | None = None,
    *,
    now: datetime | None = None,
    workflow: Workflow = ESCALATED_LOAN,
    actor: Actor = KEEPER_1,
) -> Decision:
    """Decide to lift a suspension, by the keeper, on the evening of its day."""
    command = Resume(ref=case.ref, actor=actor, reasons="The seals are off.", suspension=number, on=on)
    return decide_resumption(workflow, case, command, decision_context(now or evening_of(on)))


def move_due_date(
    case: Case,
    name: str,
    to: date,
    *,
    now: datetime,
    reasons: str = "A second van.",
    workflow: Workflow = ESCALATED_LOAN,
    actor: Actor = KEEPER_1,
) -> Decision:
    """Decide a new date for a deadline, by the keeper."""
    command = NewDate(ref=case.ref, deadline=name, to=to, actor=actor, reasons=reasons)
    return decide_new_date(workflow, case, command, decision_context(now))


def correction_of(ref: str, seq: int, **data: Any) -> Correct:
    """Return a command that corrects a step's record."""
    return Correct(
        ref=ref, seq=seq, actor=LIBRARIAN_1, wrong="It was mistyped.", reasons="The letter says so.", data=data
    )


def sweep_case(
    case: Case,
    at: datetime,
    *,
    now: datetime | None = None,
    who: Directory = DIRECTORY,
    local: Overrides = Overrides(),  # noqa: B008 (frozen)
    workflow: Workflow = ESCALATED_LOAN,
) -> Escalation:
    """Sweep a loan up to an instant, by default at that instant."""
    world = decision_context(now or at, local)
    return decide_escalation(world.rules(workflow), case, world, who, at)


def case_after_sweep(case: Case, at: datetime, **more: Any) -> Case:
    """Return the loan after a sweep up to an instant."""
    found = sweep_case(case, at, **more)
    return case if found.decision is None else found.decision.case


def clock(case: Case, name: str, number: int | None = None) -> Clock:
    """Return a case's clock of a deadline: the latest, or the one of a number."""
    return [c for c in case.clocks if c.deadline == name and number in (None, c.number)][-1]


def event_summaries(events: tuple[Event, ...]) -> list[tuple[str, str, date]]:
    """Return events in short: kind, trigger and day."""
    return [(str(event.kind), event.trigger, event.occurred_on) for event in events]


def _day(on: When) -> date:
    assert on is not None
    return on.date() if isinstance(on, datetime) else on
