"""Declare the workflow for an action of an agency. The agency hands it in; quality assurance then checks it."""

from __future__ import annotations

from ...engine.definition.deadline import Deadline, Holder, OnEnter, OnStep
from ...engine.definition.workflow import State, Transition, Workflow
from ...engine.model.calendar import working_days
from ..escalation import PARTS_ESCALATION
from ..forms import action
from ..forms.parts import Ended, SentBack, Superseded, TakenUpAgain
from ..roles import ACTION_LEAD, AGENCY_ROLES, DECIDERS, QUALITY_ASSURANCE, ROLES, SUBGROUP_CHAIR, UNIT_ROLES
from ..sources import local_default
from . import common, guards
from .status import ACTION as NAME
from .status import REVIEWS

ENDED_OTHERWISE = ("superseded", "transferred", "agency_ceased", "not_carried_out")
"""The end states that the subgroup decides, without assurance."""

ALL, ACTIVE = common.part_states(
    (
        State(name="proposed", title="proposed", meaning="The agency has proposed the action."),
        State(
            name="agreed", title="agreed", meaning="The subgroup has agreed the action. The agency is carrying it out."
        ),
        State(
            name="handed_in",
            title="handed in",
            meaning="The agency says it is done. Quality assurance is checking this.",
        ),
    ),
    (
        State(name="assured", title="assured", meaning="Quality assurance found that it is done.", is_end=True),
        State(name="superseded", title="superseded", meaning="Something else has replaced it.", is_end=True),
        State(
            name="transferred",
            title="transferred",
            meaning="The action was transferred to another agency.",
            is_end=True,
        ),
        State(name="agency_ceased", title="agency ceased", meaning="The agency has ceased.", is_end=True),
        State(
            name="not_carried_out",
            title="not carried out",
            meaning="It is not carried out. The reason is on record.",
            is_end=True,
        ),
    ),
)
DOES = (*AGENCY_ROLES, *UNIT_ROLES)
"""The roles that record steps of the agency, or on its behalf."""

AS_AGREED = ("agree", "send_back", "reopen")
"""The steps that agree a due date."""

ACTION = Workflow(
    name=NAME,
    title="Action",
    purpose="Follows one agency's action on one or more recommendations until it is assured.",
    version=1,
    prefix="A",
    roles=ROLES,
    states=ALL,
    opening=Transition(
        trigger="propose",
        title="Propose an action",
        sources=(),
        to="proposed",
        roles=(*DOES, *DECIDERS),
        form=action.ActionProposed,
        # The guards of the plan check the recommendations, so this opening does not.
        guards=(guards.PARENT_OPEN,),
        adds_organisations=("agency",),
    ),
    transitions=(
        Transition(
            trigger="revise",
            title="Revise the proposal",
            sources=("proposed",),
            to=None,
            roles=(*DOES, SUBGROUP_CHAIR.name),
            form=action.ActionRevised,
        ),
        Transition(
            trigger="agree",
            title="Agree the action",
            sources=("proposed",),
            to="agreed",
            roles=(SUBGROUP_CHAIR.name,),
            form=action.ActionAgreed,
        ),
        Transition(
            trigger="reassign",
            title="Name a new lead person",
            # A proposed action is revised as a whole, so the latest lead person is always clear.
            sources=("agreed",),
            to=None,
            roles=DOES,
            form=action.Reassigned,
        ),
        Transition(
            trigger="report_progress",
            title="Report progress",
            sources=("agreed",),
            to=None,
            roles=DOES,
            form=action.ActionProgress,
        ),
        Transition(
            trigger="hand_in",
            title="Hand it in for assurance",
            sources=("agreed",),
            to="handed_in",
            roles=DOES,
            form=action.HandedIn,
        ),
        Transition(
            trigger="assure",
            title="Confirm that it is done",
            sources=("handed_in",),
            to="assured",
            roles=(QUALITY_ASSURANCE.name,),
            form=action.Assured,
        ),
        Transition(
            trigger="send_back",
            title="Send it back to the agency",
            sources=("handed_in",),
            to="agreed",
            roles=(QUALITY_ASSURANCE.name,),
            form=SentBack,
        ),
        Transition(
            trigger="supersede",
            title="Replace it with something else",
            sources=ACTIVE,
            to="superseded",
            roles=(SUBGROUP_CHAIR.name,),
            form=Superseded,
        ),
        Transition(
            trigger="transfer",
            title="Transfer it to another agency",
            sources=ACTIVE,
            to="transferred",
            roles=(SUBGROUP_CHAIR.name,),
            form=action.Transferred,
        ),
        Transition(
            trigger="end_with_agency",
            title="End it because the agency has ceased",
            sources=ACTIVE,
            to="agency_ceased",
            roles=(SUBGROUP_CHAIR.name,),
            form=Ended,
        ),
        Transition(
            trigger="not_carry_out",
            title="Decide that it is not carried out",
            sources=ACTIVE,
            to="not_carried_out",
            roles=(SUBGROUP_CHAIR.name,),
            form=Ended,
        ),
        common.reopen(
            ("assured", *ENDED_OTHERWISE, "discontinued"),
            to="agreed",
            roles=(SUBGROUP_CHAIR.name,),
            record=TakenUpAgain,
        ),
        common.discontinue(ACTIVE),
        common.succeed((*ACTIVE, "assured")),
        *common.filing_steps(ALL, *AGENCY_ROLES),
    ),
    deadlines=(
        common.agreed_date_deadline(
            name="carry_out",
            title="Carry out the action and hand it in",
            on=AS_AGREED,
            met_by=(OnStep(step="hand_in"),),
            owner=ACTION_LEAD.name,
            may_reschedule=(SUBGROUP_CHAIR.name,),
            citation=local_default("An action is done by the agreed date."),
        ),
        Deadline(
            name="assure",
            title="Assure the action, or send it back",
            term=working_days(20),
            starts=(OnEnter(state="handed_in"),),
            met_by=(OnStep(step="assure"), OnStep(step="send_back")),
            owner=QUALITY_ASSURANCE.name,
            citation=local_default("An action is checked within twenty working days of being handed in."),
            may_reschedule=(SUBGROUP_CHAIR.name,),
        ),
        common.SUSPENSION,
    ),
    escalation_policy=PARTS_ESCALATION,
    may_reschedule=(SUBGROUP_CHAIR.name,),
    may_suspend=DECIDERS,
    holders=(
        Holder(role=ACTION_LEAD.name, step="propose", field="lead_person"),
        Holder(role=ACTION_LEAD.name, step="revise", field="lead_person"),
        Holder(role=ACTION_LEAD.name, step="reassign", field="lead_person"),
    ),
    parent_workflows=REVIEWS,
)
