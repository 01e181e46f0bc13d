"""Work out the stages, suspensions and deadlines of a case as intervals of days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ...engine.definition.workflow import Workflow
from ...engine.model.calendar import Calendar
from ...engine.model.case import Case, Event
from ...engine.model.clock import Clock, ClockStatus
from ...engine.model.corrections import as_corrected
from ...engine.model.evolve import step_entries
from .dates import day


class IntervalKind(StrEnum):
    """The kind of an interval."""

    STAGE = "stage"
    SUSPENSION = "suspension"
    DEADLINE = "deadline"


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineInterval:
    """A stage, a suspension or a deadline, from a day to a day.

    Attributes:
        kind: Its kind.
        title: Its title.
        start: Its first day.
        end: Its last day; None if it still lasts.
        due: For a deadline, the last day on which it can be met.
        status: For a deadline: `met`, `missed`, `running`, `overdue`, `suspended` or `cancelled`.
    """

    kind: IntervalKind
    title: str
    start: date
    end: date | None = None
    due: date | None = None
    status: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseTimeline:
    """The timeline of a case.

    Attributes:
        ref: The case's reference.
        title: Its title.
        workflow: The workflow's title.
        today: The present day.
        start: The first day of all.
        end: The last day of all: today, or a later due date.
        intervals: The intervals, stages first, each kind in order of its start.
    """

    ref: str
    title: str
    workflow: str
    today: date
    start: date
    end: date
    intervals: tuple[TimelineInterval, ...]

    def shown_end(self, interval: TimelineInterval) -> date:
        """Return the day to which an interval is drawn: today if it still lasts."""
        return self.today if interval.end is None else interval.end

    def position(self, day: date) -> float:
        """Return the position of a day on the timeline, from 0 to 1."""
        return (day - self.start).days / max(1, (self.end - self.start).days)


def build_timeline(
    case: Case, events: Sequence[Event], workflow: Workflow, *, today: date, calendar: Calendar
) -> CaseTimeline:
    """Return the timeline of a case.

    Args:
        case: The case.
        events: Its history, oldest first.
        workflow: Its workflow.
        today: The present day.
        calendar: The calendar that days are counted by.
    """
    deadlines = sorted(_deadlines(case, workflow, today, calendar), key=lambda one: (one.start, one.due))
    stretches = (*_stages(events, workflow), *_suspensions(case), *deadlines)
    days = [day for one in stretches for day in (one.start, one.end, one.due) if day is not None]
    return CaseTimeline(
        ref=case.ref,
        title=case.title,
        workflow=workflow.title,
        today=today,
        start=min(days),
        end=max(*days, today) if any(one.end is None for one in stretches) else max(days),
        intervals=stretches,
    )


def _stages(events: Sequence[Event], workflow: Workflow) -> Iterator[TimelineInterval]:
    moved = [move for event in as_corrected(events) for move in step_entries(event) if move.from_state != move.to_state]
    for move, onward in zip(moved, (*moved[1:], None), strict=True):
        state = workflow.state(move.to_state)
        # A final state is reached on a day and does not last.
        last = move.on if state.is_end else None
        end = last if onward is None else onward.on
        yield TimelineInterval(kind=IntervalKind.STAGE, title=state.title, start=move.on, end=end)


def _suspensions(case: Case) -> Iterator[TimelineInterval]:
    for one in case.suspensions:
        yield TimelineInterval(
            kind=IntervalKind.SUSPENSION, title=one.proceeding, start=one.since, end=one.until, due=one.review_by
        )


def _deadlines(case: Case, workflow: Workflow, today: date, calendar: Calendar) -> Iterator[TimelineInterval]:
    for clock in case.clocks:
        deadline = workflow.deadline(clock.deadline)
        # A term that counts back starts at its end, so it is drawn from the opening of the case.
        start = case.opened_on if deadline.counts_back or clock.due < clock.anchor else clock.anchor
        yield TimelineInterval(
            kind=IntervalKind.DEADLINE,
            title=deadline.title,
            start=min(start, clock.due),
            end=clock.done_on,
            due=clock.due,
            status=_deadline_status(clock, today, calendar),
        )


def _deadline_status(clock: Clock, today: date, calendar: Calendar) -> str:
    if clock.is_overdue(calendar.end_of(today - timedelta(days=1))):
        return "overdue"
    if clock.cancelled_by_end and clock.status is not ClockStatus.MISSED:
        return str(ClockStatus.CANCELLED)
    return str(clock.status)


HEADINGS = {IntervalKind.STAGE: "Stages", IntervalKind.SUSPENSION: "Suspended", IntervalKind.DEADLINE: "Deadlines"}


def describe_interval(one: TimelineInterval) -> str:
    """Return in words what a bar shows, for readers who see no colours."""
    if one.kind is IntervalKind.DEADLINE and one.due is not None:
        done = "" if one.end is None or one.status in ("cancelled", "not_known") else f", done {day(one.end)}"
        return f"{one.status.replace('_', ' ')}: due {day(one.due)}{done}"
    if one.end == one.start:
        return f"on {day(one.start)}"
    lasts = f"to {day(one.end)}" if one.end is not None else "until now"
    return f"from {day(one.start)} {lasts}"
