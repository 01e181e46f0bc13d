"""A meeting: who was there, what they decided, and that its minutes are written.

What a meeting decides is two records in one transaction: the step that a case takes, on the decision of the
meeting's chair, and the meeting's own, which says under what item. Neither is kept without the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ..engine.definition.deadline import Deadline, OnEnter, OnStep
from ..engine.definition.guards import Guard
from ..engine.definition.relations import LinkFields
from ..engine.definition.view import GuardContext
from ..engine.definition.workflow import State, Transition, Workflow
from ..engine.forms.parsing import normalized
from ..engine.model.calendar import working_days
from ..engine.model.case import Case, Link
from ..engine.model.people import DecidedBy
from . import filing
from .escalation import PARTS_ESCALATION
from .forms import meeting
from .forms.parts import Ended, Reopened
from .roles import (
    BOARD_CHAIR,
    BUSINESS_MANAGER,
    DECIDERS,
    QUALITY_ASSURANCE,
    ROLES,
    SAFEGUARDING_PARTNERS,
    SUBGROUP_CHAIR,
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
"""In what capacity the chair of each kind of meeting decides there."""

CHAIR_ROLES = tuple(CAPACITIES.values())

STATES = (
    State(name="called", title="called", meaning="It is called, or was held and nobody has said yet who came."),
    State(name="held", title="held", meaning="It was held, and who came is on record; its minutes are to be written."),
    State(name="minuted", title="minuted", meaning="Its minutes are written.", is_end=True),
    State(name="cancelled", title="cancelled", meaning="It was not held.", is_end=True),
)


def day_of(meeting: Case) -> date:
    """The day of a meeting."""
    return date.fromisoformat(meeting.data["call"]["held_on"])


def name_of(kind: str, held_on: date) -> str:
    """A meeting as people call it: `subgroup meeting of 3 February 2026`."""
    return f"{kind.replace('_', ' ')} meeting of {held_on.day} {held_on:%B %Y}"


def decided_by_meeting(meeting: Case, *, item: str, chair: str | None = None) -> DecidedBy:
    """On whose decision a case takes a step that a meeting decides, and where that can be read.

    Args:
        meeting: The meeting.
        item: The item of its agenda.
        chair: Who was in the chair for it; the meeting's own chair unless given.
    """
    call = meeting.data["call"]
    evidence = f"{meeting.ref}, {name_of(call['kind'], day_of(meeting))}, item {item}"
    return DecidedBy(name=chair or call["chair"], capacity=CAPACITIES[call["kind"]], evidence=evidence)


def covers(conflict: str, ref: str) -> bool:
    """Whether a conflict in one case is one in another: in a review it is one in all of its parts."""
    return ref == conflict or ref.startswith(f"{conflict}/")


def _day_reached(view: GuardContext) -> Iterator[str]:
    held_on = day_of(_own(view))
    if view.day < held_on:
        yield f"The meeting is on {held_on.isoformat()}: nobody has attended it yet."


def _quorate(view: GuardContext) -> Iterator[str]:
    quorum = _own(view).data["call"].get("quorum", 0)
    match view.record:
        case meeting.Decision(ref=ref):
            able = [name for name in _present(view) if not _in_conflict(view, name, ref)]
            but = f" without a conflict of interest in {ref}" if len(able) < len(_present(view)) else ""
            if len(able) < quorum:
                yield f"{len(able)} {'was' if len(able) == 1 else 'were'} present{but}; {quorum} make a quorum."


def _chair_present(view: GuardContext) -> Iterator[str]:
    match view.record:
        case meeting.Decision(in_the_chair=name):
            if normalized(name) not in {normalized(there) for there in _present(view)}:
                yield f"{name} is not among those who were present (attend)."


def _no_conflict(view: GuardContext) -> Iterator[str]:
    match view.record:
        case meeting.Decision(in_the_chair=name, ref=ref):
            if _in_conflict(view, name, ref):
                yield f"{name} has a conflict of interest in {ref}: somebody else takes the chair for it."


def _decided_once(view: GuardContext) -> Iterator[str]:
    match view.record:
        case meeting.Decision(item=item, ref=ref):
            if Link(relation=item, ref=ref) in _own(view).links:
                yield f"Under item {item} the meeting has decided about {ref} already."


def _own(view: GuardContext) -> Case:
    assert view.case is not None  # asked of a step, never of an opening
    return view.case


def _present(view: GuardContext) -> list[str]:
    return list(_own(view).data["attend"]["present"])


def _in_conflict(view: GuardContext, name: str, ref: str) -> bool:
    declared = _own(view).data["attend"].get("conflicts", ())
    return any(normalized(one["name"]) == normalized(name) and covers(one["ref"], ref) for one in declared)


_UNIT = " or ".join(UNIT_ROLES)

DAY_REACHED = Guard(name="held", check=_day_reached, cleared_by=_UNIT)
QUORATE = Guard(name="quorate", check=_quorate, cleared_by=_UNIT, needs_record=True)
CHAIR_PRESENT = Guard(name="chair_present", check=_chair_present, cleared_by=_UNIT, needs_record=True)
NO_CONFLICT = Guard(name="no_conflict", check=_no_conflict, cleared_by=_UNIT, needs_record=True)
DECIDED_ONCE = Guard(name="decided_once", check=_decided_once, cleared_by=_UNIT, needs_record=True)

MEETING = Workflow(
    name=NAME,
    title="Meeting",
    purpose="A group meets, and what it decides becomes the steps of the cases that it decides about.",
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
            title="Record who attended; again where it has to be put right",
            sources=("called", "held"),
            to="held",
            roles=(*UNIT_ROLES, *CHAIR_ROLES),
            form=meeting.Attendance,
            guards=(DAY_REACHED,),
        ),
        Transition(
            trigger="decide",
            title="Record what was decided about a case",
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
            title="Take a meeting up again whose minutes lack something",
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
