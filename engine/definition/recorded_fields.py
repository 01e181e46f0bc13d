"""Title the fields of a workflow's records, and the names beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..errors.bad_input import NothingToDispose
from ..forms.digests import StoredWord
from ..forms.fields import fields_of
from .workflow import Workflow

if TYPE_CHECKING:  # reading does not load the commands
    from ..model.dispose import Dispose

NAMES = {
    "decided_by.name": "Who decided",
    "decided_by": "Who decided",
    "decided_by.evidence": "Where the decision is written down",
    "recorded_by.name": "Who recorded it",
    "recorded_by.account": "The account at which it was recorded",
    "recorded_by.host": "The machine on which it was recorded",
    "recorded_by.entered_by": "Who entered it for them",
    "reasons": "Reasons",
    "rule": "Rule",
    "wrong": "What was wrong",
    "proceeding": "Proceeding",
    "consulted": "Consulted",
}
"""The titles of the words of an event beside its record, and of those of an amendment."""


def titles_of_fields(workflow: Workflow) -> Mapping[str, str]:
    """Return the titles of the fields of all records of a workflow, by name, and of the names beside them."""
    titles: dict[str, str] = {}
    for step in (workflow.opening, *workflow.transitions):
        for field in fields_of(step.form):
            titles.setdefault(field.name, field.title)
    return NAMES | titles


def field_typed(workflow: Workflow, typed: str) -> str:
    """Return the name of the field that a person named by its title or name; other text as it is."""
    titles = titles_of_fields(workflow)
    found = (name for name, title in titles.items() if typed.strip().casefold() in (name, title.casefold()))
    return next(found, typed.strip())


def nothing_to_dispose(workflow: Workflow, command: Dispose, there: Sequence[StoredWord]) -> NothingToDispose:
    """Return the error for a disposal that finds nothing, with the fields that hold something.

    Args:
        workflow: The workflow.
        command: The command.
        there: The values of the case, or of the event that the command names.
    """
    titles = titles_of_fields(workflow)
    fields = tuple(sorted({word.field for word in there if word.part != "effects"}))
    return NothingToDispose(
        ref=command.ref,
        event=command.seq,
        field=command.field,
        field_title=titles.get(command.field or "", ""),
        fields=fields,
        titles=tuple(titles.get(name, "") for name in fields),
    )
