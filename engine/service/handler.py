"""Handle one command within one transaction: load, decide, save."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from msgspec.structs import replace

from .. import decisions, service, unit
from ..decisions.context import Decision, DecisionContext, LinkedOpening
from ..definition.registry import step_of
from ..definition.workflow import Workflow
from ..errors.bad_input import BadValue
from ..errors.base import BadInput
from ..errors.refusals import CascadeFailed, RequestIdReused
from ..errors.taking_back import CaseVoided
from ..forms.digests import random_salt
from ..model.case import UNIT, VOIDED, Case, Link
from ..model.clock_checks import ahead_in_words, is_ahead
from ..model.commands import Command, Correct, Import, ImportSnapshot, NewDate, Open, Resume, Step, Suspend
from ..model.dispose import Dispose
from ..model.evolve import evolve, fold
from ..model.imports import CompleteImport
from ..model.occurrence import day_of_step
from ..model.results import CommandResult
from ..model.take_back import TakeBack
from ..ports.context import EngineContext
from ..ports.requests import (
    RequestKey,
    RequestRecord,
    checked_request_id,
    content_of,
    is_same_request,
    request_digest,
    requested_command_id,
)
from ..ports.store import Writer, require_case
from .names import with_register_names, with_warnings
from .related_cases import load_related_cases, load_siblings, with_parents


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandHandler:
    """Handles commands.

    Attributes:
        context: The workflows, the present and the calendar.
    """

    context: EngineContext

    def handle(self, writer: Writer, command: Command, *, command_id: str | None = None) -> CommandResult:
        """Handle a command, or return the first result of a repeated request.

        Args:
            writer: Writes the record.
            command: The command.
            command_id: The ID that its events share, if it is part of a request; None for a new one.
        """
        require_command(command)
        return self._handle(writer, command, command_id=command_id)

    def import_snapshot(self, writer: Writer, command: ImportSnapshot | CompleteImport) -> CommandResult:
        """Import a case in its present state, or return the first result of a repeated request."""
        return self._handle(writer, command)

    def _handle(
        self, writer: Writer, command: Command | ImportSnapshot | CompleteImport, *, command_id: str | None = None
    ) -> CommandResult:
        content = {} if command.request_id is None else content_of(command)
        # Lock the tree before looking up the request ID: of two equal requests at once, the second
        # waits here and then finds the first one's result.
        ref = self._ref_to_lock(writer, command)
        locked = None if ref is None else writer.load_for_update(ref)
        key = None if command.request_id is None else RequestKey(self.context.client, command.request_id)
        if key is not None:
            checked_request_id(key.id)
            if (before := writer.request_record(key)) is not None:
                return _first_result(writer, key.id, before, content)
        command, findings = with_register_names(writer, self.context.workflows, command, locked)
        digest = ""
        if key is not None:
            digest = request_digest(content, random_salt())
            command_id = requested_command_id(key, digest)
        context = self.context.decision_context(writer, command_id=command_id)
        decision = with_warnings(self._decide(writer, command, locked, context), findings)
        case = save_decision(writer, decision)
        opened = self._open_spawned(writer, decision, case, context)
        cascaded = self._apply_cascades(writer, decision, case, context)
        if key is not None:
            record = RequestRecord(digest=digest, ref=case.ref, seq=case.seq)
            writer.save_request(key, record, decision.events[-1].recorded_at)
        return CommandResult(
            case=case,
            events=decision.events,
            opened=tuple(one.ref for one in opened),
            cascaded=tuple(one.ref for one in cascaded),
            name_findings=findings,
            clock_warnings=tuple(
                ahead_in_words(one.ref, context.calendar.day_of(one.recorded_at))
                for one in (case, *opened, *cascaded)
                if is_ahead(one.recorded_at, context.now)
            ),
        )

    def _ref_to_lock(self, writer: Writer, command: Command | ImportSnapshot | CompleteImport) -> str | None:
        """Return the case whose tree a command changes; None if the command begins a tree."""
        if not isinstance(command, Open | ImportSnapshot):
            if isinstance(command, TakeBack):
                service.lock_trees(writer, command.ref)
            return command.ref
        if isinstance(command, Open) or command.parent_request is None:
            return command.parent
        before = writer.request_record(RequestKey(self.context.client, command.parent_request))
        if before is None or command.parent is not None:
            expected = "the request ID by which its parent was imported, and no parent"
            raise BadValue(name="parent_request", expected=expected, found=command.parent_request)
        return before.ref

    def _decide(
        self,
        writer: Writer,
        command: Command | ImportSnapshot | CompleteImport,
        locked: Case | None,
        context: DecisionContext,
    ) -> Decision:
        if isinstance(command, Open | ImportSnapshot):
            # Either there is no parent, or its tree is already locked.
            parent = locked if command.parent is None else require_case(locked, command.parent)
            if isinstance(command, ImportSnapshot):
                return self._decide_import(writer, command, context, parent)
            return self._decide_opening(writer, command, context, parent)
        case = require_case(locked, command.ref)
        if case.state == VOIDED and not isinstance(command, Dispose):
            raise CaseVoided(ref=case.ref)
        if command.if_version is not None and command.if_version != case.version:
            raise service.version_conflict(self.context.workflow_of(case), writer, case, command.if_version)
        workflow = self.context.workflow_of(case, command.trigger if isinstance(command, Step) else None)
        if isinstance(command, TakeBack):
            return service.take_back(writer, self.context, command, context)
        if isinstance(command, Suspend | Resume | NewDate):
            return _decide_clock_command(workflow, case, command, context)
        if not isinstance(command, Step):
            return self._decide_amendment(writer, workflow, case, command, context)
        step = step_of(workflow, command.trigger)
        opened_ref = None
        if step.spawns_linked is not None:
            opened_ref = self._next_reference(writer, self.context.latest(step.spawns_linked.workflow), command)
        related, past = load_related_cases(writer, case, (step,)), partial(writer.events, case.ref)
        return decisions.decide_step(
            workflow, case, command, context, opened_ref=opened_ref, related=related, history=past
        )

    def _decide_opening(self, writer: Writer, command: Open, context: DecisionContext, parent: Case | None) -> Decision:
        workflow = self.context.latest(command.workflow)
        if parent is None:
            return decisions.decide_opening(
                workflow, command, context, ref=self._next_reference(writer, workflow, command)
            )
        ref = writer.next_child_reference(parent.ref, workflow.prefix)
        siblings = load_siblings(writer, parent, workflow.opening)
        return decisions.decide_opening(workflow, command, context, ref=ref, parent=parent, siblings=siblings)

    def _decide_import(
        self, writer: Writer, command: ImportSnapshot, context: DecisionContext, parent: Case | None
    ) -> Decision:
        workflow = self.context.latest(command.workflow)
        if parent is None:
            ref = writer.next_reference(workflow.prefix, command.opened_on.year)
        else:
            ref = writer.next_child_reference(parent.ref, workflow.prefix)
        return decisions.decide_import(workflow, command, context, ref=ref, parent=parent)

    def _decide_amendment(
        self,
        writer: Writer,
        workflow: Workflow,
        case: Case,
        command: Correct | Dispose | CompleteImport,
        context: DecisionContext,
    ) -> Decision:
        history = writer.events(case.ref)
        if isinstance(command, CompleteImport):
            stored = writer.stored_values(case.ref)
            return decisions.decide_completion(workflow, case, command, context, history=history, stored_values=stored)
        if isinstance(command, Correct):
            for event in history[command.seq - 1 : command.seq]:
                self.context.definitions.require(workflow, event.trigger)
            stored = writer.stored_values(case.ref)
            decision = decisions.decide_correction(
                workflow, case, command, context, history=history, stored_values=stored
            )
            if case.ref == UNIT:
                roles = self.context.workflows.roles
                unit.check_correction(history, decision.events[-1], stored, roles, command.actor.account)
            return decision
        present = writer.stored_words(case.ref)
        cases = tuple(with_parents(writer, case))
        decision = decisions.decide_disposal(workflow, cases, command, context, present=present, history=history)
        before = unit.unit_state(history, writer.stored_values(UNIT)) if case.ref == UNIT else None
        writer.dispose(case.ref, frozenset(decision.events[-1].data["digests"]))
        if before is not None:
            after = unit.unit_state(writer.events(UNIT), writer.stored_values(UNIT))
            unit.check_disposal(before, after, self.context.workflows.roles, command.actor.account)
        # What the case holds of the disposed words goes, too: fold its history again without them.
        rest = fold(writer.events(case.ref))
        return replace(decision, case=evolve(rest, decision.events[-1]))

    def _open_spawned(
        self, writer: Writer, decision: Decision, opener: Case, context: DecisionContext
    ) -> tuple[Case, ...]:
        """Open the other cases that a step spawns."""
        if decision.linked_opening is None and not decision.child_openings:
            return ()
        context = context.following(opener)
        if decision.linked_opening is not None:
            return (self._open_linked(writer, decision.linked_opening, context, opener),)
        return tuple(self._open_child(writer, command, context, opener) for command in decision.child_openings)

    def _open_child(self, writer: Writer, command: Open, context: DecisionContext, opener: Case) -> Case:
        ref = command.parent or ""  # a checked workflow spawns no child without a parent
        parent = opener if ref == opener.ref else require_case(writer.case(ref), ref)
        # Save it before the next one asks for its number.
        return save_decision(writer, self._decide_opening(writer, command, context, parent))

    def _apply_cascades(
        self, writer: Writer, leading: Decision, leading_case: Case, context: DecisionContext
    ) -> tuple[Case, ...]:
        """Apply the steps to which a step cascades in other cases, and return these."""
        cases = []
        if leading.cascades:
            context = context.following(leading_case)
        for command in leading.cascades:
            case = require_case(writer.case(command.ref), command.ref)
            workflow = self.context.workflow_of(case, command.trigger)
            step = step_of(workflow, command.trigger)
            related, past = load_related_cases(writer, case, (step,)), partial(writer.events, case.ref)
            try:
                decision = decisions.decide_step(
                    workflow, case, command, context, related=related, cascaded=True, history=past
                )
            except BadInput as error:
                raise CascadeFailed(ref=case.ref, step=step.trigger, step_title=step.title, cause=error) from None
            cases.append(save_decision(writer, decision))
        return (*cases, *(save_decision(writer, decision) for decision in leading.others))

    def _open_linked(self, writer: Writer, opening: LinkedOpening, context: DecisionContext, opener: Case) -> Case:
        workflow = self.context.latest(opening.command.workflow)
        back = Link(relation=opening.inverse, ref=opener.ref)
        linked = decisions.decide_opening(workflow, opening.command, context, ref=opening.ref, links=(back,))
        return writer.append(linked.events, linked.case)

    def _next_reference(self, writer: Writer, workflow: Workflow, command: Open | Step) -> str:
        day = day_of_step(command.on, self.context.now(), self.context.calendar)
        return writer.next_reference(workflow.prefix, day.year)


def require_command(command: object) -> None:
    """Raise BadValue if a command is an import, which has its own verb."""
    if isinstance(command, Import):
        raise BadValue(name="command", expected="a command; import_many imports cases", found=type(command).__name__)


def save_decision(writer: Writer, decision: Decision) -> Case:
    """Save the events, the case and the notices of a decision."""
    case = writer.append(decision.events, decision.case)
    if decision.notices:
        writer.save_notices(decision.notices)
    return case


def _decide_clock_command(
    workflow: Workflow, case: Case, command: Suspend | Resume | NewDate, context: DecisionContext
) -> Decision:
    match command:
        case Suspend():
            return decisions.decide_suspension(workflow, case, command, context)
        case Resume():
            return decisions.decide_resumption(workflow, case, command, context)
        case _:
            return decisions.decide_new_date(workflow, case, command, context)


def _first_result(writer: Writer, request_id: str, record: RequestRecord, content: Mapping[str, Any]) -> CommandResult:
    require_same_request(request_id, record, content)
    case = fold(writer.events(record.ref, up_to=record.seq))
    assert case is not None
    return CommandResult(case=case, events=(), repeated=True)


def require_same_request(request_id: str, record: RequestRecord, content: Mapping[str, Any]) -> None:
    """Raise RequestIdReused unless a request asks for the same as the recorded one of its ID."""
    if not is_same_request(record.digest, content):
        raise RequestIdReused(request_id=request_id, ref=record.ref)
