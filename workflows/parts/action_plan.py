"""Declare the workflow for an agency's action plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...engine.definition.deadline import Deadline, OnEnter, OnStep
from ...engine.definition.relations import Cascade, Siblings, SpawnsChildren
from ...engine.definition.workflow import State, Transition, Workflow
from ...engine.forms.fields import Form, json_values
from ...engine.model.calendar import working_days
from ...engine.model.case import Case
from ..escalation import PARTS_ESCALATION
from ..forms import action_plan
from ..forms.parts import Ended, SentBack, TakenUpAgain
from ..roles import AGENCY_AUTHOR, AGENCY_ROLES, AGENCY_SAFEGUARDING_LEAD, DECIDERS, ROLES, SUBGROUP_CHAIR, UNIT_ROLES
from ..sources import local_default
from . import common, guards
from .status import ACTION, REVIEWS, agency_of, belongs_to, current_plan, is_open
from .status import AGENCY_ACTION_PLAN as NAME

ALL, ACTIVE = common.part_states(
    (
        State(name="requested", title="requested", meaning="The agency has been asked for its plan."),
        State(name="submitted", title="submitted", meaning="The plan has arrived and the subgroup is considering it."),
    ),
    (
        State(name="agreed", title="agreed", meaning="The subgroup has agreed the plan and its actions.", is_end=True),
        State(name="nil", title="nil", meaning="Nothing was recommended to the agency.", is_end=True),
        State(
            name="agency_ceased",
            title="agency ceased",
            meaning="The agency has ceased, or left the review.",
            is_end=True,
        ),
    ),
)


def _proposals(record: Form, case: Case) -> Iterator[Mapping[str, Any]]:
    """Return the records of the actions that start with the plan."""
    assert isinstance(record, action_plan.PlanSubmitted)
    return ({**json_values(action), "agency": agency_of(case)} for action in record.actions)


def _agreement(_record: Form, case: Case, action: Case) -> Mapping[str, Any] | None:
    """Return the agreement to an action that is still proposed, with its own due date."""
    if action.state != "proposed" or not belongs_to(action, agency_of(case)):
        return None
    return {"due_on": current_plan(action)["due_on"]}


def _end(record: Form, case: Case, action: Case) -> Mapping[str, Any] | None:
    """Return the record that ends an open action of an agency that has ceased."""
    assert isinstance(record, Ended)
    return {"reasons": record.reasons} if is_open(action) and belongs_to(action, agency_of(case)) else None


AGENCY_ACTION_PLAN = Workflow(
    name=NAME,
    title="Agency action plan",
    purpose="Sets out what one agency will do about the recommendations made to it.",
    version=1,
    prefix="P",
    roles=ROLES,
    states=ALL,
    opening=Transition(
        trigger="request",
        title="Ask an agency for its action plan",
        sources=(),
        to="requested",
        roles=(*UNIT_ROLES, SUBGROUP_CHAIR.name),
        form=action_plan.PlanRequested,
        guards=(guards.PARENT_OPEN, guards.ONE_PLAN_PER_AGENCY),
        adds_organisations=("agency",),
    ),
    transitions=(
        Transition(
            trigger="submit",
            title="Submit the plan",
            sources=("requested",),
            to="submitted",
            roles=(AGENCY_SAFEGUARDING_LEAD.name, AGENCY_AUTHOR.name, *UNIT_ROLES),
            form=action_plan.PlanSubmitted,
            guards=(guards.RECOMMENDATIONS_EXIST,),
            spawns_children=(SpawnsChildren(workflow=ACTION, records=_proposals, as_sibling=True),),
        ),
        Transition(
            trigger="send_back",
            title="Send the plan back",
            sources=("submitted",),
            to="requested",
            roles=(SUBGROUP_CHAIR.name, *UNIT_ROLES),
            form=SentBack,
        ),
        Transition(
            trigger="agree",
            title="Agree the plan and its actions",
            sources=("submitted",),
            to="agreed",
            roles=(SUBGROUP_CHAIR.name,),
            form=action_plan.PlanAgreed,
            guards=(guards.RECOMMENDATIONS_HAVE_ACTIONS, guards.ACTIONS_NAME_RECOMMENDATIONS),
            cascades=(Cascade(step="agree", relation=Siblings(workflow=ACTION), records=_agreement),),
        ),
        Transition(
            trigger="record_nil",
            title="Record that the agency needs no plan",
            sources=ACTIVE,
            to="nil",
            roles=(SUBGROUP_CHAIR.name, *UNIT_ROLES),
            form=Ended,
            guards=(guards.NOTHING_RECOMMENDED,),
        ),
        Transition(
            trigger="end_with_agency",
            title="End it because the agency has ceased",
            sources=(*ACTIVE, "agreed", "nil"),
            to="agency_ceased",
            roles=(SUBGROUP_CHAIR.name,),
            form=Ended,
            cascades=(Cascade(step="end_with_agency", relation=Siblings(workflow=ACTION), records=_end),),
        ),
        common.reopen(
            ("agreed", "nil", "agency_ceased", "discontinued"),
            to="requested",
            roles=(SUBGROUP_CHAIR.name, *UNIT_ROLES),
            record=TakenUpAgain,
        ),
        Transition(
            trigger="leave",
            title="End it because the agency has left the review",
            sources=ACTIVE,
            to="agency_ceased",
            roles=DECIDERS,
            form=Ended,
            cascade_only=True,
        ),
        common.discontinue(ACTIVE),
        common.succeed((*ACTIVE, "agreed", "nil")),
        *common.filing_steps(ALL, *AGENCY_ROLES),
    ),
    deadlines=(
        common.agreed_date_deadline(
            name="submit",
            title="Submit the plan",
            on=("request", "send_back", "reopen"),
            met_by=(OnStep(step="submit"), OnStep(step="record_nil")),
            owner=AGENCY_SAFEGUARDING_LEAD.name,
            may_reschedule=DECIDERS,
            citation=local_default("A plan is submitted by the date in the request."),
        ),
        Deadline(
            name="agree",
            title="Agree the plan, or send it back",
            term=working_days(15),
            starts=(OnEnter(state="submitted"),),
            met_by=(OnStep(step="agree"), OnStep(step="send_back"), OnStep(step="record_nil")),
            owner=SUBGROUP_CHAIR.name,
            citation=local_default("The subgroup considers a plan within fifteen working days."),
            may_reschedule=DECIDERS,
        ),
        common.SUSPENSION,
    ),
    escalation_policy=PARTS_ESCALATION,
    may_reschedule=DECIDERS,
    may_suspend=DECIDERS,
    parent_workflows=REVIEWS,
)
