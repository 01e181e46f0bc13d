"""What no answer could change, said before a person at a terminal is asked for anything."""

from __future__ import annotations

from ..engine.decisions.permission import availability_blocks
from ..engine.definition.workflow import Transition
from ..engine.engine import Engine
from ..engine.errors.refusals import Refused
from ..engine.model.case import Case
from ..engine.model.commands import Open, Step
from ..engine.model.occurrence import occurrence


def refuse_early(engine: Engine, command: Open | Step, transition: Transition, case: Case | None) -> None:
    """Nothing, where a step may be possible once its form is filled in.

    Args:
        engine: The engine that will be asked to record it.
        command: The step as far as it is known; its data is not looked at.
        transition: Its declaration.
        case: The case; None where one is to be opened.

    Raises:
        BadInput: where its day cannot be.
        Conflict: where the case has moved on from `if_version`.
        Refused: where the state, the people or a condition beside the form forbid it.
    """
    instead: tuple[str, ...] = ()
    if isinstance(command, Open):
        blocks = availability_blocks(engine.workflows.latest(command.workflow), transition, command.actor)
        ref, state = "the new case", "no state"
    else:
        assert case is not None
        if case.state not in transition.sources or command.if_version not in (None, case.version):
            engine.rehearse(command)
        possible = engine.available(case.ref, command.actor)
        blocks = next((step.blocked_by for step in possible if step.transition is transition), ())
        ref, state = case.ref, case.state
        instead = tuple(step.transition.trigger for step in possible if step.transition is not transition)
    occurrence(command.on, case, engine.now(), engine.calendar)
    if blocks:
        raise Refused(ref=ref, state=state, step=transition.trigger, reasons=blocks, instead=instead)
