"""The people of a review: the roles in which they act, and whom an overdue step is escalated to."""

from __future__ import annotations

from dataclasses import replace

from ..engine.definition.deadline import OWNER, Deadline, Resuming, Rung, Suspending
from ..engine.definition.workflow import Role
from ..engine.model.calendar import months
from . import authorities

REFERRER = Role(name="referrer", title="referrer")
BUSINESS_MANAGER = Role(name="business_manager", title="business manager", records_for_others=True, manages_people=True)
REVIEW_COORDINATOR = Role(name="review_coordinator", title="review coordinator", records_for_others=True)
SUBGROUP_CHAIR = Role(name="subgroup_chair", title="subgroup chair", in_digest=True)
BOARD_CHAIR = Role(name="board_chair", title="board chair", in_digest=True)
SAFEGUARDING_PARTNERS = Role(name="safeguarding_partners", title="safeguarding partners", in_digest=True)
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
    SAFEGUARDING_PARTNERS,
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

CHAIRS = (SUBGROUP_CHAIR.name, BOARD_CHAIR.name)
"""Those on whose decision clocks stop, and run on."""

PARTNERS = (SUBGROUP_CHAIR.name, SAFEGUARDING_PARTNERS.name)
"""The same, where the safeguarding partners decide jointly and there is no board chair."""

HEADS = (BOARD_CHAIR.name, SAFEGUARDING_PARTNERS.name)
"""Those who decide in the end: what is part of a review is decided by the head of its kind of review."""

DECIDERS = (SUBGROUP_CHAIR.name, *HEADS)
"""Those on whose decision the clocks of a part of a review stop, and run on."""

FIRST_RUNGS = (
    Rung(name="reminder", to=OWNER, working_days=-5),
    Rung(name="owner", to=OWNER, working_days=0),
    Rung(name="agency_safeguarding_lead", to=AGENCY_SAFEGUARDING_LEAD.name, working_days=5, of_owners_agency=True),
    Rung(name="subgroup_chair", to=SUBGROUP_CHAIR.name, working_days=10),
)
"""No day counts are published: a local default, which a unit may set otherwise (`casereview terms`)."""

TO_CHAIR = Rung(name="board_chair", to=BOARD_CHAIR.name, working_days=20)
TO_PARTNERS = Rung(name="safeguarding_partners", to=SAFEGUARDING_PARTNERS.name, working_days=20)

LADDER = (*FIRST_RUNGS, TO_CHAIR)
"""Who is told of an overdue step of a review that a board's chair answers for."""

PARTNERS_LADDER = (*FIRST_RUNGS, TO_PARTNERS)
"""The same, where the safeguarding partners do."""

PARTS_LADDER = (
    *FIRST_RUNGS,
    replace(TO_CHAIR, under=("SCR", "PR")),
    replace(TO_PARTNERS, under=("CSPR",)),
)
"""The same of a part: whoever answers for its review is told last."""


def review_of_suspensions(moved_by: tuple[str, ...]) -> Deadline:
    """No process stops a review by itself, nor for good: each suspension is looked at again.

    Args:
        moved_by: The roles that may agree another day for it.
    """
    return Deadline(
        name="review_suspension",
        title="Review whether the suspension still stands",
        term=months(3),
        starts=(Suspending(),),
        met_by=(Resuming(),),
        owner=BUSINESS_MANAGER.name,
        authority=authorities.local_default(
            "A suspension is looked at again within three months, or sooner if agreed."
        ),
        moved_by=moved_by,
    )


REVIEW_SUSPENSION = review_of_suspensions(CHAIRS)
