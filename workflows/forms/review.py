"""Define the forms for a review: terms of reference, reviewer, engagement, report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import DECISION, Form, ShortText, Text, choice_titles
from ...engine.forms.several_names import ONE_ORGANISATION, ONE_PERSON
from .common import Agency, Document, Period, Reasons, duplicate_faults
from .engagement import Advocate, How, Interpreter, Relation, SafeContact, Who
from .recommendation import ReportRecommendation


class ParallelProceeding(Form, frozen=True, kw_only=True):
    """A proceeding at the same time as the review."""

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
        choice_titles(
            family_court="family court",
            domestic_abuse_related_death_review="domestic abuse related death review",
            adult_review="adult review",
        ),
    ]
    description: Annotated[Text, Meta(title="Description, and who was consulted")]


class TermsOfReference(Form, frozen=True, kw_only=True):
    """The scope of the review."""

    period: Annotated[Period, Meta(title="Period under review")]
    agencies: Annotated[tuple[Agency, ...], Meta(min_length=1, title="Contributing agencies")]
    key_lines_of_enquiry: Annotated[tuple[Text, ...], Meta(min_length=1, title="Key lines of enquiry"), DECISION]
    parallel_proceedings: Annotated[tuple[ParallelProceeding, ...], Meta(title="Parallel proceedings")] = ()
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault for each agency that is named twice."""
        yield from duplicate_faults("agencies", self.agencies)


class ReviewerAppointment(Form, frozen=True, kw_only=True):
    """The reviewer and their independence of the case, the board and the organisations."""

    name: Annotated[ShortText, ONE_PERSON, Meta(title="Lead reviewer"), DECISION]
    employer: Annotated[
        ShortText, ONE_ORGANISATION, Meta(title="Reviewer's employer", description="Or: self-employed.")
    ]
    qualifications: Annotated[Text, Meta(title="Qualifications and experience")]
    independent: Annotated[
        bool,
        Meta(
            title="Declared independent",
            description="Independent of the case, the board and the organisations involved.",
        ),
    ]
    declaration: Annotated[
        Text,
        Meta(title="Declaration", description="Any connections, and why they do not affect independence."),
        DECISION,
    ]
    second_reviewer: (
        Annotated[
            ShortText,
            ONE_PERSON,
            Meta(title="Second reviewer", description="May be internal, if this is declared."),
            DECISION,
        ]
        | None
    ) = None
    second_declaration: Annotated[Text, Meta(title="Second reviewer's declaration"), DECISION] | None = None
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault if the reviewer is not independent or a declaration is missing."""
        if not self.independent:
            yield Fault(path="independent", expected="true, for the lead reviewer", found="false")
        if self.second_reviewer is not None and self.second_declaration is None:
            yield Fault(path="second_declaration", expected="a declaration for the second reviewer", found="nothing")


class FamilyMember(Form, frozen=True, kw_only=True):
    """A family member that the review plans to involve."""

    who: Who
    relation: Relation
    how: How | None = None
    advocate: Advocate | None = None
    interpreter: Interpreter | None = None
    safe_contact: SafeContact | None = None


class PractitionerGroup(Form, frozen=True, kw_only=True):
    """A group of practitioners that the review plans to involve."""

    group: Annotated[ShortText, Meta(title="Group")]
    how: Annotated[Text, Meta(title="How", description="For example: a learning event.")]


class EngagementPlan(Form, frozen=True, kw_only=True):
    """The family members and practitioners to involve, or the reasons why not."""

    family: Annotated[tuple[FamilyMember, ...], Meta(title="Family members")] = ()
    no_family_because: Annotated[Text, Meta(title="Why no family members"), DECISION] | None = None
    practitioners: Annotated[tuple[PractitionerGroup, ...], Meta(title="Practitioner groups")] = ()
    no_practitioners_because: Annotated[Text, Meta(title="Why no practitioners"), DECISION] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault if a group is empty and no reason is recorded."""
        if not self.family and self.no_family_because is None:
            yield Fault(
                path="family", expected="at least one family member, or why none (no_family_because)", found="neither"
            )
        if not self.practitioners and self.no_practitioners_because is None:
            expected = "at least one practitioner group, or why none (no_practitioners_because)"
            yield Fault(path="practitioners", expected=expected, found="neither")


class AgreedReport(Form, frozen=True, kw_only=True):
    """The recommendations and the final report, as agreed."""

    recommendations: Annotated[tuple[ReportRecommendation, ...], Meta(title="Recommendations"), DECISION]
    report: Annotated[Document, Meta(title="The final report")]
    agreed_by: Annotated[
        ShortText, Meta(title="Agreed by", description="The meeting that agreed the report."), DECISION
    ]
    planned_publication_on: Annotated[date, Meta(title="Planned publication")] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault for each number that is used twice."""
        yield from duplicate_faults("recommendations", tuple(str(r.number) for r in self.recommendations))


class Discontinuation(Form, frozen=True, kw_only=True):
    """The decision to discontinue a review."""

    reasons: Reasons
    consulted: Annotated[tuple[ShortText, ...], Meta(title="Consulted")] = ()
