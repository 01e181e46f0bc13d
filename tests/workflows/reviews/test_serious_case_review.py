"""The Serious Case Review: every step, every condition, every deadline, as the partnership means them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casereview.engine.definition.validation import errors_within
from casereview.engine.errors.refusals import Refused
from casereview.engine.model.clock import ClockStatus
from casereview.workflows import FIRST_ROLE, SERIOUS_CASE_REVIEW
from casereview.workflows.forms.decision import Criteria, Finding
from casereview.workflows.roles import ROLES

from ...support.review_stories import (
    SERIOUS_STORY,
    apply_step,
    case_after_story,
    clock,
    evening_of,
    form_faults,
    open_review,
    refusal_reasons,
)
from ...support.serious_case_tables import ACTIVE, DECIDES, ENDS, IN_STATE, MOVES, UNIT, case_until, is_in
from ...support.step_records import DIED, RECOVERED, SERIOUS_CASE_RECORDS

FOLLOWS = ("record_publication",)
"""What is only ever taken with a step of a part: nobody decides it alone."""


# --- the machine --------------------------------------------------------------------------------------


def test_the_declaration_is_sound() -> None:
    assert list(errors_within(SERIOUS_CASE_REVIEW)) == []


def test_its_states_are_these_of_which_some_are_ends() -> None:
    assert tuple(state.name for state in SERIOUS_CASE_REVIEW.states) == (*ACTIVE, *ENDS)
    assert tuple(state.name for state in SERIOUS_CASE_REVIEW.states if state.is_end) == ENDS


def test_no_step_is_missing_from_the_tables() -> None:
    assert tuple(MOVES) == SERIOUS_CASE_REVIEW.steps
    assert {*DECIDES, *FOLLOWS} == set(SERIOUS_CASE_RECORDS) == {"refer", *MOVES}


@pytest.mark.parametrize("trigger", MOVES)
def test_a_step_is_taken_in_its_states_and_moves_or_keeps_them(trigger: str) -> None:
    found: dict[str, str] = {}
    for state in IN_STATE:
        case = is_in(state)
        blocks = refusal_reasons(case, trigger, case.last_step_on)
        if not blocks:
            found[state] = apply_step(case, trigger, case.last_step_on).case.state
        else:
            assert [guard for guard, *_ in blocks] == ["state"]
    sources, to = MOVES[trigger]
    assert found == {state: to or state for state in sources}


def test_a_referral_opens_a_review() -> None:
    case = open_review(SERIOUS_CASE_REVIEW, date(2018, 1, 8), other_agencies=["Agency 3", "Agency 2"]).case
    assert (case.state, case.title, case.opened_on) == ("referred", "Child A", date(2018, 1, 8))
    assert case.organisations == ("Agency 1", "Agency 2", "Agency 3")


@pytest.mark.parametrize("trigger", ["agree_terms", "request_action_plans"])
def test_agencies_that_are_named_later_take_part_from_then_on(trigger: str) -> None:
    before = {"agree_terms": "tell_panel", "request_action_plans": "agree_recommendations"}[trigger]
    case = case_until(before)
    agencies = ["Agency 1", "Agency 2", "Agency 9"]
    assert apply_step(case, trigger, case.last_step_on, agencies=agencies).case.organisations == tuple(agencies)


def test_the_whole_story_is_told_and_only_what_was_late_is_noted() -> None:
    case = is_in("closed")
    assert (case.version, case.closed_on) == (len(SERIOUS_STORY), date(2019, 9, 2))
    missed = [(found.deadline, found.due) for found in case.clocks if found.status is ClockStatus.MISSED]
    assert missed == [("report_progress", date(2019, 3, 17))]


# --- people -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trigger", [trigger for trigger in MOVES if trigger not in FOLLOWS])
def test_a_step_takes_the_decision_of_its_roles_and_of_no_other(trigger: str) -> None:
    case = is_in(MOVES[trigger][0][0])
    blocks = {role.name: refusal_reasons(case, trigger, case.last_step_on, capacity=role.name) for role in ROLES}
    assert {role for role, found in blocks.items() if not found} == DECIDES[trigger]
    assert {found[0][0] for found in blocks.values() if found} == {"role"}


def may_refer(capacity: str) -> bool:
    try:
        return bool(open_review(SERIOUS_CASE_REVIEW, date(2018, 1, 8), capacity=capacity))
    except Refused:
        return False


def test_a_referral_takes_a_referrer_or_the_unit() -> None:
    assert {role.name for role in ROLES if may_refer(role.name)} == DECIDES["refer"]


def test_the_unit_records_for_others_and_the_business_manager_says_who_may_act() -> None:
    assert {role.name for role in ROLES if role.records_for_others} == UNIT
    assert [role.name for role in ROLES if role.manages_people] == ["business_manager"] == [FIRST_ROLE.name]


# --- conditions ---------------------------------------------------------------------------------------

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
    case = case_until(before)
    assert refusal_reasons(case, trigger, case.last_step_on, **data) == reasons
    step, better = clearing
    if step is not None:
        case = apply_step(case, step[0], case.last_step_on, **step[1]).case
    assert refusal_reasons(case, trigger, case.last_step_on, **better) == []


def test_closing_waits_for_publication_and_progress_and_names_both() -> None:
    case = case_until("request_action_plans", ("begin_monitoring", date(2018, 9, 20)))
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
    ["Agency 1", "agency 1", "AGENCY 1", "  Agency 1 ", "Agency   1", "Agency\u00a01", "Agency\n1", "\tagency 1"],
)
def test_a_contributing_agency_cannot_employ_the_lead_reviewer_however_it_is_spelt(employer: str) -> None:
    case = case_until("agree_terms")
    assert [guard for guard, *_ in refusal_reasons(case, "appoint_reviewer", case.last_step_on, employer=employer)] == [
        "reviewer_independent"
    ]


def test_the_terms_as_they_were_agreed_last_say_who_contributes() -> None:
    case = case_until(
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
def test_a_decision_after_29_september_2019_is_warned_of_and_not_refused(on: date, *, warned: bool) -> None:
    case = case_after_story(SERIOUS_CASE_REVIEW, (("refer", date(2019, 9, 2)), ("recommend", date(2019, 9, 9))))
    decision = apply_step(case, "screen", on)
    warning = (
        "The decision is after 29 September 2019. Since then, new reviews are Child Safeguarding Practice Reviews."
        " Check that you mean a Serious Case Review."
    )
    assert decision.events[-1].effects.warnings == ((warning,) if warned else ())
    assert decision.case.state == "screened"


def test_what_counts_is_the_day_of_the_decision_not_of_its_recording() -> None:
    case = case_after_story(SERIOUS_CASE_REVIEW, (("refer", date(2019, 9, 2)), ("recommend", date(2019, 9, 9))))
    decision = apply_step(case, "screen", date(2019, 9, 29), now=evening_of(date(2020, 1, 6)))
    assert decision.events[-1].effects.warnings == ()


# --- going back ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["closed", "withdrawn", "discontinued"])
def test_an_ended_review_returns_only_to_where_it_has_been(state: str) -> None:
    case = is_in(state)
    been = set(case.been_in) & set(ACTIVE)
    found = {to for to in ACTIVE if not refusal_reasons(case, "reopen", case.last_step_on, return_to=to)}
    assert found == been
    for to in been:
        back = apply_step(case, "reopen", case.last_step_on, return_to=to).case
        assert (back.state, back.closed_on) == (to, None)


def test_a_return_to_elsewhere_says_where_the_case_has_been() -> None:
    case = is_in("withdrawn")
    assert refusal_reasons(case, "reopen", case.last_step_on, return_to="screened") == [
        (
            "state_reached_before",
            "The case was never in screened, so it cannot return there. It has been in referred, withdrawn.",
            "board chair",
        )
    ]


@pytest.mark.parametrize("state", ENDS)
def test_an_ended_review_does_not_return_to_an_end(state: str) -> None:
    faults = form_faults(is_in("closed"), "reopen", return_to=state)
    assert [(path, found) for path, _, found in faults] == [("return_to", f"'{state}'")]


def test_a_decision_of_no_further_action_can_be_reconsidered_and_decided_otherwise() -> None:
    case = is_in("no_further_action")
    back = apply_step(case, "reconsider", date(2018, 3, 1)).case
    assert (back.state, back.closed_on) == ("referred", None)
    # What led to the former decision counts no longer.
    assert refusal_reasons(back, "screen", date(2018, 3, 2)) == [NOT_RECOMMENDED]
    again = apply_step(back, "recommend", date(2018, 3, 2)).case
    assert apply_step(again, "screen", date(2018, 3, 2)).case.state == "screened"


def test_reconsidering_starts_the_subgroups_clock_again() -> None:
    case = apply_step(is_in("no_further_action"), "reconsider", date(2018, 3, 1)).case
    found = clock(case, "recommend")
    assert (found.number, found.anchor, found.due) == (2, date(2018, 3, 1), date(2018, 3, 15))


# --- a partnership review instead ---------------------------------------------------------------------


# --- deadlines ----------------------------------------------------------------------------------------


# --- records ------------------------------------------------------------------------------------------
