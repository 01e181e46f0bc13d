"""The steps, deadlines and records that only a partnership review has."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casereview.engine.errors.bad_input import InvalidForm
from casereview.workflows import PARTNERSHIP_REVIEW

from ...support.review_stories import apply_step, clock, form_faults, open_review
from ...support.review_tables import PARTNERSHIP


def test_a_referral_opens_a_review_with_the_agencies_it_names() -> None:
    case = open_review(PARTNERSHIP_REVIEW, date(2018, 2, 1), other_agencies=["Agency 3"]).case
    assert (case.state, case.title, case.organisations) == ("referred", "Child A", ("Agency 1", "Agency 3"))
    scoped = apply_step(case, "agree_scope", date(2018, 2, 2)).case
    assert scoped.organisations == ("Agency 1", "Agency 2"), "those that the scope names, and no others"


def test_no_deadline_is_missing_from_the_table() -> None:
    elsewhere = {"agree_revised_report", "review_suspension"}
    assert {run.deadline for run in PARTNERSHIP.runs} | elsewhere == {d.name for d in PARTNERSHIP_REVIEW.deadlines}


def test_every_deadline_is_a_local_default_with_an_owner() -> None:
    found = {d.name: (d.owner, d.citation.local_default) for d in PARTNERSHIP_REVIEW.deadlines}
    assert found == {
        "agree_scope": ("subgroup_chair", True),
        "complete_review": ("subgroup_chair", True),
        "agree_revised_report": ("subgroup_chair", True),
        "report_progress": ("business_manager", True),
        "finish_monitoring": ("subgroup_chair", True),
        "review_suspension": ("business_manager", True),
    }


def test_progress_is_reported_each_quarter_from_the_start() -> None:
    case = PARTNERSHIP.until("report_progress")
    assert clock(case, "report_progress").due == date(2018, 11, 15)


@pytest.mark.parametrize(
    ("state", "trigger", "data", "faults"),
    [
        pytest.param(
            "referred",
            "agree_scope",
            {"period": {"start": "2018-01-05", "end": "2018-01-04"}, "agencies": ["Agency 1", "AGENCY 1"]},
            [
                ("agencies", "each one once", "AGENCY 1 again"),
                ("period.end", "2018-01-05 or later", "2018-01-04"),
            ],
            id="a scope that ends before it starts, with an agency named twice",
        ),
        pytest.param(
            "scoped",
            "agree_learning",
            {"findings": " "},
            [("findings", "some text", "blanks only")],
            id="learning without findings",
        ),
        pytest.param(
            "monitored",
            "close",
            {"shared_with": []},
            [("shared_with", "a list of at least 1, each item text of 1 to 200 characters", "an empty list")],
            id="learning shared with no one",
        ),
        pytest.param(
            "closed",
            "reopen",
            {"return_to": "closed"},
            [("return_to", "referred, scoped, learning agreed (learning_agreed) or monitored", "'closed'")],
            id="a return to the end",
        ),
    ],
)
def test_a_record_with_contradictions_lists_every_fault(
    state: str, trigger: str, data: dict[str, Any], faults: list[tuple[str, str, str]]
) -> None:
    assert form_faults(PARTNERSHIP.in_state(state), trigger, **data) == faults


@pytest.mark.parametrize("others", [["Agency 2", "agency 2"], ["agency  1"]], ids=["among the others", "the referrer"])
def test_a_referral_names_each_agency_once(others: list[str]) -> None:
    with pytest.raises(InvalidForm) as caught:
        open_review(PARTNERSHIP_REVIEW, date(2018, 2, 1), other_agencies=others)
    assert [fault.path for fault in caught.value.faults] == ["other_agencies"]


def test_the_description_is_stored_apart_from_the_history() -> None:
    telltale = "Nobody but the family may read this"
    decision = open_review(PARTNERSHIP_REVIEW, date(2018, 2, 1), what_happened=telltale)
    assert telltale not in repr(decision)
    assert [secret.path for secret in decision.events[0].stored_values] == ["what_happened"]
