"""A workflow compiled to one shared `transitions.Machine`. The only module that imports it.

One machine serves every case of a workflow: it is dispatched on a throw-away holder of the state,
never on a registered model (`add_model` resets a loaded case and keeps it alive). It is flat and
unqueued, so threads may share it: dispatching changes the holder alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from transitions import EventData, Machine

from ..errors.base import Block, one_of
from .view import GuardContext
from .workflow import ChosenTarget, Transition, Workflow

# At INFO it logs each dispatch and costs five times as much.
logging.getLogger("transitions").setLevel(logging.WARNING)


@dataclass(kw_only=True, slots=True)
class _Model:
    """The `model` of one dispatch: the state, and what the guards said on the way."""

    state: str
    context: GuardContext
    blocks: list[Block] = field(default_factory=list)


def _condition(transition: Transition, destination: str | None) -> Callable[[EventData], bool]:
    """All guards of a step as one condition, so that a refusal can name every reason, not the first."""

    def holds(event_data: EventData) -> bool:
        holder = event_data.model
        assert isinstance(holder, _Model)
        if (
            isinstance(transition.to, ChosenTarget)
            and getattr(holder.context.record, transition.to.field) != destination
        ):
            return False
        for guard in transition.guards:
            holder.blocks.extend(guard.blocks(holder.context))
        return not holder.blocks

    return holds


def _undeclared_target(transition: Transition, to: ChosenTarget) -> Callable[[EventData], bool]:
    """Never true: it says why, where a record names no state that its step leads to."""

    def holds(event_data: EventData) -> bool:
        holder = event_data.model
        assert isinstance(holder, _Model)
        if getattr(holder.context.record, to.field) not in to.choices:
            reason = f"{to.field} has to name where {transition.trigger} leads to: {one_of(to.choices)}."
            holder.blocks.append(Block(guard="destination", reason=reason, cleared_by=one_of(transition.roles)))
        return False

    return holds


@dataclass(frozen=True, kw_only=True, slots=True)
class TransitionResult:
    """What the machine says of a step.

    Attributes:
        to: The state after it; the same as before where it keeps the state or is blocked.
        blocks: What stands in its way.
    """

    to: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class WorkflowMachine:
    """A workflow's machine, ready to move any number of cases."""

    _machine: Any

    def fire(self, *, state: str, trigger: str, context: GuardContext) -> TransitionResult:
        """The state to which a step leads, or what blocks it.

        The step has to be one that the state allows; its record has to be in the view.
        """
        holder = _Model(state=state, context=context)
        self._machine.events[trigger].trigger(holder)
        return TransitionResult(to=holder.state, blocks=tuple(holder.blocks))


@cache
def build_machine(workflow: Workflow) -> WorkflowMachine:
    """Return the machine of a sound workflow, built at its first use."""
    machine = Machine(
        model=None,
        states=[state.name for state in workflow.states],
        initial=workflow.initial,
        auto_transitions=False,
        send_event=True,
        queued=False,
    )
    for transition in workflow.transitions:
        for destination in transition.targets or (None,):
            machine.add_transition(
                transition.trigger,
                list(transition.sources),
                destination,
                conditions=[_condition(transition, destination)],
            )
        if isinstance(transition.to, ChosenTarget):
            machine.add_transition(
                transition.trigger,
                list(transition.sources),
                None,
                conditions=[_undeclared_target(transition, transition.to)],
            )
    return WorkflowMachine(_machine=machine)
