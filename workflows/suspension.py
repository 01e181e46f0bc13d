"""Declare the deadline that reviews each suspension."""

from __future__ import annotations

from ..engine.definition.deadline import Deadline, OnResume, OnSuspend
from ..engine.model.calendar import months
from . import sources
from .roles import BUSINESS_MANAGER, CHAIRS


def suspension_review(may_reschedule: tuple[str, ...]) -> Deadline:
    """Return the deadline for reviewing a suspension.

    Args:
        may_reschedule: The roles that may agree a new date for it.
    """
    return Deadline(
        name="review_suspension",
        title="Check whether the suspension is still needed",
        term=months(3),
        starts=(OnSuspend(),),
        met_by=(OnResume(),),
        owner=BUSINESS_MANAGER.name,
        citation=sources.local_default("Each suspension is checked again within three months, or sooner if agreed."),
        may_reschedule=may_reschedule,
    )


SUSPENSION_REVIEW = suspension_review(CHAIRS)
