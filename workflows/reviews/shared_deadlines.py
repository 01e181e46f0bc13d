"""Declare the deadlines of the shared stages."""

from __future__ import annotations

from dataclasses import dataclass

from ...engine.definition.deadline import Deadline, OnEnter, OnExit, OnStep
from ...engine.model.calendar import Term, months, working_days
from .. import sources
from ..forms.publication import PUBLISHED
from ..roles import BUSINESS_MANAGER, LEAD_REVIEWER
from .shared_states import REPORT_AGREED

MONITORING_STARTS = (
    OnStep(step="agree_recommendations"),
    OnStep(step="record_publication", field="kind", values=PUBLISHED),
    OnStep(step="reopen", field="return_to", values=REPORT_AGREED),
)
"""The steps that start the monitoring, or start it again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StageDeadline:
    """A stage that must be completed within a term, by a step with the same name as its deadline."""

    state: str
    name: str
    title: str
    term: Term
    owner: str
    default: str


def stage_deadline(stage: StageDeadline, may_reschedule: tuple[str, ...]) -> Deadline:
    """Return the deadline for completing a stage."""
    return Deadline(
        name=stage.name,
        title=stage.title,
        term=stage.term,
        starts=(OnEnter(state=stage.state),),
        met_by=(OnExit(state=stage.state),),
        owner=stage.owner,
        citation=sources.local_default(stage.default),
        may_reschedule=may_reschedule,
    )


STAGE_DEADLINES = (
    StageDeadline(
        state="terms_of_reference",
        name="appoint_reviewer",
        title="Appoint the lead reviewer",
        term=months(1),
        owner=BUSINESS_MANAGER.name,
        default="A reviewer is appointed within a month of the terms of reference.",
    ),
    StageDeadline(
        state="reviewer_appointed",
        name="begin_engagement",
        title="Start involving family and practitioners",
        term=months(1),
        owner=LEAD_REVIEWER.name,
        default="Engagement starts within a month of the appointment.",
    ),
    StageDeadline(
        state="recommendations",
        name="request_action_plans",
        title="Ask the agencies for their action plans",
        term=working_days(10),
        owner=BUSINESS_MANAGER.name,
        default="Agencies are asked for plans within ten working days of the agreed report.",
    ),
    StageDeadline(
        state="action_plans",
        name="begin_monitoring",
        title="Start monitoring the actions",
        term=months(2),
        owner=BUSINESS_MANAGER.name,
        default="Agencies have two months to submit their plans.",
    ),
)


def revised_report_deadline(
    *, back: tuple[str, ...], met_by: str, owner: str, may_reschedule: tuple[str, ...]
) -> Deadline:
    """Return the deadline for a report that was sent back.

    Args:
        back: The states before the report to which a closed review may return.
        met_by: The step that agrees the report.
        owner: The role that is responsible.
        may_reschedule: The roles that may agree a new date.
    """
    return Deadline(
        name="agree_revised_report",
        title="Agree the revised report",
        term=months(3),
        starts=(
            OnStep(step="revise_report"),
            OnStep(step="reopen", field="return_to", values=back, in_states=("closed",)),
        ),
        met_by=(OnStep(step=met_by),),
        owner=owner,
        citation=sources.local_default("A report that is sent back is agreed again within three months."),
        may_reschedule=may_reschedule,
    )
