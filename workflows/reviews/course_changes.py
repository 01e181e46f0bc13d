"""Declare the steps that change the course of a review, such as adding an agency or reopening.

Every kind of review uses them with its own states and deciders.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...engine.definition.relations import Cascade, Children, LinkFields, SpawnsChildren
from ...engine.definition.workflow import ChosenTarget, Transition
from ...engine.forms.fields import Form, json_values
from ...engine.forms.names import same_name_key
from ...engine.model.case import Case
from ..forms import course_changes, decision, review
from ..guards import STATE_REACHED_BEFORE, cleared_by_roles
from ..parts.status import (
    ACTION,
    AGENCY_ACTION_PLAN,
    AGENCY_RETURN,
    ANSWERING_STATES,
    PUBLICATION,
    RECOMMENDATION,
    addressees,
    belongs_to,
    is_open,
)
from ..roles import UNIT_ROLES
from . import course_change_guards, guards, parts


def _early_action_records(record: Form, _case: Case) -> Iterator[Mapping[str, Any]]:
    assert isinstance(record, course_changes.EarlyLearning)
    return ({**json_values(action), "early_learning": True} for action in record.actions)


def _open_part_of_agency(record: Form, _case: Case, other: Case) -> Mapping[str, Any] | None:
    assert isinstance(record, course_changes.AgencyLeft)
    return {"reasons": record.reasons} if is_open(other) and belongs_to(other, record.agency) else None


def _part_succeeded(record: Form, _case: Case, other: Case) -> Mapping[str, Any] | None:
    assert isinstance(record, course_changes.AgencySucceeded)
    is_affected = other.state in ANSWERING_STATES if other.workflow == ACTION else is_open(other)
    if other.workflow == AGENCY_ACTION_PLAN:
        is_affected = other.state not in ("agency_ceased", "discontinued")
    return json_values(record) if is_affected and belongs_to(other, record.agency) else None


def _recommendation_readdressed(record: Form, _case: Case, other: Case) -> Mapping[str, Any] | None:
    assert isinstance(record, course_changes.AgencySucceeded)
    before = addressees(other)
    kept = [
        agency
        for agency in before
        if same_name_key(agency) not in (same_name_key(record.agency), same_name_key(record.successor))
    ]
    if not is_open(other) or same_name_key(record.agency) not in {same_name_key(agency) for agency in before}:
        return None
    return {"made_to": [*kept, record.successor], "reasons": record.reasons}


def _publication_rolled_back(record: Form, _case: Case, other: Case) -> Mapping[str, Any] | None:
    assert isinstance(record, course_changes.ReportRevised)
    return {"reasons": record.reasons} if other.state in ("checked", "agreed", "scheduled") else None


ON_AGENCY_LEAVING = (
    Cascade(step="discontinue", relation=Children(workflow=AGENCY_RETURN), records=_open_part_of_agency),
    Cascade(step="leave", relation=Children(workflow=AGENCY_ACTION_PLAN), records=_open_part_of_agency),
)
"""The parts that end if an agency leaves. The subgroup decides on its actions separately."""

ON_AGENCY_SUCCEEDED = (
    *(
        Cascade(step="succeed", relation=Children(workflow=name), records=_part_succeeded)
        for name in (AGENCY_RETURN, AGENCY_ACTION_PLAN, ACTION)
    ),
    Cascade(step="readdress", relation=Children(workflow=RECOMMENDATION), records=_recommendation_readdressed),
)
"""The parts and recommendations that pass to the new agency."""

ON_REPORT_REVISED = (
    Cascade(step="go_back", relation=Children(workflow=PUBLICATION), records=_publication_rolled_back),
)
"""The unpublished report, which returns to draft together with the review."""


def participant_changes(
    *, active: tuple[str, ...], before_report: tuple[str, ...], deciders: tuple[str, ...]
) -> tuple[Transition, ...]:
    """Return the steps that add children, agencies and links, or remove agencies.

    Args:
        active: The active states.
        before_report: The states before the report.
        deciders: The roles that decide.
    """
    return (
        _course_change("add_child", "Add a child", active, deciders, course_changes.ChildAdded),
        _course_change(
            "add_agency",
            "Add an agency",
            active,
            deciders,
            course_changes.AgencyAdded,
            guards=(course_change_guards.NOT_YET_CONTRIBUTING, course_change_guards.REVIEWER_FROM_NO_AGENCY),
            adds_organisations=("agency",),
        ),
        _course_change(
            "agency_leaves",
            "Record that an agency leaves the review",
            active,
            deciders,
            course_changes.AgencyLeft,
            guards=(course_change_guards.STILL_CONTRIBUTING,),
            warnings=(course_change_guards.NO_OPEN_WORK_LEFT,),
            removes_organisations=("agency",),
            cascades=ON_AGENCY_LEAVING,
        ),
        _course_change(
            "agency_succeeded_by",
            "Record that one agency takes over from another",
            active,
            deciders,
            course_changes.AgencySucceeded,
            guards=(
                course_change_guards.STILL_CONTRIBUTING,
                course_change_guards.SUCCESSOR_ACTIVE,
                course_change_guards.REVIEWER_FROM_NO_AGENCY,
            ),
            adds_organisations=("successor",),
            removes_organisations=("agency",),
            cascades=ON_AGENCY_SUCCEEDED,
        ),
        _course_change(
            "record_early_learning",
            "Record early learning and start actions",
            before_report,
            deciders,
            course_changes.EarlyLearning,
            spawns_children=(SpawnsChildren(workflow=ACTION, records=_early_action_records),),
        ),
        _course_change(
            "link",
            "Link it with another review or proceeding",
            active,
            (*deciders, *UNIT_ROLES),
            course_changes.Linked,
            guards=(course_change_guards.NOT_LINKED_YET,),
            link_fields=LinkFields(relation="relation", ref="other"),
        ),
        _course_change(
            "record_sign_off",
            "Record that a board signs off a joint review",
            active,
            (*deciders, *UNIT_ROLES),
            course_changes.SignedOff,
            guards=(course_change_guards.LINKED,),
        ),
    )


def terms_changes(
    *, agreed: tuple[str, ...], appointed: tuple[str, ...], deciders: tuple[str, ...]
) -> tuple[Transition, ...]:
    """Return the steps that change the terms of reference or the reviewers.

    Args:
        agreed: The states in which the terms are agreed.
        appointed: The states in which a reviewer may be appointed.
        deciders: The roles that decide.
    """
    return (
        _course_change(
            "amend_terms",
            "Amend the terms of reference",
            agreed,
            deciders,
            course_changes.TermsAmended,
            guards=(
                course_change_guards.NEXT_VERSION,
                course_change_guards.NO_AGENCY_DROPPED,
                course_change_guards.REVIEWER_FROM_NO_AGENCY,
            ),
            adds_organisations=("agencies",),
        ),
        _course_change(
            "add_reviewer",
            "Appoint a second reviewer",
            appointed,
            deciders,
            course_changes.ReviewerAdded,
            guards=(course_change_guards.REVIEWER_APPOINTED,),
        ),
        _course_change(
            "replace_reviewer",
            "Appoint another lead reviewer",
            appointed,
            deciders,
            course_changes.ReviewerReplaced,
            guards=(course_change_guards.REVIEWER_APPOINTED, cleared_by_roles(guards.REVIEWER_INDEPENDENT, deciders)),
        ),
    )


def revise_report(*sources: str, to: str, deciders: tuple[str, ...]) -> Transition:
    """Return the step that sends the report back after a challenge. Its recommendations stay."""
    return _course_change(
        "revise_report",
        "Send the report back for revision",
        sources,
        deciders,
        course_changes.ReportRevised,
        to=to,
        invalidates=("reopen",),
        rolls_back=True,
        cascades=ON_REPORT_REVISED,
    )


def transfer(*sources: str, deciders: tuple[str, ...]) -> Transition:
    """Return the step that hands the review over to another area."""
    return _course_change(
        "transfer",
        "Hand the review over to another area",
        sources,
        deciders,
        course_changes.HandedOver,
        to="transferred",
        guards=(course_change_guards.NO_RESTRICTION_IN_FORCE,),
        cascades=parts.DISCONTINUES_PARTS,
    )


def discontinue(*sources: str, deciders: tuple[str, ...]) -> Transition:
    """Return the step that discontinues the review and its open parts."""
    return _course_change(
        "discontinue",
        "Discontinue the review",
        sources,
        deciders,
        review.Discontinuation,
        to="discontinued",
        cascades=parts.DISCONTINUES_PARTS,
    )


def reconsider(source: str, *, to: str, deciders: tuple[str, ...], invalidates: tuple[str, ...]) -> Transition:
    """Return the step that reconsiders a decision to hold no review. The earlier records no longer count."""
    return _course_change(
        "reconsider",
        "Reconsider the decision to hold no review",
        (source,),
        deciders,
        decision.Reconsideration,
        to=to,
        invalidates=invalidates,
    )


def reopen(
    *sources: str, choices: tuple[str, ...], deciders: tuple[str, ...], invalidates: tuple[str, ...]
) -> Transition:
    """Return the step that reopens an ended review in a state that it was in before.

    Records of later steps no longer count, and closing needs a new progress report. The outcome of the report stays on
    record if the review returns to a state after the report.
    """
    return _course_change(
        "reopen",
        "Reopen the review",
        sources,
        deciders,
        course_changes.reopening_form(choices),
        to=ChosenTarget(field="return_to", choices=choices),
        guards=(cleared_by_roles(STATE_REACHED_BEFORE, deciders),),
        invalidates=invalidates,
        rolls_back=True,
    )


def _course_change(
    trigger: str,
    title: str,
    sources: tuple[str, ...],
    roles: tuple[str, ...],
    record: type[Form],
    *,
    to: str | ChosenTarget | None = None,
    **more: Any,
) -> Transition:
    return Transition(trigger=trigger, title=title, sources=sources, to=to, roles=roles, form=record, **more)
