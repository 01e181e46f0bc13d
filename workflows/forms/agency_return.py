"""Define the forms for an agency's return."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import DECISION, Form, ShortText, Text, choice_titles
from ...engine.forms.several_names import LISTED, ONE_PERSON
from .common import Agency, Document, Reasons, duplicate_faults

ReturnKind = Annotated[
    Literal["chronology", "individual_management_review", "scoping"],
    Meta(title="Kind", description="The kind of return that you ask for."),
    choice_titles(individual_management_review="individual management review"),
]
DueOn = Annotated[date, Meta(title="Due on")]
Author = Annotated[
    ShortText, Meta(title="Author", description="The author's name, as on the list of people."), ONE_PERSON, LISTED
]
SignedOffBy = Annotated[
    ShortText,
    Meta(title="Signed off by", description="The person who approved it in the agency."),
    ONE_PERSON,
    DECISION,
]


class ReturnsRequest(Form, frozen=True, kw_only=True):
    """A request to several agencies. Each makes a return of its own."""

    agencies: Annotated[tuple[Agency, ...], Meta(min_length=1, title="Agencies asked")]
    kind: ReturnKind
    due_on: DueOn
    asked: Annotated[Text, Meta(title="Request", description="What the agency is asked. No names.")] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault for each agency that is named twice."""
        yield from duplicate_faults("agencies", self.agencies)


class ReturnRequested(Form, frozen=True, kw_only=True):
    """A request to one agency for one return."""

    agency: Agency
    kind: ReturnKind
    due_on: DueOn
    author: Author | None = None
    asked: Annotated[Text, Meta(title="Request", description="What the agency is asked. No names.")] | None = None


class RecordsSecured(Form, frozen=True, kw_only=True):
    """The agency's confirmation that its records are secured against change."""

    secured_by: Annotated[ShortText, ONE_PERSON, Meta(title="Secured by")]
    how: Annotated[Text, Meta(title="How")] | None = None


class AuthorNamed(Form, frozen=True, kw_only=True):
    """The new author of the return."""

    author: Author


class ReturnReceived(Form, frozen=True, kw_only=True):
    """A return that a senior person of the agency signed off."""

    document: Annotated[Document, Meta(title="The return")]
    signed_off_by: SignedOffBy


class ReturnAccepted(Form, frozen=True, kw_only=True):
    """The acceptance of a return."""

    remarks: Annotated[Text, Meta(title="Remarks")] | None = None


class NilReturn(Form, frozen=True, kw_only=True):
    """The agency's statement that it has nothing to report."""

    reasons: Reasons
    signed_off_by: SignedOffBy
