"""Involving one member of the family, or one group of practitioners.

Family members are never chased by the system: the clock is the unit's own, and ends with the engagement
where somebody has died or is not to be contacted.
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
        State(name="planned", title="planned", meaning="The review means to involve them."),
        State(name="contacted", title="contacted", meaning="They were reached."),
        State(name="took_part", title="took part", meaning="They took part."),
        State(name="declined", title="declined", meaning="They take no part, and the reason is on record."),
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
        State(name="no_contact", title="no contact", meaning="They have died or are left alone.", is_end=True),
    ),
)
INVOLVES = (LEAD_REVIEWER.name, *UNIT_ROLES, FAMILY_CONTACT.name)
"""Those who keep in touch with family and practitioners."""

ENGAGEMENT = Workflow(
    name=NAME,
    title="Engagement",
    purpose="Involves one member of the family, or one group of practitioners, and tells them of the findings.",
    version=1,
    prefix="E",
    roles=ROLES,
    states=ALL,
    opening=Transition(
        trigger="plan",
        title="Plan to involve somebody",
        sources=(),
        to="planned",
        roles=(LEAD_REVIEWER.name, SUBGROUP_CHAIR.name, *UNIT_ROLES),
        form=engagement.EngagementPlanned,
        guards=(guards.PARENT_OPEN,),
    ),
    transitions=(
        Transition(
            trigger="contact",
            title="Reach them",
            sources=("planned",),
            to="contacted",
            roles=INVOLVES,
            form=engagement.Contacted,
        ),
        Transition(
            trigger="take_part",
            title="Record that they took part",
            # Whoever declined may think better of it, also after the report.
            sources=("planned", "contacted", "declined", "unable_to_take_part", "findings_shared"),
            to="took_part",
            roles=INVOLVES,
            form=engagement.TookPart,
        ),
        Transition(
            trigger="decline",
            title="Record that they take no part",
            sources=("planned", "contacted"),
            to="declined",
            roles=INVOLVES,
            form=engagement.Declined,
        ),
        Transition(
            trigger="record_unable",
            title="Record that they cannot take part",
            sources=("planned", "contacted"),
            to="unable_to_take_part",
            roles=INVOLVES,
            form=engagement.UnableToTakePart,
        ),
        Transition(
            trigger="stop_contact",
            title="Leave them alone from now on",
            sources=ACTIVE,
            to="no_contact",
            roles=INVOLVES,
            form=engagement.NoContact,
        ),
        Transition(
            trigger="share_findings",
            title="Tell them of the findings",
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
            title="Reach them, or record why not",
            term=working_days(20),
            starts=(OnEnter(state="planned"),),
            met_by=(OnExit(state="planned"),),
            owner=BUSINESS_MANAGER.name,
            citation=local_default("Family and practitioners are reached within twenty working days of the plan."),
            may_reschedule=DECIDERS,
        ),
        common.SUSPENSION,
    ),
    escalation_policy=PARTS_ESCALATION,
    may_reschedule=DECIDERS,
    may_suspend=DECIDERS,
    parent_workflows=REVIEWS,
)
