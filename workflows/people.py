"""The people of a review: the roles in which they act, and whom an overdue step is escalated to."""

from __future__ import annotations

from ..engine.calendars import months
from ..engine.definition import OWNER, Deadline, Resuming, Role, Rung, Suspending
from . import authorities

REFERRER = Role(name="referrer", title="referrer")
BUSINESS_MANAGER = Role(name="business_manager", title="business manager", records_for_others=True, manages_people=True)
REVIEW_COORDINATOR = Role(name="review_coordinator", title="review coordinator", records_for_others=True)
SUBGROUP_CHAIR = Role(name="subgroup_chair", title="subgroup chair", in_digest=True)
BOARD_CHAIR = Role(name="board_chair", title="board chair", in_digest=True)
LEAD_REVIEWER = Role(name="lead_reviewer", title="independent lead reviewer")
PANEL_MEMBER = Role(name="panel_member", title="review panel member")
AGENCY_AUTHOR = Role(name="agency_author", title="agency author", of_agency=True)
AGENCY_SAFEGUARDING_LEAD = Role(name="agency_safeguarding_lead", title="agency safeguarding lead", of_agency=True)
ACTION_LEAD = Role(name="action_lead", title="action's lead person", of_agency=True)
FAMILY_CONTACT = Role(name="family_contact", title="family contact", never_chased=True)
QUALITY_ASSURANCE = Role(name="quality_assurance", title="quality assurance group")

ROLES = (
    REFERRER,
    BUSINESS_MANAGER,
    REVIEW_COORDINATOR,
    SUBGROUP_CHAIR,
    BOARD_CHAIR,
    LEAD_REVIEWER,
    PANEL_MEMBER,
    AGENCY_AUTHOR,
    AGENCY_SAFEGUARDING_LEAD,
    ACTION_LEAD,
    FAMILY_CONTACT,
    QUALITY_ASSURANCE,
)

UNIT = (BUSINESS_MANAGER.name, REVIEW_COORDINATOR.name)
"""Those who run the reviews from day to day."""

OF_AGENCY = (AGENCY_SAFEGUARDING_LEAD.name, AGENCY_AUTHOR.name, ACTION_LEAD.name)
"""Those who act for their agency."""

FIRST_ROLE = BUSINESS_MANAGER
"""The role of whoever sets the database up."""

LADDER = (
    Rung(name="reminder", to=OWNER, working_days=-5),
    Rung(name="owner", to=OWNER, working_days=0),
    Rung(name="agency_safeguarding_lead", to=AGENCY_SAFEGUARDING_LEAD.name, working_days=5, of_owners_agency=True),
    Rung(name="subgroup_chair", to=SUBGROUP_CHAIR.name, working_days=10),
    Rung(name="board_chair", to=BOARD_CHAIR.name, working_days=20),
)
"""No day counts are published: a local default, which a unit may set otherwise (`casereview terms`)."""

CHAIRS = (SUBGROUP_CHAIR.name, BOARD_CHAIR.name)
"""Those on whose decision clocks stop, and run on."""

REVIEW_SUSPENSION = Deadline(
    name="review_suspension",
    title="Review whether the suspension still stands",
    term=months(3),
    starts=(Suspending(),),
    met_by=(Resuming(),),
    owner=BUSINESS_MANAGER.name,
    authority=authorities.local_default("A suspension is looked at again within three months, or sooner if agreed."),
    moved_by=CHAIRS,
)
"""No process stops a review by itself, nor for good: each suspension is looked at again."""
