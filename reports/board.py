"""All reviews that have not ended, by state, those that need somebody first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from ..engine.definition.registry import Registry
from ..engine.model.calendar import Calendar, working_days
from ..engine.ports.records import Standing
from .tables import BAD, FAINT, GOOD, HEADING, WAITING, columns, day

SOON = working_days(5)
"""What is due within so long is pointed out: from then on the ladder reminds, too."""

COLOURS = {"red": BAD, "amber": WAITING, "green": GOOD}
MEANS = {"red": "something overdue", "amber": f"something due within {SOON}", "green": "neither"}


def soon(at: datetime, calendar: Calendar) -> date:
    """The day up to which a due date is pointed out."""
    return calendar.after(calendar.day_of(at), SOON)


def colour_of(standing: Standing) -> str:
    """How a review stands, in one word; the worst of all that is part of it."""
    if standing.overdue:
        return "red"
    return "green" if standing.first_due_at is None else "amber"


def board_document(standings: Sequence[Standing], calendar: Calendar) -> list[dict[str, Any]]:
    """The reviews, each with how it stands and what of it is due first, where that is soon."""
    return [
        {
            "ref": one.ref,
            "title": one.title,
            "workflow": one.workflow,
            "state": one.state,
            "rag": colour_of(one),
            "overdue": one.overdue,
            "first_due": None if (due := first_due(one, calendar)) is None else due.isoformat(),
        }
        for one in standings
    ]


def board_table(
    standings: Sequence[Standing], workflows: Registry, calendar: Calendar, *, limit: int
) -> RenderableType:
    """The same for people: state by state, at most `limit` reviews of each, and how many there are.

    Args:
        standings: The reviews, those with the earliest due first.
        workflows: The workflows that there are.
        calendar: Whose days count.
        limit: So many reviews of a state are shown.
    """
    parts: list[RenderableType] = []
    for title, of_state in _by_state(standings, workflows):
        table = columns(("", max(len(one.ref) for one in of_state)), ("", 5), ("", None), ("", 23))
        table.show_header = False
        for one in of_state[:limit]:
            colour = colour_of(one)
            table.add_row(one.ref, Text(colour, style=COLOURS[colour]), Text(one.title), _what(one, calendar))
        if len(of_state) > limit:
            table.add_row("", "", Text(f"and {len(of_state) - limit:,} more", style=FAINT), "")
        parts += [_heading(title, of_state), table, ""]
    legend = ", ".join(f"{colour}: {means}" for colour, means in MEANS.items())
    return Group(*parts, Text(f"Of a review and all that is part of it. {legend}.", style=FAINT))


def _by_state(standings: Sequence[Standing], workflows: Registry) -> Iterator[tuple[str, list[Standing]]]:
    for workflow in workflows:
        for state in workflow.states:
            found = [one for one in standings if (one.workflow, one.state) == (workflow.name, state.name)]
            if found:
                yield f"{workflow.title}: {state.title}", found


def _heading(title: str, standings: Iterable[Standing]) -> Text:
    counts = Counter(colour_of(one) for one in standings)
    heading = Text(f"{title} ({counts.total():,})", style=HEADING)
    for colour, style in COLOURS.items():
        if counts[colour]:
            heading.append(f"  {counts[colour]:,} {colour}", style=f"not bold {style}")
    return heading


def _what(standing: Standing, calendar: Calendar) -> str:
    due = first_due(standing, calendar)
    if due is None:
        return ""
    return f"{standing.overdue} overdue, {day(due)}" if standing.overdue else f"due {day(due)}"


def first_due(standing: Standing, calendar: Calendar) -> date | None:
    # The instant is the first moment after the day that is meant.
    return None if standing.first_due_at is None else calendar.day_of(standing.first_due_at - timedelta(seconds=1))
