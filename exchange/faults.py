"""What is wrong with a workbook, with its sheet and its cell; and rows that somebody else was first to change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, ClassVar

from ..engine.errors.bad_input import NotRecorded
from ..engine.errors.base import BadInput, things_to_mend
from ..engine.errors.refusals import Conflict
from .layout import ACTIONS

MOST_FAULTS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class CellFault:
    """One thing that is wrong with a workbook.

    Attributes:
        sheet: The sheet; empty where it is the file itself.
        cell: The cell, as `D5`; empty where it is the whole sheet.
        problem: What is the matter, in a sentence; never the content of a text cell.
    """

    sheet: str = ""
    cell: str = ""
    problem: str

    def __str__(self) -> str:
        where = "!".join(part for part in (self.sheet, self.cell) if part)
        return f"{where}: {self.problem}" if where else self.problem


@dataclass(kw_only=True, eq=False)
class FaultyWorkbook(BadInput):
    """A workbook cannot be imported.

    Attributes:
        file: The file, as it was named.
        faults: What is wrong, in the order of the cells; the first of them where there are many.
    """

    code: ClassVar[str] = "faulty_workbook"
    file: str
    faults: tuple[CellFault, ...]

    def __str__(self) -> str:
        count, lines = things_to_mend(self.faults)
        return f"{self.file} has {count} to mend. Nothing was recorded.{lines}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedSince:
    """A row whose action somebody else has changed since the workbook was written.

    Attributes:
        row: The row's number in the sheet of actions.
        ref: The action's reference.
    """

    row: int
    ref: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.ref}"


@dataclass(kw_only=True, eq=False)
class PlanConflict(Conflict):
    """Others have changed actions since the workbook was written, which the agency has changed in it, too.

    Attributes:
        file: The file, as it was named.
        rows: The rows.
    """

    code: ClassVar[str] = "plan_conflict"
    file: str
    rows: tuple[ChangedSince, ...]

    def __str__(self) -> str:
        lines = "".join(f"\n  - {row}" for row in self.rows)
        return (
            f"Since {self.file} was written, others have changed actions that it changes, too. Nothing was"
            f" recorded. Export the plan again, and fill in these rows anew (casereview plan export):{lines}"
        )


@dataclass(kw_only=True, eq=False)
class RowNotRecorded(NotRecorded):
    """What a row comes to cannot be recorded, and so nothing of its workbook was.

    Attributes:
        file: The file, as it was named.
        row: The row's number in the sheet of actions.
    """

    file: str
    row: int

    def facts(self) -> dict[str, Any]:
        """The fields as plain values."""
        return {"file": self.file, "row": self.row, **super().facts()}

    def __str__(self) -> str:
        return f"{self.file}, {ACTIONS}, row {self.row}: {self.cause}\nNothing of the workbook was recorded."


def faulty(file: str, faults: Iterable[CellFault]) -> FaultyWorkbook:
    """The error for faults, of which the first hundred are enough."""
    return FaultyWorkbook(file=file, faults=tuple(islice(faults, MOST_FAULTS)))
