"""The Serious Case Review, from referral to closure.

A state says what has been done: a case in `screened` has been screened. `engagement`,
`action_plans` and `monitored` mean begun, and work of other stages may overlap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta

from ..engine.case import Case
from ..engine.definition import Holder, Named, Opens, OpensChildren, State, Transition, Workflow
from ..engine.forms import Form, plain
from . import conditions, gaps, standing, tree
from .forms import decision, monitoring, referral, review
from .forms.common import Reasons, twice
from .people import (
    BOARD_CHAIR,
    BUSINESS_MANAGER,
    CHAIRS,
    LADDER,
    LEAD_REVIEWER,
    QUALITY_ASSURANCE,
    REFERRER,
    ROLES,
    SUBGROUP_CHAIR,
    UNIT,
)
from .serious_case_deadlines import DEADLINES

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


def _engagements(record: Form, _case: Case) -> Iterator[Mapping[str, Any]]:
    """One engagement each: the members of the family, then the groups of practitioners."""
    assert isinstance(record, review.EngagementPlan)
    for member in record.family:
        yield {"kind": "family", **plain(member)}
    for group in record.practitioners:
        yield {"kind": "practitioners", "relation": group.group, "how": group.how}


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
            takes=tree.ENDS_PARTS,
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
            takes=tree.ENDS_PARTS,
        ),
        Transition(
            trigger="withdraw",
            title="Withdraw the referral",
            sources=("referred",),
            to="withdrawn",
            roles=(REFERRER.name, SUBGROUP_CHAIR.name),
            record=referral.Withdrawal,
            takes=tree.ENDS_PARTS,
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
            opens_children=(OpensChildren(workflow=standing.ENGAGEMENT, records=_engagements),),
        ),
        tree.involve("engagement", *REPORTED),
        tree.request_returns(*ACTIVE[:5]),
        tree.receive_draft("engagement"),
        Transition(
            trigger="agree_recommendations",
            title="Agree the recommendations and the final report",
            sources=("engagement",),
            to="recommendations",
            roles=(BOARD_CHAIR.name,),
            record=review.AgreedReport,
            guards=(gaps.EVERYBODY_HEARD, gaps.REPORT_RECEIVED, gaps.REPORT_CHECKED),
            warnings=(gaps.RETURNS_OUT,),
            opens_children=(tree.RECOMMENDATIONS_MADE,),
            takes=(tree.AGREES_REPORT,),
        ),
        tree.record_publication(*REPORTED),
        tree.request_action_plans("recommendations", to="action_plans"),
        tree.begin_monitoring("action_plans"),
        Transition(
            trigger="report_progress",
            title="Report the actions' progress to the subgroup",
            sources=REPORTED,
            to=None,
            roles=(SUBGROUP_CHAIR.name, QUALITY_ASSURANCE.name),
            record=monitoring.Progress,
        ),
        Transition(
            trigger="close",
            title="Close the review",
            sources=("monitored",),
            to="closed",
            roles=(BOARD_CHAIR.name,),
            record=monitoring.Closing,
            guards=(conditions.PUBLICATION_RECORDED, conditions.PROGRESS_HEARD, *tree.SETTLED),
            takes=tree.ENDS_RETURNS,
        ),
        Transition(
            trigger="discontinue",
            title="Give the review up",
            sources=UNDER_WAY,
            to="discontinued",
            roles=(BOARD_CHAIR.name,),
            record=review.Discontinuation,
            takes=tree.ENDS_PARTS,
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
    deadlines=DEADLINES,
    ladder=LADDER,
    moved_by=(BOARD_CHAIR.name,),
    stopped_by=CHAIRS,
    holders=(Holder(role=LEAD_REVIEWER.name, step="appoint_reviewer", field="name"),),
)
