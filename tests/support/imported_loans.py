"""TODO: describe."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from casereview.engine.decisions.context import Decision
from casereview.engine.decisions.historical import decide_bringing_in
from casereview.engine.definition.workflow import Workflow
from casereview.engine.model.case import Case
from casereview.engine.model.commands import BringIn, KnownStep

from .library_decisions import judging
from .library_workflow import LIBRARIAN_1, LOAN

OPENED = date(2024, 1, 8)


NOW = datetime(2026, 1, 20, 10, tzinfo=UTC)


def step(trigger: str, month: int, day: int, year: int = 2024, **data: Any) -> KnownStep:
    return KnownStep(trigger=trigger, on=date(year, month, day), data=data)


def brought_in(
    state: str,
    *steps: KnownStep,
    workflow: Workflow = LOAN,
    now: datetime = NOW,
    parent: Case | None = None,
    **more: Any,
) -> Decision:
    asked: dict[str, Any] = {
        "workflow": workflow.name,
        "actor": LIBRARIAN_1,
        "opened_on": OPENED,
        "source": "brought in from loans.xlsx, row 7",
        "data": {"title": "A globe"},
        **more,
    }
    command = BringIn(state=state, steps=steps, **asked)
    return decide_bringing_in(workflow, command, judging(now), ref="LN-2024-001", parent=parent)


APPROVED = step("approve", 2, 5)


LENT = step("lend", 2, 12)


BACK = step("give_back", 3, 1)
