"""Declare the Serious Case Review, from referral to closure.

A state names the latest completed step: a case in `screened` has been screened. `engagement`, `action_plans` and
`monitored` have started, and may overlap with work of other stages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...engine.definition.relations import SpawnsLinked
from ...engine.definition.workflow import State, Transition, Workflow
from ...engine.forms.fields import Form
from ...engine.model.case import Case
from ..escalation import BOARD_ESCALATION
from ..forms import decision, referral
from ..forms.common import duplicates
from ..roles import BOARD_CHAIR, CHAIRS, REFERRER, ROLES, SUBGROUP_CHAIR, UNIT_ROLES
from . import course_changes, guards, parts, shared_states
from .serious_case_deadlines import DEADLINES, STAGES
from .shared_states import CLOSED, DISCONTINUED, HOLDERS, TRANSFERRED

NAME = "serious_case_review"

REVIEW = (
    State(name="referred", title="referred", meaning="A professional has referred the case to the subgroup."),
    State(name="screened", title="screened", meaning="The board chair has decided to hold a review."),
    *shared_states.SHARED_STAGES,
)
ENDS = (
    CLOSED,
    State(
        name="no_further_action",
        title="no further action",
        meaning="The board chair has decided to hold no review.",
        is_end=True,
    ),
    State(name="diverted", title="diverted", meaning="A partnership review is held instead.", is_end=True),
    State(name="withdrawn", title="withdrawn", meaning="The referral was withdrawn.", is_end=True),
    DISCONTINUED,
    TRANSFERRED,
)

ACTIVE = tuple(state.name for state in REVIEW)
DECIDED = (*ACTIVE[1:], "no_further_action", "diverted")
ALL = tuple(state.name for state in (*REVIEW, *ENDS))


def _partnership_referral(record: Form, case: Case) -> Mapping[str, Any]:
    """Return the referral of the partnership review that a decision commissions."""
    assert isinstance(record, decision.PartnershipCommission)
    others = [agency for agency in case.organisations if not duplicates((record.agency, agency))]
    return {
        "title": case.title,
        "agency": record.agency,
        "lessons": record.lessons,
        "other_agencies": others,
    }


SERIOUS_CASE_REVIEW = Workflow(
    name=NAME,
    title="Serious Case Review",
    purpose=(
        "Examines a case in which a child died or was seriously harmed and abuse or neglect is known"
        " or suspected, so that agencies learn from it."
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
        roles=(REFERRER.name, *UNIT_ROLES),
        form=referral.Referral,
        title_field="title",
        adds_organisations=("agency", "other_agencies"),
    ),
    transitions=(
        Transition(
            trigger="notify_incident",
            title="Notify Ofsted and the board of the incident",
            sources=ACTIVE,
            to=None,
            roles=UNIT_ROLES,
            form=referral.IncidentNotification,
        ),
        Transition(
            trigger="recommend",
            title="Make a recommendation to the board chair",
            sources=("referred",),
            to=None,
            roles=(SUBGROUP_CHAIR.name,),
            form=decision.Recommendation,
        ),
        Transition(
            trigger="screen",
            title="Decide to hold a Serious Case Review",
            sources=("referred",),
            to="screened",
            roles=(BOARD_CHAIR.name,),
            form=decision.Screening,
            guards=(guards.RECOMMENDED, guards.CRITERIA_MET),
            warnings=(guards.DECIDED_LATE,),
        ),
        Transition(
            trigger="take_no_further_action",
            title="Decide to hold no review",
            sources=("referred",),
            to="no_further_action",
            roles=(BOARD_CHAIR.name,),
            form=decision.NoFurtherAction,
            guards=(guards.RECOMMENDED, guards.CRITERIA_NOT_MET),
            cascades=parts.DISCONTINUES_PARTS,
        ),
        Transition(
            trigger="commission_partnership_review",
            title="Decide to hold a partnership review instead",
            sources=("referred",),
            to="diverted",
            roles=(BOARD_CHAIR.name,),
            form=decision.PartnershipCommission,
            guards=(guards.RECOMMENDED, guards.CRITERIA_NOT_MET),
            spawns_linked=SpawnsLinked(
                workflow="partnership_review",
                relation="partnership_review",
                inverse="commissioned_by",
                record=_partnership_referral,
            ),
            cascades=parts.DISCONTINUES_PARTS,
        ),
        Transition(
            trigger="withdraw",
            title="Withdraw the referral",
            sources=("referred",),
            to="withdrawn",
            roles=(REFERRER.name, SUBGROUP_CHAIR.name),
            form=referral.Withdrawal,
            cascades=parts.DISCONTINUES_PARTS,
        ),
        Transition(
            trigger="tell_panel",
            title="Notify the national panel of the decision",
            sources=DECIDED,
            to=None,
            roles=UNIT_ROLES,
            form=decision.PanelNotice,
        ),
        Transition(
            trigger="record_panel_reply",
            title="Record the national panel's reply",
            sources=DECIDED,
            to=None,
            roles=UNIT_ROLES,
            form=decision.PanelReply,
            guards=(guards.PANEL_NOTIFIED,),
        ),
        *STAGES.steps(),
        *STAGES.course_changes(),
        course_changes.reconsider(
            "no_further_action",
            to="referred",
            deciders=(BOARD_CHAIR.name,),
            invalidates=("recommend", "take_no_further_action", "tell_panel", "record_panel_reply"),
        ),
        *STAGES.filing_steps(*ALL),
    ),
    deadlines=DEADLINES,
    escalation_policy=BOARD_ESCALATION,
    may_reschedule=(BOARD_CHAIR.name,),
    may_suspend=CHAIRS,
    holders=HOLDERS,
)
