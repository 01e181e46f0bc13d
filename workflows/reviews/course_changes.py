"""The turns that a review takes: recorded steps with their reasons, of which most leave the state where it is.

Every kind of review declares the same ones, from here, with its own states and its own deciders.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...engine.definition.relations import Children, Links, OpensChildren, Takes
from ...engine.definition.workflow import Named, Transition
from ...engine.forms.fields import Form, plain
from ...engine.forms.parsing import spelt
from ...engine.model.case import Case
from ..forms import course_changes, decision, review
from ..guards import BEEN_THERE, by
from ..parts.status import (
    ACTION,
    AGENCY_ACTION_PLAN,
    AGENCY_RETURN,
    ANSWERING,
    PUBLICATION,
    RECOMMENDATION,
    is_of,
    is_open,
    made_to,
)
from ..roles import UNIT
from . import course_change_guards, guards, parts

# --- what a turn opens, and takes along -------------------------------------------------------------------


def _early_actions(record: Form, _case: Case) -> Iterator[Mapping[str, Any]]:
    assert isinstance(record, course_changes.EarlyLearning)
    return ({**plain(action), "early_learning": True} for action in record.actions)


def _open_of_agency(record: Form, _case: Case, other: Case) -> Mapping[str, Any] | None:
    assert isinstance(record, course_changes.AgencyLeft)
    return {"reasons": record.reasons} if is_open(other) and is_of(other, record.agency) else None


def _succession(record: Form, _case: Case, other: Case) -> Mapping[str, Any] | None:
    assert isinstance(record, course_changes.AgencySucceeded)
    goes_on = other.state in ANSWERING if other.workflow == ACTION else is_open(other)
    if other.workflow == AGENCY_ACTION_PLAN:
        goes_on = other.state not in ("agency_ceased", "discontinued")
    return plain(record) if goes_on and is_of(other, record.agency) else None


def _readdressed(record: Form, _case: Case, other: Case) -> Mapping[str, Any] | None:
    assert isinstance(record, course_changes.AgencySucceeded)
    before = made_to(other)
    kept = [agency for agency in before if spelt(agency) not in (spelt(record.agency), spelt(record.successor))]
    if not is_open(other) or spelt(record.agency) not in {spelt(agency) for agency in before}:
        return None
    return {"made_to": [*kept, record.successor], "reasons": record.reasons}


def _back_to_draft(record: Form, _case: Case, other: Case) -> Mapping[str, Any] | None:
    assert isinstance(record, course_changes.ReportRevised)
    return {"reasons": record.reasons} if other.state in ("checked", "agreed", "scheduled") else None


LEAVES = (
    Takes(step="discontinue", of=Children(workflow=AGENCY_RETURN), records=_open_of_agency),
    Takes(step="leave", of=Children(workflow=AGENCY_ACTION_PLAN), records=_open_of_agency),
)
"""What an agency that leaves still owes is owed no longer; its actions are for the subgroup to decide on."""

SUCCEEDS = (
    *(
        Takes(step="succeed", of=Children(workflow=name), records=_succession)
        for name in (AGENCY_RETURN, AGENCY_ACTION_PLAN, ACTION)
    ),
    Takes(step="readdress", of=Children(workflow=RECOMMENDATION), records=_readdressed),
)
"""What the one agency has to do is the other's now, and what was recommended to it is made to the other."""

BACK_TO_DRAFT = (Takes(step="go_back", of=Children(workflow=PUBLICATION), records=_back_to_draft),)
"""A report that is not published yet goes back to its draft with the review."""

# --- the turns --------------------------------------------------------------------------------------------


def of_people(
    *, active: tuple[str, ...], before_report: tuple[str, ...], deciders: tuple[str, ...]
) -> tuple[Transition, ...]:
    """The turns that bring children, agencies and connections in, or take agencies out.

    Args:
        active: The states that are no ends.
        before_report: Those in which the report is still to come.
        deciders: Those on whose decision a review changes course.
    """
    return (
        _turn("add_child", "Look at one more child", active, deciders, course_changes.ChildAdded),
        _turn(
            "add_agency",
            "Let one more agency take part",
            active,
            deciders,
            course_changes.AgencyAdded,
            guards=(course_change_guards.TAKES_NO_PART_YET, course_change_guards.REVIEWER_OF_NO_AGENCY),
            names_agencies=("agency",),
        ),
        _turn(
            "agency_leaves",
            "Record that an agency takes part no longer",
            active,
            deciders,
            course_changes.AgencyLeft,
            guards=(course_change_guards.TAKES_PART_STILL,),
            warnings=(course_change_guards.LEFT_BEHIND,),
            drops_agencies=("agency",),
            takes=LEAVES,
        ),
        _turn(
            "agency_succeeded_by",
            "Record which agency takes the place of another",
            active,
            deciders,
            course_changes.AgencySucceeded,
            guards=(
                course_change_guards.TAKES_PART_STILL,
                course_change_guards.SUCCESSOR_GOES_ON,
                course_change_guards.REVIEWER_OF_NO_AGENCY,
            ),
            names_agencies=("successor",),
            drops_agencies=("agency",),
            takes=SUCCEEDS,
        ),
        _turn(
            "record_early_learning",
            "Act on something learnt before the report",
            before_report,
            deciders,
            course_changes.EarlyLearning,
            opens_children=(OpensChildren(workflow=ACTION, records=_early_actions),),
        ),
        _turn(
            "link",
            "Connect it with another review or proceeding",
            active,
            (*deciders, *UNIT),
            course_changes.Linked,
            guards=(course_change_guards.NOT_LINKED_YET,),
            links=Links(relation="relation", ref="other"),
        ),
        _turn(
            "record_sign_off",
            "Record that a board signs a joint review off",
            active,
            (*deciders, *UNIT),
            course_changes.SignedOff,
            guards=(course_change_guards.LINKED,),
        ),
    )


def of_terms(
    *, agreed: tuple[str, ...], appointed: tuple[str, ...], deciders: tuple[str, ...]
) -> tuple[Transition, ...]:
    """The turns of the terms of reference, and of those who carry them out.

    Args:
        agreed: The states in which the terms are agreed.
        appointed: Those in which a reviewer may be.
        deciders: Those on whose decision a review changes course.
    """
    return (
        _turn(
            "amend_terms",
            "Amend the terms of reference",
            agreed,
            deciders,
            course_changes.TermsAmended,
            guards=(
                course_change_guards.NEXT_VERSION,
                course_change_guards.NOBODY_LEFT_OUT,
                course_change_guards.REVIEWER_OF_NO_AGENCY,
            ),
            names_agencies=("agencies",),
        ),
        _turn(
            "add_reviewer",
            "Appoint a second reviewer",
            appointed,
            deciders,
            course_changes.ReviewerAdded,
            guards=(course_change_guards.REVIEWER_APPOINTED,),
        ),
        _turn(
            "replace_reviewer",
            "Appoint another lead reviewer",
            appointed,
            deciders,
            course_changes.ReviewerReplaced,
            guards=(course_change_guards.REVIEWER_APPOINTED, by(guards.REVIEWER_INDEPENDENT, deciders)),
        ),
    )


def revise_report(*sources: str, to: str, deciders: tuple[str, ...]) -> Transition:
    """The report goes back after a challenge; the recommendations made stay, and may be revised or superseded."""
    return _turn(
        "revise_report",
        "Send the report back to be revised",
        sources,
        deciders,
        course_changes.ReportRevised,
        to=to,
        sets_aside=("reopen",),
        goes_back=True,
        takes=BACK_TO_DRAFT,
    )


def transfer(*sources: str, deciders: tuple[str, ...]) -> Transition:
    """Another area carries the review on, with the handover pack."""
    return _turn(
        "transfer",
        "Hand the review over to another area",
        sources,
        deciders,
        course_changes.HandedOver,
        to="transferred",
        guards=(course_change_guards.NOTHING_RESTRICTED,),
        takes=parts.ENDS_PARTS,
    )


def discontinue(*sources: str, deciders: tuple[str, ...]) -> Transition:
    """The review is given up, and what is part of it with it."""
    return _turn(
        "discontinue",
        "Give the review up",
        sources,
        deciders,
        review.Discontinuation,
        to="discontinued",
        takes=parts.ENDS_PARTS,
    )


def reconsider(source: str, *, to: str, deciders: tuple[str, ...], sets_aside: tuple[str, ...]) -> Transition:
    """A decision to hold no review is taken up again: what led to it counts no longer, and all is decided anew."""
    return _turn(
        "reconsider",
        "Reconsider the decision to hold no review",
        (source,),
        deciders,
        decision.Reconsideration,
        to=to,
        sets_aside=sets_aside,
    )


def reopen(*sources: str, among: tuple[str, ...], deciders: tuple[str, ...], sets_aside: tuple[str, ...]) -> Transition:
    """An ended review is taken up again, in a state that it has been in.

    What lies beyond that state counts no longer. Progress is heard anew before it is closed again; what became of
    the report stays on record where the review returns to a state after the report.
    """
    return _turn(
        "reopen",
        "Take an ended review up again",
        sources,
        deciders,
        course_changes.reopening(among),
        to=Named(field="return_to", among=among),
        guards=(by(BEEN_THERE, deciders),),
        sets_aside=sets_aside,
        goes_back=True,
    )


def _turn(
    trigger: str,
    title: str,
    sources: tuple[str, ...],
    roles: tuple[str, ...],
    record: type[Form],
    *,
    to: str | Named | None = None,
    **more: Any,
) -> Transition:
    return Transition(trigger=trigger, title=title, sources=sources, to=to, roles=roles, record=record, **more)
