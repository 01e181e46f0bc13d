"""Define the forms for monitoring, progress and closing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta

from ...engine.errors.base import Fault
from ...engine.forms.fields import DECISION, Form, ShortText, Text
from .common import Agency, Document, duplicate_faults
from .recommendation import ReportRecommendation


class LatePlan(Form, frozen=True, kw_only=True):
    """An agency with a late plan. It is still reminded."""

    agency: Agency
    reason: Annotated[Text, Meta(title="Why it is late")]


class Monitoring(Form, frozen=True, kw_only=True):
    """The start of monitoring. Each plan is agreed, or named here as late."""

    late: Annotated[
        tuple[LatePlan, ...], Meta(title="Late plans", description="Each agency without an agreed plan.")
    ] = ()

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault for each agency that is named twice."""
        yield from duplicate_faults("late", tuple(plan.agency for plan in self.late))


class Progress(Form, frozen=True, kw_only=True):
    """A progress report on the actions, for the subgroup."""

    summary: Annotated[Text, Meta(title="Progress", description="No names.")]
    actions_open: Annotated[int, Meta(ge=0, title="Actions still open")]
    actions_assured: Annotated[int, Meta(ge=0, title="Actions assured by quality assurance")]
    concerns: Annotated[Text, Meta(title="Concerns")] | None = None
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()


class Closing(Form, frozen=True, kw_only=True):
    """The closing statement of a review."""

    statement: Annotated[Text, Meta(title="Closing statement"), DECISION]
    assured_by: Annotated[
        ShortText,
        Meta(title="Assured by", description="The person or group that checked that the actions are done."),
        DECISION,
    ]
    documents: Annotated[tuple[Document, ...], Meta(title="Documents")] = ()


class PartnershipClosing(Form, frozen=True, kw_only=True):
    """The closing statement of a partnership review."""

    statement: Annotated[Text, Meta(title="Closing statement"), DECISION]
    shared_with: Annotated[tuple[ShortText, ...], Meta(min_length=1, title="Learning shared with")]


class LearningAgreed(Form, frozen=True, kw_only=True):
    """The findings and recommendations that the subgroup agrees."""

    findings: Annotated[Text, Meta(title="Findings", description="No names."), DECISION]
    recommendations: Annotated[tuple[ReportRecommendation, ...], Meta(title="Recommendations"), DECISION] = ()
    report: Annotated[Document, Meta(title="The report")] | None = None

    def contradictions(self) -> Iterator[Fault]:
        """Yield a fault for each number that is used twice."""
        yield from duplicate_faults("recommendations", tuple(str(r.number) for r in self.recommendations))
