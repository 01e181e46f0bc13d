"""The fields that say what was decided, by whom and why, and that are never disposed of alone."""

from __future__ import annotations

from casereview.engine.forms.fields import fields_of
from casereview.workflows import WORKFLOWS

ABOUT_A_PERSON = {"Declined", "UnableToTakePart", "NoContact"}
"""The forms whose reasons are what somebody wished, or what happened to them."""


def test_the_reasons_of_every_step_are_kept_but_a_persons_own() -> None:
    forms = {step.form for workflow in WORKFLOWS for step in (workflow.opening, *workflow.transitions)}
    reasons = {
        (form.__name__, field.decision) for form in forms for field in fields_of(form) if field.name == "reasons"
    }
    assert {name for name, decision in reasons if not decision} == ABOUT_A_PERSON
    assert len(reasons) > 30


def test_what_says_what_was_decided_is_kept() -> None:
    forms = {step.form for workflow in WORKFLOWS for step in (workflow.opening, *workflow.transitions)}
    kept = {field.name for form in forms for field in fields_of(form) if field.decision}
    assert {"criteria", "dissent", "partners", "recommendations", "agreed_by", "signed_off_by", "statement"} <= kept
    assert not kept & {"what_happened", "child", "who", "safe_contact", "text", "contact", "title"} - {"text"}
