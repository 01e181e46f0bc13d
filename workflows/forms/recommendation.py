"""Define the forms for a recommendation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import DECISION, Form, ShortText, Text
from .common import Agency, Document, Reasons, duplicate_faults

MadeTo = Annotated[tuple[Agency, ...], Meta(min_length=1, title="Made to", description="Agencies, or the partnership.")]


class ReportRecommendation(Form, frozen=True, kw_only=True):
    """A recommendation of the report."""

    number: Annotated[int, Meta(ge=1, title="Number")]
    text: Annotated[Text, Meta(title="Recommendation"), DECISION]
    scope: Annotated[
        Literal["local", "regional", "national"],
        Meta(title="Scope", description="A national one is sent as a letter, and the reply is recorded."),
    ] = "local"
    made_to: MadeTo

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault for each agency that is named twice."""
        yield from duplicate_faults("made_to", self.made_to)


class Revised(Form, frozen=True, kw_only=True):
    """The recommendation in its new wording."""

    text: Annotated[Text, Meta(title="Recommendation"), DECISION]
    reasons: Reasons


class Readdressed(Form, frozen=True, kw_only=True):
    """The new addressees of a recommendation."""

    made_to: MadeTo
    reasons: Reasons

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault for each agency that is named twice."""
        yield from duplicate_faults("made_to", self.made_to)


class Questioned(Form, frozen=True, kw_only=True):
    """An agency's challenge to a recommendation."""

    agency: Agency
    reasons: Reasons


class QuestionAnswered(Form, frozen=True, kw_only=True):
    """The subgroup's answer to a challenge."""

    answer: Annotated[Text, Meta(title="Answer"), DECISION]
    upheld: Annotated[bool, Meta(title="Challenge upheld", description="If yes, change the recommendation next.")]


class LetterSent(Form, frozen=True, kw_only=True):
    """The letter about a national recommendation."""

    sent_to: Annotated[tuple[ShortText, ...], Meta(min_length=1, title="Sent to")]
    document: Annotated[Document, Meta(title="The letter")]


class ReplyReceived(Form, frozen=True, kw_only=True):
    """The reply to the letter."""

    reply: Annotated[Text, Meta(title="Reply")]
    document: Annotated[Document, Meta(title="Document")] | None = None


class CarriedOut(Form, frozen=True, kw_only=True):
    """The finding that a recommendation is carried out."""

    finding: Annotated[Text, Meta(title="What has changed", description="No names."), DECISION]
