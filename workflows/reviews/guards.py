"""What has to hold, beside the state and the decider's role, before a step of a review is taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ...engine.definition.guards import Guard
from ...engine.definition.relations import Children
from ...engine.definition.view import View
from ...engine.forms.parsing import spelt
from ..forms.action_plan import PlanRequest
from ..forms.common import twice
from ..forms.decision import NoFurtherAction, PartnershipCommission, Screening
from ..forms.review import ReviewerAppointment
from ..parts.status import AGENCY_ACTION_PLAN, agency_of
from ..roles import BOARD_CHAIR, SUBGROUP_CHAIR, UNIT

NEW_REVIEWS_ENDED = date(2019, 9, 29)
"""From here on Child Safeguarding Practice Reviews took the place of Serious Case Reviews.

Source: CPS legal guidance, child and vulnerable adult case reviews. Areas switched at different
dates, so a later decision is warned of, not refused.
"""


def _recommended(view: View) -> Iterator[str]:
    if view.recorded("recommend") is None:
        yield "The subgroup's recommendation is not on record yet (recommend)."


def _criteria_met(view: View) -> Iterator[str]:
    match view.record:
        case Screening(criteria=criteria) if not criteria.call_for_a_review():
            yield "The limbs recorded do not meet the criteria for a Serious Case Review."


def _criteria_not_met(view: View) -> Iterator[str]:
    match view.record:
        case NoFurtherAction(criteria=criteria) | PartnershipCommission(criteria=criteria):
            if criteria.call_for_a_review():
                yield "The limbs recorded meet the criteria, so a Serious Case Review has to be held (screen)."


def _decided_late(view: View) -> Iterator[str]:
    if view.day > NEW_REVIEWS_ENDED:
        yield (
            f"The decision is after {NEW_REVIEWS_ENDED.isoformat()}: since then new reviews are Child"
            " Safeguarding Practice Reviews. Check that a Serious Case Review is meant."
        )


def _reviewer_independent(view: View) -> Iterator[str]:
    match view.record:
        case ReviewerAppointment(employer=employer):
            if twice((*_taking_part(view), employer)):
                yield f"The lead reviewer's employer, {employer}, contributes to the review."


def _panel_told(view: View) -> Iterator[str]:
    if view.recorded("tell_panel") is None:
        yield "The national panel has not been told of the decision yet (tell_panel)."


def _every_agency_asked(view: View) -> Iterator[str]:
    match view.record:
        case PlanRequest(agencies=agencies):
            asked = (*agencies, *(agency_of(plan) for plan in view.children(AGENCY_ACTION_PLAN)))
            for agency in _taking_part(view):
                if not twice((*dict.fromkeys(spelt(one) for one in asked), agency)):
                    yield f"{agency} contributes to the review and is not asked for an action plan."


def _taking_part(view: View) -> tuple[str, ...]:
    """The agencies that contribute to a review: from its terms on they are those that take part in it."""
    return view.case.agencies if view.case else ()


def _published(view: View) -> Iterator[str]:
    if view.recorded("record_publication") is None:
        yield "What becomes of the report is not on record yet (publish, of its publication)."


def _progress_heard(view: View) -> Iterator[str]:
    if view.recorded("report_progress") is None:
        yield "The subgroup has not heard of the actions' progress yet (report_progress)."


_UNIT = " or ".join(UNIT)

RECOMMENDED = Guard(name="recommended", check=_recommended, cleared_by=SUBGROUP_CHAIR.name)
CRITERIA_MET = Guard(name="criteria_met", check=_criteria_met, cleared_by=BOARD_CHAIR.name, of_record=True)
CRITERIA_NOT_MET = Guard(name="criteria_not_met", check=_criteria_not_met, cleared_by=BOARD_CHAIR.name, of_record=True)
DECIDED_LATE = Guard(name="decided_after_2019", check=_decided_late, cleared_by=BOARD_CHAIR.name)
REVIEWER_INDEPENDENT = Guard(
    name="reviewer_independent", check=_reviewer_independent, cleared_by=BOARD_CHAIR.name, of_record=True
)
PANEL_TOLD = Guard(name="panel_told", check=_panel_told, cleared_by=_UNIT)
EVERY_AGENCY_ASKED = Guard(
    name="every_agency_asked",
    check=_every_agency_asked,
    cleared_by=_UNIT,
    of_record=True,
    looks_at=(Children(workflow=AGENCY_ACTION_PLAN),),
)
PUBLICATION_RECORDED = Guard(name="publication_recorded", check=_published, cleared_by=BOARD_CHAIR.name)
PROGRESS_HEARD = Guard(name="progress_heard", check=_progress_heard, cleared_by=SUBGROUP_CHAIR.name)
