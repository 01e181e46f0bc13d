"""Collect the progress report of one review: changes since the last meeting, delays, and who was heard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ...engine.model.case import Event
from ...engine.model.clock import EventKind
from .decisions_and_delays import (
    DateChange,
    NeededDecision,
    OverdueWork,
    date_changes,
    needed_decisions,
    overdue_by_owner,
)
from .figures import LineChart
from .rag_status import Palette
from .record_fields import RELATION
from .review import Review
from .tracker import Tracker, build_tracker


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportStart:
    """The start of the period that a report covers.

    Attributes:
        at: The instant (UTC); None for the whole history.
        day: Its day.
        reason: The reason for this start, for people.
    """

    at: datetime | None
    day: date
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StateChange:
    """A part of the review that has changed its state.

    Attributes:
        ref: Its reference.
        kind: The title of its workflow.
        agency: The agency; empty if it belongs to none.
        previous_state: The title of its previous state; empty if it is new.
        new_state: The title of its new state.
        changed_on: The day of the change.
    """

    ref: str
    kind: str
    agency: str
    previous_state: str
    new_state: str
    changed_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Participant:
    """A family member, or a group of practitioners, that the review seeks to hear.

    Attributes:
        ref: The engagement's reference.
        description: The relation to the child, or the group's name; never the name of a family member.
        family: If they are family.
        state: The title of its state.
        findings_shared: If the findings were shared with them.
        last_step_on: The day of the latest step.
    """

    ref: str
    description: str
    family: bool
    state: str
    findings_shared: bool
    last_step_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgressReport:
    """The progress report of one review for the subgroup.

    Attributes:
        review: The review's reference.
        title: Its title.
        state: The title of its state.
        since: The start of the period that it covers.
        state_changes: The parts that changed their state since then, in the order of references.
        date_changes: The due dates changed since then.
        tracker: The tracker of its actions.
        overdue: The overdue work, by agency or role.
        actions_over_time: The numbers of open and assured actions over time; None if none was agreed yet.
        participants: The people that the review seeks to hear, family first.
        decisions: The decisions that are needed.
    """

    review: str
    title: str
    state: str
    since: ReportStart
    state_changes: tuple[StateChange, ...]
    date_changes: tuple[DateChange, ...]
    tracker: Tracker
    overdue: tuple[OverdueWork, ...]
    actions_over_time: LineChart | None
    participants: tuple[Participant, ...]
    decisions: tuple[NeededDecision, ...]


def build_progress_report(
    review: Review, events: Sequence[Event], palette: Palette, *, since: date | None
) -> ProgressReport:
    """Return the progress report of a review.

    Args:
        review: The review.
        events: Its history and that of its parts, in the order of recording.
        palette: The colours.
        since: The first day covered; None for the time since the last report of progress.
    """
    start = _since(review, events, since)
    actions = build_tracker(review, palette)
    return ProgressReport(
        review=review.root.ref,
        title=review.root.title,
        state=review.state_title(review.root),
        since=start,
        state_changes=state_changes(review, events, start.at),
        date_changes=date_changes(review, start.at),
        tracker=actions,
        overdue=overdue_by_owner((review,)),
        actions_over_time=actions_over_time(review, events),
        participants=participants(review),
        decisions=needed_decisions(review),
    )


def state_changes(review: Review, events: Sequence[Event], since: datetime | None) -> tuple[StateChange, ...]:
    """Return each part that has changed its state, the review itself first."""
    of: dict[str, list[Event]] = {}
    for event in events:
        if event.from_state != event.to_state and (since is None or event.recorded_at > since):
            of.setdefault(event.ref, []).append(event)
    found = []
    for case in review.cases:
        steps = of.get(case.ref, [])
        if steps and steps[0].from_state != steps[-1].to_state:
            before = steps[0].from_state
            found.append(
                StateChange(
                    ref=case.ref,
                    kind=review.workflow(case).title,
                    agency="" if case is review.root else ", ".join(case.organisations),
                    previous_state="" if before is None else review.state_title(case, before),
                    new_state=review.state_title(case, steps[-1].to_state),
                    changed_on=[one.occurred_on for one in steps if one.from_state != one.to_state][-1],
                )
            )
    return tuple(found)


def actions_over_time(review: Review, events: Sequence[Event]) -> LineChart | None:
    """Return the numbers of open and assured actions on each day that they changed, or None if none was agreed.

    An action is open from its agreement to its end.
    """
    parts = review.parts
    changes: dict[date, Counter[str]] = {}
    for event in sorted(events, key=lambda event: event.occurred_on):
        if event.workflow == parts.ACTION:
            for state, by in ((event.from_state, -1), (event.to_state, 1)):
                if state == parts.ASSURED:
                    changes.setdefault(event.occurred_on, Counter())["assured"] += by
                elif state in parts.BEING_DONE_STATES:
                    changes.setdefault(event.occurred_on, Counter())["open"] += by
    so_far: Counter[str] = Counter()
    days, is_open, assured = [], [], []
    for day, change in changes.items():
        if any(change.values()):
            so_far.update(change)
            days.append(day)
            is_open.append(so_far["open"])
            assured.append(so_far["assured"])
    if not days:
        return None
    counts = {"open": tuple(is_open), "assured": tuple(assured)}
    return LineChart(days=tuple(days), counts=counts, last_day=max(review.today, days[-1]), unit="actions")


def participants(review: Review) -> tuple[Participant, ...]:
    """Return the people that the review seeks to hear, family first."""
    found = [
        Participant(
            ref=case.ref,
            description=RELATION.text(case),
            family=review.parts.is_family(case),
            state=review.state_title(case),
            findings_shared=review.parts.findings_shared(case),
            last_step_on=case.last_step_on,
        )
        for case in review.cases_of(review.parts.ENGAGEMENT)
    ]
    return tuple(sorted(found, key=lambda one: not one.family))


def _since(review: Review, events: Sequence[Event], since: date | None) -> ReportStart:
    calendar, root = review.calendar, review.root
    if since is not None:
        return ReportStart(at=calendar.end_of(since - timedelta(days=1)), day=since, reason="the day asked for")
    step = (EventKind.STEP, review.parts.PROGRESS_REPORT_STEP)
    met = [event for event in events if event.ref == root.ref and (event.kind, event.trigger) == step]
    if met:
        latest = met[-1]
        # Recorded while a clock was fast, or after something that was: nothing since would count as a change.
        at = latest.occurred_at if latest.recorded_at > review.at else latest.recorded_at
        return ReportStart(at=at, day=latest.occurred_on, reason="the last report of progress")
    return ReportStart(at=None, day=root.opened_on, reason="the opening")
