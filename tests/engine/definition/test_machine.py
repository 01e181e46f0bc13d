"""Move cases by one shared machine for each workflow."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from casereview.engine.definition.guards import GuardContext
from casereview.engine.definition.machine import TransitionResult, build_machine
from casereview.engine.definition.workflow import ChosenTarget, Workflow
from casereview.engine.errors.base import Block
from casereview.engine.forms.fields import Form, ShortText
from casereview.engine.model.calendar import ENGLAND_AND_WALES
from casereview.engine.model.case import Case

from ...support.loan_decisions import loan_after_steps, open_loan
from ...support.loan_workflow import LOAN, TRANSITIONS, Approval, Inspection, Loss, Reopening, Report, loan, step_to

INSPECTED = loan_after_steps(("inspect", date(2026, 1, 6)))


def move(
    state: str, trigger: str, record: Form, *, case: Case = INSPECTED, workflow: Workflow = LOAN
) -> TransitionResult:
    view = GuardContext(case=case, record=record, day=date(2026, 1, 7), calendar=ENGLAND_AND_WALES)
    return build_machine(workflow).fire(state=state, trigger=trigger, context=view)


@pytest.mark.parametrize(
    ("state", "trigger", "record", "to"),
    [
        pytest.param("asked", "approve", Approval(fee=1), "approved", id="a step that moves"),
        pytest.param("lent", "report", Report(), "lent", id="a step that keeps the state"),
        pytest.param("approved", "inspect", Inspection(condition="good"), "approved", id="one of several sources"),
        pytest.param("lent", "write_off", Loss(value=1), "written_off", id="a step to an end"),
        pytest.param("refused", "take_up", Reopening(return_to="asked"), "asked", id="a step with a chosen target"),
    ],
)
def test_a_step_leads_where_the_declaration_says(state: str, trigger: str, record: Form, to: str) -> None:
    assert move(state, trigger, record) == TransitionResult(to=to, blocks=())


def test_a_blocked_step_gives_every_reason_of_every_guard() -> None:
    found = move("asked", "approve", Approval(fee=200), case=open_loan().case)
    assert found.to == "asked"
    assert [(block.guard, block.reason) for block in found.blocks] == [
        ("inspected", "It has not been inspected."),
        ("affordable", "The fee of 200 is above 100."),
        ("affordable", "Fees above 100 need a sponsor."),
    ]


def test_a_step_with_a_chosen_target_is_checked_once() -> None:
    block = Block(guard="been_there", reason="It was never lent.", cleared_by="keeper")
    assert move("refused", "take_up", Reopening(return_to="lent")) == TransitionResult(to="refused", blocks=(block,))


class AnywhereForm(Form, frozen=True, kw_only=True):
    return_to: ShortText | None = None


@pytest.mark.parametrize("state", ["refused", "Asked", "nowhere", None])
def test_a_target_that_the_step_does_not_have_is_refused(state: str | None) -> None:
    anywhere = step_to("roam", ("asked",), ChosenTarget(field="return_to", choices=("approved", "lent")), AnywhereForm)
    workflow = loan(transitions=(*TRANSITIONS, anywhere))
    reason = "roam: Return to (return_to) must be one of: approved or lent."
    block = Block(guard="destination", reason=reason, cleared_by="keeper")
    found = move("asked", "roam", AnywhereForm(return_to=state), workflow=workflow)
    assert found == TransitionResult(to="asked", blocks=(block,))
    assert move("asked", "roam", AnywhereForm(return_to="lent"), workflow=workflow) == TransitionResult(
        to="lent", blocks=()
    )


def test_the_machine_of_a_workflow_is_built_once() -> None:
    assert build_machine(LOAN) is build_machine(LOAN)
    assert build_machine(loan()) is not build_machine(LOAN)


def test_one_machine_serves_many_cases_at_once() -> None:
    def play(number: int) -> tuple[str, int]:
        fee = number % 200
        found = move("asked", "approve", Approval(fee=fee))
        return found.to, len(found.blocks)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(play, range(400)))
    assert found == [("approved", 0) if number % 200 <= 100 else ("asked", 2) for number in range(400)]


def test_moving_a_case_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        move("lent", "report", Report())
    assert caplog.records == []
