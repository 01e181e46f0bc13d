"""Fill what an imported case left empty from a row of a later register."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ...engine.definition.workflow import Workflow
from ...engine.model.imports import CompleteImport, SnapshotStep
from ...engine.model.people import Actor
from ..workbook.changes import Change
from ..workbook.table import WorkbookRow
from .current_register import RegisterRow
from .layout import RegisterColumn, Sheet
from .row_steps import day_in_row, day_of_step, field_value, step_of_column


@dataclass(frozen=True, kw_only=True, slots=True)
class CompletedRow:
    """A row on record that says more than the record.

    Attributes:
        row: The row.
        changes: The cells that are filled in.
        command: The command that fills them in.
    """

    row: WorkbookRow
    changes: tuple[Change, ...]
    command: CompleteImport


def can_be_filled(
    sheet: Sheet, column: RegisterColumn, row: WorkbookRow, there: RegisterRow, workflow: Workflow
) -> bool:
    """Return whether a cell that is empty on record can be filled in from a row: its step and its day are known."""
    if there.cells[column.name] is not None or not there.is_imported:
        return False
    if column.name == "since":
        return row.cells["state"] == there.cells["state"]
    step = step_of_column(column, row, workflow) if column.steps else None
    if step is None or step.trigger in there.own_steps:
        return False
    cells = (row.cells, there.cells)
    return step is workflow.opening or any(day_of_step(sheet, one, step.trigger) is not None for one in cells)


def completion(
    sheet: Sheet,
    row: WorkbookRow,
    columns: Iterable[RegisterColumn],
    *,
    there: RegisterRow,
    workflow: Workflow,
    actor: Actor,
    source: str,
) -> CompleteImport:
    """Return the command that fills in some cells.

    Args:
        sheet: The sheet.
        row: The row.
        columns: The columns of the cells to fill in.
        there: The row on record.
        workflow: Its workflow.
        actor: The person who imports.
        source: The file and the row, for the record.
    """
    opening: dict[str, Any] = {}
    steps: dict[tuple[str, date], dict[str, Any]] = {}
    since: date | None = None
    for column in columns:
        step = step_of_column(column, row, workflow) if column.steps else None
        if step is None:
            since = day_in_row(row, "since")
        elif step is workflow.opening:
            opening |= field_value(column, row.cells[column.name])
        else:
            on = day_of_step(sheet, row.cells, step.trigger) or day_of_step(sheet, there.cells, step.trigger)
            assert on is not None  # it was checked before
            fields = {} if column.field is None else field_value(column, row.cells[column.name])
            steps.setdefault((step.trigger, on), {}).update(fields)
    return CompleteImport(
        ref=there.ref,
        actor=actor,
        source=source,
        data=opening,
        steps=tuple(SnapshotStep(trigger=trigger, on=on, data=data) for (trigger, on), data in steps.items()),
        since=since,
    )
