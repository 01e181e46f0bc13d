"""Define what is kept on the file of any case: notes, documents, letters."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from ...engine.forms.fields import SENSITIVE, Form, ShortText, Text
from .common import Document


class Attached(Form, frozen=True, kw_only=True):
    """Documents that belong to the case; each stays where the unit keeps it."""

    documents: Annotated[tuple[Document, ...], Meta(min_length=1, title="Documents")]


class Sent(Form, frozen=True, kw_only=True):
    """A letter or a notification that went out."""

    what: Annotated[
        ShortText, Meta(title="What was sent", description="For instance: letter about the review. No names.")
    ]
    # It may be a member of the family.
    to: Annotated[tuple[ShortText, ...], Meta(min_length=1, title="To whom"), SENSITIVE]
    method: Annotated[Literal["post", "email", "by_hand", "portal", "other"], Meta(title="By what it went")]
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()


class Note(Form, frozen=True, kw_only=True):
    """Something to remember that moves nothing: a call, a visit, a letter."""

    text: Annotated[Text, Meta(title="Note"), SENSITIVE]
    kind: Annotated[Literal["call", "email", "visit", "letter", "other"], Meta(title="Of what")] | None = None
    contact: Annotated[ShortText, Meta(title="With whom"), SENSITIVE] | None = None
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()
