"""A returned workbook: of what it is the plan, how that stood when it was written, and the rows that are in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from ..engine.reading import EARLIEST, LATEST
from .faults import CellFault, faulty
from .layout import (
    ACTIONS,
    BY_NAME,
    COLUMNS,
    DONE,
    FORMAT,
    LAST_ROW,
    LONGEST,
    MOST_ROWS,
    RECORD,
    STANDINGS,
    Cell,
    Cells,
    Column,
    Exported,
    Facts,
    Kind,
)
from .opening import Found, FoundCell, FoundRow, FoundSheet, read_sheets
from .words import Unclear, clean, day_in, numbers_in, written_day, written_numbers

_ANEW = "Export the plan anew, and fill that in (casereview plan export)."


@dataclass(frozen=True, kw_only=True, slots=True)
class Returned:
    """A row of a returned workbook.

    Attributes:
        number: Its number in the sheet of actions.
        cells: Its cells, by their column's name.
        columns: The letters of the columns, by name.
    """

    number: int
    cells: Cells
    columns: Mapping[str, str]

    def fault(self, column: str, problem: str) -> CellFault:
        """What is the matter in one of its cells."""
        return CellFault(sheet=ACTIONS, cell=f"{self.columns[column]}{self.number}", problem=problem)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnedPlan:
    """A returned workbook.

    Attributes:
        facts: Of what it is the plan.
        exported: How each action stood when it was written, by reference.
        rows: The rows that are not empty.
        passed_over: The headings of columns that are none of ours, which are not read.
    """

    facts: Facts
    exported: Mapping[str, Exported]
    rows: tuple[Returned, ...]
    passed_over: tuple[str, ...]


@dataclass(kw_only=True)
class _Heading:
    """The columns of the sheet, as its first row names them."""

    at: dict[int, Column] = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)


def read_plan(file: str, content: bytes) -> ReturnedPlan:
    """What a returned workbook says.

    Args:
        file: The file, as it was named.
        content: Its content, which has passed the limits.

    Raises:
        FaultyWorkbook: with everything that is wrong with it, cell by cell.
    """
    sheets = read_sheets(file, content, (ACTIONS, RECORD))
    missing = [title for title in (ACTIONS, RECORD) if title not in sheets]
    if missing:
        raise faulty(file, (_missing_sheet(title) for title in missing))
    facts, exported = _record(file, sheets[RECORD])
    sheet = sheets[ACTIONS]
    heading = _heading(sheet)
    if faults := [*_faults_of_sheet(sheet), *heading.faults]:
        raise faulty(file, faults)
    rows, faults = [], []
    for found in sheet.rows:
        if found.number > 1 and found.cells.keys() & heading.at.keys():
            row, wrong = _row(found, heading)
            rows.append(row)
            faults += wrong
    if faults:
        raise faulty(file, faults)
    if len(rows) > MOST_ROWS:
        problem = f"expected at most {MOST_ROWS:,} actions, found {len(rows):,}"
        raise faulty(file, [rows[MOST_ROWS].fault("reference", problem)])
    return ReturnedPlan(facts=facts, exported=exported, rows=tuple(rows), passed_over=tuple(heading.passed_over))


# --- the sheet as a whole --------------------------------------------------------------------------


def _missing_sheet(title: str) -> CellFault:
    if title == RECORD:
        problem = f"the hidden sheet {title} is gone, which says of what it is the plan. {_ANEW}"
    else:
        problem = f"there is no sheet {title}. Was it renamed, or is it another workbook?"
    return CellFault(problem=problem)


def _record(file: str, sheet: FoundSheet) -> tuple[Facts, dict[str, Exported]]:
    said: dict[str, str] = {}
    exported: dict[str, Exported] = {}
    for row in sheet.rows:
        name, *values = (str(row.cells[number].value) if number in row.cells else "" for number in range(1, 5))
        if name == "action" and values[1].isdecimal():
            exported[values[0]] = Exported(version=int(values[1]), digest=values[2])
        else:
            said[name] = values[0]
    if said.get("format") != str(FORMAT):
        raise faulty(file, [CellFault(sheet=RECORD, cell="B1", problem=f"it is of another version. {_ANEW}")])
    if not all(said.get(name) for name in ("review", "agency", "record")):
        raise faulty(file, [CellFault(sheet=RECORD, problem=f"it no longer says of what it is the plan. {_ANEW}")])
    return Facts(review=said["review"], agency=said["agency"], record=said["record"]), exported


def _faults_of_sheet(sheet: FoundSheet) -> Iterator[CellFault]:
    for cells in sheet.merged:
        first = cells.partition(":")[0]
        problem = f"the cells {cells} are merged: unmerge them, so that each row has its own"
        yield CellFault(sheet=ACTIONS, cell=first, problem=problem)
    if sheet.goes_on:
        problem = (
            f"expected at most {LAST_ROW:,} rows, empty ones counted, found more:"
            " delete the rows below the last action, and save it"
        )
        yield CellFault(sheet=ACTIONS, cell=f"A{LAST_ROW + 1}", problem=problem)


def _heading(sheet: FoundSheet) -> _Heading:
    """Which column is where: by their headings, in whatever order they stand."""
    heading = _Heading()
    titles = {column.title.casefold(): column for column in COLUMNS}
    first = sheet.rows[0] if sheet.rows and sheet.rows[0].number == 1 else FoundRow(number=1, cells={})
    unknown: list[FoundCell] = []
    for number, cell in first.cells.items():
        title = " ".join(clean(str(cell.value)).split()) if cell.kind is Found.TEXT else ""
        column = titles.get(title.casefold())
        if column is None:
            unknown.append(cell)
            heading.passed_over.append(title or cell.at)
        elif column.name in heading.letters:
            problem = f"the heading {column.title} stands twice: delete one of these columns"
            heading.faults.append(CellFault(sheet=ACTIONS, cell=cell.at, problem=problem))
        else:
            heading.at[number] = column
            heading.letters[column.name] = cell.at.rstrip("0123456789")
    for column in COLUMNS:
        if column.name not in heading.letters:
            at = unknown.pop(0).at if unknown else ""
            problem = f"expected the heading {column.title}, found " + ("another one" if at else "no such column")
            heading.faults.append(CellFault(sheet=ACTIONS, cell=at or "row 1", problem=problem))
    return heading


# --- rows and cells --------------------------------------------------------------------------------


def _row(found: FoundRow, heading: _Heading) -> tuple[Returned, list[CellFault]]:
    cells: dict[str, Cell] = dict.fromkeys(BY_NAME)
    faults = []
    for number, column in heading.at.items():
        if (cell := found.cells.get(number)) is not None:
            try:
                cells[column.name] = _value(column, cell)
            except Unclear as unclear:
                faults.append(CellFault(sheet=ACTIONS, cell=cell.at, problem=str(unclear)))
    return Returned(number=found.number, cells=cells, columns=heading.letters), faults


def _value(column: Column, cell: FoundCell) -> Cell:
    """What a cell says, in the spelling in which cells are compared.

    Raises:
        Unclear: where it cannot be understood.
    """
    if cell.kind is Found.FORMULA:
        raise Unclear("expected what it came to, found a formula: copy it, and paste its value")
    if cell.kind is Found.ERROR:
        raise Unclear("expected a value, found an error of Excel's")
    if column.kind is Kind.DAY:
        return _day(cell)
    value = cell.value
    if column.kind is Kind.NUMBERS and isinstance(value, int | float) and float(value).is_integer():
        value = str(int(value))
    if not isinstance(value, str):
        raise Unclear(
            f"expected {'numbers of recommendations' if column.kind is Kind.NUMBERS else 'text'}, {_found(cell)}"
        )
    text = clean(value)
    if len(text) > LONGEST:
        raise Unclear(f"expected at most {LONGEST:,} characters, found {len(text):,}")
    if not text:
        return None
    match column.kind:
        case Kind.NUMBERS:
            numbers, early = numbers_in(text)
            return written_numbers(numbers, early=early)
        case Kind.CHOICE:
            return _choice(text)
        case _:
            return text


def _day(cell: FoundCell) -> date | None:
    value = cell.value
    if isinstance(value, str):
        value = day_in(value) if clean(value) else None
    elif not isinstance(value, date):
        raise Unclear(f"expected a day, like {written_day(date(2026, 3, 31))}, {_found(cell)}")
    if value is not None and not EARLIEST <= value <= LATEST:
        raise Unclear(f"expected a day between {EARLIEST.year} and {LATEST.year}, found one outside")
    return value


def _choice(text: str) -> str:
    choices = (*STANDINGS.values(), DONE)
    word = " ".join(text.replace("_", " ").split()).lower()
    if word not in choices:
        raise Unclear(f"expected one of {', '.join(choices)}, found something else")
    return word


def _found(cell: FoundCell) -> str:
    mend = ": put an apostrophe before it" if cell.kind is Found.NUMBER else ""
    return f"found {cell.kind}{mend}"
