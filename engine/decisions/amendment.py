"""Build the event of an amendment: a correction or a disposal, by a person who keeps the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..deadlines.expiry import notices_for
from ..definition.workflow import Workflow
from ..forms.digests import StoredValue
from ..model.case import Case, Effects, Event, Precision
from ..model.clock import EventKind
from ..model.commands import Correct
from ..model.dispose import Dispose
from ..model.evolve import evolve
from ..model.imports import CompleteImport
from ..model.people import DecidedBy
from .context import ACTION_TITLES, Decision, DecisionContext, refusal
from .permission import checked_decided_by, record_keeper_blocks, record_keeping_role

CORRECT, DISPOSE = "correct", "dispose"


def _decided_by(workflow: Workflow, command: Correct | Dispose | CompleteImport) -> DecidedBy:
    if command.decided_by is not None:
        return checked_decided_by(workflow, command.decided_by)
    return DecidedBy(name=command.actor.name, capacity=record_keeping_role(workflow, command.actor))


def require_record_keeper(workflow: Workflow, case: Case, command: Correct | Dispose) -> None:
    """Raise Refused unless the actor of an amendment may record for others."""
    if reasons := record_keeper_blocks(workflow, command.actor, command.decided_by):
        step, kind = (CORRECT, EventKind.CORRECTED) if isinstance(command, Correct) else (DISPOSE, EventKind.DISPOSED)
        raise refusal(workflow, case, step, ACTION_TITLES[kind], *reasons)


def amending_event(
    workflow: Workflow,
    case: Case,
    command: Correct | Dispose | CompleteImport,
    context: DecisionContext,
    *,
    kind: EventKind,
    trigger: str,
    data: Mapping[str, Any],
    typed: tuple[str, ...] = ("reasons",),
    stored_values: tuple[StoredValue, ...] = (),
) -> Event:
    """Return the event of an amendment, without effects."""
    return Event(
        ref=case.ref,
        seq=case.seq + 1,
        kind=kind,
        trigger=trigger,
        from_state=case.state,
        to_state=case.state,
        recorder=command.actor.recorder,
        decided_by=_decided_by(workflow, command),
        command_id=context.command_id,
        occurred_at=context.now,
        occurred_on=context.calendar.day_of(context.now),
        precision=Precision.INSTANT,
        recorded_at=context.recorded_at(case),
        workflow=workflow.name,
        workflow_version=workflow.version,
        data=data,
        effects=Effects(),
        typed=typed,
        stored_values=stored_values,
    )


def amendment(workflow: Workflow, case: Case, event: Event, context: DecisionContext) -> Decision:
    """Return the decision to record the event of an amendment."""
    notices = notices_for(context.rules(workflow), case, event)
    return Decision(events=(event,), case=evolve(case, event), notices=notices)
