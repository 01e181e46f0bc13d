"""What is recorded of one recommendation, from the day it is made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import Form, ShortText, Text
from .common import Agency, Document, Reasons, duplicate_faults

MadeTo = Annotated[
    tuple[Agency, ...], Meta(min_length=1, title="Made to", description="Agencies, or the partnership itself.")
]


class ReportRecommendation(Form, frozen=True, kw_only=True):
    """A recommendation, as the report makes it."""

    number: Annotated[int, Meta(ge=1, title="Number")]
    text: Annotated[Text, Meta(title="Recommendation")]
    scope: Annotated[
        Literal["local", "regional", "national"],
        Meta(title="Scope", description="A national one is answered by a letter, and the reply to it."),
    ] = "local"
    made_to: MadeTo

    def contradictions(self) -> Iterator[Fault]:
        """An agency named twice."""
        yield from duplicate_faults("made_to", self.made_to)


class Revised(Form, frozen=True, kw_only=True):
    """The recommendation in other words."""

    text: Annotated[Text, Meta(title="Recommendation")]
    reasons: Reasons


class Readdressed(Form, frozen=True, kw_only=True):
    """The recommendation is made to others: an agency that joined, merged, or questioned it with success."""

    made_to: MadeTo
    reasons: Reasons

    def contradictions(self) -> Iterator[Fault]:
        """An agency named twice."""
        yield from duplicate_faults("made_to", self.made_to)


class Questioned(Form, frozen=True, kw_only=True):
    """An agency questions what is recommended to it."""

    agency: Agency
    reasons: Reasons


class QuestionAnswered(Form, frozen=True, kw_only=True):
    """What the subgroup answers an agency that questioned it."""

    answer: Annotated[Text, Meta(title="Answer")]
    upheld: Annotated[
        bool, Meta(title="Whether the question is upheld", description="If so, the recommendation is changed next.")
    ]


class LetterSent(Form, frozen=True, kw_only=True):
    """The letter by which a national recommendation is made."""

    sent_to: Annotated[tuple[ShortText, ...], Meta(min_length=1, title="Sent to")]
    document: Annotated[Document, Meta(title="The letter")]


class ReplyReceived(Form, frozen=True, kw_only=True):
    """What was answered to the letter."""

    reply: Annotated[Text, Meta(title="What it says")]
    document: Annotated[Document, Meta(title="The reply")] | None = None


class CarriedOut(Form, frozen=True, kw_only=True):
    """What the recommendation asked for is done."""

    finding: Annotated[Text, Meta(title="What has changed", description="No names.")]
