"""What every part of a review declares alike: each is a case of its own, and all are the review's children.

They are flat, so that each looks at any other through the review, and a reference tells the review at once:
`SCR-2026-001/A03` is an action of it, whatever plan it came with.
"""

from __future__ import annotations

from ...engine.definition.deadline import Citation, Deadline, OnExit, OnStep
from ...engine.definition.workflow import State, Transition
from ...engine.forms.fields import Form
from ...engine.model.calendar import days
from .. import filing
from ..forms.parts import Ended, Succeeded
from ..roles import DECIDERS, REFERRER
from ..suspension import suspension_review
from . import guards

ENDING_ROLES = (*DECIDERS, REFERRER.name)
"""Those on whose decision a review ends, and with it what of its parts is still open."""

DISCONTINUED = State(
    name="discontinued", title="discontinued", meaning="It was given up, with its review or its agency.", is_end=True
)

SUSPENSION = suspension_review(DECIDERS)
"""A part that stands still is looked at again, too."""


def part_states(active: tuple[State, ...], ends: tuple[State, ...]) -> tuple[tuple[State, ...], tuple[str, ...]]:
    """All states of a part, the given-up one among them, and the names of those that are no ends."""
    return (*active, *ends, DISCONTINUED), tuple(state.name for state in active)


def discontinue(active: tuple[str, ...]) -> Transition:
    """A part is given up, with its review and never alone."""
    return Transition(
        trigger="discontinue",
        title="Give it up, with its review",
        sources=active,
        to="discontinued",
        roles=ENDING_ROLES,
        form=Ended,
        cascade_only=True,
    )


def succeed(sources: tuple[str, ...]) -> Transition:
    """What an agency has to do is its successor's now: with that step of the review, and never alone."""
    return Transition(
        trigger="succeed",
        title="Pass it to the agency that takes the place of its own",
        sources=sources,
        to=None,
        roles=DECIDERS,
        form=Succeeded,
        cascade_only=True,
        adds_organisations=("successor",),
        removes_organisations=("agency",),
    )


def filing_steps(states: tuple[State, ...], *more: str) -> tuple[Transition, ...]:
    """What is kept with a part and moves nothing.

    Args:
        states: The states of the part: it is kept in any.
        more: The roles whose notes and documents these may be, beside those who run and lead reviews.
    """
    return filing.filing_steps(tuple(state.name for state in states), *more)


def reopen(ends: tuple[str, ...], *, to: str, roles: tuple[str, ...], record: type[Form]) -> Transition:
    """What had ended is taken up again, while its review goes on."""
    return Transition(
        trigger="reopen",
        title="Take it up again",
        sources=ends,
        to=to,
        roles=roles,
        form=record,
        guards=(guards.PARENT_OPEN,),
    )


def agreed_date_deadline(
    *,
    name: str,
    title: str,
    on: tuple[str, ...],
    met_by: tuple[OnStep | OnExit, ...],
    owner: str,
    may_reschedule: tuple[str, ...],
    citation: Citation,
) -> Deadline:
    """A deadline on a day that was agreed: the step's record holds it, as `due_on`.

    Args:
        name: The identifier.
        title: What has to be done.
        on: The steps that agree such a day.
        met_by: What meets it.
        owner: The role whose task it is.
        may_reschedule: The roles that may agree a new date.
        citation: Where the term comes from.
    """
    return Deadline(
        name=name,
        title=title,
        term=days(0),
        starts=tuple(OnStep(step=step, day_field="due_on") for step in on),
        met_by=met_by,
        owner=owner,
        citation=citation,
        may_reschedule=may_reschedule,
    )
