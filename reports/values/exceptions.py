"""Collect what a chair needs to see: decisions, changed dates and overdue work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .decisions_and_delays import (
    DateChange,
    NeededDecision,
    OverdueWork,
    date_changes,
    needed_decisions,
    overdue_by_owner,
)
from .review import Review


@dataclass(frozen=True, kw_only=True, slots=True)
class ExceptionsReport:
    """The exceptions report for a chair.

    Attributes:
        reviews: The references of the reviews.
        decisions: The decisions that only a chair can make, the longest waiting first.
        date_changes: The due dates that became later, the latest change first.
        overdue: The overdue work, by agency or role.
    """

    reviews: tuple[str, ...]
    decisions: tuple[NeededDecision, ...]
    date_changes: tuple[DateChange, ...]
    overdue: tuple[OverdueWork, ...]


def build_exceptions_report(reviews: Sequence[Review]) -> ExceptionsReport:
    """Return the exceptions report for some reviews."""
    waiting = [
        decision
        for review in reviews
        for decision in needed_decisions(review)
        if decision.role in review.parts.DECIDING_ROLES
    ]
    moved = [one for review in reviews for one in date_changes(review) if one.days > 0]
    return ExceptionsReport(
        reviews=tuple(review.root.ref for review in reviews),
        decisions=tuple(sorted(waiting, key=lambda decision: decision.since)),
        date_changes=tuple(sorted(moved, key=lambda one: one.recorded_at, reverse=True)),
        overdue=overdue_by_owner(reviews),
    )
