"""List every action of a review: its agency, due date and status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ...engine.forms.parsing import normalized
from ...engine.model.case import Case
from .rag_status import Palette, RagColour, RagRating, latest_clock, rate_action
from .record_fields import PROGRESS_TEXT
from .review import Review, natural_sort_key


@dataclass(frozen=True, kw_only=True, slots=True)
class Escalation:
    """A rung of the ladder that was reached.

    Attributes:
        level: The rung.
        day: The day on which it was.
        recipients: Those whom it names.
        awaiting_release: Those of them for whom the word still waits to be released.
    """

    level: str
    day: date
    recipients: tuple[str, ...]
    awaiting_release: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackerRow:
    """An action, or a recommendation that an agency answers by none yet.

    Attributes:
        ref: The action's reference; empty where there is no action.
        agency: Whose it is.
        recommendations: The numbers of those that it answers; none for early learning.
        action: What is to be done; empty where there is no action.
        rating: How it stands.
        state: The title of the state it is in; empty where there is no action.
        lead_person: Who leads on it.
        original_due: By when it was to be done at first; None where no day was agreed.
        due: By when it is to be done now; where no day is agreed yet, the one proposed.
        evidence: The titles of the documents that it was handed in with, or else last shown with.
        escalations: Whom its deadline was escalated to, on this leg.
        progress: What was said of it last.
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
        """Whether its date is another than it was."""
        return self.original_due is not None and self.original_due != self.due


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackedRecommendation:
    """A recommendation.

    Attributes:
        number: Its number in the report.
        text: What is recommended.
        made_to: The agencies that it was made to; where one agency's tracker is made, that one alone.
        state: The title of the state it is in.
    """

    number: int
    text: str
    made_to: tuple[str, ...]
    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Tracker:
    """A review's actions.

    Attributes:
        ref: The review's reference.
        title: What people call it; empty where an agency's tracker is made, which leaves the office.
        recommendations: What is recommended, by number.
        rows: The actions, by agency, recommendation and reference.
    """

    ref: str
    title: str
    recommendations: tuple[TrackedRecommendation, ...]
    rows: tuple[TrackerRow, ...]

    def rows_by_agency(self) -> Iterator[tuple[str, tuple[TrackerRow, ...]]]:
        """Each agency with its rows."""
        yield from rows_by_agency(self.rows)


def build_tracker(review: Review, palette: Palette, *, agency: str | None = None) -> Tracker:
    """A review's actions, as they stand.

    Args:
        review: The review.
        palette: What a unit sets of the colours.
        agency: The agency of whose actions alone it is; None for all.
    """
    parts = review.parts
    wanted = None if agency is None else normalized(agency)
    rows = [row for row in _rows(review, palette) if wanted is None or normalized(row.agency) == wanted]
    answered = {number for row in rows for number in row.recommendations}
    recommendations = []
    for case in review.cases_of(parts.RECOMMENDATION):
        made_to = tuple(name for name in parts.addressees(case) if wanted is None or normalized(name) == wanted)
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
    """Each agency with its rows, by name; one that is spelt in several ways is one."""
    of: dict[str, list[TrackerRow]] = {}
    for row in rows:
        of.setdefault(normalized(row.agency), []).append(row)
    for ones in sorted(of.values(), key=lambda ones: natural_sort_key(ones[0].agency)):
        yield ones[0].agency, tuple(ones)


def count_by_colour(rows: Sequence[TrackerRow]) -> Counter[RagColour]:
    """How many actions have each colour; a recommendation without one is not among them."""
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
    parts = review.parts
    plan = parts.current_plan(case)
    original_due, due = parts.due_dates_of(case) or (None, date.fromisoformat(plan["due_on"]))
    return TrackerRow(
        ref=case.ref,
        agency=parts.agency_of(case),
        recommendations=parts.recommendations_answered(case),
        action=str(plan["action"]),
        rating=rate_action(case, parts=parts, at=review.at, calendar=review.calendar, due_soon=palette.due_soon),
        state=review.state_title(case),
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
    return tuple(
        Escalation(
            level=level.level,
            day=review.calendar.day_of(level.at),
            recipients=level.recipients,
            awaiting_release=review.awaiting_release(case, running, level.level) if level.on_hold else (),
        )
        for level in running.reached
        if level.recipients and not level.skipped
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
    # What answers no recommendation (early learning) comes behind what does.
    return natural_sort_key(row.agency), not row.recommendations, row.recommendations, natural_sort_key(row.ref)
