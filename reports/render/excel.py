"""Write a report as an Excel workbook with one sheet per table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from math import ceil
from typing import Any

import xlsxwriter

from ..pages.page import REHEARSAL_NOTE, Cell, Page, Part, Section, Table, cell_text
from ..values.rag_status import Palette, RagColour, RagRating

LONGEST_TEXT, LONGEST_NAME = 32_767, 31
"""The limits of Excel on a cell's text and on a sheet's name."""
WIDEST, LINE, HIGHEST = 50, 13.5, 400
"""The greatest width of a column in characters; the heights of a line and of the highest row in points."""
NO_NAME = re.compile(r"[\[\]:*?/\\']")


def write_excel(page: Page) -> bytes:
    """Return a report as the bytes of an `.xlsx` with a sheet for each table and a last sheet about the report."""
    file = BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    made = datetime.combine(page.day, time(12))
    book.set_properties({"title": page.title, "subject": page.summary, "created": made})
    formats = _Formats(book, page.palette)
    texts = [page.title, page.summary, *([REHEARSAL_NOTE] if page.rehearsal else [])]
    names: set[str] = set()
    for part in _parts(page):
        if isinstance(part, Table):
            _sheet(book, part, formats, _name(part.caption, names))
        elif isinstance(part, str):
            texts.append(part)
    about = book.add_worksheet(_name("About", names))
    about.set_column(0, 0, 120)
    for number, text in enumerate(texts):
        about.write_string(number, 0, text, formats.text)
    book.close()
    return file.getvalue()


class _Formats:
    """The formats of cells."""

    def __init__(self, book: Any, palette: Palette) -> None:
        plain: dict[str, Any] = {"valign": "top", "font_name": "Arial", "font_size": 10}
        plain |= {"bottom": 1, "bottom_color": "#d5dce3"}
        self.head = book.add_format({**plain, "bold": True, "bg_color": "#e4e9ee", "text_wrap": True, "border": 1})
        self.text = book.add_format({**plain, "text_wrap": True})
        self.number = book.add_format(plain)
        self.day = book.add_format({**plain, "num_format": "d mmm yyyy", "align": "left"})
        self._rags = {
            rag: book.add_format({**plain, "bg_color": fill, "font_color": palette.text_colour(rag), "text_wrap": True})
            for rag, fill in palette.fills.items()
        }

    def of(self, rag: RagColour) -> Any:
        """Return the format of a cell with this colour."""
        return self._rags[rag]


def _parts(page: Page) -> Iterator[Part]:
    def of(section: Section) -> Iterator[Part]:
        yield from section.parts
        for below in section.sections:
            yield from of(below)

    for section in page.sections:
        yield from of(section)
    yield from page.parts


def _sheet(book: Any, table: Table, formats: _Formats, name: str) -> None:
    sheet = book.add_worksheet(name)
    widths = []
    for at, column in enumerate(table.columns):
        widest = max((len(cell_text(row[at])) for row in table.rows), default=0)
        widths.append(min(WIDEST, max(len(column.title) + 4, widest + 2, 8)))
        sheet.set_column(at, at, widths[at])
        sheet.write_string(0, at, column.title, formats.head)
    for down, row in enumerate(table.rows, start=1):
        # Not every program adjusts a row's height to its text.
        lines = max(ceil(len(cell_text(cell)) / (1.1 * width)) for cell, width in zip(row, widths, strict=True))
        sheet.set_row(down, min(HIGHEST, LINE * max(lines, 1)))
        for across, cell in enumerate(row):
            _write(sheet, down, across, cell, formats)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns) - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&RPage &P of &N")


def _write(sheet: Any, row: int, column: int, cell: Cell, formats: _Formats) -> None:
    match cell:
        case None | "":
            sheet.write_blank(row, column, None, formats.text)
        case date():
            sheet.write_datetime(row, column, datetime.combine(cell, time()), formats.day)
        case RagRating():
            sheet.write_string(row, column, cell_text(cell), formats.of(cell.rag))
        case int():
            sheet.write_number(row, column, cell, formats.number)
        case str():
            # XlsxWriter silently drops a text that is too long for a cell.
            text = cell if len(cell) <= LONGEST_TEXT else f"{cell[: LONGEST_TEXT - 1]}…"
            sheet.write_string(row, column, text, formats.text)


def _name(caption: str, taken: set[str]) -> str:
    """Return a valid sheet name that no other sheet has."""
    plain = " ".join(NO_NAME.sub(" ", caption).split())[:LONGEST_NAME].strip() or "Sheet"
    found, number = plain, 2
    while found.casefold() in taken:
        found = f"{plain[: LONGEST_NAME - 4].strip()} {number}"
        number += 1
    taken.add(found.casefold())
    return found
