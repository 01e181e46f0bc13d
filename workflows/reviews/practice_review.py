"""Declare the Child Safeguarding Practice Review, from the notification of a serious incident to closure.

It replaced the Serious Case Review. After a rapid review, the three safeguarding partners decide jointly about a local
review. The later stages are the same.
"""

from __future__ import annotations

from ...engine.definition.workflow import State, Transition, Workflow
from ..escalation import PARTNERS_ESCALATION
from ..forms import decision, practice_review, referral
from ..parts.status import PRACTICE_REVIEW as NAME
from ..roles import BOARD_CHAIR, PARTNERS, REFERRER, ROLES, SAFEGUARDING_PARTNERS, SUBGROUP_CHAIR, UNIT_ROLES
from . import course_changes, parts, practice_review_guards, shared_states
from .part_guards import RETURNS_OUTSTANDING
from .practice_review_deadlines import DEADLINES, STAGES
from .shared_states import CLOSED, DISCONTINUED, HOLDERS, TRANSFERRED

REVIEW = (
    State(name="notified", title="notified", meaning="The local authority has notified a serious incident."),
    State(name="rapid_review", title="rapid review", meaning="The rapid review has begun."),
    State(name="decided", title="decided", meaning="The safeguarding partners have decided to hold a local review."),
    *shared_states.SHARED_STAGES,
)
ENDS = (
    CLOSED,
    State(
        name="no_review",
        title="no review",
        meaning="The safeguarding partners have decided to hold no review. The learning is on record.",
        is_end=True,
    ),
    State(
        name="withdrawn", title="withdrawn", meaning="It was found not to meet the criteria for notifying.", is_end=True
    ),
    DISCONTINUED,
    TRANSFERRED,
)
ACTIVE = tuple(state.name for state in REVIEW)
REVIEWED = (*ACTIVE[2:], "no_review")
"""The states after the partners' decision."""

JOINTLY = (SAFEGUARDING_PARTNERS.name,)

CHILD_SAFEGUARDING_PRACTICE_REVIEW = Workflow(
    name=NAME,
    title="Child Safeguarding Practice Review",
    purpose=(
        "Examines a serious incident in a rapid review, and in a local review if the safeguarding partners decide to"
        " hold one, so that agencies learn from it."
    ),
    version=1,
    prefix="CSPR",
    roles=tuple(role for role in ROLES if role is not BOARD_CHAIR),
    states=(*REVIEW, *ENDS),
    opening=Transition(
        trigger="notify",
        title="Notify a serious incident",
        sources=(),
        to="notified",
        roles=(REFERRER.name, *UNIT_ROLES),
        form=practice_review.SeriousIncident,
        title_field="title",
        adds_organisations=("agency", "other_agencies"),
    ),
    transitions=(
        Transition(
            trigger="open_rapid_review",
            title="Start the rapid review",
            sources=("notified",),
            to="rapid_review",
            roles=(*UNIT_ROLES, SUBGROUP_CHAIR.name, *JOINTLY),
            form=practice_review.RapidReviewOpened,
            adds_organisations=("agencies",),
        ),
        Transition(
            trigger="record_progress_meeting",
            title="Record the rapid review meeting",
            sources=("rapid_review",),
            to=None,
            roles=(*UNIT_ROLES, SUBGROUP_CHAIR.name, *JOINTLY),
            form=practice_review.ProgressMeeting,
        ),
        Transition(
            trigger="complete_rapid_review",
            title="Complete the rapid review",
            sources=("rapid_review",),
            to=None,
            roles=(SUBGROUP_CHAIR.name, *JOINTLY),
            form=practice_review.RapidReviewReport,
            guards=(practice_review_guards.MEETING_HELD,),
            warnings=(RETURNS_OUTSTANDING,),
        ),
        Transition(
            trigger="decide_review",
            title="Decide to hold a local review",
            sources=("rapid_review",),
            to="decided",
            roles=JOINTLY,
            form=practice_review.LocalReview,
            guards=(practice_review_guards.RAPID_REVIEW_COMPLETE, practice_review_guards.PARTNERS_AGREE),
            warnings=(practice_review_guards.CRITERIA_IN_DOUBT,),
        ),
        Transition(
            trigger="decide_no_review",
            title="Decide to hold no review",
            sources=("rapid_review",),
            to="no_review",
            roles=JOINTLY,
            form=practice_review.NoReview,
            guards=(practice_review_guards.RAPID_REVIEW_COMPLETE, practice_review_guards.PARTNERS_AGREE),
            warnings=(practice_review_guards.REVIEW_RECOMMENDED,),
            cascades=parts.DISCONTINUES_PARTS,
        ),
        Transition(
            trigger="withdraw",
            title="Withdraw the notification",
            sources=ACTIVE[:2],
            to="withdrawn",
            roles=PARTNERS,
            form=referral.Withdrawal,
            cascades=parts.DISCONTINUES_PARTS,
        ),
        Transition(
            trigger="send_to_panel",
            title="Send the rapid review and the decision to the national panel",
            sources=REVIEWED,
            to=None,
            roles=UNIT_ROLES,
            form=decision.PanelNotice,
        ),
        Transition(
            trigger="record_panel_reply",
            title="Record the national panel's reply",
            sources=REVIEWED,
            to=None,
            roles=UNIT_ROLES,
            form=decision.PanelReply,
            guards=(practice_review_guards.SENT_TO_PANEL,),
        ),
        Transition(
            trigger="record_disagreement",
            title="Record the answer to the panel",
            sources=REVIEWED,
            to=None,
            roles=JOINTLY,
            form=practice_review.Disagreement,
            guards=(practice_review_guards.PANEL_DISAGREES,),
        ),
        *STAGES.steps(),
        *STAGES.course_changes(),
        course_changes.reconsider(
            "no_review",
            to="rapid_review",
            deciders=JOINTLY,
            invalidates=(
                "complete_rapid_review",
                "decide_no_review",
                "send_to_panel",
                "record_panel_reply",
                "record_disagreement",
            ),
        ),
        *STAGES.filing_steps(*(state.name for state in (*REVIEW, *ENDS))),
    ),
    deadlines=DEADLINES,
    escalation_policy=PARTNERS_ESCALATION,
    may_reschedule=JOINTLY,
    may_suspend=PARTNERS,
    holders=HOLDERS,
)
