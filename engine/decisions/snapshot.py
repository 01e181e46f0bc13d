"""Define and parse the facts of an imported case apart from its steps."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ..forms.fields import Form, ShortText
from ..forms.parsing import parse
from ..forms.several_names import LISTED, ONE_ORGANISATION
from ..model.commands import ImportSnapshot

WORDS = ("former_reference", "title", "organisations")
"""The names of an imported case apart from those in its steps."""


class StatedForm(Form, frozen=True, kw_only=True):
    """The names of an imported case apart from those in its steps."""

    former_reference: Annotated[ShortText, Meta(title="How it was called there")] | None = None
    title: Annotated[ShortText, Meta(title="Title")] | None = None
    organisations: Annotated[
        tuple[Annotated[ShortText, ONE_ORGANISATION, LISTED], ...], Meta(title="Organisations")
    ] = ()


class SnapshotForm(StatedForm, frozen=True, kw_only=True):
    """The facts of an imported case apart from its steps."""

    source: Annotated[ShortText, Meta(title="Where that is known from")]


def snapshot_form(command: ImportSnapshot) -> SnapshotForm:
    """Return the facts of a case to import.

    Raises:
        InvalidForm: if they are not well formed.
    """
    fields = {
        "source": command.source,
        "former_reference": command.former_reference,
        "title": command.title,
        "organisations": list(command.organisations),
    }
    return parse(SnapshotForm, fields, subject="the import")
