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
    """Whether something that waits is before a meeting whose chair decides in a capacity."""
    return capacity in pending.meeting_roles


@dataclass(frozen=True, kw_only=True, slots=True)
class AgendaItem:
    """An item of an agenda.

    Attributes:
        number: Its number, from 1.
        title: What there is to do.
        ref: The case that it is about; empty where it is about none.
        subject: Whose it is, or what people call the case.
        due: By when; None where nothing says.
        overdue: Whether that day is over on the day of the meeting.
    """

    number: int
    title: str
    ref: str = ""
    subject: str = ""
    due: date | None = None
    overdue: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AgendaInput:
    """What an agenda is drawn from.

    Attributes:
        capacity: The capacity in which the chair decides.
        day: The day of the meeting.
        submitted: The cases in each of the states in which something waits for this meeting.
        recommendations: The recommendations that stand.
        due: What is due by then, or soon after, whoever's task it is.
        notices_on_hold: How many notices wait to be released for those who chair such meetings.
    """

    capacity: str
    day: date
    submitted: Sequence[tuple[PendingDecision, Sequence[Case]]]
    recommendations: Sequence[Case]
    due: Sequence[DueItem]
    notices_on_hold: int = 0


def draw_up_agenda(source: AgendaInput, workflows: Registry, parts: ReviewParts) -> tuple[AgendaItem, ...]:
    """The items: what was put forward, what was questioned, what is due, suspensions, what is to be told.

    Each case stands there once for each thing that there is to do about it.
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
    """Whether the head that meets is the one of that kind of review; whoever is no head has all kinds before them."""
    if source.capacity not in parts.HEAD_ROLES:
        return True
    prefix = case.ref.partition("-")[0]
    return any(source.capacity in workflow.may_suspend for workflow in workflows if workflow.prefix == prefix)


def _due(source: AgendaInput, workflows: Registry) -> Iterator[AgendaItem]:
    shown = {case.ref for _, cases in source.submitted for case in cases}
    for due in source.due:
        workflow = workflows.version(due.workflow, due.workflow_version)
        deadline = workflow.deadline(due.clock.deadline)
        reviewed = _reviews(workflow, due.clock.deadline) and source.capacity in workflow.may_suspend
        # What was put forward has been said, with its day.
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
            title=f"Hear what is overdue; notices that wait to be released (messages): {source.notices_on_hold:,}",
        )
