"""Choose the row of each state and the route of each transition in a workflow diagram."""

from __future__ import annotations

from enum import Enum, auto

from ...engine.definition.workflow import ChosenTarget, Transition, Workflow
from ...engine.forms.fields import fields_of

Names = tuple[str, ...]

BETWEEN = " / "
"""The text between the titles of steps that share a line. A title may hold a comma."""


def target_text(step: Transition) -> str:
    """Return the title of the form field that names a step's target state."""
    assert isinstance(step.to, ChosenTarget)
    name = step.to.field
    field = next(field for field in fields_of(step.form) if field.name == name)
    words = (field.description or field.title).rstrip(".")
    return words[:1].lower() + words[1:]


class Route(Enum):
    """The way a step is drawn: to the next row, past rows, off the path, back across, or round."""

    NEXT = auto()
    SKIP = auto()
    BRANCH = auto()
    REJOIN = auto()
    BACK = auto()


class WorkflowLayout:
    """The row of each state, and the route of each step.

    Attributes:
        path: The states of the main path.
        rows: The row of each state.
        routes: The steps of each route, by the states that they lead from and to.
    """

    def __init__(self, workflow: Workflow) -> None:
        self.path = _main_path(workflow)
        self.rows = _rows(workflow, self.path)
        self.routes: dict[Route, dict[tuple[Names, Names], str]] = {way: {} for way in Route}
        for step in workflow.transitions:
            by_way: dict[Route, list[str]] = {}
            for source in step.sources if step.to else ():
                by_way.setdefault(self._way(step, source), []).append(source)
            for way, sources in by_way.items():
                line, label = (tuple(sources), step.targets), _label(step)
                known = self.routes[way].get(line)
                self.routes[way][line] = f"{known}{BETWEEN}{label}" if known else label

    def _way(self, step: Transition, source: str) -> Route:
        if not isinstance(step.to, str):
            return Route.BACK
        ahead = self.rows[step.to] - self.rows[source]
        match source in self.path, step.to in self.path:
            case True, True if ahead > 0:
                return Route.NEXT if ahead == 1 else Route.SKIP
            case True, False:
                return Route.BRANCH
            case False, True if ahead == 0:
                return Route.REJOIN
        return Route.BACK


def _label(step: Transition) -> str:
    return f"{step.title} → {target_text(step)}" if isinstance(step.to, ChosenTarget) else step.title


def _main_path(workflow: Workflow) -> Names:
    """Return the longest chain of forward steps, in order of declaration, to the first final state."""
    order = {state.name: place for place, state in enumerate(workflow.states)}
    paths: dict[str, Names] = {workflow.initial: (workflow.initial,)}
    for name, place in order.items():
        for step in workflow.steps_from(name) if name in paths else ():
            if isinstance(step.to, str) and order[step.to] > place:
                paths[step.to] = max(paths.get(step.to, ()), (*paths[name], step.to), key=len)
    ends = (paths[state.name] for state in workflow.states if state.is_end and state.name in paths)
    return next(ends, max(paths.values(), key=len))


def _rows(workflow: Workflow, path: Names) -> dict[str, int]:
    """Return the row of each state; off the path, the free row nearest to the states that lead to it."""
    rows = {name: row for row, name in enumerate(path)}
    free = 0
    for name in (state.name for state in workflow.states if state.name not in path):
        sources = [rows[s] for step in workflow.transitions if step.to == name for s in step.sources if s in path]
        rows[name] = max(free, round(sum(sources) / len(sources)) if sources else 0)
        free = rows[name] + 1
    return rows
