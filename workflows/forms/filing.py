"""Define the forms for notes, documents and letters on the file of any case."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from ...engine.forms.fields import SENSITIVE, Form, ShortText, Text, choice_titles
from .common import Document


class Attached(Form, frozen=True, kw_only=True):
    """Documents that belong to the case. Each stays where the unit keeps it."""

    documents: Annotated[tuple[Document, ...], Meta(min_length=1, title="Documents")]


class Sent(Form, frozen=True, kw_only=True):
    """A letter or a notification that went out."""

    what: Annotated[
        ShortText, Meta(title="What was sent", description="For example: letter about the review. No names.")
    ]
    # The recipient may be a member of the family.
    to: Annotated[tuple[ShortText, ...], Meta(min_length=1, title="Sent to"), SENSITIVE]
    method: Annotated[
        Literal["post", "email", "by_hand", "portal", "other"],
        Meta(title="How it was sent"),
        choice_titles(by_hand="by hand"),
    ]
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()


class Note(Form, frozen=True, kw_only=True):
    """A note of a call, a visit or a letter. It does not change the state."""

    text: Annotated[Text, Meta(title="Note"), SENSITIVE]
    kind: Annotated[Literal["call", "email", "visit", "letter", "other"], Meta(title="Kind")] | None = None
    contact: Annotated[ShortText, Meta(title="Contact"), SENSITIVE] | None = None
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()
