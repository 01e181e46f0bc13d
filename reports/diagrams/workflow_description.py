"""Describe a workflow in words for its diagram: a legend and a text alternative."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, groupby

from ...engine.definition.workflow import Workflow
from .svg_shapes import PADDING, max_text_width, wrap_label, wrap_text


def legend_lines(workflow: Workflow, width: float) -> list[tuple[list[str], list[str]]]:
    """Return the lines of the legend: those of each step that keeps the state, and those of its states."""
    steps = [step for step in workflow.transitions if step.to is None]
    titles = [wrap_label(step.title, width / 2) for step in steps]
    space = width - max_text_width(chain.from_iterable(titles)) - PADDING
    places = [wrap_text(_range(workflow, step.sources), space) for step in steps]
    return list(zip(titles, places, strict=True))


def _range(workflow: Workflow, names: Sequence[str]) -> str:
    """Return states in order of declaration, with three or more in a row as `first … last`."""
    if len(names) == len(workflow.states):
        return "in every state"
    runs = [
        [state.title for state in run]
        for listed, run in groupby(workflow.states, key=lambda state: state.name in names)
        if listed
    ]
    return ", ".join(f"{run[0]} … {run[-1]}" if len(run) > 2 else ", ".join(run) for run in runs)


def describe_workflow(workflow: Workflow) -> Iterator[str]:
    """Yield the drawing in words."""
    yield workflow.purpose
    yield f'"{workflow.opening.title}" opens a case as {workflow.state(workflow.initial).title}.'
    for step in workflow.transitions:
        where = _range(workflow, step.sources)
        if step.to is None:
            yield f'"{step.title}" is recorded along the way: {where}.'
        else:
            yield f'"{step.title}" leads from {where} to {_range(workflow, step.targets)}.'
