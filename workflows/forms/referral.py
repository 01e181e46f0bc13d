"""Define the forms for a referral."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import SENSITIVE, Form, ShortText, Text, choice_titles
from ...engine.forms.several_names import ONE_PERSON
from .common import Agency, Document, Reasons, duplicate_faults

Title = Annotated[
    ShortText,
    Meta(title="Title", description="A pseudonym such as Child A. Never use a real name."),
]


class Referral(Form, frozen=True, kw_only=True):
    """A professional's referral to the Serious Case Review Sub-group."""

    title: Title
    referred_by: Annotated[
        ShortText, ONE_PERSON, Meta(title="Referred by", description="The professional who makes the referral.")
    ]
    agency: Annotated[Agency, Meta(title="Referring agency")]
    harm: Annotated[
        Literal["death", "serious_harm"],
        Meta(title="Harm", description="The child died (including suspected suicide) or was seriously harmed."),
        choice_titles(serious_harm="serious harm"),
    ]
    aware_on: Annotated[
        date, Meta(title="Aware on", description="The date when the local authority became aware of the incident.")
    ]
    what_happened: Annotated[Text, Meta(title="What happened"), SENSITIVE]
    abuse_or_neglect: Annotated[
        Literal["known", "suspected"], Meta(title="Abuse or neglect", description="Is it known or suspected?")
    ]
    child: (
        Annotated[
            ShortText,
            Meta(title="The child", description="Name or identifier, stored apart from the history."),
            SENSITIVE,
        ]
        | None
    ) = None
    born_on: Annotated[date, Meta(title="Born on"), SENSITIVE] | None = None
    incident_on: Annotated[date, Meta(title="Date of the incident"), SENSITIVE] | None = None
    area: (
        Annotated[
            ShortText, Meta(title="Area", description="The area where the child normally lives. Its board decides.")
        ]
        | None
    ) = None
    other_agencies: Annotated[tuple[Agency, ...], Meta(title="Other agencies involved")] = ()
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault for each agency that is named twice."""
        yield from duplicate_faults("other_agencies", (self.agency, *self.other_agencies))


class IncidentNotification(Form, frozen=True, kw_only=True):
    """The local authority's notification to Ofsted and the board."""

    notified: Annotated[
        tuple[ShortText, ...],
        Meta(min_length=1, title="Notified", description="For example: Ofsted, the board."),
    ]
    notified_by: Annotated[ShortText, ONE_PERSON, Meta(title="Notified by")]
    reference: Annotated[ShortText, Meta(title="Their reference")] | None = None
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()


class PartnershipReferral(Form, frozen=True, kw_only=True):
    """A referral for a partnership review, about how agencies worked together."""

    title: Title
    agency: Annotated[Agency, Meta(title="Referring agency")]
    lessons: Annotated[
        Text, Meta(title="Expected learning", description="What agencies may learn about working together. No names.")
    ]
    what_happened: Annotated[Text, Meta(title="What happened"), SENSITIVE] | None = None
    other_agencies: Annotated[tuple[Agency, ...], Meta(title="Other agencies involved")] = ()

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault for each agency that is named twice."""
        yield from duplicate_faults("other_agencies", (self.agency, *self.other_agencies))


class Withdrawal(Form, frozen=True, kw_only=True):
    """The withdrawal of a referral before a decision."""

    withdrawn_by: Annotated[ShortText, ONE_PERSON, Meta(title="Withdrawn by")]
    reasons: Reasons
