"""Declare the steps for notes, documents and letters. They do not change the state."""

from __future__ import annotations

from ..engine.definition.workflow import Transition
from .forms import filing
from .forms.filing import Note
from .roles import DECIDERS, LEAD_REVIEWER, QUALITY_ASSURANCE, UNIT_ROLES


def filing_steps(states: tuple[str, ...], *more: str, deciders: tuple[str, ...] = DECIDERS) -> tuple[Transition, ...]:
    """Return the steps that put a note, a document or a letter on file.

    Args:
        states: All states of the case. The steps are possible in each.
        more: Further roles that may file notes and documents, but not letters.
        deciders: The roles that decide in this kind of review. The default is the deciders of every kind.
    """
    roles = (*UNIT_ROLES, *deciders, LEAD_REVIEWER.name, QUALITY_ASSURANCE.name)
    return (
        Transition(
            trigger="note",
            title="Add a note",
            sources=states,
            to=None,
            roles=(*roles, *more),
            form=Note,
        ),
        Transition(
            trigger="attach",
            title="Attach a document",
            sources=states,
            to=None,
            roles=(*roles, *more),
            form=filing.Attached,
        ),
        Transition(
            trigger="record_sent",
            title="Record a letter or notification that was sent",
            sources=states,
            to=None,
            roles=roles,
            form=filing.Sent,
        ),
    )
