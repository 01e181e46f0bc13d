"""The people of a review: the roles in which they act."""

from __future__ import annotations

from ..engine.definition import Role

REFERRER = Role(name="referrer", title="referrer")
BUSINESS_MANAGER = Role(name="business_manager", title="business manager", records_for_others=True, manages_people=True)
REVIEW_COORDINATOR = Role(name="review_coordinator", title="review coordinator", records_for_others=True)
SUBGROUP_CHAIR = Role(name="subgroup_chair", title="subgroup chair")
BOARD_CHAIR = Role(name="board_chair", title="board chair")
LEAD_REVIEWER = Role(name="lead_reviewer", title="independent lead reviewer")
PANEL_MEMBER = Role(name="panel_member", title="review panel member")
AGENCY_AUTHOR = Role(name="agency_author", title="agency author")
AGENCY_SAFEGUARDING_LEAD = Role(name="agency_safeguarding_lead", title="agency safeguarding lead")
FAMILY_CONTACT = Role(name="family_contact", title="family contact")
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
    FAMILY_CONTACT,
    QUALITY_ASSURANCE,
)

UNIT = (BUSINESS_MANAGER.name, REVIEW_COORDINATOR.name)
"""Those who run the reviews from day to day."""

FIRST_ROLE = BUSINESS_MANAGER
"""The role of whoever sets the database up."""
