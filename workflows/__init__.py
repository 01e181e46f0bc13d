"""The workflows of a safeguarding partnership, as declarations."""

from pathlib import Path

from .meeting import MEETING
from .parts.action import ACTION
from .parts.action_plan import AGENCY_ACTION_PLAN
from .parts.agency_return import AGENCY_RETURN
from .parts.engagement import ENGAGEMENT
from .parts.publication import PUBLICATION
from .parts.recommendation import RECOMMENDATION
from .reviews.partnership_review import PARTNERSHIP_REVIEW
from .reviews.practice_review import CHILD_SAFEGUARDING_PRACTICE_REVIEW
from .reviews.serious_case_review import SERIOUS_CASE_REVIEW
from .roles import FIRST_ROLE

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
"""All workflows: the reviews, the parts of a review, and meetings."""

MESSAGE_TEMPLATES = Path(__file__).parent / "messages"
"""The folder with the default templates of messages."""

__all__ = [
    "ACTION",
    "AGENCY_ACTION_PLAN",
    "AGENCY_RETURN",
    "CHILD_SAFEGUARDING_PRACTICE_REVIEW",
    "ENGAGEMENT",
    "FIRST_ROLE",
    "MEETING",
    "MESSAGE_TEMPLATES",
    "PARTNERSHIP_REVIEW",
    "PUBLICATION",
    "RECOMMENDATION",
    "SERIOUS_CASE_REVIEW",
    "WORKFLOWS",
]
