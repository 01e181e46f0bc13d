"""What is recorded of a serious incident, its rapid review, and the partners' decision.

Criteria: Children Act 2004, s.16C(1). Abuse or neglect is known or suspected, and the child has died or been
seriously harmed. Whether a local review is held is then for the three safeguarding partners, jointly.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import Form, ShortText, Text
from .common import Agency, Document, Reasons, duplicate_faults
from .decision import Dissents, Finding
from .referral import Referral

PARTNERS = ("local_authority", "police", "integrated_care_board")
"""The safeguarding partners of an area: they decide jointly."""


class SeriousIncident(Referral, frozen=True, kw_only=True):
    """The local authority notifies a serious incident."""

    sent_on: Annotated[date, Meta(title="Sent on", description="The day on which the notification was sent.")]
    sent_to: Annotated[
        tuple[ShortText, ...],
        Meta(min_length=1, title="Sent to", description="For instance: the national panel, the safeguarding partners."),
    ]
    reference: Annotated[ShortText, Meta(title="Their reference")] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """Sent before anybody was aware; an agency named twice."""
        if self.sent_on < self.aware_on:
            yield Fault(path="sent_on", expected=f"{self.aware_on} or later", found=self.sent_on.isoformat())
        yield from Referral.contradictions(self)


class RapidReviewOpened(Form, frozen=True, kw_only=True):
    """The rapid review begins: who takes part, and when they meet."""

    agencies: Annotated[tuple[Agency, ...], Meta(min_length=1, title="Agencies that take part")]
    meets_on: Annotated[date, Meta(title="Meets on")] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """An agency named twice."""
        yield from duplicate_faults("agencies", self.agencies)


class ProgressMeeting(Form, frozen=True, kw_only=True):
    """What the rapid review's meeting found so far."""

    present: Annotated[tuple[ShortText, ...], Meta(min_length=1, title="Present")]
    summary: Annotated[Text, Meta(title="What was found", description="No names.")]
    still_open: Annotated[Text, Meta(title="What is still open")] | None = None
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()


class PracticeCriteria(Form, frozen=True, kw_only=True):
    """The criteria, limb by limb, and what else speaks for a local review."""

    abuse_or_neglect: Annotated[Finding, Meta(title="Abuse or neglect is known or suspected")]
    child_died: Annotated[Finding, Meta(title="The child has died (suspected suicide included)")]
    seriously_harmed: Annotated[Finding, Meta(title="The child was seriously harmed")]
    improvement_needed: Annotated[Finding, Meta(title="Practice can be improved")] | None = None
    recurrent_themes: Annotated[Finding, Meta(title="Themes that recur")] | None = None
    concern_about_working_together: (
        Annotated[Finding, Meta(title="Cause for concern about how organisations worked together")] | None
    ) = None

    def are_met(self) -> bool:
        """Whether the incident is one that a local review may be held of."""
        harmed = "met" in (self.child_died.met, self.seriously_harmed.met)
        return self.abuse_or_neglect.met == "met" and harmed


class RapidReviewReport(Form, frozen=True, kw_only=True):
    """The rapid review is complete: what it found, and what it recommends."""

    criteria: Annotated[PracticeCriteria, Meta(title="Criteria")]
    recommends: Annotated[Literal["local_review", "no_review"], Meta(title="Recommends")]
    reasons: Reasons
    report: Annotated[Document, Meta(title="The rapid review's report")]
    immediate_learning: Annotated[Text, Meta(title="What is acted on at once", description="No names.")] | None = None
    dissent: Dissents = ()


class PartnerDecision(Form, frozen=True, kw_only=True):
    """What one safeguarding partner says."""

    partner: Annotated[Literal["local_authority", "police", "integrated_care_board"], Meta(title="Partner")]
    name: Annotated[ShortText, Meta(title="Who decided for it", description="Name or post.")]
    agrees: Annotated[bool, Meta(title="Whether it agrees")]
    reasons: Annotated[Text, Meta(title="Why")] | None = None


class JointDecision(Form, frozen=True, kw_only=True):
    """A decision of all three safeguarding partners."""

    partners: Annotated[tuple[PartnerDecision, ...], Meta(title="The safeguarding partners")]
    criteria: Annotated[PracticeCriteria, Meta(title="Criteria")]
    reasons: Reasons

    def contradictions(self) -> Iterator[Fault]:
        """A partner that is missing, or named twice."""
        named = tuple(one.partner for one in self.partners)
        yield from duplicate_faults("partners", named)
        for partner in PARTNERS:
            if partner not in named:
                yield Fault(path="partners", expected=f"what the {partner} decided", found="nothing")


class LocalReview(JointDecision, frozen=True, kw_only=True):
    """The safeguarding partners hold a local review."""

    lead_area: (
        Annotated[ShortText, Meta(title="Lead area", description="Where the review is joint with another area.")] | None
    ) = None


class NoReview(JointDecision, frozen=True, kw_only=True):
    """The safeguarding partners hold no review, and say what was learnt all the same."""

    learning: Annotated[Text, Meta(title="What was learnt", description="And who is told of it. No names.")]


class Disagreement(Form, frozen=True, kw_only=True):
    """What the safeguarding partners answer a panel that disagrees, or asks for more."""

    answered: Annotated[Text, Meta(title="What was answered")]
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()
