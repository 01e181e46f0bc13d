"""The Serious Case Review, from referral to closure.

A state says what has been done: a case in `screened` has been screened. `engagement`,
`action_plans` and `monitored` mean begun, and work of other stages may overlap.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta

from ..engine.calendars import days, months, working_days
from ..engine.case import Case
from ..engine.definition import (
    Deadline,
    Entering,
    Holder,
    Leaving,
    Named,
    Opens,
    Recording,
    State,
    Transition,
    Workflow,
)
from ..engine.forms import Form
from . import authorities, conditions
from .forms import actions, decision, referral, review
from .forms.common import Reasons, twice
from .people import (
    BOARD_CHAIR,
    BUSINESS_MANAGER,
    CHAIRS,
    LADDER,
    LEAD_REVIEWER,
    QUALITY_ASSURANCE,
    REFERRER,
    REVIEW_SUSPENSION,
    ROLES,
    SUBGROUP_CHAIR,
    UNIT,
)

NAME = "serious_case_review"

REVIEW = (
    State(name="referred", title="referred", means="A professional has referred the case to the subgroup."),
    State(name="screened", title="screened", means="The board's chair has decided to hold a review."),
    State(name="terms_of_reference", title="terms of reference", means="The terms of reference are agreed."),
    State(name="reviewer_appointed", title="reviewer appointed", means="An independent reviewer is appointed."),
    State(name="engagement", title="engagement", means="Family and practitioners are being involved."),
    State(name="recommendations", title="recommendations", means="The board has agreed recommendations and report."),
    State(name="action_plans", title="action plans", means="Agencies are being asked for their action plans."),
    State(name="monitored", title="monitored", means="The agencies' actions are being monitored."),
)
ENDS = (
    State(name="closed", title="closed", means="The review is closed.", is_end=True),
    State(
        name="no_further_action",
        title="no further action",
        means="The board's chair has decided to hold no review.",
        is_end=True,
    ),
    State(name="diverted", title="diverted", means="A partnership review is held instead.", is_end=True),
    State(name="withdrawn", title="withdrawn", means="The referral was taken back.", is_end=True),
    State(name="discontinued", title="discontinued", means="The review was given up.", is_end=True),
)

ACTIVE = tuple(state.name for state in REVIEW)
UNDER_WAY = ACTIVE[1:]
REPORTED = ("recommendations", "action_plans", "monitored")
DECIDED = (*UNDER_WAY, "no_further_action", "diverted")
ALL = tuple(state.name for state in (*REVIEW, *ENDS))


class Reopening(Form, frozen=True, kw_only=True):
    """An ended review is taken up again."""

    return_to: Annotated[
        Literal[
            "referred",
            "screened",
            "terms_of_reference",
            "reviewer_appointed",
            "engagement",
            "recommendations",
            "action_plans",
            "monitored",
        ],
        Meta(title="Return to", description="A state that the review has been in."),
    ]
    reasons: Reasons


def _partnership_referral(record: Form, case: Case) -> Mapping[str, Any]:
    """What the partnership review is opened with, from the decision that commissions it."""
    assert isinstance(record, decision.PartnershipCommission)
    others = [agency for agency in case.agencies if not twice((record.agency, agency))]
    return {
        "title": case.title,
        "agency": record.agency,
        "lessons": record.lessons,
        "other_agencies": others,
    }


DECIDES = (
    Recording(step="screen"),
    Recording(step="take_no_further_action"),
    Recording(step="commission_partnership_review"),
)

SERIOUS_CASE_REVIEW = Workflow(
    name=NAME,
    title="Serious Case Review",
    purpose=(
        "Looks at what happened when a child died or was seriously harmed and abuse or neglect is known"
        " or suspected, so that agencies learn."
    ),
    version=1,
    prefix="SCR",
    roles=ROLES,
    states=(*REVIEW, *ENDS),
    opening=Transition(
        trigger="refer",
        title="Refer the case to the subgroup",
        sources=(),
        to="referred",
        roles=(REFERRER.name, *UNIT),
        record=referral.Referral,
        names_title="title",
        names_agencies=("agency", "other_agencies"),
    ),
    transitions=(
        Transition(
            trigger="notify_incident",
            title="Notify Ofsted and the board of the incident",
            sources=ACTIVE,
            to=None,
            roles=UNIT,
            record=referral.IncidentNotification,
        ),
        Transition(
            trigger="recommend",
            title="Recommend to the board's chair",
            sources=("referred",),
            to=None,
            roles=(SUBGROUP_CHAIR.name,),
            record=decision.Recommendation,
        ),
        Transition(
            trigger="screen",
            title="Decide to hold a Serious Case Review",
            sources=("referred",),
            to="screened",
            roles=(BOARD_CHAIR.name,),
            record=decision.Screening,
            guards=(conditions.RECOMMENDED, conditions.CRITERIA_MET),
            warnings=(conditions.DECIDED_LATE,),
        ),
        Transition(
            trigger="take_no_further_action",
            title="Decide to hold no review",
            sources=("referred",),
            to="no_further_action",
            roles=(BOARD_CHAIR.name,),
            record=decision.NoFurtherAction,
            guards=(conditions.RECOMMENDED, conditions.CRITERIA_NOT_MET),
        ),
        Transition(
            trigger="commission_partnership_review",
            title="Decide to hold a partnership review instead",
            sources=("referred",),
            to="diverted",
            roles=(BOARD_CHAIR.name,),
            record=decision.PartnershipCommission,
            guards=(conditions.RECOMMENDED, conditions.CRITERIA_NOT_MET),
            opens=Opens(
                workflow="partnership_review",
                relation="partnership_review",
                inverse="commissioned_by",
                record=_partnership_referral,
            ),
        ),
        Transition(
            trigger="withdraw",
            title="Withdraw the referral",
            sources=("referred",),
            to="withdrawn",
            roles=(REFERRER.name, SUBGROUP_CHAIR.name),
            record=referral.Withdrawal,
        ),
        Transition(
            trigger="tell_panel",
            title="Tell the national panel of the decision",
            sources=DECIDED,
            to=None,
            roles=UNIT,
            record=decision.PanelNotice,
        ),
        Transition(
            trigger="record_panel_reply",
            title="Record what the national panel replied",
            sources=DECIDED,
            to=None,
            roles=UNIT,
            record=decision.PanelReply,
            guards=(conditions.PANEL_TOLD,),
        ),
        Transition(
            trigger="agree_terms",
            title="Agree the terms of reference",
            sources=("screened",),
            to="terms_of_reference",
            roles=(SUBGROUP_CHAIR.name, BOARD_CHAIR.name),
            record=review.TermsOfReference,
            names_agencies=("agencies",),
        ),
        Transition(
            trigger="appoint_reviewer",
            title="Appoint the independent lead reviewer",
            sources=("terms_of_reference",),
            to="reviewer_appointed",
            roles=(BOARD_CHAIR.name, SUBGROUP_CHAIR.name),
            record=review.ReviewerAppointment,
            guards=(conditions.REVIEWER_INDEPENDENT,),
        ),
        Transition(
            trigger="begin_engagement",
            title="Begin to involve family and practitioners",
            sources=("reviewer_appointed",),
            to="engagement",
            roles=(LEAD_REVIEWER.name, SUBGROUP_CHAIR.name, BUSINESS_MANAGER.name),
            record=review.EngagementPlan,
        ),
        Transition(
            trigger="agree_recommendations",
            title="Agree the recommendations and the final report",
            sources=("engagement",),
            to="recommendations",
            roles=(BOARD_CHAIR.name,),
            record=review.AgreedReport,
        ),
        Transition(
            trigger="send_report_copy",
            title="Send a copy of the report before publication",
            sources=REPORTED,
            to=None,
            roles=UNIT,
            record=review.ReportCopy,
        ),
        Transition(
            trigger="publish",
            title="Record what becomes of the report",
            sources=REPORTED,
            to=None,
            roles=(BOARD_CHAIR.name,),
            record=review.Publication,
        ),
        Transition(
            trigger="request_action_plans",
            title="Ask the agencies for their action plans",
            sources=("recommendations",),
            to="action_plans",
            roles=(*UNIT, SUBGROUP_CHAIR.name),
            record=actions.PlanRequest,
            guards=(conditions.EVERY_AGENCY_ASKED,),
            names_agencies=("agencies",),
        ),
        Transition(
            trigger="begin_monitoring",
            title="Begin to monitor the actions",
            sources=("action_plans",),
            to="monitored",
            roles=(SUBGROUP_CHAIR.name,),
            record=actions.Monitoring,
            guards=(conditions.EVERY_PLAN_ACCOUNTED_FOR,),
        ),
        Transition(
            trigger="report_progress",
            title="Report the actions' progress to the subgroup",
            sources=REPORTED,
            to=None,
            roles=(SUBGROUP_CHAIR.name, QUALITY_ASSURANCE.name),
            record=actions.Progress,
        ),
        Transition(
            trigger="close",
            title="Close the review",
            sources=("monitored",),
            to="closed",
            roles=(BOARD_CHAIR.name,),
            record=actions.Closing,
            guards=(conditions.PUBLICATION_RECORDED, conditions.PROGRESS_HEARD),
        ),
        Transition(
            trigger="discontinue",
            title="Give the review up",
            sources=UNDER_WAY,
            to="discontinued",
            roles=(BOARD_CHAIR.name,),
            record=review.Discontinuation,
        ),
        Transition(
            trigger="reconsider",
            title="Reconsider the decision of no further action",
            sources=("no_further_action",),
            to="referred",
            roles=(BOARD_CHAIR.name,),
            record=decision.Reconsideration,
        ),
        Transition(
            trigger="reopen",
            title="Take an ended review up again",
            sources=("closed", "withdrawn", "discontinued"),
            to=Named(field="return_to", among=ACTIVE),
            roles=(BOARD_CHAIR.name,),
            record=Reopening,
            guards=(conditions.BEEN_THERE,),
        ),
        Transition(
            trigger="note",
            title="Note something",
            sources=ALL,
            to=None,
            roles=(*UNIT, SUBGROUP_CHAIR.name, BOARD_CHAIR.name, LEAD_REVIEWER.name),
            record=referral.Note,
        ),
    ),
    deadlines=(
        Deadline(
            name="notify_incident",
            title="Notify Ofsted and the board of the incident",
            term=working_days(5),
            starts=(Recording(step="refer", day="aware_on"),),
            met_by=(Recording(step="notify_incident"),),
            owner=BUSINESS_MANAGER.name,
            authority=authorities.NOTIFY_INCIDENT,
        ),
        Deadline(
            name="recommend",
            title="The subgroup recommends",
            term=working_days(10),
            starts=(Entering(state="referred"),),
            # A decision taken without a fresh one, as after reconsidering, leaves nothing to recommend.
            met_by=(Recording(step="recommend"), *DECIDES),
            owner=SUBGROUP_CHAIR.name,
            authority=authorities.local_default("The subgroup considers a referral within ten working days."),
            moved_by=CHAIRS,
        ),
        Deadline(
            name="decide",
            title="Decide whether to hold a review",
            term=months(1),
            # Notified after the decision, there is nothing left to decide.
            starts=(Recording(step="notify_incident", taken_in=("referred",)),),
            met_by=DECIDES,
            owner=BOARD_CHAIR.name,
            authority=authorities.DECIDE,
        ),
        Deadline(
            name="tell_panel_of_review",
            title="Tell the panel, Ofsted and the department",
            term=working_days(5),
            starts=(Recording(step="screen"),),
            met_by=(Recording(step="tell_panel"),),
            owner=BUSINESS_MANAGER.name,
            authority=authorities.TELL_OF_REVIEW,
        ),
        Deadline(
            name="tell_panel_of_no_review",
            title="Tell the panel of the decision not to review",
            term=days(14),
            starts=DECIDES[1:],
            met_by=(Recording(step="tell_panel"),),
            owner=BUSINESS_MANAGER.name,
            authority=authorities.TELL_OF_NO_REVIEW,
        ),
        Deadline(
            name="complete_review",
            title="Complete the review: the board agrees the report",
            term=months(6),
            starts=(Recording(step="screen"),),
            met_by=(Recording(step="agree_recommendations"),),
            owner=LEAD_REVIEWER.name,
            authority=authorities.COMPLETE,
        ),
        Deadline(
            name="agree_terms",
            title="Agree the terms of reference",
            term=months(1),
            starts=(Entering(state="screened"),),
            met_by=(Leaving(state="screened"),),
            owner=SUBGROUP_CHAIR.name,
            authority=authorities.local_default("Terms of reference are agreed within a month of the decision."),
            moved_by=CHAIRS,
        ),
        Deadline(
            name="appoint_reviewer",
            title="Appoint the lead reviewer",
            term=months(1),
            starts=(Entering(state="terms_of_reference"),),
            met_by=(Leaving(state="terms_of_reference"),),
            owner=BUSINESS_MANAGER.name,
            authority=authorities.local_default("A reviewer is appointed within a month of the terms."),
            moved_by=CHAIRS,
        ),
        Deadline(
            name="begin_engagement",
            title="Begin to involve family and practitioners",
            term=months(1),
            starts=(Entering(state="reviewer_appointed"),),
            met_by=(Leaving(state="reviewer_appointed"),),
            owner=LEAD_REVIEWER.name,
            authority=authorities.local_default("Engagement begins within a month of the appointment."),
            moved_by=CHAIRS,
        ),
        Deadline(
            name="request_action_plans",
            title="Ask the agencies for their action plans",
            term=working_days(10),
            starts=(Entering(state="recommendations"),),
            met_by=(Leaving(state="recommendations"),),
            owner=BUSINESS_MANAGER.name,
            authority=authorities.local_default("Plans are asked for within ten working days of agreement."),
            moved_by=CHAIRS,
        ),
        Deadline(
            name="begin_monitoring",
            title="Begin to monitor the actions",
            term=months(2),
            starts=(Entering(state="action_plans"),),
            met_by=(Leaving(state="action_plans"),),
            owner=BUSINESS_MANAGER.name,
            authority=authorities.local_default("Agencies have two months for their plans."),
            moved_by=CHAIRS,
        ),
        Deadline(
            name="send_report_copy",
            title="Send a copy of the report before publication",
            term=working_days(7),
            starts=(Recording(step="agree_recommendations", day="planned_publication_on"),),
            met_by=(Recording(step="send_report_copy"),),
            owner=BUSINESS_MANAGER.name,
            authority=authorities.COPY_BEFORE_PUBLICATION,
            counts_back=True,
        ),
        Deadline(
            name="keep_published",
            title="Keep the report on the website",
            term=months(12),
            starts=(Recording(step="publish", given="kind", among=review.PUBLISHED),),
            met_by=(),
            owner=BUSINESS_MANAGER.name,
            authority=authorities.KEEP_PUBLISHED,
            minimum_period=True,
        ),
        Deadline(
            name="report_progress",
            title="Report the actions' progress to the subgroup",
            term=months(3),
            starts=(
                Recording(step="agree_recommendations"),
                Recording(step="publish", given="kind", among=review.PUBLISHED),
            ),
            met_by=(Recording(step="report_progress"),),
            owner=BUSINESS_MANAGER.name,
            authority=authorities.MONITOR,
            moved_by=CHAIRS,
            repeats=True,
        ),
        Deadline(
            name="finish_monitoring",
            title="Finish the monitoring and close the review",
            term=months(12),
            starts=(
                Recording(step="agree_recommendations"),
                Recording(step="publish", given="kind", among=review.PUBLISHED),
            ),
            met_by=(Recording(step="close"),),
            owner=SUBGROUP_CHAIR.name,
            authority=authorities.MONITOR,
            moved_by=CHAIRS,
        ),
        REVIEW_SUSPENSION,
    ),
    ladder=LADDER,
    moved_by=(BOARD_CHAIR.name,),
    stopped_by=CHAIRS,
    holders=(Holder(role=LEAD_REVIEWER.name, step="appoint_reviewer", field="name"),),
)
