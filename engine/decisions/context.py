"""The input of a decision and its result, as values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ..deadlines.expiry import expiry_events, notices_for
from ..deadlines.overrides import Overrides
from ..deadlines.schedule import DeadlineRules, changed_clocks, with_next_at_all
from ..definition.guards import StateTitle, name_of_state
from ..definition.workflow import Workflow
from ..errors.base import Block
from ..errors.refusals import Refused
from ..forms.digests import Salt
from ..forms.fields import Form, Text
from ..model.calendar import Calendar
from ..model.case import Case, Effects, Event, Link
from ..model.clock import Clocks, EventKind, Revision, SuspensionChange
from ..model.commands import NewDate, Open, Resume, Step, Suspend
from ..model.effects import without_words
from ..model.evolve import evolve, merge_clocks
from ..model.notice import Notice
from ..model.occurrence import Occurrence
from ..model.people import DecidedBy


class DecisionContext(msgspec.Struct, frozen=True, kw_only=True):
    """The facts that a decision needs apart from its workflow, case and command.

    Attributes:
        now: The present (UTC).
        calendar: The calendar, with the office's own days.
        salt: Returns random bytes for the digests of sensitive values.
        overrides: The terms and escalation levels that the office has set.
        command_id: The ID of the command that is decided, shared by all events that it causes in any case.
        state_title: Returns the title of a state of a case's workflow, for the reasons of guards.
        workflow_title: Returns the title of a workflow.
        not_before: The instant (UTC) before which nothing is recorded, since the command has recorded something then;
            None if it has recorded nothing.
    """

    now: datetime
    calendar: Calendar
    salt: Salt
    overrides: Overrides = msgspec.field(default_factory=Overrides)
    command_id: str = ""
    state_title: StateTitle = name_of_state
    workflow_title: Callable[[str], str] = str
    not_before: datetime | None = None

    def recorded_at(self, case: Case | None) -> datetime:
        """Return the instant (UTC) at which an event is recorded: the present, or later if the record is ahead of it.

        The machine's clock may have been set back. Only the recording is held back then, so that the record does not
        run backwards. What happened, and what is due, is decided by the present.

        Args:
            case: The case before the event; None before the first.
        """
        latest = self.now if self.not_before is None else max(self.now, self.not_before)
        return latest if case is None or case.recorded_at <= latest else case.recorded_at

    def following(self, leading: Case) -> DecisionContext:
        """Return the context of what the command causes in other cases, recorded with its own event or after it.

        Args:
            leading: The case of the command, after it.
        """
        return msgspec.structs.replace(self, not_before=leading.recorded_at)

    def rules(self, workflow: Workflow) -> DeadlineRules:
        """Return the rules by which the clocks of a workflow's cases are counted."""
        return DeadlineRules(workflow=workflow, calendar=self.calendar, overrides=self.overrides)


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkedOpening:
    """A case that is opened in the same transaction as a step of another case.

    Attributes:
        ref: The reference for it.
        command: The command that opens it.
        link: Its relation to the case that opens it.
        inverse: That case's relation to it.
    """

    ref: str
    command: Open
    link: Link
    inverse: str


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """Everything to be recorded in one transaction.

    Attributes:
        events: The events, in order.
        case: The case after them.
        linked_opening: The linked case to open; None if there is none.
        child_openings: The commands that open its children, in order.
        cascades: The steps that other cases of the tree apply with it, in order.
        notices: The notices to people.
        others: What the same command decides in other cases.
    """

    events: tuple[Event, ...]
    case: Case
    linked_opening: LinkedOpening | None = None
    child_openings: tuple[Open, ...] = ()
    cascades: tuple[Step, ...] = ()
    notices: tuple[Notice, ...] = ()
    others: tuple[Decision, ...] = ()


NEW_VERSION = "a new version of the workflow"
"""The remedy for a refusal that comes from the definition itself."""


class ReasonsForm(Form, frozen=True, kw_only=True):
    """The reasons of a decision."""

    reasons: Annotated[Text, Meta(title="Why")]


ACTION_TITLES: Mapping[EventKind, str] = {
    EventKind.IMPORTED: "Import a case",
    EventKind.CORRECTED: "Correct an event",
    EventKind.DISPOSED: "Dispose of recorded values",
    EventKind.SUSPENDED: "Suspend deadlines",
    EventKind.RESUMED: "End a suspension",
    EventKind.NEW_DATE: "Agree a new date",
    EventKind.RECALCULATED: "Recalculate due dates",
    EventKind.TAKEN_BACK: "Take back an entry",
    EventKind.COMPLETED: "Complete an imported case",
}
"""The titles of what a person records that is no step of a workflow, by the kind of its event."""


def recorded_title(workflow: Workflow, event: Event) -> str:
    """Return the title of what a person recorded."""
    return ACTION_TITLES.get(event.kind) or workflow.title_of_step(event.trigger)


def refusal(
    workflow: Workflow,
    case: Case,
    step: str,
    title: str,
    *reasons: Block,
    alternatives: tuple[str, ...] = (),
) -> Refused:
    """Return the error that refuses a command for a case."""
    return Refused(
        ref=case.ref,
        state=case.state,
        state_title=workflow.state(case.state).title,
        step=step,
        step_title=title,
        reasons=reasons,
        alternatives=alternatives,
        alternative_titles=tuple(workflow.title_of_step(trigger) for trigger in alternatives),
    )


def opening_refusal(step: str, title: str, *reasons: Block) -> Refused:
    """Return the error that refuses a new case."""
    return Refused(
        ref="the new case",
        state="no state",
        state_title="not opened yet",
        step=step,
        step_title=title,
        reasons=reasons,
        alternatives=(),
        alternative_titles=(),
    )


def new_revision(cause: EventKind, reasons: str, decided_by: DecidedBy, context: DecisionContext) -> Revision:
    """Return a revision with its reasons and approver; each clock fills in its own dates."""
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
    data: Mapping[str, Any],
    typed: tuple[str, ...] = ("reasons",),
    suspensions: tuple[SuspensionChange, ...] = (),
) -> Decision:
    """Return the decision with its event, after one event for each deadline that has expired by now."""
    rules = context.rules(workflow)
    recorded_at = context.recorded_at(case)
    expiries = expiry_events(
        rules,
        case,
        merge_clocks(case.clocks, clocks),
        context.now,
        recorded_at=recorded_at,
        command_id=context.command_id,
    )
    for event in expiries:
        case = evolve(case, event)
    after = with_next_at_all(case.clocks, merge_clocks(case.clocks, clocks), rules)
    event = Event(
        ref=case.ref,
        seq=case.seq + 1,
        kind=kind,
        trigger=trigger,
        from_state=case.state,
        to_state=case.state,
        recorder=command.actor.recorder,
        decided_by=decided_by,
        command_id=context.command_id,
        occurred_at=when.at,
        occurred_on=when.on,
        precision=when.precision,
        recorded_at=recorded_at,
        workflow=workflow.name,
        workflow_version=workflow.version,
        data=data,
        effects=Effects(clocks=without_words(changed_clocks(case.clocks, after)), suspensions=suspensions),
        typed=typed,
    )
    notices = notices_for(rules, case, event)
    return Decision(events=(*expiries, event), case=evolve(case, event), notices=notices)
