"""An office with an agency's plan, exported and returned as a workbook."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from .command_line import PARTNERSHIP_EXAMPLES, Office, example_file, step_of_file
from .plan_workbooks import fill_in_actions

REF = "PR-2026-001"


A01, A02 = f"{REF}/A01", f"{REF}/A02"


NEW = {"B4": "1", "C4": "=A handover book.", "D4": "A Lead", "E4": date(2026, 9, 30)}


TO_THE_PLAN = ("agree_scope", "involve", "E01-take_part", "agree_learning", "request_action_plans", "P01-submit")


def begin_plan(office: Office, *more: str) -> Office:
    """Return an office with a review for which Agency 1 has proposed two actions."""
    office.output("refer", "partnership_review", "--file", str(example_file("refer", PARTNERSHIP_EXAMPLES)))
    for file in sorted(PARTNERSHIP_EXAMPLES.glob("*.json")):
        if step_of_file(file) in (*TO_THE_PLAN, *more):
            office.step(REF, file)
    office.output("refer", "action", "--parent", REF, "--file", office.write("second.json", SECOND))
    return office


SECOND = {
    "agency": "Agency 1",
    "action": "Staff are trained in it.",
    "recommendations": [1],
    "lead_person": "Trainer of Agency 1",
    "due_on": "2026-08-31",
    "decided_by": {"name": "Robin Hale", "capacity": "agency_safeguarding_lead"},
}


def export_plan(office: Office, name: str = "plan.xlsx") -> str:
    path = str(office.folder / name)
    office.output("plan", "export", REF, "--agency", "agency 1", "--out", path)
    return path


def return_plan(office: Office, cells: dict[str, Any], name: str = "back.xlsx") -> str:
    """Return the path of the returned workbook with these cells filled in."""
    return office.write(name, fill_in_actions(Path(export_plan(office)).read_bytes(), cells))
