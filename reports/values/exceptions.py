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
    """What a chair reads.

    Attributes:
        reviews: The references of the reviews that it is of.
        decisions: What only a chair can decide, what waits longest first.
        date_changes: The dates that were given later ones, the latest first.
        overdue: What is overdue, by whose task it is.
    """

    reviews: tuple[str, ...]
    decisions: tuple[NeededDecision, ...]
    date_changes: tuple[DateChange, ...]
    overdue: tuple[OverdueWork, ...]


def build_exceptions_report(reviews: Sequence[Review]) -> ExceptionsReport:
    """What a chair reads of some reviews."""
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
