"""Describe in words what a step does to other cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ...engine.definition.relations import Children, Parent, Relation, Siblings
from ...engine.definition.workflow import Transition


def opened_workflows(step: Transition) -> tuple[str, ...]:
    """Return the workflows whose cases a step opens, each once."""
    alone = (step.spawns_linked.workflow,) if step.spawns_linked is not None else ()
    return tuple(dict.fromkeys((*alone, *(opens.workflow for opens in step.spawns_children))))


def describe_effects(step: Transition, code: Callable[[str], str] = str) -> Iterator[str]:
    """Yield a phrase for each effect of a step on other cases.

    Args:
        step: The step.
        code: The function that formats the name of a workflow or a step.
    """
    if step.spawns_linked is not None:
        yield f"opens {code(step.spawns_linked.workflow)}"
    for beside, where in ((False, "below it"), (True, "beside it")):
        if names := [code(opens.workflow) for opens in step.spawns_children if opens.as_sibling is beside]:
            yield f"opens {', '.join(names)} {where}"
    for step_name in dict.fromkeys(cascade.step for cascade in step.cascades):
        others = [cascade.relation for cascade in step.cascades if cascade.step == step_name]
        yield f"applies {code(step_name)} to {', '.join(_related_cases(others, code))}"
    if step.cascade_only:
        yield "only with another case's step"


def _related_cases(others: Sequence[Relation], code: Callable[[str], str]) -> Iterator[str]:
    if Parent() in others:
        yield "its parent"
    for kind, where in ((Children, "below it"), (Siblings, "beside it")):
        if names := [code(other.workflow) for other in others if isinstance(other, kind)]:
            yield f"{', '.join(names)} {where}"
