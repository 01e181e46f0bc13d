"""The states of a workflow, and the one that every workflow has."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.case import VOIDED


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """A state of a workflow.

    Attributes:
        name: The identifier.
        title: The title for people.
        meaning: A sentence about a case in this state.
        is_end: Whether it is an end state, in which no deadline runs.
    """

    name: str
    title: str
    meaning: str
    is_end: bool = False


VOIDED_STATE = State(
    name=VOIDED,
    title="Voided",
    meaning="It was opened by mistake, and counts in no list and no figure.",
    is_end=True,
)
"""The state of a case whose opening was taken back. No workflow declares it, and no step leads to it or from it."""
