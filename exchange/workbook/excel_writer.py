"""Write workbooks of constant values. Only this module imports XlsxWriter."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from math import ceil
from typing import TYPE_CHECKING

from ...engine.errors.extras import require_library
from .columns import ACTIONS_SHEET, HELP_SHEET, Cell

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

A4 = 9
EDGE = 0.4
"""Margins of the printed page, in inches."""

LINE_HEIGHT, MAX_HEIGHT = 15, 400
"""The height of a line and of the highest row, in points. Excel allows 409 at most."""

HEADING = {"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter"}
LOCKED = {
    "locked": True,
    "bg_color": "#EDEDED",
    "valign": "top",
    "text_wrap": True,
    "border": 1,
    "border_color": "#BFBFBF",
}
EDITABLE = {**LOCKED, "locked": False, "bg_color": "#FFFBE6"}
DAY = {"num_format": "d mmm yyyy", "align": "left"}
TEXT = {"num_format": "@"}
# Protection without a password prevents slips. Deliberate changes are found when the file is read.
PROTECTED = {"format_rows": True, "format_columns": True, "insert_rows": True, "sort": True, "autofilter": True}


def build_workbook(fill: Callable[[Workbook], None], *, title: str, at: datetime) -> bytes:
    """Return a workbook as bytes.

    Args:
        fill: The function that adds its sheets.
        title: The title in the file's properties.
        at: The present (UTC), for the file's properties.

    Raises:
        ExtraMissing: if XlsxWriter is not installed.
    """
    require_library("xlsxwriter", for_what="Writing an Excel workbook")
    from xlsxwriter import Workbook

    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(content, options) as workbook:
        workbook.set_properties({"title": title, "created": at.replace(tzinfo=None)})
        fill(workbook)
    return _with_heights_free(content.getvalue())


def write_cell(sheet: Worksheet, row: int, column: int, cell: Cell, cell_format: Format) -> None:
    """Write a text, a day or an empty cell."""
    if isinstance(cell, date):
        sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), cell_format)  # noqa: DTZ001 (a day)
    elif cell is None:
        sheet.write_blank(row, column, None, cell_format)
    else:
        # Never use `write`: it would turn a text that begins with = into a formula.
        sheet.write_string(row, column, cell, cell_format)


def write_help(workbook: Workbook, title: str, rows: Iterable[tuple[str, str]]) -> None:
    """Add the help sheet, with one piece of advice per line."""
    sheet = protected_sheet(workbook, HELP_SHEET, title, [20, 110])
    heading, cell = workbook.add_format(HEADING), workbook.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, "How to fill it in", heading)
    sheet.write_string(0, 1, title, heading)
    for number, row in enumerate(rows, start=1):
        for place, text in enumerate(row):
            sheet.write_string(number, place, text, cell)


def protected_sheet(workbook: Workbook, title: str, header: str, widths: list[int]) -> Worksheet:
    """Return a new protected sheet with a frozen heading, which prints on A4 landscape."""
    sheet = workbook.add_worksheet(title)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 1 if title == ACTIONS_SHEET else 0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=EDGE, right=EDGE, top=0.7, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    # In a footer an ampersand is a code, and the footer holds 255 characters.
    sheet.set_header(f"&L{header[:200].replace('&', '&&')}")
    sheet.set_footer("&RPage &P of &N")
    sheet.protect("", PROTECTED)
    return sheet


def set_height(sheet: Worksheet, row: int, cells: Sequence[tuple[Cell, int]]) -> None:
    """Set a row's height for its longest text. Excel does this by itself, other programs do not."""
    texts = [(cell, width) for cell, width in cells if isinstance(cell, str)]
    lines = (sum(ceil(len(line) / width) or 1 for line in text.split("\n")) for text, width in texts)
    needed = max(lines, default=1)
    if needed > 1:
        sheet.set_row(row, min(needed * LINE_HEIGHT, MAX_HEIGHT))


def _with_heights_free(content: bytes) -> bytes:
    """Return the workbook with row heights that grow with their text. XlsxWriter only writes fixed heights."""
    freed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as made, zipfile.ZipFile(freed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in made.infolist():
            content = made.read(part)
            of_sheet = part.filename.startswith("xl/worksheets/")
            archive.writestr(part, content.replace(b' customHeight="1"', b"") if of_sheet else content)
    return freed.getvalue()
