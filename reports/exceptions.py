"""What a chair reads: what only a chair can decide, which dates slipped, who is late. One page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from .page import Page, Section, counted, day
from .rag import Palette
from .records import CHAIRS
from .review import Review
from .waiting import Decision, Lateness, Slipped, by_lateness, decisions, slipped
from .waiting_page import decisions_table, lateness_table, slipped_table

MOST = 8
"""How many rows of each table a page has room for."""


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


def exceptions_page(of: Exceptions, palette: Palette, *, today: date, rehearsal: bool) -> Page:
    """The same as a page; of each table so much as there is room for."""
    which = of.reviews[0] if len(of.reviews) == 1 else counted(len(of.reviews), "open review")
    return Page(
        title="Exceptions",
        about=f"{day(today)}. {which}.",
        on=today,
        sections=(
            Section(heading="For the chairs", parts=(decisions_table(of.decisions, most=MOST, whole=True),)),
            Section(heading="Dates that slipped", parts=(slipped_table(of.slipped, most=MOST, whole=True),)),
            Section(heading="Lateness", parts=(lateness_table(of.late, most=MOST, whole=True),)),
        ),
        palette=palette,
        rehearsal=rehearsal,
    )


def exceptions_document(of: Exceptions) -> dict[str, Any]:
    """The same for programs, with all there is."""
    return {
        "reviews": list(of.reviews),
        "decisions": [decision_document(one) for one in of.decisions],
        "slipped": [slipped_document(one) for one in of.slipped],
        "late": [lateness_document(one) for one in of.late],
    }


def decision_document(of: Decision) -> dict[str, Any]:
    """Something that waits for a decision."""
    return {
        "ref": of.ref,
        "agency": of.agency or None,
        "what": of.what,
        "by": of.by,
        "last_step_on": of.since.isoformat(),
    }


def slipped_document(of: Slipped) -> dict[str, Any]:
    """A due date that was given a new one."""
    return {
        "ref": of.ref,
        "whose": of.whose,
        "what": of.what,
        "was": of.was.isoformat(),
        "due": of.due.isoformat(),
        "agreed_by": of.agreed_by or None,
        "reasons": of.reasons,
    }


def lateness_document(of: Lateness) -> dict[str, Any]:
    """What somebody is late with."""
    items = [
        {"ref": item.case.ref, "deadline": item.clock.deadline, "what": item.what, "days_overdue": item.days}
        for item in of.items
    ]
    return {"whose": of.whose, "days": of.days, "longest": of.longest, "items": items}
