"""Guards of the parts of a review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...engine.definition.guards import GuardContext
from ...engine.definition.relations import Parent, Siblings
from ...engine.forms.names import same_name_key
from ...engine.model.case import Case
from ..forms.action_plan import PlanRequested, PlanSubmitted
from ..forms.publication import Publication
from ..forms.recommendation import ReportRecommendation
from ..guards import make_guard, own_case
from ..roles import HEADS_CLEAR, QUALITY_ASSURANCE, SUBGROUP_CHAIR, UNIT_CLEARS, titles
from .status import (
    ACTION,
    AGENCY_ACTION_PLAN,
    ENGAGEMENT,
    RECOMMENDATION,
    addressees,
    agency_of,
    belongs_to,
    ceased_agencies,
    is_national,
    is_open,
    label,
    no_action_for,
    number_of,
    recommendations_answered,
    unanswered,
)


def _parent_open(view: GuardContext) -> Iterator[str]:
    if not is_open(view.parent):
        yield f"{view.parent.ref} has ended ({view.state_title(view.parent)}). Reopen it first (reopen)."


def _number_unique(view: GuardContext) -> Iterator[str]:
    match view.record:
        case ReportRecommendation(number=number):
            for other in view.siblings(RECOMMENDATION):
                if number_of(other) == number:
                    yield f"Recommendation {number} already exists: {other.ref}."


def _one_plan_per_agency(view: GuardContext) -> Iterator[str]:
    match view.record:
        case PlanRequested(agency=agency):
            for other in view.siblings(AGENCY_ACTION_PLAN):
                if belongs_to(other, agency):
                    yield f"{agency} already has a plan: {other.ref}."


def _recommendations_exist(view: GuardContext) -> Iterator[str]:
    match view.record:
        case PlanSubmitted(actions=actions):
            numbers = (number for action in actions for number in action.recommendations)
            yield from (reason[:1].upper() + reason[1:] for reason in _unknown(view, numbers))


def _actions_name_recommendations(view: GuardContext) -> Iterator[str]:
    plan = own_case(view)
    for action in view.siblings(ACTION):
        if action.state == "proposed" and belongs_to(action, agency_of(plan)):
            yield from (f"{label(action)}: {reason}" for reason in _unknown(view, recommendations_answered(action)))


def _unknown(view: GuardContext, numbers: Iterable[int]) -> Iterator[str]:
    known = {number_of(recommendation) for recommendation in view.siblings(RECOMMENDATION)}
    return (f"there is no recommendation {number}." for number in dict.fromkeys(numbers) if number not in known)


def _recommendations_have_actions(view: GuardContext) -> Iterator[str]:
    plan = own_case(view)
    for agency, number in unanswered(view.siblings(RECOMMENDATION), view.siblings(ACTION)):
        if belongs_to(plan, agency):
            yield no_action_for(agency, number)


def _nothing_recommended(view: GuardContext) -> Iterator[str]:
    plan = own_case(view)
    for recommendation in view.siblings(RECOMMENDATION):
        if is_open(recommendation) and not is_national(recommendation):
            for agency in addressees(recommendation):
                if belongs_to(plan, agency):
                    yield f"Recommendation {number_of(recommendation)} is addressed to {agency} ({recommendation.ref})."


def _questioned(view: GuardContext) -> Iterator[str]:
    if view.recorded("question") is None:
        yield "No challenge from an agency is on record. Record it first (question)."


def _actions_assured(view: GuardContext) -> Iterator[str]:
    own = own_case(view)
    if is_national(own):
        if view.recorded("send_letter") is None:
            yield f"{label(own)} is national and has no letter on record. Record it first (send_letter)."
        if view.recorded("record_reply") is None:
            yield f"{label(own)} is national and has no reply on record. Record it first (record_reply)."
        return
    number = number_of(own)
    answering = [action for action in view.siblings(ACTION) if number in recommendations_answered(action)]
    ceased = ceased_agencies(view.siblings(AGENCY_ACTION_PLAN))
    for action in answering:
        if is_open(action):
            yield f"{label(action)} is {view.state_title(action)} and not yet assured."
    for agency in addressees(own):
        ours = [action for action in answering if belongs_to(action, agency)]
        if same_name_key(agency) not in ceased and not any(is_open(a) or a.state == "assured" for a in ours):
            yield f"{agency} has no assured action for recommendation {number}."


def _family_informed(view: GuardContext) -> Iterator[str]:
    match view.record:
        case Publication(family_not_informed=None):
            for engagement in view.siblings(ENGAGEMENT):
                if engagement.data["plan"]["kind"] == "family" and is_open(engagement) and not _died(engagement):
                    yield (
                        f"The findings have not been shared with {label(engagement)}. Share them first"
                        " (share_findings), or give the reason (family_not_informed)."
                    )


def _died(engagement: Case) -> bool:
    step = {"declined": "decline", "unable_to_take_part": "record_unable"}.get(engagement.state)
    return step is not None and engagement.data.get(step, {}).get("reason") == "died"


_SIBLINGS = tuple(Siblings(workflow=name) for name in (RECOMMENDATION, ACTION))

PARENT_OPEN = make_guard("parent_open", _parent_open, HEADS_CLEAR, Parent())
NUMBER_UNIQUE = make_guard(
    "number_unique", _number_unique, UNIT_CLEARS, Siblings(workflow=RECOMMENDATION), needs_record=True
)
ONE_PLAN_PER_AGENCY = make_guard(
    "one_plan_per_agency",
    _one_plan_per_agency,
    UNIT_CLEARS,
    Siblings(workflow=AGENCY_ACTION_PLAN),
    needs_record=True,
)
RECOMMENDATIONS_EXIST = make_guard(
    "recommendations_exist",
    _recommendations_exist,
    UNIT_CLEARS,
    Siblings(workflow=RECOMMENDATION),
    needs_record=True,
)
ACTIONS_NAME_RECOMMENDATIONS = make_guard(
    "actions_name_recommendations", _actions_name_recommendations, UNIT_CLEARS, *_SIBLINGS
)
RECOMMENDATIONS_HAVE_ACTIONS = make_guard(
    "recommendations_have_actions", _recommendations_have_actions, UNIT_CLEARS, *_SIBLINGS
)
NOTHING_RECOMMENDED = make_guard(
    "nothing_recommended", _nothing_recommended, SUBGROUP_CHAIR.title, Siblings(workflow=RECOMMENDATION)
)
QUESTIONED = make_guard("questioned", _questioned, UNIT_CLEARS)
ACTIONS_ASSURED = make_guard(
    "actions_assured",
    _actions_assured,
    titles((QUALITY_ASSURANCE.name, SUBGROUP_CHAIR.name)),
    Siblings(workflow=ACTION),
    Siblings(workflow=AGENCY_ACTION_PLAN),
)
FAMILY_INFORMED = make_guard(
    "family_informed", _family_informed, UNIT_CLEARS, Siblings(workflow=ENGAGEMENT), needs_record=True
)
