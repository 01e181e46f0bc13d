"""Show reminders that were or will be prepared, by date or by person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from ....engine.model.calendar import Calendar
from ...values.dates import day
from .styles import BAD, FAINT, HEADING, longest_ref, new_table

if TYPE_CHECKING:
    from ....engine import FiredLevel


def fired_table(fired: Sequence[FiredLevel], *, calendar: Calendar) -> RenderableType:
    """Return a table of escalation levels that were or will be reached, with their recipients."""
    table = new_table(
        ("When", 11),
        ("Reference", longest_ref(one.ref for one in fired)),
        ("What", None),
        ("Level", 12),
        ("To remind", 14),
    )
    for one in fired:
        recipients = Text(", ".join(one.recipients) or "no recipient", style="" if one.recipients else BAD)
        if one.on_hold:
            recipients.append("\nwaiting for release", style=FAINT)
        table.add_row(day(_day_of(one, calendar)), one.ref, _what_is_due(one, calendar), one.level_title, recipients)
    return table


def forecast_view(fired: Sequence[FiredLevel], *, calendar: Calendar) -> RenderableType:
    """Return the reminders that each person will get, by name; those without a recipient come first."""
    names = sorted({name for one in fired for name in one.recipients})
    parts: list[RenderableType] = []
    for name in ("", *names):
        theirs = [one for one in fired if (name in one.recipients if name else not one.recipients)]
        if not theirs:
            continue
        table = new_table(
            ("When", 11), ("Reference", longest_ref(one.ref for one in theirs)), ("What", None), ("Level", 24)
        )
        for one in theirs:
            level = Text(one.level_title).append("\nwaiting for release" if one.on_hold else "", style=FAINT)
            table.add_row(day(_day_of(one, calendar)), one.ref, _what_is_due(one, calendar), level)
        heading = Text(name, style=HEADING) if name else Text("No recipient", style=f"bold {BAD}")
        parts += [Text()] * bool(parts) + [heading, table]
    return Group(*parts)


def _what_is_due(fired: FiredLevel, calendar: Calendar) -> Text:
    # The instant of a due date is the midnight after its last day.
    last = calendar.day_of(fired.due) - timedelta(days=1)
    return Text(fired.title).append(f"\ndue {day(last)}", style=FAINT)


def _day_of(fired: FiredLevel, calendar: Calendar) -> date:
    """Return the day on which an escalation level is reached."""
    return calendar.day_of(fired.at)
