"""Show a meeting's agenda."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from ...values.agenda import AgendaItem
from ...values.dates import day
from .styles import BAD, FAINT, new_table


def agenda_table(items: Sequence[AgendaItem]) -> RenderableType:
    """Return an agenda as a table."""
    table = new_table(
        ("Item", 4), ("Reference", max(9, *(len(item.ref) for item in items))), ("What", None), ("Due", 11)
    )
    for item in items:
        what = Text(item.title)
        if item.subject:
            what.append(f"\n{item.subject}", style=FAINT)
        table.add_row(str(item.number), item.ref, what, Text(day(item.due) if item.due else "", style=_style(item)))
    return table


def _style(item: AgendaItem) -> str:
    return BAD if item.overdue else ""
