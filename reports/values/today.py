"""Collect one person's day: tasks, newly overdue work, returned work and notices to release."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ...engine.model.calendar import Calendar
from ...engine.model.case import Case
from ...engine.model.people import Absence
from ...engine.ports.records import DueItem, Heartbeat

MAX_ABSENCE = timedelta(days=60)
"""So far back a last working day is looked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """What there is to do.

    Attributes:
        person: Whose day it is.
        at: The present (UTC).
        since: Their last working day before.
        tasks: What they have to do, overdue or soon, the earliest due first.
        newly_overdue: What became overdue since, whoever's task it is.
        returned_work: What agencies sent in and nobody has answered, the longest waiting first.
        last_sweep: Whoever swept last; None where nobody ever did.
        notices_to_release: How many notices wait for release, by person; None where it is not theirs to release.
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
    """The last day before today on which somebody was at work; where they were away for long, the first looked at."""
    away = [one for one in absences if one.name == name]
    found = today - timedelta(days=1)
    while found > today - MAX_ABSENCE:
        if calendar.is_working_day(found) and not any(one.from_day <= found <= one.to_day for one in away):
            break
        found -= timedelta(days=1)
    return found


def oldest_first(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Cases in the order in which they came into their state, as far as their latest step says."""
    return tuple(sorted(cases, key=lambda case: (case.last_step_on, case.ref)))


def next_due_day(case: Case) -> date | None:
    """Return the earliest due day of a case, or None."""
    return min((clock.due for clock in case.clocks if clock.is_outstanding), default=None)
