"""Turn a changed row into steps, and find changes that the agency may not make."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ...engine.definition.workflow import Transition
from ...engine.errors.bad_input import InvalidForm
from ...engine.forms.parsing import parse
from ...engine.model.case import Case
from ...workflows.parts.status import CARRY_OUT, ON_TRACK, PROPOSED, current_plan, evidence_of
from ..workbook.cell_text import (
    UnclearCell,
    document_text,
    parse_document,
    parse_lines,
    parse_milestones,
    parse_numbers,
)
from ..workbook.columns import MAX_CELL_LENGTH, Cell
from ..workbook.faults import CellFault
from ..workbook.table import WorkbookRow
from .layout import COLUMNS_BY_NAME, DONE, PLANNED_COLUMNS, PROGRESS_STATUSES, ActionRow

_STATUSES = {words: name for name, words in PROGRESS_STATUSES.items()}
_COLUMN_OF = {"text": "progress", "early_learning": "recommendations"}
"""The columns of form fields that have another name."""

_FIELDS = ("action", "recommendations", "lead_person", "due_on", "milestones", "early_learning")

Record = dict[str, Any]


def planned_record(row: WorkbookRow, changed: Collection[str] = PLANNED_COLUMNS, before: Case | None = None) -> Record:
    """Return the record of a row's plan, for a proposal or a revision.

    Args:
        row: The row.
        changed: The columns that differ from the record. The other fields keep their recorded values,
            because a cell may be too short for them.
        before: The action on record; None for a new row.

    Raises:
        UnclearCell: if the milestones cannot be understood.
    """
    cells = row.cells
    record: Record = {}
    if before is not None:
        record = {name: value for name, value in current_plan(before).items() if name in _FIELDS}
    if "recommendations" in changed:
        numbers, record["early_learning"] = parse_numbers(str(cells["recommendations"] or ""))
        record["recommendations"] = list(numbers)
    if "milestones" in changed:
        record["milestones"] = parse_milestones(str(cells["milestones"] or ""))
    for name in ("action", "lead_person", "due_on"):
        if name in changed:
            record[name] = None if cells[name] is None else str(cells[name])
    return _without_empty(**record)


def row_steps(row: WorkbookRow, now: ActionRow, case: Case, changed: Collection[str]) -> Iterator[tuple[str, Record]]:
    """Yield the steps that record a row's changes, in order, each with its data.

    Args:
        row: The row.
        now: The row that would be exported today.
        case: The action.
        changed: The columns in which the two differ. The agency may fill in all of them.

    Raises:
        UnclearCell: if the milestones cannot be understood.
    """
    cells = row.cells
    if case.state == PROPOSED:
        yield "revise", planned_record(row, changed, case)
        return
    if "lead_person" in changed:
        yield "reassign", _without_empty(lead_person=cells["lead_person"])
    documents = {document_text(document): dict(document) for document in evidence_of(case)}
    if "evidence" in changed:
        documents = {line: parse_document(line) for line in parse_lines(str(cells["evidence"]))} | documents
    evidence = list(documents.values())
    if cells["status"] == DONE:
        if "progress" in changed:
            before = _STATUSES.get(str(now.cells.get("status")), ON_TRACK)
            yield "report_progress", _without_empty(status=before, text=cells["progress"])
        yield "hand_in", _without_empty(outcome=cells["outcome"], impact=cells["impact"], evidence=evidence)
    elif {"status", "progress", "evidence"} & set(changed):
        status = _STATUSES.get(str(cells["status"]))
        yield "report_progress", _without_empty(status=status, text=cells["progress"], evidence=evidence)


def faults_of_changes(row: WorkbookRow, now: ActionRow, changed: Collection[str]) -> Iterator[CellFault]:
    """Yield a fault for each change that the agency may not make in the workbook."""
    closed = [name for name in changed if name not in now.editable]
    for name in closed:
        yield row.fault(name, _closed(name, now))
    if closed:
        return
    for name in changed:
        if len(str(now.cells.get(name) or "")) >= MAX_CELL_LENGTH:
            yield row.fault(name, "what is on record is longer than a cell holds: it is not changed here")
        if name in ("outcome", "impact") and row.cells["status"] != DONE:
            yield row.fault(name, f"to hand the action in, choose {DONE} under {COLUMNS_BY_NAME['status'].title}")


def faults_of_record(row: WorkbookRow, step: Transition, record: Mapping[str, Any]) -> Iterator[CellFault]:
    """Yield a fault for each error that the step's form finds in a row's record."""
    try:
        parse(step.form, record, subject=step.trigger, title=step.title)
    except InvalidForm as invalid:
        for fault in invalid.faults:
            head = fault.path.split("[")[0].split(".")[0]
            column = _COLUMN_OF.get(head, head)
            problem = f"expected {_without_codes(fault.expected)}, found {fault.found}"
            yield row.fault(column if column in COLUMNS_BY_NAME else "reference", problem)


def _without_codes(expected: str) -> str:
    """Return what a form expects without the codes of its fields and choices, which the workbook does not show."""
    return re.sub(r" \(\w+\)", "", expected)


def faults_of_numbers(row: WorkbookRow, numbers: Collection[int], agency: str) -> Iterator[CellFault]:
    """Yield a fault if a row names recommendations that were not made to the agency."""
    answered, _ = parse_numbers(str(row.cells["recommendations"] or ""))
    unknown = [str(number) for number in answered if number not in numbers]
    if unknown:
        asked = ", ".join(str(number) for number in sorted(numbers)) or "none"
        problem = f"expected recommendations made to {agency} ({asked}), found {', '.join(unknown)}"
        yield row.fault("recommendations", problem)


def milestones_fault(row: WorkbookRow, unclear: UnclearCell) -> CellFault:
    """Return the fault for milestones that cannot be understood."""
    return row.fault("milestones", str(unclear))


def _closed(name: str, now: ActionRow) -> str:
    column, state = COLUMNS_BY_NAME[name], now.cells["state"]
    if column.locked:
        return f"{column.title} must stay as exported: restore {_shown(now.cells.get(name))}"
    if name == "due_on" and now.editable:
        return (
            f"the day was agreed, and only the subgroup can change it: restore {_shown(now.cells.get(name))}."
            f" Once it has: casereview new-date {now.ref} {CARRY_OUT} DATE"
        )
    if name in PLANNED_COLUMNS and now.editable:
        return f"{now.ref} is {state}: only the subgroup can change what was agreed. Restore the cell"
    if now.editable:
        return f"{now.ref} is {state}: progress can be reported once the subgroup has agreed it. Empty the cell"
    return f"{now.ref} is {state}: it cannot be changed here. Restore the cell"


def _shown(cell: Cell) -> str:
    return "nothing" if cell is None else str(cell)


def _without_empty(**fields: Any) -> Record:
    """Return a record without empty fields, so that its form reports what is missing."""
    return {name: value for name, value in fields.items() if value is not None}
