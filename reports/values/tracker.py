"""List every action of a review: its agency, due date and status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from ...engine.forms.names import same_name_key
from ...engine.model.case import Case
from ...engine.ports.delivery_state import Delivery
from .deliveries import people_in_words, sent_on
from .rag_status import Palette, RagColour, RagRating, latest_clock, rate_action
from .record_fields import PROGRESS_TEXT
from .review import Review, natural_sort_key


@dataclass(frozen=True, kw_only=True, slots=True)
class Escalation:
    """An escalation level that was reached.

    Attributes:
        level: The level.
        day: The day on which it was reached.
        recipients: The people it names.
        delivery: What became of their notices.
        told: The same in words, person by person.
        sent_on: The day on which the last was sent; None unless all were.
    """

    level: str
    day: date
    recipients: tuple[str, ...]
    delivery: Delivery
    told: str
    sent_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackerRow:
    """An action, or a recommendation that an agency has not answered yet.

    Attributes:
        ref: The action's reference; empty if there is no action.
        agency: The agency.
        recommendations: The numbers of the recommendations that it answers; none for early learning.
        action: The action's text; empty if there is no action.
        rating: Its rating.
        state: The title of its state; empty if there is no action.
        lead_person: The person who leads it.
        original_due: The first due date agreed; None if none was.
        due: The present due date, or the one proposed if none is agreed yet.
        evidence: The titles of the documents handed in with it, or else reported with its progress.
        escalations: The escalation levels reached in the present run of its deadline; none in an agency's tracker.
        progress: The latest progress text.
    """

    ref: str
    agency: str
    recommendations: tuple[int, ...]
    action: str
    rating: RagRating
    state: str
    lead_person: str
    original_due: date | None
    due: date | None
    evidence: tuple[str, ...]
    escalations: tuple[Escalation, ...]
    progress: str

    @property
    def date_changed(self) -> bool:
        """Return True if its due date has changed."""
        return self.original_due is not None and self.original_due != self.due


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackedRecommendation:
    """A recommendation.

    Attributes:
        number: Its number in the report.
        text: Its text.
        made_to: The agencies that it was made to; in one agency's tracker, only that agency.
        state: The title of its state.
    """

    number: int
    text: str
    made_to: tuple[str, ...]
    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Tracker:
    """The tracker of a review's actions.

    Attributes:
        ref: The review's reference.
        title: Its title; empty in an agency's tracker, because that leaves the office.
        recommendations: The recommendations, by number.
        rows: The actions, by agency, recommendation and reference.
    """

    ref: str
    title: str
    recommendations: tuple[TrackedRecommendation, ...]
    rows: tuple[TrackerRow, ...]

    def rows_by_agency(self) -> Iterator[tuple[str, tuple[TrackerRow, ...]]]:
        """Yield each agency with its rows."""
        yield from rows_by_agency(self.rows)


def build_tracker(
    review: Review, palette: Palette, *, agency: str | None = None, aliases: Iterable[str] = ()
) -> Tracker:
    """Return the tracker of a review.

    Args:
        review: The review.
        palette: The colours.
        agency: The agency to list; None for all.
        aliases: The other names of that agency.
    """
    parts = review.parts
    wanted = None if agency is None else {same_name_key(name) for name in (agency, *aliases)}
    rows = [row for row in _rows(review, palette) if wanted is None or same_name_key(row.agency) in wanted]
    if wanted is not None:
        # It leaves the office, and who else was reminded is nothing to the agency.
        rows = [replace(row, escalations=()) for row in rows]
    answered = {number for row in rows for number in row.recommendations}
    recommendations = []
    for case in review.cases_of(parts.RECOMMENDATION):
        made_to = tuple(name for name in parts.addressees(case) if wanted is None or same_name_key(name) in wanted)
        number = parts.number_of(case)
        if wanted is None or made_to or number in answered:
            text, state = parts.text_of(case), review.state_title(case)
            recommendations.append(TrackedRecommendation(number=number, text=text, made_to=made_to, state=state))
    return Tracker(
        ref=review.root.ref,
        title=review.root.title if agency is None else "",
        recommendations=tuple(sorted(recommendations, key=lambda one: one.number)),
        rows=tuple(sorted(rows, key=_sort_key)),
    )


def rows_by_agency(rows: Sequence[TrackerRow]) -> Iterator[tuple[str, tuple[TrackerRow, ...]]]:
    """Yield each agency with its rows, sorted by name, ignoring case and spacing."""
    of: dict[str, list[TrackerRow]] = {}
    for row in rows:
        of.setdefault(same_name_key(row.agency), []).append(row)
    for ones in sorted(of.values(), key=lambda ones: natural_sort_key(ones[0].agency)):
        yield ones[0].agency, tuple(ones)


def count_by_colour(rows: Sequence[TrackerRow]) -> Counter[RagColour]:
    """Count the actions of each colour, without the recommendations that have no action."""
    return Counter(row.rating.rag for row in rows if row.ref)


def _rows(review: Review, palette: Palette) -> Iterator[TrackerRow]:
    parts = review.parts
    actions = review.cases_of(parts.ACTION)
    for action in actions:
        yield _row(review, action, palette)
    plans = review.cases_of(parts.AGENCY_ACTION_PLAN)
    for agency, number in parts.unanswered(review.cases_of(parts.RECOMMENDATION), actions, plans):
        yield _row_without_action(agency, number)


def _row(review: Review, case: Case, palette: Palette) -> TrackerRow:
    parts, state = review.parts, review.state_title(case)
    plan = parts.current_plan(case)
    original_due, due = parts.due_dates_of(case) or (None, date.fromisoformat(plan["due_on"]))
    return TrackerRow(
        ref=case.ref,
        agency=parts.agency_of(case),
        recommendations=parts.recommendations_answered(case),
        action=str(plan["action"]),
        rating=rate_action(case, state, parts=parts, at=review.at, calendar=review.calendar, due_soon=palette.due_soon),
        state=state,
        lead_person=parts.lead_person_of(case),
        original_due=original_due,
        due=due,
        evidence=tuple(str(document["title"]) for document in parts.latest_evidence_of(case)),
        escalations=_escalations(review, case),
        progress=PROGRESS_TEXT.text(case),
    )


def _escalations(review: Review, case: Case) -> tuple[Escalation, ...]:
    running = latest_clock(case, review.parts.CARRY_OUT)
    if running is None or not running.is_open:
        return ()
    reached = [level for level in running.reached if level.recipients and not level.skipped]
    deliveries = [review.deliveries.of_level(case.ref, running, level) for level in reached]
    return tuple(
        Escalation(
            level=level.level,
            day=review.calendar.day_of(level.at),
            recipients=level.recipients,
            delivery=delivery,
            told=people_in_words(delivery, review.calendar),
            sent_on=sent_on(delivery, review.calendar),
        )
        for level, delivery in zip(reached, deliveries, strict=True)
    )


def _row_without_action(agency: str, number: int) -> TrackerRow:
    return TrackerRow(
        ref="",
        agency=agency,
        recommendations=(number,),
        action="",
        rating=RagRating(rag=RagColour.GREY, reason="no action yet"),
        state="",
        lead_person="",
        original_due=None,
        due=None,
        evidence=(),
        escalations=(),
        progress="",
    )


def _sort_key(row: TrackerRow) -> tuple[Any, ...]:
    # Early learning, which answers no recommendation, comes last.
    return natural_sort_key(row.agency), not row.recommendations, row.recommendations, natural_sort_key(row.ref)
