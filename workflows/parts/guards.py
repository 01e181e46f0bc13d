"""Check what a part of a review needs before its own steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...engine.definition.relations import Parent, Siblings
from ...engine.definition.view import View
from ...engine.forms.parsing import spelt
from ...engine.model.case import Case
from ..forms.action_plan import PlanRequested, PlanSubmitted
from ..forms.publication import Publication
from ..forms.recommendation import ReportRecommendation
from ..guards import guard_for
from ..roles import HEADS, QUALITY_ASSURANCE, SUBGROUP_CHAIR, UNIT
from .status import (
    ACTION,
    AGENCY_ACTION_PLAN,
    ENGAGEMENT,
    RECOMMENDATION,
    agency_of,
    answered_by,
    called,
    is_national,
    is_of,
    is_open,
    made_to,
    number_of,
    stands,
    unanswered,
    unanswered_by_action,
)

# --- of the review, looking down ----------------------------------------------------------------------


# --- of a part, looking up and beside -------------------------------------------------------------------


def _parent_open(view: View) -> Iterator[str]:
    if not is_open(view.parent):
        yield f"{view.parent.ref} has ended ({stands(view.parent)}): it has to be taken up again first (reopen)."


def _number_free(view: View) -> Iterator[str]:
    match view.record:
        case ReportRecommendation(number=number):
            for other in view.siblings(RECOMMENDATION):
                if number_of(other) == number:
                    yield f"There is a recommendation {number} already: {other.ref}."


def _one_plan(view: View) -> Iterator[str]:
    match view.record:
        case PlanRequested(agency=agency):
            for other in view.siblings(AGENCY_ACTION_PLAN):
                if is_of(other, agency):
                    yield f"{agency} has been asked for a plan already: {other.ref}."


def _recommendations_known(view: View) -> Iterator[str]:
    match view.record:
        case PlanSubmitted(actions=actions):
            numbers = (number for action in actions for number in action.recommendations)
            yield from (reason[:1].upper() + reason[1:] for reason in _unknown(view, numbers))


def _actions_answer_what_is_known(view: View) -> Iterator[str]:
    plan = _own(view)
    for action in view.siblings(ACTION):
        if action.state == "proposed" and is_of(action, agency_of(plan)):
            yield from (f"{called(action)}: {reason}" for reason in _unknown(view, answered_by(action)))


def _unknown(view: View, numbers: Iterable[int]) -> Iterator[str]:
    known = {number_of(recommendation) for recommendation in view.siblings(RECOMMENDATION)}
    return (f"there is no recommendation {number}." for number in dict.fromkeys(numbers) if number not in known)


def _every_recommendation_has_action(view: View) -> Iterator[str]:
    plan = _own(view)
    for agency, number in unanswered(view.siblings(RECOMMENDATION), view.siblings(ACTION)):
        if is_of(plan, agency):
            yield unanswered_by_action(agency, number)


def _nothing_recommended(view: View) -> Iterator[str]:
    plan = _own(view)
    for recommendation in view.siblings(RECOMMENDATION):
        if is_open(recommendation) and not is_national(recommendation):
            for agency in made_to(recommendation):
                if is_of(plan, agency):
                    yield f"{agency}: recommendation {number_of(recommendation)} is made to it ({recommendation.ref})."


def _questioned(view: View) -> Iterator[str]:
    if view.recorded("question") is None:
        yield "No agency has questioned it yet (question)."


def _carried_out_everywhere(view: View) -> Iterator[str]:
    own = _own(view)
    if is_national(own):
        if view.recorded("send_letter") is None:
            yield f"{called(own)} is national, and no letter is on record yet (send_letter)."
        if view.recorded("record_reply") is None:
            yield f"{called(own)} is national, and no reply is on record yet (record_reply)."
        return
    number = number_of(own)
    answering = [action for action in view.siblings(ACTION) if number in answered_by(action)]
    ceased = {spelt(agency_of(plan)) for plan in view.siblings(AGENCY_ACTION_PLAN) if plan.state == "agency_ceased"}
    for action in answering:
        if is_open(action):
            yield f"{called(action)} is {stands(action)}, not assured."
    for agency in made_to(own):
        ours = [action for action in answering if is_of(action, agency)]
        if spelt(agency) not in ceased and not any(is_open(a) or a.state == "assured" for a in ours):
            yield f"{agency}: no assured action for recommendation {number}."


def _family_told(view: View) -> Iterator[str]:
    match view.record:
        case Publication(family_not_told=None):
            for engagement in view.siblings(ENGAGEMENT):
                if engagement.data["plan"]["kind"] == "family" and is_open(engagement) and not _died(engagement):
                    yield (
                        f"{called(engagement)} has not been told of the findings: see to it first (tell_findings),"
                        " or say why not (family_not_told)."
                    )


# --- words --------------------------------------------------------------------------------------------


def _own(view: View) -> Case:
    assert view.case is not None  # asked of a step, never of an opening
    return view.case


def _died(engagement: Case) -> bool:
    step = {"declined": "decline", "could_not": "could_not"}.get(engagement.state)
    return step is not None and engagement.data.get(step, {}).get("reason") == "died"


UNIT_ROLES, HEAD_ROLES = " or ".join(UNIT), " or ".join(HEADS)
_BESIDE = tuple(Siblings(workflow=name) for name in (RECOMMENDATION, ACTION))

PARENT_OPEN = guard_for("parent_open", _parent_open, HEAD_ROLES, Parent())
NUMBER_FREE = guard_for("number_free", _number_free, UNIT_ROLES, Siblings(workflow=RECOMMENDATION), of_record=True)
ONE_PLAN = guard_for("one_plan", _one_plan, UNIT_ROLES, Siblings(workflow=AGENCY_ACTION_PLAN), of_record=True)
RECOMMENDATIONS_KNOWN = guard_for(
    "recommendations_known", _recommendations_known, UNIT_ROLES, Siblings(workflow=RECOMMENDATION), of_record=True
)
ACTIONS_ANSWER_WHAT_IS_KNOWN = guard_for(
    "actions_answer_what_is_known", _actions_answer_what_is_known, UNIT_ROLES, *_BESIDE
)
EVERY_RECOMMENDATION_HAS_ACTION = guard_for(
    "every_recommendation_has_action", _every_recommendation_has_action, UNIT_ROLES, *_BESIDE
)
NOTHING_RECOMMENDED = guard_for(
    "nothing_recommended", _nothing_recommended, SUBGROUP_CHAIR.name, Siblings(workflow=RECOMMENDATION)
)
QUESTIONED = guard_for("questioned", _questioned, UNIT_ROLES)
CARRIED_OUT_EVERYWHERE = guard_for(
    "carried_out_everywhere",
    _carried_out_everywhere,
    f"{QUALITY_ASSURANCE.name} or {SUBGROUP_CHAIR.name}",
    Siblings(workflow=ACTION),
    Siblings(workflow=AGENCY_ACTION_PLAN),
)
FAMILY_TOLD = guard_for("family_told", _family_told, UNIT_ROLES, Siblings(workflow=ENGAGEMENT), of_record=True)
