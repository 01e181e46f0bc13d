"""Decide a step: a workflow, a case and a command give a `Decision`, or a refusal with reasons.

Nothing here reads a clock, a database or the environment. The events of a decision have all their effects, due dates
included, so that `evolve` needs nothing else.
"""

from __future__ import annotations

from msgspec.structs import replace

from .. import decisions
from ..deadlines.expiry import expiry_events, notices_for
from ..definition.guards import GuardContext, RelatedCases
from ..definition.machine import build_machine
from ..definition.registry import step_of
from ..definition.unit import UNIT_WORKFLOW
from ..definition.workflow import Transition, Workflow
from ..errors.base import Block, one_of
from ..errors.refusals import Refused
from ..forms.digests import digested
from ..forms.fields import Form
from ..forms.parsing import parse
from ..model.case import Case, Event, Link
from ..model.commands import Open, Step
from ..model.evolve import evolve
from ..model.occurrence import day_of_step, occurrence
from .context import Decision, DecisionContext, LinkedOpening, refusal
from .moments import History, is_late_entry, keeps_state
from .opening import AppliedStep
from .permission import decision_blocks, resolve_decided_by


def decide_step(
    workflow: Workflow,
    case: Case,
    command: Step,
    context: DecisionContext,
    *,
    opened_ref: str | None = None,
    related: RelatedCases | None = None,
    cascaded: bool = False,
    history: History | None = None,
) -> Decision:
    """Decide a step.

    Args:
        workflow: The workflow, of the version that the case was opened with.
        case: The case.
        command: The command.
        context: The present, the calendar, the source of salts.
        opened_ref: The reference for the case that the step opens, if it opens one.
        related: The related cases that the step reads; None for none.
        cascaded: If a step of another case, which was decided already, cascades to this one.
        history: Reads the case's events, for a step that happened before others; None if none can have.

    Raises:
        BadInput: if the input cannot be understood.
        Refused: if a rule forbids it; with every reason, who can clear it, and the possible steps.
    """
    rules = context.rules(workflow)
    transition = step_of(workflow, command.trigger)
    may_be_late = (
        keeps_state(transition) and day_of_step(command.on, context.now, context.calendar) <= case.last_step_on
    )
    if case.state not in transition.sources and not may_be_late:
        raise _refusal(workflow, case, transition, (_state_block(workflow, case, transition),))
    when = occurrence(command.on, context.now, context.calendar)
    past = None
    if is_late_entry(case, transition, when):
        past = decisions.past_of(rules, case, transition, when, history=history, now=context.now)
    state = case.state if past is None else past.state_for(transition, case, when.on)
    if state not in transition.sources:
        raise _refusal(workflow, case, transition, (_state_block(workflow, case, transition),))
    if transition.cascade_only and not cascaded:
        raise _refusal(workflow, case, transition, (_cascade_only_block(workflow),))
    decided_by = resolve_decided_by(workflow, transition.roles, command.actor, command.decided_by, case.organisations)
    record = parse(transition.form, command.data, subject=transition.trigger, title=transition.title)
    guard_context = GuardContext(
        case=case,
        record=record,
        day=when.on,
        calendar=context.calendar,
        related=related or RelatedCases(),
        title_of=context.state_title,
    )
    result = build_machine(workflow).fire(state=state, trigger=transition.trigger, context=guard_context)
    reasons = result.blocks
    if not transition.cascade_only:
        reasons = (
            decision_blocks(workflow, transition.roles, command.actor, command.decided_by, case.organisations) + reasons
        )
    if reasons:
        raise _refusal(workflow, case, transition, reasons)

    linked = _linked_opening(transition, command, record, case, opened_ref)
    children = _child_openings(transition, command, record, case)
    cascades = _cascades(transition, command, record, case, guard_context.related)
    step = AppliedStep(
        workflow=workflow,
        transition=transition,
        case=case,
        ref=case.ref,
        to_state=case.state if past is not None and keeps_state(transition) else result.to,
        guard_context=guard_context,
        record=digested(record, context.salt),
        occurrence=when,
        recorder=command.actor.recorder,
        decided_by=decided_by,
        context=context,
        deadline_rules=rules,
        links=(linked.link,) if linked else (),
    )
    *expiries, event = _events(step, case) if past is None else decisions.backdated_events(step, case, past)
    for expiry in expiries:
        case = evolve(case, expiry)
    notices = notices_for(rules, case, event)
    return Decision(
        events=(*expiries, event),
        case=evolve(case, event),
        linked_opening=linked,
        child_openings=children,
        cascades=cascades,
        notices=notices,
    )


def _events(step: AppliedStep, case: Case) -> tuple[Event, ...]:
    """Return the event of a step, after one for each deadline that has expired by now."""
    after = step.clocks_after(case)
    context = step.context
    expiries = expiry_events(
        step.deadline_rules,
        case,
        after,
        context.now,
        recorded_at=context.recorded_at(case),
        command_id=context.command_id,
    )
    for event in expiries:
        case = evolve(case, event)
    if expiries:
        step = replace(step, case=case)
        after = step.clocks_after(case)
    return (*expiries, step.event(after))


# --- parts of a decision ----------------------------------------------------------------------------


def _linked_opening(
    transition: Transition, command: Step, record: Form, case: Case, opened_ref: str | None
) -> LinkedOpening | None:
    opens = transition.spawns_linked
    if opens is None:
        return None
    if opened_ref is None:
        raise ValueError(f"{transition.trigger} opens a case, so it needs a reference for it")
    return LinkedOpening(
        ref=opened_ref,
        command=Open(
            workflow=opens.workflow,
            actor=command.actor,
            data=opens.record(record, case),
            decided_by=command.decided_by,
            on=command.on,
        ),
        link=Link(relation=opens.relation, ref=opened_ref),
        inverse=opens.inverse,
    )


def _child_openings(transition: Transition, command: Step, record: Form, case: Case) -> tuple[Open, ...]:
    return tuple(
        Open(
            workflow=opens.workflow,
            actor=command.actor,
            data=data,
            decided_by=command.decided_by,
            on=command.on,
            parent=case.parent if opens.as_sibling else case.ref,
        )
        for opens in transition.spawns_children
        for data in opens.records(record, case)
    )


def _cascades(
    transition: Transition, command: Step, record: Form, case: Case, related: RelatedCases
) -> tuple[Step, ...]:
    return tuple(
        Step(
            ref=other.ref,
            trigger=cascade.step,
            actor=command.actor,
            data=data,
            decided_by=command.decided_by,
            on=command.on,
        )
        for cascade in transition.cascades
        for other in related.cases_for(cascade.relation)
        if (data := cascade.records(record, case, other)) is not None
    )


def _state_block(workflow: Workflow, case: Case, transition: Transition) -> Block:
    sources = one_of(tuple(f'"{workflow.state(name).title}"' for name in transition.sources))
    now = f'"{workflow.state(case.state).title}"'
    return Block(
        guard="state",
        reason=f"It is possible only at the stage {sources}; the case is at the stage {now}.",
        cleared_by="",  # no role can clear it, only the steps that lead there
    )


def _cascade_only_block(workflow: Workflow) -> Block:
    own = workflow.name == UNIT_WORKFLOW
    reason = "It has a command of its own." if own else "It happens only with a step of a related case, never alone."
    return Block(guard="cascade_only", reason=reason, cleared_by="")


def _refusal(workflow: Workflow, case: Case, transition: Transition, reasons: tuple[Block, ...]) -> Refused:
    alternatives = tuple(
        t.trigger for t in workflow.steps_from(case.state) if t is not transition and not t.cascade_only
    )
    return refusal(workflow, case, transition.trigger, transition.title, *reasons, alternatives=alternatives)
