"""Define the forms for an action, from proposal to assurance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import DECISION, Form, ShortText, Text, choice_titles
from ...engine.forms.several_names import LISTED, ONE_ORGANISATION, ONE_PERSON
from .common import Agency, Document
from .parts import DueOn, Ended

LeadPerson = Annotated[
    ShortText,
    Meta(title="Lead person", description="The person in the agency who is responsible, as on the list of people."),
    ONE_PERSON,
    LISTED,
]
Evidence = Annotated[tuple[Document, ...], Meta(title="Evidence")]


class Milestone(Form, frozen=True, kw_only=True):
    """A milestone of an action."""

    text: Annotated[Text, Meta(title="Milestone")]
    by: Annotated[date, Meta(title="By")] | None = None


class PlannedAction(Form, frozen=True, kw_only=True):
    """An action as the agency plans it."""

    action: Annotated[Text, Meta(title="Action", description="What will be done. No names."), DECISION]
    recommendations: Annotated[
        tuple[Annotated[int, Meta(ge=1)], ...],
        Meta(title="Recommendations", description="The numbers of the recommendations that it answers."),
    ] = ()
    lead_person: LeadPerson
    due_on: DueOn
    milestones: Annotated[tuple[Milestone, ...], Meta(title="Milestones")] = ()
    early_learning: Annotated[
        bool, Meta(title="Early learning", description="It started before the report made recommendations.")
    ] = False

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault if no recommendation is named, or one is named twice."""
        if not self.recommendations and not self.early_learning:
            expected = "the number of at least one recommendation, or early learning (early_learning)"
            yield Fault(path="recommendations", expected=expected, found="neither")
        for number in sorted({n for n in self.recommendations if self.recommendations.count(n) > 1}):
            yield Fault(path="recommendations", expected="each one once", found=f"{number} again")


class ActionProposed(PlannedAction, frozen=True, kw_only=True):
    """An action that an agency proposes."""

    agency: Agency


class ActionRevised(PlannedAction, frozen=True, kw_only=True):
    """The whole action in its new wording. Anything left out is dropped."""

    reasons: Annotated[Text, Meta(title="Reasons"), DECISION] | None = None


class ActionAgreed(Form, frozen=True, kw_only=True):
    """The subgroup's agreement to an action and its due date."""

    due_on: DueOn


class Reassigned(Form, frozen=True, kw_only=True):
    """The new lead person of an action."""

    lead_person: LeadPerson


class ActionProgress(Form, frozen=True, kw_only=True):
    """A progress report on an action."""

    status: Annotated[
        Literal["not_started", "on_track", "slipping"],
        Meta(title="Status"),
        choice_titles(not_started="not started", on_track="on track"),
    ]
    text: Annotated[Text, Meta(title="Progress", description="No names.")]
    evidence: Evidence = ()


class HandedIn(Form, frozen=True, kw_only=True):
    """The agency's evidence that an action is done. Quality assurance checks it next."""

    outcome: Annotated[Text, Meta(title="Outcome", description="What was done. No names.")]
    impact: Annotated[Text, Meta(title="Impact", description="What has changed for children. No names.")] | None = None
    evidence: Annotated[tuple[Document, ...], Meta(min_length=1, title="Evidence")]


class Assured(Form, frozen=True, kw_only=True):
    """The finding of quality assurance that an action is done."""

    finding: Annotated[Text, Meta(title="Finding", description="No names."), DECISION]


class Transferred(Ended, frozen=True, kw_only=True):
    """The transfer of an action to another agency, which proposes its own."""

    to_agency: Annotated[ShortText, ONE_ORGANISATION, LISTED, Meta(title="New agency")]
