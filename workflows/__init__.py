"""The workflows of a safeguarding partnership, in its own words. Declarations only."""

from .action import ACTION
from .agency_action_plan import AGENCY_ACTION_PLAN
from .agency_return import AGENCY_RETURN
from .child_safeguarding_practice_review import CHILD_SAFEGUARDING_PRACTICE_REVIEW
from .engagement import ENGAGEMENT
from .meeting import MEETING
from .partnership_review import PARTNERSHIP_REVIEW
from .people import FIRST_ROLE
from .publication import PUBLICATION
from .recommendation import RECOMMENDATION
from .serious_case_review import SERIOUS_CASE_REVIEW

WORKFLOWS = (
    SERIOUS_CASE_REVIEW,
    PARTNERSHIP_REVIEW,
    CHILD_SAFEGUARDING_PRACTICE_REVIEW,
    ENGAGEMENT,
    AGENCY_RETURN,
    RECOMMENDATION,
    AGENCY_ACTION_PLAN,
    ACTION,
    PUBLICATION,
    MEETING,
)
"""Every workflow that there is: the reviews, the parts that a review is made up of, and what is kept beside them."""

__all__ = [
    "ACTION",
    "AGENCY_ACTION_PLAN",
    "AGENCY_RETURN",
    "CHILD_SAFEGUARDING_PRACTICE_REVIEW",
    "ENGAGEMENT",
    "FIRST_ROLE",
    "MEETING",
    "PARTNERSHIP_REVIEW",
    "PUBLICATION",
    "RECOMMENDATION",
    "SERIOUS_CASE_REVIEW",
    "WORKFLOWS",
]
