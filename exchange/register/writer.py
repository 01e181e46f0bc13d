"""Write a register as a workbook: empty, with the example, or from the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from ...engine.forms.parsing import EARLIEST, LATEST
from ..workbook.cell_text import day_text
from ..workbook.columns import Cells, Kind
from ..workbook.excel_writer import (
    DAY,
    EDITABLE,
    HEADING,
    LINE_HEIGHT,
    TEXT,
    build_workbook,
    protected_sheet,
    set_height,
    write_cell,
    write_help,
)
from .layout import RegisterColumn, Sheet

if TYPE_CHECKING:
    from xlsxwriter import Workbook

EMPTY_ROWS = 200
ADVICE = (
    ("What it is for", "The reviews that you hold already are brought in from it, in the state that they are in."),
    ("What to fill in", "One row a review, and one for each agency, recommendation, plan and action of it."),
    ("What you know", "Headings in dark blue have to be filled in; of the others, whatever is known."),
    ("Days", f"As Excel knows them, or in words: {day_text(date(2026, 3, 31))}. A step with a day counts as taken."),
    ("Known rows", "A row whose reference is known is compared, and changes nothing. Empty cells are ignored."),
    ("What not to do", "No formulas and no merged cells. Never a child's name: a pseudonym, such as Child A."),
    ("Bring it in", "casereview bring-in FILE --dry-run shows what it would do; without that it asks, and does it."),
)
OPTIONAL_HEADING = {**HEADING, "bg_color": "#7F93B5"}

CellsBySheet = Mapping[str, Sequence[Cells]]
"""Rows by the titles of their sheets."""


def register_workbook(sheets: Sequence[Sheet], rows: CellsBySheet, *, title: str, at: datetime) -> bytes:
    """Return a register as a workbook.

    Args:
        sheets: Its sheets.
        rows: The rows to fill in, by sheet.
        title: Its title.
        at: The present (UTC), for the file's properties.

    Raises:
        ExtraMissing: if XlsxWriter is not installed.
    """

    def fill(workbook: Workbook) -> None:
        for sheet in sheets:
            _fill(workbook, sheet, rows.get(sheet.title, ()), title)
        hints = (
            (f"{sheet.title}: {column.sheet_column.title}", column.sheet_column.hint)
            for sheet in sheets
            for column in sheet.columns
        )
        write_help(workbook, title, (*ADVICE, *hints))

    return build_workbook(fill, title=title, at=at)


def _fill(workbook: Workbook, sheet: Sheet, rows: Sequence[Cells], said: str) -> None:
    page = protected_sheet(workbook, sheet.title, said, [column.sheet_column.width for column in sheet.columns])
    headings = {True: workbook.add_format(HEADING), False: workbook.add_format(OPTIONAL_HEADING)}
    formats = {kind: workbook.add_format({**EDITABLE, **(DAY if kind is Kind.DAY else TEXT)}) for kind in Kind}
    for place, column in enumerate(sheet.columns):
        # The whole column is open, because the number of rows is not known.
        page.set_column(place, place, column.sheet_column.width, formats[column.sheet_column.kind])
    page.set_row(0, 2 * LINE_HEIGHT)
    for place, column in enumerate(sheet.columns):
        page.write_string(0, place, column.sheet_column.title, headings[column.required])
    for number, cells in enumerate((*rows, *({} for _ in range(EMPTY_ROWS))), start=1):
        set_height(page, number, [(cells.get(column.name), column.sheet_column.width) for column in sheet.columns])
        for place, column in enumerate(sheet.columns):
            write_cell(page, number, place, cells.get(column.name), formats[column.sheet_column.kind])
    last = len(rows) + EMPTY_ROWS
    for place, column in enumerate(sheet.columns):
        page.data_validation(1, place, last, place, _validation(column))
    page.autofilter(0, 0, last, len(sheet.columns) - 1)


def _validation(register_column: RegisterColumn) -> dict[str, Any]:
    column = register_column.sheet_column
    said = {"input_title": column.title, "input_message": column.hint[:255]}
    match column.kind:
        case Kind.DAY:
            return {**said, "validate": "date", "criteria": "between", "minimum": EARLIEST, "maximum": LATEST}
        case Kind.CHOICE:
            # A drop-down holds 255 characters. Longer lists of states have to be typed.
            choices = list(column.choices)
            fits = len(",".join(choices)) <= 255
            return {**said, "validate": "list", "source": choices} if fits else {**said, "validate": "any"}
        case _:
            return {**said, "validate": "any"}
