"""What the reports read is written down where they look for it, and nothing of it is sensitive."""

from __future__ import annotations

import pytest

from casereview.engine.forms.fields import fields_of
from casereview.reports import records
from casereview.reports.records import Said

from .parts import DIGEST, REGISTRY, action, case

SAID = [value for value in vars(records).values() if isinstance(value, Said)]
STATES = {
    records.ACTION: (records.PROPOSED, records.BEING_DONE, records.ASSURED),
    records.RECOMMENDATION: (records.NOT_CARRIED_OUT,),
    records.AGENCY_ACTION_PLAN: (records.CEASED,),
    records.ENGAGEMENT: (records.TOLD,),
    records.PUBLICATION: (records.IN_FULL, records.IN_SUMMARY, records.ANONYMOUSLY, records.NOT_PUBLISHED),
}


@pytest.mark.parametrize("said", SAID, ids=lambda said: f"{said.workflow}.{said.field}")
def test_each_field_that_is_read_is_one_of_each_step_s_form_and_is_not_sensitive(said: Said) -> None:
    workflow = REGISTRY.latest(said.workflow)
    for step in said.steps:
        transition = workflow.transition(step)
        assert transition is not None, step
        (field,) = [field for field in fields_of(transition.record) if field.name == said.field]
        assert not field.holds_sensitive


def test_each_state_clock_and_role_that_is_named_is_one_that_there_is() -> None:
    for workflow, states in STATES.items():
        assert {state.name for state in REGISTRY.latest(workflow).states} >= set(states)
    for awaiting in records.AWAITING:
        workflow = REGISTRY.latest(awaiting.workflow)
        assert not workflow.state(awaiting.state).is_end
        assert set(awaiting.by) <= {role.name for role in workflow.roles}
    assert {clock.name for clock in REGISTRY.latest(records.ACTION).deadlines} >= {records.CARRY_OUT, records.ASSURE}
    for review in (workflow for workflow in REGISTRY if workflow.is_whole):
        assert review.deadline(records.COMPLETE)
        assert records.HEARD_OF_PROGRESS in review.steps


def test_what_a_later_step_says_takes_the_place_of_what_an_earlier_one_did() -> None:
    revised = action(
        1, revise={"action": "Action 1 is done otherwise.", "recommendations": [2], "due_on": "2027-01-04"}
    )
    assert records.ACTION_TEXT.text(revised) == "Action 1 is done otherwise."
    assert records.ANSWERS.of(revised) == [2]
    assert str(records.PROPOSED_DUE.day(revised)) == "2027-01-04"
    assert records.LEAD_PERSON.text(revised) == "Manager 1"
    assert records.LEAD_PERSON.text(action(1, reassign={"lead_person": "Manager 9"})) == "Manager 9"


def test_an_action_that_is_proposed_anew_without_recommendations_answers_none() -> None:
    assert records.ANSWERS.of(action(1, revise={"action": "Early learning.", "early_learning": True})) is None


def test_what_is_sensitive_is_not_said_though_it_is_asked_for() -> None:
    engaged = case("engagement", "SCR-2026-001/E01", "planned", {"plan": {"who": DIGEST, "relation": "mother"}})
    assert Said(workflow="engagement", field="who", steps=("plan",)).of(engaged) is None
    assert records.RELATION.text(engaged) == "mother"


def test_documents_are_told_by_their_titles() -> None:
    document = {"title": "Audit", "location": "Evidence/1.docx"}
    assert records.HANDED_IN_WITH.titles(action(1, hand_in={"evidence": [document, document]})) == ("Audit", "Audit")
    assert Said(workflow="publication", field="report", steps=("draft",)).titles(
        case("publication", "SCR-2026-001/PUB01", "draft", {"draft": {"report": document}})
    ) == ("Audit",)
    assert records.HANDED_IN_WITH.titles(action(1)) == ()
