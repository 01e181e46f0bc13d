"""A model check of a workflow's declaration: what could never work is found before a case does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from .definition import (
    OWNER,
    Deadline,
    Entering,
    Leaving,
    Named,
    Recording,
    Resuming,
    Suspending,
    Transition,
    Workflow,
)
from .forms import Form, fields_of


def contradictions(workflow: Workflow) -> Iterator[str]:
    """Every way in which the declaration contradicts itself, a sentence each."""
    misspelt = list(_misspelt(workflow))
    yield from misspelt
    if not misspelt:  # paths through names that do not exist would only repeat the same news
        yield from _paths(workflow)
        for deadline in workflow.deadlines:
            yield from _deadline(workflow, deadline)


def _misspelt(workflow: Workflow) -> Iterator[str]:
    transitions = (workflow.opening, *workflow.transitions)
    yield from _twice("state", (state.name for state in workflow.states))
    yield from _twice("step", (transition.trigger for transition in transitions))
    yield from _twice("deadline", (deadline.name for deadline in workflow.deadlines))
    opening = workflow.opening
    if isinstance(opening.to, Named) or opening.to is None or opening.sources:
        yield f"The opening {opening.trigger} has to lead from nowhere to one state."
    for transition in workflow.transitions:
        if not transition.sources:
            yield f"{transition.trigger} can be taken in no state."
    for transition in transitions:
        yield from _transition(workflow, transition)
    yield from _people(workflow)


def _people(workflow: Workflow) -> Iterator[str]:
    roles = {role.name for role in workflow.roles}
    for role in (*workflow.moved_by, *workflow.stopped_by):
        if role not in roles:
            yield f"The workflow names the role {role}, which is not declared."
    if bool(workflow.stopped_by) != (workflow.review_of_suspensions is not None):
        yield "The workflow needs both or neither: who may suspend its clocks, and a deadline that reviews that."
    reviews = tuple(d.name for d in workflow.deadlines if any(isinstance(moment, Suspending) for moment in d.starts))
    if len(reviews) > 1:
        yield f"Suspensions are reviewed by {' and '.join(reviews)}, where one deadline has to."
    for holder in workflow.holders:
        transition = workflow.transition(holder.step)
        if holder.role not in roles:
            yield f"The workflow says who holds the role {holder.role}, which is not declared."
        if transition is None:
            yield f"The workflow names the step {holder.step}, which is not declared."
        elif not _has(transition.record, holder.field):
            yield f"The workflow names the field {holder.field}, which {holder.step} does not record."


def _twice(what: str, names: Iterable[str]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"The {what} {name} is declared {count} times."


def _transition(workflow: Workflow, transition: Transition) -> Iterator[str]:
    states = {state.name for state in workflow.states}
    roles = {role.name for role in workflow.roles}
    for state in (*transition.sources, *transition.destinations):
        if state not in states:
            yield f"{transition.trigger} names the state {state}, which is not declared."
    for role in transition.roles:
        if role not in roles:
            yield f"{transition.trigger} names the role {role}, which is not declared."
    if not transition.roles:
        yield f"{transition.trigger} can be decided by nobody."
    if isinstance(transition.to, Named) and "." in transition.to.field:
        yield f"{transition.trigger} names the field {transition.to.field}, which is not one of its form's own."
    named = (transition.to.field,) if isinstance(transition.to, Named) else ()
    for field in (*named, *transition.names_agencies, transition.names_title):
        if field is not None and not _has(transition.record, field):
            yield f"{transition.trigger} names the field {field}, which its form does not have."


def _paths(workflow: Workflow) -> Iterator[str]:
    onward = {s.name: {d for t in workflow.steps_from(s.name) for d in t.destinations} for s in workflow.states}
    reached = _closure(workflow.initial, onward)
    ends = {state.name for state in workflow.states if state.is_end}
    for state in workflow.states:
        if state.name not in reached:
            yield f"The state {state.name} cannot be reached."
        elif not state.is_end and not _closure(state.name, onward) & ends:
            yield f"The state {state.name} leads to no end."


def _closure(start: str, onward: dict[str, set[str]]) -> set[str]:
    seen, waiting = {start}, [start]
    while waiting:
        fresh = onward[waiting.pop()] - seen
        seen |= fresh
        waiting.extend(fresh)
    return seen


def _deadline(workflow: Workflow, deadline: Deadline) -> Iterator[str]:
    states = {state.name for state in workflow.states}
    if deadline.owner not in {role.name for role in workflow.roles}:
        yield f"The deadline {deadline.name} is owned by {deadline.owner}, which is no declared role."
    if not deadline.starts:
        yield f"The deadline {deadline.name} never starts."
    if deadline.minimum_period == bool(deadline.met_by):
        yield f"The deadline {deadline.name} needs either what meets it or to be a minimum period."
    for moment in (*deadline.starts, *deadline.met_by):
        if isinstance(moment, Recording):
            yield from _recording(workflow, deadline, moment)
        elif isinstance(moment, Entering | Leaving) and moment.state not in states:
            yield f"The deadline {deadline.name} names the state {moment.state}, which is not declared."
    if any(isinstance(m, Suspending) for m in deadline.starts) != any(isinstance(m, Resuming) for m in deadline.met_by):
        yield f"The deadline {deadline.name} needs both: a suspension starts it, and lifting that meets it."
    yield from _ladder(workflow, deadline)


def _ladder(workflow: Workflow, deadline: Deadline) -> Iterator[str]:
    roles = {role.name: role for role in workflow.roles}
    ladder = workflow.ladder_of(deadline)
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
        elif roles[told].never_chased:
            yield f"The ladder of the deadline {deadline.name} tells {told}, whom the system never chases."
    for role in deadline.moved_by:
        if role not in roles:
            yield f"The deadline {deadline.name} may be moved by {role}, which is no declared role."


def _recording(workflow: Workflow, deadline: Deadline, moment: Recording) -> Iterator[str]:
    transition = workflow.transition(moment.step)
    if transition is None:
        yield f"The deadline {deadline.name} names the step {moment.step}, which is not declared."
        return
    for state in moment.taken_in:
        if state not in transition.sources:
            yield f"The deadline {deadline.name} names the state {state}, in which {moment.step} is not taken."
    for field in (moment.day, moment.given):
        if field is not None and not _has(transition.record, field):
            yield f"The deadline {deadline.name} names the field {field}, which {moment.step} does not have."


def _has(form: type[Form], path: str) -> bool:
    name, _, rest = path.partition(".")
    field = next((field for field in fields_of(form) if field.name == name), None)
    if field is None or not rest:
        return field is not None
    return field.form is not None and _has(field.form, rest)
