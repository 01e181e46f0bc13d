"""Count the figures of a reporting year: reviews, durations, publications, recommendations not carried out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ...engine.definition.registry import Registry
from ...engine.definition.workflow import Workflow
from ...engine.model.calendar import Calendar, months
from ...engine.model.case import Case
from .record_fields import REASONS_NOT_CARRIED_OUT
from .review_parts import ReviewParts

BANDS = (("within six months", 6), ("six to twelve months", 12), ("one to two years", 24))
OVER_TWO_YEARS = "over two years"
NOT_YET_DECIDED = "not yet decided"

PANEL_AGREED = "the panel agreed that it is not published"
PANEL_REFUSED = "the panel did not agree"
ANONYMOUSLY = "published anonymously"
SUMMARY_ONLY = "published in summary only"
PANEL_NOT_ANSWERED = "the panel has not answered yet"
OUTCOME_TITLES = {
    "agreed": PANEL_AGREED,
    "refused": PANEL_REFUSED,
    "anonymously": ANONYMOUSLY,
    "in_summary": SUMMARY_ONLY,
    "": PANEL_NOT_ANSWERED,
}
"""The title of each outcome of a proposal not to publish a report in full."""
PROPOSAL_OUTCOMES = tuple(OUTCOME_TITLES.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """A period of days, including both ends.

    Attributes:
        first: Its first day.
        last: Its last day.
    """

    first: date
    last: date

    def contains(self, day: date | None) -> bool:
        """Return True if a day lies within the period."""
        return day is not None and self.first <= day <= self.last


def reporting_year(first: int) -> Period:
    """Return the reporting year that begins on 1 April: 2015 for 2015-16."""
    return Period(first=date(first, 4, 1), last=date(first + 1, 3, 31))


@dataclass(frozen=True, kw_only=True, slots=True)
class UnmetRecommendation:
    """A recommendation that was not carried out.

    Attributes:
        ref: Its reference.
        number: Its number in the report.
        text: Its text.
        reasons: The reasons for not carrying it out.
        decided_on: The day of that decision.
    """

    ref: str
    number: int
    text: str
    reasons: str
    decided_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewTypeFigures:
    """The figures for one kind of review.

    Attributes:
        workflow: The workflow's name.
        title: Its title.
        opened: The number opened in the period.
        ended: The number that ended in it, by the title of the final state.
        completed: The number completed in it.
        duration_bands: The completed reviews by duration, from the decision to the agreed report.
    """

    workflow: str
    title: str
    opened: int
    ended: Mapping[str, int]
    completed: int
    duration_bands: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class AnnualFigures:
    """The figures of a period.

    Attributes:
        period: The period.
        review_types: The figures for each kind of review.
        reports: The reports of completed reviews, by the title of their outcome.
        proposals: The reports proposed not to be published in full, by outcome.
        unmet_recommendations: The recommendations that were decided in the period not to be carried out.
    """

    period: Period
    review_types: tuple[ReviewTypeFigures, ...]
    reports: Mapping[str, int]
    proposals: Mapping[str, int]
    unmet_recommendations: tuple[UnmetRecommendation, ...]

    @property
    def completed(self) -> int:
        """Return the number of reviews completed in the period."""
        return sum(kind.completed for kind in self.review_types)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reviewed:
    """The facts of a review that are counted. Cases are read one by one, so thousands never stand in memory."""

    ref: str
    workflow: str
    opened_on: date
    ended_on: date | None
    end: str
    began_on: date | None
    completed_on: date | None

    @classmethod
    def of(cls, case: Case, workflows: Registry, parts: ReviewParts) -> _Reviewed:
        # A review that was abandoned has its deadline cancelled, so it is not complete.
        met = (clock for clock in case.clocks if clock.deadline == parts.COMPLETION_DEADLINE and clock.done_on)
        clock = next((clock for clock in met if not clock.cancelled_by_end), None)
        return cls(
            ref=case.ref,
            workflow=case.workflow,
            opened_on=case.opened_on,
            ended_on=case.closed_on,
            end=workflows.for_case(case).state(case.state).title,
            began_on=None if clock is None else clock.anchor,
            completed_on=None if clock is None else clock.done_on,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reported:
    """The outcome of a report, and of a proposal not to publish it in full; None if there was none."""

    report: str
    proposal: str | None

    @classmethod
    def of(cls, case: Case, workflows: Registry, parts: ReviewParts) -> _Reported:
        report = NOT_YET_DECIDED if case.closed_on is None else workflows.for_case(case).state(case.state).title
        outcome = parts.unpublished_outcome(case)
        return cls(report=report, proposal=None if outcome is None else OUTCOME_TITLES[outcome])


def count_annual_figures(
    reviews: Iterable[Case],
    publications: Iterable[Case],
    recommendations: Iterable[Case],
    *,
    period: Period,
    workflows: Registry,
    calendar: Calendar,
    parts: ReviewParts,
) -> AnnualFigures:
    """Count the figures of a period.

    Args:
        reviews: All reviews.
        publications: The publication of each report.
        recommendations: The recommendations that were not carried out.
        period: The period.
        workflows: All workflows.
        calendar: The calendar that months are counted by.
        parts: The rules of a review's parts.
    """
    reviewed = [_Reviewed.of(case, workflows, parts) for case in reviews]
    reported = {case.parent: _Reported.of(case, workflows, parts) for case in publications}
    # A smaller review has no report to publish.
    completed = [reported[one.ref] for one in reviewed if period.contains(one.completed_on) and one.ref in reported]
    return AnnualFigures(
        period=period,
        review_types=tuple(
            _kind([one for one in reviewed if one.workflow == name], workflows.latest(name), period, calendar)
            for name in dict.fromkeys(one.workflow for one in reviewed)
        ),
        reports=_counted([one.report for one in completed], ()),
        proposals=_counted([one.proposal for one in completed if one.proposal is not None], PROPOSAL_OUTCOMES),
        unmet_recommendations=tuple(
            UnmetRecommendation(
                ref=case.ref,
                number=parts.number_of(case),
                text=parts.text_of(case),
                reasons=REASONS_NOT_CARRIED_OUT.text(case),
                decided_on=case.closed_on,
            )
            for case in recommendations
            if case.closed_on is not None and period.contains(case.closed_on)
        ),
    )


def duration_band(began: date, done: date, calendar: Calendar) -> str:
    """Return the published band of a duration."""
    for title, most in BANDS:
        if done <= calendar.after(began, months(most)):
            return title
    return OVER_TWO_YEARS


def _kind(reviews: Sequence[_Reviewed], workflow: Workflow, period: Period, calendar: Calendar) -> ReviewTypeFigures:
    bands = [
        duration_band(one.began_on, one.completed_on, calendar)
        for one in reviews
        if one.began_on is not None and one.completed_on is not None and period.contains(one.completed_on)
    ]
    ended = [one.end for one in reviews if period.contains(one.ended_on)]
    return ReviewTypeFigures(
        workflow=workflow.name,
        title=workflow.title,
        opened=sum(period.contains(one.opened_on) for one in reviews),
        ended=_counted(ended, tuple(state.title for state in workflow.states if state.is_end)),
        completed=len(bands),
        duration_bands=_counted(bands, (*(title for title, _ in BANDS), OVER_TWO_YEARS)),
    )


def _counted(found: Sequence[str], order: Sequence[str]) -> dict[str, int]:
    """Count each name, with the ordered ones first, even if there are none."""
    count = Counter(found)
    return {name: count[name] for name in dict.fromkeys((*order, *sorted(count)))}
