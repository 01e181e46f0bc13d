"""Print workflow definitions as text, JSON, Markdown or a diagram, or validate them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from rich.console import Console, RenderableType

from ...engine.definition.registry import Registry
from ...engine.definition.workflow import Workflow
from ...engine.errors.bad_input import BadValue
from ...engine.errors.base import title_and_code, titles_and_codes
from ..diagrams.mermaid import mermaid
from ..diagrams.workflow_svg import workflow_svg
from ..values.dates import count_of
from .handbook import markdown
from .json.workflows import workflow_document
from .terminal.workflows import definition_view, workflow_table

WIDTH = 80
HANDBOOK = """# The workflows

Made from the definitions in `workflows/` by `make docs`. In *Records*, fields in brackets are optional.
The effects of a step on other cases follow its states: the cases that it opens, below its own case or beside
it, and the steps that it applies to them. Some steps only come with another case's step.
A deadline's term is the one in the definition. *Local default* marks a term without a published figure,
and *unverified* a citation whose source was not seen.

"""


def workflows_output(
    workflows: Sequence[Workflow],
    *,
    name: str | None,
    diagram: str | None,
    check: bool,
    as_markdown: bool,
    as_json: bool,
) -> str:
    """Return the output of `casereview workflows`.

    Args:
        workflows: All workflows.
        name: The name of one; None for all.
        diagram: `mermaid` or `svg` to draw that one.
        check: If the definitions are to be validated instead.
        as_markdown: If a page of the handbook is to be printed.
        as_json: If JSON is to be printed.

    Raises:
        UnknownWorkflow: if no workflow has that name.
        BadValue: if a diagram is asked for without naming a workflow.
        UnsoundWorkflow: if a definition contradicts itself or another one, with every fault.
    """
    registry = Registry(workflows)
    chosen = tuple(registry) if name is None else (registry.latest(name),)
    if diagram is not None:
        if name is None:
            titles, names = zip(*((workflow.title, workflow.name) for workflow in registry), strict=True)
            known = titles_and_codes(titles, names)
            raise BadValue(name="--diagram", expected=f"the workflow to draw: {known}", found="none")
        return {"mermaid": mermaid, "svg": workflow_svg}[diagram](chosen[0])
    if as_markdown:
        return HANDBOOK + "\n".join(markdown(workflow, registry) for workflow in chosen)
    if as_json:
        documents = [workflow_document(workflow) for workflow in chosen]
        return msgspec.json.encode(documents if name is None else documents[0]).decode() + "\n"
    if check:
        return "".join(f"{_proved(workflow)}\n" for workflow in chosen)
    return _printed(workflow_table(chosen) if name is None else definition_view(chosen[0], registry))


def _proved(workflow: Workflow) -> str:
    counts = ", ".join(
        (
            count_of(len(workflow.states), "state"),
            count_of(len(workflow.transitions) + 1, "step"),
            count_of(len(workflow.deadlines), "deadline"),
        )
    )
    return (
        f"{title_and_code(workflow.title, workflow.name)}: {counts}. Every state can be reached and leads to an end;"
        " every step can be decided, every deadline starts, can be met and has an owner."
    )


def _printed(view: RenderableType) -> str:
    console = Console(width=WIDTH, highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(view)
    return captured.get()
