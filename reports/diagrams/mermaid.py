"""Write a workflow as a Mermaid state diagram."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...engine.definition.workflow import ChosenTarget, Workflow
from .workflow_layout import BETWEEN, target_text

# Characters with a meaning in Mermaid, escaped as `#name;`.
ESCAPES = str.maketrans({"#": "#35;", ";": "#59;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;"})


def mermaid(workflow: Workflow) -> str:
    """Return a workflow as a Mermaid `stateDiagram-v2`."""
    lines = (*_states(workflow), *_arrows(workflow), *_notes(workflow))
    return "stateDiagram-v2\n" + "".join(f"    {line}\n" for line in lines)


def _states(workflow: Workflow) -> Iterator[str]:
    for state in workflow.states:
        yield f'state "{_escaped(state.title)}" as {state.name}'
    for step in workflow.transitions:
        if isinstance(step.to, ChosenTarget):
            # A step whose record names its target leads to one box for all targets.
            chosen = f"{step.trigger}_{step.to.field}"
            yield f'state "{_escaped(target_text(step))}" as {chosen}'
            yield f"note right of {chosen} : {_joined(workflow.state(name).title for name in step.to.choices)}"


def _arrows(workflow: Workflow) -> Iterator[str]:
    yield f"[*] --> {workflow.initial} : {_escaped(workflow.opening.title)}"
    titles: dict[tuple[str, str], list[str]] = {}
    for state in workflow.states:
        for step in workflow.steps_from(state.name):
            if step.to is not None:
                to = step.to if isinstance(step.to, str) else f"{step.trigger}_{step.to.field}"
                titles.setdefault((state.name, to), []).append(step.title)
    for (source, to), names in titles.items():
        yield f"{source} --> {to} : {_joined(names)}"
    for state in workflow.states:
        if state.is_end:
            yield f"{state.name} --> [*]"


def _notes(workflow: Workflow) -> Iterator[str]:
    """Yield a note for each state with the steps that keep it. Arrows back to it would hide the path."""
    for state in workflow.states:
        steps = [step.title for step in workflow.steps_from(state.name) if step.to is None]
        if steps:
            yield f"note right of {state.name} : {_joined(steps)}"


def _joined(titles: Iterable[str]) -> str:
    return _escaped(BETWEEN.join(titles))


def _escaped(words: str) -> str:
    return words.translate(ESCAPES)
