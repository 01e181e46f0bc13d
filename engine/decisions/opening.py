"""Decide the opening of a case, and build the event that any step records."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

import msgspec
from msgspec.structs import replace

from ..deadlines.lifecycle import clocks_after_step
from ..deadlines.schedule import DeadlineRules, changed_clocks
from ..deadlines.suspended import ended_suspensions
from ..deadlines.triggers import StepFacts
from ..definition.guards import GuardContext, RelatedCases
from ..definition.relations import Parent, Relation
from ..definition.workflow import Transition, Workflow
from ..errors.bad_input import BadValue
from ..errors.base import one_of
from ..errors.taking_back import CaseVoided
from ..forms.digests import DigestedRecord, digested
from ..forms.fields import value_at
from ..forms.names import same_name_key
from ..forms.parsing import parse
from ..forms.path_text import field_values
from ..model.case import VOIDED, Case, Effects, Event, Link, LinkPath
from ..model.clock import Clocks, EventKind, SuspensionChange
from ..model.commands import Open
from ..model.effects import without_words
from ..model.evolve import evolve
from ..model.occurrence import Occurrence, occurrence
from ..model.people import DecidedBy, Recorder
from .context import Decision, DecisionContext, opening_refusal
from .permission import decision_blocks, resolve_decided_by

NOTHING: Mapping[Any, Any] = MappingProxyType({})


def decide_opening(
    workflow: Workflow,
    command: Open,
    context: DecisionContext,
    *,
    ref: str,
    links: tuple[Link, ...] = (),
    parent: Case | None = None,
    siblings: Mapping[Relation, tuple[Case, ...]] = NOTHING,
) -> Decision:
    """Decide the opening of a case.

    Args:
        workflow: The workflow.
        command: The command.
        context: The present, the calendar, the source of salts.
        ref: The reference for the new case.
        links: The cases to which it is linked from the start.
        parent: The parent case; None for a root.
        siblings: The siblings that the opening reads.

    Raises:
        BadInput: if the input cannot be understood.
        Refused: if a rule forbids it.
    """
    transition = workflow.opening
    check_parent(workflow, parent, context)
    related: Mapping[Relation, tuple[Case, ...]] = {}
    if parent is not None:
        # If the machine's clock was set back, a child must not be recorded before its parent.
        context = replace(context, not_before=context.recorded_at(parent))
        related = {Parent(): (parent,), **siblings}
    record = parse(transition.form, command.data, subject=transition.trigger, title=transition.title)
    organisations = tuple(name for _, name in field_values(transition.adds_organisations, command.data))
    decided_by = resolve_decided_by(workflow, transition.roles, command.actor, command.decided_by, organisations)
    when = occurrence(command.on, context.now, context.calendar)
    guard_context = GuardContext(
        case=None,
        record=record,
        day=when.on,
        calendar=context.calendar,
        related=RelatedCases(cases=related),
        title_of=context.state_title,
    )
    reasons = decision_blocks(workflow, transition.roles, command.actor, command.decided_by, organisations)
    reasons += tuple(block for guard in transition.guards for block in guard.blocks(guard_context))
    if reasons:
        raise opening_refusal(transition.trigger, transition.title, *reasons)
    step = AppliedStep(
        workflow=workflow,
        transition=transition,
        case=None,
        ref=ref,
        to_state=workflow.initial,
        guard_context=guard_context,
        record=digested(record, context.salt),
        occurrence=when,
        recorder=command.actor.recorder,
        decided_by=decided_by,
        context=context,
        deadline_rules=context.rules(workflow),
        links=links,
        parent=parent.ref if parent else None,
    )
    event = step.event(step.clocks_after(None))
    return Decision(events=(event,), case=evolve(None, event))


class AppliedStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step that was found possible, with everything that its event contains."""

    workflow: Workflow
    transition: Transition
    case: Case | None
    ref: str
    to_state: str
    guard_context: GuardContext
    record: DigestedRecord
    occurrence: Occurrence
    recorder: Recorder
    decided_by: DecidedBy
    context: DecisionContext
    deadline_rules: DeadlineRules
    links: tuple[Link, ...]
    parent: str | None = None

    @property
    def invalidates(self) -> tuple[str, ...]:
        """Return the recorded steps that no longer count after this step."""
        known = self.case.data if self.case else {}
        return invalidated_steps(self.workflow, self.transition, self.to_state, known)

    def event(self, after: Clocks) -> Event:
        """Return the event of the step with its effects, given the clocks after it."""
        case, data, trigger = self.case, self.record.data, self.transition.trigger
        title_at = title_path(self.transition, data)
        from_state = case.state if case else None
        ends = self.to_state != from_state and self.workflow.state(self.to_state).is_end
        return Event(
            ref=self.ref,
            seq=case.seq + 1 if case else 1,
            kind=EventKind.STEP if case else EventKind.OPENED,
            trigger=trigger,
            from_state=from_state,
            to_state=self.to_state,
            recorder=self.recorder,
            decided_by=self.decided_by,
            command_id=self.context.command_id,
            occurred_at=self.occurrence.at,
            occurred_on=self.occurrence.on,
            precision=self.occurrence.precision,
            recorded_at=self.context.recorded_at(case),
            workflow=self.workflow.name,
            workflow_version=self.workflow.version,
            data=data,
            effects=Effects(
                title=None if case or title_at else self.workflow.title,
                title_at=title_at,
                organisations=organisations_after(self.transition, data, case.organisations if case else ()),
                closed_on=self.occurrence.on if ends else None,
                clocks=without_words(changed_clocks(case.clocks if case else (), after)),
                links=self.links,
                linked_at=linked_paths(self.transition, data),
                warnings=tuple(b.reason for w in self.transition.warnings for b in w.blocks(self.guard_context)),
                suspensions=self._ended_suspensions(after) if case and case.suspensions else (),
                parent=self.parent,
                invalidates=self.invalidates,
            ),
            typed=self.record.typed,
            stored_values=self.record.stored_values,
        )

    def _ended_suspensions(self, after: Clocks) -> tuple[SuspensionChange, ...]:
        """Return the suspensions that the step ends, since it met or cancelled the last clock that they held."""
        suspensions = self.case.suspensions if self.case else ()
        ended = ended_suspensions(self.workflow, self.to_state, after, suspensions, self.occurrence.on)
        return tuple(one.change for one in ended)

    @property
    def valid_records(self) -> Mapping[str, Mapping[str, Any]] | None:
        """Return the records that count after the step, by step; None if it invalidates none."""
        if self.case is None or not (self.transition.invalidates or self.transition.rolls_back):
            return None
        valid = {step: record for step, record in self.case.data.items() if step not in self.invalidates}
        return {**valid, self.transition.trigger: self.record.data}

    def clocks_after(self, case: Case | None) -> Clocks:
        """Return the clocks of a case after the step."""
        facts = StepFacts(
            trigger=self.transition.trigger,
            day=self.occurrence.on,
            record=self.record.data,
            from_state=case.state if case else None,
            to_state=self.to_state,
            recorded_at=self.context.now,
            suspensions=case.suspensions if case else (),
            rolls_back=self.transition.rolls_back,
            valid_records=self.valid_records,
        )
        return clocks_after_step(self.deadline_rules, case.clocks if case else (), facts)


def invalidated_steps(
    workflow: Workflow, transition: Transition, to_state: str, known: Collection[str]
) -> tuple[str, ...]:
    """Return the steps with records that no longer count after a step.

    Args:
        workflow: The workflow.
        transition: The step.
        to_state: The state after it.
        known: The steps with records that count before it.
    """
    steps = transition.invalidates
    if transition.rolls_back:
        steps = (*steps, *workflow.later_steps(to_state))
    return tuple(step for step in dict.fromkeys(steps) if step in known and step != transition.trigger)


def check_parent(workflow: Workflow, parent: Case | None, context: DecisionContext) -> None:
    """Raise BadValue unless a case has a parent of the right kind exactly if its workflow requires one.

    Args:
        workflow: The workflow.
        parent: The parent; None if there is none.
        context: Titles the workflows.

    Raises:
        BadValue: if the parent is missing, superfluous or of the wrong kind.
        CaseVoided: if the parent was voided.
    """
    if not workflow.parent_workflows:
        if parent is not None:
            expected = f'none, because a case of the workflow "{workflow.title}" stands alone'
            raise BadValue(name="parent", expected=expected, found=parent.ref)
    elif parent is None or parent.workflow not in workflow.parent_workflows:
        titles = tuple(f'"{context.workflow_title(name)}"' for name in workflow.parent_workflows)
        found = "none" if parent is None else f'{parent.ref}, a case of "{context.workflow_title(parent.workflow)}"'
        raise BadValue(name="parent", expected=f"the reference of a case of {one_of(titles)}", found=found)
    elif parent.state == VOIDED:
        raise CaseVoided(ref=parent.ref)


def title_path(transition: Transition, data: Mapping[str, Any]) -> str | None:
    """Return the path of the title that a step's record gives the case; None if it gives none."""
    path = transition.title_field
    return path if path and value_at(data, path) else None


def organisations_after(
    transition: Transition, data: Mapping[str, Any], known: tuple[str, ...]
) -> tuple[int | str, ...] | None:
    """Return the organisations that take part after a step, in alphabetical order; None if they do not change.

    Args:
        transition: The step.
        data: Its record.
        known: The organisations that took part before. Their spelling stays, however a name is typed later.

    Returns:
        Each organisation by its index among the known ones, or by its path in the record.
    """
    before: dict[str, tuple[str, int | str]] = {same_name_key(name): (name, at) for at, name in enumerate(known)}
    added: dict[str, tuple[str, int | str]] = {}
    for path, name in field_values(transition.adds_organisations, data):
        # Of several spellings of one name, the first.
        added.setdefault(same_name_key(name), (name, path))
    removed = {same_name_key(name) for _, name in field_values(transition.removes_organisations, data)}
    kept = added.keys() if transition.sets_organisations else added.keys() | before.keys()
    after = sorted({**added, **before}[key] for key in kept - removed)
    return tuple(place for _, place in after) if {name for name, _ in after} != set(known) else None


def linked_paths(transition: Transition, data: Mapping[str, Any]) -> tuple[LinkPath, ...]:
    """Return the connections to cases, of this office or another, that a step's record names."""
    fields = transition.link_fields
    if fields is None or value_at(data, fields.ref) is None:
        return ()
    # An imported record may lack its relation.
    relation_at = None if value_at(data, fields.relation) is None else fields.relation
    return (LinkPath(ref_at=fields.ref, relation_at=relation_at),)
