"""Build register rows from the record."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ...engine.definition.registry import Registry
from ...engine.definition.workflow import Workflow
from ...engine.forms.names import same_name_key
from ...engine.model.case import Case, Event
from ...engine.model.clock import EventKind
from ...engine.model.evolve import step_entries
from ...workflows.parts.status import (
    ACTION,
    AGENCY_ACTION_PLAN,
    RECOMMENDATION,
    addressees,
    agency_of,
    number_of,
    scope_of,
    text_of,
)
from ..plan.current_plan import action_row
from ..workbook.cell_text import fit_cell
from ..workbook.columns import Cell, Cells
from .layout import AGENCIES_SHEET, HARM_TITLES, REVIEWS_SHEET, RegisterColumn, Sheet
from .references import reference_key

STEP_EVENTS = (EventKind.OPENED, EventKind.STEP, EventKind.IMPORTED)


@dataclass(kw_only=True)
class CaseDays:
    """The days that a case's history records.

    Attributes:
        by_step: The day of each step, the latest if it was applied several times.
        since: The day on which it entered its state; None if unknown.
        former_reference: Its reference in the former register; None if it was not imported.
        is_imported: If the case was imported.
        own_steps: The steps that were recorded here.
    """

    by_step: dict[str, date] = field(default_factory=dict)
    since: date | None = None
    former_reference: str | None = None
    is_imported: bool = False
    own_steps: set[str] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterRow:
    """A row of the register, built from the record.

    Attributes:
        sheet: The sheet.
        ref: The case's reference; for an agency's row, the review's.
        cells: Its cells.
        is_imported: If the case was imported, so that a later register can complete it.
        own_steps: The steps that were recorded here, which no register completes.
    """

    sheet: str
    ref: str
    cells: Cells
    is_imported: bool = False
    own_steps: frozenset[str] = frozenset()


def row_request_id(review: str, sheet: str = "", key: str = "") -> str:
    """Return the request ID that recognises a register row in a later import.

    Args:
        review: The key of the review's reference.
        sheet: The sheet; empty for the sheet of reviews.
        key: The row's key.
    """
    return f"bring-in-{hashlib.sha256(chr(0).join((review, sheet, key)).encode()).hexdigest()[:32]}"


def row_key(sheet: Sheet, cells: Cells) -> str:
    """Return the key that tells a row from the other rows of its review, whatever its spelling."""
    name = {RECOMMENDATION: "number", ACTION: "reference"}.get(sheet.workflow or "", "agency")
    identity = str(cells.get(name) or "")
    return same_name_key(identity) if name == "agency" else reference_key(identity)


def days_by_case(events: Iterable[Event]) -> Mapping[str, CaseDays]:
    """Return the days recorded for each case of a tree, by reference."""
    pasts: dict[str, CaseDays] = {}
    for event in events:
        past = pasts.setdefault(event.ref, CaseDays())
        if event.kind not in STEP_EVENTS:
            continue
        for move in step_entries(event):
            if move.step != event.trigger or event.kind is not EventKind.IMPORTED:
                # A step may be recorded for a day before an earlier entry of it.
                past.by_step[move.step] = max(move.on, past.by_step.get(move.step, move.on))
            if move.from_state != move.to_state:
                past.since = move.on
        if event.kind is not EventKind.IMPORTED:
            past.own_steps.add(event.trigger)
        else:
            past.is_imported = True
            past.former_reference = event.data.get("former_reference")
            steps = event.data["steps"]
            if steps[-1]["to"] != event.to_state and "since" not in event.data:
                past.since = None
    return pasts


def register_rows(
    tree: Sequence[Case], events: Iterable[Event], sheets: Sequence[Sheet], workflows: Registry
) -> tuple[RegisterRow, ...]:
    """Return a review and its parts as rows of a register.

    Args:
        tree: The review's tree, its root first.
        events: The history of the tree.
        sheets: The register's sheets.
        workflows: All workflows.
    """
    root, pasts = tree[0], days_by_case(events)
    review = pasts[root.ref].former_reference or root.ref
    rows = []
    for sheet in sheets:
        if sheet.title == AGENCIES_SHEET:
            rows += [_row(sheet, root, {"review": review, "agency": agency}) for agency in root.organisations]
            continue
        for case in tree:
            if case is root if sheet.title == REVIEWS_SHEET else case.workflow == sheet.workflow:
                past, workflow = pasts[case.ref], workflows.for_case(case)
                cells: Cells = {
                    "review": review,
                    "reference": past.former_reference or case.ref,
                    "kind": workflow.title,
                    "title": case.title,
                    "state": workflow.state(case.state).title,
                    "opened_on": case.opened_on,
                    "since": past.since,
                }
                said = {column.name: _recorded_cell(column, case, past, workflow) for column in sheet.columns}
                row = _row(sheet, case, {**said, **cells, **_of_part(case, workflows)})
                rows.append(replace(row, is_imported=past.is_imported, own_steps=frozenset(past.own_steps)))
    return tuple(rows)


def _row(sheet: Sheet, case: Case, cells: Cells) -> RegisterRow:
    return RegisterRow(
        sheet=sheet.title, ref=case.ref, cells={column.name: cells.get(column.name) for column in sheet.columns}
    )


def _recorded_cell(column: RegisterColumn, case: Case, past: CaseDays, workflow: Workflow) -> Cell:
    """Return the cell for a step: its day, or a field of its record."""
    step = recorded_step(column, workflow, case.data)
    if step is None:
        return None
    if column.field is None:
        return past.by_step.get(step)
    return _cell(column, case.data.get(step, {}).get(column.field))


def recorded_step(column: RegisterColumn, workflow: Workflow, recorded: Mapping[str, Any]) -> str | None:
    """Return the step that a column describes: one that was applied, or else the first that exists."""
    there = [step for step in column.steps if workflow.transition(step) is not None]
    return next((step for step in there if step in recorded), next(iter(there), None))


def _cell(column: RegisterColumn, value: Any) -> Cell:
    if column.name == "harm":
        return HARM_TITLES.get(str(value))
    if column.name.endswith("_on") and isinstance(value, str):
        return date.fromisoformat(value)
    return fit_cell(value) if isinstance(value, str) else None


def _of_part(case: Case, workflows: Registry) -> Cells:
    """Return the cells that hold the present facts of a part, whichever step recorded them."""
    if case.workflow == RECOMMENDATION:
        return {
            "number": str(number_of(case)),
            "text": fit_cell(text_of(case)),
            "made_to": fit_cell("\n".join(addressees(case))),
            "scope": scope_of(case),
        }
    if case.workflow == AGENCY_ACTION_PLAN:
        return {"agency": agency_of(case)}
    if case.workflow == ACTION:
        cells = action_row(case, workflows).cells
        names = ("recommendations", "action", "lead_person", "due_on", "outcome")
        return {"agency": agency_of(case), **{name: cells.get(name) for name in names}}
    return {}
