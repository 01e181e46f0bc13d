"""What is recorded of involving one member of the family, or one group of practitioners."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import SENSITIVE, Form, ShortText, Text
from .common import Reasons

Who = Annotated[ShortText, Meta(title="Who", description="Name, kept apart from the history."), SENSITIVE]
Relation = Annotated[
    ShortText,
    Meta(title="Relation to the child", description="For instance: mother. Of practitioners: the group. No names."),
]
How = Annotated[Text, Meta(title="How", description="For instance: a letter, a visit, a learning event. No names.")]
Advocate = Annotated[ShortText, Meta(title="Advocate"), SENSITIVE]
Interpreter = Annotated[ShortText, Meta(title="Interpreter", description="The language.")]
SafeContact = Annotated[
    Text, Meta(title="Safe way of contact", description="How to reach them safely, and how not."), SENSITIVE
]


class EngagementPlanned(Form, frozen=True, kw_only=True):
    """Whom the review means to involve, and how they can be reached safely."""

    kind: Annotated[Literal["family", "practitioners"], Meta(title="Kind")]
    relation: Relation
    who: Who | None = None
    how: How | None = None
    advocate: Advocate | None = None
    interpreter: Interpreter | None = None
    safe_contact: SafeContact | None = None

    def contradictions(self) -> Iterator[Fault]:
        """A member of the family who is nobody in particular."""
        if self.kind == "family" and self.who is None:
            yield Fault(path="who", expected="who it is, of a member of the family", found="nothing")


class Contacted(Form, frozen=True, kw_only=True):
    """They were reached."""

    how: How


class TookPart(Form, frozen=True, kw_only=True):
    """They took part: what they said is in the review's own papers, not here."""

    how: How


class Declined(Form, frozen=True, kw_only=True):
    """They take no part, by their own wish or for another reason."""

    reason: Annotated[
        Literal["own_wish", "police_advice", "cps_advice", "court_order", "could_not_be_found", "died", "other"],
        Meta(title="Reason"),
    ]
    reasons: Annotated[Text, Meta(title="What that rests on", description="No names.")]


class UnableToTakePart(Form, frozen=True, kw_only=True):
    """They cannot take part, whatever they wish."""

    reason: Annotated[
        Literal["police_advice", "cps_advice", "court_order", "could_not_be_found", "died", "other"],
        Meta(title="Reason"),
    ]
    reasons: Annotated[Text, Meta(title="What that rests on", description="No names.")]


class NoContact(Form, frozen=True, kw_only=True):
    """From now on they are left alone."""

    because: Annotated[Literal["do_not_contact", "died"], Meta(title="Because")]
    reasons: Reasons


class FindingsShared(Form, frozen=True, kw_only=True):
    """They were told of the findings."""

    how: How
    shared_by: Annotated[ShortText, Meta(title="By whom")]
