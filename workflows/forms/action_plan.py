"""What is recorded of one agency's action plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import Form, ShortText, Text
from .action import PlannedAction
from .common import Agency, Document, duplicate_faults


class PlanRequest(Form, frozen=True, kw_only=True):
    """Every contributing agency is asked for an action plan."""

    agencies: Annotated[
        tuple[Agency, ...], Meta(title="Agencies asked", description="Those that have no plan on record yet.")
    ]
    due_on: Annotated[date, Meta(title="Plans wanted by")]

    def contradictions(self) -> Iterator[Fault]:
        """An agency named twice."""
        yield from duplicate_faults("agencies", self.agencies)


class PlanRequested(Form, frozen=True, kw_only=True):
    """One agency is asked for its action plan."""

    agency: Agency
    due_on: Annotated[date, Meta(title="Wanted by")]


class PlanSubmitted(Form, frozen=True, kw_only=True):
    """The agency hands its plan in: each of its actions begins as proposed."""

    signed_off_by: Annotated[ShortText, Meta(title="Signed off by", description="Who answers for it in the agency.")]
    actions: Annotated[
        tuple[PlannedAction, ...],
        Meta(title="Actions", description="Those that are new; the others are on record already."),
    ] = ()
    plan: Annotated[Document, Meta(title="The plan")] | None = None


class PlanAgreed(Form, frozen=True, kw_only=True):
    """The subgroup agrees the plan, and with it each of its actions that is still proposed."""

    remarks: Annotated[Text, Meta(title="Remarks")] | None = None
