"""Tests that the fields reports read exist, and that none is sensitive."""

from __future__ import annotations

import pytest

from casereview.engine.forms.fields import fields_of
from casereview.reports.values import record_fields
from casereview.reports.values.record_fields import RecordField
from casereview.workflows.parts import status
from casereview.workflows.parts.pending_decisions import PENDING_DECISIONS

from ...support.review_values import DIGEST, REGISTRY, action, case

FIELDS = [value for value in vars(record_fields).values() if isinstance(value, RecordField)]
READ_BY_PARTS = [
    RecordField(workflow="action", field="action", steps=("propose", "revise")),
    RecordField(workflow="action", field="recommendations", steps=("propose", "revise")),
    RecordField(workflow="action", field="lead_person", steps=("propose", "revise", "reassign")),
    RecordField(workflow="action", field="due_on", steps=("propose", "revise")),
    RecordField(workflow="action", field="status", steps=("report_progress",)),
    RecordField(workflow="action", field="evidence", steps=("report_progress", "hand_in")),
    RecordField(workflow="recommendation", field="number", steps=("make",)),
    RecordField(workflow="recommendation", field="text", steps=("make", "revise")),
    RecordField(workflow="recommendation", field="made_to", steps=("make", "readdress")),
    RecordField(workflow="recommendation", field="scope", steps=("make",)),
    RecordField(workflow="recommendation", field="agency", steps=("question",)),
    RecordField(workflow="recommendation", field="answer", steps=("answer_question",)),
    RecordField(workflow="engagement", field="kind", steps=("plan",)),
    RecordField(workflow="publication", field="advice", steps=("record_panel_advice",)),
]
"""The fields that reports read through the rules of the workflows."""
STATES = {
    status.ACTION: (*status.ANSWERING_STATES, status.NOT_CARRIED_OUT),
    status.RECOMMENDATION: (status.OPEN_RECOMMENDATION, status.NOT_CARRIED_OUT),
    status.AGENCY_ACTION_PLAN: ("agency_ceased",),
    status.ENGAGEMENT: ("findings_shared",),
    status.PUBLICATION: ("in_full", "in_summary", "anonymously", "not_published"),
}


@pytest.mark.parametrize("read", [*FIELDS, *READ_BY_PARTS], ids=lambda read: f"{read.workflow}.{read.field}")
def test_each_field_read_exists_in_each_step_s_form_and_is_not_sensitive(read: RecordField) -> None:
    workflow = REGISTRY.latest(read.workflow)
    for step in read.steps:
        transition = workflow.transition(step)
        assert transition is not None, step
        (field,) = [field for field in fields_of(transition.form) if field.name == read.field]
        assert not field.contains_sensitive


def test_each_state_deadline_and_role_named_exists() -> None:
    for workflow, states in STATES.items():
        assert {state.name for state in REGISTRY.latest(workflow).states} >= set(states)
    for pending in PENDING_DECISIONS:
        workflow = REGISTRY.latest(pending.workflow)
        assert not workflow.state(pending.state).is_end
        assert set(pending.roles) <= {role.name for role in workflow.roles}
    assert {deadline.name for deadline in REGISTRY.latest(status.ACTION).deadlines} >= {
        status.CARRY_OUT,
        status.ASSURE,
    }
    for review in (workflow for workflow in REGISTRY if workflow.is_primary):
        assert review.deadline(status.COMPLETION_DEADLINE)
        assert status.PROGRESS_REPORT_STEP in review.steps


def test_an_action_is_being_done_between_its_agreement_and_its_end() -> None:
    states = REGISTRY.latest(status.ACTION).states
    assert (
        tuple(state.name for state in states if not state.is_end and state.name != status.PROPOSED)
        == status.BEING_DONE_STATES
    )


def test_a_later_step_replaces_what_an_earlier_one_recorded() -> None:
    revised = action(
        1, revise={"action": "Action 1 is done otherwise.", "recommendations": [2], "due_on": "2027-01-04"}
    )
    assert status.current_plan(revised)["action"] == "Action 1 is done otherwise."
    assert status.recommendations_answered(revised) == (2,)
    assert status.current_plan(revised)["due_on"] == "2027-01-04"
    assert status.lead_person_of(action(1)) == "Manager 1"
    assert status.lead_person_of(action(1, reassign={"lead_person": "Manager 9"})) == "Manager 9"


def test_an_action_revised_without_recommendations_addresses_none() -> None:
    assert (
        status.recommendations_answered(action(1, revise={"action": "Early learning.", "early_learning": True})) == ()
    )


def test_a_sensitive_field_is_not_shown_even_if_requested() -> None:
    engaged = case("engagement", "SCR-2026-001/E01", "planned", {"plan": {"who": DIGEST, "relation": "mother"}})
    assert RecordField(workflow="engagement", field="who", steps=("plan",)).value(engaged) is None
    assert record_fields.RELATION.text(engaged) == "mother"


def test_evidence_at_completion_comes_before_evidence_of_progress() -> None:
    handed_in, reported = ({"title": title, "location": "Evidence/1.docx"} for title in ("Audit", "Photograph"))
    both = action(1, report_progress={"evidence": [reported]}, hand_in={"evidence": [handed_in]})
    assert status.evidence_of(both) == (handed_in, reported)
    assert status.latest_evidence_of(both) == (handed_in,)
    assert status.latest_evidence_of(action(1, report_progress={"evidence": [reported]})) == (reported,)
    assert status.evidence_of(action(1)) == status.latest_evidence_of(action(1)) == ()
