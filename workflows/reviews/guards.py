"""Guards of the reviews' own steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ...engine.definition.guards import Guard, GuardContext
from ...engine.definition.relations import Children
from ...engine.forms.names import same_name_key
from ..forms.action_plan import PlanRequest
from ..forms.common import duplicates
from ..forms.decision import NoFurtherAction, PartnershipCommission, Screening
from ..forms.review import ReviewerAppointment
from ..parts.status import AGENCY_ACTION_PLAN, agency_of
from ..roles import BOARD_CHAIR, SUBGROUP_CHAIR, UNIT_CLEARS

NEW_REVIEWS_ENDED = date(2019, 9, 29)
"""The date when Child Safeguarding Practice Reviews replaced Serious Case Reviews.

Source: CPS legal guidance, child and vulnerable adult case reviews. Areas switched at different dates, so a later
decision gives a warning and is not refused.
"""


def _recommended(view: GuardContext) -> Iterator[str]:
    if view.recorded("recommend") is None:
        yield "The subgroup's recommendation is not on record. Record it first (recommend)."


def _criteria_met(view: GuardContext) -> Iterator[str]:
    match view.record:
        case Screening(criteria=criteria) if not criteria.call_for_a_review():
            yield "The findings on record do not meet the criteria for a Serious Case Review."


def _criteria_not_met(view: GuardContext) -> Iterator[str]:
    match view.record:
        case NoFurtherAction(criteria=criteria) | PartnershipCommission(criteria=criteria):
            if criteria.call_for_a_review():
                yield "The findings on record meet the criteria. Decide to hold a Serious Case Review (screen)."


def _decided_late(view: GuardContext) -> Iterator[str]:
    if view.day > NEW_REVIEWS_ENDED:
        yield (
            f"The decision is after {NEW_REVIEWS_ENDED.day} {NEW_REVIEWS_ENDED:%B %Y}. Since then, new reviews are"
            " Child Safeguarding Practice Reviews. Check that you mean a Serious Case Review."
        )


def _reviewer_independent(view: GuardContext) -> Iterator[str]:
    match view.record:
        case ReviewerAppointment(employer=employer):
            if duplicates((*_contributing_agencies(view), employer)):
                yield (
                    f"The lead reviewer's employer, {employer}, contributes to the review."
                    " Appoint an independent reviewer."
                )


def _panel_notified(view: GuardContext) -> Iterator[str]:
    if view.recorded("tell_panel") is None:
        yield "The national panel has not been notified of the decision. Notify it first (tell_panel)."


def _all_agencies_asked(view: GuardContext) -> Iterator[str]:
    match view.record:
        case PlanRequest(agencies=agencies):
            asked = (*agencies, *(agency_of(plan) for plan in view.children(AGENCY_ACTION_PLAN)))
            for agency in _contributing_agencies(view):
                if not duplicates((*dict.fromkeys(same_name_key(one) for one in asked), agency)):
                    yield f"{agency} contributes to the review. Ask it for an action plan, too."


def _contributing_agencies(view: GuardContext) -> tuple[str, ...]:
    """Return the agencies that contribute to the review."""
    return view.case.organisations if view.case else ()


def _published(view: GuardContext) -> Iterator[str]:
    if view.recorded("record_publication") is None:
        yield "The outcome of the report is not on record. Record it in the publication first (publish)."


def _progress_reported(view: GuardContext) -> Iterator[str]:
    if view.recorded("report_progress") is None:
        yield "No progress report on the actions is on record. Record one first (report_progress)."


RECOMMENDED = Guard(name="recommended", check=_recommended, cleared_by=SUBGROUP_CHAIR.title)
CRITERIA_MET = Guard(name="criteria_met", check=_criteria_met, cleared_by=BOARD_CHAIR.title, needs_record=True)
CRITERIA_NOT_MET = Guard(
    name="criteria_not_met", check=_criteria_not_met, cleared_by=BOARD_CHAIR.title, needs_record=True
)
DECIDED_LATE = Guard(name="decided_after_2019", check=_decided_late, cleared_by=BOARD_CHAIR.title)
REVIEWER_INDEPENDENT = Guard(
    name="reviewer_independent", check=_reviewer_independent, cleared_by=BOARD_CHAIR.title, needs_record=True
)
PANEL_NOTIFIED = Guard(name="panel_notified", check=_panel_notified, cleared_by=UNIT_CLEARS)
ALL_AGENCIES_ASKED = Guard(
    name="all_agencies_asked",
    check=_all_agencies_asked,
    cleared_by=UNIT_CLEARS,
    needs_record=True,
    reads=(Children(workflow=AGENCY_ACTION_PLAN),),
)
PUBLICATION_RECORDED = Guard(name="publication_recorded", check=_published, cleared_by=BOARD_CHAIR.title)
PROGRESS_REPORTED = Guard(name="progress_reported", check=_progress_reported, cleared_by=SUBGROUP_CHAIR.title)
