"""Declare the workflow for a recommendation of a review."""

from __future__ import annotations

from ...engine.definition.deadline import Deadline, OnStep
from ...engine.definition.workflow import State, Transition, Workflow
from ...engine.model.calendar import months
from ..escalation import PARTS_ESCALATION
from ..forms import recommendation
from ..forms.parts import Ended, Reopened, Superseded
from ..roles import AGENCY_ROLES, BUSINESS_MANAGER, DECIDERS, HEADS, ROLES, SUBGROUP_CHAIR, UNIT_ROLES
from ..sources import local_default
from . import common, guards
from .status import RECOMMENDATION as NAME
from .status import REVIEWS

ALL, ACTIVE = common.part_states(
    (State(name="made", title="made", meaning="The review has made the recommendation."),),
    (
        State(name="carried_out", title="carried out", meaning="The recommendation is carried out.", is_end=True),
        State(
            name="not_carried_out",
            title="not carried out",
            meaning="It is not carried out. The reason goes into the annual report.",
            is_end=True,
        ),
        State(name="superseded", title="superseded", meaning="Something else has replaced it.", is_end=True),
    ),
)

RECOMMENDATION = Workflow(
    name=NAME,
    title="Recommendation",
    purpose="Records what should change, who should act, and the outcome.",
    version=1,
    prefix="REC",
    roles=ROLES,
    states=ALL,
    opening=Transition(
        trigger="make",
        title="Make a recommendation",
        sources=(),
        to="made",
        roles=DECIDERS,
        form=recommendation.ReportRecommendation,
        guards=(guards.PARENT_OPEN, guards.NUMBER_UNIQUE),
        adds_organisations=("made_to",),
    ),
    transitions=(
        Transition(
            trigger="revise",
            title="Reword the recommendation",
            sources=ACTIVE,
            to=None,
            roles=DECIDERS,
            form=recommendation.Revised,
        ),
        Transition(
            trigger="readdress",
            title="Change its addressees",
            sources=ACTIVE,
            to=None,
            roles=DECIDERS,
            form=recommendation.Readdressed,
            adds_organisations=("made_to",),
            sets_organisations=True,
        ),
        Transition(
            trigger="question",
            title="Record an agency's challenge",
            sources=ACTIVE,
            to=None,
            roles=(*AGENCY_ROLES, *UNIT_ROLES),
            form=recommendation.Questioned,
            # An earlier answer does not cover a new challenge.
            invalidates=("answer_question",),
        ),
        Transition(
            trigger="answer_question",
            title="Answer the challenge",
            sources=ACTIVE,
            to=None,
            roles=DECIDERS,
            form=recommendation.QuestionAnswered,
            guards=(guards.QUESTIONED,),
        ),
        Transition(
            trigger="send_letter",
            title="Send the letter of a national recommendation",
            sources=ACTIVE,
            to=None,
            roles=(*HEADS, *UNIT_ROLES),
            form=recommendation.LetterSent,
        ),
        Transition(
            trigger="record_reply",
            title="Record the reply to the letter",
            sources=ACTIVE,
            to=None,
            roles=UNIT_ROLES,
            form=recommendation.ReplyReceived,
        ),
        Transition(
            trigger="carry_out",
            title="Decide that it is carried out",
            sources=ACTIVE,
            to="carried_out",
            roles=(SUBGROUP_CHAIR.name,),
            form=recommendation.CarriedOut,
            guards=(guards.ACTIONS_ASSURED,),
        ),
        Transition(
            trigger="not_carry_out",
            title="Decide that it is not carried out",
            sources=ACTIVE,
            to="not_carried_out",
            roles=(SUBGROUP_CHAIR.name,),
            form=Ended,
        ),
        Transition(
            trigger="supersede",
            title="Replace it with something else",
            sources=ACTIVE,
            to="superseded",
            roles=(SUBGROUP_CHAIR.name,),
            form=Superseded,
        ),
        common.reopen(
            ("carried_out", "not_carried_out", "superseded", "discontinued"), to="made", roles=DECIDERS, record=Reopened
        ),
        common.discontinue(ACTIVE),
        *common.filing_steps(ALL, *AGENCY_ROLES),
    ),
    deadlines=(
        Deadline(
            name="send_letter",
            title="Send the letter of a national recommendation",
            term=months(1),
            starts=(OnStep(step="make", field="scope", values=("national",)),),
            met_by=(OnStep(step="send_letter"),),
            owner=BUSINESS_MANAGER.name,
            citation=local_default("The letter is sent within a month of the recommendation."),
            may_reschedule=DECIDERS,
        ),
        common.SUSPENSION,
    ),
    escalation_policy=PARTS_ESCALATION,
    may_reschedule=DECIDERS,
    may_suspend=DECIDERS,
    parent_workflows=REVIEWS,
)
