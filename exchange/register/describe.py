"""Describe a register's import in words and as a JSON document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..workbook.changes import cell_summary, change_document
from .comparison import DifferingRow, NewRow, RegisterDifference
from .completion import CompletedRow

MAX_SHOWN = 40


def describe_register(found: RegisterDifference) -> Iterator[str]:
    """Yield lines that describe the new and the differing rows, and count the rest."""
    for new in found.new[:MAX_SHOWN]:
        yield f"{new.row.sheet}, row {new.row.number}: {_called(new)}"
    if (more := len(found.new) - MAX_SHOWN) > 0:
        yield f"… and {more} more row{'' if more == 1 else 's'}."
    for one in found.completed:
        yield f"{one.row.sheet}, row {one.row.number}: {one.command.ref} is completed"
        for change in one.changes:
            yield f"  {change.title}: {cell_summary(change.returned)}"
    for other in found.differing:
        yield f"{other.row.sheet}, row {other.row.number}: {other.ref} differs, and stays as the record has it"
        for change in other.changes:
            recorded, returned = cell_summary(change.recorded), cell_summary(change.returned)
            yield f"  {change.title}: the record has {recorded}, the register {returned}"
    completed = f" {len(found.completed)} completed," if found.completed else ""
    yield f"{_counted(found)};{completed} {len(found.differing)} differ, {found.unchanged} unchanged."


def register_document(found: RegisterDifference) -> dict[str, Any]:
    """Return the difference as a JSON document."""
    return {
        "new": [_new(new) for new in found.new],
        "completed": [_completed(one) for one in found.completed],
        "differing": [_other(other) for other in found.differing],
        "unchanged": found.unchanged,
    }


def _called(new: NewRow) -> str:
    cells = new.row.cells
    columns = ("reference", "title") if "title" in cells else ("review", "number", "reference", "agency")
    names = (str(cells[name]) for name in columns if cells.get(name))
    return f"new, {', '.join(names)}, {new.state}"


def _counted(found: RegisterDifference) -> str:
    counts = Counter(new.row.sheet for new in found.new)
    called = {sheet.title: sheet.row_label for sheet in found.sheets}
    parts = [f"{count} {called[title]}{'' if count == 1 else 's'}" for title, count in counts.items()]
    return f"{', '.join(parts) or 'nothing'} new"


def _new(new: NewRow) -> dict[str, Any]:
    command = new.command
    return {
        "sheet": new.row.sheet,
        "row": new.row.number,
        "workflow": command.workflow,
        "state": command.state,
        "reference": command.former_reference,
    }


def _completed(one: CompletedRow) -> dict[str, Any]:
    changes = [change_document(change) for change in one.changes]
    return {"sheet": one.row.sheet, "row": one.row.number, "ref": one.command.ref, "changes": changes}


def _other(other: DifferingRow) -> dict[str, Any]:
    changes = [change_document(change) for change in other.changes]
    return {"sheet": other.row.sheet, "row": other.row.number, "ref": other.ref, "changes": changes}
