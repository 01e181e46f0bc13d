"""Which steps are possible now, and what blocks each: the answer to "what next?"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .authority import availability_blocks
from .calendars import Calendar
from .case import Actor, Case, Tree, View
from .definition import Named, Transition, Workflow
from .errors import Block


@dataclass(frozen=True, kw_only=True, slots=True)
class Possible:
    """A step that a case's state allows.

    Attributes:
        transition: The step's declaration: its title, roles and form.
        to: The state it leads to; the present one where it keeps the state; None where the record
            names it.
        blocked_by: What stands in its way, and who can clear that; nothing where it can be taken.
    """

    transition: Transition
    to: str | None
    blocked_by: tuple[Block, ...]


def possible_steps(
    workflow: Workflow,
    case: Case,
    now: datetime,
    calendar: Calendar,
    actor: Actor | None,
    *,
    tree: Tree | None = None,
) -> tuple[Possible, ...]:
    """The steps that a case's state allows, in the order of their declaration.

    Args:
        workflow: The workflow.
        case: The case.
        now: The present (UTC).
        calendar: Whose days count.
        actor: Who asks; their want of a role is then a block too.
        tree: What the steps' conditions look at, above and below the case; None for nothing.
    """
    view = View(case=case, record=None, day=calendar.day_of(now), calendar=calendar, tree=tree or Tree())
    return tuple(_possible(workflow, case, transition, view, actor) for transition in workflow.steps_from(case.state))


def _possible(workflow: Workflow, case: Case, transition: Transition, view: View, actor: Actor | None) -> Possible:
    blocks = availability_blocks(workflow, transition, actor) if actor else ()
    blocks += tuple(block for guard in transition.guards for block in guard.blocks(view))
    to = None if isinstance(transition.to, Named) else transition.to or case.state
    return Possible(transition=transition, to=to, blocked_by=blocks)
