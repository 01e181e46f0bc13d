"""Describe a cell that differs from the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from .cell_text import day_text
from .columns import Cell


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A cell that differs from the record.

    Attributes:
        title: The column's heading.
        recorded: The value on record.
        returned: The value in the workbook.
    """

    title: str
    recorded: Cell
    returned: Cell


MAX_SUMMARY = 200


def cell_summary(cell: Cell) -> str:
    """Return a cell's content on one line."""
    if cell is None:
        return "nothing"
    if isinstance(cell, date):
        return day_text(cell)
    text = " / ".join(cell.split("\n"))
    return text if len(text) <= MAX_SUMMARY else f"{text[:MAX_SUMMARY]}…"


def change_document(change: Change) -> dict[str, Any]:
    """Return a changed cell as a JSON document."""
    return {"field": change.title, "recorded": change.recorded, "returned": change.returned}
