"""The Child Safeguarding Practice Review: from a serious incident's notification to the close.

It took the place of the Serious Case Review. A rapid review comes first; then the three safeguarding partners decide
jointly whether a local review is held. From there on it takes the same way.
"""

from __future__ import annotations

from ..engine.definition.workflow import State, Transition, Workflow
from . import gaps, later_stages, practice_conditions, tree, turns
from .forms import decision, practice_review, referral
from .people import BOARD_CHAIR, PARTNERS, PARTNERS_LADDER, REFERRER, ROLES, SAFEGUARDING_PARTNERS, SUBGROUP_CHAIR, UNIT
from .practice_review_deadlines import DEADLINES, STAGES
from .standing import PRACTICE_REVIEW as NAME

REVIEW = (
    State(name="notified", title="notified", means="The local authority has notified a serious incident."),
    State(name="rapid_review", title="rapid review", means="The rapid review has begun."),
    State(name="decided", title="decided", means="The safeguarding partners have decided to hold a local review."),
    *later_stages.STAGES,
)
ENDS = (
    later_stages.CLOSED,
    State(
        name="no_review",
        title="no review",
        means="The safeguarding partners have decided to hold no review; what was learnt is on record.",
        is_end=True,
    ),
    State(name="withdrawn", title="withdrawn", means="The incident turned out to be none.", is_end=True),
    later_stages.DISCONTINUED,
    later_stages.TRANSFERRED,
)
ACTIVE = tuple(state.name for state in REVIEW)
REVIEWED = (*ACTIVE[2:], "no_review")
"""The states in which the partners have decided."""

JOINTLY = (SAFEGUARDING_PARTNERS.name,)

CHILD_SAFEGUARDING_PRACTICE_REVIEW = Workflow(
    name=NAME,
    title="Child Safeguarding Practice Review",
    purpose=(
        "Looks at a serious incident, first rapidly and then, where the safeguarding partners so decide, in a local"
        " review, so that agencies learn."
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
        roles=(REFERRER.name, *UNIT),
        record=practice_review.SeriousIncident,
        names_title="title",
        names_agencies=("agency", "other_agencies"),
    ),
    transitions=(
        Transition(
            trigger="open_rapid_review",
            title="Begin the rapid review",
            sources=("notified",),
            to="rapid_review",
            roles=(*UNIT, SUBGROUP_CHAIR.name, *JOINTLY),
            record=practice_review.RapidReviewOpened,
            names_agencies=("agencies",),
        ),
        Transition(
            trigger="record_progress_meeting",
            title="Record the rapid review's meeting",
            sources=("rapid_review",),
            to=None,
            roles=(*UNIT, SUBGROUP_CHAIR.name, *JOINTLY),
            record=practice_review.ProgressMeeting,
        ),
        Transition(
            trigger="complete_rapid_review",
            title="Complete the rapid review",
            sources=("rapid_review",),
            to=None,
            roles=(SUBGROUP_CHAIR.name, *JOINTLY),
            record=practice_review.RapidReviewReport,
            guards=(practice_conditions.MEETING_HELD,),
            warnings=(gaps.RETURNS_OUT,),
        ),
        Transition(
            trigger="decide_review",
            title="Decide to hold a local review",
            sources=("rapid_review",),
            to="decided",
            roles=JOINTLY,
            record=practice_review.LocalReview,
            guards=(practice_conditions.RAPID_REVIEW_COMPLETE, practice_conditions.PARTNERS_AGREE),
            warnings=(practice_conditions.CRITERIA_IN_DOUBT,),
        ),
        Transition(
            trigger="decide_no_review",
            title="Decide to hold no review",
            sources=("rapid_review",),
            to="no_review",
            roles=JOINTLY,
            record=practice_review.NoReview,
            guards=(practice_conditions.RAPID_REVIEW_COMPLETE, practice_conditions.PARTNERS_AGREE),
            warnings=(practice_conditions.REVIEW_RECOMMENDED,),
            takes=tree.ENDS_PARTS,
        ),
        Transition(
            trigger="withdraw",
            title="Withdraw the notification",
            sources=ACTIVE[:2],
            to="withdrawn",
            roles=PARTNERS,
            record=referral.Withdrawal,
            takes=tree.ENDS_PARTS,
        ),
        Transition(
            trigger="send_to_panel",
            title="Send the rapid review and the decision to the national panel",
            sources=REVIEWED,
            to=None,
            roles=UNIT,
            record=decision.PanelNotice,
        ),
        Transition(
            trigger="record_panel_reply",
            title="Record what the national panel replied",
            sources=REVIEWED,
            to=None,
            roles=UNIT,
            record=decision.PanelReply,
            guards=(practice_conditions.SENT_TO_PANEL,),
        ),
        Transition(
            trigger="record_disagreement",
            title="Record what was answered to the panel",
            sources=REVIEWED,
            to=None,
            roles=JOINTLY,
            record=practice_review.Disagreement,
            guards=(practice_conditions.PANEL_DISAGREES,),
        ),
        *STAGES.steps(),
        *STAGES.turns(),
        turns.reconsider(
            "no_review",
            to="rapid_review",
            deciders=JOINTLY,
            sets_aside=(
                "complete_rapid_review",
                "decide_no_review",
                "send_to_panel",
                "record_panel_reply",
                "record_disagreement",
            ),
        ),
        *STAGES.on_file(*(state.name for state in (*REVIEW, *ENDS))),
    ),
    deadlines=DEADLINES,
    ladder=PARTNERS_LADDER,
    moved_by=JOINTLY,
    stopped_by=PARTNERS,
    holders=later_stages.HOLDERS,
)
