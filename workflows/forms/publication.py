"""Define the forms for a report, from draft to publication."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import DECISION, Form, ShortText, Text, choice_titles
from .common import Agency, Document, Reasons, duplicate_faults

PlannedOn = Annotated[date, Meta(title="Planned publication")]
Kind = Annotated[
    Literal["in_full", "in_summary", "anonymously", "not_published"],
    Meta(title="Published"),
    choice_titles(in_full="in full", in_summary="in summary", not_published="not published"),
]

PUBLISHED = ("in_full", "in_summary", "anonymously")
"""The kinds of publication after which the public can read the report."""


class Draft(Form, frozen=True, kw_only=True):
    """The first draft of the report."""

    report: Annotated[Document, Meta(title="The draft")]
    planned_on: PlannedOn | None = None


class NewDraft(Form, frozen=True, kw_only=True):
    """A new draft, which the agencies check again."""

    report: Annotated[Document, Meta(title="The draft")]
    reasons: Reasons


class AgencyCheck(Form, frozen=True, kw_only=True):
    """One agency's answer about the accuracy of the draft."""

    agency: Agency
    corrections: (
        Annotated[
            Text, Meta(title="Corrections", description="What it wants corrected. Leave it out if there is nothing.")
        ]
        | None
    ) = None


class AccuracyCheck(Form, frozen=True, kw_only=True):
    """The agencies' check of the draft for accuracy."""

    agencies: Annotated[tuple[AgencyCheck, ...], Meta(min_length=1, title="Agencies")]

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault for each agency that is named twice."""
        yield from duplicate_faults("agencies", tuple(check.agency for check in self.agencies))


class ReportAgreed(Form, frozen=True, kw_only=True):
    """The report as agreed with the recommendations."""

    report: Annotated[Document, Meta(title="The agreed report")]
    planned_on: PlannedOn | None = None


class PanelAdvice(Form, frozen=True, kw_only=True):
    """The national panel's advice on a plan not to publish in full."""

    advice: Annotated[
        Literal["agreed", "refused", "asks_for_more"],
        Meta(title="Panel's advice"),
        choice_titles(asks_for_more="asks for more"),
    ]
    reasons: Reasons


class Scheduled(Form, frozen=True, kw_only=True):
    """The planned date of publication."""

    planned_on: PlannedOn


class Deferred(Form, frozen=True, kw_only=True):
    """The postponement of publication. Nothing else waits for it."""

    reasons: Reasons
    proceeding: Annotated[ShortText, Meta(title="Reason to wait", description="The proceeding, by its public name.")]
    planned_on: PlannedOn | None = None


class ReportCopy(Form, frozen=True, kw_only=True):
    """The copy of the report that goes to the Department for Education before publication."""

    sent_to: Annotated[tuple[ShortText, ...], Meta(min_length=1, title="Sent to")]
    report: Annotated[Document, Meta(title="The report")]


class Publication(Form, frozen=True, kw_only=True):
    """The decision about publishing the report."""

    kind: Kind
    where: Annotated[ShortText, Meta(title="Where it is published")] | None = None
    reasons: (
        Annotated[Text, Meta(title="Reasons", description="Needed if it is not published in full."), DECISION] | None
    ) = None
    family_not_informed: (
        Annotated[
            Text,
            Meta(title="Why the family was not informed", description="Why they do not know the findings. No names."),
            DECISION,
        ]
        | None
    ) = None
    report: Annotated[Document, Meta(title="The report as published")] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault if reasons or the place of publication are missing."""
        if self.kind in ("in_summary", "not_published") and self.reasons is None:
            yield Fault(path="reasons", expected="the reasons why it is not published in full", found="nothing")
        if self.kind in ("in_full", "in_summary") and self.where is None:
            yield Fault(path="where", expected="where it is published", found="nothing")


class PublicationRecorded(Form, frozen=True, kw_only=True):
    """The outcome of the publication, on the review's own record."""

    kind: Kind
    publication: Annotated[ShortText, Meta(title="Publication", description="The reference of the publication.")]
