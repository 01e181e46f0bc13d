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
        warned_of: What would be pointed out, though it stands in nobody's way.
    """

    transition: Transition
    to: str | None
    blocked_by: tuple[Block, ...]
    warned_of: tuple[Block, ...] = ()


def possible_steps(
    workflow: Workflow,
    case: Case,
    now: datetime,
    calendar: Calendar,
    actor: Actor | None,
    *,
    tree: Tree | None = None,
) -> tuple[Possible, ...]:
    """The steps that a case's state allows, in the order of their declaration, but those that only follow.

    Args:
        workflow: The workflow.
        case: The case.
        now: The present (UTC).
        calendar: Whose days count.
        actor: Who asks; their want of a role is then a block too.
        tree: What the steps look at, above, beside and below the case; None for nothing.
    """
    view = View(case=case, record=None, day=calendar.day_of(now), calendar=calendar, tree=tree or Tree())
    steps = (step for step in workflow.steps_from(case.state) if not step.follows)
    return tuple(_possible(workflow, case, transition, view, actor) for transition in steps)


def _possible(workflow: Workflow, case: Case, transition: Transition, view: View, actor: Actor | None) -> Possible:
    blocks = availability_blocks(workflow, transition, actor) if actor else ()
    blocks += tuple(block for guard in transition.guards for block in guard.blocks(view))
    to = None if isinstance(transition.to, Named) else transition.to or case.state
    warned_of = tuple(block for guard in transition.warnings for block in guard.blocks(view))
    return Possible(transition=transition, to=to, blocked_by=blocks, warned_of=warned_of)
