"""The workbook that an agency is sent. The one room that knows XlsxWriter, and only constant values leave it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from math import ceil
from typing import TYPE_CHECKING, Any

from ..engine.errors import BadValue
from ..engine.reading import EARLIEST, LATEST
from .layout import (
    ACTIONS,
    COLUMNS,
    DONE,
    EARLY,
    FORMAT,
    HELP,
    PLANNED,
    RECOMMENDATIONS,
    RECORD,
    STANDINGS,
    Cell,
    Column,
    Kind,
    Plan,
    Planned,
    digest_of,
)
from .words import written_day

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

EMPTY_ROWS = 40
A4 = 9
EDGE = 0.4
"""Margins of the printed page, in inches."""

LINE, HIGHEST = 15, 400
"""The height of a line and of the highest row, in points; Excel takes no row of more than 409."""

HEADING = {"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter"}
LOCKED = {
    "locked": True,
    "bg_color": "#EDEDED",
    "valign": "top",
    "text_wrap": True,
    "border": 1,
    "border_color": "#BFBFBF",
}
OPEN = {**LOCKED, "locked": False, "bg_color": "#FFFBE6"}
DAY = {"num_format": "d mmm yyyy", "align": "left"}
TEXT = {"num_format": "@"}
# Without a password: it keeps from slips, not from intent. What was changed all the same is found when it is read.
PROTECTED = {"format_rows": True, "format_columns": True, "insert_rows": True, "sort": True, "autofilter": True}


def workbook_of(plan: Plan, *, at: datetime, on: date, rehearsal: bool) -> bytes:
    """An agency's plan as a workbook.

    Args:
        plan: The plan.
        at: The present, for the file's own properties.
        on: The day, for whoever reads it.
        rehearsal: Whether it is of a database for training, and has to say so.

    Raises:
        BadValue: where what writes workbooks is not installed.
    """
    try:
        from xlsxwriter import Workbook
    except ImportError:
        raise BadValue(
            name="Excel workbooks", expected="XlsxWriter: pip install 'casereview[reports]'", found="nothing"
        ) from None
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(written, options) as workbook:
        title = f"Action plan of {plan.facts.agency}, {plan.facts.review}"
        workbook.set_properties({"title": title, "created": at.replace(tzinfo=None)})
        said = f"{title}, as it stood on {written_day(on)}{'. REHEARSAL: not a real record' if rehearsal else ''}"
        _actions(workbook, plan, said)
        _recommendations(workbook, plan, said)
        _help(workbook, said)
        _record(workbook, plan)
    return _with_heights_free(written.getvalue())


# --- actions ---------------------------------------------------------------------------------------


def _actions(workbook: Workbook, plan: Plan, said: str) -> None:
    sheet = _sheet(workbook, ACTIONS, said, [column.width for column in COLUMNS])
    heading = workbook.add_format(HEADING)
    formats = {
        (is_open, kind): workbook.add_format({**(OPEN if is_open else LOCKED), **(DAY if kind is Kind.DAY else TEXT)})
        for is_open in (True, False)
        for kind in Kind
    }
    sheet.set_row(0, 2 * LINE)
    for place, column in enumerate(COLUMNS):
        sheet.write_string(0, place, column.title, heading)
    for number, action in enumerate((*plan.actions, *_empty_rows()), start=1):
        _set_height(sheet, number, [(action.cells.get(column.name), column.width) for column in COLUMNS])
        for place, column in enumerate(COLUMNS):
            _write(
                sheet, number, place, action.cells.get(column.name), formats[column.name in action.open, column.kind]
            )
    last = len(plan.actions) + EMPTY_ROWS
    for place, column in enumerate(COLUMNS):
        if not column.locked:
            sheet.data_validation(1, place, last, place, _validation(column, plan))
    sheet.autofilter(0, 0, last, len(COLUMNS) - 1)


def _empty_rows() -> Iterator[Planned]:
    for _ in range(EMPTY_ROWS):
        yield Planned(ref="", version=0, cells={}, open=PLANNED)


def _write(sheet: Worksheet, row: int, column: int, cell: Cell, as_: Format) -> None:
    if isinstance(cell, date):
        sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), as_)  # noqa: DTZ001 (a day)
    elif cell is None:
        sheet.write_blank(row, column, None, as_)
    else:
        # Never `write`, which would take what begins with = for a formula.
        sheet.write_string(row, column, cell, as_)


def _validation(column: Column, plan: Plan) -> dict[str, Any]:
    """What a cell's drop-down offers, and what Excel says where something else is typed."""
    said = {"input_title": column.title, "input_message": column.hint[:255]}
    match column.kind:
        case Kind.DAY:
            expected = {"error_title": column.title, "error_message": f"A day, like {written_day(date(2026, 3, 31))}."}
            between = {"validate": "date", "criteria": "between", "minimum": EARLIEST, "maximum": LATEST}
            return {**said, **between, **expected}
        case Kind.CHOICE:
            return {**said, "validate": "list", "source": [*STANDINGS.values(), DONE]}
        case Kind.NUMBERS:
            # Several may be typed as well, so what is not on the list is no mistake to Excel.
            numbers = len(plan.asked) + 1
            source = f"={RECOMMENDATIONS}!$A$2:$A${numbers + 1}"
            return {**said, "validate": "list", "source": source, "show_error": False}
        case _:
            return {**said, "validate": "any"}


# --- the other sheets ------------------------------------------------------------------------------


def _recommendations(workbook: Workbook, plan: Plan, said: str) -> None:
    widths = [18, 90, 22]
    sheet = _sheet(workbook, RECOMMENDATIONS, said, widths)
    heading, cell = workbook.add_format(HEADING), workbook.add_format({**LOCKED, **TEXT})
    for place, title in enumerate(("Number", "Recommendation", "Where it stands")):
        sheet.write_string(0, place, title, heading)
    # Those that still stand come first, so that the drop-down begins with them.
    asked = sorted(plan.asked, key=lambda one: (not one.stands, one.number))
    rows = [(str(one.number), one.text, one.state) for one in asked]
    rows.append((EARLY, "What was acted on before any recommendation was made.", ""))
    for number, row in enumerate(rows, start=1):
        _set_height(sheet, number, list(zip(row, widths, strict=True)))
        for place, text in enumerate(row):
            sheet.write_string(number, place, text, cell)


def _help(workbook: Workbook, said: str) -> None:
    sheet = _sheet(workbook, HELP, said, [20, 110])
    heading, cell = workbook.add_format(HEADING), workbook.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, "How to fill it in", heading)
    sheet.write_string(0, 1, said, heading)
    rows = [
        ("What to do", "Fill in the yellow cells of the sheet Actions, save it as it is (.xlsx), and send it back."),
        ("A new action", "The next empty row. Its reference comes when it is recorded."),
        ("An action in grey", "It waits for somebody else, or has ended: nothing of it changes here."),
        ("A later date", "Once an action is agreed, its date is the subgroup's to change. Ask the business unit."),
        ("Dates", f"As Excel knows them, or in words, like {written_day(date(2026, 3, 31))}."),
        ("What not to do", "No formulas, merged cells or macros, no other headings: it would come back to you."),
        *((column.title, column.hint) for column in COLUMNS),
    ]
    for number, row in enumerate(rows, start=1):
        for place, text in enumerate(row):
            sheet.write_string(number, place, text, cell)


def _record(workbook: Workbook, plan: Plan) -> None:
    sheet = workbook.add_worksheet(RECORD)
    facts = plan.facts
    rows = [
        ("format", str(FORMAT)),
        ("review", facts.review),
        ("agency", facts.agency),
        ("record", facts.record),
        *(("action", action.ref, str(action.version), digest_of(action.cells)) for action in plan.actions),
    ]
    for number, row in enumerate(rows):
        for place, text in enumerate(row):
            sheet.write_string(number, place, text)
    sheet.protect()
    sheet.very_hidden()


def _sheet(workbook: Workbook, title: str, said: str, widths: list[int]) -> Worksheet:
    """A protected sheet with its heading frozen, which prints on A4 across."""
    sheet = workbook.add_worksheet(title)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 1 if title == ACTIONS else 0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=EDGE, right=EDGE, top=0.7, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    # An ampersand is a code there, and the whole is limited to 255 characters.
    sheet.set_header(f"&L{said[:200].replace('&', '&&')}")
    sheet.set_footer("&RPage &P of &N")
    sheet.protect("", PROTECTED)
    return sheet


def _set_height(sheet: Worksheet, row: int, cells: Sequence[tuple[Cell, int]]) -> None:
    """Makes a row as high as its longest text needs; Excel does it by itself, others do not."""
    texts = [(cell, width) for cell, width in cells if isinstance(cell, str)]
    lines = (sum(ceil(len(line) / width) or 1 for line in text.split("\n")) for text, width in texts)
    needed = max(lines, default=1)
    if needed > 1:
        sheet.set_row(row, min(needed * LINE, HIGHEST))


def _with_heights_free(content: bytes) -> bytes:
    """The same workbook with rows that grow when more is typed: XlsxWriter fixes each height that it is given."""
    freed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as made, zipfile.ZipFile(freed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in made.infolist():
            content = made.read(part)
            of_sheet = part.filename.startswith("xl/worksheets/")
            archive.writestr(part, content.replace(b' customHeight="1"', b"") if of_sheet else content)
    return freed.getvalue()
