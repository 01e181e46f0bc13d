"""How many cases stand where: what a manager looks at first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from ..engine.definition.registry import Registry
from ..engine.ports.records import Count
from .tables import FAINT, HEADING, columns


def counts_document(counts: Sequence[Count], workflows: Registry) -> list[dict[str, Any]]:
    """The counts, each workflow's states in the order in which it declares them."""
    return [
        {
            "workflow": count.workflow,
            "state": count.state,
            "title": title,
            "is_end": is_end,
            "cases": count.cases,
        }
        for count, title, is_end in in_state_order(counts, workflows)
    ]


def counts_table(counts: Sequence[Count], workflows: Registry) -> RenderableType:
    """The same for people: how many cases of a workflow are open, and how many in each of its states."""
    table = columns(("", None), ("Cases", 10))
    table.columns[1].justify = "right"
    known = {workflow.name: workflow for workflow in workflows}
    for name, of_workflow in groupby(in_state_order(counts, workflows), key=lambda one: one[0].workflow):
        found = list(of_workflow)
        is_open = sum(count.cases for count, _, is_end in found if not is_end)
        title = known[name].title if name in known else name
        table.add_row(Text(f"{title}, open", style=HEADING), Text(f"{is_open:,}", style=HEADING))
        for count, state, is_end in found:
            style = FAINT if is_end else ""
            table.add_row(Text(f"  {state}", style=style), Text(f"{count.cases:,}", style=style))
    return table


def in_state_order(counts: Sequence[Count], workflows: Registry) -> Iterator[tuple[Count, str, bool]]:
    """Each count with its state's title, and whether the state is an end; what nobody declares any more comes last."""
    order = {workflow.name: number for number, workflow in enumerate(workflows)}
    states = {
        (workflow.name, state.name): (number, state)
        for workflow in workflows
        for number, state in enumerate(workflow.states)
    }
    last = len(states)

    def place(count: Count) -> tuple[int, str, int]:
        number, _ = states.get((count.workflow, count.state), (last, None))
        return order.get(count.workflow, last), count.workflow, number

    for count in sorted(counts, key=place):
        _, state = states.get((count.workflow, count.state), (last, None))
        yield count, count.state if state is None else state.title, state is not None and state.is_end
