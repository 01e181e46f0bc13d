"""Draw up the agenda of a meeting from decisions that are needed and work that is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ...engine.definition.registry import Registry
from ...engine.definition.workflow import Workflow
from ...engine.model.case import Case
from ...engine.ports.records import DueItem
from . import record_fields
from .record_fields import PendingDecision

OPENING_ITEM = "Apologies, and conflicts of interest"
QUESTIONABLE = (record_fields.RECOMMENDATION, "made")
"""The state in which an agency may question a recommendation, and somebody has to answer."""

# An action that is proposed is agreed with its plan, and a return is the unit's own to accept.
MEETING_DECISIONS = tuple(
    one
    for one in record_fields.PENDING_DECISIONS
    if one.state != record_fields.PROPOSED and one.workflow != record_fields.AGENCY_RETURN
)
"""What waits for a meeting, the weightiest first."""

ALSO_HEARS = {record_fields.SUBGROUP_CHAIR: "quality_assurance"}
"""Of what another decides: the subgroup hears of what is to be assured."""


def is_for_chair(pending: PendingDecision, capacity: str) -> bool:
    """Whether something that waits is before a meeting whose chair decides in a capacity."""
    return capacity in pending.roles or ALSO_HEARS.get(capacity) in pending.roles


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


def draw_up_agenda(source: AgendaInput, workflows: Registry) -> tuple[AgendaItem, ...]:
    """The items: what was put forward, what was questioned, what is due, suspensions, what is to be told.

    Each case stands there once for each thing that there is to do about it.
    """
    found = (
        AgendaItem(number=1, title=OPENING_ITEM),
        *_put_forward(source, workflows),
        *_questioned(source, workflows),
        *_due(source, workflows),
        *_told(source),
    )
    return tuple(
        AgendaItem(number=number, title=one.title, ref=one.ref, subject=one.subject, due=one.due, overdue=one.overdue)
        for number, one in enumerate(found, start=1)
    )


def _put_forward(drawn: AgendaInput, workflows: Registry) -> Iterator[AgendaItem]:
    for put, cases in drawn.submitted:
        for case in cases:
            if not _is_theirs(case, drawn, workflows):
                continue
            due = min((clock.due for clock in case.clocks if clock.is_outstanding), default=None)
            yield AgendaItem(
                number=0,
                title=put.title,
                ref=case.ref,
                subject=", ".join(case.organisations) or case.title,
                due=due,
                overdue=due is not None and due < drawn.day,
            )


def _questioned(drawn: AgendaInput, workflows: Registry) -> Iterator[AgendaItem]:
    for case in drawn.recommendations:
        asked = record_fields.QUESTIONED_BY.text(case)
        if asked and not record_fields.QUESTION_ANSWER.text(case) and _is_theirs(case, drawn, workflows):
            what = f"Answer the question of recommendation {record_fields.RECOMMENDATION_NUMBER.value(case)}"
            yield AgendaItem(number=0, title=what, ref=case.ref, subject=asked)


def _is_theirs(case: Case, drawn: AgendaInput, workflows: Registry) -> bool:
    """Whether the head that meets is the one of that kind of review; whoever is no head has all kinds before them."""
    if drawn.capacity not in record_fields.HEAD_ROLES:
        return True
    prefix = case.ref.partition("-")[0]
    return any(drawn.capacity in workflow.may_suspend for workflow in workflows if workflow.prefix == prefix)


def _due(drawn: AgendaInput, workflows: Registry) -> Iterator[AgendaItem]:
    shown = {case.ref for _, cases in drawn.submitted for case in cases}
    for due in drawn.due:
        workflow = workflows.version(due.workflow, due.workflow_version)
        deadline = workflow.deadline(due.clock.deadline)
        reviewed = _reviews(workflow, due.clock.deadline) and drawn.capacity in workflow.may_suspend
        # What was put forward has been said, with its day.
        if reviewed or (deadline.owner == drawn.capacity and due.ref not in shown):
            overdue = due.clock.due < drawn.day
            yield AgendaItem(
                number=0, title=deadline.title, ref=due.ref, subject=due.title, due=due.clock.due, overdue=overdue
            )


def _reviews(workflow: Workflow, deadline: str) -> bool:
    review = workflow.suspension_review
    return review is not None and review.name == deadline


def _told(drawn: AgendaInput) -> Iterator[AgendaItem]:
    if drawn.notices_on_hold:
        yield AgendaItem(
            number=0,
            title=f"Hear what is overdue; notices that wait to be released (messages): {drawn.notices_on_hold:,}",
        )
