"""Read a workbook's cells as plain values. Only this module imports openpyxl.

Formulas are read as formulas, never as their results. The file has been checked against the limits before.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ...engine.errors.extras import require_library
from .columns import LAST_ROW
from .faults import CellFault, FaultyWorkbook

if TYPE_CHECKING:
    from openpyxl import Workbook

LAST_COLUMN = 60
DAMAGED = "it is damaged: open it in Excel, save it as Excel Workbook (.xlsx), and try that."

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?\bref=\"([A-Z]{1,3}[0-9]{1,7}(?::[A-Z]{1,3}[0-9]{1,7})?)\"")


class CellType(StrEnum):
    """The type of a cell's content."""

    TEXT = "text"
    NUMBER = "a number"
    DAY = "a day"
    TIME = "a time"
    YES_OR_NO = "true or false"
    FORMULA = "a formula"
    ERROR = "an error of Excel's"


@dataclass(frozen=True, kw_only=True, slots=True)
class RawCell:
    """A cell that is not empty.

    Attributes:
        at: Its address, such as `D5`.
        kind: The type of its content.
        value: Its content if it is text, a number or a day.
    """

    at: str
    kind: CellType
    value: str | float | date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RawRow:
    """A row that is not empty.

    Attributes:
        number: Its number in the sheet.
        cells: Its cells, by column number, from 1.
    """

    number: int
    cells: dict[int, RawCell]


@dataclass(frozen=True, kw_only=True, slots=True)
class RawSheet:
    """A sheet of a workbook.

    Attributes:
        rows: Its rows that are not empty, up to the last row that is read.
        merged: Its merged cells, such as `A1:B2`.
        has_more_rows: If it has rows below the last one that is read, empty or not.
    """

    rows: tuple[RawRow, ...]
    merged: tuple[str, ...]
    has_more_rows: bool


def read_sheets(file: str, content: bytes, titles: tuple[str, ...]) -> dict[str, RawSheet]:
    """Return those sheets of a workbook that have one of these titles.

    Args:
        file: The file's name, as typed.
        content: Its content, already checked against the limits.
        titles: The sheets wanted.

    Raises:
        FaultyWorkbook: if it cannot be read.
        ExtraMissing: if openpyxl is not installed.
    """
    with _open(file, content) as workbook:
        return {title: _sheet(workbook, content, title) for title in titles if title in workbook.sheetnames}


@contextmanager
def _open(file: str, content: bytes) -> Iterator[Workbook]:
    require_library("openpyxl", for_what="Reading an Excel workbook")
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of unsupported features and of invalid days
        try:
            workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
            try:
                yield workbook
            finally:
                workbook.close()
        except Exception:  # openpyxl may raise anything for XML that it does not expect
            raise FaultyWorkbook(file=file, faults=(CellFault(problem=DAMAGED),)) from None


def _sheet(workbook: Workbook, content: bytes, title: str) -> RawSheet:
    sheet: Any = workbook[title]
    sheet.reset_dimensions()  # the size that a sheet declares is often wrong
    rows, has_more_rows = [], False
    lines = sheet.iter_rows(min_row=1, max_row=LAST_ROW + 1, max_col=LAST_COLUMN)
    for number, cells in enumerate(lines, start=1):
        has_more_rows = number > LAST_ROW
        if found := {cell.column: _found(cell) for cell in cells if cell.value is not None}:
            rows.append(RawRow(number=number, cells=found))
    # In read-only mode openpyxl does not list merged cells, so the sheet's XML is searched.
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        merged = tuple(cells.decode() for cells in _MERGED.findall(archive.read(sheet._worksheet_path)))
    return RawSheet(rows=tuple(rows), merged=merged, has_more_rows=has_more_rows)


def _found(cell: Any) -> RawCell:
    value, at = cell.value, cell.coordinate
    match cell.data_type:
        case "f":
            return RawCell(at=at, kind=CellType.FORMULA)
        case "e":
            return RawCell(at=at, kind=CellType.ERROR)
    match value:
        case bool():
            return RawCell(at=at, kind=CellType.YES_OR_NO)
        case str():
            return RawCell(at=at, kind=CellType.TEXT, value=value)
        case int() | float():
            return RawCell(at=at, kind=CellType.NUMBER, value=value)
        case datetime() if (value.hour, value.minute, value.second) == (0, 0, 0):
            return RawCell(at=at, kind=CellType.DAY, value=value.date())
        case _:
            return RawCell(at=at, kind=CellType.TIME)
