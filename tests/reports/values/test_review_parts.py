"""Reports ask the workflows what the parts of a review mean, so a rule is changed in one place."""

from __future__ import annotations

import pytest

from casereview.reports.values.rag_status import Palette
from casereview.reports.values.review_parts import PendingDecision, ReviewParts
from casereview.reports.values.tracker import build_tracker
from casereview.workflows.parts import status
from casereview.workflows.parts.pending_decisions import PENDING_DECISIONS

from ...support.review_values import REGISTRY, action, recommendation, review

PARTS: ReviewParts = status
PENDING: tuple[PendingDecision, ...] = PENDING_DECISIONS


def rows_without_action() -> list[tuple[str, tuple[int, ...]]]:
    built = build_tracker(review(recommendation(1, "Agency 1"), action(1, "superseded")), Palette())
    return [(row.agency, row.recommendations) for row in built.rows if not row.ref]


def test_a_rule_changed_in_the_workflows_changes_the_tracker(monkeypatch: pytest.MonkeyPatch) -> None:
    recommendations, actions = (recommendation(1, "Agency 1"),), (action(1, "superseded"),)
    assert list(status.unanswered(recommendations, actions)) == [("Agency 1", 1)]
    assert rows_without_action() == [("Agency 1", (1,))]
    monkeypatch.setattr(status, "ANSWERING_STATES", (*status.ANSWERING_STATES, "superseded"))
    assert list(status.unanswered(recommendations, actions)) == []
    assert rows_without_action() == []


@pytest.mark.parametrize("pending", PENDING_DECISIONS, ids=lambda pending: f"{pending.workflow}.{pending.state}")
def test_the_step_of_a_pending_decision_leaves_its_state(pending: PendingDecision) -> None:
    workflow = REGISTRY.latest(pending.workflow)
    (declared,) = [one for one in PENDING_DECISIONS if one is pending]
    step = workflow.transition(declared.step)
    assert step is not None
    assert pending.state in step.sources
    assert pending.state not in step.targets
    assert set(pending.roles) <= set(step.roles)
