"""The steps and guards that only a Serious Case Review has."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casereview.workflows import FIRST_ROLE, SERIOUS_CASE_REVIEW
from casereview.workflows.forms.decision import Criteria, Finding
from casereview.workflows.roles import ROLES

from ...support.review_stories import (
    apply_step,
    case_after_story,
    clock,
    evening_of,
    form_faults,
    open_review,
    refusal_reasons,
)
from ...support.review_tables import SERIOUS, UNIT
from ...support.step_records import DIED, RECOVERED


def test_a_referral_opens_a_review() -> None:
    case = open_review(SERIOUS_CASE_REVIEW, date(2018, 1, 8), other_agencies=["Agency 3", "Agency 2"]).case
    assert (case.state, case.title, case.opened_on) == ("referred", "Child A", date(2018, 1, 8))
    assert case.organisations == ("Agency 1", "Agency 2", "Agency 3")


@pytest.mark.parametrize("trigger", ["agree_terms", "request_action_plans"])
def test_agencies_named_later_take_part_from_then_on(trigger: str) -> None:
    before = {"agree_terms": "tell_panel", "request_action_plans": "agree_recommendations"}[trigger]
    case = SERIOUS.until(before)
    agencies = ["Agency 1", "Agency 2", "Agency 9"]
    assert apply_step(case, trigger, case.last_step_on, agencies=agencies).case.organisations == tuple(agencies)


def test_the_unit_records_for_others_and_one_role_manages_people() -> None:
    assert {role.name for role in ROLES if role.records_for_others} == UNIT
    assert [role.name for role in ROLES if role.manages_people] == ["business_manager"] == [FIRST_ROLE.name]


NOT_RECOMMENDED = (
    "recommended",
    "The subgroup's recommendation is not on record. Record it first (recommend).",
    "subgroup chair",
)
MET = (
    "criteria_not_met",
    "The findings on record meet the criteria. Decide to hold a Serious Case Review (screen).",
    "board chair",
)
NOT_MET = ("criteria_met", "The findings on record do not meet the criteria for a Serious Case Review.", "board chair")
UNIT_CLEARS = "business manager or review coordinator"


@pytest.mark.parametrize(
    ("before", "trigger", "data", "reasons", "clearing"),
    [
        pytest.param(
            "notify_incident", "screen", {}, [NOT_RECOMMENDED], (("recommend", {}), {}), id="a decision not prepared"
        ),
        pytest.param(
            "notify_incident",
            "take_no_further_action",
            {},
            [NOT_RECOMMENDED],
            (("recommend", {}), {}),
            id="no review, not prepared",
        ),
        pytest.param(
            "notify_incident",
            "commission_partnership_review",
            {"criteria": DIED},
            [NOT_RECOMMENDED, MET],
            (("recommend", {}), {"criteria": RECOVERED}),
            id="a partnership review, neither prepared nor right",
        ),
        pytest.param(
            "recommend", "screen", {"criteria": RECOVERED}, [NOT_MET], (None, {"criteria": DIED}), id="no criteria met"
        ),
        pytest.param(
            "recommend",
            "take_no_further_action",
            {"criteria": DIED},
            [MET],
            (None, {"criteria": RECOVERED}),
            id="no review though the criteria are met",
        ),
        pytest.param(
            "recommend",
            "commission_partnership_review",
            {"criteria": DIED},
            [MET],
            (None, {"criteria": RECOVERED}),
            id="a partnership review though the criteria are met",
        ),
        pytest.param(
            "screen",
            "record_panel_reply",
            {},
            [
                (
                    "panel_notified",
                    "The national panel has not been notified of the decision. Notify it first (tell_panel).",
                    UNIT_CLEARS,
                )
            ],
            (("tell_panel", {}), {}),
            id="a reply to nothing",
        ),
        pytest.param(
            "agree_terms",
            "appoint_reviewer",
            {"employer": "Agency 2"},
            [
                (
                    "reviewer_independent",
                    (
                        "The lead reviewer's employer, Agency 2, contributes to the review."
                        " Appoint an independent reviewer."
                    ),
                    "board chair",
                )
            ],
            (None, {"employer": "Agency 3"}),
            id="a reviewer who is not independent",
        ),
        pytest.param(
            "agree_recommendations",
            "request_action_plans",
            {"agencies": ["Agency 3"]},
            [
                (
                    "all_agencies_asked",
                    f"Agency {number} contributes to the review. Ask it for an action plan, too.",
                    UNIT_CLEARS,
                )
                for number in (1, 2)
            ],
            (None, {"agencies": ["agency  2", "AGENCY 1", "Agency 3"]}),
            id="agencies that are not asked",
        ),
    ],
)
def test_a_condition_refuses_with_its_reason_and_then_allows(
    before: str,
    trigger: str,
    data: dict[str, Any],
    reasons: list[tuple[str, str, str]],
    clearing: tuple[tuple[str, dict[str, Any]] | None, dict[str, Any]],
) -> None:
    case = SERIOUS.until(before)
    assert refusal_reasons(case, trigger, case.last_step_on, **data) == reasons
    step, better = clearing
    if step is not None:
        case = apply_step(case, step[0], case.last_step_on, **step[1]).case
    assert refusal_reasons(case, trigger, case.last_step_on, **better) == []


def test_closing_waits_for_publication_and_progress_and_names_both() -> None:
    case = SERIOUS.until("request_action_plans", ("begin_monitoring", date(2018, 9, 20)))
    published = (
        "publication_recorded",
        "The outcome of the report is not on record. Record it in the publication first (publish).",
        "board chair",
    )
    heard = (
        "progress_reported",
        "No progress report on the actions is on record. Record one first (report_progress).",
        "subgroup chair",
    )
    assert refusal_reasons(case, "close", date(2018, 9, 20)) == [published, heard]
    case = apply_step(case, "record_publication", date(2018, 9, 20), kind="not_published").case
    assert refusal_reasons(case, "close", date(2018, 9, 20)) == [heard]
    case = apply_step(case, "report_progress", date(2018, 9, 20)).case
    assert apply_step(case, "close", date(2018, 9, 20)).case.state == "closed"


@pytest.mark.parametrize(
    "employer",
    [
        "Agency 1",
        "agency 1",
        "AGENCY 1",
        "  Agency 1 ",
        "Agency   1",
        "Agency\u00a01",
        "Agency\u200b\u00a01",
        "\tagency 1",
    ],
)
def test_a_contributing_agency_in_any_spelling_cannot_employ_the_reviewer(employer: str) -> None:
    case = SERIOUS.until("agree_terms")
    assert [guard for guard, *_ in refusal_reasons(case, "appoint_reviewer", case.last_step_on, employer=employer)] == [
        "reviewer_independent"
    ]


def test_the_latest_terms_name_the_contributing_agencies() -> None:
    case = SERIOUS.until(
        "appoint_reviewer",
        ("discontinue", date(2018, 3, 20)),
        ("reopen", date(2018, 3, 21), {"return_to": "screened"}),
        ("agree_terms", date(2018, 3, 22), {"agencies": ["Agency 3"]}),
    )
    assert refusal_reasons(case, "appoint_reviewer", case.last_step_on, employer="Agency 1") == []
    assert refusal_reasons(case, "appoint_reviewer", case.last_step_on, employer="agency 3") != []


LIMBS = ("abuse_or_neglect", "child_died", "seriously_harmed", "concern_about_working_together")
ALWAYS = ("died_in_custody", "died_in_mental_health_detention", "died_deprived_of_liberty")


@pytest.mark.parametrize(
    ("limbs", "called_for"),
    [
        # abuse or neglect, death, serious harm, concern
        (("met", "met", "not_met", "not_met"), True),
        (("met", "met", "met", "not_met"), True),
        (("met", "not_met", "met", "met"), True),
        (("met", "not_met", "met", "not_known"), True),
        (("met", "not_known", "met", "met"), True),
        (("met", "not_met", "met", "not_met"), False),
        (("met", "not_met", "not_met", "met"), False),
        (("met", "not_met", "not_known", "met"), False),
        (("met", "not_known", "not_met", "met"), False),
        (("not_met", "met", "met", "met"), False),
        (("not_known", "met", "met", "met"), False),
        (("not_met", "not_met", "not_met", "not_met"), False),
    ],
    ids=lambda value: ", ".join(value) if isinstance(value, tuple) else None,
)
def test_the_limbs_call_for_a_review_or_do_not(limbs: tuple[Any, ...], *, called_for: bool) -> None:
    criteria = Criteria(**{limb: Finding(met=met, evidence="-") for limb, met in zip(LIMBS, limbs, strict=True)})
    assert criteria.call_for_a_review() is called_for


@pytest.mark.parametrize("limb", ALWAYS)
@pytest.mark.parametrize(
    ("met", "called_for"),
    [("met", True), ("not_met", False), ("not_known", False)],
    ids=["met", "not met", "not known"],
)
def test_some_deaths_always_call_for_a_review(limb: str, met: Any, *, called_for: bool) -> None:
    found = {name: Finding(met="not_met", evidence="-") for name in LIMBS}
    criteria = Criteria(**found, **{limb: Finding(met=met, evidence="-")})
    assert criteria.call_for_a_review() is called_for


@pytest.mark.parametrize(
    ("on", "warned"),
    [(date(2019, 9, 28), False), (date(2019, 9, 29), False), (date(2019, 9, 30), True), (date(2026, 1, 20), True)],
    ids=str,
)
def test_a_decision_after_29_september_2019_gives_a_warning(on: date, *, warned: bool) -> None:
    case = case_after_story(SERIOUS_CASE_REVIEW, (("refer", date(2019, 9, 2)), ("recommend", date(2019, 9, 9))))
    decision = apply_step(case, "screen", on)
    warning = (
        "The decision is after 29 September 2019. Since then, new reviews are Child Safeguarding Practice Reviews."
        " Check that you mean a Serious Case Review."
    )
    assert decision.events[-1].effects.warnings == ((warning,) if warned else ())
    assert decision.case.state == "screened"


def test_the_date_of_the_decision_counts_and_not_of_its_recording() -> None:
    case = case_after_story(SERIOUS_CASE_REVIEW, (("refer", date(2019, 9, 2)), ("recommend", date(2019, 9, 9))))
    decision = apply_step(case, "screen", date(2019, 9, 29), now=evening_of(date(2020, 1, 6)))
    assert decision.events[-1].effects.warnings == ()


def test_a_refused_return_lists_the_former_states() -> None:
    case = SERIOUS.in_state("withdrawn")
    assert refusal_reasons(case, "reopen", case.last_step_on, return_to="screened") == [
        (
            "state_reached_before",
            "The case was never in screened, so it cannot return there. It has been in referred, withdrawn.",
            "board chair",
        )
    ]


@pytest.mark.parametrize("state", SERIOUS.ends)
def test_an_ended_review_does_not_return_to_an_end(state: str) -> None:
    faults = form_faults(SERIOUS.in_state("closed"), "reopen", return_to=state)
    assert [(path, found) for path, _, found in faults] == [("return_to", f"'{state}'")]


def test_no_further_action_can_be_reconsidered_and_decided_differently() -> None:
    case = SERIOUS.in_state("no_further_action")
    back = apply_step(case, "reconsider", date(2018, 3, 1)).case
    assert (back.state, back.closed_on) == ("referred", None)
    # The records that led to the former decision no longer count.
    assert refusal_reasons(back, "screen", date(2018, 3, 2)) == [NOT_RECOMMENDED]
    again = apply_step(back, "recommend", date(2018, 3, 2)).case
    assert apply_step(again, "screen", date(2018, 3, 2)).case.state == "screened"


def test_reconsidering_starts_the_subgroup_s_deadline_again() -> None:
    case = apply_step(SERIOUS.in_state("no_further_action"), "reconsider", date(2018, 3, 1)).case
    found = clock(case, "recommend")
    assert (found.number, found.anchor, found.due) == (2, date(2018, 3, 1), date(2018, 3, 15))
