"""Permissions: the roles that decide a step, and the right to record another person's decision.

A step's role is required of the person who decided, in the capacity in which they decided. Recording another person's
decision is a right of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from ..definition.guards import GuardContext, RelatedCases
from ..definition.registry import Registry
from ..definition.workflow import ChosenTarget, Transition, Workflow
from ..errors.base import Block
from ..errors.refusals import NotAllowed
from ..errors.unknown import UnknownRole
from ..forms.fields import Form, ShortText
from ..forms.names import is_same_name, same_name_key
from ..forms.parsing import parse
from ..forms.several_names import LISTED, ONE_PERSON
from ..model.case import Case
from ..model.people import Actor, DecidedBy
from .context import DecisionContext


class DecidedByForm(Form, frozen=True, kw_only=True):
    """The person on whose decision a step is applied, as input."""

    name: Annotated[ShortText, Meta(title="Who decided"), ONE_PERSON, LISTED]
    capacity: Annotated[ShortText, Meta(title="In what capacity", description="The role in which they decided.")]
    evidence: Annotated[ShortText, Meta(title="Where that can be read")] | None = None

    def to_value(self) -> DecidedBy:
        """Return the same as a value of the engine."""
        return DecidedBy(name=self.name, capacity=self.capacity, evidence=self.evidence)


def roles_in(workflow: Workflow, actor: Actor, organisations: Iterable[str]) -> frozenset[str]:
    """Return the actor's roles that count in a case.

    A role that acts for an organisation counts only if it is held in one that takes part in the case.

    Args:
        workflow: The case's workflow.
        actor: The person who acts.
        organisations: The organisations of the case.
    """
    bound = {role.name for role in workflow.roles if role.acts_for_organisation}
    involved = {same_name_key(organisation) for organisation in organisations} - {""}
    return frozenset(
        holding.role
        for holding in actor.holdings
        if holding.role not in bound or same_name_key(holding.organisation) in involved
    )


def resolve_decided_by(
    workflow: Workflow,
    roles: tuple[str, ...],
    actor: Actor,
    decided_by: DecidedBy | None,
    organisations: Iterable[str] = (),
) -> DecidedBy:
    """Return the decider of a command: the one named in it, or else the actor.

    Raises:
        InvalidForm: if the named decider is not well formed.
        UnknownRole: if their capacity is no role of the workflow.
    """
    if decided_by is None:
        held = roles_in(workflow, actor, organisations)
        own = next((role for role in roles if role in held), "")
        return DecidedBy(name=actor.name, capacity=own)
    return checked_decided_by(workflow, decided_by)


def checked_decided_by(workflow: Workflow, decided_by: DecidedBy) -> DecidedBy:
    """Return the named decider if it is well formed.

    Raises:
        InvalidForm: if it is not.
        UnknownRole: if the capacity is no role of the workflow.
    """
    fields = {"name": decided_by.name, "capacity": decided_by.capacity, "evidence": decided_by.evidence}
    known = {role.name: role.title for role in workflow.roles}
    if parse(DecidedByForm, fields, subject="decided_by").capacity not in known:
        titles = tuple(known.values())
        raise UnknownRole(role=decided_by.capacity, known=tuple(known), titles=titles, workflow=workflow.title)
    return decided_by


def record_keeper_blocks(workflow: Workflow, actor: Actor, decided_by: DecidedBy | None) -> tuple[Block, ...]:
    """Return the reasons why an actor may not amend the record itself."""
    if not _may_enter(workflow, actor):
        return (_entering_block(workflow, actor),)
    if not may_record_for_others(workflow, actor):
        keepers = workflow.titles_of(_names(workflow, "records_for_others"))
        reason = f"Only the {keepers} can do this. {actor.name} does not have that role."
        return (_block(workflow, "recorder", reason, _names(workflow, "records_for_others")),)
    return _capacity_blocks(workflow, actor, decided_by, actor.roles)


def _may_enter(workflow: Workflow, actor: Actor) -> bool:
    """Return whether the actor acts in person, or the person who enters it records for others in this workflow."""
    return actor.entered_with is None or bool(actor.entered_with & set(_names(workflow, "records_for_others")))


def _entering_block(workflow: Workflow, actor: Actor) -> Block:
    reason = f"{actor.entered_by} may not record this as {actor.name}."
    return _block(workflow, "recorder", reason, _names(workflow, "records_for_others"))


def record_keeping_role(workflow: Workflow, actor: Actor) -> str:
    """Return the role by which an actor records other people's decisions; the actor has to hold one."""
    return next(role.name for role in workflow.roles if role.records_for_others and role.name in actor.roles)


def decision_blocks(
    workflow: Workflow,
    roles: tuple[str, ...],
    actor: Actor,
    decided_by: DecidedBy | None,
    organisations: Iterable[str] = (),
) -> tuple[Block, ...]:
    """Return the reasons why a person may not decide, or an actor may not record the decision."""
    held, blocks = roles_in(workflow, actor, organisations), []
    if not _may_enter(workflow, actor):
        blocks.append(_entering_block(workflow, actor))
    if decided_by is None:
        if not held & set(roles):
            reason = f"Only the {workflow.titles_of(roles)} can decide this. {_lacking(actor, held, roles)}"
            blocks.append(_block(workflow, "role", reason, roles))
        return tuple(blocks)
    if decided_by.capacity not in roles:
        reason = (
            f"Only the {workflow.titles_of(roles)} can decide this."
            f" {decided_by.name} decided as {workflow.titles_of((decided_by.capacity,))}."
        )
        blocks.append(_block(workflow, "role", reason, roles))
    if is_same_name(decided_by.name, actor.name):
        blocks += _capacity_blocks(workflow, actor, decided_by, held)
    elif not may_record_for_others(workflow, actor):
        reason = f"{actor.name} may not record what {decided_by.name} decided."
        blocks.append(_block(workflow, "recorder", reason, _names(workflow, "records_for_others")))
    return tuple(blocks)


def _lacking(actor: Actor, held: frozenset[str], roles: tuple[str, ...]) -> str:
    elsewhere = (actor.roles - held) & set(roles)
    if not elsewhere:
        return f"{actor.name} does not have that role."
    return f"{actor.name} has that role {_elsewhere(actor, elsewhere)}."


def _elsewhere(actor: Actor, roles: Collection[str]) -> str:
    """Return where an actor holds roles that do not count in a case, as the end of a sentence."""
    names = sorted({holding.organisation for holding in actor.holdings if holding.role in roles} - {""})
    if not names:
        return "without an organisation, so that it counts in no case"
    return f"in {' and '.join(names)}, which take{'s' if len(names) == 1 else ''} no part in this case"


def _capacity_blocks(
    workflow: Workflow, actor: Actor, decided_by: DecidedBy | None, held: frozenset[str]
) -> tuple[Block, ...]:
    if decided_by is None or decided_by.capacity in held or not is_same_name(decided_by.name, actor.name):
        return ()
    title = next((role.title for role in workflow.roles if role.name == decided_by.capacity), decided_by.capacity)
    reason = f"{actor.name} does not have the role of {title}."
    if decided_by.capacity in actor.roles:
        reason = f"{actor.name} has the role of {title} {_elsewhere(actor, (decided_by.capacity,))}."
    return (_block(workflow, "capacity", reason, _names(workflow, "manages_people")),)


def may_record_for_others(workflow: Workflow, actor: Actor) -> bool:
    """Return whether an actor has a role that records other people's decisions."""
    return bool(actor.roles & set(_names(workflow, "records_for_others")))


def availability_blocks(
    workflow: Workflow, transition: Transition, actor: Actor, organisations: Iterable[str] = ()
) -> tuple[Block, ...]:
    """Return the reasons why an actor could not apply a step to a case of some organisations, with any decider."""
    if may_record_for_others(workflow, actor) and _may_enter(workflow, actor):
        return ()
    return decision_blocks(workflow, transition.roles, actor, None, organisations)


def _names(workflow: Workflow, right: str) -> tuple[str, ...]:
    return tuple(role.name for role in workflow.roles if getattr(role, right))


def _block(workflow: Workflow, guard: str, reason: str, roles: tuple[str, ...]) -> Block:
    return Block(guard=guard, reason=reason, cleared_by=workflow.titles_of(roles))


@dataclass(frozen=True, kw_only=True, slots=True)
class AvailableStep:
    """A step that a case's state allows.

    Attributes:
        transition: The step's declaration: its title, roles and form.
        to: The state after it; the present one if the step keeps the state; None if its record names the state.
        blocked_by: The reasons why it cannot be applied now, and who can clear each; empty if it can.
        warnings: What to point out, although it blocks nothing.
    """

    transition: Transition
    to: str | None
    blocked_by: tuple[Block, ...]
    warnings: tuple[Block, ...] = ()


def available_steps(
    workflow: Workflow,
    case: Case,
    context: DecisionContext,
    actor: Actor | None,
    *,
    related: RelatedCases | None = None,
) -> tuple[AvailableStep, ...]:
    """Return the steps that a case's state allows, in the order of declaration, without those that only cascade.

    Args:
        workflow: The workflow.
        case: The case.
        context: The present, the calendar and the titles of states.
        actor: The person who asks; a role that they lack blocks a step. None to ignore roles.
        related: The related cases that the steps read; None for none.
    """
    guard_context = GuardContext(
        case=case,
        record=None,
        day=context.calendar.day_of(context.now),
        calendar=context.calendar,
        related=related or RelatedCases(),
        title_of=context.state_title,
    )
    steps = (step for step in workflow.steps_from(case.state) if not step.cascade_only)
    return tuple(_available_step(workflow, case, transition, guard_context, actor) for transition in steps)


def _available_step(
    workflow: Workflow, case: Case, transition: Transition, context: GuardContext, actor: Actor | None
) -> AvailableStep:
    blocks = availability_blocks(workflow, transition, actor, case.organisations) if actor else ()
    blocks += tuple(block for guard in transition.guards for block in guard.blocks(context))
    to = None if isinstance(transition.to, ChosenTarget) else transition.to or case.state
    warnings = tuple(block for guard in transition.warnings for block in guard.blocks(context))
    return AvailableStep(transition=transition, to=to, blocked_by=blocks, warnings=warnings)


def managing_roles(workflows: Registry) -> tuple[str, ...]:
    """Return the roles that manage people and the office's own days and terms."""
    return tuple(role.name for role in workflows.roles.values() if role.manages_people)


def require_manager(workflows: Registry, actor: Actor, action: str) -> None:
    """Raise NotAllowed unless the actor may manage people, and so may the person who enters it for them, if another.

    Raises:
        NotAllowed: if one of them has no managing role.
    """
    managers = managing_roles(workflows)
    acting = [(actor.name, actor.roles)]
    if actor.entered_with is not None:
        acting.append((str(actor.entered_by), actor.entered_with))
    for name, roles in acting:
        if not roles & set(managers):
            titles = tuple(workflows.roles[one].title for one in managers)
            raise NotAllowed(actor=name, action=action, roles=titles)
