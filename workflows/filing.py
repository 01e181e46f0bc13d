"""What is kept with any case and moves nothing: notes, documents, what was sent to whom."""

from __future__ import annotations

from ..engine.definition.workflow import Transition
from .forms import filing
from .forms.filing import Note
from .roles import DECIDERS, LEAD_REVIEWER, QUALITY_ASSURANCE, UNIT_ROLES


def filing_steps(states: tuple[str, ...], *more: str, deciders: tuple[str, ...] = DECIDERS) -> tuple[Transition, ...]:
    """The steps by which something is put on file.

    Args:
        states: All states of the case: they are taken in any.
        more: Further roles whose notes and documents these may be; letters are sent by those who run the case.
        deciders: The roles of those who decide in its kind of review; of all kinds unless given.
    """
    roles = (*UNIT_ROLES, *deciders, LEAD_REVIEWER.name, QUALITY_ASSURANCE.name)
    return (
        Transition(
            trigger="note",
            title="Note something",
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
            title="Record what was sent to whom",
            sources=states,
            to=None,
            roles=roles,
            form=filing.Sent,
        ),
    )
