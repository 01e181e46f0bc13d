"""What somebody still has to do, the next due first: for the terminal, and for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from rich.console import RenderableType
from rich.text import Text

from ..engine.definition.workflow import Workflow
from ..engine.model.calendar import Calendar
from ..engine.ports.records import Due
from . import documents
from .documents import Document
from .tables import BAD, FAINT, WAITING, columns, count_of_days, day

SOON = 7
"""Within so many days a due date is pointed out."""


def deadlines_table(
    items: Sequence[Due], workflows: Mapping[str, Workflow], *, at: datetime, calendar: Calendar
) -> RenderableType:
    """What is due: when, how soon or how late, of which case, what, and who owes it."""
    references = max((len(item.ref) for item in items), default=0)
    table = columns(("Due", 11), ("", 13), ("Reference", references), ("What, and who owes it", None))
    today = calendar.day_of(at)
    for item in items:
        deadline = workflows[item.ref].deadline(item.clock.deadline)
        left = (item.clock.due - today).days
        what = Text(deadline.title).append(f"\n{deadline.owner.replace('_', ' ')}", style=FAINT)
        table.add_row(day(item.clock.due), _how_soon(left), item.ref, what)
    return table


def due_document(item: Due, workflow: Workflow, *, at: datetime, calendar: Calendar) -> Document:
    """Something that is due: the facts of what is overdue, how it stands, and the rule's own words."""
    return {
        **documents.due_document(item, workflow, at=at, calendar=calendar),
        "number": item.clock.number,
        "status": str(item.clock.status),
        "overdue": item.clock.is_overdue(at),
        "rule": workflow.deadline(item.clock.deadline).authority.text,
    }


def _how_soon(left: int) -> Text:
    if left < 0:
        return Text(f"{count_of_days(-left)} late", style=BAD)
    named = {0: "today", 1: "tomorrow"}
    return Text(named.get(left, f"in {count_of_days(left)}"), style=WAITING if left <= SOON else "")
