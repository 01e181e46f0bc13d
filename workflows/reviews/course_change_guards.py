"""What has to hold before a review changes course."""

from __future__ import annotations

from collections.abc import Iterator

from ...engine.definition.guards import Guard
from ...engine.definition.relations import Children, Look
from ...engine.definition.view import View
from ...engine.forms.parsing import spelt
from ...engine.model.case import Case
from ..forms.common import twice
from ..forms.course_changes import AgencyAdded, AgencyLeft, AgencySucceeded, Linked, SignedOff, TermsAmended
from ..parts.status import (
    ACTION,
    AGENCY_ACTION_PLAN,
    AGENCY_RETURN,
    ENGAGEMENT,
    PUBLICATION,
    RECOMMENDATION,
    called,
    first_agency_of,
    is_of,
    is_open,
    made_to,
    stands,
)
from ..roles import SUBGROUP_CHAIR, UNIT


def _next_version(view: View) -> Iterator[str]:
    match view.record:
        case TermsAmended(version=version):
            last = (view.recorded("amend_terms") or {}).get("version", 1)
            if version != last + 1:
                yield f"The terms are in version {last}, so the next one is version {last + 1}."


def _nobody_left_out(view: View) -> Iterator[str]:
    match view.record:
        case TermsAmended(agencies=agencies):
            for agency in _own(view).agencies:
                if not twice((*agencies, agency)):
                    yield f"{agency} takes part in the review: it leaves by a step of its own first (agency_leaves)."


def _takes_no_part_yet(view: View) -> Iterator[str]:
    match view.record:
        case AgencyAdded(agency=agency):
            if _takes_part(view, agency):
                yield f"{agency} takes part in the review already."


def _takes_part_still(view: View) -> Iterator[str]:
    match view.record:
        case AgencyLeft(agency=agency) | AgencySucceeded(agency=agency):
            if not _takes_part(view, agency):
                yield f"{agency} takes no part in the review. Those that do: {', '.join(_own(view).agencies)}."


def _successor_goes_on(view: View) -> Iterator[str]:
    match view.record:
        case AgencySucceeded(agency=agency, successor=successor):
            if spelt(successor) == spelt(agency):
                yield "No agency is succeeded by itself."
            elif not _takes_part(view, successor) and _has_gone(view, successor):
                yield f"{successor} itself has ended or left the review: name the agency that takes its part now."


def _actions_left_behind(view: View) -> Iterator[str]:
    match view.record:
        case AgencyLeft(agency=agency):
            for action in view.children(ACTION):
                if is_open(action) and is_of(action, agency):
                    yield f"{called(action)} is {stands(action)}: it stays until the subgroup ends or transfers it."
            for recommendation in view.children(RECOMMENDATION):
                if is_open(recommendation) and twice((*made_to(recommendation), agency)):
                    yield f"{called(recommendation)} is made to it: make it to others (readdress), or end it."


def _reviewer_of_no_agency(view: View) -> Iterator[str]:
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
    if reviewer is not None and twice((*joining, reviewer["employer"])):
        yield f"{reviewer['employer']} employs the lead reviewer: appoint another one first (replace_reviewer)."


def _reviewer_appointed(view: View) -> Iterator[str]:
    if view.recorded("appoint_reviewer") is None:
        yield "No reviewer has been appointed yet (appoint_reviewer)."


def _not_linked_yet(view: View) -> Iterator[str]:
    match view.record:
        case Linked(other=other):
            if spelt(other) == spelt(_own(view).ref):
                yield "No review is linked with itself."
            elif _is_linked(view, other):
                yield f"It is linked with {other} already."


def _linked(view: View) -> Iterator[str]:
    match view.record:
        case SignedOff(other=other):
            if not _is_linked(view, other):
                yield f"It is not linked with {other} yet (link)."


def _nothing_restricted(view: View) -> Iterator[str]:
    for case in (_own(view), *view.children(ENGAGEMENT), *view.children(PUBLICATION)):
        for suspension in case.suspensions:
            if suspension.until is None and is_open(case):
                yield (
                    f"{case.ref} waits for {suspension.proceeding} (suspension {suspension.number}):"
                    " let it run on first (resume), and say in the handover what still restricts it."
                )
    for publication in view.children(PUBLICATION):
        if publication.state == "agreed" and "defer" in publication.data:
            yield (
                f"{publication.ref} waits for {publication.data['defer']['proceeding']}:"
                " set its day (schedule), or record what becomes of it (publish)."
            )
        elif is_open(publication) and _advice(publication) == "asks_for_more":
            yield f"{publication.ref} waits for the national panel, which asked for more (record_panel_advice)."


# --- words ------------------------------------------------------------------------------------------------


def _own(view: View) -> Case:
    assert view.case is not None  # asked of a step, never of an opening
    return view.case


def _takes_part(view: View, agency: str) -> bool:
    return spelt(agency) in {spelt(known) for known in _own(view).agencies}


def _has_gone(view: View, agency: str) -> bool:
    """Whether an agency once took part: what it left behind says so, and the latest such step."""
    for step in ("agency_leaves", "agency_succeeded_by"):
        left = view.recorded(step)
        if left is not None and spelt(left["agency"]) == spelt(agency):
            return True
    parts = (part for name in _OF_AGENCIES for part in view.children(name))
    return any(spelt(first_agency_of(part)) == spelt(agency) for part in parts)


def _is_linked(view: View, other: str) -> bool:
    return spelt(other) in {spelt(link.ref) for link in _own(view).links}


def _advice(publication: Case) -> str | None:
    advice = publication.data.get("record_panel_advice")
    return None if advice is None else str(advice["advice"])


_UNIT = " or ".join(UNIT)
_CHAIR = SUBGROUP_CHAIR.name
_OF_AGENCIES = (AGENCY_RETURN, AGENCY_ACTION_PLAN, ACTION)
_WHAT_AGENCIES_DO: tuple[Look, ...] = tuple(Children(workflow=name) for name in _OF_AGENCIES)
_WHAT_MAY_WAIT: tuple[Look, ...] = (Children(workflow=ENGAGEMENT), Children(workflow=PUBLICATION))

NEXT_VERSION = Guard(name="next_version", check=_next_version, cleared_by=_UNIT, of_record=True)
NOBODY_LEFT_OUT = Guard(name="nobody_left_out", check=_nobody_left_out, cleared_by=_CHAIR, of_record=True)
TAKES_NO_PART_YET = Guard(name="takes_no_part_yet", check=_takes_no_part_yet, cleared_by=_UNIT, of_record=True)
TAKES_PART_STILL = Guard(name="takes_part_still", check=_takes_part_still, cleared_by=_UNIT, of_record=True)
SUCCESSOR_GOES_ON = Guard(
    name="successor_goes_on",
    check=_successor_goes_on,
    cleared_by=_UNIT,
    of_record=True,
    looks_at=_WHAT_AGENCIES_DO,
)
LEFT_BEHIND = Guard(
    name="left_behind",
    check=_actions_left_behind,
    cleared_by=_CHAIR,
    of_record=True,
    looks_at=(Children(workflow=ACTION), Children(workflow=RECOMMENDATION)),
)
REVIEWER_OF_NO_AGENCY = Guard(
    name="reviewer_of_no_agency", check=_reviewer_of_no_agency, cleared_by=_CHAIR, of_record=True
)
REVIEWER_APPOINTED = Guard(name="reviewer_appointed", check=_reviewer_appointed, cleared_by=_CHAIR)
NOT_LINKED_YET = Guard(name="not_linked_yet", check=_not_linked_yet, cleared_by=_UNIT, of_record=True)
LINKED = Guard(name="linked", check=_linked, cleared_by=_UNIT, of_record=True)
NOTHING_RESTRICTED = Guard(
    name="nothing_restricted", check=_nothing_restricted, cleared_by=_CHAIR, looks_at=_WHAT_MAY_WAIT
)
