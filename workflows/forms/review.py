"""What is recorded while a review is carried out: terms, reviewer, engagement, report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.errors import Fault
from ...engine.forms import SENSITIVE, Form, Text, Words
from .common import Agency, Document, Period, Reasons, repeated


class ParallelProceeding(Form, frozen=True, kw_only=True):
    """A proceeding that runs beside the review; none takes precedence by itself."""

    kind: Annotated[
        Literal[
            "criminal",
            "inquest",
            "family_court",
            "domestic_abuse_related_death_review",
            "adult_review",
            "other",
        ],
        Meta(title="Kind"),
    ]
    description: Annotated[Text, Meta(title="What it is, and who was consulted about it")]


class TermsOfReference(Form, frozen=True, kw_only=True):
    """What the review is to look at."""

    period: Annotated[Period, Meta(title="Period under review")]
    agencies: Annotated[tuple[Agency, ...], Meta(min_length=1, title="Contributing agencies")]
    key_lines_of_enquiry: Annotated[tuple[Text, ...], Meta(min_length=1, title="Key lines of enquiry")]
    parallel_proceedings: Annotated[tuple[ParallelProceeding, ...], Meta(title="Parallel proceedings")] = ()
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()

    def contradictions(self) -> Iterator[Fault]:
        """An agency named twice."""
        yield from repeated("agencies", self.agencies)


class ReviewerAppointment(Form, frozen=True, kw_only=True):
    """The reviewer, and why they are independent of the case, the board and the organisations."""

    name: Annotated[Words, Meta(title="Lead reviewer")]
    employer: Annotated[Agency, Meta(title="Their employer", description="Or: self-employed.")]
    qualifications: Annotated[Text, Meta(title="Qualifications and experience")]
    independent: Annotated[
        bool,
        Meta(title="Declared independent", description="Of the case, of the board and of the organisations involved."),
    ]
    declaration: Annotated[
        Text, Meta(title="The declaration", description="Connections, if any, and why they do not matter.")
    ]
    second_reviewer: (
        Annotated[Words, Meta(title="Second reviewer", description="May be internal, if declared.")] | None
    ) = None
    second_declaration: Annotated[Text, Meta(title="The second reviewer's declaration")] | None = None
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()

    def contradictions(self) -> Iterator[Fault]:
        """No independence; a second reviewer without a declaration."""
        if not self.independent:
            yield Fault(path="independent", expected="true, for the lead reviewer", found="false")
        if self.second_reviewer is not None and self.second_declaration is None:
            yield Fault(path="second_declaration", expected="a declaration for the second reviewer", found="nothing")


class FamilyEngagement(Form, frozen=True, kw_only=True):
    """How a member of the family is involved."""

    who: Annotated[Words, Meta(title="Who"), SENSITIVE]
    relation: Annotated[Words, Meta(title="Relation to the child")]
    involvement: Annotated[
        Literal["planned", "contacted", "took_part", "declined", "could_not"], Meta(title="Involvement")
    ]
    reason: Annotated[Text, Meta(title="Why not", description="Where they declined or could not.")] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """Nobody is left out without a reason."""
        if self.involvement in ("declined", "could_not") and self.reason is None:
            yield Fault(path="reason", expected=f"the reason why they {self.involvement}", found="nothing")


class PractitionerEngagement(Form, frozen=True, kw_only=True):
    """How a group of practitioners is involved."""

    group: Annotated[Words, Meta(title="Group")]
    how: Annotated[Text, Meta(title="How", description="For instance: a learning event.")]


class EngagementPlan(Form, frozen=True, kw_only=True):
    """Whom the review involves: family and practitioners, or why not."""

    family: Annotated[tuple[FamilyEngagement, ...], Meta(title="Family members")] = ()
    no_family_because: Annotated[Text, Meta(title="Why no family member")] | None = None
    practitioners: Annotated[tuple[PractitionerEngagement, ...], Meta(title="Practitioner groups")] = ()
    no_practitioners_because: Annotated[Text, Meta(title="Why no practitioners")] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """Nobody of the family, or no practitioner, and no reason."""
        if not self.family and self.no_family_because is None:
            yield Fault(path="family", expected="at least one family member, or no_family_because", found="neither")
        if not self.practitioners and self.no_practitioners_because is None:
            expected = "at least one practitioner group, or no_practitioners_because"
            yield Fault(path="practitioners", expected=expected, found="neither")


class ReportRecommendation(Form, frozen=True, kw_only=True):
    """A recommendation of the report."""

    number: Annotated[int, Meta(ge=1, title="Number")]
    text: Annotated[Text, Meta(title="Recommendation")]
    scope: Annotated[Literal["local", "regional", "national"], Meta(title="Scope")] = "local"
    made_to: Annotated[
        tuple[Agency, ...], Meta(min_length=1, title="Made to", description="Agencies, or the partnership itself.")
    ]


class AgreedReport(Form, frozen=True, kw_only=True):
    """The board agrees the recommendations and the final report."""

    recommendations: Annotated[tuple[ReportRecommendation, ...], Meta(title="Recommendations")]
    report: Annotated[Document, Meta(title="The final report")]
    agreed_by: Annotated[Words, Meta(title="Agreed by", description="The meeting that agreed it.")]
    planned_publication_on: Annotated[date, Meta(title="Planned publication")] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """A number given twice."""
        yield from repeated("recommendations", tuple(str(r.number) for r in self.recommendations))


class ReportCopy(Form, frozen=True, kw_only=True):
    """A copy of the report goes to the Department for Education before it is published."""

    sent_to: Annotated[tuple[Words, ...], Meta(min_length=1, title="Sent to")]
    report: Annotated[Document, Meta(title="The report")]


class Publication(Form, frozen=True, kw_only=True):
    """What becomes of the report."""

    kind: Annotated[Literal["in_full", "in_summary", "anonymously", "not_published"], Meta(title="Published")]
    where: Annotated[Words, Meta(title="Where")] | None = None
    reasons: Annotated[Text, Meta(title="Reasons", description="Where it is not published in full.")] | None = None
    family_told: Annotated[bool, Meta(title="Whether the family was told of the findings before")] = False
    report: Annotated[Document, Meta(title="The report as published")] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """No reasons for keeping something back; no place where it can be read."""
        if self.kind in ("in_summary", "not_published") and self.reasons is None:
            yield Fault(path="reasons", expected="the reasons why it is not published in full", found="nothing")
        if self.kind in ("in_full", "in_summary") and self.where is None:
            yield Fault(path="where", expected="where it can be read", found="nothing")


PUBLISHED = ("in_full", "in_summary", "anonymously")
"""The kinds of publication after which a report can be read."""


class Discontinuation(Form, frozen=True, kw_only=True):
    """The review is given up."""

    reasons: Reasons
    consulted: Annotated[tuple[Words, ...], Meta(title="Who was consulted")] = ()
