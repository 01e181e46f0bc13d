"""The records of a Serious Case Review: faults, and values that are kept apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from casereview.engine.forms.fields import Form, fields_of, json_values
from casereview.engine.forms.parsing import parse
from casereview.workflows import SERIOUS_CASE_REVIEW

from ...support.review_stories import form_faults, open_review
from ...support.review_tables import SERIOUS
from ...support.step_records import DIED


@pytest.mark.parametrize(
    ("state", "trigger", "data", "faults"),
    [
        pytest.param(
            "screened",
            "agree_terms",
            {"period": {"start": "2018-01-05", "end": "2016-01-01"}},
            [("period.end", "2018-01-05 or later", "2016-01-01")],
            id="a period that ends before it starts",
        ),
        pytest.param(
            "screened",
            "agree_terms",
            {"period": {"start": "2018-01-05", "end": "2018-01-05"}},
            [],
            id="a period of a single day",
        ),
        pytest.param(
            "screened",
            "agree_terms",
            {"agencies": ["Agency 1", " agency  1"]},
            [("agencies", "each one once", " agency  1 again")],
            id="terms with an agency named twice",
        ),
        pytest.param(
            "screened",
            "agree_terms",
            {"agencies": [], "key_lines_of_enquiry": []},
            [
                ("agencies", "a list of at least 1, each item text of 1 to 200 characters", "an empty list"),
                (
                    "key_lines_of_enquiry",
                    "a list of at least 1, each item text of 1 to 20,000 characters",
                    "an empty list",
                ),
            ],
            id="terms without agencies and questions",
        ),
        pytest.param(
            "terms_of_reference",
            "appoint_reviewer",
            {"independent": False, "second_reviewer": "Reviewer 2"},
            [
                ("independent", "true, for the lead reviewer", "false"),
                ("second_declaration", "a declaration for the second reviewer", "nothing"),
            ],
            id="a reviewer without independence, a second one without a declaration",
        ),
        pytest.param(
            "terms_of_reference",
            "appoint_reviewer",
            {"second_reviewer": "Reviewer 2", "second_declaration": "Of Agency 1."},
            [],
            id="a second reviewer with a declaration",
        ),
        pytest.param(
            "reviewer_appointed",
            "begin_engagement",
            {"family": [], "practitioners": []},
            [
                ("family", "at least one family member, or why none (no_family_because)", "neither"),
                ("practitioners", "at least one practitioner group, or why none (no_practitioners_because)", "neither"),
            ],
            id="no one involved and no reason",
        ),
        pytest.param(
            "reviewer_appointed",
            "begin_engagement",
            {
                "family": [],
                "no_family_because": "Untraceable.",
                "practitioners": [],
                "no_practitioners_because": "A trial.",
            },
            [],
            id="no one involved for a reason",
        ),
        pytest.param(
            "engagement",
            "agree_recommendations",
            {"recommendations": [{"number": n, "text": "-", "made_to": ["Agency 1"]} for n in (1, 2, 1)]},
            [("recommendations", "each one once", "1 again")],
            id="a recommendation's number given twice",
        ),
        pytest.param(
            "engagement",
            "agree_recommendations",
            {"recommendations": [{"number": 0, "text": "-", "made_to": []}]},
            [
                ("recommendations[0].number", "a whole number from 1", "a number"),
                (
                    "recommendations[0].made_to",
                    "a list of at least 1, each item text of 1 to 200 characters",
                    "an empty list",
                ),
            ],
            id="a recommendation without an agency",
        ),
        pytest.param("engagement", "agree_recommendations", {"recommendations": []}, [], id="no recommendations"),
        pytest.param(
            "recommendations",
            "request_action_plans",
            {"agencies": ["Agency 1", "Agency 2", "AGENCY 2"]},
            [("agencies", "each one once", "AGENCY 2 again")],
            id="an agency asked twice",
        ),
        pytest.param(
            "action_plans",
            "begin_monitoring",
            {"late": [{"agency": agency, "reason": "Promised."} for agency in ("Agency 1", "agency 1")]},
            [("late", "each one once", "agency 1 again")],
            id="a late plan named twice",
        ),
        pytest.param(
            "monitored",
            "report_progress",
            {"actions_open": -1, "actions_assured": "three"},
            [
                ("actions_open", "a whole number from 0", "a number"),
                ("actions_assured", "a whole number from 0", "'three'"),
            ],
            id="progress that does not add up",
        ),
        pytest.param(
            "monitored",
            "note",
            {"documents": [{"title": "Letter", "location": "Letters/1.docx", "sha256": "E3B0"}]},
            [("documents[0].sha256", "something like e3b0c442… (64 hexadecimal digits)", "text of 4 characters")],
            id="a document whose digest is none",
        ),
        pytest.param(
            "referred",
            "recommend",
            {"recommends": "a review", "criteria": {**DIED, "child_died": {"met": "yes", "evidence": ""}}},
            [
                (
                    "recommends",
                    (
                        "Serious Case Review (serious_case_review), partnership review (partnership_review)"
                        " or no further action (no_further_action)"
                    ),
                    "'a review'",
                ),
                ("criteria.child_died.met", "met, not met (not_met) or not known (not_known)", "'yes'"),
                ("criteria.child_died.evidence", "text of 1 to 20,000 characters", "empty text"),
            ],
            id="limbs that are not answered",
        ),
        pytest.param(
            "referred",
            "recommend",
            {"criteria": {name: limb for name, limb in DIED.items() if name != "seriously_harmed"}},
            [("criteria.seriously_harmed", "an object with Finding (met); Evidence", "nothing")],
            id="a limb left out",
        ),
        pytest.param(
            "referred",
            "recommend",
            {"dissent": [{"name": "Member 1"}]},
            [("dissent[0].reasons", "text of 1 to 20,000 characters", "nothing")],
            id="dissent without reasons",
        ),
    ],
)
def test_a_record_with_contradictions_lists_every_fault(
    state: str, trigger: str, data: dict[str, Any], faults: list[tuple[str, str, str]]
) -> None:
    assert form_faults(SERIOUS.in_state(state), trigger, **data) == faults


def sensitive(form: type[Form], at: str = "") -> Iterator[str]:
    """Yield the paths of the sensitive fields of a form."""
    for field in fields_of(form):
        inner = field.item_type if field.item_type is not None else field.kind
        if field.sensitive:
            yield f"{at}{field.name}"
        elif isinstance(inner, type) and issubclass(inner, Form):
            yield from sensitive(inner, f"{at}{field.name}.")


def test_the_family_s_private_values_are_sensitive() -> None:
    steps = (SERIOUS_CASE_REVIEW.opening, *SERIOUS_CASE_REVIEW.transitions)
    found = {step.trigger: set(sensitive(step.form)) for step in steps}
    assert {trigger: paths for trigger, paths in found.items() if paths} == {
        "refer": {"what_happened", "child", "born_on", "incident_on"},
        "begin_engagement": {"family.who", "family.advocate", "family.safe_contact"},
        "involve": {"who", "advocate", "safe_contact"},
        "add_child": {"child", "born_on"},
        "note": {"text", "contact"},
        "record_sent": {"to"},
    }


def test_nothing_sensitive_stands_in_the_case_or_its_history() -> None:
    telltale = "Nobody but the family may read this"
    decision = open_review(
        SERIOUS_CASE_REVIEW,
        date(2018, 1, 8),
        what_happened=telltale,
        child=telltale,
        born_on="2017-03-04",
        incident_on="2018-01-04",
    )
    said = repr(decision)
    assert telltale not in said
    assert "2017" not in said
    assert "2018-01-04" not in said
    assert len(decision.events[0].stored_values) == 4


def test_a_field_has_its_own_title_and_not_that_of_its_type() -> None:
    titles = {field.name: field.title for field in fields_of(SERIOUS_CASE_REVIEW.opening.form)}
    assert titles["agency"] == "Referring agency"


def test_a_document_may_lie_deep_in_folders() -> None:
    location = "/".join(["folder"] * 100)
    note = SERIOUS_CASE_REVIEW.transition("note")
    assert note is not None
    form = parse(note.form, {"text": "x", "documents": [{"title": "Minutes", "location": location}]}, subject="note")
    assert json_values(form)["documents"] == [{"title": "Minutes", "location": location}]
