"""Guards of the steps that change the course of a review."""

from __future__ import annotations

from collections.abc import Iterator

from ...engine.definition.guards import Guard, GuardContext
from ...engine.definition.relations import Children, Relation
from ...engine.forms.names import same_name_key
from ...engine.model.case import Case
from ..forms.common import duplicates
from ..forms.course_changes import AgencyAdded, AgencyLeft, AgencySucceeded, Linked, SignedOff, TermsAmended
from ..guards import own_case
from ..parts.status import (
    ACTION,
    AGENCY_ACTION_PLAN,
    AGENCY_RETURN,
    ENGAGEMENT,
    PUBLICATION,
    RECOMMENDATION,
    addressees,
    belongs_to,
    is_open,
    label,
    original_agency_of,
)
from ..roles import SUBGROUP_CHAIR, UNIT_CLEARS


def _next_version(view: GuardContext) -> Iterator[str]:
    match view.record:
        case TermsAmended(version=version):
            last = (view.recorded("amend_terms") or {}).get("version", 1)
            if version != last + 1:
                yield f"The current terms are version {last}. Number the new ones {last + 1}."


def _no_agency_dropped(view: GuardContext) -> Iterator[str]:
    match view.record:
        case TermsAmended(agencies=agencies):
            for agency in own_case(view).organisations:
                if not duplicates((*agencies, agency)):
                    yield f"{agency} takes part in the review. Record first that it leaves (agency_leaves)."


def _not_yet_contributing(view: GuardContext) -> Iterator[str]:
    match view.record:
        case AgencyAdded(agency=agency):
            if _contributes(view, agency):
                yield f"{agency} already takes part in the review."


def _still_contributing(view: GuardContext) -> Iterator[str]:
    match view.record:
        case AgencyLeft(agency=agency) | AgencySucceeded(agency=agency):
            if not _contributes(view, agency):
                yield f"{agency} does not take part in the review. These do: {', '.join(own_case(view).organisations)}."


def _successor_active(view: GuardContext) -> Iterator[str]:
    match view.record:
        case AgencySucceeded(agency=agency, successor=successor):
            if same_name_key(successor) == same_name_key(agency):
                yield "An agency cannot take over from itself. Name another agency."
            elif not _contributes(view, successor) and _has_left(view, successor):
                yield f"{successor} has ended or left the review. Name the agency that now acts in its place."


def _no_open_work_left(view: GuardContext) -> Iterator[str]:
    match view.record:
        case AgencyLeft(agency=agency):
            for action in view.children(ACTION):
                if is_open(action) and belongs_to(action, agency):
                    yield (
                        f"{label(action)} is {view.state_title(action)}."
                        " It stays open until the subgroup ends or transfers it."
                    )
            for recommendation in view.children(RECOMMENDATION):
                if is_open(recommendation) and duplicates((*addressees(recommendation), agency)):
                    yield (
                        f"{label(recommendation)} is addressed to {agency}."
                        " Change its addressees (readdress), or end it."
                    )


def _reviewer_from_no_agency(view: GuardContext) -> Iterator[str]:
    reviewer = view.recorded("replace_reviewer") or view.recorded("appoint_reviewer")
    match view.record:
        case AgencyAdded(agency=agency):
            joining: tuple[str, ...] = (agency,)
        case AgencySucceeded(successor=agency):
            joining = (agency,)
        case TermsAmended(agencies=agencies):
            joining = agencies
        case _:
            return
    if reviewer is not None and duplicates((*joining, reviewer["employer"])):
        yield f"{reviewer['employer']} employs the lead reviewer. Appoint another reviewer first (replace_reviewer)."


def _reviewer_appointed(view: GuardContext) -> Iterator[str]:
    if view.recorded("appoint_reviewer") is None:
        yield "No lead reviewer is appointed. Appoint one first (appoint_reviewer)."


def _not_linked_yet(view: GuardContext) -> Iterator[str]:
    match view.record:
        case Linked(other=other):
            if same_name_key(other) == same_name_key(own_case(view).ref):
                yield "No review is linked with itself."
            elif _is_linked(view, other):
                yield f"The review is already linked with {other}."


def _linked(view: GuardContext) -> Iterator[str]:
    match view.record:
        case SignedOff(other=other):
            if not _is_linked(view, other):
                yield f"The review is not linked with {other}. Link it first (link)."


def _no_restriction_in_force(view: GuardContext) -> Iterator[str]:
    for case in (own_case(view), *view.children(ENGAGEMENT), *view.children(PUBLICATION)):
        for suspension in case.suspensions:
            if suspension.until is None and is_open(case):
                yield (
                    f"{case.ref} is suspended for {suspension.proceeding} (suspension {suspension.number})."
                    " Resume it first (resume), and describe the restriction in the handover."
                )
    for publication in view.children(PUBLICATION):
        if publication.state == "agreed" and "defer" in publication.data:
            yield (
                f"{publication.ref} is postponed for {publication.data['defer']['proceeding']}."
                " Set a date (schedule), or record the outcome (publish)."
            )
        elif is_open(publication) and _advice(publication) == "asks_for_more":
            yield (
                f"The national panel asked for more about {publication.ref}."
                " Record its advice first (record_panel_advice)."
            )


def _contributes(view: GuardContext, agency: str) -> bool:
    return same_name_key(agency) in {same_name_key(known) for known in own_case(view).organisations}


def _has_left(view: GuardContext, agency: str) -> bool:
    """Return whether an agency once took part and has left."""
    for step in ("agency_leaves", "agency_succeeded_by"):
        left = view.recorded(step)
        if left is not None and same_name_key(left["agency"]) == same_name_key(agency):
            return True
    parts = (part for name in _AGENCY_PARTS for part in view.children(name))
    return any(same_name_key(original_agency_of(part)) == same_name_key(agency) for part in parts)


def _is_linked(view: GuardContext, other: str) -> bool:
    return same_name_key(other) in {same_name_key(link.ref) for link in own_case(view).links}


def _advice(publication: Case) -> str | None:
    advice = publication.data.get("record_panel_advice")
    return None if advice is None else str(advice["advice"])


_CHAIR = SUBGROUP_CHAIR.title
_AGENCY_PARTS = (AGENCY_RETURN, AGENCY_ACTION_PLAN, ACTION)
_READS_AGENCY_PARTS: tuple[Relation, ...] = tuple(Children(workflow=name) for name in _AGENCY_PARTS)
_READS_SUSPENDABLE_PARTS: tuple[Relation, ...] = (Children(workflow=ENGAGEMENT), Children(workflow=PUBLICATION))

NEXT_VERSION = Guard(name="next_version", check=_next_version, cleared_by=UNIT_CLEARS, needs_record=True)
NO_AGENCY_DROPPED = Guard(name="no_agency_dropped", check=_no_agency_dropped, cleared_by=_CHAIR, needs_record=True)
NOT_YET_CONTRIBUTING = Guard(
    name="not_yet_contributing", check=_not_yet_contributing, cleared_by=UNIT_CLEARS, needs_record=True
)
STILL_CONTRIBUTING = Guard(
    name="still_contributing", check=_still_contributing, cleared_by=UNIT_CLEARS, needs_record=True
)
SUCCESSOR_ACTIVE = Guard(
    name="successor_active",
    check=_successor_active,
    cleared_by=UNIT_CLEARS,
    needs_record=True,
    reads=_READS_AGENCY_PARTS,
)
NO_OPEN_WORK_LEFT = Guard(
    name="no_open_work_left",
    check=_no_open_work_left,
    cleared_by=_CHAIR,
    needs_record=True,
    reads=(Children(workflow=ACTION), Children(workflow=RECOMMENDATION)),
)
REVIEWER_FROM_NO_AGENCY = Guard(
    name="reviewer_from_no_agency", check=_reviewer_from_no_agency, cleared_by=_CHAIR, needs_record=True
)
REVIEWER_APPOINTED = Guard(name="reviewer_appointed", check=_reviewer_appointed, cleared_by=_CHAIR)
NOT_LINKED_YET = Guard(name="not_linked_yet", check=_not_linked_yet, cleared_by=UNIT_CLEARS, needs_record=True)
LINKED = Guard(name="linked", check=_linked, cleared_by=UNIT_CLEARS, needs_record=True)
NO_RESTRICTION_IN_FORCE = Guard(
    name="no_restriction_in_force", check=_no_restriction_in_force, cleared_by=_CHAIR, reads=_READS_SUSPENDABLE_PARTS
)
