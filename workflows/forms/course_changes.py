"""Define the forms for changes to a review: terms, agencies, reviewers, links, reopening, handover."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Meta, defstruct

from ...engine.errors.base import Fault
from ...engine.forms.fields import DECISION, SENSITIVE, Form, ShortText, Text, choice_titles
from ...engine.forms.several_names import LISTED, ONE_ORGANISATION, ONE_PERSON
from .action import LeadPerson, Milestone
from .common import Agency, Document, Reasons, duplicate_faults
from .parts import DueOn
from .review import ReviewerAppointment, TermsOfReference


class TermsAmended(TermsOfReference, frozen=True, kw_only=True):
    """The complete new terms of reference."""

    version: Annotated[
        int, Meta(ge=2, title="Version", description="The last version plus 1. The first terms are version 1.")
    ]
    what_changed: Annotated[Text, Meta(title="Changes"), DECISION]
    reasons: Reasons


class ChildAdded(Form, frozen=True, kw_only=True):
    """A child who is added to the review."""

    child: Annotated[
        ShortText, Meta(title="The child", description="Name or identifier, stored apart from the history."), SENSITIVE
    ]
    relation: Annotated[ShortText, Meta(title="Relation to the first child", description="No names.")] = "sibling"
    born_on: Annotated[date, Meta(title="Born on"), SENSITIVE] | None = None
    reasons: Reasons


class AgencyAdded(Form, frozen=True, kw_only=True):
    """An agency that joins the review."""

    agency: Agency
    reasons: Reasons


class AgencyLeft(Form, frozen=True, kw_only=True):
    """An agency that leaves the review."""

    agency: Agency
    reasons: Reasons


class AgencySucceeded(Form, frozen=True, kw_only=True):
    """An agency that takes over from another agency."""

    agency: Agency
    successor: Annotated[
        ShortText, ONE_ORGANISATION, LISTED, Meta(title="New agency", description="The agency that takes over.")
    ]
    reasons: Reasons


class ReviewerAdded(Form, frozen=True, kw_only=True):
    """A second reviewer, who may be internal if this is declared."""

    name: Annotated[ShortText, ONE_PERSON, Meta(title="Second reviewer"), DECISION]
    employer: Annotated[
        ShortText, ONE_ORGANISATION, Meta(title="Reviewer's employer", description="Or: self-employed.")
    ]
    declaration: Annotated[
        Text,
        Meta(title="Declaration", description="Any connections, and why they do not affect independence."),
        DECISION,
    ]
    reasons: Reasons


class ReviewerReplaced(ReviewerAppointment, frozen=True, kw_only=True):
    """The new lead reviewer, who must also be independent."""

    reasons: Annotated[Text, Meta(title="Reasons", description="Why the former reviewer no longer leads it."), DECISION]


class EarlyAction(Form, frozen=True, kw_only=True):
    """An action that starts before the recommendations."""

    agency: Agency
    action: Annotated[Text, Meta(title="Action", description="What will be done. No names."), DECISION]
    lead_person: LeadPerson
    due_on: DueOn
    milestones: Annotated[tuple[Milestone, ...], Meta(title="Milestones")] = ()


class EarlyLearning(Form, frozen=True, kw_only=True):
    """Learning before the report, with the actions that follow from it."""

    what: Annotated[Text, Meta(title="Learning", description="No names.")]
    actions: Annotated[tuple[EarlyAction, ...], Meta(min_length=1, title="Actions")]


class SignOff(Form, frozen=True, kw_only=True):
    """A board that signs the review off, with the date if it has done so."""

    board: Annotated[ShortText, ONE_ORGANISATION, Meta(title="Board")]
    signed_on: Annotated[date, Meta(title="Signed off on")] | None = None


class Linked(Form, frozen=True, kw_only=True):
    """A link to another review or proceeding."""

    relation: Annotated[
        Literal[
            "joint_review",
            "another_area_review",
            "domestic_abuse_related_death_review",
            "adult_review",
            "criminal_proceeding",
            "inquest",
            "other",
        ],
        Meta(title="Kind of link"),
        choice_titles(
            joint_review="joint review",
            another_area_review="review of another area",
            domestic_abuse_related_death_review="domestic abuse related death review",
            adult_review="adult review",
            criminal_proceeding="criminal proceeding",
        ),
    ]
    other: Annotated[
        ShortText, Meta(title="Other reference", description="The reference that its owner uses. No names.")
    ]
    lead_board: (
        Annotated[ShortText, ONE_ORGANISATION, Meta(title="Lead board", description="Needed if the review is joint.")]
        | None
    ) = None
    sign_off: Annotated[tuple[SignOff, ...], Meta(title="Boards to sign off"), DECISION] = ()
    reasons: Annotated[Text, Meta(title="Reasons"), DECISION] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault for each board that is named twice."""
        yield from duplicate_faults("sign_off", tuple(sign_off.board for sign_off in self.sign_off))


class SignedOff(Form, frozen=True, kw_only=True):
    """A board's sign-off of a linked review."""

    other: Annotated[ShortText, Meta(title="Other reference", description="The reference of the linked review.")]
    board: Annotated[ShortText, ONE_ORGANISATION, Meta(title="Board")]
    signed_on: Annotated[date, Meta(title="Signed off on")]


class ReportRevised(Form, frozen=True, kw_only=True):
    """The reasons to revise the report after a challenge."""

    reasons: Reasons
    asked_by: Annotated[ShortText, Meta(title="Requested by", description="For example: Agency 2, the coroner.")]


class HandedOver(Form, frozen=True, kw_only=True):
    """The handover of a review to another area."""

    to_area: Annotated[ShortText, Meta(title="New area")]
    contact: Annotated[ShortText, Meta(title="Contact", description="An office, not a private address.")]
    handover: Annotated[Document, Meta(title="Handover pack")]
    reasons: Reasons


def reopening_form(choices: tuple[str, ...]) -> type[Form]:
    """Build the form that reopens a case in a chosen state.

    Args:
        choices: The states that the case may return to.
    """
    literal: Any = Literal
    return_to = Annotated[literal[choices], Meta(title="Return to", description="An earlier state of the case.")]
    form: type[Any] = defstruct(
        "Reopening",
        [("return_to", return_to), ("reasons", Reasons)],
        bases=(Form,),
        namespace={"__doc__": "The state to return to, and the reasons."},
        module=__name__,
        frozen=True,
        kw_only=True,
    )
    return form
