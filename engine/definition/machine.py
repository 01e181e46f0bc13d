"""Build one shared `transitions.Machine` for each workflow.

The machine dispatches on a throw-away model, because `add_model` resets a loaded case and keeps it
alive. It is flat and unqueued, so threads may share it: dispatching changes only the model.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from transitions import EventData, Machine

from ..errors.base import Block
from .guards import GuardContext
from .paths import target_choices, target_title
from .workflow import ChosenTarget, Transition, Workflow

# At INFO the library logs each dispatch, which takes five times as long.
logging.getLogger("transitions").setLevel(logging.WARNING)


@dataclass(kw_only=True, slots=True)
class _Model:
    """The model of one dispatch: the state, and the blocks that guards returned."""

    state: str
    context: GuardContext
    blocks: list[Block] = field(default_factory=list)


def _condition(transition: Transition, destination: str | None) -> Callable[[EventData], bool]:
    """Combine all guards of a step into one condition, so that a refusal names every reason."""

    def holds(event_data: EventData) -> bool:
        model = event_data.model
        assert isinstance(model, _Model)
        if (
            isinstance(transition.to, ChosenTarget)
            and getattr(model.context.record, transition.to.field) != destination
        ):
            return False
        for guard in transition.guards:
            model.blocks.extend(guard.blocks(model.context))
        return not model.blocks

    return holds


def _undeclared_target(workflow: Workflow, transition: Transition, to: ChosenTarget) -> Callable[[EventData], bool]:
    """Return a condition that is never true and explains a target that the step does not have."""

    def holds(event_data: EventData) -> bool:
        model = event_data.model
        assert isinstance(model, _Model)
        if getattr(model.context.record, to.field) not in to.choices:
            reason = f"{target_title(transition, to)} must be one of: {target_choices(transition, to)}."
            cleared_by = workflow.titles_of(transition.roles)
            model.blocks.append(Block(guard="destination", reason=reason, cleared_by=cleared_by))
        return False

    return holds


@dataclass(frozen=True, kw_only=True, slots=True)
class TransitionResult:
    """The result of a step in the machine.

    Attributes:
        to: The state after the step; unchanged if the step keeps the state or is blocked.
        blocks: The reasons why it is blocked.
    """

    to: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class WorkflowMachine:
    """A workflow's machine, for any number of cases."""

    _machine: Any

    def fire(self, *, state: str, trigger: str, context: GuardContext) -> TransitionResult:
        """Return the state to which a step leads, or the reasons why it is blocked.

        Args:
            state: The case's state.
            trigger: The step, which the state must allow.
            context: The guards' context, with the step's record.
        """
        model = _Model(state=state, context=context)
        self._machine.events[trigger].trigger(model)
        return TransitionResult(to=model.state, blocks=tuple(model.blocks))


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
                conditions=[_undeclared_target(workflow, transition, transition.to)],
            )
    return WorkflowMachine(_machine=machine)
