"""What is recorded when a case comes in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import SENSITIVE, Form, ShortText, Text
from .common import Agency, Document, Reasons, duplicate_faults

Title = Annotated[
    ShortText,
    Meta(title="Title", description="What people will call the case: a pseudonym such as Child A, never a name."),
]


class Referral(Form, frozen=True, kw_only=True):
    """A professional refers a case to the Serious Case Review Sub-group."""

    title: Title
    referred_by: Annotated[ShortText, Meta(title="Referred by", description="The professional who refers.")]
    agency: Annotated[Agency, Meta(title="Referring agency")]
    harm: Annotated[
        Literal["death", "serious_harm"],
        Meta(
            title="Harm", description="Whether the child has died (suspected suicide included) or was seriously harmed."
        ),
    ]
    aware_on: Annotated[
        date, Meta(title="Aware on", description="The day on which the local authority became aware of the incident.")
    ]
    what_happened: Annotated[Text, Meta(title="What happened"), SENSITIVE]
    abuse_or_neglect: Annotated[
        Literal["known", "suspected"], Meta(title="Abuse or neglect", description="Whether it is known or suspected.")
    ]
    child: (
        Annotated[
            ShortText,
            Meta(title="The child", description="Name or identifier, kept apart from the history."),
            SENSITIVE,
        ]
        | None
    ) = None
    born_on: Annotated[date, Meta(title="Born on"), SENSITIVE] | None = None
    incident_on: Annotated[date, Meta(title="Day of the incident"), SENSITIVE] | None = None
    area: (
        Annotated[
            ShortText, Meta(title="Area", description="Where the child normally lives: that area's board decides.")
        ]
        | None
    ) = None
    other_agencies: Annotated[tuple[Agency, ...], Meta(title="Other agencies involved")] = ()
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()

    def contradictions(self) -> Iterator[Fault]:
        """An agency named twice, however it is spelt."""
        yield from duplicate_faults("other_agencies", (self.agency, *self.other_agencies))


class IncidentNotification(Form, frozen=True, kw_only=True):
    """The local authority notifies Ofsted and the board of the incident."""

    notified: Annotated[
        tuple[ShortText, ...],
        Meta(min_length=1, title="Who was notified", description="For instance: Ofsted, the board."),
    ]
    notified_by: Annotated[ShortText, Meta(title="Who notified them")]
    reference: Annotated[ShortText, Meta(title="Their reference")] | None = None
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()


class PartnershipReferral(Form, frozen=True, kw_only=True):
    """A case with lessons for multi-agency working, though it meets no criteria for a fuller review."""

    title: Title
    agency: Annotated[Agency, Meta(title="Referring agency")]
    lessons: Annotated[
        Text, Meta(title="Lessons hoped for", description="What multi-agency working may learn. No names.")
    ]
    what_happened: Annotated[Text, Meta(title="What happened"), SENSITIVE] | None = None
    other_agencies: Annotated[tuple[Agency, ...], Meta(title="Other agencies involved")] = ()

    def contradictions(self) -> Iterator[Fault]:
        """An agency named twice."""
        yield from duplicate_faults("other_agencies", (self.agency, *self.other_agencies))


class Withdrawal(Form, frozen=True, kw_only=True):
    """The referral is taken back before a decision."""

    withdrawn_by: Annotated[ShortText, Meta(title="Who withdrew it")]
    reasons: Reasons
