"""Report every fault in a workbook by sheet and cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from ...engine.errors.base import BadInput, listed_faults

MAX_FAULTS = 100


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
        count, lines = listed_faults(self.faults)
        return f"{self.file} has {count} to mend. Nothing was recorded.{lines}"


def faulty_workbook(file: str, faults: Iterable[CellFault]) -> FaultyWorkbook:
    """The error for faults, of which the first hundred are enough."""
    return FaultyWorkbook(file=file, faults=tuple(islice(faults, MAX_FAULTS)))
