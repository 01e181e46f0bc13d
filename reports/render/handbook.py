"""Write a workflow's definition as a Markdown table for the handbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...engine.definition.deadline import Deadline, EscalationLevel, OnEnter, OnExit, OnResume, OnStep, OnSuspend
from ...engine.definition.registry import Registry
from ...engine.definition.workflow import ChosenTarget, Transition, Workflow
from ...engine.forms.field_titles import title_at
from ...engine.forms.fields import fields_of
from ..diagrams.mermaid import mermaid
from .step_effects import describe_effects

COLUMNS = ("Kind", "What it is", "Name to type", "Where and when", "Who", "Records, or citation")
Row = tuple[str, str, str, str, str, str]


def markdown(workflow: Workflow, workflows: Registry) -> str:
    """Return a workflow's states, steps, deadlines and roles in one table, below its diagram.

    Args:
        workflow: The workflow.
        workflows: All workflows, which title what it names of others.
    """
    rescheduling = workflow.titles_of(workflow.may_reschedule)
    lines = [
        f"## {workflow.title}",
        "",
        workflow.purpose,
        "",
        f"Name `{workflow.name}`, version {workflow.version}, references {_references(workflow, workflows)}.",
        "",
        "```mermaid",
        mermaid(workflow).rstrip(),
        "```",
        "",
        _line(COLUMNS),
        _line(tuple("---" for _ in COLUMNS)),
        *(_line(row) for row in _rows(workflow, workflows)),
        "",
        f"Reminders for an overdue step: {_escalation_policy(workflow)}.",
        f"A new date is agreed by the {rescheduling}, or by the roles named at the deadline.",
        f"Deadlines are suspended and resumed on the decision of the {workflow.titles_of(workflow.may_suspend)}.",
    ]
    return "\n".join(lines) + "\n"


def _rows(workflow: Workflow, workflows: Registry) -> Iterator[Row]:
    for state in workflow.states:
        kind = "end" if state.is_end else "state"
        yield kind, f"**{state.title}**: {state.meaning}", _code(state.name), "", "", ""
    for step in (workflow.opening, *workflow.transitions):
        yield (
            "step",
            step.title,
            _code(step.trigger),
            _way(workflow, step, workflows),
            workflow.titles_of(step.roles),
            _records(step),
        )
    for deadline in workflow.deadlines:
        when, owner = _clock(workflow, deadline), _owner(workflow, deadline)
        yield "deadline", deadline.title, _code(deadline.name), when, owner, _rule(deadline)
    for role in workflow.roles:
        rights = (
            ("records_for_others", "records what others decided"),
            ("manages_people", "manages people"),
            ("held_for_release", "gets a digest after its release"),
            ("never_notified", "is never sent anything"),
        )
        may = ", ".join(words for right, words in rights if getattr(role, right))
        yield "role", role.title, _code(role.name), "", may, ""


def _escalation_policy(workflow: Workflow) -> str:
    """Return the workflow's escalation policy in words."""
    return ", ".join(
        f"{level.title} (`{level.name}`) {_when(level.working_days)}{_under(level)}"
        for level in workflow.escalation_policy
    )


def _under(level: EscalationLevel) -> str:
    return f" (under {' or '.join(level.root_prefixes)})" if level.root_prefixes else ""


def _when(working_days: int) -> str:
    if working_days == 0:
        return "once its day is over"
    count = f"{abs(working_days)} working day{'' if abs(working_days) == 1 else 's'}"
    return f"{count} past due" if working_days > 0 else f"{count} before"


def _way(workflow: Workflow, step: Transition, workflows: Registry) -> str:
    sources = _states(workflow, step.sources) if len(step.sources) < len(workflow.states) else "any state"
    match step.to:
        case None:
            way = f"{sources}; keeps the state"
        case ChosenTarget(field=field):
            way = f'{sources} → the state chosen in "{title_at(step.form, field)}"'
        case state:
            way = f"{sources} → {workflow.state(state).title}".strip()
    return "; ".join((way, *describe_effects(step, workflow, workflows), *_invalidations(workflow, step)))


def _invalidations(workflow: Workflow, step: Transition) -> Iterator[str]:
    if step.invalidates:
        yield f"clears the records of {', '.join(_step(workflow, name) for name in step.invalidates)}"
    if step.rolls_back:
        yield "clears the records of later steps"


def _records(step: Transition) -> str:
    named = ((f, f"{f.title} (`{f.name}`)") for f in fields_of(step.form))
    return ", ".join(words if field.required else f"[{words}]" for field, words in named)


def _clock(workflow: Workflow, deadline: Deadline) -> str:
    term = f"{deadline.term} before" if deadline.counts_back else str(deadline.term)
    repeats = ", repeated" if deadline.repeats else ""
    starts = "; ".join(dict.fromkeys(_moment(workflow, moment) for moment in deadline.starts))
    met = "; ".join(_moment(workflow, moment) for moment in deadline.met_by) or "nothing: a minimum period"
    return f"**{term}{repeats}** from {starts}; met by {met}"


def _moment(workflow: Workflow, moment: OnStep | OnEnter | OnExit | OnSuspend | OnResume) -> str:
    match moment:
        case OnStep(day_field=str(day)):
            return f'"{_field(workflow, moment.step, day)}" of {_step(workflow, moment.step)}'
        case OnStep(step=step, field=str(field), values=values):
            titles = _choices(workflow, step, field)
            wanted = " or ".join(titles.get(value, value) for value in values)
            return f'{_step(workflow, step)} (if "{_field(workflow, step, field)}" is {wanted})'
        case OnStep(step=step, in_states=states):
            return _step(workflow, step) + (f" in {_states(workflow, states)}" if states else "")
        case OnEnter(state=state):
            return f"the start of {workflow.state(state).title}"
        case OnExit(state=state):
            return f"the end of {workflow.state(state).title}"
        case OnSuspend():
            return "a suspension"
        case OnResume():
            return "lifting it"


def _owner(workflow: Workflow, deadline: Deadline) -> str:
    moved = f"; moved by {workflow.titles_of(deadline.may_reschedule)}" if deadline.may_reschedule else ""
    return f"{workflow.titles_of((deadline.owner,))}{moved}"


def _rule(deadline: Deadline) -> str:
    unseen = "" if deadline.citation.verified else " (unverified)"
    return f"{deadline.citation.name}{unseen}. {deadline.citation.text}"


def _references(workflow: Workflow, workflows: Registry) -> str:
    if workflow.parent_workflows:
        parents = ", ".join(workflows.latest(name).title for name in workflow.parent_workflows)
        return f"`ROOT/{workflow.prefix}NUMBER`, below those of: {parents}"
    return f"`{workflow.prefix}-YEAR-NUMBER`"


def _states(workflow: Workflow, names: tuple[str, ...]) -> str:
    return ", ".join(workflow.state(name).title for name in names)


def _step(workflow: Workflow, name: str) -> str:
    step = workflow.transition(name)
    return f'"{step.title if step else name}"'


def _field(workflow: Workflow, step: str, name: str) -> str:
    transition = workflow.transition(step)
    return name if transition is None else title_at(transition.form, name)


def _choices(workflow: Workflow, step: str, name: str) -> Mapping[str, str]:
    """Return the titles of the choices of a step's field, by value."""
    transition = workflow.transition(step)
    fields = () if transition is None else fields_of(transition.form)
    return next((field.choice_titles for field in fields if field.name == name), {})


def _code(name: str) -> str:
    return f"`{name}`"


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
