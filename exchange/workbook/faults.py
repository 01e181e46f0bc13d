"""Report every fault in a workbook by sheet and cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from ...engine.errors.base import BadInput, days_in_words, listed_faults

MAX_FAULTS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class CellFault:
    """A fault in a workbook.

    Attributes:
        sheet: The sheet; empty if the file itself is at fault.
        cell: The cell, such as `D5`; empty if the whole sheet is at fault.
        problem: The problem in one sentence, never the content of a text cell.
    """

    sheet: str = ""
    cell: str = ""
    problem: str

    def __str__(self) -> str:
        where = "!".join(part for part in (self.sheet, self.cell) if part)
        problem = days_in_words(self.problem)
        return f"{where}: {problem}" if where else problem


@dataclass(kw_only=True, eq=False)
class FaultyWorkbook(BadInput):
    """Raised if a workbook cannot be imported.

    Attributes:
        file: The file's name, as typed.
        faults: The faults in the order of the cells, the first hundred at most.
    """

    code: ClassVar[str] = "faulty_workbook"
    file: str
    faults: tuple[CellFault, ...]

    def __str__(self) -> str:
        count, lines = listed_faults(self.faults)
        return f"{self.file} has {count} to mend. Nothing was recorded.{lines}"


def faulty_workbook(file: str, faults: Iterable[CellFault]) -> FaultyWorkbook:
    """Return the error that lists the first hundred faults."""
    return FaultyWorkbook(file=file, faults=tuple(islice(faults, MAX_FAULTS)))
