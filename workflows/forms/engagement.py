"""Define the forms for involving a family member or a group of practitioners."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import SENSITIVE, Form, ShortText, Text, choice_titles
from ...engine.forms.several_names import ONE_PERSON

Who = Annotated[ShortText, Meta(title="Name", description="The name is stored apart from the history."), SENSITIVE]
Relation = Annotated[
    ShortText,
    Meta(title="Relation to the child", description="For example: mother. For practitioners: the group. No names."),
]
How = Annotated[Text, Meta(title="How", description="For example: a letter, a visit, a learning event. No names.")]
Advocate = Annotated[ShortText, Meta(title="Advocate"), SENSITIVE]
Interpreter = Annotated[ShortText, Meta(title="Interpreter", description="The language that is needed.")]
SafeContact = Annotated[
    Text, Meta(title="Safe way to contact them", description="Say what is safe, and what to avoid."), SENSITIVE
]


REASON_TITLES = choice_titles(
    own_wish="own wish",
    police_advice="police advice",
    cps_advice="CPS advice",
    court_order="court order",
    could_not_be_found="could not be found",
)
"""The titles of the reasons why a person does not take part."""


class EngagementPlanned(Form, frozen=True, kw_only=True):
    """A person or group that the review plans to involve, and the safe way to contact them."""

    kind: Annotated[Literal["family", "practitioners"], Meta(title="Kind")]
    relation: Relation
    who: Who | None = None
    how: How | None = None
    advocate: Advocate | None = None
    interpreter: Interpreter | None = None
    safe_contact: SafeContact | None = None

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault if a family member has no name."""
        if self.kind == "family" and self.who is None:
            yield Fault(path="who", expected="the name of the family member", found="nothing")


class Contacted(Form, frozen=True, kw_only=True):
    """The first contact."""

    how: How


class TookPart(Form, frozen=True, kw_only=True):
    """Their part in the review. Their words are in the review's own papers, not here."""

    how: How


class Declined(Form, frozen=True, kw_only=True):
    """Their choice not to take part, or another reason why they do not."""

    reason: Annotated[
        Literal["own_wish", "police_advice", "cps_advice", "court_order", "could_not_be_found", "died", "other"],
        Meta(title="Reason"),
        REASON_TITLES,
    ]
    reasons: Annotated[Text, Meta(title="Explanation", description="Say how you know. No names.")]


class UnableToTakePart(Form, frozen=True, kw_only=True):
    """The reason why they are unable to take part."""

    reason: Annotated[
        Literal["police_advice", "cps_advice", "court_order", "could_not_be_found", "died", "other"],
        Meta(title="Reason"),
        REASON_TITLES,
    ]
    reasons: Annotated[Text, Meta(title="Explanation", description="Say how you know. No names.")]


class NoContact(Form, frozen=True, kw_only=True):
    """They asked not to be contacted, or have died."""

    because: Annotated[
        Literal["do_not_contact", "died"],
        Meta(title="Reason"),
        choice_titles(do_not_contact="asked not to be contacted"),
    ]
    # What somebody wished is not what the unit decided, so it can be disposed of.
    reasons: Annotated[Text, Meta(title="Reasons")]


class FindingsShared(Form, frozen=True, kw_only=True):
    """The sharing of the findings with them."""

    how: How
    shared_by: Annotated[ShortText, ONE_PERSON, Meta(title="Shared by")]
