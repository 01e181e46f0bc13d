"""A model check of a workflow's declaration: what could never work is found before a case does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from ..forms.fields import Form, fields_of
from .deadline import OWNER, Deadline, OnEnter, OnExit, OnResume, OnStep, OnSuspend
from .relations import Cascade, Children, Parent, Relation, Siblings, SpawnsChildren
from .workflow import ChosenTarget, Transition, Workflow


def errors_within(workflow: Workflow) -> Iterator[str]:
    """Every way in which the declaration contradicts itself, a sentence each."""
    misspelt = list(_name_errors(workflow))
    yield from misspelt
    if not misspelt:  # paths through names that do not exist would only repeat the same news
        yield from _path_errors(workflow)
        for deadline in workflow.deadlines:
            yield from _deadline_errors(workflow, deadline)


def errors_across(workflow: Workflow, others: Mapping[str, Workflow]) -> Iterator[str]:
    """Every way in which the declaration contradicts those of other workflows, a sentence each.

    Args:
        workflow: The workflow.
        others: The newest version of every workflow that there is, by name.
    """
    for name in workflow.parent_workflows:
        if name not in others:
            yield f"Its cases are children of {name}, which there is not."
    if not _has_root(workflow, others):
        yield "Its cases can never be opened: none that they are children of stands alone in the end."
    for transition in (workflow.opening, *workflow.transitions):
        if transition.spawns_linked is not None:
            name = transition.spawns_linked.workflow
            if name not in others:
                yield f"{transition.trigger} opens a case of {name}, which there is not."
            elif others[name].parent_workflows:
                yield f"{transition.trigger} opens a {name} that stands alone, and there is none without a parent."
        for opens in transition.spawns_children:
            yield from _spawn_errors(workflow, transition, opens, others)
        for look in transition.reads:
            if (kin := _required_parents(workflow, look)) and not (set(kin) & set(_parents_of(look, others))):
                yield f"{transition.trigger} looks at {_relation_text(look)}, {_none_has_text(workflow, look)}."
        for takes in transition.cascades:
            yield from _cascade_errors(workflow, transition, takes, others)
        if transition.cascade_only and not _is_cascaded(workflow, transition, others):
            yield f"{transition.trigger} is only taken with another case's step, and none takes it along."


def _spawn_errors(
    workflow: Workflow, transition: Transition, spawns: SpawnsChildren, others: Mapping[str, Workflow]
) -> Iterator[str]:
    look = Siblings(workflow=spawns.workflow) if spawns.as_sibling else Children(workflow=spawns.workflow)
    if spawns.workflow not in others:
        yield f"{transition.trigger} opens a case of {spawns.workflow}, which there is not."
    elif not set(_required_parents(workflow, look)) & set(_parents_of(look, others)):
        yield f"{transition.trigger} opens {_relation_text(look)}, {_none_has_text(workflow, look)}."


def _cascade_errors(
    workflow: Workflow, transition: Transition, cascade: Cascade, others: Mapping[str, Workflow]
) -> Iterator[str]:
    for name in workflow.parent_workflows if isinstance(cascade.relation, Parent) else (cascade.relation.workflow,):
        other = others.get(name)
        step = None if other is None else other.transition(cascade.step)
        if other is None:
            continue  # said of what it looks at, or is a child of
        if step is None or step is other.opening:
            yield f"{transition.trigger} takes {cascade.step} along, which is no step of {name}."
        elif step.cascades or step.spawns_linked or step.spawns_children:
            yield f"{transition.trigger} takes {cascade.step} of {name} along, which opens or takes along others itself."


def _is_cascaded(workflow: Workflow, transition: Transition, others: Mapping[str, Workflow]) -> bool:
    for other in others.values():
        for takes in (takes for step in other.transitions for takes in step.cascades):
            named = other.parent_workflows if isinstance(takes.relation, Parent) else (takes.relation.workflow,)
            if takes.step == transition.trigger and workflow.name in named:
                return True
    return False


def _required_parents(workflow: Workflow, relation: Relation) -> tuple[str, ...]:
    """The workflows one of which has to be the parent of what is looked at; none where it is a parent itself."""
    match relation:
        case Children():
            return (workflow.name,)
        case Siblings():
            return workflow.parent_workflows or ("",)
        case _:
            return ()


def _parents_of(relation: Relation, others: Mapping[str, Workflow]) -> tuple[str, ...]:
    """The workflows of whose cases those that are looked at are children."""
    if isinstance(relation, Parent) or relation.workflow not in others:
        return ()
    return others[relation.workflow].parent_workflows


def _relation_text(relation: Relation) -> str:
    return str(relation).removeprefix("its ")


def _none_has_text(workflow: Workflow, relation: Relation) -> str:
    return f"which no {'parent' if isinstance(relation, Siblings) else 'case'} of {workflow.name} has"


def _has_root(workflow: Workflow, others: Mapping[str, Workflow]) -> bool:
    """Whether there is a way from the workflow up to one whose cases have no parent."""
    onward = {name: set(other.parent_workflows) & others.keys() for name, other in others.items()}
    above = {name for parent in workflow.parent_workflows if parent in others for name in _reachable(parent, onward)}
    return not workflow.parent_workflows or any(not others[name].parent_workflows for name in above)


def _name_errors(workflow: Workflow) -> Iterator[str]:
    transitions = (workflow.opening, *workflow.transitions)
    yield from _duplicates("state", (state.name for state in workflow.states))
    yield from _duplicates("step", (transition.trigger for transition in transitions))
    yield from _duplicates("deadline", (deadline.name for deadline in workflow.deadlines))
    opening = workflow.opening
    if isinstance(opening.to, ChosenTarget) or opening.to is None or opening.sources:
        yield f"The opening {opening.trigger} has to lead from nowhere to one state."
    for transition in workflow.transitions:
        if not transition.sources:
            yield f"{transition.trigger} can be taken in no state."
    for transition in transitions:
        yield from _transition_errors(workflow, transition)
    yield from _tree_errors(workflow)
    yield from _role_errors(workflow)


def _tree_errors(workflow: Workflow) -> Iterator[str]:
    prefix = workflow.prefix
    if workflow.parent_workflows and not (prefix.isascii() and prefix.isalpha() and prefix.isupper()):
        yield f"The prefix {prefix} has to be capital letters: in a child's reference its number follows."
    for transition in (workflow.opening, *workflow.transitions):
        if not workflow.parent_workflows and Parent() in transition.reads:
            yield f"{transition.trigger} looks at a case's parent, and the workflow is no child of any."
    if any(isinstance(look, Children) for look in workflow.opening.reads):
        yield f"The opening {workflow.opening.trigger} looks at children, of which there are none yet."
    opening = workflow.opening
    if opening.spawns_linked is not None or opening.spawns_children:
        yield f"The opening {opening.trigger} opens another case, which only a later step can."
    if opening.cascades or opening.cascade_only:
        yield f"The opening {opening.trigger} takes others along, or follows, which only a later step can."


def _role_errors(workflow: Workflow) -> Iterator[str]:
    roles = {role.name for role in workflow.roles}
    for role in (*workflow.may_reschedule, *workflow.may_suspend):
        if role not in roles:
            yield f"The workflow names the role {role}, which is not declared."
    if bool(workflow.may_suspend) != (workflow.suspension_review is not None):
        yield "The workflow needs both or neither: who may suspend its clocks, and a deadline that reviews that."
    reviews = tuple(d.name for d in workflow.deadlines if any(isinstance(moment, OnSuspend) for moment in d.starts))
    if len(reviews) > 1:
        yield f"Suspensions are reviewed by {' and '.join(reviews)}, where one deadline has to."
    for holder in workflow.holders:
        transition = workflow.transition(holder.step)
        if holder.role not in roles:
            yield f"The workflow says who holds the role {holder.role}, which is not declared."
        if transition is None:
            yield f"The workflow names the step {holder.step}, which is not declared."
        elif not _has_field(transition.form, holder.field):
            yield f"The workflow names the field {holder.field}, which {holder.step} does not record."


def _duplicates(what: str, names: Iterable[str]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"The {what} {name} is declared {count} times."


def _transition_errors(workflow: Workflow, transition: Transition) -> Iterator[str]:
    states = {state.name for state in workflow.states}
    roles = {role.name for role in workflow.roles}
    for state in (*transition.sources, *transition.targets):
        if state not in states:
            yield f"{transition.trigger} names the state {state}, which is not declared."
    for role in transition.roles:
        if role not in roles:
            yield f"{transition.trigger} names the role {role}, which is not declared."
    for step in transition.invalidates:
        if workflow.transition(step) is None:
            yield f"{transition.trigger} sets {step} aside, which is no step."
    if transition.rolls_back and transition.to is None:
        yield f"{transition.trigger} goes back, and leads nowhere."
    if not transition.roles:
        yield f"{transition.trigger} can be decided by nobody."
    if isinstance(transition.to, ChosenTarget) and "." in transition.to.field:
        yield f"{transition.trigger} names the field {transition.to.field}, which is not one of its form's own."
    named = (transition.to.field,) if isinstance(transition.to, ChosenTarget) else ()
    linked = (transition.link_fields.relation, transition.link_fields.ref) if transition.link_fields else ()
    agencies = (*transition.adds_organisations, *transition.removes_organisations)
    for field in (*named, *linked, *agencies, transition.title_field):
        if field is not None and not _has_field(transition.form, field):
            yield f"{transition.trigger} names the field {field}, which its form does not have."


def _path_errors(workflow: Workflow) -> Iterator[str]:
    onward = {s.name: {d for t in workflow.steps_from(s.name) for d in t.targets} for s in workflow.states}
    reached = _reachable(workflow.initial, onward)
    ends = {state.name for state in workflow.states if state.is_end}
    for state in workflow.states:
        if state.name not in reached:
            yield f"The state {state.name} cannot be reached."
        elif not state.is_end and not _reachable(state.name, onward) & ends:
            yield f"The state {state.name} leads to no end."


def _reachable(start: str, onward: dict[str, set[str]]) -> set[str]:
    seen, waiting = {start}, [start]
    while waiting:
        fresh = onward[waiting.pop()] - seen
        seen |= fresh
        waiting.extend(fresh)
    return seen


def _deadline_errors(workflow: Workflow, deadline: Deadline) -> Iterator[str]:
    states = {state.name for state in workflow.states}
    if deadline.owner not in {role.name for role in workflow.roles}:
        yield f"The deadline {deadline.name} is owned by {deadline.owner}, which is no declared role."
    if not deadline.starts:
        yield f"The deadline {deadline.name} never starts."
    if deadline.minimum_period == bool(deadline.met_by):
        yield f"The deadline {deadline.name} needs either what meets it or to be a minimum period."
    for moment in (*deadline.starts, *deadline.met_by):
        if isinstance(moment, OnStep):
            yield from _trigger_errors(workflow, deadline, moment)
        elif isinstance(moment, OnEnter | OnExit) and moment.state not in states:
            yield f"The deadline {deadline.name} names the state {moment.state}, which is not declared."
    if any(isinstance(m, OnSuspend) for m in deadline.starts) != any(isinstance(m, OnResume) for m in deadline.met_by):
        yield f"The deadline {deadline.name} needs both: a suspension starts it, and lifting that meets it."
    yield from _policy_errors(workflow, deadline)


def _policy_errors(workflow: Workflow, deadline: Deadline) -> Iterator[str]:
    roles = {role.name: role for role in workflow.roles}
    ladder = workflow.policy_for(deadline)
    if not ladder and not deadline.minimum_period:
        yield f"The ladder of the deadline {deadline.name} tells nobody."
    for name, count in Counter(rung.name for rung in ladder).items():
        if count > 1:
            yield f"The ladder of the deadline {deadline.name} has {count} rungs called {name}."
    for rung in ladder:
        told = deadline.owner if rung.to == OWNER else rung.to
        if told not in roles:
            if rung.to == OWNER:  # told already
                continue
            yield f"The ladder of the deadline {deadline.name} tells {told}, which is no declared role."
        elif roles[told].never_notified:
            yield f"The ladder of the deadline {deadline.name} tells {told}, whom the system never chases."
    for role in deadline.may_reschedule:
        if role not in roles:
            yield f"The deadline {deadline.name} may be moved by {role}, which is no declared role."


def _trigger_errors(workflow: Workflow, deadline: Deadline, trigger: OnStep) -> Iterator[str]:
    transition = workflow.transition(trigger.step)
    if transition is None:
        yield f"The deadline {deadline.name} names the step {trigger.step}, which is not declared."
        return
    for state in trigger.in_states:
        if state not in transition.sources:
            yield f"The deadline {deadline.name} names the state {state}, in which {trigger.step} is not taken."
    for field in (trigger.day_field, trigger.field):
        if field is not None and not _has_field(transition.form, field):
            yield f"The deadline {deadline.name} names the field {field}, which {trigger.step} does not have."


def _has_field(form: type[Form], path: str) -> bool:
    name, _, rest = path.partition(".")
    field = next((field for field in fields_of(form) if field.name == name), None)
    if field is None or not rest:
        return field is not None
    return field.form is not None and _has_field(field.form, rest)
