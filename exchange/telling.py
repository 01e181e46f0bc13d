"""What a workbook would change, in words for people and as a document for programs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from .changes import Change, Difference, RowChange
from .layout import Cell
from .words import written_day

LONGEST_SHOWN = 200


def lines_of_difference(difference: Difference) -> Iterator[str]:
    """The difference as lines: what is added, what is changed, and how much is not."""
    for row in difference.rows:
        what = "a new action" if row.ref is None else f"{row.ref}, {', then '.join(_triggers(row))}"
        yield f"Row {row.row}: {what}"
        yield from _lines(row)
    for ref in difference.left_out:
        yield f"{ref} has no row: nothing happens to it."
    yield from difference.remarks
    counts = (len(difference.added), len(difference.changed), difference.unchanged)
    yield "{} added, {} changed, {} unchanged.".format(*counts)


def difference_document(difference: Difference) -> dict[str, Any]:
    """The difference as a JSON document."""
    facts = difference.plan.facts
    return {
        "review": facts.review,
        "agency": facts.agency,
        "added": [_document(row) for row in difference.added],
        "changed": [_document(row) for row in difference.changed],
        "unchanged": difference.unchanged,
        "left_out": list(difference.left_out),
        "remarks": list(difference.remarks),
    }


def _lines(row: RowChange) -> Iterator[str]:
    for change in row.changes:
        was = "" if row.ref is None else f"{shown(change.was)} → "
        yield f"  {change.title}: {was}{shown(change.now)}"


def _triggers(row: RowChange) -> tuple[str, ...]:
    return tuple(command.trigger for command in row.commands if hasattr(command, "trigger"))


def shown(cell: Cell) -> str:
    """A cell's content in a line."""
    if cell is None:
        return "nothing"
    if isinstance(cell, date):
        return written_day(cell)
    text = " / ".join(cell.split("\n"))
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _document(row: RowChange) -> dict[str, Any]:
    return {
        "row": row.row,
        "ref": row.ref,
        "steps": list(_triggers(row)),
        "changes": [change_document(change) for change in row.changes],
    }


def change_document(change: Change) -> dict[str, Any]:
    """A cell that differs from the record."""
    return {"field": change.title, "was": change.was, "is": change.now}
