"""Define the forms for a serious incident, its rapid review and the partners' decision.

Criteria: Children Act 2004, s.16C(1). Abuse or neglect is known or suspected, and the child died or was seriously
harmed. The three safeguarding partners then decide jointly about a local review.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import DECISION, Form, ShortText, Text, choice_titles
from ...engine.forms.several_names import LISTED, ONE_PERSON
from .common import Agency, Document, Reasons, duplicate_faults
from .decision import Dissents, Finding
from .referral import Referral

PARTNER_TITLES = {
    "local_authority": "local authority",
    "police": "police",
    "integrated_care_board": "integrated care board",
}
"""The safeguarding partners of an area. They decide jointly."""


class SeriousIncident(Referral, frozen=True, kw_only=True):
    """The local authority's notification of a serious incident."""

    sent_on: Annotated[date, Meta(title="Sent on", description="The date when the notification was sent.")]
    sent_to: Annotated[
        tuple[ShortText, ...],
        Meta(min_length=1, title="Sent to", description="For example: the national panel, the safeguarding partners."),
    ]
    reference: Annotated[ShortText, Meta(title="Their reference")] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault if it was sent before the incident was known, or an agency is named twice."""
        if self.sent_on < self.aware_on:
            yield Fault(path="sent_on", expected=f"{self.aware_on} or later", found=self.sent_on.isoformat())
        yield from Referral.contradictions(self)


class RapidReviewOpened(Form, frozen=True, kw_only=True):
    """The start of a rapid review: the agencies and the date of the meeting."""

    agencies: Annotated[tuple[Agency, ...], Meta(min_length=1, title="Agencies taking part")]
    meets_on: Annotated[date, Meta(title="Meeting on")] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault for each agency that is named twice."""
        yield from duplicate_faults("agencies", self.agencies)


class ProgressMeeting(Form, frozen=True, kw_only=True):
    """The findings of the rapid review's meeting."""

    present: Annotated[tuple[Annotated[ShortText, ONE_PERSON, LISTED], ...], Meta(min_length=1, title="Present")]
    summary: Annotated[Text, Meta(title="Findings", description="No names.")]
    still_open: Annotated[Text, Meta(title="Open questions")] | None = None
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()


class PracticeCriteria(Form, frozen=True, kw_only=True):
    """The findings on the criteria, and other reasons for a local review."""

    abuse_or_neglect: Annotated[Finding, Meta(title="Abuse or neglect is known or suspected")]
    child_died: Annotated[Finding, Meta(title="The child died (including suspected suicide)")]
    seriously_harmed: Annotated[Finding, Meta(title="The child was seriously harmed")]
    improvement_needed: Annotated[Finding, Meta(title="Practice can be improved")] | None = None
    recurrent_themes: Annotated[Finding, Meta(title="There are recurring themes")] | None = None
    concern_about_working_together: (
        Annotated[Finding, Meta(title="There is concern about how organisations worked together")] | None
    ) = None

    def are_met(self) -> bool:
        """Return whether the incident meets the criteria for a local review."""
        harmed = "met" in (self.child_died.met, self.seriously_harmed.met)
        return self.abuse_or_neglect.met == "met" and harmed


class RapidReviewReport(Form, frozen=True, kw_only=True):
    """The findings and the recommendation of a rapid review."""

    criteria: Annotated[PracticeCriteria, Meta(title="Criteria"), DECISION]
    recommends: Annotated[
        Literal["local_review", "no_review"],
        Meta(title="Recommendation"),
        choice_titles(local_review="local review", no_review="no review"),
    ]
    reasons: Reasons
    report: Annotated[Document, Meta(title="Rapid review report")]
    immediate_learning: (
        Annotated[Text, Meta(title="Immediate learning", description="Learning that is acted on now. No names.")] | None
    ) = None
    dissent: Dissents = ()


class PartnerDecision(Form, frozen=True, kw_only=True):
    """One safeguarding partner's decision."""

    partner: Annotated[
        Literal["local_authority", "police", "integrated_care_board"],
        Meta(title="Partner"),
        choice_titles(**PARTNER_TITLES),
    ]
    name: Annotated[ShortText, ONE_PERSON, LISTED, Meta(title="Decided by", description="Name or post.")]
    agrees: Annotated[bool, Meta(title="Agrees")]
    reasons: Annotated[Text, Meta(title="Reasons"), DECISION] | None = None


class JointDecision(Form, frozen=True, kw_only=True):
    """A decision of all three safeguarding partners."""

    partners: Annotated[tuple[PartnerDecision, ...], Meta(title="The safeguarding partners"), DECISION]
    criteria: Annotated[PracticeCriteria, Meta(title="Criteria"), DECISION]
    reasons: Reasons

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault for each partner that is missing or named twice."""
        named = tuple(one.partner for one in self.partners)
        yield from duplicate_faults("partners", tuple(PARTNER_TITLES[partner] for partner in named))
        for partner, title in PARTNER_TITLES.items():
            if partner not in named:
                yield Fault(path="partners", expected=f"the decision of the {title}", found="nothing")


class LocalReview(JointDecision, frozen=True, kw_only=True):
    """The partners' decision to hold a local review."""

    lead_area: (
        Annotated[ShortText, Meta(title="Lead area", description="Needed if the review is joint with another area.")]
        | None
    ) = None


class NoReview(JointDecision, frozen=True, kw_only=True):
    """The partners' decision to hold no review, with the learning."""

    learning: Annotated[
        Text, Meta(title="Learning", description="What was learnt, and who it is shared with. No names.")
    ]


class Disagreement(Form, frozen=True, kw_only=True):
    """The safeguarding partners' answer if the panel disagrees or asks for more."""

    answered: Annotated[Text, Meta(title="Answer")]
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()
