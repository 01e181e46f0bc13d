"""Organisations that leave, linked cases, and records that no longer count."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casereview.engine.definition.relations import LinkFields
from casereview.engine.definition.validation import errors_within
from casereview.engine.definition.workflow import Workflow
from casereview.engine.errors.refusals import Refused
from casereview.engine.model.case import Case, Link
from casereview.engine.model.evolve import fold

from ...support.loan_decisions import apply_step, open_loan
from ...support.loan_organisations import CHANGING_LOAN, Connecting
from ...support.loan_workflow import ALL_STATES, LOAN, TRANSITIONS, loan, step_to

DAY = date(2026, 1, 6)


def played(*steps: tuple[str, dict[str, Any]]) -> Case:
    decisions = [open_loan(workflow=CHANGING_LOAN, others=["Library 2", "Library 3"])]
    for trigger, data in steps:
        decisions.append(apply_step(decisions[-1].case, trigger, DAY, workflow=CHANGING_LOAN, **data))
    case = decisions[-1].case
    # History alone says the same.
    assert fold(event for decision in decisions for event in decision.events) == case
    return case


# --- organisations ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("leaving", "left"),
    [
        pytest.param({"left": ["Library 2"]}, ("Library 1", "Library 3"), id="one"),
        pytest.param({"left": [" library  2", "LIBRARY 3"]}, ("Library 1",), id="however they are typed"),
        pytest.param({"left": ["Library 9"]}, ("Library 1", "Library 2", "Library 3"), id="one that never took part"),
        pytest.param(
            {"left": ["Library 3"], "joins": "Library 4"}, ("Library 1", "Library 2", "Library 4"), id="a successor"
        ),
    ],
)
def test_an_organisation_that_leaves_no_longer_takes_part(leaving: dict[str, Any], left: tuple[str, ...]) -> None:
    assert played(("leave", leaving)).organisations == left


def test_an_organisation_that_left_may_join_again() -> None:
    case = played(("leave", {"left": ["Library 2"]}), ("leave", {"joins": "Library 2"}))
    assert case.organisations == ("Library 1", "Library 2", "Library 3")


def test_an_event_says_who_takes_part_only_where_that_changes() -> None:
    (event,) = apply_step(played(), "leave", DAY, workflow=CHANGING_LOAN, left=["Library 9"]).events
    assert event.effects.organisations is None


# --- connections ------------------------------------------------------------------------------------------


def test_a_case_is_connected_with_those_that_its_records_name() -> None:
    case = played(
        ("connect", {"relation": "lent beside it", "ref": "LN-2025-007"}),
        ("connect", {"relation": "their claim", "ref": "Insurer 4711"}),
        ("connect", {"relation": "nothing yet"}),
    )
    assert case.links == (
        Link(relation="lent beside it", ref="LN-2025-007"),
        Link(relation="their claim", ref="Insurer 4711"),
    )


# --- what counts no longer --------------------------------------------------------------------------------


def test_what_a_step_sets_aside_counts_no_longer_and_is_recorded_anew() -> None:
    approved = played(("inspect", {}), ("approve", {}))
    again = apply_step(approved, "start_again", DAY, workflow=CHANGING_LOAN).case
    assert {"inspect", "approve"} & set(again.data) == set()
    assert again.been_in == ("asked", "approved")
    with pytest.raises(Refused, match="It has not been inspected"):
        apply_step(again, "approve", DAY, workflow=CHANGING_LOAN)
    inspected = apply_step(again, "inspect", DAY, workflow=CHANGING_LOAN).case
    assert apply_step(inspected, "approve", DAY, workflow=CHANGING_LOAN).case.state == "approved"


def test_setting_aside_what_was_never_recorded_changes_nothing() -> None:
    case = played()
    assert apply_step(case, "start_again", DAY, workflow=CHANGING_LOAN).case.data.keys() == {"ask", "start_again"}


# --- what in a declaration could never work ---------------------------------------------------------------


def with_step(**more: Any) -> Workflow:
    return loan(transitions=(*TRANSITIONS, step_to("change", ALL_STATES, None, Connecting, **more)))


@pytest.mark.parametrize(
    ("workflow", "found"),
    [
        (CHANGING_LOAN, []),
        (LOAN, []),
        (with_step(invalidates=("fly",)), ["change invalidates fly, which is not a step."]),
        (with_step(removes_organisations=("who",)), ["change names the field who, which its form does not have."]),
        (
            with_step(link_fields=LinkFields(relation="what", ref="ref")),
            ["change names the field what, which its form does not have."],
        ),
    ],
    ids=["as it is declared", "without any of it", "aside", "leaving", "connecting"],
)
def test_a_contradiction_is_reported_in_a_sentence(workflow: Workflow, found: list[str]) -> None:
    assert list(errors_within(workflow)) == found
