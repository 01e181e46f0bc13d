"""What is recorded when a review changes course: terms, agencies, reviewers, connections, going back, handing over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Meta, defstruct

from ...engine.errors.base import Fault
from ...engine.forms.fields import SENSITIVE, Form, ShortText, Text
from .action import LeadPerson, Milestone
from .common import Agency, Document, Reasons, duplicate_faults
from .parts import DueOn
from .review import ReviewerAppointment, TermsOfReference


class TermsAmended(TermsOfReference, frozen=True, kw_only=True):
    """The terms of reference as they are from now on, all of them."""

    version: Annotated[int, Meta(ge=2, title="Version", description="One more than the last; the first terms are 1.")]
    what_changed: Annotated[Text, Meta(title="What changed")]
    reasons: Reasons


class ChildAdded(Form, frozen=True, kw_only=True):
    """One more child is looked at."""

    child: Annotated[
        ShortText, Meta(title="The child", description="Name or identifier, kept apart from the history."), SENSITIVE
    ]
    relation: Annotated[ShortText, Meta(title="Relation to the first child", description="No names.")] = "sibling"
    born_on: Annotated[date, Meta(title="Born on"), SENSITIVE] | None = None
    reasons: Reasons


class AgencyAdded(Form, frozen=True, kw_only=True):
    """One more agency takes part."""

    agency: Agency
    reasons: Reasons


class AgencyLeft(Form, frozen=True, kw_only=True):
    """An agency takes part no longer."""

    agency: Agency
    reasons: Reasons


class AgencySucceeded(Form, frozen=True, kw_only=True):
    """Another agency takes the place of one that is no more."""

    agency: Agency
    successor: Annotated[ShortText, Meta(title="Successor", description="The agency that takes its place.")]
    reasons: Reasons


class ReviewerAdded(Form, frozen=True, kw_only=True):
    """A second reviewer, who may be internal, if declared."""

    name: Annotated[ShortText, Meta(title="Second reviewer")]
    employer: Annotated[ShortText, Meta(title="Their employer", description="Or: self-employed.")]
    declaration: Annotated[Text, Meta(title="The declaration", description="Connections, and why they do not matter.")]
    reasons: Reasons


class ReviewerReplaced(ReviewerAppointment, frozen=True, kw_only=True):
    """Somebody else leads the review from now on, as independent as the first."""

    reasons: Annotated[Text, Meta(title="Reasons", description="Why the former one leads it no longer.")]


class EarlyAction(Form, frozen=True, kw_only=True):
    """An action that waits for no recommendation."""

    agency: Agency
    action: Annotated[Text, Meta(title="Action", description="What will be done. No names.")]
    lead_person: LeadPerson
    due_on: DueOn
    milestones: Annotated[tuple[Milestone, ...], Meta(title="Milestones")] = ()


class EarlyLearning(Form, frozen=True, kw_only=True):
    """What is learnt before the report, and acted on now."""

    what: Annotated[Text, Meta(title="What was learnt", description="No names.")]
    actions: Annotated[tuple[EarlyAction, ...], Meta(min_length=1, title="Actions")]


class SignOff(Form, frozen=True, kw_only=True):
    """A board that signs the review off, or still has to."""

    board: Annotated[ShortText, Meta(title="Board")]
    signed_on: Annotated[date, Meta(title="Signed off on")] | None = None


class Linked(Form, frozen=True, kw_only=True):
    """Another review or proceeding that this one is connected with."""

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
        Meta(title="What it is"),
    ]
    other: Annotated[ShortText, Meta(title="Its reference", description="As whoever keeps it calls it. No names.")]
    lead_board: Annotated[ShortText, Meta(title="Lead board", description="Where the review is joint.")] | None = None
    sign_off: Annotated[tuple[SignOff, ...], Meta(title="Boards that sign off")] = ()
    reasons: Annotated[Text, Meta(title="Reasons")] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """A board named twice."""
        yield from duplicate_faults("sign_off", tuple(sign_off.board for sign_off in self.sign_off))


class SignedOff(Form, frozen=True, kw_only=True):
    """A board signs the review off, as one that is connected with its own."""

    other: Annotated[ShortText, Meta(title="Its reference", description="Of the connected review.")]
    board: Annotated[ShortText, Meta(title="Board")]
    signed_on: Annotated[date, Meta(title="Signed off on")]


class ReportRevised(Form, frozen=True, kw_only=True):
    """The report goes back after a challenge."""

    reasons: Reasons
    asked_by: Annotated[ShortText, Meta(title="Who asked for it", description="For instance: Agency 2, the coroner.")]


class HandedOver(Form, frozen=True, kw_only=True):
    """Another area carries the review on."""

    to_area: Annotated[ShortText, Meta(title="To which area")]
    contact: Annotated[ShortText, Meta(title="Contact there", description="An office, not a private address.")]
    handover: Annotated[Document, Meta(title="The handover pack")]
    reasons: Reasons


def reopening_form(choices: tuple[str, ...]) -> type[Form]:
    """The form by which what had ended is taken up again, in a state of its own choice.

    Args:
        choices: The states that it may return to.
    """
    literal: Any = Literal
    return_to = Annotated[literal[choices], Meta(title="Return to", description="A state that it has been in.")]
    form: type[Any] = defstruct(
        "Reopening",
        [("return_to", return_to), ("reasons", Reasons)],
        bases=(Form,),
        namespace={"__doc__": "What had ended is taken up again."},
        module=__name__,
        frozen=True,
        kw_only=True,
    )
    return form
