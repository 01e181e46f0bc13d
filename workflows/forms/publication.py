"""What is recorded of the report on its way to the public."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import Form, ShortText, Text
from .common import Agency, Document, Reasons, duplicate_faults

PlannedOn = Annotated[date, Meta(title="Planned publication")]
Kind = Annotated[Literal["in_full", "in_summary", "anonymously", "not_published"], Meta(title="Published")]

PUBLISHED = ("in_full", "in_summary", "anonymously")
"""The kinds of publication after which a report can be read."""


class Draft(Form, frozen=True, kw_only=True):
    """A draft of the report is in."""

    report: Annotated[Document, Meta(title="The draft")]
    planned_on: PlannedOn | None = None


class NewDraft(Form, frozen=True, kw_only=True):
    """Another draft takes the place of the one before; the agencies check it anew."""

    report: Annotated[Document, Meta(title="The draft")]
    reasons: Reasons


class AgencyCheck(Form, frozen=True, kw_only=True):
    """What one agency says of the draft's accuracy."""

    agency: Agency
    corrections: (
        Annotated[Text, Meta(title="Corrections", description="What it wants put right; nothing where it wants none.")]
        | None
    ) = None


class AccuracyCheck(Form, frozen=True, kw_only=True):
    """The agencies have checked the draft for accuracy."""

    agencies: Annotated[tuple[AgencyCheck, ...], Meta(min_length=1, title="Agencies")]

    def contradictions(self) -> Iterator[Fault]:
        """An agency named twice."""
        yield from duplicate_faults("agencies", tuple(check.agency for check in self.agencies))


class ReportAgreed(Form, frozen=True, kw_only=True):
    """The report is agreed, with the recommendations."""

    report: Annotated[Document, Meta(title="The agreed report")]
    planned_on: PlannedOn | None = None


class PanelAdvice(Form, frozen=True, kw_only=True):
    """What the national panel says of a plan not to publish, or to publish less."""

    advice: Annotated[Literal["agreed", "refused", "asks_for_more"], Meta(title="The panel")]
    reasons: Reasons


class Scheduled(Form, frozen=True, kw_only=True):
    """The day of publication is set."""

    planned_on: PlannedOn


class Deferred(Form, frozen=True, kw_only=True):
    """Publication waits; nothing else does."""

    reasons: Reasons
    proceeding: Annotated[ShortText, Meta(title="What it waits for", description="As it is called in public.")]
    planned_on: PlannedOn | None = None


class ReportCopy(Form, frozen=True, kw_only=True):
    """A copy of the report goes to the Department for Education before it is published."""

    sent_to: Annotated[tuple[ShortText, ...], Meta(min_length=1, title="Sent to")]
    report: Annotated[Document, Meta(title="The report")]


class Publication(Form, frozen=True, kw_only=True):
    """What becomes of the report."""

    kind: Kind
    where: Annotated[ShortText, Meta(title="Where")] | None = None
    reasons: Annotated[Text, Meta(title="Reasons", description="Where it is not published in full.")] | None = None
    family_not_informed: (
        Annotated[
            Text,
            Meta(title="Why the family was not told", description="Of the findings, before publication. No names."),
        ]
        | None
    ) = None
    report: Annotated[Document, Meta(title="The report as published")] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """No reasons for keeping something back; no place where it can be read."""
        if self.kind in ("in_summary", "not_published") and self.reasons is None:
            yield Fault(path="reasons", expected="the reasons why it is not published in full", found="nothing")
        if self.kind in ("in_full", "in_summary") and self.where is None:
            yield Fault(path="where", expected="where it can be read", found="nothing")


class PublicationRecorded(Form, frozen=True, kw_only=True):
    """What became of the report, on the review's own record."""

    kind: Kind
    publication: Annotated[ShortText, Meta(title="Publication", description="Its reference.")]
