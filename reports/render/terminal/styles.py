"""Define the colours and the column layout of every terminal table."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table

HEADING = "bold"


FAINT = "dim"


GOOD, BAD, WAITING = "green", "red", "yellow"


def new_table(*headings: tuple[str, int | None]) -> Table:
    """Return an empty table with these headings and widths; None takes the remaining width."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style=FAINT)
    for title, width in headings:
        table.add_column(title, width=width, overflow="fold")
    return table


def longest_ref(references: Iterable[str]) -> int:
    """Return the width in which no reference is broken, so that it can be copied."""
    return max((len(reference) for reference in references), default=0)
