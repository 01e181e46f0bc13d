"""The agency tracker: every action, whose it is, by when, and how it stands. Values, and nothing drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..engine.forms.parsing import spelt
from ..engine.model.case import Case
from . import records
from .rag import Mark, Palette, Rag, latest, mark_of
from .review import Review, natural


@dataclass(frozen=True, kw_only=True, slots=True)
class Escalated:
    """A rung of the ladder that was reached.

    Attributes:
        rung: The rung.
        day: The day on which it was.
        to: Those whom it names.
        held: Those of them for whom the word still waits to be released.
    """

    rung: str
    day: date
    to: tuple[str, ...]
    held: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """An action, or a recommendation that an agency answers by none yet.

    Attributes:
        ref: The action's reference; empty where there is no action.
        agency: Whose it is.
        recommendations: The numbers of those that it answers; none for early learning.
        action: What is to be done; empty where there is no action.
        mark: How it stands.
        state: The title of the state it is in; empty where there is no action.
        lead_person: Who leads on it.
        first_due: By when it was to be done at first; None where no day was agreed.
        due: By when it is to be done now; where no day is agreed yet, the one proposed.
        evidence: The titles of the documents that it was handed in with, or else last shown with.
        told: Whom its deadline was escalated to, on this leg.
        progress: What was said of it last.
    """

    ref: str
    agency: str
    recommendations: tuple[int, ...]
    action: str
    mark: Mark
    state: str
    lead_person: str
    first_due: date | None
    due: date | None
    evidence: tuple[str, ...]
    told: tuple[Escalated, ...]
    progress: str

    @property
    def slipped(self) -> bool:
        """Whether its date is another than it was."""
        return self.first_due is not None and self.first_due != self.due


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommended:
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
class Tracked:
    """A review's actions.

    Attributes:
        ref: The review's reference.
        title: What people call it; empty where an agency's tracker is made, which leaves the office.
        recommendations: What is recommended, by number.
        rows: The actions, by agency, recommendation and reference.
    """

    ref: str
    title: str
    recommendations: tuple[Recommended, ...]
    rows: tuple[Row, ...]

    def by_agency(self) -> Iterator[tuple[str, tuple[Row, ...]]]:
        """Each agency with its rows."""
        yield from by_agency(self.rows)


def tracked(review: Review, palette: Palette, *, agency: str | None = None) -> Tracked:
    """A review's actions, as they stand.

    Args:
        review: The review.
        palette: What a unit sets of the colours.
        agency: The agency of whose actions alone it is; None for all.
    """
    wanted = None if agency is None else spelt(agency)
    rows = [row for row in _rows(review, palette) if wanted is None or spelt(row.agency) == wanted]
    answered = {number for row in rows for number in row.recommendations}
    recommendations = []
    for case in review.parts(records.RECOMMENDATION):
        made_to = tuple(one for one in records.MADE_TO.of(case) or () if wanted is None or spelt(one) == wanted)
        number = records.NUMBER.of(case)
        if wanted is None or made_to or number in answered:
            text, state = records.RECOMMENDED.text(case), review.state(case)
            recommendations.append(Recommended(number=number, text=text, made_to=made_to, state=state))
    return Tracked(
        ref=review.root.ref,
        title=review.root.title if agency is None else "",
        recommendations=tuple(sorted(recommendations, key=lambda one: one.number)),
        rows=tuple(sorted(rows, key=_place)),
    )


def by_agency(rows: Sequence[Row]) -> Iterator[tuple[str, tuple[Row, ...]]]:
    """Each agency with its rows, by name; one that is spelt in several ways is one."""
    of: dict[str, list[Row]] = {}
    for row in rows:
        of.setdefault(spelt(row.agency), []).append(row)
    for ones in sorted(of.values(), key=lambda ones: natural(ones[0].agency)):
        yield ones[0].agency, tuple(ones)


def counts(rows: Sequence[Row]) -> Counter[Rag]:
    """How many actions have each colour; a recommendation without one is not among them."""
    return Counter(row.mark.rag for row in rows if row.ref)


def tracker_document(of: Tracked) -> dict[str, Any]:
    """The tracker of a review, for programs."""
    return {
        "ref": of.ref,
        "title": of.title or None,
        "recommendations": [
            {"number": one.number, "text": one.text, "made_to": list(one.made_to), "state": one.state}
            for one in of.recommendations
        ],
        "actions": [_row_document(row) for row in of.rows],
    }


def _row_document(row: Row) -> dict[str, Any]:
    return {
        "ref": row.ref or None,
        "agency": row.agency,
        "recommendations": list(row.recommendations),
        "action": row.action or None,
        "rag": str(row.mark.rag),
        "why": row.mark.words,
        "days_overdue": row.mark.days_late,
        "state": row.state or None,
        "lead_person": row.lead_person or None,
        "first_due": row.first_due and row.first_due.isoformat(),
        "due": row.due and row.due.isoformat(),
        "evidence": list(row.evidence),
        "told": [
            {"rung": one.rung, "on": one.day.isoformat(), "to": list(one.to), "to_be_released": list(one.held)}
            for one in row.told
        ],
        "progress": row.progress or None,
    }


def _rows(review: Review, palette: Palette) -> Iterator[Row]:
    rows = [_row(review, case, palette) for case in review.parts(records.ACTION)]
    yield from rows
    # What ended otherwise than assured answers nothing any more; who is no more answers nothing either.
    going = [row for row in rows if row.mark.rag is not Rag.ENDED]
    answered = {(spelt(row.agency), number) for row in going for number in row.recommendations}
    plans = review.parts(records.AGENCY_ACTION_PLAN)
    ceased = {spelt(name) for plan in plans if plan.state == records.CEASED for name in plan.agencies}
    for case in review.parts(records.RECOMMENDATION):
        # A national one is answered by a letter and the reply to it, and by no action.
        if case.closed_on is None and records.SCOPE.of(case) != records.NATIONAL:
            number = records.NUMBER.of(case)
            for agency in records.MADE_TO.of(case) or ():
                if spelt(agency) not in ceased and (spelt(agency), number) not in answered:
                    yield _gap(agency, number)


def _row(review: Review, case: Case, palette: Palette) -> Row:
    began = [clock for clock in case.clocks if clock.deadline == records.CARRY_OUT]
    running = latest(case, records.CARRY_OUT)
    told = () if running is None or not running.is_open else running.told
    first = None
    if began:
        first = began[0].revisions[0].was if began[0].revisions else began[0].due
    return Row(
        ref=case.ref,
        agency=records.agency_of(case),
        recommendations=tuple(records.ANSWERS.of(case) or ()),
        action=records.ACTION_TEXT.text(case),
        mark=mark_of(case, at=review.at, calendar=review.calendar, due_soon=palette.due_soon),
        state=review.state(case),
        lead_person=records.LEAD_PERSON.text(case),
        first_due=first,
        due=records.PROPOSED_DUE.day(case) if running is None else running.due,
        evidence=records.HANDED_IN_WITH.titles(case) or records.SHOWN.titles(case),
        told=tuple(
            Escalated(
                rung=one.rung,
                day=review.calendar.day_of(one.at),
                to=one.to,
                held=review.held(case, running, one.rung) if running is not None and one.held else (),
            )
            for one in told
            if one.to and not one.skipped
        ),
        progress=records.PROGRESS.text(case),
    )


def _gap(agency: str, number: int) -> Row:
    return Row(
        ref="",
        agency=agency,
        recommendations=(number,),
        action="",
        mark=Mark(rag=Rag.GREY, words="no action yet"),
        state="",
        lead_person="",
        first_due=None,
        due=None,
        evidence=(),
        told=(),
        progress="",
    )


def _place(row: Row) -> tuple[Any, ...]:
    # What answers no recommendation (early learning) comes behind what does.
    return natural(row.agency), not row.recommendations, row.recommendations, natural(row.ref)
