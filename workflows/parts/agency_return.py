"""Declare the workflow for an agency's return: a chronology, a management review or a scoping return."""

from __future__ import annotations

from ...engine.definition.deadline import Deadline, Holder, OnEnter, OnStep
from ...engine.definition.workflow import State, Transition, Workflow
from ...engine.model.calendar import working_days
from ..escalation import PARTS_ESCALATION
from ..forms import agency_return
from ..forms.parts import Ended, SentBack, TakenUpAgain
from ..roles import (
    AGENCY_AUTHOR,
    AGENCY_ROLES,
    BUSINESS_MANAGER,
    DECIDERS,
    LEAD_REVIEWER,
    PANEL_MEMBER,
    ROLES,
    SUBGROUP_CHAIR,
    UNIT_ROLES,
)
from ..sources import local_default
from . import common, guards
from .status import AGENCY_RETURN as NAME
from .status import REVIEWS

ALL, ACTIVE = common.part_states(
    (
        State(name="requested", title="requested", meaning="The agency has been asked for the return."),
        State(name="received", title="received", meaning="The return has arrived and is being read."),
    ),
    (
        State(name="accepted", title="accepted", meaning="The return is accepted.", is_end=True),
        State(name="nil_return", title="nil return", meaning="The agency has nothing to report.", is_end=True),
        State(name="refused", title="refused", meaning="The agency will not make a return.", is_end=True),
    ),
)
ASKS = (*UNIT_ROLES, LEAD_REVIEWER.name, SUBGROUP_CHAIR.name)
"""The roles that ask agencies for returns."""

MAKES = (*AGENCY_ROLES, *UNIT_ROLES)
"""The roles that record steps of the agency, or on its behalf."""

READS = (LEAD_REVIEWER.name, PANEL_MEMBER.name, *UNIT_ROLES)
"""The roles that accept a return or send it back."""

IN = (OnStep(step="receive"), OnStep(step="return_nil"), OnStep(step="refuse"))

AGENCY_RETURN = Workflow(
    name=NAME,
    title="Agency return",
    purpose="Asks one agency what it knew and did.",
    version=1,
    prefix="RET",
    roles=ROLES,
    states=ALL,
    opening=Transition(
        trigger="request",
        title="Ask an agency for a return",
        sources=(),
        to="requested",
        roles=ASKS,
        form=agency_return.ReturnRequested,
        guards=(guards.PARENT_OPEN,),
        adds_organisations=("agency",),
    ),
    transitions=(
        Transition(
            trigger="secure_records",
            title="Record that the agency's records are secured",
            sources=ACTIVE,
            to=None,
            roles=MAKES,
            form=agency_return.RecordsSecured,
        ),
        Transition(
            trigger="name_author",
            title="Name the author",
            sources=ACTIVE,
            to=None,
            roles=MAKES,
            form=agency_return.AuthorNamed,
        ),
        Transition(
            trigger="receive",
            title="Receive the return",
            sources=("requested",),
            to="received",
            roles=MAKES,
            form=agency_return.ReturnReceived,
        ),
        Transition(
            trigger="accept",
            title="Accept the return",
            sources=("received",),
            to="accepted",
            roles=READS,
            form=agency_return.ReturnAccepted,
        ),
        Transition(
            trigger="send_back",
            title="Send the return back",
            sources=("received",),
            to="requested",
            roles=READS,
            form=SentBack,
        ),
        Transition(
            trigger="return_nil",
            title="Record a nil return",
            sources=("requested",),
            to="nil_return",
            roles=MAKES,
            form=agency_return.NilReturn,
        ),
        Transition(
            trigger="refuse",
            title="Record that the agency will not make a return",
            sources=("requested",),
            to="refused",
            roles=MAKES,
            form=Ended,
        ),
        common.reopen(
            ("accepted", "nil_return", "refused", "discontinued"), to="requested", roles=ASKS, record=TakenUpAgain
        ),
        common.discontinue(ACTIVE),
        common.succeed(ACTIVE),
        *common.filing_steps(ALL, *AGENCY_ROLES),
    ),
    deadlines=(
        common.agreed_date_deadline(
            name="return",
            title="Make the return",
            on=("request", "send_back", "reopen"),
            met_by=IN,
            owner=AGENCY_AUTHOR.name,
            may_reschedule=DECIDERS,
            citation=local_default("A return is made by the date in the request."),
        ),
        Deadline(
            name="accept",
            title="Accept the return, or send it back",
            term=working_days(10),
            starts=(OnEnter(state="received"),),
            met_by=(OnStep(step="accept"), OnStep(step="send_back")),
            owner=BUSINESS_MANAGER.name,
            citation=local_default("A return is read within ten working days."),
            may_reschedule=DECIDERS,
        ),
        common.SUSPENSION,
    ),
    escalation_policy=PARTS_ESCALATION,
    may_reschedule=DECIDERS,
    may_suspend=DECIDERS,
    holders=(
        Holder(role=AGENCY_AUTHOR.name, step="request", field="author"),
        Holder(role=AGENCY_AUTHOR.name, step="name_author", field="author"),
    ),
    parent_workflows=REVIEWS,
)
