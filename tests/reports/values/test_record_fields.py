"""What the reports read is written down where they look for it, and nothing of it is sensitive."""

from __future__ import annotations

import pytest

from casereview.engine.forms.fields import fields_of
from casereview.reports.values import record_fields
from casereview.reports.values.record_fields import RecordField

from ...support.review_values import DIGEST, REGISTRY, action, case

SAID = [value for value in vars(record_fields).values() if isinstance(value, RecordField)]
STATES = {
    record_fields.ACTION: (record_fields.PROPOSED, record_fields.IN_PROGRESS, record_fields.ASSURED),
    record_fields.RECOMMENDATION: (record_fields.NOT_CARRIED_OUT,),
    record_fields.AGENCY_ACTION_PLAN: (record_fields.AGENCY_CEASED,),
    record_fields.ENGAGEMENT: (record_fields.FINDINGS_TOLD,),
    record_fields.PUBLICATION: (
        record_fields.IN_FULL,
        record_fields.IN_SUMMARY,
        record_fields.ANONYMOUSLY,
        record_fields.NOT_PUBLISHED,
    ),
}


@pytest.mark.parametrize("said", SAID, ids=lambda said: f"{said.workflow}.{said.field}")
def test_each_field_that_is_read_is_one_of_each_step_s_form_and_is_not_sensitive(said: RecordField) -> None:
    workflow = REGISTRY.latest(said.workflow)
    for step in said.steps:
        transition = workflow.transition(step)
        assert transition is not None, step
        (field,) = [field for field in fields_of(transition.form) if field.name == said.field]
        assert not field.contains_sensitive


def test_each_state_clock_and_role_that_is_named_is_one_that_there_is() -> None:
    for workflow, states in STATES.items():
        assert {state.name for state in REGISTRY.latest(workflow).states} >= set(states)
    for awaiting in record_fields.PENDING_DECISIONS:
        workflow = REGISTRY.latest(awaiting.workflow)
        assert not workflow.state(awaiting.state).is_end
        assert set(awaiting.roles) <= {role.name for role in workflow.roles}
    assert {clock.name for clock in REGISTRY.latest(record_fields.ACTION).deadlines} >= {
        record_fields.CARRY_OUT,
        record_fields.ASSURE,
    }
    for review in (workflow for workflow in REGISTRY if workflow.is_primary):
        assert review.deadline(record_fields.COMPLETION_DEADLINE)
        assert record_fields.PROGRESS_REPORT_STEP in review.steps


def test_what_a_later_step_says_takes_the_place_of_what_an_earlier_one_did() -> None:
    revised = action(
        1, revise={"action": "Action 1 is done otherwise.", "recommendations": [2], "due_on": "2027-01-04"}
    )
    assert record_fields.ACTION_TEXT.text(revised) == "Action 1 is done otherwise."
    assert record_fields.ANSWERED_RECOMMENDATIONS.value(revised) == [2]
    assert str(record_fields.PROPOSED_DUE.day(revised)) == "2027-01-04"
    assert record_fields.LEAD_PERSON.text(revised) == "Manager 1"
    assert record_fields.LEAD_PERSON.text(action(1, reassign={"lead_person": "Manager 9"})) == "Manager 9"


def test_an_action_that_is_proposed_anew_without_recommendations_answers_none() -> None:
    assert (
        record_fields.ANSWERED_RECOMMENDATIONS.value(
            action(1, revise={"action": "Early learning.", "early_learning": True})
        )
        is None
    )


def test_what_is_sensitive_is_not_said_though_it_is_asked_for() -> None:
    engaged = case("engagement", "SCR-2026-001/E01", "planned", {"plan": {"who": DIGEST, "relation": "mother"}})
    assert RecordField(workflow="engagement", field="who", steps=("plan",)).value(engaged) is None
    assert record_fields.RELATION.text(engaged) == "mother"


def test_documents_are_told_by_their_titles() -> None:
    document = {"title": "Audit", "location": "Evidence/1.docx"}
    assert record_fields.COMPLETION_EVIDENCE.document_titles(action(1, hand_in={"evidence": [document, document]})) == (
        "Audit",
        "Audit",
    )
    assert RecordField(workflow="publication", field="report", steps=("draft",)).document_titles(
        case("publication", "SCR-2026-001/PUB01", "draft", {"draft": {"report": document}})
    ) == ("Audit",)
    assert record_fields.COMPLETION_EVIDENCE.document_titles(action(1)) == ()
