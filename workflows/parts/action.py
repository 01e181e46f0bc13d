"""One action of one agency. Done is not assured: the agency hands it in, quality assurance finds that it holds."""

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
"""The ends to which an action comes by the subgroup's decision, not by assurance."""

ALL, ACTIVE = common.part_states(
    (
        State(name="proposed", title="proposed", meaning="The agency proposes it."),
        State(name="agreed", title="agreed", meaning="The subgroup has agreed it; the agency carries it out."),
        State(name="handed_in", title="handed in", meaning="The agency says it is done; that is being assured."),
    ),
    (
        State(name="assured", title="assured", meaning="Quality assurance found it done.", is_end=True),
        State(name="superseded", title="superseded", meaning="Something else has taken its place.", is_end=True),
        State(name="transferred", title="transferred", meaning="It is another agency's now.", is_end=True),
        State(name="agency_ceased", title="agency ceased", meaning="Its agency is no more.", is_end=True),
        State(
            name="not_carried_out",
            title="not carried out",
            meaning="It is not done, and the reason is on record.",
            is_end=True,
        ),
    ),
)
DOES = (*AGENCY_ROLES, *UNIT_ROLES)
"""Those who say what the agency does, or for it."""

AS_AGREED = ("agree", "send_back", "reopen")
"""The steps by which a day for it is agreed."""

ACTION = Workflow(
    name=NAME,
    title="Action",
    purpose="What one agency does about one or several recommendations, until that is assured.",
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
        # That its recommendations are there is asked once for all, when its plan is handed in and agreed.
        guards=(guards.PARENT_OPEN,),
        adds_organisations=("agency",),
    ),
    transitions=(
        Transition(
            trigger="revise",
            title="Propose it otherwise",
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
            title="Name who sees to it now",
            # While it is only proposed, it is revised as a whole: so who was named last is never in doubt.
            sources=("agreed",),
            to=None,
            roles=DOES,
            form=action.Reassigned,
        ),
        Transition(
            trigger="report_progress",
            title="Report how far it has come",
            sources=("agreed",),
            to=None,
            roles=DOES,
            form=action.ActionProgress,
        ),
        Transition(
            trigger="hand_in",
            title="Hand it in to be assured",
            sources=("agreed",),
            to="handed_in",
            roles=DOES,
            form=action.HandedIn,
        ),
        Transition(
            trigger="assure",
            title="Assure that it is done",
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
            title="Put something else in its place",
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
            title="End it, since the agency is no more",
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
            title="Carry the action out, and hand it in",
            on=AS_AGREED,
            met_by=(OnStep(step="hand_in"),),
            owner=ACTION_LEAD.name,
            may_reschedule=(SUBGROUP_CHAIR.name,),
            citation=local_default("An action is done on the day agreed for it."),
        ),
        Deadline(
            name="assure",
            title="Assure the action, or send it back",
            term=working_days(20),
            starts=(OnEnter(state="handed_in"),),
            met_by=(OnStep(step="assure"), OnStep(step="send_back")),
            owner=QUALITY_ASSURANCE.name,
            citation=local_default("What is handed in is looked at within twenty working days."),
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
