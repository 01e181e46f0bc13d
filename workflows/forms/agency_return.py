"""What is recorded of what one agency is asked to hand in for the review."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import Form, ShortText, Text
from .common import Agency, Document, Reasons, duplicate_faults

ReturnKind = Annotated[
    Literal["chronology", "individual_management_review", "scoping"],
    Meta(title="Kind", description="What is asked for."),
]
DueOn = Annotated[date, Meta(title="Wanted by")]
Author = Annotated[ShortText, Meta(title="Author", description="Who writes it, as on the list of people.")]
SignedOffBy = Annotated[ShortText, Meta(title="Signed off by", description="Who answers for it in the agency.")]


class ReturnsRequest(Form, frozen=True, kw_only=True):
    """Agencies are asked for the same thing: each has a return of its own to make."""

    agencies: Annotated[tuple[Agency, ...], Meta(min_length=1, title="Agencies asked")]
    kind: ReturnKind
    due_on: DueOn
    asked: Annotated[Text, Meta(title="What is asked", description="No names.")] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """An agency named twice."""
        yield from duplicate_faults("agencies", self.agencies)


class ReturnRequested(Form, frozen=True, kw_only=True):
    """One agency is asked for one thing."""

    agency: Agency
    kind: ReturnKind
    due_on: DueOn
    author: Author | None = None
    asked: Annotated[Text, Meta(title="What is asked", description="No names.")] | None = None


class RecordsSecured(Form, frozen=True, kw_only=True):
    """The agency has put its records out of anybody's reach."""

    secured_by: Annotated[ShortText, Meta(title="Secured by")]
    how: Annotated[Text, Meta(title="How")] | None = None


class AuthorNamed(Form, frozen=True, kw_only=True):
    """Who writes the return, from now on."""

    author: Author


class ReturnReceived(Form, frozen=True, kw_only=True):
    """The return is in, signed off by somebody senior."""

    document: Annotated[Document, Meta(title="The return")]
    signed_off_by: SignedOffBy


class ReturnAccepted(Form, frozen=True, kw_only=True):
    """The return is good enough to work with."""

    remarks: Annotated[Text, Meta(title="Remarks")] | None = None


class NilReturn(Form, frozen=True, kw_only=True):
    """The agency has nothing to return."""

    reasons: Reasons
    signed_off_by: SignedOffBy
