"""The roles of a review."""

from __future__ import annotations

from ..engine.definition.workflow import Role

REFERRER = Role(name="referrer", title="referrer")
BUSINESS_MANAGER = Role(
    name="business_manager",
    title="business manager",
    records_for_others=True,
    manages_people=True,
    decides_disposals=True,
)
REVIEW_COORDINATOR = Role(name="review_coordinator", title="review coordinator", records_for_others=True)
SUBGROUP_CHAIR = Role(name="subgroup_chair", title="subgroup chair", held_for_release=True, decides_disposals=True)
BOARD_CHAIR = Role(name="board_chair", title="board chair", held_for_release=True, decides_disposals=True)
SAFEGUARDING_PARTNERS = Role(
    name="safeguarding_partners", title="safeguarding partners", held_for_release=True, decides_disposals=True
)
LEAD_REVIEWER = Role(name="lead_reviewer", title="independent lead reviewer")
PANEL_MEMBER = Role(name="panel_member", title="review panel member")
AGENCY_AUTHOR = Role(name="agency_author", title="agency author", acts_for_organisation=True)
AGENCY_SAFEGUARDING_LEAD = Role(
    name="agency_safeguarding_lead", title="agency safeguarding lead", acts_for_organisation=True
)
ACTION_LEAD = Role(name="action_lead", title="action lead", acts_for_organisation=True)
FAMILY_CONTACT = Role(name="family_contact", title="family contact", never_notified=True)
QUALITY_ASSURANCE = Role(name="quality_assurance", title="quality assurance group")

ROLES = (
    REFERRER,
    BUSINESS_MANAGER,
    REVIEW_COORDINATOR,
    SUBGROUP_CHAIR,
    BOARD_CHAIR,
    SAFEGUARDING_PARTNERS,
    LEAD_REVIEWER,
    PANEL_MEMBER,
    AGENCY_AUTHOR,
    AGENCY_SAFEGUARDING_LEAD,
    ACTION_LEAD,
    FAMILY_CONTACT,
    QUALITY_ASSURANCE,
)


def titles(roles: tuple[str, ...]) -> str:
    """Return the titles of roles, joined by "or"."""
    by_name = {role.name: role.title for role in ROLES}
    return " or ".join(by_name[name] for name in roles)


UNIT_ROLES = (BUSINESS_MANAGER.name, REVIEW_COORDINATOR.name)
"""The roles that run the reviews from day to day."""

AGENCY_ROLES = (AGENCY_SAFEGUARDING_LEAD.name, AGENCY_AUTHOR.name, ACTION_LEAD.name)
"""The roles that act for their agency."""

FIRST_ROLE = BUSINESS_MANAGER
"""The role of the person who sets up the database."""

CHAIRS = (SUBGROUP_CHAIR.name, BOARD_CHAIR.name)
"""The roles that may suspend and resume deadlines under a board chair."""

PARTNERS = (SUBGROUP_CHAIR.name, SAFEGUARDING_PARTNERS.name)
"""The roles that may suspend and resume deadlines under the safeguarding partners."""

HEADS = (BOARD_CHAIR.name, SAFEGUARDING_PARTNERS.name)
"""The roles that make the final decision, one for each kind of review."""

DECIDERS = (SUBGROUP_CHAIR.name, *HEADS)
"""The roles that may suspend and resume the deadlines of a part of a review."""

UNIT_CLEARS = titles(UNIT_ROLES)
"""The people who can clear a guard of the unit."""

HEADS_CLEAR = titles(HEADS)
"""The people who can clear a guard of the final decision."""
