"""Declare the workflow for involving a family member or a group of practitioners.

The system never reminds family members. The deadline belongs to the unit, and ends if the person has died or asked not
to be contacted.
"""

from __future__ import annotations

from ...engine.definition.deadline import Deadline, OnEnter, OnExit
from ...engine.definition.workflow import State, Transition, Workflow
from ...engine.model.calendar import working_days
from ..escalation import PARTS_ESCALATION
from ..forms import engagement
from ..forms.parts import Reopened
from ..roles import BUSINESS_MANAGER, DECIDERS, FAMILY_CONTACT, LEAD_REVIEWER, ROLES, SUBGROUP_CHAIR, UNIT_ROLES
from ..sources import local_default
from . import common, guards
from .status import ENGAGEMENT as NAME
from .status import REVIEWS

ALL, ACTIVE = common.part_states(
    (
        State(name="planned", title="planned", meaning="The review plans to involve them."),
        State(name="contacted", title="contacted", meaning="The first contact was made."),
        State(name="took_part", title="took part", meaning="They took part."),
        State(
            name="declined",
            title="declined",
            meaning="They chose not to take part, or there is another reason. It is on record.",
        ),
        State(
            name="unable_to_take_part",
            title="unable to take part",
            meaning="They were unable to take part. The reason is on record.",
        ),
    ),
    (
        State(
            name="findings_shared", title="findings shared", meaning="The findings were shared with them.", is_end=True
        ),
        State(
            name="no_contact", title="no contact", meaning="They asked not to be contacted, or have died.", is_end=True
        ),
    ),
)
INVOLVES = (LEAD_REVIEWER.name, *UNIT_ROLES, FAMILY_CONTACT.name)
"""The roles that keep in touch with family and practitioners."""

ENGAGEMENT = Workflow(
    name=NAME,
    title="Engagement",
    purpose="Involves one family member or one group of practitioners, and shares the findings with them.",
    version=1,
    prefix="E",
    roles=ROLES,
    states=ALL,
    opening=Transition(
        trigger="plan",
        title="Plan to involve a person or group",
        sources=(),
        to="planned",
        roles=(LEAD_REVIEWER.name, SUBGROUP_CHAIR.name, *UNIT_ROLES),
        form=engagement.EngagementPlanned,
        guards=(guards.PARENT_OPEN,),
    ),
    transitions=(
        Transition(
            trigger="contact",
            title="Record the first contact",
            sources=("planned",),
            to="contacted",
            roles=INVOLVES,
            form=engagement.Contacted,
        ),
        Transition(
            trigger="take_part",
            title="Record that they took part",
            # A person who declined may change their mind, even after the report.
            sources=("planned", "contacted", "declined", "unable_to_take_part", "findings_shared"),
            to="took_part",
            roles=INVOLVES,
            form=engagement.TookPart,
        ),
        Transition(
            trigger="decline",
            title="Record that they are not taking part",
            sources=("planned", "contacted"),
            to="declined",
            roles=INVOLVES,
            form=engagement.Declined,
        ),
        Transition(
            trigger="record_unable",
            title="Record that they are unable to take part",
            sources=("planned", "contacted"),
            to="unable_to_take_part",
            roles=INVOLVES,
            form=engagement.UnableToTakePart,
        ),
        Transition(
            trigger="stop_contact",
            title="Stop contact with them",
            sources=ACTIVE,
            to="no_contact",
            roles=INVOLVES,
            form=engagement.NoContact,
        ),
        Transition(
            trigger="share_findings",
            title="Share the findings with them",
            sources=("contacted", "took_part", "declined", "unable_to_take_part"),
            to="findings_shared",
            roles=INVOLVES,
            form=engagement.FindingsShared,
        ),
        common.reopen(("no_contact", "discontinued"), to="planned", roles=INVOLVES, record=Reopened),
        common.discontinue(ACTIVE),
        *common.filing_steps(ALL, FAMILY_CONTACT.name),
    ),
    deadlines=(
        Deadline(
            name="contact",
            title="Make contact, or record why not",
            term=working_days(20),
            starts=(OnEnter(state="planned"),),
            met_by=(OnExit(state="planned"),),
            owner=BUSINESS_MANAGER.name,
            citation=local_default("Family and practitioners are contacted within twenty working days of the plan."),
            may_reschedule=DECIDERS,
        ),
        common.SUSPENSION,
    ),
    escalation_policy=PARTS_ESCALATION,
    may_reschedule=DECIDERS,
    may_suspend=DECIDERS,
    parent_workflows=REVIEWS,
)
