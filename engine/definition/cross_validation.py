"""Check a workflow's declaration against those of the other workflows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .relations import Cascade, Children, Parent, Relation, Siblings, SpawnsChildren
from .workflow import Transition, Workflow


def errors_across(workflow: Workflow, others: Mapping[str, Workflow]) -> Iterator[str]:
    """Yield a sentence for each way in which a declaration contradicts those of other workflows.

    Args:
        workflow: The workflow.
        others: The newest version of every workflow, by name.
    """
    for name in workflow.parent_workflows:
        if name not in others:
            yield f"Its parent workflow {name} does not exist."
    yield from _role_errors(workflow, others)
    if not _has_root(workflow, others):
        yield "Its cases can never be opened: no workflow above it can be opened without a parent."
    for transition in (workflow.opening, *workflow.transitions):
        yield from _linked_errors(transition, others)
        for spawns in transition.spawns_children:
            yield from _spawn_errors(workflow, transition, spawns, others)
        for relation in transition.reads:
            if _cannot_exist(workflow, relation, others):
                yield f"{transition.trigger} reads {_relation_text(relation)}, {_none_has_text(workflow, relation)}."
        for cascade in transition.cascades:
            yield from _cascade_errors(workflow, transition, cascade, others)
        if transition.cascade_only and not _is_cascaded(workflow, transition, others):
            yield f"{transition.trigger} is cascade-only, but no step of another case cascades to it."


def _role_errors(workflow: Workflow, others: Mapping[str, Workflow]) -> Iterator[str]:
    """Yield a sentence for each role that another workflow declares with other rights or another title."""
    # People hold roles by name, so a role of the same name would lend its rights to the holders of the other.
    theirs = {other.name: {role.name: role for role in other.roles} for other in others.values()}
    theirs.pop(workflow.name, None)
    for role in workflow.roles:
        for name, roles in theirs.items():
            if roles.get(role.name, role) != role:
                yield f"Its role {role.name} is not the one that {name} has: rename it, or declare both alike."


def reachable(start: str, onward: Mapping[str, set[str]]) -> set[str]:
    """Return every name that can be reached from one, itself included."""
    seen, waiting = {start}, [start]
    while waiting:
        fresh = onward[waiting.pop()] - seen
        seen |= fresh
        waiting.extend(fresh)
    return seen


def _linked_errors(transition: Transition, others: Mapping[str, Workflow]) -> Iterator[str]:
    if transition.spawns_linked is None:
        return
    name = transition.spawns_linked.workflow
    if name not in others:
        yield f"{transition.trigger} opens a case of {name}, which does not exist."
    elif others[name].parent_workflows:
        yield f"{transition.trigger} opens a case of {name} without a parent, but {name} needs one."


def _spawn_errors(
    workflow: Workflow, transition: Transition, spawns: SpawnsChildren, others: Mapping[str, Workflow]
) -> Iterator[str]:
    relation = Siblings(workflow=spawns.workflow) if spawns.as_sibling else Children(workflow=spawns.workflow)
    if spawns.workflow not in others:
        yield f"{transition.trigger} opens a case of {spawns.workflow}, which does not exist."
    elif not set(_required_parents(workflow, relation)) & set(_parents_of(relation, others)):
        yield f"{transition.trigger} opens {_relation_text(relation)}, {_none_has_text(workflow, relation)}."


def _cascade_errors(
    workflow: Workflow, transition: Transition, cascade: Cascade, others: Mapping[str, Workflow]
) -> Iterator[str]:
    for name in _cascade_targets(workflow, cascade):
        other = others.get(name)
        step = None if other is None else other.transition(cascade.step)
        if other is None:
            continue  # reported already, as a missing relation or parent
        if step is None or step is other.opening:
            yield f"{transition.trigger} cascades to {cascade.step}, which is not a step of {name}."
        elif step.cascades or step.spawns_linked or step.spawns_children:
            yield f"{transition.trigger} cascades to {cascade.step} of {name}, which itself changes other cases."


def _cascade_targets(workflow: Workflow, cascade: Cascade) -> tuple[str, ...]:
    return workflow.parent_workflows if isinstance(cascade.relation, Parent) else (cascade.relation.workflow,)


def _is_cascaded(workflow: Workflow, transition: Transition, others: Mapping[str, Workflow]) -> bool:
    return any(
        cascade.step == transition.trigger and workflow.name in _cascade_targets(other, cascade)
        for other in others.values()
        for step in other.transitions
        for cascade in step.cascades
    )


def _cannot_exist(workflow: Workflow, relation: Relation, others: Mapping[str, Workflow]) -> bool:
    required = _required_parents(workflow, relation)
    return bool(required) and not set(required) & set(_parents_of(relation, others))


def _required_parents(workflow: Workflow, relation: Relation) -> tuple[str, ...]:
    """Return the workflows of which one must be the parent of the related cases; none for a parent itself."""
    match relation:
        case Children():
            return (workflow.name,)
        case Siblings():
            return workflow.parent_workflows or ("",)
        case _:
            return ()


def _parents_of(relation: Relation, others: Mapping[str, Workflow]) -> tuple[str, ...]:
    """Return the parent workflows of the related cases."""
    if isinstance(relation, Parent) or relation.workflow not in others:
        return ()
    return others[relation.workflow].parent_workflows


def _relation_text(relation: Relation) -> str:
    return str(relation).removeprefix("its ")


def _none_has_text(workflow: Workflow, relation: Relation) -> str:
    return f"which no {'parent' if isinstance(relation, Siblings) else 'case'} of {workflow.name} has"


def _has_root(workflow: Workflow, others: Mapping[str, Workflow]) -> bool:
    """Return True if a case of the workflow stands below one that needs no parent."""
    if not workflow.parent_workflows:
        return True
    onward = {name: set(other.parent_workflows) & others.keys() for name, other in others.items()}
    above = {name for parent in workflow.parent_workflows if parent in others for name in reachable(parent, onward)}
    return any(not others[name].parent_workflows for name in above)
