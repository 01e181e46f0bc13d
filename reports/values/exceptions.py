"""Collect what a chair needs to see: decisions, changed dates and overdue work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .decisions_and_delays import Decision, Lateness, Slipped, by_lateness, decisions, slipped
from .record_fields import CHAIRS
from .review import Review


@dataclass(frozen=True, kw_only=True, slots=True)
class Exceptions:
    """What a chair reads.

    Attributes:
        reviews: The references of the reviews that it is of.
        decisions: What only a chair can decide, what waits longest first.
        slipped: The dates that were given later ones, the latest first.
        late: What is overdue, by whose task it is.
    """

    reviews: tuple[str, ...]
    decisions: tuple[Decision, ...]
    slipped: tuple[Slipped, ...]
    late: tuple[Lateness, ...]


def exceptions(reviews: Sequence[Review]) -> Exceptions:
    """What a chair reads of some reviews."""
    waiting = [one for review in reviews for one in decisions(review)]
    moved = [one for review in reviews for one in slipped(review) if one.days > 0]
    return Exceptions(
        reviews=tuple(review.root.ref for review in reviews),
        decisions=tuple(sorted((one for one in waiting if one.by in CHAIRS), key=lambda one: one.since)),
        slipped=tuple(sorted(moved, key=lambda one: one.recorded_at, reverse=True)),
        late=by_lateness(reviews),
    )
