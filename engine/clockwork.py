"""What stopping clocks, letting them run on and moving them share: the refusal, the revision, the event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Meta

from .case import Authority, Case, Effects, Event, EventKind, Revision, Suspension
from .clocks import Clocks, updated
from .commands import NewDate, Resume, Suspend
from .decision import Decision, Judging
from .definition import Workflow
from .errors import Block, Refused
from .evolve import evolve
from .forms import Form, Text
from .ladder import all_timed, changes
from .occurrence import Occurrence
from .passing import met_in_time, passing_events

NOBODY = "a new version of the workflow"
"""Who clears what the definition itself does not allow."""


class Reasons(Form, frozen=True, kw_only=True):
    """Why."""

    reasons: Annotated[Text, Meta(title="Why")]


def refused(case: Case, what: str, *reasons: Block) -> Refused:
    """The refusal of something that was asked of clocks."""
    return Refused(ref=case.ref, state=case.state, step=what, reasons=reasons, instead=())


def revision_by(cause: EventKind, reasons: str, authority: Authority, judging: Judging) -> Revision:
    """Who agreed that due dates change, and why; the dates themselves are filled in for each clock."""
    day = judging.calendar.day_of(judging.now)
    return Revision(
        was=day,
        due=day,
        cause=cause,
        reasons=reasons,
        agreed_by=authority.name,
        capacity=authority.capacity,
        recorded_at=judging.now,
    )


def decided(
    workflow: Workflow,
    case: Case,
    command: Suspend | Resume | NewDate,
    judging: Judging,
    *,
    authority: Authority,
    when: Occurrence,
    kind: EventKind,
    trigger: str,
    clocks: Clocks,
    suspensions: tuple[Suspension, ...] | None,
    data: Mapping[str, Any],
) -> Decision:
    """The decision with its event, and before that one for each day that was over by now."""
    rules = judging.rules(workflow)
    passings = passing_events(rules, case, updated(case.clocks, clocks), judging.now)
    for event in passings:
        case = evolve(case, event)
    after = all_timed(case.clocks, updated(case.clocks, clocks), rules)
    event = Event(
        ref=case.ref,
        seq=case.seq + 1,
        kind=kind,
        trigger=trigger,
        from_state=case.state,
        to_state=case.state,
        recorded_by=command.actor.name,
        decided_by=authority,
        occurred_at=when.at,
        occurred_on=when.on,
        recorded_at=judging.now,
        workflow=workflow.name,
        workflow_version=workflow.version,
        data=data,
        effects=Effects(clocks=changes(case.clocks, after), suspensions=suspensions),
    )
    notices = met_in_time(rules, case, event)
    return Decision(events=(*passings, event), case=evolve(case, event), notices=notices)
