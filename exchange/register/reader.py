"""Read a filled-in register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from ...engine.model.organisations import OrganisationNames
from ..workbook.columns import Cell
from ..workbook.excel_reader import read_sheets
from ..workbook.faults import CellFault, faulty_workbook
from ..workbook.table import SheetTable, WorkbookRow, read_table
from .current_register import row_key
from .layout import MAX_CASES, MAX_REFERENCE_LENGTH, REVIEWS_SHEET, Sheet
from .references import reference_key

AGENCY_COLUMNS = ("agency", "made_to")
"""The columns that hold names of agencies, one on each line."""

RowsBySheet = Mapping[str, tuple[WorkbookRow, ...]]
"""The rows of each sheet, by its title."""


def read_register(file: str, content: bytes, sheets: Sequence[Sheet]) -> tuple[RowsBySheet, tuple[str, ...]]:
    """Return the rows of a register, and the headings of unknown columns, which are not read.

    Args:
        file: The file's name, as typed.
        content: Its content, already checked against the limits.
        sheets: The sheets of a register. Only the sheet of reviews is required.

    Raises:
        FaultyWorkbook: if anything in it is wrong; lists every fault by cell.
    """
    found = read_sheets(file, content, tuple(sheet.title for sheet in sheets))
    if REVIEWS_SHEET not in found:
        problem = f"there is no sheet {REVIEWS_SHEET}. An empty register: casereview bring-in --template FILE"
        raise faulty_workbook(file, [CellFault(problem=problem)])
    tables: dict[str, SheetTable] = {}
    for sheet in sheets:
        if sheet.title in found:
            needed = frozenset(column.name for column in sheet.columns if column.required)
            columns = tuple(column.sheet_column for column in sheet.columns)
            tables[sheet.title] = read_table(sheet.title, found[sheet.title], columns, needed)
    there = [sheet for sheet in sheets if sheet.title in tables]
    if faults := list(chain.from_iterable(_faults(sheet, tables[sheet.title]) for sheet in there)):
        raise faulty_workbook(file, faults)
    ignored_columns = tuple(f"{title}: {name}" for title, table in tables.items() for name in table.ignored_columns)
    return {title: tuple(table.rows) for title, table in tables.items()}, ignored_columns


def review_reference(row: WorkbookRow) -> str:
    """Return the key of the reference of the review that a row belongs to: one for all its spellings."""
    return reference_key(str(row.cells.get("review") or row.cells["reference"]))


def with_listed_agencies(rows: RowsBySheet, names: OrganisationNames) -> RowsBySheet:
    """Return rows with each agency as it is recorded, by whichever of its names the register calls it."""
    return {title: tuple(_with_listed_agency(row, names) for row in of_sheet) for title, of_sheet in rows.items()}


def _with_listed_agency(row: WorkbookRow, names: OrganisationNames) -> WorkbookRow:
    changed: dict[str, Cell] = {}
    for column in AGENCY_COLUMNS:
        if (cell := row.cells.get(column)) is not None:
            listed = [(line, names.of(line)) for line in str(cell).split("\n")]
            changed[column] = "\n".join(line if known is None else known.name for line, known in listed)
    return replace(row, cells={**row.cells, **changed})


def _faults(sheet: Sheet, table: SheetTable) -> Iterator[CellFault]:
    yield from table.faults
    if table.faults:
        return
    if len(table.rows) > MAX_CASES:
        problem = f"expected at most {MAX_CASES:,} rows, found {len(table.rows):,}"
        yield CellFault(sheet=sheet.title, cell=f"row {table.rows[MAX_CASES].number}", problem=problem)
    first: dict[tuple[str, str], int] = {}
    for row in table.rows:
        missing = [column for column in sheet.columns if column.required and row.cells[column.name] is None]
        for column in missing:
            yield row.fault(column.name, f"{column.sheet_column.title} is empty: {column.sheet_column.hint}")
        if missing:
            continue
        for name in ("review", "reference"):
            if len(str(row.cells.get(name) or "")) > MAX_REFERENCE_LENGTH:
                yield row.fault(name, f"expected at most {MAX_REFERENCE_LENGTH} characters, found more")
        key = "" if sheet.title == REVIEWS_SHEET else row_key(sheet, row.cells)
        same = first.setdefault((review_reference(row), key), row.number)
        if same != row.number:
            name = "reference" if sheet.title == REVIEWS_SHEET else "review"
            yield row.fault(name, f"it is the same {sheet.row_label} as in row {same}: delete one of these rows")
