"""Guards of a review that check its parts."""

from __future__ import annotations

from collections.abc import Iterator

from ...engine.definition.guards import GuardContext
from ...engine.definition.relations import Children
from ...engine.forms.names import same_name_key
from ..forms.monitoring import Monitoring
from ..guards import make_guard
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
    unanswered,
    without_agreed_plan,
)
from ..roles import HEADS_CLEAR, QUALITY_ASSURANCE, SUBGROUP_CHAIR, UNIT_CLEARS, titles

CONCLUDED_STATES = ("took_part", "declined", "unable_to_take_part", "findings_shared", "no_contact", "discontinued")
"""The states in which a person took part, or the reason why not is on record."""


def _engagements_concluded(view: GuardContext) -> Iterator[str]:
    for engagement in view.children(ENGAGEMENT):
        if engagement.state not in CONCLUDED_STATES:
            yield (
                f"{label(engagement)} is {view.state_title(engagement)}."
                " Record that they took part, or why they did not."
            )


def _returns_outstanding(view: GuardContext) -> Iterator[str]:
    for wanted in view.children(AGENCY_RETURN):
        if is_open(wanted):
            yield f"{label(wanted)} is {view.state_title(wanted)} and not yet accepted."


def _no_open_report(view: GuardContext) -> Iterator[str]:
    for publication in view.children(PUBLICATION):
        if is_open(publication):
            yield f"A report already exists ({label(publication)}). Record the new draft there (new_draft)."


def _report_received(view: GuardContext) -> Iterator[str]:
    if not any(is_open(publication) for publication in view.children(PUBLICATION)):
        yield "No draft of the report is on record. Record it first (receive_draft)."


def _report_checked(view: GuardContext) -> Iterator[str]:
    for publication in view.children(PUBLICATION):
        if publication.state == "draft":
            yield (
                f"The agencies have not checked the draft {label(publication)}."
                " Record their check first (check_accuracy)."
            )


def _publications_ended(view: GuardContext) -> Iterator[str]:
    for publication in view.children(PUBLICATION):
        if is_open(publication):
            yield (
                f"{label(publication)} is {view.state_title(publication)}."
                " Record its publication, or the decision not to publish (publish)."
            )


def _plans_outstanding(view: GuardContext) -> Iterator[str]:
    for plan in without_agreed_plan(view.children(AGENCY_ACTION_PLAN)):
        yield f"{agency_of(plan)} has no agreed action plan. {plan.ref} is {view.state_title(plan)}."


def _late_plans_explained(view: GuardContext) -> Iterator[str]:
    match view.record:
        case Monitoring(late=late):
            named = {same_name_key(plan.agency) for plan in late}
            for plan in without_agreed_plan(view.children(AGENCY_ACTION_PLAN)):
                if same_name_key(agency_of(plan)) not in named:
                    yield (
                        f"{agency_of(plan)} has no agreed action plan. Agree {plan.ref} first,"
                        " or add the agency and the reason to the late plans (late)."
                    )


def _actions_ended(view: GuardContext) -> Iterator[str]:
    for action in view.children(ACTION):
        if is_open(action):
            yield f"{label(action)} is {view.state_title(action)} and not yet assured."


def _recommendations_ended(view: GuardContext) -> Iterator[str]:
    for recommendation in view.children(RECOMMENDATION):
        if is_open(recommendation):
            yield f"{label(recommendation)} is still open. Decide its outcome first."


def _recommendations_answered(view: GuardContext) -> Iterator[str]:
    plans = view.children(AGENCY_ACTION_PLAN)
    for agency, number in unanswered(view.children(RECOMMENDATION), view.children(ACTION), plans):
        yield no_action_for(agency, number)


_ANSWERING_PARTS = tuple(Children(workflow=name) for name in (RECOMMENDATION, ACTION, AGENCY_ACTION_PLAN))


ENGAGEMENTS_CONCLUDED = make_guard(
    "engagements_concluded", _engagements_concluded, UNIT_CLEARS, Children(workflow=ENGAGEMENT)
)


RETURNS_OUTSTANDING = make_guard(
    "returns_outstanding", _returns_outstanding, UNIT_CLEARS, Children(workflow=AGENCY_RETURN)
)


NO_OPEN_REPORT = make_guard("no_open_report", _no_open_report, UNIT_CLEARS, Children(workflow=PUBLICATION))


REPORT_RECEIVED = make_guard("report_received", _report_received, UNIT_CLEARS, Children(workflow=PUBLICATION))


REPORT_CHECKED = make_guard("report_checked", _report_checked, UNIT_CLEARS, Children(workflow=PUBLICATION))


PUBLICATIONS_ENDED = make_guard("publications_ended", _publications_ended, HEADS_CLEAR, Children(workflow=PUBLICATION))


PLANS_OUTSTANDING = make_guard(
    "plans_outstanding", _plans_outstanding, SUBGROUP_CHAIR.title, Children(workflow=AGENCY_ACTION_PLAN)
)


PLANS_AGREED = make_guard(
    "plans_agreed", _plans_outstanding, SUBGROUP_CHAIR.title, Children(workflow=AGENCY_ACTION_PLAN)
)


LATE_PLANS_EXPLAINED = make_guard(
    "late_plans_explained",
    _late_plans_explained,
    UNIT_CLEARS,
    Children(workflow=AGENCY_ACTION_PLAN),
    needs_record=True,
)


ACTIONS_ENDED = make_guard(
    "actions_ended",
    _actions_ended,
    titles((QUALITY_ASSURANCE.name, SUBGROUP_CHAIR.name)),
    Children(workflow=ACTION),
)


RECOMMENDATIONS_ENDED = make_guard(
    "recommendations_ended", _recommendations_ended, SUBGROUP_CHAIR.title, Children(workflow=RECOMMENDATION)
)


RECOMMENDATIONS_ANSWERED = make_guard(
    "recommendations_answered", _recommendations_answered, UNIT_CLEARS, *_ANSWERING_PARTS
)


RECOMMENDATIONS_UNANSWERED = make_guard(
    "recommendations_unanswered", _recommendations_answered, UNIT_CLEARS, *_ANSWERING_PARTS
)
