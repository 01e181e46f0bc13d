"""Carrying out one command within one transaction: look, judge, keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..decisions.context import Decision, DecisionContext, LinkedOpening
from ..definition.registry import step_of
from ..definition.workflow import Workflow
from ..errors.bad_input import BadValue
from ..errors.base import BadInput
from ..errors.refusals import CascadeFailed, RequestIdReused, VersionConflict
from ..forms.digests import random_salt
from ..model.case import Case, Event, Link
from ..model.commands import (
    Command,
    Correct,
    Dispose,
    ImportSnapshot,
    NewDate,
    Open,
    Resume,
    Step,
    Suspend,
)
from ..model.evolve import AUTOMATIC, fold
from ..model.occurrence import day_of_step
from ..ports.context import EngineContext
from ..ports.requests import (
    RequestRecord,
    checked_request_id,
    content_of,
    is_same_request,
    request_digest,
)
from ..ports.store import Writer, require_case
from .related_cases import load_related_cases, load_siblings


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandResult:
    """What a command came to.

    Attributes:
        case: The case as it is after it.
        events: What was recorded; empty where the same request had been carried out before.
        repeated: Whether it had.
        opened: The references of the other cases that were opened with it, in their order.
        cascaded: The references of the other cases that took a step with it, in their order.
    """

    case: Case
    events: tuple[Event, ...]
    repeated: bool = False
    opened: tuple[str, ...] = ()
    cascaded: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What has to be pointed out to whoever recorded it."""
        return tuple(warning for event in self.events for warning in event.effects.warnings)


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandHandler:
    """Carries out commands.

    Attributes:
        context: The workflows, the present and the calendar.
    """

    context: EngineContext

    def handle(self, writer: Writer, command: Command) -> CommandResult:
        """Carries a command out, or gives a repeated one its first answer."""
        asked = {} if command.request_id is None else content_of(command)
        # The tree is held before the request id is looked at: of two equal requests at once, the
        # second one waits here and then finds the first one's answer.
        of_tree = _ref_to_lock(writer, command)
        held = None if of_tree is None else writer.load_for_update(of_tree)
        if command.request_id is not None:
            checked_request_id(command.request_id)
            if (before := writer.request_record(command.request_id)) is not None:
                return _first_result(writer, command.request_id, before, asked)
        decision = self._decide(writer, command, held)
        case = save_decision(writer, decision)
        opened = self._open_spawned(writer, decision, case)
        moved = self._apply_cascades(writer, decision, case)
        if command.request_id is not None:
            remembered = RequestRecord(digest=request_digest(asked, random_salt()), ref=case.ref, seq=case.seq)
            writer.save_request(command.request_id, remembered, decision.events[-1].recorded_at)
        return CommandResult(case=case, events=decision.events, opened=opened, cascaded=moved)

    def _decide(self, writer: Writer, command: Command, locked: Case | None) -> Decision:
        from ..decisions.step import decide_step

        judging = self.context.decision_context(writer)
        if isinstance(command, Open | ImportSnapshot):
            # There is no parent, or it is held by whatever name it goes.
            parent = locked if command.parent is None else require_case(locked, command.parent)
            if isinstance(command, ImportSnapshot):
                return self._decide_import(writer, command, judging, parent)
            return self._decide_opening(writer, command, judging, parent)
        case = require_case(locked, command.ref)
        if command.if_version is not None and command.if_version != case.version:
            raise _conflict(writer, case, command.if_version)
        workflow = self.context.workflows.for_case(case)
        if isinstance(command, Suspend | Resume | NewDate):
            return _decide_clock_command(workflow, case, command, judging)
        if not isinstance(command, Step):
            return _decide_amendment(writer, workflow, case, command, judging)
        step = step_of(workflow, command.trigger)
        opened_ref = None
        if step.spawns_linked is not None:
            opened_ref = self._next_reference(
                writer, self.context.workflows.latest(step.spawns_linked.workflow), command
            )
        tree = load_related_cases(writer, case, (step,))
        return decide_step(workflow, case, command, judging, opened_ref=opened_ref, related=tree)

    def _decide_opening(self, writer: Writer, command: Open, context: DecisionContext, parent: Case | None) -> Decision:
        from ..decisions.opening import decide_opening

        workflow = self.context.workflows.latest(command.workflow)
        if parent is None:
            return decide_opening(workflow, command, context, ref=self._next_reference(writer, workflow, command))
        ref = writer.next_child_reference(parent.ref, workflow.prefix)
        beside = load_siblings(writer, parent, workflow.opening)
        return decide_opening(workflow, command, context, ref=ref, parent=parent, siblings=beside)

    def _decide_import(
        self, writer: Writer, command: ImportSnapshot, context: DecisionContext, parent: Case | None
    ) -> Decision:
        from ..decisions.historical import decide_import

        workflow = self.context.workflows.latest(command.workflow)
        if parent is None:
            ref = writer.next_reference(workflow.prefix, command.opened_on.year)
        else:
            ref = writer.next_child_reference(parent.ref, workflow.prefix)
        return decide_import(workflow, command, context, ref=ref, parent=parent)

    def _open_spawned(self, writer: Writer, decision: Decision, opener: Case) -> tuple[str, ...]:
        """Opens the other cases that a step opens, and gives their references."""
        if decision.linked_opening is not None:
            self._open_linked(writer, decision.linked_opening, opener)
            return (decision.linked_opening.ref,)
        if not decision.child_openings:
            return ()
        judging = replace(self.context.decision_context(writer), now=opener.recorded_at)
        return tuple(self._open_child(writer, command, judging, opener) for command in decision.child_openings)

    def _open_child(self, writer: Writer, command: Open, context: DecisionContext, opener: Case) -> str:
        ref = command.parent or ""  # of children and of siblings there is one, or no sound workflow opens them
        parent = opener if ref == opener.ref else require_case(writer.case(ref), ref)
        # It takes its number as it is kept, before the next one asks for its own.
        return save_decision(writer, self._decide_opening(writer, command, context, parent)).ref

    def _apply_cascades(self, writer: Writer, leading: Decision, leading_case: Case) -> tuple[str, ...]:
        """Takes the steps that other cases of the tree take with one, and gives their references."""
        from ..decisions.step import decide_step

        for command in leading.cascades:
            case = require_case(writer.case(command.ref), command.ref)
            workflow = self.context.workflows.for_case(case)
            step = step_of(workflow, command.trigger)
            judging = replace(self.context.decision_context(writer), now=leading_case.recorded_at)
            tree = load_related_cases(writer, case, (step,))
            try:
                decision = decide_step(workflow, case, command, judging, related=tree, cascaded=True)
            except BadInput as error:
                raise CascadeFailed(ref=case.ref, step=step.trigger, cause=error) from None
            save_decision(writer, decision)
        return tuple(command.ref for command in leading.cascades)

    def _open_linked(self, writer: Writer, opening: LinkedOpening, opener: Case) -> None:
        from ..decisions.opening import decide_opening

        workflow = self.context.workflows.latest(opening.command.workflow)
        judging = replace(self.context.decision_context(writer), now=opener.recorded_at)
        back = Link(relation=opening.inverse, ref=opener.ref)
        linked = decide_opening(workflow, opening.command, judging, ref=opening.ref, links=(back,))
        writer.append(linked.events, linked.case)

    def _next_reference(self, writer: Writer, workflow: Workflow, command: Open | Step) -> str:
        day = day_of_step(command.on, self.context.now(), self.context.calendar)
        return writer.next_reference(workflow.prefix, day.year)


def save_decision(writer: Writer, decision: Decision) -> Case:
    """Save the events, the case and the notices of a decision."""
    case = writer.append(decision.events, decision.case)
    if decision.notices:
        writer.save_notices(decision.notices)
    return case


def _ref_to_lock(writer: Writer, command: Command) -> str | None:
    """The case whose tree a command changes, as far as there is one; None where it begins one."""
    if not isinstance(command, Open | ImportSnapshot):
        return command.ref
    if isinstance(command, Open) or command.parent_request is None:
        return command.parent
    before = writer.request_record(command.parent_request)
    if before is None or command.parent is not None:
        expected = "the request id by which a case was brought in before, and no parent beside it"
        raise BadValue(name="parent_request", expected=expected, found=command.parent_request)
    return before.ref


def _decide_clock_command(
    workflow: Workflow, case: Case, command: Suspend | Resume | NewDate, context: DecisionContext
) -> Decision:
    from ..decisions.rescheduling import decide_new_date
    from ..decisions.suspension import decide_resumption, decide_suspension

    match command:
        case Suspend():
            return decide_suspension(workflow, case, command, context)
        case Resume():
            return decide_resumption(workflow, case, command, context)
        case _:
            return decide_new_date(workflow, case, command, context)


def _decide_amendment(
    writer: Writer, workflow: Workflow, case: Case, command: Correct | Dispose, context: DecisionContext
) -> Decision:
    from ..decisions.correction import decide_correction, decide_disposal

    if isinstance(command, Correct):
        history, secrets = writer.events(case.ref), writer.stored_values(case.ref)
        return decide_correction(workflow, case, command, context, history=history, stored_values=secrets)
    present = writer.events_of_stored_values(case.ref)
    decision = decide_disposal(workflow, case, command, context, present=present)
    writer.dispose(case.ref, frozenset(decision.events[-1].data["digests"]))
    return decision


def _conflict(writer: Writer, case: Case, expected: int) -> VersionConflict:
    moves = (event for event in reversed(writer.events(case.ref)) if event.kind not in AUTOMATIC)
    latest = next(moves)
    return VersionConflict(
        ref=case.ref, expected=expected, found=case.version, changed_by=latest.recorded_by, step=latest.trigger
    )


def _first_result(writer: Writer, request_id: str, record: RequestRecord, content: Mapping[str, Any]) -> CommandResult:
    require_same_request(request_id, record, content)
    case = fold(writer.events(record.ref, up_to=record.seq))
    assert case is not None
    return CommandResult(case=case, events=(), repeated=True)


def require_same_request(request_id: str, record: RequestRecord, content: Mapping[str, Any]) -> None:
    """Raise RequestIdReused unless a request asks for the same as the recorded one of its ID."""
    if not is_same_request(record.digest, content):
        raise RequestIdReused(request_id=request_id, ref=record.ref)
