"""Show due and overdue deadlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from rich.console import RenderableType
from rich.text import Text

from ....engine.definition.workflow import Workflow
from ....engine.model.calendar import Calendar
from ....engine.ports.records import DueItem
from ...values.dates import count_of_days, day, days_overdue
from ...values.deliveries import Deliveries, people_in_words
from .styles import BAD, FAINT, WAITING, longest_ref, new_table

HIGHLIGHT_DAYS = 7
"""The number of days before a due date in which it is pointed out."""


def deadlines_table(
    items: Sequence[DueItem], workflows: Mapping[str, Workflow], *, at: datetime, calendar: Calendar
) -> RenderableType:
    """Return a table of due deadlines: day, time left, case, title, owner."""
    references = max((len(item.ref) for item in items), default=0)
    table = new_table(("Due", 11), ("", 13), ("Reference", references), ("Task and owner", None))
    today = calendar.day_of(at)
    for item in items:
        workflow = workflows[item.ref]
        deadline = workflow.deadline(item.clock.deadline)
        left = (item.clock.due - today).days
        what = Text(deadline.title).append(f"\n{deadline.owner.replace('_', ' ')}", style=FAINT)
        table.add_row(day(item.clock.due), _how_soon(left), item.ref, what)
    return table


def _how_soon(left: int) -> Text:
    if left < 0:
        return Text(f"{count_of_days(-left)} late", style=BAD)
    named = {0: "today", 1: "tomorrow"}
    return Text(named.get(left, f"in {count_of_days(left)}"), style=WAITING if left <= HIGHLIGHT_DAYS else "")


def overdue_table(
    items: Sequence[DueItem],
    workflows: Mapping[str, Workflow],
    deliveries: Deliveries,
    *,
    at: datetime,
    calendar: Calendar,
) -> RenderableType:
    """Return a table of overdue deadlines, the longest overdue first, with the state of their notices."""
    reference = longest_ref(item.ref for item in items)
    table = new_table(("Reference", reference), ("Due", 11), ("Late", 9), ("What", None), ("Owner and reminders", 25))
    for item in items:
        workflow = workflows[item.ref]
        deadline = workflow.deadline(item.clock.deadline)
        late = count_of_days(days_overdue(item.clock, at, calendar))
        owner = Text(workflow.titles_of((deadline.owner,)))
        for level in item.clock.reached:
            if not level.skipped:
                people = people_in_words(deliveries.of_level(item.ref, item.clock, level), calendar)
                owner.append(f"\n{day(calendar.day_of(level.at))}: {people or 'no recipient'}", style=FAINT)
        table.add_row(item.ref, day(item.clock.due), Text(late, style=BAD), deadline.title, owner)
    return table
