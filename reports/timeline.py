"""A case's history as one line downwards: when it came into each state, and what happened between."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from ..engine.definition.workflow import Workflow
from ..engine.model.case import Event
from ..engine.model.clock import ClockStatus, EventKind
from ..engine.model.evolve import Move, moves_of
from .tables import BAD, FAINT, GOOD, HEADING, day

MOVED, STAYED, LATE = "\N{BLACK CIRCLE}", "\N{BOX DRAWINGS LIGHT VERTICAL}", "!"


def timeline(events: Sequence[Event], workflow: Workflow) -> RenderableType:
    """The timeline of a case, from its events in order."""
    table = Table(show_header=False, box=None, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(width=11, justify="right", style=FAINT)
    table.add_column(width=1)
    table.add_column(width=20, overflow="fold")
    table.add_column(overflow="fold")
    for event in events:
        what = Text(event.trigger)
        if event.decided_by is not None:
            what.append(f"  {event.decided_by.name}", style=FAINT)
        for deadline, late in _done(event, workflow):
            what.append(f"\n{deadline}", style=BAD if late else GOOD)
        if event.kind is EventKind.DEADLINE_PASSED:
            title = workflow.deadline(event.trigger).title
            table.add_row(day(event.occurred_on), Text(LATE, style=BAD), "", Text(f"overdue: {title}", style=BAD))
            continue
        *before, latest = moves_of(event)
        for move in before:
            table.add_row(*_row(move, workflow), Text(move.step))
        table.add_row(*_row(latest, workflow), what)
    return table


def _row(move: Move, workflow: Workflow) -> tuple[str, str, Text]:
    if move.from_state == move.to_state:
        return day(move.on), STAYED, Text()
    return day(move.on), MOVED, Text(workflow.state(move.to_state).title, style=HEADING)


def _done(event: Event, workflow: Workflow) -> list[tuple[str, bool]]:
    done = []
    for clock in event.effects.clocks:
        deadline = workflow.deadline(clock.deadline)
        if clock.status is ClockStatus.MET:
            done.append((f"in time: {deadline.title} (by {day(clock.due)})", False))
        elif clock.status is ClockStatus.MISSED and clock.done_on is not None and not clock.stood_down:
            late = (clock.done_on - clock.due).days
            done.append((f"{late} days late: {deadline.title} (by {day(clock.due)})", True))
    return done
