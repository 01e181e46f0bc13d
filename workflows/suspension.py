"""Require that each suspension is reviewed."""

from __future__ import annotations

from ..engine.definition.deadline import Deadline, OnResume, OnSuspend
from ..engine.model.calendar import months
from . import sources
from .roles import BUSINESS_MANAGER, CHAIRS


def suspension_review(may_reschedule: tuple[str, ...]) -> Deadline:
    """No process stops a review by itself, nor for good: each suspension is looked at again.

    Args:
        may_reschedule: The roles that may agree another day for it.
    """
    return Deadline(
        name="review_suspension",
        title="Review whether the suspension still stands",
        term=months(3),
        starts=(OnSuspend(),),
        met_by=(OnResume(),),
        owner=BUSINESS_MANAGER.name,
        citation=sources.local_default("A suspension is looked at again within three months, or sooner if agreed."),
        may_reschedule=may_reschedule,
    )


SUSPENSION_REVIEW = suspension_review(CHAIRS)
