"""What a review still lacks, seen across its tree: each gap is named, so that somebody can close it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ..engine.definition.guards import Guard
from ..engine.definition.relations import Children, Look, Parent, Siblings
from ..engine.definition.view import View
from ..engine.forms.parsing import spelt
from ..engine.model.case import Case
from .forms.monitoring import Monitoring
from .forms.plan import PlanRequested, PlanSubmitted
from .forms.publication import Publication
from .forms.recommendation import ReportRecommendation
from .people import HEADS, QUALITY_ASSURANCE, SUBGROUP_CHAIR, UNIT
from .standing import (
    ACTION,
    AGENCY_ACTION_PLAN,
    AGENCY_RETURN,
    ENGAGEMENT,
    PUBLICATION,
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
    without_agreed_plan,
)

HEARD = ("took_part", "declined", "could_not", "told", "no_contact", "discontinued")
"""The states in which somebody took part in the review, or the reason why not is on record."""

# --- of the review, looking down ----------------------------------------------------------------------


def _everybody_heard(view: View) -> Iterator[str]:
    for engagement in view.children(ENGAGEMENT):
        if engagement.state not in HEARD:
            yield f"{called(engagement)} is {stands(engagement)}: neither did they take part nor is it said why not."


def _returns_out(view: View) -> Iterator[str]:
    for wanted in view.children(AGENCY_RETURN):
        if is_open(wanted):
            yield f"{called(wanted)} is {stands(wanted)}, not accepted."


def _no_draft_yet(view: View) -> Iterator[str]:
    for publication in view.children(PUBLICATION):
        if is_open(publication):
            yield f"There is a report already ({called(publication)}): record the new draft there (new_draft)."


def _report_received(view: View) -> Iterator[str]:
    if not any(is_open(publication) for publication in view.children(PUBLICATION)):
        yield "No draft of the report is on record yet (receive_draft)."


def _report_checked(view: View) -> Iterator[str]:
    for publication in view.children(PUBLICATION):
        if publication.state == "draft":
            yield f"The agencies have not checked the draft yet ({called(publication)}: check_accuracy)."


def _publications_ended(view: View) -> Iterator[str]:
    for publication in view.children(PUBLICATION):
        if is_open(publication):
            yield f"{called(publication)} is {stands(publication)}: what becomes of the report is not on record yet."


def _plans_out(view: View) -> Iterator[str]:
    for plan in without_agreed_plan(view.children(AGENCY_ACTION_PLAN)):
        yield f"{agency_of(plan)} has no agreed plan: {plan.ref} is {stands(plan)}."


def _every_plan_accounted_for(view: View) -> Iterator[str]:
    match view.record:
        case Monitoring(late=late):
            named = {spelt(plan.agency) for plan in late}
            for plan in without_agreed_plan(view.children(AGENCY_ACTION_PLAN)):
                if spelt(agency_of(plan)) not in named:
                    yield (
                        f"{agency_of(plan)} has no agreed plan; name it among `late`, with the reason,"
                        f" or see its plan agreed ({plan.ref})."
                    )


def _every_action_ended(view: View) -> Iterator[str]:
    for action in view.children(ACTION):
        if is_open(action):
            yield f"{called(action)} is {stands(action)}, not assured."


def _recommendations_ended(view: View) -> Iterator[str]:
    for recommendation in view.children(RECOMMENDATION):
        if is_open(recommendation):
            yield f"{called(recommendation)} is neither carried out nor ended otherwise."


def _recommendations_answered(view: View) -> Iterator[str]:
    plans = view.children(AGENCY_ACTION_PLAN)
    for agency, number in unanswered(view.children(RECOMMENDATION), view.children(ACTION), plans):
        yield unanswered_by_action(agency, number)


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


def unanswered_by_action(agency: str, number: int) -> str:
    return f"{agency}: no action for recommendation {number}."


def guard_for(
    name: str, check: Callable[[View], Iterator[str]], cleared_by: str, *looks_at: Look, of_record: bool = False
) -> Guard:
    return Guard(name=name, check=check, cleared_by=cleared_by, of_record=of_record, looks_at=looks_at)


UNIT_ROLES, HEAD_ROLES = " or ".join(UNIT), " or ".join(HEADS)
_ANSWERS = tuple(Children(workflow=name) for name in (RECOMMENDATION, ACTION, AGENCY_ACTION_PLAN))
_BESIDE = tuple(Siblings(workflow=name) for name in (RECOMMENDATION, ACTION))

EVERYBODY_HEARD = guard_for("everybody_heard", _everybody_heard, UNIT_ROLES, Children(workflow=ENGAGEMENT))
RETURNS_OUT = guard_for("returns_out", _returns_out, UNIT_ROLES, Children(workflow=AGENCY_RETURN))
NO_DRAFT_YET = guard_for("no_draft_yet", _no_draft_yet, UNIT_ROLES, Children(workflow=PUBLICATION))
REPORT_RECEIVED = guard_for("report_received", _report_received, UNIT_ROLES, Children(workflow=PUBLICATION))
REPORT_CHECKED = guard_for("report_checked", _report_checked, UNIT_ROLES, Children(workflow=PUBLICATION))
PUBLICATIONS_ENDED = guard_for("publications_ended", _publications_ended, HEAD_ROLES, Children(workflow=PUBLICATION))
PLANS_OUT = guard_for("plans_out", _plans_out, SUBGROUP_CHAIR.name, Children(workflow=AGENCY_ACTION_PLAN))
PLANS_AGREED = guard_for("plans_agreed", _plans_out, SUBGROUP_CHAIR.name, Children(workflow=AGENCY_ACTION_PLAN))
EVERY_PLAN_ACCOUNTED_FOR = guard_for(
    "every_plan_accounted_for",
    _every_plan_accounted_for,
    UNIT_ROLES,
    Children(workflow=AGENCY_ACTION_PLAN),
    of_record=True,
)
EVERY_ACTION_ENDED = guard_for(
    "every_action_ended",
    _every_action_ended,
    f"{QUALITY_ASSURANCE.name} or {SUBGROUP_CHAIR.name}",
    Children(workflow=ACTION),
)
RECOMMENDATIONS_ENDED = guard_for(
    "recommendations_ended", _recommendations_ended, SUBGROUP_CHAIR.name, Children(workflow=RECOMMENDATION)
)
RECOMMENDATIONS_ANSWERED = guard_for("recommendations_answered", _recommendations_answered, UNIT_ROLES, *_ANSWERS)
RECOMMENDATIONS_UNANSWERED = guard_for("recommendations_unanswered", _recommendations_answered, UNIT_ROLES, *_ANSWERS)
PARENT_OPEN = guard_for("parent_open", _parent_open, HEAD_ROLES, Parent())
NUMBER_FREE = guard_for("number_free", _number_free, UNIT_ROLES, Siblings(workflow=RECOMMENDATION), of_record=True)
ONE_PLAN = guard_for("one_plan", _one_plan, UNIT_ROLES, Siblings(workflow=AGENCY_ACTION_PLAN), of_record=True)
RECOMMENDATIONS_KNOWN = guard_for(
    "recommendations_known", _recommendations_known, UNIT_ROLES, Siblings(workflow=RECOMMENDATION), of_record=True
)
ACTIONS_ANSWER_WHAT_IS_KNOWN = guard_for("actions_answer_what_is_known", _actions_answer_what_is_known, UNIT_ROLES, *_BESIDE)
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
