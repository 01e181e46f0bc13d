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
from ..workbook.columns import Cell, Kind
from ..workbook.faults import CellFault
from ..workbook.table import WorkbookRow
from .layout import HARM_TITLES, RegisterColumn, Sheet, states_by_title


def faults_of_columns(sheet: Sheet, row: WorkbookRow, workflow: Workflow) -> Iterator[CellFault]:
    """What a row says that its workflow does not know, or that lacks its day."""
    states = states_by_title(workflow)
    if str(row.cells["state"]).lower() not in states:
        yield row.fault("state", f"a {workflow.title} has no such state: expected one of {', '.join(states)}")
    for says in sheet.columns:
        if not says.steps or row.cells[says.name] is None:
            continue
        step = _step(says, row, workflow)
        if step is None:
            yield row.fault(says.name, f"a {workflow.title} has no such step: leave it empty")
        elif says.field is not None and says.field not in {one.name for one in fields_of(step.form)}:
            yield row.fault(says.name, f"of a {workflow.title} that is not recorded: leave it empty")
        elif says.field is not None and step is not workflow.opening and _on(sheet, row, step) is None:
            day = next(one for one in sheet.columns if one.field is None and step.trigger in one.steps)
            problem = f"{day.sheet_column.title} is empty: expected the day, since {says.sheet_column.title} is given"
            yield row.fault(day.name, problem)


def _step(says: RegisterColumn, row: WorkbookRow, workflow: Workflow) -> Transition | None:
    """The step of which a column tells: of several that decide, the one that leads to where the case is."""
    state = states_by_title(workflow).get(str(row.cells["state"]).lower())
    steps = [step for name in says.steps if (step := workflow.transition(name)) is not None]
    return next((step for step in steps if state in step.targets), next(iter(steps), None))


def snapshot_steps(sheet: Sheet, row: WorkbookRow, workflow: Workflow) -> Iterator[SnapshotStep]:
    """The steps of which a row knows the day."""
    for says in sheet.columns:
        if says.field is None and says.steps and row.cells[says.name] is not None:
            step = _step(says, row, workflow)
            assert step is not None  # it was looked at before
            yield _snapshot_step(sheet, row, step, day_in_row(row, says.name))
    if sheet.workflow == ACTION and day_in_row(row, "agreed_on") is None and row.cells["state"] == "agreed":
        # Its clock runs to the day that was agreed with it.
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


def _on(sheet: Sheet, row: WorkbookRow, step: Transition) -> date | None:
    days = (says for says in sheet.columns if says.field is None and step.trigger in says.steps)
    return next((day_in_row(row, says.name) for says in days), None)


def step_record(sheet: Sheet, row: WorkbookRow, step: Transition) -> dict[str, Any]:
    """What a row says of a step's record."""
    there = {one.name for one in fields_of(step.form)}
    record: dict[str, Any] = {}
    for says in sheet.columns:
        cell = row.cells[says.name]
        if says.field in there and step.trigger in says.steps and cell is not None:
            record |= _field_value(says, cell)
    if "title" in there and "title" in row.cells and step.trigger in ("refer", "notify"):
        record["title"] = row.cells["title"]
    return record


def _field_value(says: RegisterColumn, cell: Cell) -> dict[str, Any]:
    assert says.field is not None
    match says.sheet_column.kind:
        case Kind.DAY:
            return {says.field: str(cell)}
        case Kind.LINES:
            return {says.field: list(parse_lines(str(cell)))}
        case Kind.NUMBERS if says.field == "number":
            return {says.field: int(str(cell))}
        case Kind.NUMBERS:
            numbers, early = parse_numbers(str(cell))
            return {says.field: list(numbers), "early_learning": early}
        case Kind.CHOICE if says.name == "harm":
            return {says.field: next(name for name, words in HARM_TITLES.items() if words == cell)}
        case _:
            return {says.field: cell}


def day_in_row(row: WorkbookRow, name: str) -> date | None:
    """The day in one of a row's cells; None for none, or for no such column."""
    cell = row.cells.get(name)
    return cell if isinstance(cell, date) else None


# --- what the engine says of it ---------------------------------------------------------------------


def faults_of_refusal(sheet: Sheet, row: WorkbookRow, cause: CasereviewError) -> Iterator[CellFault]:
    """Why a row cannot be brought in, by its cells."""
    match cause:
        case InvalidForm(form=form, faults=faults):
            for fault in faults:
                problem = f"expected {fault.expected}, found {fault.found}"
                yield row.fault(_column(sheet, form, fault.path.partition("[")[0]), problem)
        case BadDate(found=given, expected=expected):
            at = next((says.name for says in sheet.columns if str(row.cells[says.name]) == given), "opened_on")
            yield row.fault(at, f"expected {expected}")
        case BadValue(name=name, expected=expected, found=found):
            yield row.fault("since" if name == "since" else "state", f"expected {expected}, found {found}")
        case _:
            yield row.fault("state", str(cause))


def _column(sheet: Sheet, form: str, path: str) -> str:
    of_step = (says.name for says in sheet.columns if says.field == path and form in says.steps)
    return next(of_step, "reference" if path == "former_reference" else path)
