"""What the parts of a review record alike: sent back, ended by decision, taken up again."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta

from ...engine.forms.fields import Form, ShortText
from .common import Agency, Document, Reasons

DueOn = Annotated[date, Meta(title="Due on", description="The last day on which it is in time.")]


class SentBack(Form, frozen=True, kw_only=True):
    """It is not enough yet: it goes back, with a new date."""

    reasons: Reasons
    due_on: DueOn


class TakenUpAgain(Form, frozen=True, kw_only=True):
    """What had ended is taken up again, with a new date."""

    reasons: Reasons
    due_on: DueOn


class Reopened(Form, frozen=True, kw_only=True):
    """What had ended is taken up again."""

    reasons: Reasons


class Ended(Form, frozen=True, kw_only=True):
    """It comes to an end by decision, with the reasons on record."""

    reasons: Reasons
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()


class Succeeded(Form, frozen=True, kw_only=True):
    """Another agency takes the place of its own."""

    agency: Agency
    successor: Annotated[ShortText, Meta(title="Successor")]
    reasons: Reasons


class Superseded(Form, frozen=True, kw_only=True):
    """Something else takes its place."""

    by: Annotated[ShortText, Meta(title="By what", description="What takes its place: a reference, a plan, a law.")]
    reasons: Reasons
