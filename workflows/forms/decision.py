"""The subgroup recommends, the board chair decides: limb by limb, with dissent and reasons.

Criteria: LSCB Regulations 2006, reg. 5(1)(e) and (2). A review is held where abuse or neglect is
known or suspected and the child has died, or was seriously harmed and there is cause for concern
about how organisations worked together (reviewed unless there is definitive evidence of no such
concern: Working Together 2015 in local boards' documents). By the same guidance always for a death
in custody, in detention under the Mental Health Act, or at 16 or 17 under a deprivation-of-liberty
order.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.forms.fields import Form, ShortText, Text
from .common import Agency, Dissent, Document, Reasons


class Finding(Form, frozen=True, kw_only=True):
    """What was found of one limb of the criteria."""

    met: Annotated[Literal["met", "not_met", "not_known"], Meta(title="Found")]
    evidence: Annotated[Text, Meta(title="Evidence", description="On what that rests. No names.")]


class Criteria(Form, frozen=True, kw_only=True):
    """The criteria, limb by limb."""

    abuse_or_neglect: Annotated[Finding, Meta(title="Abuse or neglect is known or suspected")]
    child_died: Annotated[Finding, Meta(title="The child has died (suspected suicide included)")]
    seriously_harmed: Annotated[Finding, Meta(title="The child was seriously harmed")]
    concern_about_working_together: Annotated[
        Finding, Meta(title="Cause for concern about how organisations or professionals worked together")
    ]
    died_in_custody: Annotated[Finding, Meta(title="The child died in custody")] | None = None
    died_in_mental_health_detention: (
        Annotated[Finding, Meta(title="The child died detained under the Mental Health Act")] | None
    ) = None
    died_deprived_of_liberty: (
        Annotated[Finding, Meta(title="The child died at 16 or 17 under a deprivation-of-liberty order")] | None
    ) = None

    def call_for_a_review(self) -> bool:
        """Whether a Serious Case Review has to be held."""
        always = (self.died_in_custody, self.died_in_mental_health_detention, self.died_deprived_of_liberty)
        if any(finding is not None and finding.met == "met" for finding in always):
            return True
        harmed = self.seriously_harmed.met == "met" and self.concern_about_working_together.met != "not_met"
        return self.abuse_or_neglect.met == "met" and (self.child_died.met == "met" or harmed)


Dissents = Annotated[tuple[Dissent, ...], Meta(title="Who dissented, and why")]


class Recommendation(Form, frozen=True, kw_only=True):
    """What the subgroup recommends to the board's chair."""

    recommends: Annotated[
        Literal["serious_case_review", "partnership_review", "no_further_action"], Meta(title="Recommends")
    ]
    criteria: Annotated[Criteria, Meta(title="Criteria")]
    reasons: Reasons
    dissent: Dissents = ()
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()


class Screening(Form, frozen=True, kw_only=True):
    """The board chair's decision to hold a Serious Case Review."""

    criteria: Annotated[Criteria, Meta(title="Criteria")]
    reasons: Reasons
    dissent: Dissents = ()
    lead_board: (
        Annotated[ShortText, Meta(title="Lead board", description="Where the review is joint with another area.")]
        | None
    ) = None


class NoFurtherAction(Form, frozen=True, kw_only=True):
    """The board chair's decision to hold no review."""

    criteria: Annotated[Criteria, Meta(title="Criteria")]
    reasons: Reasons
    dissent: Dissents = ()


class PartnershipCommission(Form, frozen=True, kw_only=True):
    """The board chair's decision to hold a smaller-scale partnership review instead."""

    criteria: Annotated[Criteria, Meta(title="Criteria")]
    reasons: Reasons
    lessons: Annotated[
        Text, Meta(title="Lessons hoped for", description="What multi-agency working may learn. No names.")
    ]
    agency: Annotated[Agency, Meta(title="Referring agency")]
    dissent: Dissents = ()


class Reconsideration(Form, frozen=True, kw_only=True):
    """A decision of no further action is taken up again."""

    reasons: Reasons
    asked_by: Annotated[ShortText, Meta(title="Who asked for it", description="For instance: the national panel.")]


class PanelNotice(Form, frozen=True, kw_only=True):
    """The national panel is told of the decision, and Ofsted and the department where a review is held."""

    notified: Annotated[tuple[ShortText, ...], Meta(min_length=1, title="Who was told")]
    decision: Annotated[Text, Meta(title="What they were told", description="The decision and its reasons.")]
    reviewer_named: Annotated[bool, Meta(title="Whether the reviewer's name was given")] = False
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()


class PanelReply(Form, frozen=True, kw_only=True):
    """What the national panel answered."""

    agrees: Annotated[Literal["agrees", "disagrees", "asks_for_more"], Meta(title="The panel")]
    reply: Annotated[Text, Meta(title="What it says")]
    response: Annotated[Text, Meta(title="What the board answers")] | None = None
    received_on: Annotated[date, Meta(title="Received on")] | None = None
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()
