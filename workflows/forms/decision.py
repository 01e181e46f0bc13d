"""Define the forms for the subgroup's recommendation and the board chair's decision.

Criteria: LSCB Regulations 2006, reg. 5(1)(e) and (2). A review is held if abuse or neglect is known or suspected
and the child died. It is also held if the child was seriously harmed and there is concern about how organisations
worked together. Only definitive evidence rules that concern out (Working Together 2015, in local boards' documents).
The same guidance always requires a review for a death in custody, in detention under the Mental Health Act, or at 16
or 17 under a deprivation-of-liberty order.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.forms.fields import DECISION, Form, ShortText, Text, choice_titles
from ...engine.forms.several_names import ONE_ORGANISATION
from .common import Agency, Dissent, Document, Reasons


class Finding(Form, frozen=True, kw_only=True):
    """The finding on one criterion."""

    met: Annotated[
        Literal["met", "not_met", "not_known"],
        Meta(title="Finding"),
        choice_titles(not_met="not met", not_known="not known"),
    ]
    evidence: Annotated[Text, Meta(title="Evidence", description="The evidence for this finding. No names.")]


class Criteria(Form, frozen=True, kw_only=True):
    """The findings on all criteria."""

    abuse_or_neglect: Annotated[Finding, Meta(title="Abuse or neglect is known or suspected")]
    child_died: Annotated[Finding, Meta(title="The child died (including suspected suicide)")]
    seriously_harmed: Annotated[Finding, Meta(title="The child was seriously harmed")]
    concern_about_working_together: Annotated[
        Finding, Meta(title="There is concern about how organisations or professionals worked together")
    ]
    died_in_custody: Annotated[Finding, Meta(title="The child died in custody")] | None = None
    died_in_mental_health_detention: (
        Annotated[Finding, Meta(title="The child died in detention under the Mental Health Act")] | None
    ) = None
    died_deprived_of_liberty: (
        Annotated[Finding, Meta(title="The child died at 16 or 17 under a deprivation-of-liberty order")] | None
    ) = None

    def call_for_a_review(self) -> bool:
        """Return whether a Serious Case Review must be held."""
        always = (self.died_in_custody, self.died_in_mental_health_detention, self.died_deprived_of_liberty)
        if any(finding is not None and finding.met == "met" for finding in always):
            return True
        harmed = self.seriously_harmed.met == "met" and self.concern_about_working_together.met != "not_met"
        return self.abuse_or_neglect.met == "met" and (self.child_died.met == "met" or harmed)


Dissents = Annotated[tuple[Dissent, ...], Meta(title="Dissent, with reasons"), DECISION]


class Recommendation(Form, frozen=True, kw_only=True):
    """The subgroup's recommendation to the board chair."""

    recommends: Annotated[
        Literal["serious_case_review", "partnership_review", "no_further_action"],
        Meta(title="Recommendation"),
        choice_titles(
            serious_case_review="Serious Case Review",
            partnership_review="partnership review",
            no_further_action="no further action",
        ),
    ]
    criteria: Annotated[Criteria, Meta(title="Criteria"), DECISION]
    reasons: Reasons
    dissent: Dissents = ()
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()


class Screening(Form, frozen=True, kw_only=True):
    """The board chair's decision to hold a Serious Case Review."""

    criteria: Annotated[Criteria, Meta(title="Criteria"), DECISION]
    reasons: Reasons
    dissent: Dissents = ()
    lead_board: (
        Annotated[
            ShortText,
            ONE_ORGANISATION,
            Meta(title="Lead board", description="Needed if the review is joint with another area."),
        ]
        | None
    ) = None


class NoFurtherAction(Form, frozen=True, kw_only=True):
    """The board chair's decision to hold no review."""

    criteria: Annotated[Criteria, Meta(title="Criteria"), DECISION]
    reasons: Reasons
    dissent: Dissents = ()


class PartnershipCommission(Form, frozen=True, kw_only=True):
    """The board chair's decision to hold a smaller-scale partnership review instead."""

    criteria: Annotated[Criteria, Meta(title="Criteria"), DECISION]
    reasons: Reasons
    lessons: Annotated[
        Text, Meta(title="Expected learning", description="What agencies may learn about working together. No names.")
    ]
    agency: Annotated[Agency, Meta(title="Referring agency")]
    dissent: Dissents = ()


class Reconsideration(Form, frozen=True, kw_only=True):
    """The reasons to reconsider a decision of no further action."""

    reasons: Reasons
    asked_by: Annotated[ShortText, Meta(title="Requested by", description="For example: the national panel.")]


class PanelNotice(Form, frozen=True, kw_only=True):
    """The notice of the decision to the national panel, and to Ofsted and the department if a review is held."""

    notified: Annotated[tuple[ShortText, ...], Meta(min_length=1, title="Notified")]
    decision: Annotated[Text, Meta(title="Message", description="The decision and its reasons."), DECISION]
    reviewer_named: Annotated[bool, Meta(title="Reviewer's name included")] = False
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()


class PanelReply(Form, frozen=True, kw_only=True):
    """The national panel's reply."""

    agrees: Annotated[
        Literal["agrees", "disagrees", "asks_for_more"],
        Meta(title="Panel's view"),
        choice_titles(asks_for_more="asks for more"),
    ]
    reply: Annotated[Text, Meta(title="Reply")]
    response: Annotated[Text, Meta(title="Board's answer"), DECISION] | None = None
    received_on: Annotated[date, Meta(title="Received on")] | None = None
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()
