"""What is kept with any case and moves nothing: notes, documents, what was sent to whom."""

from __future__ import annotations

from ..engine.definition import Transition
from .forms import papers, referral
from .people import DECIDERS, LEAD_REVIEWER, QUALITY_ASSURANCE, UNIT

KEEPERS = (*UNIT, *DECIDERS, LEAD_REVIEWER.name, QUALITY_ASSURANCE.name)
"""Those who run and lead reviews of whatever kind, and put on file what belongs there."""


def on_file(states: tuple[str, ...], roles: tuple[str, ...], *more: str) -> tuple[Transition, ...]:
    """The steps by which something is put on file.

    Args:
        states: All states of the case: they are taken in any.
        roles: The roles of those who run the case.
        more: Further roles whose notes and documents these may be; letters are theirs who run it.
    """
    return (
        Transition(
            trigger="note",
            title="Note something",
            sources=states,
            to=None,
            roles=(*roles, *more),
            record=referral.Note,
        ),
        Transition(
            trigger="attach",
            title="Attach a document",
            sources=states,
            to=None,
            roles=(*roles, *more),
            record=papers.Attached,
        ),
        Transition(
            trigger="record_sent",
            title="Record what was sent to whom",
            sources=states,
            to=None,
            roles=roles,
            record=papers.Sent,
        ),
    )
