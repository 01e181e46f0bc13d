"""Paths through a workflow: which states lie ahead of a case, and by which steps it reaches them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ..errors.bad_input import BadValue
from ..errors.base import one_of, title_and_exact_code
from ..forms.field_titles import title_at
from ..forms.fields import fields_of, value_at
from .deadline import Deadline, OnExit, OnResume, OnStep
from .workflow import ChosenTarget, Transition, Workflow


def path_between(workflow: Workflow, start: str, goals: Collection[str]) -> tuple[str, ...] | None:
    """Return the states on the shortest path from a state to one of several goals, without leaving an end state.

    Args:
        workflow: The workflow.
        start: The state in which the path begins; the path does not contain it.
        goals: The states in which the path may end; the path contains the one it reaches.

    Returns:
        The states; None if no path leads to a goal.
    """
    paths: dict[str, tuple[str, ...]] = {start: ()}
    for here in (queue := [start]):
        if here in goals:
            return paths[here]
        # A register may have left out any step, but not that a closed case was reopened.
        if not workflow.state(here).is_end:
            new = [state for state in _next_states(workflow, here) if state not in paths]
            paths.update({state: (*paths[here], state) for state in new})
            queue += new
    return None


def destination(step: Transition, record: Mapping[str, Any], state: str, goal: str) -> str:
    """Return the state to which an imported step leads.

    Args:
        step: The step.
        record: Its record, which may not name the state that was chosen.
        state: The state before it.
        goal: The state in which the case is today.

    Raises:
        BadValue: if the record names no possible state, and the goal is none either.
    """
    if not isinstance(step.to, ChosenTarget):
        return step.to or state
    value = value_at(record, step.to.field)
    if value is None and goal in step.to.choices:
        return goal
    if value not in step.to.choices:
        found = "nothing" if value is None else str(value)
        raise BadValue(name=target_title(step, step.to), expected=target_choices(step, step.to), found=found)
    return str(value)


def target_title(step: Transition, to: ChosenTarget) -> str:
    """Return the field in which a step's record names the state that it leads to, in words: `Reopen: Return to`."""
    return f"{step.title}: {title_and_exact_code(title_at(step.form, to.field), to.field)}"


def target_choices(step: Transition, to: ChosenTarget) -> str:
    """Return the states that a step's record may name, in words."""
    fields = {field.name: field for field in fields_of(step.form)}
    titles = fields[to.field].choice_titles if to.field in fields else {}
    return one_of(tuple(title_and_exact_code(titles.get(name, name), name) for name in to.choices))


def unmeetable_deadlines(workflow: Workflow, state: str, visited: Collection[str]) -> frozenset[str]:
    """Return the names of the deadlines that nothing can meet any more in a state, or in one that can follow it.

    Args:
        workflow: The workflow.
        state: The present state.
        visited: The states in which the case has been; it is not expected to return to them.
    """
    states = _reachable_states(workflow, state, visited)
    return frozenset(
        deadline.name
        for deadline in workflow.deadlines
        if not any(_can_still_happen(workflow, trigger, states) for trigger in deadline.met_by)
    )


def may_have_been_met(workflow: Workflow, deadline: Deadline, state: str, visited: Collection[str]) -> bool:
    """Return whether an unknown step may have met a deadline of an imported case.

    If what meets it leads to a state in which the case has never been, it is known not to have happened.

    Args:
        workflow: The workflow.
        deadline: The deadline.
        state: The present state.
        visited: The states in which the case has been, the present one included.
    """
    return any(_may_have_happened(workflow, trigger, state, visited) for trigger in deadline.met_by)


def _may_have_happened(
    workflow: Workflow, trigger: OnStep | OnExit | OnResume, state: str, visited: Collection[str]
) -> bool:
    match trigger:
        case OnStep(step=name, in_states=in_states):
            step = workflow.transition(name)
            assert step is not None
            possible = set(step.sources).intersection(visited) & (set(in_states) or set(visited))
            return bool(possible) and (step.to is None or bool(set(step.targets).intersection(visited)))
        case OnExit(state=left):
            return left != state and left in visited
        case _:
            return False


def _reachable_states(workflow: Workflow, start: str, visited: Collection[str]) -> frozenset[str]:
    """Return a state and every state that can follow it, apart from those visited before."""
    reachable = [start]
    for here in reachable:
        if not workflow.state(here).is_end:
            reachable += [state for state in _next_states(workflow, here) if state not in (*reachable, *visited)]
    return frozenset(reachable)


def _can_still_happen(workflow: Workflow, trigger: OnStep | OnExit | OnResume, states: frozenset[str]) -> bool:
    """Return whether a deadline's trigger can still happen in one of several states."""
    match trigger:
        case OnStep(step=name, in_states=in_states):
            step = workflow.transition(name)
            assert step is not None
            return bool(states.intersection(step.sources) & (set(in_states) or states))
        case OnExit(state=state):
            return state in states
        case _:
            return True


def _next_states(workflow: Workflow, state: str) -> Iterator[str]:
    for step in workflow.steps_from(state):
        yield from step.targets
