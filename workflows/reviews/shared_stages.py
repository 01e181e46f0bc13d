"""The stages after the decision to hold a review, shared by Serious Case Reviews and local practice reviews.

Only the decision-maker differs: the board chair, or the safeguarding partners jointly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...engine.definition.deadline import Deadline, OnStep
from ...engine.definition.relations import SpawnsChildren
from ...engine.definition.workflow import Transition
from ...engine.forms.fields import Form, json_values
from ...engine.model.calendar import months
from ...engine.model.case import Case
from .. import filing, sources
from ..forms import monitoring, review
from ..guards import cleared_by_roles
from ..parts import status
from ..roles import BUSINESS_MANAGER, LEAD_REVIEWER, QUALITY_ASSURANCE, SUBGROUP_CHAIR
from ..suspension import suspension_review
from . import course_changes, guards, parts
from .part_guards import ENGAGEMENTS_CONCLUDED, REPORT_CHECKED, REPORT_RECEIVED, RETURNS_OUTSTANDING
from .shared_deadlines import MONITORING_STARTS, STAGE_DEADLINES, StageDeadline, revised_report_deadline, stage_deadline
from .shared_states import REPORT_AGREED, SHARED_STATES


def _engagement_records(record: Form, _case: Case) -> Iterator[Mapping[str, Any]]:
    """Yield one record for each family member, then one for each group of practitioners."""
    assert isinstance(record, review.EngagementPlan)
    for member in record.family:
        yield {"kind": "family", **json_values(member)}
    for group in record.practitioners:
        yield {"kind": "practitioners", "relation": group.group, "how": group.how}


def appoint_reviewer(source: str, *, to: str | None, roles: tuple[str, ...]) -> Transition:
    """Return the step that appoints the lead reviewer. An earlier replacement no longer counts."""
    return Transition(
        trigger="appoint_reviewer",
        title="Appoint the independent lead reviewer",
        sources=(source,),
        to=to,
        roles=roles,
        form=review.ReviewerAppointment,
        guards=(cleared_by_roles(guards.REVIEWER_INDEPENDENT, roles[:1]),),
        invalidates=("replace_reviewer",),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedStages:
    """The stages of one kind of review.

    Attributes:
        decision_state: The state after the decision to hold the review.
        states_before: The states before that decision.
        head: The role that makes the final decisions.
        reopened_from: The end states from which the review may be reopened.
        invalidated_on_reopening: The steps that no longer count after reopening.
    """

    decision_state: str
    states_before: tuple[str, ...]
    head: str
    reopened_from: tuple[str, ...]
    invalidated_on_reopening: tuple[str, ...]

    @property
    def under_way(self) -> tuple[str, ...]:
        """Return the active states from the decision on."""
        return (self.decision_state, *SHARED_STATES)

    @property
    def active(self) -> tuple[str, ...]:
        """Return all active states."""
        return (*self.states_before, *self.under_way)

    @property
    def chairs(self) -> tuple[str, ...]:
        """Return the roles that decide on the course of the review."""
        return (SUBGROUP_CHAIR.name, self.head)

    def steps(self) -> tuple[Transition, ...]:
        """Return the steps from the terms of reference to closing."""
        head = (self.head,)
        return (
            Transition(
                trigger="agree_terms",
                title="Agree the terms of reference",
                sources=(self.decision_state,),
                to="terms_of_reference",
                roles=self.chairs,
                form=review.TermsOfReference,
                adds_organisations=("agencies",),
                sets_organisations=True,
            ),
            appoint_reviewer("terms_of_reference", to="reviewer_appointed", roles=(self.head, SUBGROUP_CHAIR.name)),
            Transition(
                trigger="begin_engagement",
                title="Start involving family and practitioners",
                sources=("reviewer_appointed",),
                to="engagement",
                roles=(LEAD_REVIEWER.name, SUBGROUP_CHAIR.name, BUSINESS_MANAGER.name),
                form=review.EngagementPlan,
                spawns_children=(SpawnsChildren(workflow=status.ENGAGEMENT, records=_engagement_records),),
            ),
            parts.involve("engagement", *REPORT_AGREED),
            parts.request_returns(*self.states_before, *self.under_way[:4]),
            parts.receive_draft("engagement"),
            Transition(
                trigger="agree_recommendations",
                title="Agree the recommendations and the final report",
                sources=("engagement",),
                to="recommendations",
                roles=head,
                form=review.AgreedReport,
                guards=(ENGAGEMENTS_CONCLUDED, REPORT_RECEIVED, REPORT_CHECKED),
                warnings=(RETURNS_OUTSTANDING,),
                spawns_children=(parts.SPAWNS_RECOMMENDATIONS,),
                cascades=(parts.AGREES_REPORT,),
            ),
            parts.record_publication(*REPORT_AGREED, head=self.head),
            parts.request_action_plans("recommendations", to="action_plans"),
            parts.begin_monitoring("action_plans"),
            Transition(
                trigger="report_progress",
                title="Report the actions' progress to the subgroup",
                sources=REPORT_AGREED,
                to=None,
                roles=(SUBGROUP_CHAIR.name, QUALITY_ASSURANCE.name),
                form=monitoring.Progress,
            ),
            Transition(
                trigger="close",
                title="Close the review",
                sources=("monitored",),
                to="closed",
                roles=head,
                form=monitoring.Closing,
                guards=(
                    cleared_by_roles(guards.PUBLICATION_RECORDED, head),
                    guards.PROGRESS_REPORTED,
                    *parts.PARTS_COMPLETE,
                ),
                cascades=parts.DISCONTINUES_RETURNS,
            ),
        )

    def course_changes(self) -> tuple[Transition, ...]:
        """Return the shared steps that change the course of the review."""
        head = (self.head,)
        return (
            *course_changes.terms_changes(agreed=SHARED_STATES, appointed=SHARED_STATES[1:], deciders=self.chairs),
            *course_changes.participant_changes(
                active=self.active, before_report=(*self.states_before, *self.under_way[:4]), deciders=self.chairs
            ),
            course_changes.revise_report(*REPORT_AGREED, to="engagement", deciders=head),
            course_changes.transfer(*self.active, deciders=head),
            course_changes.discontinue(*self.under_way, deciders=head),
            course_changes.reopen(
                *self.reopened_from,
                choices=self.active,
                deciders=head,
                invalidates=(*self.invalidated_on_reopening, "report_progress"),
            ),
        )

    def filing_steps(self, *states: str) -> tuple[Transition, ...]:
        """Return the steps that put something on the file of the review."""
        return filing.filing_steps(states, deciders=self.chairs)

    def deadlines(self) -> tuple[Deadline, ...]:
        """Return the deadlines of the shared stages."""
        terms = StageDeadline(
            state=self.decision_state,
            name="agree_terms",
            title="Agree the terms of reference",
            term=months(1),
            owner=SUBGROUP_CHAIR.name,
            default="Terms of reference are agreed within a month of the decision.",
        )
        return (
            *(stage_deadline(stage, self.chairs) for stage in (terms, *STAGE_DEADLINES)),
            revised_report_deadline(
                back=self.under_way[:4],
                met_by="agree_recommendations",
                owner=LEAD_REVIEWER.name,
                may_reschedule=self.chairs,
            ),
            Deadline(
                name="report_progress",
                title="Report the actions' progress to the subgroup",
                term=months(3),
                starts=MONITORING_STARTS,
                met_by=(OnStep(step="report_progress"),),
                owner=BUSINESS_MANAGER.name,
                citation=sources.MONITOR,
                may_reschedule=self.chairs,
                repeats=True,
            ),
            Deadline(
                name="finish_monitoring",
                title="Finish the monitoring and close the review",
                term=months(12),
                starts=MONITORING_STARTS,
                met_by=(OnStep(step="close"),),
                owner=SUBGROUP_CHAIR.name,
                citation=sources.MONITOR,
                may_reschedule=self.chairs,
            ),
            suspension_review(self.chairs),
        )
