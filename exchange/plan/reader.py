"""Read a returned action plan's workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..workbook.columns import ACTIONS, RECORD
from ..workbook.excel_reader import FoundSheet, read_sheets
from ..workbook.faults import CellFault, faulty
from ..workbook.table import Returned, read_table
from .layout import BY_NAME, COLUMNS, FORMAT, MOST_ROWS, Exported, Facts

_ANEW = "Export the plan anew, and fill that in (casereview plan export)."


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
    table = read_table(ACTIONS, sheets[ACTIONS], COLUMNS, frozenset(BY_NAME))
    if table.faults:
        raise faulty(file, table.faults)
    rows = table.rows
    if len(rows) > MOST_ROWS:
        problem = f"expected at most {MOST_ROWS:,} actions, found {len(rows):,}"
        raise faulty(file, [rows[MOST_ROWS].fault("reference", problem)])
    return ReturnedPlan(facts=facts, exported=exported, rows=tuple(rows), passed_over=tuple(table.passed_over))


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
