"""Read a sheet as a table: columns by heading, cells in normalized form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ...engine.forms.parsing import EARLIEST, LATEST
from .cell_text import UnclearCell, day_text, normalize_text, numbers_text, parse_day, parse_numbers
from .columns import ACTIONS_SHEET, LAST_ROW, MAX_CELL_LENGTH, Cell, Cells, Column, Kind
from .excel_reader import CellType, RawCell, RawRow, RawSheet
from .faults import CellFault


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkbookRow:
    """A row of a returned workbook.

    Attributes:
        sheet: Its sheet.
        number: Its number there.
        cells: Its cells, by column name.
        columns: The letters of the columns, by name.
    """

    sheet: str = ACTIONS_SHEET
    number: int
    cells: Cells
    columns: Mapping[str, str]

    def fault(self, column: str, problem: str) -> CellFault:
        """Return a fault in one of its cells, or in the whole row if it has no such column."""
        letter = self.columns.get(column)
        at = f"row {self.number}" if letter is None else f"{letter}{self.number}"
        return CellFault(sheet=self.sheet, cell=at, problem=problem)


@dataclass(kw_only=True)
class SheetTable:
    """The rows of a sheet and their faults.

    Attributes:
        rows: The rows that are not empty.
        faults: The faults in the order of the cells, or only that of the whole sheet.
        ignored_columns: The headings of unknown columns, which are not read.
    """

    rows: list[WorkbookRow] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class _Heading:
    """The columns that a sheet's first row names."""

    at: dict[int, Column] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)
    ignored_columns: list[str] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)


def read_table(title: str, sheet: RawSheet, columns: Sequence[Column], required: frozenset[str]) -> SheetTable:
    """Return the rows of a sheet.

    Args:
        title: The sheet's title.
        sheet: Its content; None if it is missing.
        columns: The columns to read.
        required: The names of the required columns.
    """
    heading = _heading(title, sheet, columns, required)
    table = SheetTable(
        ignored_columns=heading.ignored_columns, faults=[*_faults_of_sheet(title, sheet), *heading.faults]
    )
    if table.faults:
        return table
    for found in sheet.rows:
        if found.number > 1 and found.cells.keys() & heading.at.keys():
            row, wrong = _row(title, found, heading, columns)
            table.rows.append(row)
            table.faults += wrong
    return table


def _faults_of_sheet(title: str, sheet: RawSheet) -> Iterator[CellFault]:
    for cells in sheet.merged:
        first = cells.partition(":")[0]
        problem = f"the cells {cells} are merged: unmerge them, so that each row has its own"
        yield CellFault(sheet=title, cell=first, problem=problem)
    if sheet.has_more_rows:
        problem = (
            f"expected at most {LAST_ROW:,} rows, empty ones counted, found more:"
            " delete the rows below the last one that is filled in, and save it"
        )
        yield CellFault(sheet=title, cell=f"A{LAST_ROW + 1}", problem=problem)


def _heading(title: str, sheet: RawSheet, columns: Sequence[Column], needed: frozenset[str]) -> _Heading:
    """Return the position of each column by its heading, in any order."""
    heading = _Heading()
    titles = {column.title.casefold(): column for column in columns}
    first = sheet.rows[0] if sheet.rows and sheet.rows[0].number == 1 else RawRow(number=1, cells={})
    unknown: list[RawCell] = []
    for number, cell in first.cells.items():
        words = " ".join(normalize_text(str(cell.value)).split()) if cell.kind is CellType.TEXT else ""
        column = titles.get(words.casefold())
        if column is None:
            unknown.append(cell)
            heading.ignored_columns.append(words or cell.at)
        elif column.name in heading.letters:
            problem = f"the heading {column.title} appears twice: delete one of these columns"
            heading.faults.append(CellFault(sheet=title, cell=cell.at, problem=problem))
        else:
            heading.at[number] = column
            heading.letters[column.name] = cell.at.rstrip("0123456789")
    for column in columns:
        if column.name in needed and column.name not in heading.letters:
            at = unknown.pop(0).at if unknown else ""
            problem = f"expected the heading {column.title}, found " + ("another one" if at else "no such column")
            heading.faults.append(CellFault(sheet=title, cell=at or "row 1", problem=problem))
    return heading


# --- rows and cells --------------------------------------------------------------------------------


def _row(
    title: str, found: RawRow, heading: _Heading, columns: Sequence[Column]
) -> tuple[WorkbookRow, list[CellFault]]:
    cells: dict[str, Cell] = dict.fromkeys(column.name for column in columns)
    faults = []
    for number, column in heading.at.items():
        if (cell := found.cells.get(number)) is not None:
            try:
                cells[column.name] = _value(column, cell)
            except UnclearCell as unclear:
                faults.append(CellFault(sheet=title, cell=cell.at, problem=str(unclear)))
    return WorkbookRow(sheet=title, number=found.number, cells=cells, columns=heading.letters), faults


def _value(column: Column, cell: RawCell) -> Cell:
    """Return a cell's value in normalized form.

    Raises:
        UnclearCell: if it cannot be understood.
    """
    if cell.kind is CellType.FORMULA:
        raise UnclearCell("expected what it came to, found a formula: copy it, and paste its value")
    if cell.kind is CellType.ERROR:
        raise UnclearCell("expected a value, found an error of Excel's")
    if column.kind is Kind.DAY:
        return _day(cell)
    value = cell.value
    if column.kind is Kind.NUMBERS and isinstance(value, int | float) and float(value).is_integer():
        value = str(int(value))
    if not isinstance(value, str):
        raise UnclearCell(
            f"expected {'numbers of recommendations' if column.kind is Kind.NUMBERS else 'text'}, {_found(cell)}"
        )
    text = normalize_text(value)
    if len(text) > MAX_CELL_LENGTH:
        raise UnclearCell(f"expected at most {MAX_CELL_LENGTH:,} characters, found {len(text):,}")
    if not text:
        return None
    match column.kind:
        case Kind.NUMBERS:
            numbers, early = parse_numbers(text)
            return numbers_text(numbers, early_learning=early)
        case Kind.CHOICE:
            return _choice(column, text)
        case _:
            return text


def _day(cell: RawCell) -> date | None:
    value = cell.value
    if isinstance(value, str):
        value = parse_day(value) if normalize_text(value) else None
    elif not isinstance(value, date):
        raise UnclearCell(f"expected a day, like {day_text(date(2026, 3, 31))}, {_found(cell)}")
    if value is not None and not EARLIEST <= value <= LATEST:
        raise UnclearCell(f"expected a day between {EARLIEST.year} and {LATEST.year}, found one outside")
    return value


def _choice(column: Column, text: str) -> str:
    spelt = {choice.lower(): choice for choice in column.choices}
    word = " ".join(text.replace("_", " ").split()).lower()
    if word not in spelt:
        raise UnclearCell(f"expected one of {', '.join(column.choices)}, found something else")
    return spelt[word]


def _found(cell: RawCell) -> str:
    mend = ": put an apostrophe before it" if cell.kind is CellType.NUMBER else ""
    return f"found {cell.kind}{mend}"
