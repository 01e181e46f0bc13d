"""Who may decide, and who may record what somebody else decided.

The typist is not the decider: a step's role is asked of the person who decided, in the capacity in
which they did; recording for others is a role of its own.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from .case import Actor, Authority
from .definition import Role, Transition, Workflow
from .errors import Block, UnknownRole, one_of
from .forms import Form, Words
from .reading import read


class Decider(Form, frozen=True, kw_only=True):
    """On whose decision a step is taken, as it is given from outside."""

    name: Annotated[Words, Meta(title="Who decided")]
    capacity: Annotated[Words, Meta(title="In what capacity", description="The role in which they decided.")]
    evidence: Annotated[Words, Meta(title="Where that can be read")] | None = None

    def authority(self) -> Authority:
        """The same as a value of the engine."""
        return Authority(name=self.name, capacity=self.capacity, evidence=self.evidence)


def authority_for(workflow: Workflow, roles: tuple[str, ...], actor: Actor, given: Authority | None) -> Authority:
    """On whose decision a thing stands that takes one of some roles: the one given, or the actor's own.

    Raises:
        InvalidForm: where the one given is not well formed.
        UnknownRole: where its capacity is no role of the workflow.
    """
    if given is None:
        own = next((role for role in roles if role in actor.roles), "")
        return Authority(name=actor.name, capacity=own)
    return known_authority(workflow, given)


def known_authority(workflow: Workflow, given: Authority) -> Authority:
    """The authority that was given, once it is found well formed.

    Raises:
        InvalidForm: where it is not.
        UnknownRole: where its capacity is no role of the workflow.
    """
    fields = {"name": given.name, "capacity": given.capacity, "evidence": given.evidence}
    known = tuple(role.name for role in workflow.roles)
    if read(Decider, fields, of="decided_by").capacity not in known:
        raise UnknownRole(role=given.capacity, known=known)
    return given


def recording_blocks(workflow: Workflow, actor: Actor, given: Authority | None) -> tuple[Block, ...]:
    """What stands in the way of somebody who would amend the record itself."""
    if not may_record_for_others(workflow, actor):
        reason = f"It is for those who keep the record, and {actor.name} is none of them."
        return (_block("recorder", reason, _names(workflow, "records_for_others")),)
    return _capacity_blocks(workflow, actor, given)


def authority_blocks(
    workflow: Workflow, roles: tuple[str, ...], actor: Actor, given: Authority | None
) -> tuple[Block, ...]:
    """What stands in the way on the side of people: the decider's capacity, the recorder's right."""
    blocks = []
    if given is None:
        if not actor.roles & set(roles):
            reason = f"It takes the decision of the {_titles(workflow, roles)}, which {actor.name} is not."
            blocks.append(_block("role", reason, roles))
        return tuple(blocks)
    if given.capacity not in roles:
        reason = (
            f"It takes the decision of the {_titles(workflow, roles)};"
            f" {given.name} decided as {_titles(workflow, (given.capacity,))}."
        )
        blocks.append(_block("role", reason, roles))
    if given.name == actor.name:
        blocks += _capacity_blocks(workflow, actor, given)
    elif not may_record_for_others(workflow, actor):
        reason = f"{actor.name} may not record what {given.name} decided."
        blocks.append(_block("recorder", reason, _names(workflow, "records_for_others")))
    return tuple(blocks)


def _capacity_blocks(workflow: Workflow, actor: Actor, given: Authority | None) -> tuple[Block, ...]:
    if given is None or given.name != actor.name or given.capacity in actor.roles:
        return ()
    reason = f"{actor.name} does not hold the role {given.capacity}."
    return (_block("capacity", reason, _names(workflow, "manages_people")),)


def may_record_for_others(workflow: Workflow, actor: Actor) -> bool:
    """Whether a person holds a role that records what others decided."""
    return bool(actor.roles & set(_names(workflow, "records_for_others")))


def availability_blocks(workflow: Workflow, transition: Transition, actor: Actor) -> tuple[Block, ...]:
    """What would stand in a person's way, whoever's decision they came with."""
    if may_record_for_others(workflow, actor):
        return ()
    return authority_blocks(workflow, transition.roles, actor, None)


def _names(workflow: Workflow, right: str) -> tuple[str, ...]:
    return tuple(role.name for role in workflow.roles if getattr(role, right))


def _titles(workflow: Workflow, names: tuple[str, ...]) -> str:
    titles: dict[str, Role] = {role.name: role for role in workflow.roles}
    return one_of(tuple(titles[name].title for name in names))


def _block(guard: str, reason: str, roles: tuple[str, ...]) -> Block:
    return Block(guard=guard, reason=reason, cleared_by=one_of(roles))
