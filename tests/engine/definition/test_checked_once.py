"""Definitions are checked when an engine is made, and not again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from casereview.engine import Engine, check
from casereview.engine.definition import registry, validation
from casereview.engine.errors.faults import UnsoundWorkflow, WorkflowFault
from casereview.persistence import Database
from casereview.workflows import WORKFLOWS

from ...support.loan_engine import ask, lost, take
from ...support.loan_workflow import CLAIM, LOAN, TRANSITIONS, Report, loan, step_to
from ...support.movable_time import MovableTime

LOSE = step_to("lose", (), None, Report)
SELL = step_to("sell", ("lent",), "sold", Report)
UNSOUND_LOAN = loan(transitions=(*TRANSITIONS, LOSE, SELL))
FAULTS = (
    WorkflowFault(workflow="loan", version=1, problem="lose has no source state."),
    WorkflowFault(workflow="loan", version=1, problem="sell names the state sold, which is not declared."),
    WorkflowFault(workflow="loan", version=1, problem="write_off opens a case of claim, which does not exist."),
)


def test_the_shipped_workflows_are_sound() -> None:
    assert check(WORKFLOWS) == ()


def test_a_check_returns_every_fault_of_every_workflow() -> None:
    newer = loan(version=2, transitions=(*TRANSITIONS, LOSE))
    assert check((UNSOUND_LOAN,)) == FAULTS
    assert check((UNSOUND_LOAN, newer, CLAIM)) == (
        *FAULTS[:2],
        WorkflowFault(workflow="loan", version=2, problem="lose has no source state."),
    )


def test_a_version_that_is_declared_twice_is_a_fault() -> None:
    twice = WorkflowFault(workflow="loan", version=1, problem="It is declared 2 times.")
    assert check((LOAN, CLAIM, loan())) == (twice,)


def test_an_engine_of_unsound_workflows_is_refused_with_every_fault(database: Database) -> None:
    with pytest.raises(UnsoundWorkflow) as caught:
        Engine(database, (UNSOUND_LOAN,))
    assert caught.value.faults == FAULTS
    assert [fault for fault in FAULTS if str(fault) not in str(caught.value)] == []


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The checks that were made, by name."""
    made: list[str] = []

    def counted(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            made.append(name)
            return original(*arguments)

        return call

    monkeypatch.setattr(registry, "check", counted("check", validation.check))
    for name in ("errors_within", "errors_across"):
        monkeypatch.setattr(validation, name, counted(name, getattr(validation, name)))
    return made


def test_nothing_is_checked_again_once_the_engine_is_made(
    checks: list[str], database: Database, present: MovableTime
) -> None:
    # A new object: an earlier test may have had the same ones checked.
    engine = Engine(database, (loan(), CLAIM), now=present)
    assert sorted(checks) == ["check", "errors_across", "errors_across", "errors_within", "errors_within"]
    checks.clear()
    ref = lost(engine)
    engine.available_steps(ref)
    take(engine, ref, "write_off")
    with database.connection() as connection, engine.within(connection) as joined:
        ask(joined, on=date(2026, 1, 6))
    assert checks == []
