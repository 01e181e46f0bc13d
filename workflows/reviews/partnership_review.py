"""Declare the partnership review: a smaller review if the criteria for another kind are not met."""

from __future__ import annotations

from ...engine.definition.deadline import Deadline, OnEnter, OnExit, OnStep
from ...engine.definition.workflow import State, Transition, Workflow
from ...engine.model.calendar import months, working_days
from .. import filing
from ..escalation import BOARD_ESCALATION
from ..forms import monitoring, referral, review
from ..roles import BOARD_CHAIR, BUSINESS_MANAGER, CHAIRS, REFERRER, ROLES, SUBGROUP_CHAIR, UNIT_ROLES
from ..sources import local_default
from ..suspension import SUSPENSION_REVIEW
from . import course_changes, parts, shared_stages
from .part_guards import ENGAGEMENTS_CONCLUDED, REPORT_CHECKED, RETURNS_OUTSTANDING
from .shared_deadlines import revised_report_deadline
from .shared_states import CLOSED, DISCONTINUED, HOLDERS, TRANSFERRED

REVIEW = (
    State(
        name="referred",
        title="referred",
        meaning="The case has been referred to the subgroup for a partnership review.",
    ),
    State(name="scoped", title="scoped", meaning="The subgroup has agreed the scope of the review."),
    State(name="learning_agreed", title="learning agreed", meaning="The learning and the recommendations are agreed."),
    State(name="monitored", title="monitored", meaning="The agencies' actions are being monitored."),
)
ENDS = (
    CLOSED,
    State(name="withdrawn", title="withdrawn", meaning="The referral was withdrawn.", is_end=True),
    DISCONTINUED,
    TRANSFERRED,
)
ACTIVE = tuple(state.name for state in REVIEW)
ALL = tuple(state.name for state in (*REVIEW, *ENDS))


REPORTED = ("learning_agreed", "monitored")

PARTNERSHIP_REVIEW = Workflow(
    name="partnership_review",
    title="Partnership review",
    purpose=(
        "Examines, on a smaller scale, a case that does not meet the criteria for a Serious Case Review"
        " but has lessons for how agencies work together."
    ),
    version=1,
    prefix="PR",
    roles=ROLES,
    states=(*REVIEW, *ENDS),
    opening=Transition(
        trigger="refer",
        title="Refer the case for a partnership review",
        sources=(),
        to="referred",
        roles=(REFERRER.name, SUBGROUP_CHAIR.name, BOARD_CHAIR.name, *UNIT_ROLES),
        form=referral.PartnershipReferral,
        title_field="title",
        adds_organisations=("agency", "other_agencies"),
    ),
    transitions=(
        Transition(
            trigger="agree_scope",
            title="Agree the scope of the review",
            sources=("referred",),
            to="scoped",
            roles=(SUBGROUP_CHAIR.name,),
            form=review.TermsOfReference,
            adds_organisations=("agencies",),
            sets_organisations=True,
        ),
        shared_stages.appoint_reviewer("scoped", to=None, roles=(SUBGROUP_CHAIR.name, BOARD_CHAIR.name)),
        Transition(
            trigger="withdraw",
            title="Withdraw the referral",
            sources=("referred",),
            to="withdrawn",
            roles=(REFERRER.name, SUBGROUP_CHAIR.name, BOARD_CHAIR.name),
            form=referral.Withdrawal,
            cascades=parts.DISCONTINUES_PARTS,
        ),
        parts.request_returns("referred", "scoped"),
        parts.involve(*ACTIVE[1:]),
        parts.receive_draft("scoped"),
        Transition(
            trigger="agree_learning",
            title="Agree the learning and recommendations",
            sources=("scoped",),
            to="learning_agreed",
            roles=(SUBGROUP_CHAIR.name,),
            form=monitoring.LearningAgreed,
            guards=(ENGAGEMENTS_CONCLUDED, REPORT_CHECKED),
            warnings=(RETURNS_OUTSTANDING,),
            spawns_children=(parts.SPAWNS_RECOMMENDATIONS,),
            cascades=(parts.AGREES_REPORT,),
        ),
        parts.record_publication(*REPORTED, head=BOARD_CHAIR.name),
        parts.request_action_plans("learning_agreed", to=None),
        parts.begin_monitoring("learning_agreed"),
        Transition(
            trigger="report_progress",
            title="Report the actions' progress to the subgroup",
            sources=REPORTED,
            to=None,
            roles=(SUBGROUP_CHAIR.name, *UNIT_ROLES),
            form=monitoring.Progress,
        ),
        Transition(
            trigger="close",
            title="Close the review",
            sources=REPORTED,
            to="closed",
            roles=(SUBGROUP_CHAIR.name,),
            form=monitoring.PartnershipClosing,
            guards=parts.PARTS_COMPLETE,
            cascades=parts.DISCONTINUES_RETURNS,
        ),
        *course_changes.terms_changes(agreed=ACTIVE[1:], appointed=ACTIVE[1:], deciders=CHAIRS),
        *course_changes.participant_changes(active=ACTIVE, before_report=ACTIVE[:2], deciders=CHAIRS),
        course_changes.revise_report(*REPORTED, to="scoped", deciders=CHAIRS),
        course_changes.transfer(*ACTIVE, deciders=CHAIRS),
        course_changes.discontinue(*ACTIVE[1:], deciders=CHAIRS),
        course_changes.reopen(
            *(state.name for state in ENDS), choices=ACTIVE, deciders=CHAIRS, invalidates=("report_progress",)
        ),
        *filing.filing_steps(ALL, deciders=CHAIRS),
    ),
    deadlines=(
        Deadline(
            name="agree_scope",
            title="Agree the scope of the review",
            term=working_days(20),
            starts=(OnEnter(state="referred"),),
            met_by=(OnExit(state="referred"),),
            owner=SUBGROUP_CHAIR.name,
            citation=local_default("The scope is agreed within twenty working days of the referral."),
            may_reschedule=CHAIRS,
        ),
        Deadline(
            name="complete_review",
            title="Complete the review: the learning is agreed",
            term=months(3),
            starts=(OnStep(step="agree_scope"),),
            met_by=(OnStep(step="agree_learning"),),
            owner=SUBGROUP_CHAIR.name,
            citation=local_default("A partnership review is completed within three months of its scope."),
            may_reschedule=CHAIRS,
        ),
        revised_report_deadline(
            back=ACTIVE[:2], met_by="agree_learning", owner=SUBGROUP_CHAIR.name, may_reschedule=CHAIRS
        ),
        Deadline(
            name="report_progress",
            title="Report the actions' progress to the subgroup",
            term=months(3),
            starts=(OnEnter(state="monitored"),),
            met_by=(OnStep(step="report_progress"),),
            owner=BUSINESS_MANAGER.name,
            citation=local_default("The subgroup receives a progress report each quarter."),
            may_reschedule=CHAIRS,
            repeats=True,
        ),
        Deadline(
            name="finish_monitoring",
            title="Finish the monitoring and close the review",
            term=months(12),
            starts=(OnStep(step="agree_learning"), OnStep(step="reopen", field="return_to", values=REPORTED)),
            met_by=(OnStep(step="close"),),
            owner=SUBGROUP_CHAIR.name,
            citation=local_default("Actions are monitored for twelve months."),
            may_reschedule=CHAIRS,
        ),
        SUSPENSION_REVIEW,
    ),
    escalation_policy=BOARD_ESCALATION,
    may_reschedule=(BOARD_CHAIR.name,),
    may_suspend=CHAIRS,
    holders=HOLDERS,
)
