"""Check declarations before any case depends on them: find everything that could never work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from ..errors.faults import WorkflowFault
from ..forms.fields import has_field, is_sensitive_at
from ..model.case import VOIDED
from .cross_validation import errors_across, reachable
from .deadline import OWNER, Deadline, OnEnter, OnExit, OnResume, OnStep, OnSuspend
from .relations import Children, Parent
from .workflow import ChosenTarget, Role, Transition, Workflow


def check(workflows: Sequence[Workflow]) -> tuple[WorkflowFault, ...]:
    """Return every fault in a set of workflows, each with the workflow that has it.

    Args:
        workflows: Every version of every workflow. Each is checked by itself and against the newest
            version of the others.
    """
    return _faults(tuple(workflows))


# Workflows never change and are compared by identity, so a set that was checked need not be checked again.
@lru_cache(maxsize=8)
def _faults(workflows: tuple[Workflow, ...]) -> tuple[WorkflowFault, ...]:
    newest = newest_versions(workflows)
    declared = Counter((workflow.name, workflow.version) for workflow in workflows)
    repeated = [
        WorkflowFault(workflow=name, version=version, problem=f"It is declared {count} times.")
        for (name, version), count in declared.items()
        if count > 1
    ]
    return (
        *repeated,
        *(
            WorkflowFault(workflow=workflow.name, version=workflow.version, problem=problem)
            for workflow in workflows
            for problem in (*errors_within(workflow), *errors_across(workflow, newest))
        ),
    )


def newest_versions(workflows: Iterable[Workflow]) -> dict[str, Workflow]:
    """Return the newest version of each workflow by name, in the order of first declaration."""
    newest: dict[str, Workflow] = {}
    for workflow in workflows:
        if workflow.version >= newest.setdefault(workflow.name, workflow).version:
            newest[workflow.name] = workflow
    return newest


def errors_within(workflow: Workflow) -> Iterator[str]:
    """Yield a sentence for each way in which a declaration contradicts itself."""
    roles = {role.name: role for role in workflow.roles}
    states = {state.name for state in workflow.states}
    misspelt = list(_name_errors(workflow, states, roles))
    yield from misspelt
    if not misspelt:  # paths through undeclared names would only repeat the same faults
        yield from _path_errors(workflow)
        for deadline in workflow.deadlines:
            yield from _deadline_errors(workflow, deadline, states, roles)


def _name_errors(workflow: Workflow, states: Collection[str], roles: Mapping[str, Role]) -> Iterator[str]:
    transitions = (workflow.opening, *workflow.transitions)
    yield from _duplicates("state", (state.name for state in workflow.states))
    if VOIDED in states:
        yield f"The state {VOIDED} is that of a case that was opened by mistake, and is not declared."
    yield from _duplicates("step", (transition.trigger for transition in transitions))
    yield from _duplicates("deadline", (deadline.name for deadline in workflow.deadlines))
    opening = workflow.opening
    if isinstance(opening.to, ChosenTarget) or opening.to is None or opening.sources:
        yield f"The opening {opening.trigger} must have no source state and exactly one target state."
    for transition in workflow.transitions:
        if not transition.sources:
            yield f"{transition.trigger} has no source state."
    for transition in transitions:
        yield from _transition_errors(workflow, transition, states, roles)
    yield from _tree_errors(workflow)
    yield from _role_errors(workflow, roles)


def _tree_errors(workflow: Workflow) -> Iterator[str]:
    prefix, opening = workflow.prefix, workflow.opening
    if workflow.parent_workflows and not (prefix.isascii() and prefix.isalpha() and prefix.isupper()):
        yield f"The prefix {prefix} must be capital letters, because a child's number follows it."
    for transition in (opening, *workflow.transitions):
        if not workflow.parent_workflows and Parent() in transition.reads:
            yield f"{transition.trigger} reads the parent, but the workflow has no parent workflow."
    if any(isinstance(relation, Children) for relation in opening.reads):
        yield f"The opening {opening.trigger} reads children, but a new case has none."
    if opening.spawns_linked is not None or opening.spawns_children:
        yield f"The opening {opening.trigger} opens another case, which only a later step may."
    if opening.cascades or opening.cascade_only:
        yield f"The opening {opening.trigger} is part of a cascade, which only a later step may be."


def _role_errors(workflow: Workflow, roles: Mapping[str, Role]) -> Iterator[str]:
    for declared in workflow.roles:
        if declared.acts_for_organisation and (declared.records_for_others or declared.manages_people):
            yield (
                f"The role {declared.name} acts for an organisation, so it counts only in that organisation's cases: it"
                " cannot record for others or manage people."
            )
    for role in (*workflow.may_reschedule, *workflow.may_suspend):
        if role not in roles:
            yield f"The workflow names the role {role}, which is not declared."
    if bool(workflow.may_suspend) != (workflow.suspension_review is not None):
        yield (
            "The workflow must declare both or neither: the roles that may suspend deadlines,"
            " and a deadline that a suspension starts."
        )
    reviews = tuple(d.name for d in workflow.deadlines if any(isinstance(trigger, OnSuspend) for trigger in d.starts))
    if len(reviews) > 1:
        yield f"A suspension starts {' and '.join(reviews)}, but may start only one deadline."
    for holder in workflow.holders:
        transition = workflow.transition(holder.step)
        if holder.role not in roles:
            yield f"The workflow says who holds the role {holder.role}, which is not declared."
        if transition is None:
            yield f"The workflow names the step {holder.step}, which is not declared."
        elif not has_field(transition.form, holder.field):
            yield f"The workflow names the field {holder.field}, which {holder.step} does not record."
        elif is_sensitive_at(transition.form, holder.field):
            yield (
                f"The workflow takes the holder of the role {holder.role} from the field {holder.field} of"
                f" {holder.step}, which is sensitive."
            )


def _duplicates(kind: str, names: Iterable[str]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"The {kind} {name} is declared {count} times."


def _transition_errors(
    workflow: Workflow, transition: Transition, states: Collection[str], roles: Mapping[str, Role]
) -> Iterator[str]:
    for state in (*transition.sources, *transition.targets):
        if state not in states:
            yield f"{transition.trigger} names the state {state}, which is not declared."
    for role in transition.roles:
        if role not in roles:
            yield f"{transition.trigger} names the role {role}, which is not declared."
    for step in transition.invalidates:
        if workflow.transition(step) is None:
            yield f"{transition.trigger} invalidates {step}, which is not a step."
    if transition.rolls_back and transition.to is None:
        yield f"{transition.trigger} rolls back, but has no target state."
    if not transition.roles:
        yield f"{transition.trigger} has no role that may decide it."
    if isinstance(transition.to, ChosenTarget) and "." in transition.to.field:
        yield f"{transition.trigger} names the field {transition.to.field}, which is not one of its form's own."
    for field, use in _fields_used(transition):
        if not has_field(transition.form, field):
            yield f"{transition.trigger} names the field {field}, which its form does not have."
        elif is_sensitive_at(transition.form, field):
            yield f"{transition.trigger} takes {use} from the field {field}, which is sensitive."


def _fields_used(transition: Transition) -> Iterator[tuple[str, str]]:
    """Yield each field of a step's form that the case shows outside its record, and as what."""
    if isinstance(transition.to, ChosenTarget):
        yield transition.to.field, "the target state"
    if transition.link_fields:
        yield transition.link_fields.relation, "the link to another case"
        yield transition.link_fields.ref, "the link to another case"
    for field in (*transition.adds_organisations, *transition.removes_organisations):
        yield field, "organisations"
    if transition.title_field is not None:
        yield transition.title_field, "the title"


def _path_errors(workflow: Workflow) -> Iterator[str]:
    onward = {s.name: {d for t in workflow.steps_from(s.name) for d in t.targets} for s in workflow.states}
    reached = reachable(workflow.initial, onward)
    ends = {state.name for state in workflow.states if state.is_end}
    for state in workflow.states:
        if state.name not in reached:
            yield f"The state {state.name} cannot be reached."
        elif not state.is_end and not reachable(state.name, onward) & ends:
            yield f"The state {state.name} leads to no end state."


def _deadline_errors(
    workflow: Workflow, deadline: Deadline, states: Collection[str], roles: Mapping[str, Role]
) -> Iterator[str]:
    if deadline.owner not in roles:
        yield f"The deadline {deadline.name} is owned by {deadline.owner}, which is not a declared role."
    if not deadline.starts:
        yield f"The deadline {deadline.name} never starts."
    if deadline.minimum_period == bool(deadline.met_by):
        yield f"The deadline {deadline.name} must either have something that meets it or be a minimum period."
    for trigger in (*deadline.starts, *deadline.met_by):
        if isinstance(trigger, OnStep):
            yield from _trigger_errors(workflow, deadline, trigger)
        elif isinstance(trigger, OnEnter | OnExit) and trigger.state not in states:
            yield f"The deadline {deadline.name} names the state {trigger.state}, which is not declared."
    if any(isinstance(t, OnSuspend) for t in deadline.starts) != any(isinstance(t, OnResume) for t in deadline.met_by):
        yield f"The deadline {deadline.name} must both start with a suspension and be met when it is lifted."
    yield from _policy_errors(workflow, deadline, roles)


def _policy_errors(workflow: Workflow, deadline: Deadline, roles: Mapping[str, Role]) -> Iterator[str]:
    policy = workflow.policy_for(deadline)
    if not policy and not deadline.minimum_period:
        yield f"The escalation policy of the deadline {deadline.name} has no levels."
    for name, count in Counter(level.name for level in policy).items():
        if count > 1:
            yield f"The escalation policy of the deadline {deadline.name} has {count} levels named {name}."
    for level in policy:
        recipient = deadline.owner if level.to == OWNER else level.to
        if recipient not in roles:
            if level.to == OWNER:  # an undeclared owner has been reported already
                continue
            yield f"The deadline {deadline.name} notifies {recipient}, which is not a declared role."
        elif roles[recipient].never_notified:
            yield f"The deadline {deadline.name} notifies {recipient}, a role that is never notified."
    for role in deadline.may_reschedule:
        if role not in roles:
            yield f"The deadline {deadline.name} may be rescheduled by {role}, which is not a declared role."


def _trigger_errors(workflow: Workflow, deadline: Deadline, trigger: OnStep) -> Iterator[str]:
    transition = workflow.transition(trigger.step)
    if transition is None:
        yield f"The deadline {deadline.name} names the step {trigger.step}, which is not declared."
        return
    for state in trigger.in_states:
        if state not in transition.sources:
            yield f"The deadline {deadline.name} names the state {state}, which is no source state of {trigger.step}."
    for field in (trigger.day_field, trigger.field):
        if field is not None and not has_field(transition.form, field):
            yield f"The deadline {deadline.name} names the field {field}, which {trigger.step} does not have."
        elif field is not None and is_sensitive_at(transition.form, field):
            yield f"The deadline {deadline.name} depends on the field {field} of {trigger.step}, which is sensitive."
