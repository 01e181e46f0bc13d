"""The workflows of a safeguarding partnership, in its own words. Declarations only."""

from .partnership_review import PARTNERSHIP_REVIEW
from .people import FIRST_ROLE
from .serious_case_review import SERIOUS_CASE_REVIEW

WORKFLOWS = (SERIOUS_CASE_REVIEW, PARTNERSHIP_REVIEW)
"""Every workflow that there is."""

__all__ = ["FIRST_ROLE", "PARTNERSHIP_REVIEW", "SERIOUS_CASE_REVIEW", "WORKFLOWS"]
