"""Rate open reviews by what is due, and order counts of cases by state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from ...engine.definition.registry import Registry
from ...engine.model.calendar import Calendar, working_days
from ...engine.ports.records import CaseSummary, StateCount

SOON = working_days(5)
"""The time before a due date in which it is pointed out. Reminders begin then, too."""


def due_soon_limit(at: datetime, calendar: Calendar) -> date:
    """Return the last day of the due dates that are pointed out."""
    return calendar.after(calendar.day_of(at), SOON)


def review_colour(summary: CaseSummary) -> str:
    """Return the colour of a review: the worst of all its parts."""
    if summary.overdue:
        return "red"
    return "green" if summary.first_due_at is None else "amber"


def first_due_day(summary: CaseSummary, calendar: Calendar) -> date | None:
    """Return the earliest due day of a case and its parts, or None."""
    # The instant is the first moment after the due day.
    return None if summary.first_due_at is None else calendar.day_of(summary.first_due_at - timedelta(seconds=1))


def counts_in_order(counts: Sequence[StateCount], workflows: Registry) -> Iterator[tuple[StateCount, str, bool]]:
    """Yield each count with its state's title, and True if the state is final; unknown states come last."""
    order = {workflow.name: number for number, workflow in enumerate(workflows)}
    states = {
        (workflow.name, state.name): (number, state)
        for workflow in workflows
        for number, state in enumerate(workflows.states_of(workflow.name).values())
    }
    last = len(states)

    def place(count: StateCount) -> tuple[int, str, int]:
        number, _ = states.get((count.workflow, count.state), (last, None))
        return order.get(count.workflow, last), count.workflow, number

    for count in sorted(counts, key=place):
        _, state = states.get((count.workflow, count.state), (last, None))
        yield count, count.state if state is None else state.title, state is not None and state.is_end
