"""Loans that are imported as snapshots."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from casereview.engine.decisions.context import Decision
from casereview.engine.decisions.historical import decide_import
from casereview.engine.definition.workflow import Workflow
from casereview.engine.model.case import Case
from casereview.engine.model.commands import ImportSnapshot, SnapshotStep

from .loan_decisions import decision_context
from .loan_workflow import LIBRARIAN_1, LOAN

OPENED = date(2024, 1, 8)


NOW = datetime(2026, 1, 20, 10, tzinfo=UTC)


def snapshot_step(trigger: str, month: int, day: int, year: int = 2024, **data: Any) -> SnapshotStep:
    return SnapshotStep(trigger=trigger, on=date(year, month, day), data=data)


def import_loan(
    state: str,
    *steps: SnapshotStep,
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
    command = ImportSnapshot(state=state, steps=steps, **asked)
    return decide_import(workflow, command, decision_context(now), ref="LN-2024-001", parent=parent)


APPROVED = snapshot_step("approve", 2, 5)


LENT = snapshot_step("lend", 2, 12)


BACK = snapshot_step("give_back", 3, 1)
