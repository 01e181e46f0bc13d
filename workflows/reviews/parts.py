"""Steps of a review that open its parts, and cascades that end them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...engine.definition.relations import Cascade, Children, SpawnsChildren
from ...engine.definition.workflow import Transition
from ...engine.forms.fields import Form, json_values
from ...engine.model.case import Case
from ..forms import action_plan, agency_return, engagement, monitoring, publication, review
from ..parts.status import (
    AGENCY_ACTION_PLAN,
    AGENCY_RETURN,
    ENGAGEMENT,
    PARTS,
    PUBLICATION,
    RECOMMENDATION,
    is_open,
    latest_report,
)
from ..roles import LEAD_REVIEWER, SUBGROUP_CHAIR, UNIT_ROLES
from . import guards
from .part_guards import (
    ACTIONS_ENDED,
    ENGAGEMENTS_CONCLUDED,
    LATE_PLANS_EXPLAINED,
    NO_OPEN_REPORT,
    PLANS_AGREED,
    PLANS_OUTSTANDING,
    PUBLICATIONS_ENDED,
    RECOMMENDATIONS_ANSWERED,
    RECOMMENDATIONS_ENDED,
    RECOMMENDATIONS_UNANSWERED,
)

PARTS_COMPLETE = (
    ENGAGEMENTS_CONCLUDED,
    PUBLICATIONS_ENDED,
    PLANS_AGREED,
    ACTIONS_ENDED,
    RECOMMENDATIONS_ANSWERED,
    RECOMMENDATIONS_ENDED,
)
"""The guards on the parts that closing a review requires."""


def _engagement_record(record: Form, _case: Case) -> Iterator[Mapping[str, Any]]:
    yield json_values(record)


def _return_records(record: Form, _case: Case) -> Iterator[Mapping[str, Any]]:
    assert isinstance(record, agency_return.ReturnsRequest)
    asked = {name: value for name, value in json_values(record).items() if name != "agencies"}
    return ({"agency": agency, **asked} for agency in record.agencies)


def _draft_record(record: Form, _case: Case) -> Iterator[Mapping[str, Any]]:
    yield json_values(record)


def _plan_records(record: Form, _case: Case) -> Iterator[Mapping[str, Any]]:
    assert isinstance(record, action_plan.PlanRequest)
    return ({"agency": agency, "due_on": record.due_on.isoformat()} for agency in record.agencies)


def _recommendation_records(record: Form, _case: Case) -> Iterator[Mapping[str, Any]]:
    assert isinstance(record, review.AgreedReport | monitoring.LearningAgreed)
    return (json_values(recommendation) for recommendation in record.recommendations)


SPAWNS_RECOMMENDATIONS = SpawnsChildren(workflow=RECOMMENDATION, records=_recommendation_records)
"""The recommendations. Each becomes a part of the review."""


def _agreement_of_report(record: Form, _case: Case, other: Case) -> Mapping[str, Any] | None:
    if other.state != "checked":
        return None
    match record:
        case review.AgreedReport(report=report, planned_publication_on=planned_on):
            on = {} if planned_on is None else {"planned_on": planned_on.isoformat()}
            return {"report": json_values(report), **on}
        case monitoring.LearningAgreed(report=report) if report is not None:
            return {"report": json_values(report)}
        case _:
            return {"report": latest_report(other)}


def _discontinued(record: Form, _case: Case, other: Case) -> Mapping[str, Any] | None:
    return {"reasons": getattr(record, "reasons", "The review is closed.")} if is_open(other) else None


AGREES_REPORT = Cascade(step="agree", relation=Children(workflow=PUBLICATION), records=_agreement_of_report)
"""The report, which is agreed with the recommendations if the agencies have checked its draft."""

DISCONTINUES_PARTS = tuple(
    Cascade(step="discontinue", relation=Children(workflow=name), records=_discontinued) for name in PARTS
)
"""The open parts, which end with a discontinued review."""

DISCONTINUES_RETURNS = (Cascade(step="discontinue", relation=Children(workflow=AGENCY_RETURN), records=_discontinued),)
"""The open returns, which end if the review is closed. All other parts have ended by then."""


def involve(*sources: str) -> Transition:
    """Return the step that involves another family member or group of practitioners."""
    return Transition(
        trigger="involve",
        title="Involve another person or group",
        sources=sources,
        to=None,
        roles=(LEAD_REVIEWER.name, SUBGROUP_CHAIR.name, *UNIT_ROLES),
        form=engagement.EngagementPlanned,
        spawns_children=(SpawnsChildren(workflow=ENGAGEMENT, records=_engagement_record),),
    )


def request_returns(*sources: str) -> Transition:
    """Return the step that asks agencies for returns."""
    return Transition(
        trigger="request_returns",
        title="Ask agencies for their returns",
        sources=sources,
        to=None,
        roles=(*UNIT_ROLES, LEAD_REVIEWER.name, SUBGROUP_CHAIR.name),
        form=agency_return.ReturnsRequest,
        spawns_children=(SpawnsChildren(workflow=AGENCY_RETURN, records=_return_records),),
        adds_organisations=("agencies",),
    )


def receive_draft(*sources: str) -> Transition:
    """Return the step that records the first draft and opens its publication."""
    return Transition(
        trigger="receive_draft",
        title="Record the first draft of the report",
        sources=sources,
        to=None,
        roles=(LEAD_REVIEWER.name, *UNIT_ROLES),
        form=publication.Draft,
        guards=(NO_OPEN_REPORT,),
        spawns_children=(SpawnsChildren(workflow=PUBLICATION, records=_draft_record),),
    )


def record_publication(*sources: str, head: str) -> Transition:
    """Return the step that records the outcome of the report on the review.

    Args:
        sources: The states in which it is possible.
        head: The role that decides.
    """
    return Transition(
        trigger="record_publication",
        title="Record the outcome of the report",
        sources=sources,
        to=None,
        roles=(head,),
        form=publication.PublicationRecorded,
        cascade_only=True,
    )


def request_action_plans(*sources: str, to: str | None) -> Transition:
    """Return the step that asks each contributing agency for its plan."""
    return Transition(
        trigger="request_action_plans",
        title="Ask the agencies for their action plans",
        sources=sources,
        to=to,
        roles=(*UNIT_ROLES, SUBGROUP_CHAIR.name),
        form=action_plan.PlanRequest,
        guards=(guards.ALL_AGENCIES_ASKED,),
        spawns_children=(SpawnsChildren(workflow=AGENCY_ACTION_PLAN, records=_plan_records),),
        adds_organisations=("agencies",),
    )


def begin_monitoring(source: str) -> Transition:
    """Return the step that starts monitoring. A late plan does not delay it, and reminders for it continue."""
    return Transition(
        trigger="begin_monitoring",
        title="Start monitoring the actions",
        sources=(source,),
        to="monitored",
        roles=(SUBGROUP_CHAIR.name,),
        form=monitoring.Monitoring,
        guards=(LATE_PLANS_EXPLAINED,),
        warnings=(PLANS_OUTSTANDING, RECOMMENDATIONS_UNANSWERED),
    )
