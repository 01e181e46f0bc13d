"""Collect one person's day: tasks, newly overdue work, returned work and notices to release."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ...engine.forms.names import is_same_name
from ...engine.model.calendar import Calendar
from ...engine.model.case import Case
from ...engine.model.people import Absence
from ...engine.ports.records import DueItem, Heartbeat

MAX_ABSENCE = timedelta(days=60)
"""The longest time to search back for the last working day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """One person's day.

    Attributes:
        person: The person's name.
        at: The present (UTC).
        since: The person's last working day.
        tasks: Their tasks that are overdue or due soon, the earliest due first.
        newly_overdue: The deadlines that became overdue since, of every owner.
        returned_work: The work sent in by agencies that waits for an answer, the longest waiting first.
        last_sweep: The latest heartbeat of a sweep; None if there was none.
        notices_to_release: The number of notices on hold by person; None if they may not release them.
    """

    person: str
    at: datetime
    since: date
    tasks: tuple[DueItem, ...]
    newly_overdue: tuple[DueItem, ...]
    returned_work: tuple[Case, ...]
    last_sweep: Heartbeat | None
    notices_to_release: tuple[tuple[str, int], ...] | None


def previous_working_day(today: date, *, name: str, absences: Iterable[Absence], calendar: Calendar) -> date:
    """Return a person's last working day before today, or the limit of the search after a long absence."""
    away = [one for one in absences if is_same_name(one.name, name)]
    found = today - timedelta(days=1)
    while found > today - MAX_ABSENCE:
        if calendar.is_working_day(found) and not any(one.from_day <= found <= one.to_day for one in away):
            break
        found -= timedelta(days=1)
    return found


def oldest_first(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Return cases in the order of their latest steps."""
    return tuple(sorted(cases, key=lambda case: (case.last_step_on, case.ref)))


def next_due_day(case: Case) -> date | None:
    """Return the earliest due day of a case, or None."""
    return min((clock.due for clock in case.clocks if clock.is_outstanding), default=None)
