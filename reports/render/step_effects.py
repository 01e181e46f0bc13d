"""Describe in words what a step does to other cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...engine.definition.registry import Registry
from ...engine.definition.relations import Cascade, Children, Parent, Relation, Siblings
from ...engine.definition.workflow import Transition, Workflow


def opened_workflows(step: Transition) -> tuple[str, ...]:
    """Return the workflows whose cases a step opens, each once."""
    alone = (step.spawns_linked.workflow,) if step.spawns_linked is not None else ()
    return tuple(dict.fromkeys((*alone, *(opens.workflow for opens in step.spawns_children))))


def describe_effects(step: Transition, workflow: Workflow, workflows: Registry) -> Iterator[str]:
    """Yield a phrase for each effect of a step on other cases.

    Args:
        step: The step.
        workflow: Its workflow.
        workflows: All workflows, which title the cases and steps that it names.
    """
    if step.spawns_linked is not None:
        yield f"opens: {workflows.latest(step.spawns_linked.workflow).title}"
    for beside, where in ((False, "below it"), (True, "beside it")):
        if names := [opens.workflow for opens in step.spawns_children if opens.as_sibling is beside]:
            yield f"opens {where}: {_titles(names, workflows)}"
    for name in dict.fromkeys(cascade.step for cascade in step.cascades):
        alike = [cascade for cascade in step.cascades if cascade.step == name]
        for title in dict.fromkeys(_step_title(cascade, workflow, workflows) for cascade in alike):
            same = [one.relation for one in alike if _step_title(one, workflow, workflows) == title]
            yield f'applies "{title}" to {"; ".join(_related_cases(same, workflows))}'
    if step.cascade_only:
        yield "only with another case's step"


def _step_title(cascade: Cascade, workflow: Workflow, workflows: Registry) -> str:
    match cascade.relation:
        case Parent():
            names: Sequence[str] = workflow.parent_workflows
        case Children(workflow=name) | Siblings(workflow=name):
            names = (name,)
    steps = (workflows.latest(name).transition(cascade.step) for name in names)
    return next((step.title for step in steps if step is not None), cascade.step)


def _related_cases(others: Sequence[Relation], workflows: Registry) -> Iterator[str]:
    if Parent() in others:
        yield "its parent"
    for kind, where in ((Children, "below it"), (Siblings, "beside it")):
        if names := [other.workflow for other in others if isinstance(other, kind)]:
            yield f"{_titles(names, workflows)} {where}"


def _titles(names: Sequence[str], workflows: Registry) -> str:
    return ", ".join(workflows.latest(name).title for name in names)
