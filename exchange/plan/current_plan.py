"""Build an agency's current action plan from the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from ...engine.definition.registry import Registry
from ...engine.errors.bad_input import BadValue
from ...engine.forms.names import same_name_key
from ...engine.model.case import Case
from ...workflows.parts.status import (
    ACTION,
    ASSURED,
    IN_PROGRESS,
    PROPOSED,
    RECOMMENDATION,
    REVIEWS,
    addressees,
    belongs_to,
    current_plan,
    due_dates_of,
    evidence_of,
    is_open,
    lead_person_of,
    number_of,
    progress_status_of,
    text_of,
)
from ..workbook.cell_text import documents_text, fit_cell, milestones_text, numbers_text
from ..workbook.columns import Cells
from .layout import (
    DONE,
    PLANNED_COLUMNS,
    PROGRESS_STATUSES,
    REPORTED_COLUMNS,
    ActionPlan,
    ActionRow,
    PlanIdentity,
    RecommendationRow,
)

HANDED_IN_STATES = ("handed_in", ASSURED)


def build_plan(tree: tuple[Case, ...], agency: str, *, record_hash: str, workflows: Registry) -> ActionPlan:
    """Return an agency's plan in a review, without anything that belongs to another agency.

    Args:
        tree: The review's tree, its root first.
        agency: The agency's name; case and spacing do not matter.
        record_hash: A hash that tells this record from another one with the same reference.
        workflows: All workflows.

    Raises:
        BadValue: if the agency takes no part in the review, or the case is not a review.
    """
    review = tree[0]
    if review.workflow not in REVIEWS:
        found = workflows.for_case(review).title.lower()
        raise BadValue(name=review.ref, expected="a review, which has actions", found=f"a case of {found}")
    known = {same_name_key(name): name for case in tree for name in case.organisations}
    own = known.get(same_name_key(agency))
    if own is None:
        expected = f"an agency of {review.ref}" + (f": {', '.join(sorted(known.values()))}" if known else "")
        raise BadValue(name="agency", expected=expected, found=repr(agency[:60]))
    return ActionPlan(
        identity=PlanIdentity(review=review.ref, agency=own, record_hash=record_hash),
        title=review.title,
        recommendations=tuple(_asked(tree, own, workflows)),
        actions=tuple(action_row(case, workflows) for case in agency_actions(tree, own)),
    )


def agency_actions(tree: Iterable[Case], agency: str) -> Iterator[Case]:
    """Yield an agency's actions in the order of their references."""
    return (case for case in tree if case.workflow == ACTION and belongs_to(case, agency))


def action_row(case: Case, workflows: Registry) -> ActionRow:
    """Return the row of an action."""
    open_columns = {PROPOSED: PLANNED_COLUMNS, IN_PROGRESS: ("lead_person", *REPORTED_COLUMNS)}
    return ActionRow(
        ref=case.ref,
        version=case.version,
        cells={
            "reference": case.ref,
            **planned_cells(current_plan(case)),
            "lead_person": fit_cell(lead_person_of(case) or None),
            **_due_dates(case),
            **_reported(case),
            "state": workflows.for_case(case).state(case.state).title,
        },
        editable=open_columns.get(case.state, ()),
    )


def planned_cells(record: Mapping[str, Any]) -> Cells:
    """Return the cells of a planned action, from the record of its proposal or revision."""
    return {
        "recommendations": numbers_text(
            record.get("recommendations", ()), early_learning=record.get("early_learning", False)
        ),
        "action": fit_cell(record["action"]),
        "lead_person": fit_cell(record.get("lead_person")),
        "due_on": date.fromisoformat(record["due_on"]),
        "milestones": milestones_text(record.get("milestones", ())),
    }


# --- parts -----------------------------------------------------------------------------------------


def _asked(tree: tuple[Case, ...], agency: str, workflows: Registry) -> Iterator[RecommendationRow]:
    recommendations = (case for case in tree if case.workflow == RECOMMENDATION)
    for case in sorted(recommendations, key=number_of):
        if same_name_key(agency) in map(same_name_key, addressees(case)):
            state = workflows.for_case(case).state(case.state).title
            text = fit_cell(text_of(case)) or ""
            yield RecommendationRow(number=number_of(case), text=text, state=state, is_open=is_open(case))


def _due_dates(case: Case) -> Cells:
    agreed = due_dates_of(case)
    if agreed is None:
        return {"originally_due": None}
    original, due = agreed
    return {"due_on": due, "originally_due": original}


def _reported(case: Case) -> Cells:
    reported, handed_in = case.data.get("report_progress", {}), case.data.get("hand_in", {})
    status = DONE if case.state in HANDED_IN_STATES else PROGRESS_STATUSES.get(progress_status_of(case))
    return {
        "status": status,
        "progress": fit_cell(reported.get("text")),
        "evidence": documents_text(evidence_of(case)),
        "outcome": fit_cell(handed_in.get("outcome")),
        "impact": fit_cell(handed_in.get("impact")),
    }
