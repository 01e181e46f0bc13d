"""Define the forms for an agency's action plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import DECISION, Form, ShortText, Text
from ...engine.forms.several_names import ONE_PERSON
from .action import PlannedAction
from .common import Agency, Document, duplicate_faults


class PlanRequest(Form, frozen=True, kw_only=True):
    """The request to every contributing agency for an action plan."""

    agencies: Annotated[
        tuple[Agency, ...], Meta(title="Agencies asked", description="Agencies that have no plan on record yet.")
    ]
    due_on: Annotated[date, Meta(title="Plans due on")]

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault for each agency that is named twice."""
        yield from duplicate_faults("agencies", self.agencies)


class PlanRequested(Form, frozen=True, kw_only=True):
    """The request to one agency for its action plan."""

    agency: Agency
    due_on: Annotated[date, Meta(title="Due on")]


class PlanSubmitted(Form, frozen=True, kw_only=True):
    """The plan that an agency submits. Each of its actions starts as proposed."""

    signed_off_by: Annotated[
        ShortText,
        ONE_PERSON,
        Meta(title="Signed off by", description="The person who approved it in the agency."),
        DECISION,
    ]
    actions: Annotated[
        tuple[PlannedAction, ...],
        Meta(title="Actions", description="New actions only. Earlier ones are already on record."),
    ] = ()
    plan: Annotated[Document, Meta(title="The plan")] | None = None


class PlanAgreed(Form, frozen=True, kw_only=True):
    """The subgroup's agreement to the plan and to its actions that are still proposed."""

    remarks: Annotated[Text, Meta(title="Remarks")] | None = None
