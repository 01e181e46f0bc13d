"""What judging is told, and what it comes to, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta

from ..deadlines.expiry import expiry_events, late_completion_notices
from ..deadlines.overrides import Overrides
from ..deadlines.schedule import DeadlineRules, changed_clocks, with_next_at_all
from ..definition.workflow import Workflow
from ..errors.base import Block
from ..errors.refusals import Refused
from ..forms.digests import Salt
from ..forms.fields import Form, Text
from ..model.calendar import Calendar
from ..model.case import Case, Effects, Event, Link
from ..model.clock import Clocks, EventKind, Revision, Suspension
from ..model.commands import NewDate, Open, Resume, Step, Suspend
from ..model.evolve import evolve, merge_clocks
from ..model.notice import Notice
from ..model.occurrence import Occurrence
from ..model.people import DecidedBy


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionContext:
    """What judging is told about the world.

    Attributes:
        now: The present (UTC).
        calendar: Whose days count, the unit's own among them.
        salt: Gives random bytes for sealing sensitive values.
        overrides: The terms and ladders that the unit has set.
    """

    now: datetime
    calendar: Calendar
    salt: Salt
    overrides: Overrides = field(default_factory=Overrides)

    def rules(self, workflow: Workflow) -> DeadlineRules:
        """By what rules the clocks of a workflow's cases are counted."""
        return DeadlineRules(workflow=workflow, calendar=self.calendar, overrides=self.overrides)


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkedOpening:
    """A case that is opened in the same transaction as a step of another.

    Attributes:
        ref: The reference for it.
        command: How to open it.
        link: What it is to the case that opens it.
        inverse: What that case is to it.
    """

    ref: str
    command: Open
    link: Link
    inverse: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What is to be recorded, in one transaction.

    Attributes:
        events: What happened, in order.
        case: The case as it will be.
        linked_opening: The other case that is opened with it, if one is.
        child_openings: How to open the children that are opened with it, in their order.
        cascades: The steps that other cases of the tree take with it, in their order.
        notices: What is to be told to whom.
    """

    events: tuple[Event, ...]
    case: Case
    linked_opening: LinkedOpening | None = None
    child_openings: tuple[Open, ...] = ()
    cascades: tuple[Step, ...] = ()
    notices: tuple[Notice, ...] = ()


NEW_VERSION = "a new version of the workflow"
"""Who clears what the definition itself does not allow."""


class ReasonsForm(Form, frozen=True, kw_only=True):
    """Why."""

    reasons: Annotated[Text, Meta(title="Why")]


def refusal(case: Case, step: str, *reasons: Block) -> Refused:
    """The refusal of something that was asked of clocks."""
    return Refused(ref=case.ref, state=case.state, step=step, reasons=reasons, alternatives=())


def new_revision(cause: EventKind, reasons: str, decided_by: DecidedBy, context: DecisionContext) -> Revision:
    """Who agreed that due dates change, and why; the dates themselves are filled in for each clock."""
    day = context.calendar.day_of(context.now)
    return Revision(
        previous_due=day,
        due=day,
        cause=cause,
        reasons=reasons,
        agreed_by=decided_by.name,
        capacity=decided_by.capacity,
        recorded_at=context.now,
    )


def clock_decision(
    workflow: Workflow,
    case: Case,
    command: Suspend | Resume | NewDate,
    context: DecisionContext,
    *,
    decided_by: DecidedBy,
    when: Occurrence,
    kind: EventKind,
    trigger: str,
    clocks: Clocks,
    suspensions: tuple[Suspension, ...] | None,
    data: Mapping[str, Any],
) -> Decision:
    """The decision with its event, and before that one for each day that was over by now."""
    rules = context.rules(workflow)
    passings = expiry_events(rules, case, merge_clocks(case.clocks, clocks), context.now)
    for event in passings:
        case = evolve(case, event)
    after = with_next_at_all(case.clocks, merge_clocks(case.clocks, clocks), rules)
    event = Event(
        ref=case.ref,
        seq=case.seq + 1,
        kind=kind,
        trigger=trigger,
        from_state=case.state,
        to_state=case.state,
        recorded_by=command.actor.name,
        decided_by=decided_by,
        occurred_at=when.at,
        occurred_on=when.on,
        recorded_at=context.now,
        workflow=workflow.name,
        workflow_version=workflow.version,
        data=data,
        effects=Effects(clocks=changed_clocks(case.clocks, after), suspensions=suspensions),
    )
    notices = late_completion_notices(rules, case, event)
    return Decision(events=(*passings, event), case=evolve(case, event), notices=notices)
