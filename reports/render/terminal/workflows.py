"""Show workflow definitions, and the steps that are possible in a case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ....engine.definition.deadline import Deadline, OnExit, OnStep
from ....engine.definition.registry import Registry
from ....engine.definition.workflow import ChosenTarget, Transition, Workflow
from ....engine.errors.base import Block, title_and_code, title_and_exact_code
from ....engine.forms.field_titles import title_at
from ....engine.forms.fields import Field, fields_of
from ....engine.model.calendar import Calendar
from ....engine.model.case import Case
from ....engine.model.clock import Clock
from ...values.dates import count_of_days, day, days_overdue
from ..step_effects import describe_effects
from .styles import BAD, FAINT, HEADING, WAITING, new_table

if TYPE_CHECKING:
    from ....engine import AvailableStep


def available_steps_view(
    workflow: Workflow,
    case: Case,
    steps: Sequence[AvailableStep],
    *,
    now: datetime,
    calendar: Calendar,
) -> RenderableType:
    """Return the possible steps: roles, fields, deadlines met, blocks and warnings."""
    state = workflow.state(case.state)
    parts: list[RenderableType] = [
        Text.assemble((case.ref, HEADING), "  ", case.title),
        Text(f"{workflow.title}, {state.title}: {state.meaning}"),
    ]
    for step in steps:
        transition, to = step.transition, step.to
        table = Table(show_header=False, box=None, padding=(0, 2, 0, 0), pad_edge=False)
        table.add_column(style=FAINT, width=11)
        table.add_column(overflow="fold")
        table.add_row("leads to", _destination(workflow, transition, to, case))
        table.add_row("decided by", workflow.titles_of(transition.roles))
        table.add_row("records", Text(_fields(transition)))
        for clock in case.clocks:
            deadline = workflow.deadline(clock.deadline)
            if clock.is_outstanding and _would_meet(deadline, transition, to, case):
                table.add_row("due", _due(clock, deadline, now, calendar))
        for block in step.blocked_by:
            table.add_row(Text("blocked", style=BAD), Text(_gap(block), style=BAD))
        for block in step.warnings:
            table.add_row(Text("to mind", style=WAITING), Text(_gap(block), style=WAITING))
        colour = "bold red" if step.blocked_by else "bold green"
        name = Text.assemble((transition.title, colour), f" ({transition.trigger})")
        parts += [Text(), name, Padding(table, (0, 0, 0, 2))]
    return Group(*parts)


def _gap(block: Block) -> str:
    return f"{block.reason} The {block.cleared_by} can clear it." if block.cleared_by else block.reason


def workflow_table(workflows: Iterable[Workflow]) -> RenderableType:
    """Return a table of the workflows."""
    table = new_table(("Workflow", 20), ("Prefix", 6), ("Purpose", None))
    for workflow in workflows:
        table.add_row(
            f"{title_and_code(workflow.title, workflow.name)}\nversion {workflow.version}",
            workflow.prefix,
            workflow.purpose,
        )
    return table


def definition_view(workflow: Workflow, workflows: Registry) -> RenderableType:
    """Yield a workflow's states, steps and deadlines.

    Args:
        workflow: The workflow.
        workflows: All workflows, which title what it names of others.
    """
    states = new_table(("State", 24), ("Means", None))
    for state in workflow.states:
        states.add_row(title_and_code(state.title, state.name), state.meaning + (" (end)" if state.is_end else ""))
    steps = new_table(("Step", 31), ("Leads to", 18), ("Decided by", None))
    for step in (workflow.opening, *workflow.transitions):
        to = (
            "\n".join(workflow.state(target).title for target in step.targets)
            if not isinstance(step.to, ChosenTarget)
            else f'as chosen in "{title_at(step.form, step.to.field)}"'
        )
        decided = Text(workflow.titles_of(step.roles))
        for words in describe_effects(step, workflow, workflows):
            decided.append(f"\n{words}", style=FAINT)
        steps.add_row(f"{step.title} ({step.trigger})", to or "\N{DITTO MARK}", decided)
    deadlines = new_table(("Deadline", 25), ("Term", 23), ("Citation", None))
    for deadline in workflow.deadlines:
        term = f"{deadline.term}{' before' if deadline.counts_back else ''}{', repeated' if deadline.repeats else ''}"
        deadlines.add_row(
            f"{deadline.title} ({deadline.name})", term, f"{citation_text(deadline)}. {deadline.citation.text}"
        )
    head = Text.assemble((workflow.title, HEADING), f" ({workflow.name}), version {workflow.version}")
    return Group(head, Text(workflow.purpose), Text(), states, Text(), steps, Text(), deadlines)


def citation_text(deadline: Deadline) -> str:
    """Return a deadline's citation, marked if it is unverified."""
    return deadline.citation.name + ("" if deadline.citation.verified else " (unverified)")


def _fields(transition: Transition) -> str:
    fields = fields_of(transition.form)
    needed = ", ".join(_field(field) for field in fields if field.required)
    optional = ", ".join(_field(field) for field in fields if not field.required)
    return "; if known: ".join(part for part in (needed, optional) if part)


def _field(field: Field) -> str:
    return title_and_exact_code(field.title, field.name)


def _destination(workflow: Workflow, transition: Transition, to: str | None, case: Case) -> str:
    if isinstance(transition.to, ChosenTarget):
        return f'the state chosen in "{title_at(transition.form, transition.to.field)}"'
    if transition.to is None or to is None:
        return f"stays in {workflow.state(case.state).title}"
    return workflow.state(to).title


def _would_meet(deadline: Deadline, transition: Transition, to: str | None, case: Case) -> bool:
    for event in deadline.met_by:
        match event:
            case OnStep(step=step) if step == transition.trigger:
                return True
            case OnExit(state=state) if state == case.state and transition.to is not None and to != state:
                return True
    return False


def _due(clock: Clock, deadline: Deadline, now: datetime, calendar: Calendar) -> Text:
    late = days_overdue(clock, now, calendar)
    overdue = f", {count_of_days(late)} overdue" if late else ""
    return Text(f"{day(clock.due)}{overdue}: {deadline.title}. {citation_text(deadline)}", style=BAD if late else "")
