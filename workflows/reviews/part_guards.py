"""Check what a review still needs from its parts, and name each gap."""

from __future__ import annotations

from collections.abc import Iterator

from ...engine.definition.relations import Children
from ...engine.definition.view import GuardContext
from ...engine.forms.parsing import normalized
from ..forms.monitoring import Monitoring
from ..guards import make_guard
from ..parts.guards import CLEARED_BY_HEADS, CLEARED_BY_UNIT
from ..parts.status import (
    ACTION,
    AGENCY_ACTION_PLAN,
    AGENCY_RETURN,
    ENGAGEMENT,
    PUBLICATION,
    RECOMMENDATION,
    agency_of,
    is_open,
    label,
    no_action_for,
    state_in_words,
    unanswered,
    without_agreed_plan,
)
from ..roles import QUALITY_ASSURANCE, SUBGROUP_CHAIR

CONCLUDED_STATES = ("took_part", "declined", "unable_to_take_part", "findings_shared", "no_contact", "discontinued")
"""The states in which somebody took part in the review, or the reason why not is on record."""


def _engagements_concluded(view: GuardContext) -> Iterator[str]:
    for engagement in view.children(ENGAGEMENT):
        if engagement.state not in CONCLUDED_STATES:
            yield (
                f"{label(engagement)} is {state_in_words(engagement)}:"
                " neither did they take part nor is it said why not."
            )


def _returns_outstanding(view: GuardContext) -> Iterator[str]:
    for wanted in view.children(AGENCY_RETURN):
        if is_open(wanted):
            yield f"{label(wanted)} is {state_in_words(wanted)}, not accepted."


def _no_open_report(view: GuardContext) -> Iterator[str]:
    for publication in view.children(PUBLICATION):
        if is_open(publication):
            yield f"There is a report already ({label(publication)}): record the new draft there (new_draft)."


def _report_received(view: GuardContext) -> Iterator[str]:
    if not any(is_open(publication) for publication in view.children(PUBLICATION)):
        yield "No draft of the report is on record yet (receive_draft)."


def _report_checked(view: GuardContext) -> Iterator[str]:
    for publication in view.children(PUBLICATION):
        if publication.state == "draft":
            yield f"The agencies have not checked the draft yet ({label(publication)}: check_accuracy)."


def _publications_ended(view: GuardContext) -> Iterator[str]:
    for publication in view.children(PUBLICATION):
        if is_open(publication):
            yield (
                f"{label(publication)} is {state_in_words(publication)}:"
                " what becomes of the report is not on record yet."
            )


def _plans_outstanding(view: GuardContext) -> Iterator[str]:
    for plan in without_agreed_plan(view.children(AGENCY_ACTION_PLAN)):
        yield f"{agency_of(plan)} has no agreed plan: {plan.ref} is {state_in_words(plan)}."


def _late_plans_explained(view: GuardContext) -> Iterator[str]:
    match view.record:
        case Monitoring(late=late):
            named = {normalized(plan.agency) for plan in late}
            for plan in without_agreed_plan(view.children(AGENCY_ACTION_PLAN)):
                if normalized(agency_of(plan)) not in named:
                    yield (
                        f"{agency_of(plan)} has no agreed plan; name it among `late`, with the reason,"
                        f" or see its plan agreed ({plan.ref})."
                    )


def _actions_ended(view: GuardContext) -> Iterator[str]:
    for action in view.children(ACTION):
        if is_open(action):
            yield f"{label(action)} is {state_in_words(action)}, not assured."


def _recommendations_ended(view: GuardContext) -> Iterator[str]:
    for recommendation in view.children(RECOMMENDATION):
        if is_open(recommendation):
            yield f"{label(recommendation)} is neither carried out nor ended otherwise."


def _recommendations_answered(view: GuardContext) -> Iterator[str]:
    plans = view.children(AGENCY_ACTION_PLAN)
    for agency, number in unanswered(view.children(RECOMMENDATION), view.children(ACTION), plans):
        yield no_action_for(agency, number)


_ANSWERING_PARTS = tuple(Children(workflow=name) for name in (RECOMMENDATION, ACTION, AGENCY_ACTION_PLAN))


ENGAGEMENTS_CONCLUDED = make_guard(
    "engagements_concluded", _engagements_concluded, CLEARED_BY_UNIT, Children(workflow=ENGAGEMENT)
)


RETURNS_OUTSTANDING = make_guard(
    "returns_outstanding", _returns_outstanding, CLEARED_BY_UNIT, Children(workflow=AGENCY_RETURN)
)


NO_OPEN_REPORT = make_guard("no_open_report", _no_open_report, CLEARED_BY_UNIT, Children(workflow=PUBLICATION))


REPORT_RECEIVED = make_guard("report_received", _report_received, CLEARED_BY_UNIT, Children(workflow=PUBLICATION))


REPORT_CHECKED = make_guard("report_checked", _report_checked, CLEARED_BY_UNIT, Children(workflow=PUBLICATION))


PUBLICATIONS_ENDED = make_guard(
    "publications_ended", _publications_ended, CLEARED_BY_HEADS, Children(workflow=PUBLICATION)
)


PLANS_OUTSTANDING = make_guard(
    "plans_outstanding", _plans_outstanding, SUBGROUP_CHAIR.name, Children(workflow=AGENCY_ACTION_PLAN)
)


PLANS_AGREED = make_guard(
    "plans_agreed", _plans_outstanding, SUBGROUP_CHAIR.name, Children(workflow=AGENCY_ACTION_PLAN)
)


LATE_PLANS_EXPLAINED = make_guard(
    "late_plans_explained",
    _late_plans_explained,
    CLEARED_BY_UNIT,
    Children(workflow=AGENCY_ACTION_PLAN),
    needs_record=True,
)


ACTIONS_ENDED = make_guard(
    "actions_ended",
    _actions_ended,
    f"{QUALITY_ASSURANCE.name} or {SUBGROUP_CHAIR.name}",
    Children(workflow=ACTION),
)


RECOMMENDATIONS_ENDED = make_guard(
    "recommendations_ended", _recommendations_ended, SUBGROUP_CHAIR.name, Children(workflow=RECOMMENDATION)
)


RECOMMENDATIONS_ANSWERED = make_guard(
    "recommendations_answered", _recommendations_answered, CLEARED_BY_UNIT, *_ANSWERING_PARTS
)


RECOMMENDATIONS_UNANSWERED = make_guard(
    "recommendations_unanswered", _recommendations_answered, CLEARED_BY_UNIT, *_ANSWERING_PARTS
)
