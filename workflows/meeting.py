"""Declare the meeting workflow: attendance, decisions and minutes.

A decision of a meeting makes two records in one transaction: a step of the case, decided by the chair, and a record of
the meeting itself with the agenda item.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..engine.definition.deadline import Deadline, OnEnter, OnStep
from ..engine.definition.guards import Guard, GuardContext
from ..engine.definition.relations import LinkFields
from ..engine.definition.workflow import State, Transition, Workflow
from ..engine.forms.names import same_name_key
from ..engine.model.calendar import working_days
from ..engine.model.case import Case, Link
from ..engine.model.people import DecidedBy
from . import filing
from .escalation import PARTS_ESCALATION
from .forms import meeting
from .forms.parts import Ended, Reopened
from .guards import own_case
from .roles import (
    BOARD_CHAIR,
    BUSINESS_MANAGER,
    DECIDERS,
    QUALITY_ASSURANCE,
    ROLES,
    SAFEGUARDING_PARTNERS,
    SUBGROUP_CHAIR,
    UNIT_CLEARS,
    UNIT_ROLES,
)
from .sources import local_default

NAME = "meeting"

CAPACITIES = {
    "subgroup": SUBGROUP_CHAIR.name,
    "board": BOARD_CHAIR.name,
    "partners": SAFEGUARDING_PARTNERS.name,
    "quality_assurance": QUALITY_ASSURANCE.name,
}
"""The role in which the chair of each kind of meeting decides."""

CHAIR_ROLES = tuple(CAPACITIES.values())

STATES = (
    State(name="called", title="called", meaning="It is arranged, or was held and attendance is not recorded yet."),
    State(
        name="held",
        title="held",
        meaning="It was held and attendance is recorded. The minutes are still to be written.",
    ),
    State(name="minuted", title="minuted", meaning="The minutes are written.", is_end=True),
    State(name="cancelled", title="cancelled", meaning="It was not held.", is_end=True),
)


def day_of(meeting: Case) -> date:
    """Return the date of a meeting."""
    return date.fromisoformat(meeting.data["call"]["held_on"])


def name_of(kind: str, held_on: date) -> str:
    """Return the usual name of a meeting, for example `subgroup meeting of 3 February 2026`."""
    return f"{meeting.KIND_TITLES[kind]} meeting of {held_on.day} {held_on:%B %Y}"


def decided_by_meeting(meeting: Case, *, item: str, chair: str | None = None) -> DecidedBy:
    """Return the decision-maker and the evidence for a step that a meeting decides.

    Args:
        meeting: The meeting.
        item: The agenda item.
        chair: The chair for this item. The default is the chair of the meeting.
    """
    call = meeting.data["call"]
    evidence = f"{meeting.ref}, {name_of(call['kind'], day_of(meeting))}, item {item}"
    return DecidedBy(name=chair or call["chair"], capacity=CAPACITIES[call["kind"]], evidence=evidence)


def covers(conflict: str, ref: str) -> bool:
    """Return whether a conflict of interest in one case extends to another. A review includes its parts."""
    return ref == conflict or ref.startswith(f"{conflict}/")


def _day_reached(view: GuardContext) -> Iterator[str]:
    held_on = day_of(own_case(view))
    if view.day < held_on:
        yield f"The meeting is on {held_on:%A} {held_on.day} {held_on:%B %Y}. Record attendance on or after that day."


def _quorate(view: GuardContext) -> Iterator[str]:
    quorum = own_case(view).data["call"].get("quorum", 0)
    match view.record:
        case meeting.Decision(ref=ref):
            able = [name for name in _present(view) if not _in_conflict(view, name, ref)]
            free = f" without a conflict of interest in {ref}" if len(able) < len(_present(view)) else ""
            if len(able) < quorum:
                people = "1 person was" if len(able) == 1 else f"{len(able)} people were"
                yield f"{people} present{free}. The quorum is {quorum}."


def _chair_present(view: GuardContext) -> Iterator[str]:
    match view.record:
        case meeting.Decision(in_the_chair=name):
            if same_name_key(name) not in {same_name_key(present) for present in _present(view)}:
                yield f"{name} is not recorded as present. Correct the attendance (attend)."


def _no_conflict(view: GuardContext) -> Iterator[str]:
    match view.record:
        case meeting.Decision(in_the_chair=name, ref=ref):
            if _in_conflict(view, name, ref):
                yield f"{name} has a conflict of interest in {ref}. Name another chair for this item."


def _decided_once(view: GuardContext) -> Iterator[str]:
    match view.record:
        case meeting.Decision(item=item, ref=ref):
            if Link(relation=item, ref=ref) in own_case(view).links:
                yield f"The meeting has already decided about {ref} under item {item}."


def _present(view: GuardContext) -> list[str]:
    return list(own_case(view).data["attend"]["present"])


def _in_conflict(view: GuardContext, name: str, ref: str) -> bool:
    declared = own_case(view).data["attend"].get("conflicts", ())
    return any(same_name_key(one["name"]) == same_name_key(name) and covers(one["ref"], ref) for one in declared)


DAY_REACHED = Guard(name="day_reached", check=_day_reached, cleared_by=UNIT_CLEARS)
QUORATE = Guard(name="quorate", check=_quorate, cleared_by=UNIT_CLEARS, needs_record=True)
CHAIR_PRESENT = Guard(name="chair_present", check=_chair_present, cleared_by=UNIT_CLEARS, needs_record=True)
NO_CONFLICT = Guard(name="no_conflict", check=_no_conflict, cleared_by=UNIT_CLEARS, needs_record=True)
DECIDED_ONCE = Guard(name="decided_once", check=_decided_once, cleared_by=UNIT_CLEARS, needs_record=True)

MEETING = Workflow(
    name=NAME,
    title="Meeting",
    purpose="Records who attended, what the group decided about each case, and the minutes.",
    version=1,
    prefix="M",
    roles=ROLES,
    states=STATES,
    auxiliary=True,
    opening=Transition(
        trigger="call",
        title="Call a meeting",
        sources=(),
        to="called",
        roles=(*UNIT_ROLES, *CHAIR_ROLES),
        form=meeting.Meeting,
        title_field="title",
    ),
    transitions=(
        Transition(
            trigger="attend",
            title="Record or correct attendance",
            sources=("called", "held"),
            to="held",
            roles=(*UNIT_ROLES, *CHAIR_ROLES),
            form=meeting.Attendance,
            guards=(DAY_REACHED,),
        ),
        Transition(
            trigger="decide",
            title="Record a decision about a case",
            sources=("held",),
            to=None,
            roles=CHAIR_ROLES,
            form=meeting.Decision,
            guards=(QUORATE, CHAIR_PRESENT, NO_CONFLICT, DECIDED_ONCE),
            link_fields=LinkFields(relation="item", ref="ref"),
        ),
        Transition(
            trigger="minute",
            title="Record that the minutes are written",
            sources=("held",),
            to="minuted",
            roles=(*UNIT_ROLES, *CHAIR_ROLES),
            form=meeting.Minutes,
        ),
        Transition(
            trigger="cancel",
            title="Record that it was not held",
            sources=("called",),
            to="cancelled",
            roles=(*UNIT_ROLES, *CHAIR_ROLES),
            form=Ended,
        ),
        Transition(
            trigger="reopen",
            title="Reopen a meeting to complete the minutes",
            sources=("minuted",),
            to="held",
            roles=(*UNIT_ROLES, *CHAIR_ROLES),
            form=Reopened,
        ),
        *filing.filing_steps(tuple(state.name for state in STATES)),
    ),
    deadlines=(
        Deadline(
            name="minutes",
            title="Write the minutes",
            term=working_days(10),
            starts=(OnEnter(state="held"),),
            met_by=(OnStep(step="minute"),),
            owner=BUSINESS_MANAGER.name,
            citation=local_default("Minutes are written within ten working days of the meeting."),
            may_reschedule=DECIDERS,
        ),
    ),
    escalation_policy=PARTS_ESCALATION,
    may_reschedule=DECIDERS,
)
