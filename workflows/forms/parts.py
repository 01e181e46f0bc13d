"""Define the forms that the parts of a review share: sent back, ended, reopened."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta

from ...engine.forms.fields import Form, ShortText
from ...engine.forms.several_names import LISTED, ONE_ORGANISATION
from .common import Agency, Document, Reasons

DueOn = Annotated[date, Meta(title="Due on", description="The last day on which it counts as on time.")]


class SentBack(Form, frozen=True, kw_only=True):
    """A return, plan or action that needs more work, with a new date."""

    reasons: Reasons
    due_on: DueOn


class TakenUpAgain(Form, frozen=True, kw_only=True):
    """A part that is reopened, with a new date."""

    reasons: Reasons
    due_on: DueOn


class Reopened(Form, frozen=True, kw_only=True):
    """A part that is reopened."""

    reasons: Reasons


class Ended(Form, frozen=True, kw_only=True):
    """A part that ends by decision, with the reasons."""

    reasons: Reasons
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()


class Succeeded(Form, frozen=True, kw_only=True):
    """The agency that takes over a part from another agency."""

    agency: Agency
    successor: Annotated[ShortText, ONE_ORGANISATION, LISTED, Meta(title="New agency")]
    reasons: Reasons


class Superseded(Form, frozen=True, kw_only=True):
    """A part that something else replaces."""

    by: Annotated[ShortText, Meta(title="Replaced by", description="For example: a reference, a plan, a law.")]
    reasons: Reasons
