"""Draw up the agenda of a meeting from decisions that are needed and work that is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ...engine.definition.registry import Registry
from ...engine.definition.workflow import Workflow
from ...engine.model.case import Case
from ...engine.ports.records import DueItem
from .review_parts import PendingDecision, ReviewParts

OPENING_ITEM = "Apologies, and conflicts of interest"


def is_for_chair(pending: PendingDecision, capacity: str) -> bool:
    """Return True if a pending decision comes before the meeting of a chair with this capacity."""
    return capacity in pending.meeting_roles


@dataclass(frozen=True, kw_only=True, slots=True)
class AgendaItem:
    """An item of an agenda.

    Attributes:
        number: Its number, from 1.
        title: The task.
        ref: The case's reference; empty if it is about no case.
        subject: The agency, or the case's title.
        due: The due day; None if there is none.
        overdue: If that day is over on the day of the meeting.
    """

    number: int
    title: str
    ref: str = ""
    subject: str = ""
    due: date | None = None
    overdue: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AgendaInput:
    """The facts that an agenda is drawn from.

    Attributes:
        capacity: The capacity in which the chair decides.
        day: The day of the meeting.
        submitted: The decisions that come before this meeting, each with its cases.
        recommendations: The open recommendations.
        due: The deadlines that are due by then or soon after.
        notices_on_hold: The number of notices on hold for the people who chair such meetings.
    """

    capacity: str
    day: date
    submitted: Sequence[tuple[PendingDecision, Sequence[Case]]]
    recommendations: Sequence[Case]
    due: Sequence[DueItem]
    notices_on_hold: int = 0


def draw_up_agenda(source: AgendaInput, workflows: Registry, parts: ReviewParts) -> tuple[AgendaItem, ...]:
    """Return the items: pending decisions, questions, due work, suspensions, overdue work to report.

    A case has one item for each task.
    """
    found = (
        AgendaItem(number=1, title=OPENING_ITEM),
        *_submitted(source, workflows, parts),
        *_questioned(source, workflows, parts),
        *_due(source, workflows),
        *_notices_on_hold(source),
    )
    return tuple(
        AgendaItem(number=number, title=one.title, ref=one.ref, subject=one.subject, due=one.due, overdue=one.overdue)
        for number, one in enumerate(found, start=1)
    )


def _submitted(source: AgendaInput, workflows: Registry, parts: ReviewParts) -> Iterator[AgendaItem]:
    for pending, cases in source.submitted:
        for case in cases:
            if not _is_before_meeting(case, source, workflows, parts):
                continue
            due = min((clock.due for clock in case.clocks if clock.is_outstanding), default=None)
            yield AgendaItem(
                number=0,
                title=pending.title,
                ref=case.ref,
                subject=", ".join(case.organisations) or case.title,
                due=due,
                overdue=due is not None and due < source.day,
            )


def _questioned(source: AgendaInput, workflows: Registry, parts: ReviewParts) -> Iterator[AgendaItem]:
    for case in source.recommendations:
        agency = parts.open_question(case)
        if agency is not None and _is_before_meeting(case, source, workflows, parts):
            title = f"Answer the question about recommendation {parts.number_of(case)}"
            yield AgendaItem(number=0, title=title, ref=case.ref, subject=agency)


def _is_before_meeting(case: Case, source: AgendaInput, workflows: Registry, parts: ReviewParts) -> bool:
    """Return True if a case belongs to the chair's kinds of review. The subgroup hears of every kind."""
    if source.capacity not in parts.HEAD_ROLES:
        return True
    prefix = case.ref.partition("-")[0]
    return any(source.capacity in workflow.may_suspend for workflow in workflows if workflow.prefix == prefix)


def _due(source: AgendaInput, workflows: Registry) -> Iterator[AgendaItem]:
    shown = {case.ref for _, cases in source.submitted for case in cases}
    for due in source.due:
        workflow = workflows.for_case(due)
        deadline = workflow.deadline(due.clock.deadline)
        reviewed = _reviews(workflow, due.clock.deadline) and source.capacity in workflow.may_suspend
        # A pending decision is already listed with its day.
        if reviewed or (deadline.owner == source.capacity and due.ref not in shown):
            overdue = due.clock.due < source.day
            yield AgendaItem(
                number=0, title=deadline.title, ref=due.ref, subject=due.title, due=due.clock.due, overdue=overdue
            )


def _reviews(workflow: Workflow, deadline: str) -> bool:
    review = workflow.suspension_review
    return review is not None and review.name == deadline


def _notices_on_hold(source: AgendaInput) -> Iterator[AgendaItem]:
    if source.notices_on_hold:
        yield AgendaItem(
            number=0,
            title=f"Overdue work; notices on hold (casereview messages): {source.notices_on_hold:,}",
        )
