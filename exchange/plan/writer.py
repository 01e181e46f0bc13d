"""Write an agency's action plan as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ...engine.forms.parsing import EARLIEST, LATEST
from ..workbook.cell_text import day_text
from ..workbook.columns import ACTIONS_SHEET, EARLY_LEARNING, RECOMMENDATIONS_SHEET, RECORD_SHEET, Column, Kind
from ..workbook.excel_writer import (
    DAY,
    EDITABLE,
    HEADING,
    LINE_HEIGHT,
    LOCKED,
    TEXT,
    build_workbook,
    protected_sheet,
    set_height,
    write_cell,
    write_help,
)
from .layout import COLUMNS, FORMAT, PLANNED_COLUMNS, ActionPlan, ActionRow, row_digest

if TYPE_CHECKING:
    from xlsxwriter import Workbook

EMPTY_ROWS = 40


ADVICE = (
    ("What to do", "Fill in the yellow cells of the sheet Actions, save it as it is (.xlsx), and send it back."),
    ("A new action", "The next empty row. Its reference comes when it is recorded."),
    ("An action in grey", "It waits for someone else, or has ended. It cannot be changed here."),
    ("A later date", "Once an action is agreed, its date is the subgroup's to change. Ask the business unit."),
    ("Dates", f"As Excel knows them, or in words, like {day_text(date(2026, 3, 31))}."),
    ("What not to do", "No formulas, merged cells or macros, no other headings: it would come back to you."),
)


def plan_workbook(plan: ActionPlan, *, at: datetime, day: date, rehearsal: bool) -> bytes:
    """Return an agency's plan as a workbook.

    Args:
        plan: The plan.
        at: The present (UTC), for the file's properties.
        day: The date shown to readers.
        rehearsal: If the database is for training, which the workbook then says.

    Raises:
        ExtraMissing: if XlsxWriter is not installed.
    """
    title = f"Action plan of {plan.identity.agency}, {plan.identity.review}"
    said = f"{title}, as of {day_text(day)}{'. REHEARSAL: not a real record' if rehearsal else ''}"

    def fill(workbook: Workbook) -> None:
        _actions(workbook, plan, said)
        _recommendations(workbook, plan, said)
        write_help(workbook, said, (*ADVICE, *((column.title, column.hint) for column in COLUMNS)))
        _record(workbook, plan)

    return build_workbook(fill, title=title, at=at)


# --- actions ---------------------------------------------------------------------------------------


def _actions(workbook: Workbook, plan: ActionPlan, said: str) -> None:
    sheet = protected_sheet(workbook, ACTIONS_SHEET, said, [column.width for column in COLUMNS])
    heading = workbook.add_format(HEADING)
    formats = {
        (is_open, kind): workbook.add_format(
            {**(EDITABLE if is_open else LOCKED), **(DAY if kind is Kind.DAY else TEXT)}
        )
        for is_open in (True, False)
        for kind in Kind
    }
    sheet.set_row(0, 2 * LINE_HEIGHT)
    for place, column in enumerate(COLUMNS):
        sheet.write_string(0, place, column.title, heading)
    for number, action in enumerate((*plan.actions, *_empty_rows()), start=1):
        set_height(sheet, number, [(action.cells.get(column.name), column.width) for column in COLUMNS])
        for place, column in enumerate(COLUMNS):
            write_cell(
                sheet,
                number,
                place,
                action.cells.get(column.name),
                formats[column.name in action.editable, column.kind],
            )
    last = len(plan.actions) + EMPTY_ROWS
    for place, column in enumerate(COLUMNS):
        if not column.locked:
            sheet.data_validation(1, place, last, place, _validation(column, plan))
    sheet.autofilter(0, 0, last, len(COLUMNS) - 1)


def _empty_rows() -> Iterator[ActionRow]:
    for _ in range(EMPTY_ROWS):
        yield ActionRow(ref="", version=0, cells={}, editable=PLANNED_COLUMNS)


def _validation(column: Column, plan: ActionPlan) -> dict[str, Any]:
    """Return a column's drop-down, and the message that Excel shows for anything else."""
    said = {"input_title": column.title, "input_message": column.hint[:255]}
    match column.kind:
        case Kind.DAY:
            expected = {"error_title": column.title, "error_message": f"A day, like {day_text(date(2026, 3, 31))}."}
            between = {"validate": "date", "criteria": "between", "minimum": EARLIEST, "maximum": LATEST}
            return {**said, **between, **expected}
        case Kind.CHOICE:
            return {**said, "validate": "list", "source": list(column.choices)}
        case Kind.NUMBERS:
            # Several numbers may be typed, so Excel must accept values that are not on the list.
            numbers = len(plan.recommendations) + 1
            source = f"={RECOMMENDATIONS_SHEET}!$A$2:$A${numbers + 1}"
            return {**said, "validate": "list", "source": source, "show_error": False}
        case _:
            return {**said, "validate": "any"}


# --- the other sheets ------------------------------------------------------------------------------


def _recommendations(workbook: Workbook, plan: ActionPlan, said: str) -> None:
    widths = [18, 90, 22]
    sheet = protected_sheet(workbook, RECOMMENDATIONS_SHEET, said, widths)
    heading, cell = workbook.add_format(HEADING), workbook.add_format({**LOCKED, **TEXT})
    for place, title in enumerate(("Number", "Recommendation", "State")):
        sheet.write_string(0, place, title, heading)
    # Open recommendations come first, so that the drop-down begins with them.
    asked = sorted(plan.recommendations, key=lambda one: (not one.is_open, one.number))
    rows = [(str(one.number), one.text, one.state) for one in asked]
    rows.append((EARLY_LEARNING, "Action taken before any recommendation was made.", ""))
    for number, row in enumerate(rows, start=1):
        set_height(sheet, number, list(zip(row, widths, strict=True)))
        for place, text in enumerate(row):
            sheet.write_string(number, place, text, cell)


def _record(workbook: Workbook, plan: ActionPlan) -> None:
    sheet = workbook.add_worksheet(RECORD_SHEET)
    facts = plan.identity
    rows = [
        ("format", str(FORMAT)),
        ("review", facts.review),
        ("agency", facts.agency),
        ("record", facts.record_hash),
        *(("action", action.ref, str(action.version), row_digest(action.cells)) for action in plan.actions),
    ]
    for number, row in enumerate(rows):
        for place, text in enumerate(row):
            sheet.write_string(number, place, text)
    sheet.protect()
    sheet.very_hidden()
