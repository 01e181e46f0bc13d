"""What is recorded once the report is agreed: plans, progress, closing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from ...engine.errors import Fault
from ...engine.forms import Form, Text, Words
from .common import Agency, Document, repeated


class PlanRequest(Form, frozen=True, kw_only=True):
    """Every contributing agency is asked for an action plan."""

    agencies: Annotated[tuple[Agency, ...], Meta(min_length=1, title="Agencies asked")]
    due_on: Annotated[date, Meta(title="Plans wanted by")] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """An agency named twice."""
        yield from repeated("agencies", self.agencies)


class AgencyPlan(Form, frozen=True, kw_only=True):
    """An agency's action plan, as far as it has come."""

    agency: Agency
    status: Annotated[
        Literal["agreed", "nil", "late"],
        Meta(title="Status", description="nil: nothing was recommended to it; late: it is still to come."),
    ]
    plan: Annotated[Document, Meta(title="The plan")] | None = None
    reason: Annotated[Text, Meta(title="Why it is nil or late")] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """An agreed plan that is nowhere; a nil or late one without a reason."""
        if self.status == "agreed" and self.plan is None:
            yield Fault(path="plan", expected="the agreed plan", found="nothing")
        if self.status != "agreed" and self.reason is None:
            yield Fault(path="reason", expected=f"why the plan is {self.status}", found="nothing")


class Monitoring(Form, frozen=True, kw_only=True):
    """The agencies' plans are in, or known to be late; their actions are monitored from now on."""

    plans: Annotated[tuple[AgencyPlan, ...], Meta(min_length=1, title="Agencies' plans")]

    def contradictions(self) -> Iterator[Fault]:
        """An agency with two plans."""
        yield from repeated("plans", tuple(plan.agency for plan in self.plans))


class Progress(Form, frozen=True, kw_only=True):
    """What the subgroup hears of the actions."""

    summary: Annotated[Text, Meta(title="Progress", description="No names.")]
    actions_open: Annotated[int, Meta(ge=0, title="Actions still open")]
    actions_assured: Annotated[int, Meta(ge=0, title="Actions assured by quality assurance")]
    concerns: Annotated[Text, Meta(title="Concerns")] | None = None
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()


class Closing(Form, frozen=True, kw_only=True):
    """The review is closed: what was learnt, and what came of it."""

    statement: Annotated[Text, Meta(title="Closing statement")]
    assured_by: Annotated[Words, Meta(title="Assured by", description="Who assures that the actions are done.")]
    not_carried_out: Annotated[
        tuple[Text, ...],
        Meta(
            title="Recommendations not carried out", description="Each with its reason; they go into the annual report."
        ),
    ] = ()
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()


class PartnershipClosing(Form, frozen=True, kw_only=True):
    """A partnership review is closed with what was learnt."""

    statement: Annotated[Text, Meta(title="Closing statement")]
    shared_with: Annotated[tuple[Words, ...], Meta(min_length=1, title="Learning shared with")]


class LearningAgreed(Form, frozen=True, kw_only=True):
    """The subgroup agrees what is to be learnt, and what is to be done."""

    findings: Annotated[Text, Meta(title="Findings", description="No names.")]
    recommendations: Annotated[tuple[Text, ...], Meta(title="Recommendations")] = ()
    report: Annotated[Document, Meta(title="The report")] | None = None
