"""Declarations that every part of a review shares.

All parts are direct children of the review. So each part can read the others through the review, and a reference such
as `SCR-2026-001/A03` always starts with the reference of the review.
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
"""The roles whose decision can end a review, and its open parts with it."""

DISCONTINUED = State(
    name="discontinued",
    title="discontinued",
    meaning="It was discontinued with its review, or because its agency left.",
    is_end=True,
)

SUSPENSION = suspension_review(DECIDERS)
"""The deadline for reviewing a suspended part."""


def part_states(active: tuple[State, ...], ends: tuple[State, ...]) -> tuple[tuple[State, ...], tuple[str, ...]]:
    """Return all states of a part, including discontinued, and the names of its active states."""
    return (*active, *ends, DISCONTINUED), tuple(state.name for state in active)


def discontinue(active: tuple[str, ...]) -> Transition:
    """Return the step that discontinues a part together with its review."""
    return Transition(
        trigger="discontinue",
        title="Discontinue it, with its review",
        sources=active,
        to="discontinued",
        roles=ENDING_ROLES,
        form=Ended,
        cascade_only=True,
    )


def succeed(sources: tuple[str, ...]) -> Transition:
    """Return the step that passes a part to the new agency, together with that step of the review."""
    return Transition(
        trigger="succeed",
        title="Pass it to the agency that takes over",
        sources=sources,
        to=None,
        roles=DECIDERS,
        form=Succeeded,
        cascade_only=True,
        adds_organisations=("successor",),
        removes_organisations=("agency",),
    )


def filing_steps(states: tuple[State, ...], *more: str) -> tuple[Transition, ...]:
    """Return the steps that put something on the file of a part.

    Args:
        states: All states of the part. The steps are possible in each.
        more: Further roles that may file notes and documents.
    """
    return filing.filing_steps(tuple(state.name for state in states), *more)


def reopen(ends: tuple[str, ...], *, to: str, roles: tuple[str, ...], record: type[Form]) -> Transition:
    """Return the step that reopens a part while its review is open."""
    return Transition(
        trigger="reopen",
        title="Reopen it",
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
    """Return a deadline on an agreed date, which the step's record holds as `due_on`.

    Args:
        name: The identifier.
        title: The task, in words.
        on: The steps that agree the date.
        met_by: The steps that meet it.
        owner: The role that is responsible.
        may_reschedule: The roles that may agree a new date.
        citation: The source of the term.
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
