"""Invented reviews and their plans, as the tests of workbooks use them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any

from openpyxl import Workbook, load_workbook

from casereview.engine import Actor
from casereview.engine.definition.registry import Registry
from casereview.engine.model.case import Case
from casereview.exchange.plan.changes import Importer, PlanDifference
from casereview.exchange.plan.comparison import compare_plan
from casereview.exchange.plan.current_plan import build_plan
from casereview.exchange.plan.layout import ActionPlan
from casereview.exchange.plan.reader import ReturnedPlan, read_plan
from casereview.exchange.plan.writer import plan_workbook
from casereview.workflows import WORKFLOWS

REVIEW = "SCR-2026-001"
AGENCY = "Agency 1"
RECORD = "0123456789abcdef"
REGISTRY = Registry(WORKFLOWS)
MORNING = datetime(2026, 10, 5, 9, tzinfo=UTC)
SAM = Actor(name="Sam Reed", roles=frozenset({"business_manager"}))

PROPOSED: dict[str, Any] = {
    "agency": AGENCY,
    "action": "A duty desk sends the chronology.",
    "recommendations": [1],
    "lead_person": "Duty Manager of Agency 1",
    "due_on": "2026-10-30",
    "milestones": [{"text": "The desk is staffed.", "by": "2026-09-30"}],
}
PROGRESS_REPORT = {
    "status": "on_track",
    "text": "The desk is staffed.",
    "evidence": [{"title": "Rota", "location": "Rotas/October.pdf", "sha256": "0" * 64}],
}
HAND_IN_RECORD = {"outcome": "The desk works.", "evidence": [{"title": "Log", "location": "Log"}]}


def case(ref: str, workflow: str, state: str, data: dict[str, Any], **changes: Any) -> Case:
    """Return a case with the fields that plans read."""
    fields: dict[str, Any] = {
        "ref": ref,
        "workflow": workflow,
        "workflow_version": 1,
        "version": 1,
        "seq": 1,
        "state": state,
        "title": "Child A",
        "parent": REVIEW if "/" in ref else None,
        "opened_on": date(2026, 1, 5),
        "closed_on": None,
        "last_step_on": date(2026, 1, 5),
        "recorded_at": MORNING,
        "been_in": (state,),
        "organisations": (),
        "links": (),
        "data": data,
        "clocks": (),
    }
    return Case(**{**fields, **changes})


def action(number: int = 1, state: str = "proposed", *, version: int = 1, **data: Any) -> Case:
    """Return an action of Agency 1; `propose`, `report_progress` and so on are the records of its steps."""
    proposed = {**PROPOSED, **data.pop("propose", {})}
    agencies = (proposed["agency"],)
    ref = f"{REVIEW}/A{number:02d}"
    return case(ref, "action", state, {"propose": proposed, **data}, version=version, organisations=agencies)


def recommendation(number: int, *made_to: str) -> Case:
    made = {"number": number, "text": f"Recommendation {number}.", "scope": "local", "made_to": list(made_to)}
    return case(f"{REVIEW}/REC{number:02d}", "recommendation", "made", {"make": made}, organisations=made_to)


def tree(*actions: Case) -> tuple[Case, ...]:
    """A review with two recommendations to Agency 1, another to Agency 2, and these actions."""
    review = case(REVIEW, "serious_case_review", "monitored", {}, organisations=(AGENCY, "Agency 2"))
    asked = (recommendation(1, AGENCY), recommendation(2, AGENCY, "Agency 2"), recommendation(3, "Agency 2"))
    return (review, *asked, *actions)


def plan_for(of: tuple[Case, ...], agency: str = AGENCY) -> ActionPlan:
    return build_plan(of, agency, record_hash=RECORD, workflows=REGISTRY)


def exported_workbook(of: tuple[Case, ...], agency: str = AGENCY) -> bytes:
    """The workbook of a tree."""
    return plan_workbook(plan_for(of, agency), at=MORNING, day=MORNING.date(), rehearsal=False)


def edited_workbook(content: bytes, edit: Callable[[Workbook], Any]) -> bytes:
    """Return a workbook after it was opened, edited and saved."""
    workbook = load_workbook(io.BytesIO(content))
    edit(workbook)
    saved = io.BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def fill_in_actions(content: bytes, cells: dict[str, Any]) -> bytes:
    """A workbook with cells that an agency filled in."""

    def fill(workbook: Workbook) -> None:
        for at, value in cells.items():
            workbook["Actions"][at] = value
            if isinstance(value, str):  # as it is typed into a cell for text
                workbook["Actions"][at].data_type = "s"

    return edited_workbook(content, fill)


def read_workbook(content: bytes) -> ReturnedPlan:
    return read_plan("plan.xlsx", content)


def compare_workbook(content: bytes, with_: tuple[Case, ...], agency: str = AGENCY) -> PlanDifference:
    by = Importer(actor=SAM, decided_by=None, evidence="plan.xlsx", file="plan.xlsx", content=content)
    return compare_plan(read_workbook(content), plan_for(with_, agency), with_, importer=by, workflows=REGISTRY)


def fault_places(faults: Iterable[Any]) -> list[tuple[str, str]]:
    """Return the places of the faults."""
    return [(fault.sheet, fault.cell) for fault in faults]
