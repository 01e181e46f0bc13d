"""What is recorded once the report is agreed: monitoring, progress, closing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import Form, ShortText, Text
from .common import Agency, Document, duplicate_faults
from .recommendation import ReportRecommendation


class LatePlan(Form, frozen=True, kw_only=True):
    """An agency whose plan is still to come, and is still chased for it."""

    agency: Agency
    reason: Annotated[Text, Meta(title="Why it is late")]


class Monitoring(Form, frozen=True, kw_only=True):
    """The agencies' plans are agreed, or known to be late; their actions are monitored from now on."""

    late: Annotated[
        tuple[LatePlan, ...], Meta(title="Late plans", description="Each agency without an agreed plan.")
    ] = ()

    def contradictions(self) -> Iterator[Fault]:
        """An agency named twice."""
        yield from duplicate_faults("late", tuple(plan.agency for plan in self.late))


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
    assured_by: Annotated[ShortText, Meta(title="Assured by", description="Who assures that the actions are done.")]
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()


class PartnershipClosing(Form, frozen=True, kw_only=True):
    """A partnership review is closed with what was learnt."""

    statement: Annotated[Text, Meta(title="Closing statement")]
    shared_with: Annotated[tuple[ShortText, ...], Meta(min_length=1, title="Learning shared with")]


class LearningAgreed(Form, frozen=True, kw_only=True):
    """The subgroup agrees what is to be learnt, and what is to be done."""

    findings: Annotated[Text, Meta(title="Findings", description="No names.")]
    recommendations: Annotated[tuple[ReportRecommendation, ...], Meta(title="Recommendations")] = ()
    report: Annotated[Document, Meta(title="The report")] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """A number given twice."""
        yield from duplicate_faults("recommendations", tuple(str(r.number) for r in self.recommendations))
