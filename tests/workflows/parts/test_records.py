"""The records of a review's parts: faults, and values that are stored apart."""

from __future__ import annotations

from typing import Any

import pytest

from casereview.engine.errors.bad_input import InvalidForm
from casereview.engine.forms.fields import fields_of
from casereview.workflows import ACTION, ENGAGEMENT

from ...support.part_tables import ACTED, ALL, DAY, ENGAGED, PLANNED, PUBLISHED, RECOMMENDED, Part
from ...support.review_stories import apply_step, form_faults, open_part
from ...support.step_records import PLAN_RECORDS


def test_no_deadline_of_an_engagement_notifies_a_family_member() -> None:
    recipients = {level.to for level in ENGAGEMENT.escalation_policy} | {
        deadline.owner for deadline in ENGAGEMENT.deadlines
    }
    assert "family_contact" not in recipients


@pytest.mark.parametrize("because", ["do_not_contact", "died"])
@pytest.mark.parametrize("state", ["planned", "contacted", "took_part", "declined", "unable_to_take_part"])
def test_death_or_a_request_for_no_contact_ends_the_engagement(state: str, because: str) -> None:
    case = apply_step(ENGAGED.in_state(state), "stop_contact", DAY, because=because).case
    assert (case.state, [found for found in case.clocks if found.is_outstanding]) == ("no_contact", [])


@pytest.mark.parametrize(
    ("part", "state", "trigger", "data", "faults"),
    [
        pytest.param(
            ENGAGED,
            "planned",
            "record_unable",
            {"reason": "own_wish"},
            [
                (
                    "reason",
                    (
                        "police advice (police_advice), CPS advice (cps_advice), court order (court_order),"
                        " could not be found (could_not_be_found), died or other"
                    ),
                    "'own_wish'",
                )
            ],
            id="an engagement delayed by the person's own wish",
        ),
        pytest.param(
            PLANNED,
            "requested",
            "submit",
            {"actions": [{**PLAN_RECORDS["submit"]["actions"][0], "recommendations": []}]},
            [
                (
                    "actions[0].recommendations",
                    "the number of at least one recommendation, or early learning (early_learning)",
                    "neither",
                )
            ],
            id="an action that answers nothing",
        ),
        pytest.param(
            ACTED,
            "proposed",
            "revise",
            {"recommendations": [1, 1]},
            [("recommendations", "each one once", "1 again")],
            id="an action that answers one twice",
        ),
        pytest.param(
            ACTED,
            "agreed",
            "hand_in",
            {"evidence": []},
            [
                (
                    "evidence",
                    (
                        "a list of at least 1, each item an object with The document's title (title);"
                        " Where it is kept (location); SHA-256 (sha256)"
                    ),
                    "an empty list",
                )
            ],
            id="nothing is handed in without evidence",
        ),
        pytest.param(
            RECOMMENDED,
            "made",
            "readdress",
            {"made_to": ["Agency 1", "agency  1"]},
            [("made_to", "each one once", "agency  1 again")],
            id="a recommendation made to one agency twice",
        ),
        pytest.param(
            PUBLISHED,
            "draft",
            "check_accuracy",
            {"agencies": [{"agency": "Agency 1"}, {"agency": "AGENCY 1"}]},
            [("agencies", "each one once", "AGENCY 1 again")],
            id="an agency that checked it twice",
        ),
        pytest.param(
            PUBLISHED,
            "agreed",
            "publish",
            {"kind": "in_full", "where": None},
            [("where", "where it is published", "nothing")],
            id="published in full without a place",
        ),
        pytest.param(
            PUBLISHED,
            "agreed",
            "publish",
            {"kind": "in_summary", "where": None},
            [
                ("reasons", "the reasons why it is not published in full", "nothing"),
                ("where", "where it is published", "nothing"),
            ],
            id="published in summary without place or reason",
        ),
        pytest.param(
            PUBLISHED,
            "agreed",
            "publish",
            {"kind": "not_published", "where": None},
            [("reasons", "the reasons why it is not published in full", "nothing")],
            id="not published without a reason",
        ),
        pytest.param(PUBLISHED, "agreed", "publish", {"kind": "anonymously", "where": None}, [], id="anonymously"),
    ],
)
def test_a_record_with_contradictions_lists_every_fault(
    part: Part, state: str, trigger: str, data: dict[str, Any], faults: list[tuple[str, str, str]]
) -> None:
    assert form_faults(part.in_state(state), trigger, **data) == faults


def test_a_family_member_needs_a_name_and_early_learning_no_number() -> None:
    with pytest.raises(InvalidForm) as caught:
        open_part(ENGAGEMENT, DAY, who=None)
    assert [fault.path for fault in caught.value.faults] == ["who"]
    assert open_part(ENGAGEMENT, DAY, kind="practitioners", who=None).case.state == "planned"
    assert open_part(ACTION, DAY, recommendations=[], early_learning=True).case.state == "proposed"


def test_the_family_s_private_values_are_sensitive() -> None:
    found = {
        (part.workflow.name, step.trigger): {field.name for field in fields_of(step.form) if field.contains_sensitive}
        for part in ALL
        for step in (part.workflow.opening, *part.workflow.transitions)
    }
    notes = {(part.workflow.name, "note"): {"text", "contact"} for part in ALL}
    letters = {(part.workflow.name, "record_sent"): {"to"} for part in ALL}
    plan = {("engagement", "plan"): {"who", "advocate", "safe_contact"}}
    assert {step: fields for step, fields in found.items() if fields} == {**plan, **notes, **letters}
