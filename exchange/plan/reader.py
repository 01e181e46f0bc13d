"""Read a returned action plan's workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..workbook.columns import ACTIONS_SHEET, RECORD_SHEET
from ..workbook.excel_reader import RawSheet, read_sheets
from ..workbook.faults import CellFault, faulty_workbook
from ..workbook.table import WorkbookRow, read_table
from .layout import COLUMNS, COLUMNS_BY_NAME, FORMAT, MAX_ACTIONS, ExportedAction, PlanIdentity

_EXPORT_AGAIN = "Export the plan again, and fill that in (casereview plan export)."


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnedPlan:
    """A returned workbook.

    Attributes:
        identity: The review and the agency.
        exported: The exported state of each action, by reference.
        rows: The rows that are not empty.
        ignored_columns: The headings of unknown columns, which are not read.
    """

    identity: PlanIdentity
    exported: Mapping[str, ExportedAction]
    rows: tuple[WorkbookRow, ...]
    ignored_columns: tuple[str, ...]


def read_plan(file: str, content: bytes) -> ReturnedPlan:
    """Return the content of a returned workbook.

    Args:
        file: The file's name, as typed.
        content: Its content, already checked against the limits.

    Raises:
        FaultyWorkbook: if anything in it is wrong; lists every fault by cell.
    """
    sheets = read_sheets(file, content, (ACTIONS_SHEET, RECORD_SHEET))
    missing = [title for title in (ACTIONS_SHEET, RECORD_SHEET) if title not in sheets]
    if missing:
        raise faulty_workbook(file, (_missing_sheet(title) for title in missing))
    facts, exported = _record(file, sheets[RECORD_SHEET])
    table = read_table(ACTIONS_SHEET, sheets[ACTIONS_SHEET], COLUMNS, frozenset(COLUMNS_BY_NAME))
    if table.faults:
        raise faulty_workbook(file, table.faults)
    rows = table.rows
    if len(rows) > MAX_ACTIONS:
        problem = f"expected at most {MAX_ACTIONS:,} actions, found {len(rows):,}"
        raise faulty_workbook(file, [rows[MAX_ACTIONS].fault("reference", problem)])
    return ReturnedPlan(
        identity=facts, exported=exported, rows=tuple(rows), ignored_columns=tuple(table.ignored_columns)
    )


# --- the sheet as a whole --------------------------------------------------------------------------


def _missing_sheet(title: str) -> CellFault:
    if title == RECORD_SHEET:
        problem = f"the hidden sheet {title} is gone, which identifies the plan. {_EXPORT_AGAIN}"
    else:
        problem = f"there is no sheet {title}. Was it renamed, or is it another workbook?"
    return CellFault(problem=problem)


def _record(file: str, sheet: RawSheet) -> tuple[PlanIdentity, dict[str, ExportedAction]]:
    said: dict[str, str] = {}
    exported: dict[str, ExportedAction] = {}
    for row in sheet.rows:
        name, *values = (str(row.cells[number].value) if number in row.cells else "" for number in range(1, 5))
        if name == "action" and values[1].isdecimal():
            exported[values[0]] = ExportedAction(version=int(values[1]), digest=values[2])
        else:
            said[name] = values[0]
    if said.get("format") != str(FORMAT):
        raise faulty_workbook(
            file, [CellFault(sheet=RECORD_SHEET, cell="B1", problem=f"it is of another version. {_EXPORT_AGAIN}")]
        )
    if not all(said.get(name) for name in ("review", "agency", "record")):
        raise faulty_workbook(
            file, [CellFault(sheet=RECORD_SHEET, problem=f"it no longer identifies the plan. {_EXPORT_AGAIN}")]
        )
    return PlanIdentity(review=said["review"], agency=said["agency"], record_hash=said["record"]), exported
