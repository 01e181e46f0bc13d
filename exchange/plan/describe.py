"""Describe an action plan's changes in words and as a JSON document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..workbook.changes import cell_summary, change_document
from .changes import PlanDifference, RowChange


def describe_difference(difference: PlanDifference) -> Iterator[str]:
    """Yield lines that describe the rows added and changed, and count the rest."""
    for row in difference.rows:
        what = "a new action" if row.ref is None else f"{row.ref}, {', then '.join(_triggers(row))}"
        yield f"Row {row.row}: {what}"
        yield from _lines(row)
    for ref in difference.missing_rows:
        yield f"{ref} has no row: nothing happens to it."
    yield from difference.remarks
    counts = (len(difference.added), len(difference.changed), difference.unchanged)
    yield "{} added, {} changed, {} unchanged.".format(*counts)


def difference_document(difference: PlanDifference) -> dict[str, Any]:
    """Return the difference as a JSON document."""
    facts = difference.plan.identity
    return {
        "review": facts.review,
        "agency": facts.agency,
        "added": [_document(row) for row in difference.added],
        "changed": [_document(row) for row in difference.changed],
        "unchanged": difference.unchanged,
        "missing_rows": list(difference.missing_rows),
        "remarks": list(difference.remarks),
    }


def _lines(row: RowChange) -> Iterator[str]:
    for change in row.changes:
        was = "" if row.ref is None else f"{cell_summary(change.recorded)} → "
        yield f"  {change.title}: {was}{cell_summary(change.returned)}"


def _triggers(row: RowChange) -> tuple[str, ...]:
    return tuple(command.trigger for command in row.commands if hasattr(command, "trigger"))


def _document(row: RowChange) -> dict[str, Any]:
    return {
        "row": row.row,
        "ref": row.ref,
        "steps": list(_triggers(row)),
        "changes": [change_document(change) for change in row.changes],
    }
