"""Check what a review still needs from its parts, and name each gap."""

from __future__ import annotations

from collections.abc import Iterator

from ...engine.definition.relations import Children
from ...engine.definition.view import View
from ...engine.forms.parsing import spelt
from ..forms.monitoring import Monitoring
from ..guards import guard_for
from ..parts.guards import HEAD_ROLES, UNIT_ROLES
from ..parts.status import (
    ACTION,
    AGENCY_ACTION_PLAN,
    AGENCY_RETURN,
    ENGAGEMENT,
    PUBLICATION,
    RECOMMENDATION,
    agency_of,
    called,
    is_open,
    stands,
    unanswered,
    unanswered_by_action,
    without_agreed_plan,
)
from ..roles import QUALITY_ASSURANCE, SUBGROUP_CHAIR

HEARD = ("took_part", "declined", "could_not", "told", "no_contact", "discontinued")
"""The states in which somebody took part in the review, or the reason why not is on record."""


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


_ANSWERS = tuple(Children(workflow=name) for name in (RECOMMENDATION, ACTION, AGENCY_ACTION_PLAN))


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
