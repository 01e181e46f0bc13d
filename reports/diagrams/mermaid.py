"""Write a workflow as a Mermaid state diagram."""

from __future__ import annotations

from collections.abc import Iterator

from ...engine.definition.workflow import ChosenTarget, Workflow
from .workflow_layout import target_text

# What Mermaid would read as its own; it writes characters as `#name;`.
ESCAPES = str.maketrans({"#": "#35;", ";": "#59;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;"})


def mermaid(workflow: Workflow) -> str:
    """A workflow as a Mermaid `stateDiagram-v2`."""
    lines = (*_states(workflow), *_arrows(workflow), *_notes(workflow))
    return "stateDiagram-v2\n" + "".join(f"    {line}\n" for line in lines)


def _states(workflow: Workflow) -> Iterator[str]:
    for state in workflow.states:
        yield f'state "{_escaped(state.title)}" as {state.name}'
    for step in workflow.transitions:
        if isinstance(step.to, ChosenTarget):
            # A step to whichever state its record names: one box for all of them, not an arrow to each.
            chosen = f"{step.trigger}_{step.to.field}"
            yield f'state "{_escaped(target_text(step))}" as {chosen}'
            yield f"note right of {chosen} : {', '.join(step.to.choices)}"


def _arrows(workflow: Workflow) -> Iterator[str]:
    yield f"[*] --> {workflow.initial} : {workflow.opening.trigger}"
    triggers: dict[tuple[str, str], list[str]] = {}
    for state in workflow.states:
        for step in workflow.steps_from(state.name):
            if step.to is not None:
                to = step.to if isinstance(step.to, str) else f"{step.trigger}_{step.to.field}"
                triggers.setdefault((state.name, to), []).append(step.trigger)
    for (source, to), names in triggers.items():
        yield f"{source} --> {to} : {', '.join(names)}"
    for state in workflow.states:
        if state.is_end:
            yield f"{state.name} --> [*]"


def _notes(workflow: Workflow) -> Iterator[str]:
    """The steps that keep the state, as a note beside each: an arrow back to itself would hide the path."""
    for state in workflow.states:
        steps = [step.trigger for step in workflow.steps_from(state.name) if step.to is None]
        if steps:
            yield f"note right of {state.name} : {', '.join(steps)}"


def _escaped(words: str) -> str:
    return words.translate(ESCAPES)
