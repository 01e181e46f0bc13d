"""Who may decide, and who may record what somebody else decided.

The typist is not the decider: a step's role is asked of the person who decided, in the capacity in
which they did; recording for others is a role of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from msgspec import Meta

from ..definition.registry import Registry
from ..definition.view import GuardContext, RelatedCases
from ..definition.workflow import ChosenTarget, Role, Transition, Workflow
from ..errors.base import Block, one_of
from ..errors.refusals import NotAllowed
from ..errors.unknown import UnknownRole
from ..forms.fields import Form, ShortText
from ..forms.parsing import parse
from ..model.calendar import Calendar
from ..model.case import Case
from ..model.people import Actor, DecidedBy


class DecidedByForm(Form, frozen=True, kw_only=True):
    """On whose decision a step is taken, as it is given from outside."""

    name: Annotated[ShortText, Meta(title="Who decided")]
    capacity: Annotated[ShortText, Meta(title="In what capacity", description="The role in which they decided.")]
    evidence: Annotated[ShortText, Meta(title="Where that can be read")] | None = None

    def to_value(self) -> DecidedBy:
        """The same as a value of the engine."""
        return DecidedBy(name=self.name, capacity=self.capacity, evidence=self.evidence)


def resolve_decided_by(
    workflow: Workflow, roles: tuple[str, ...], actor: Actor, decided_by: DecidedBy | None
) -> DecidedBy:
    """On whose decision a thing stands that takes one of some roles: the one given, or the actor's own.

    Raises:
        InvalidForm: where the one given is not well formed.
        UnknownRole: where its capacity is no role of the workflow.
    """
    if decided_by is None:
        own = next((role for role in roles if role in actor.roles), "")
        return DecidedBy(name=actor.name, capacity=own)
    return checked_decided_by(workflow, decided_by)


def checked_decided_by(workflow: Workflow, decided_by: DecidedBy) -> DecidedBy:
    """The authority that was given, once it is found well formed.

    Raises:
        InvalidForm: where it is not.
        UnknownRole: where its capacity is no role of the workflow.
    """
    fields = {"name": decided_by.name, "capacity": decided_by.capacity, "evidence": decided_by.evidence}
    known = tuple(role.name for role in workflow.roles)
    if parse(DecidedByForm, fields, subject="decided_by").capacity not in known:
        raise UnknownRole(role=decided_by.capacity, known=known)
    return decided_by


def record_keeper_blocks(workflow: Workflow, actor: Actor, decided_by: DecidedBy | None) -> tuple[Block, ...]:
    """What stands in the way of somebody who would amend the record itself."""
    if not may_record_for_others(workflow, actor):
        reason = f"It is for those who keep the record, and {actor.name} is none of them."
        return (_block("recorder", reason, _names(workflow, "records_for_others")),)
    return _capacity_blocks(workflow, actor, decided_by)


def decision_blocks(
    workflow: Workflow, roles: tuple[str, ...], actor: Actor, decided_by: DecidedBy | None
) -> tuple[Block, ...]:
    """What stands in the way on the side of people: the decider's capacity, the recorder's right."""
    blocks = []
    if decided_by is None:
        if not actor.roles & set(roles):
            reason = f"It takes the decision of the {_titles(workflow, roles)}, which {actor.name} is not."
            blocks.append(_block("role", reason, roles))
        return tuple(blocks)
    if decided_by.capacity not in roles:
        reason = (
            f"It takes the decision of the {_titles(workflow, roles)};"
            f" {decided_by.name} decided as {_titles(workflow, (decided_by.capacity,))}."
        )
        blocks.append(_block("role", reason, roles))
    if decided_by.name == actor.name:
        blocks += _capacity_blocks(workflow, actor, decided_by)
    elif not may_record_for_others(workflow, actor):
        reason = f"{actor.name} may not record what {decided_by.name} decided."
        blocks.append(_block("recorder", reason, _names(workflow, "records_for_others")))
    return tuple(blocks)


def _capacity_blocks(workflow: Workflow, actor: Actor, decided_by: DecidedBy | None) -> tuple[Block, ...]:
    if decided_by is None or decided_by.name != actor.name or decided_by.capacity in actor.roles:
        return ()
    reason = f"{actor.name} does not hold the role {decided_by.capacity}."
    return (_block("capacity", reason, _names(workflow, "manages_people")),)


def may_record_for_others(workflow: Workflow, actor: Actor) -> bool:
    """Whether a person holds a role that records what others decided."""
    return bool(actor.roles & set(_names(workflow, "records_for_others")))


def availability_blocks(workflow: Workflow, transition: Transition, actor: Actor) -> tuple[Block, ...]:
    """What would stand in a person's way, whoever's decision they came with."""
    if may_record_for_others(workflow, actor):
        return ()
    return decision_blocks(workflow, transition.roles, actor, None)


def _names(workflow: Workflow, right: str) -> tuple[str, ...]:
    return tuple(role.name for role in workflow.roles if getattr(role, right))


def _titles(workflow: Workflow, names: tuple[str, ...]) -> str:
    titles: dict[str, Role] = {role.name: role for role in workflow.roles}
    return one_of(tuple(titles[name].title for name in names))


def _block(guard: str, reason: str, roles: tuple[str, ...]) -> Block:
    return Block(guard=guard, reason=reason, cleared_by=one_of(roles))


@dataclass(frozen=True, kw_only=True, slots=True)
class AvailableStep:
    """A step that a case's state allows.

    Attributes:
        transition: The step's declaration: its title, roles and form.
        to: The state it leads to; the present one where it keeps the state; None where the record
            names it.
        blocked_by: What stands in its way, and who can clear that; nothing where it can be taken.
        warnings: What would be pointed out, though it stands in nobody's way.
    """

    transition: Transition
    to: str | None
    blocked_by: tuple[Block, ...]
    warnings: tuple[Block, ...] = ()


def available_steps(
    workflow: Workflow,
    case: Case,
    now: datetime,
    calendar: Calendar,
    actor: Actor | None,
    *,
    related: RelatedCases | None = None,
) -> tuple[AvailableStep, ...]:
    """The steps that a case's state allows, in the order of their declaration, but those that only follow.

    Args:
        workflow: The workflow.
        case: The case.
        now: The present (UTC).
        calendar: Whose days count.
        actor: Who asks; their want of a role is then a block too.
        related: What the steps look at, above, beside and below the case; None for nothing.
    """
    view = GuardContext(
        case=case, record=None, day=calendar.day_of(now), calendar=calendar, related=related or RelatedCases()
    )
    steps = (step for step in workflow.steps_from(case.state) if not step.cascade_only)
    return tuple(_available_step(workflow, case, transition, view, actor) for transition in steps)


def _available_step(
    workflow: Workflow, case: Case, transition: Transition, context: GuardContext, actor: Actor | None
) -> AvailableStep:
    blocks = availability_blocks(workflow, transition, actor) if actor else ()
    blocks += tuple(block for guard in transition.guards for block in guard.blocks(context))
    to = None if isinstance(transition.to, ChosenTarget) else transition.to or case.state
    warnings = tuple(block for guard in transition.warnings for block in guard.blocks(context))
    return AvailableStep(transition=transition, to=to, blocked_by=blocks, warnings=warnings)


def managing_roles(workflows: Registry) -> tuple[str, ...]:
    """The roles whose holders say who may act, and what the unit's own days and terms are."""
    return tuple(role.name for role in workflows.roles.values() if role.manages_people)


def require_manager(workflows: Registry, actor: Actor, action: str) -> None:
    """Lets pass whoever manages people.

    Raises:
        NotAllowed: for anybody else.
    """
    managers = managing_roles(workflows)
    if not actor.roles & set(managers):
        raise NotAllowed(actor=actor.name, action=action, roles=managers)
