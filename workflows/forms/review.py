"""What is recorded while a review is carried out: terms, reviewer, engagement, report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import Form, ShortText, Text
from .common import Agency, Document, Period, Reasons, duplicate_faults
from .engagement import Advocate, How, Interpreter, Relation, SafeContact, Who
from .recommendation import ReportRecommendation


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
        yield from duplicate_faults("agencies", self.agencies)


class ReviewerAppointment(Form, frozen=True, kw_only=True):
    """The reviewer, and why they are independent of the case, the board and the organisations."""

    name: Annotated[ShortText, Meta(title="Lead reviewer")]
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
        Annotated[ShortText, Meta(title="Second reviewer", description="May be internal, if declared.")] | None
    ) = None
    second_declaration: Annotated[Text, Meta(title="The second reviewer's declaration")] | None = None
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()

    def contradictions(self) -> Iterator[Fault]:
        """No independence; a second reviewer without a declaration."""
        if not self.independent:
            yield Fault(path="independent", expected="true, for the lead reviewer", found="false")
        if self.second_reviewer is not None and self.second_declaration is None:
            yield Fault(path="second_declaration", expected="a declaration for the second reviewer", found="nothing")


class FamilyMember(Form, frozen=True, kw_only=True):
    """A member of the family whom the review means to involve."""

    who: Who
    relation: Relation
    how: How | None = None
    advocate: Advocate | None = None
    interpreter: Interpreter | None = None
    safe_contact: SafeContact | None = None


class PractitionerGroup(Form, frozen=True, kw_only=True):
    """A group of practitioners whom the review means to involve."""

    group: Annotated[ShortText, Meta(title="Group")]
    how: Annotated[Text, Meta(title="How", description="For instance: a learning event.")]


class EngagementPlan(Form, frozen=True, kw_only=True):
    """Whom the review involves: family and practitioners, or why not."""

    family: Annotated[tuple[FamilyMember, ...], Meta(title="Family members")] = ()
    no_family_because: Annotated[Text, Meta(title="Why no family member")] | None = None
    practitioners: Annotated[tuple[PractitionerGroup, ...], Meta(title="Practitioner groups")] = ()
    no_practitioners_because: Annotated[Text, Meta(title="Why no practitioners")] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """Nobody of the family, or no practitioner, and no reason."""
        if not self.family and self.no_family_because is None:
            yield Fault(path="family", expected="at least one family member, or no_family_because", found="neither")
        if not self.practitioners and self.no_practitioners_because is None:
            expected = "at least one practitioner group, or no_practitioners_because"
            yield Fault(path="practitioners", expected=expected, found="neither")


class AgreedReport(Form, frozen=True, kw_only=True):
    """The board agrees the recommendations and the final report."""

    recommendations: Annotated[tuple[ReportRecommendation, ...], Meta(title="Recommendations")]
    report: Annotated[Document, Meta(title="The final report")]
    agreed_by: Annotated[ShortText, Meta(title="Agreed by", description="The meeting that agreed it.")]
    planned_publication_on: Annotated[date, Meta(title="Planned publication")] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """A number given twice."""
        yield from duplicate_faults("recommendations", tuple(str(r.number) for r in self.recommendations))


class Discontinuation(Form, frozen=True, kw_only=True):
    """The review is given up."""

    reasons: Reasons
    consulted: Annotated[tuple[ShortText, ...], Meta(title="Who was consulted")] = ()
