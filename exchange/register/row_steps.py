"""Turn a register row into steps and their records, and report its faults by cell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from ...engine.definition.workflow import Transition, Workflow
from ...engine.errors.bad_input import BadDate, BadValue, InvalidForm
from ...engine.errors.base import CasereviewError
from ...engine.forms.fields import fields_of
from ...engine.model.commands import SnapshotStep
from ...workflows.parts.status import ACTION
from ..workbook.cell_text import parse_lines, parse_numbers
from ..workbook.columns import Cell, Cells, Kind
from ..workbook.faults import CellFault
from ..workbook.table import WorkbookRow
from .layout import HARM_TITLES, RegisterColumn, Sheet, states_by_title


def faults_of_columns(sheet: Sheet, row: WorkbookRow, workflow: Workflow) -> Iterator[CellFault]:
    """Yield a fault for each cell that the workflow does not know, or with a missing day."""
    states = states_by_title(workflow)
    if str(row.cells["state"]).lower() not in states:
        yield row.fault("state", f"a {workflow.title} has no such state: expected one of {', '.join(states)}")
    for column in sheet.columns:
        if not column.steps or row.cells[column.name] is None:
            continue
        step = step_of_column(column, row, workflow)
        if step is None:
            yield row.fault(column.name, f"a {workflow.title} has no such step: leave it empty")
        elif column.field is not None and column.field not in {one.name for one in fields_of(step.form)}:
            yield row.fault(column.name, f"of a {workflow.title} that is not recorded: leave it empty")
        elif (
            column.field is not None
            and step is not workflow.opening
            and day_of_step(sheet, row.cells, step.trigger) is None
        ):
            day = next(one for one in sheet.columns if one.field is None and step.trigger in one.steps)
            problem = f"{day.sheet_column.title} is empty: expected the day, since {column.sheet_column.title} is given"
            yield row.fault(day.name, problem)


def step_of_column(column: RegisterColumn, row: WorkbookRow, workflow: Workflow) -> Transition | None:
    """Return the step that a column describes; of several decisions, the one that leads to the case's state."""
    state = states_by_title(workflow).get(str(row.cells["state"]).lower())
    steps = [step for name in column.steps if (step := workflow.transition(name)) is not None]
    return next((step for step in steps if state in step.targets), next(iter(steps), None))


def snapshot_steps(sheet: Sheet, row: WorkbookRow, workflow: Workflow) -> Iterator[SnapshotStep]:
    """Yield the steps with a day in the row."""
    for column in sheet.columns:
        if column.field is None and column.steps and row.cells[column.name] is not None:
            step = step_of_column(column, row, workflow)
            assert step is not None  # the columns were checked before
            yield _snapshot_step(sheet, row, step, day_in_row(row, column.name))
    if sheet.workflow == ACTION and day_in_row(row, "agreed_on") is None and row.cells["state"] == "agreed":
        # The deadline runs to the day that was agreed with the action.
        agree = workflow.transition("agree")
        assert agree is not None
        if (since := day_in_row(row, "since")) is not None:
            yield _snapshot_step(sheet, row, agree, since)


def _snapshot_step(sheet: Sheet, row: WorkbookRow, step: Transition, on: date | None) -> SnapshotStep:
    assert on is not None
    data = step_record(sheet, row, step)
    if sheet.workflow == ACTION and step.trigger == "agree":
        data["due_on"] = str(row.cells["due_on"])
    return SnapshotStep(trigger=step.trigger, on=on, data=data)


def day_of_step(sheet: Sheet, cells: Cells, trigger: str) -> date | None:
    """Return the day of a step in a row's cells, or None if there is none."""
    days = (column for column in sheet.columns if column.field is None and trigger in column.steps)
    cell = next((cells[column.name] for column in days), None)
    return cell if isinstance(cell, date) else None


def step_record(sheet: Sheet, row: WorkbookRow, step: Transition) -> dict[str, Any]:
    """Return the record of a step, as far as a row holds it."""
    there = {one.name for one in fields_of(step.form)}
    record: dict[str, Any] = {}
    for column in sheet.columns:
        cell = row.cells[column.name]
        if column.field in there and step.trigger in column.steps and cell is not None:
            record |= field_value(column, cell)
    if "title" in there and "title" in row.cells and step.trigger in ("refer", "notify"):
        record["title"] = row.cells["title"]
    return record


def field_value(column: RegisterColumn, cell: Cell) -> dict[str, Any]:
    """Return the fields of a step's record that a cell holds."""
    assert column.field is not None
    match column.sheet_column.kind:
        case Kind.DAY:
            return {column.field: str(cell)}
        case Kind.LINES:
            return {column.field: list(parse_lines(str(cell)))}
        case Kind.NUMBERS if column.field == "number":
            return {column.field: int(str(cell))}
        case Kind.NUMBERS:
            numbers, early = parse_numbers(str(cell))
            return {column.field: list(numbers), "early_learning": early}
        case Kind.CHOICE if column.name == "harm":
            return {column.field: next(name for name, words in HARM_TITLES.items() if words == cell)}
        case _:
            return {column.field: cell}


def day_in_row(row: WorkbookRow, name: str) -> date | None:
    """Return the day in a cell, or None if the cell is empty or the column is missing."""
    cell = row.cells.get(name)
    return cell if isinstance(cell, date) else None


# --- refusals by the engine ---------------------------------------------------------------------


def faults_of_refusal(sheet: Sheet, row: WorkbookRow, cause: CasereviewError) -> Iterator[CellFault]:
    """Yield the reasons why a row cannot be imported, by cell."""
    match cause:
        case InvalidForm(form=form, faults=faults):
            for fault in faults:
                problem = f"expected {fault.expected}, found {fault.found}"
                yield row.fault(_column(sheet, form, fault.path.partition("[")[0]), problem)
        case BadDate(found=given, expected=expected):
            at = next((column.name for column in sheet.columns if str(row.cells[column.name]) == given), "opened_on")
            yield row.fault(at, f"expected {expected}")
        case BadValue(name=name, expected=expected, found=found):
            yield row.fault("since" if name == "since" else "state", f"expected {expected}, found {found}")
        case _:
            yield row.fault("state", str(cause))


def _column(sheet: Sheet, form: str, path: str) -> str:
    of_step = (column.name for column in sheet.columns if column.field == path and form in column.steps)
    return next(of_step, "reference" if path == "former_reference" else path)
