"""Describe a cell that differs from the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from .cell_text import written_day
from .columns import Cell


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A cell that differs from the record.

    Attributes:
        title: The column's heading.
        was: What the record says.
        now: What the workbook says.
    """

    title: str
    was: Cell
    now: Cell


LONGEST_SHOWN = 200


def shown(cell: Cell) -> str:
    """A cell's content in a line."""
    if cell is None:
        return "nothing"
    if isinstance(cell, date):
        return written_day(cell)
    text = " / ".join(cell.split("\n"))
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def change_document(change: Change) -> dict[str, Any]:
    """A cell that differs from the record."""
    return {"field": change.title, "was": change.was, "is": change.now}
