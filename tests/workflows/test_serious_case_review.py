"""The Serious Case Review: every step, every condition, every deadline, as the partnership means them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from casereview.engine import Engine
from casereview.engine.definition.machine import compiled
from casereview.engine.errors.bad_input import InvalidForm
from casereview.engine.errors.refusals import Refused
from casereview.engine.forms.fields import Form, fields_of, plain
from casereview.engine.forms.parsing import read
from casereview.engine.model.case import Case, Link
from casereview.engine.model.clock import ClockStatus
from casereview.engine.model.evolve import fold
from casereview.engine.model.people import Actor, Authority
from casereview.persistence import Database
from casereview.workflows import FIRST_ROLE, SERIOUS_CASE_REVIEW, WORKFLOWS
from casereview.workflows.forms.decision import Criteria, Finding
from casereview.workflows.people import ROLES

from .records import DIED, RECOVERED, SERIOUS
from .reviews import MANAGER, SERIOUS_STORY, Run, Told, clock, evening, mended, played, referred, refusals, taken, until

ACTIVE = (
    "referred",
    "screened",
    "terms_of_reference",
    "reviewer_appointed",
    "engagement",
    "recommendations",
    "action_plans",
    "monitored",
)
UNDER_WAY = ACTIVE[1:]
REPORTED = ("recommendations", "action_plans", "monitored")
ENDS = ("closed", "no_further_action", "diverted", "withdrawn", "discontinued", "transferred")
DECIDED = (*UNDER_WAY, "no_further_action", "diverted")

FILED = ("note", "attach", "record_sent")
"""What is put on file in every state, and moves nothing."""

MOVES: dict[str, tuple[tuple[str, ...], str | None]] = {
    "notify_incident": (ACTIVE, None),
    "recommend": (("referred",), None),
    "screen": (("referred",), "screened"),
    "take_no_further_action": (("referred",), "no_further_action"),
    "commission_partnership_review": (("referred",), "diverted"),
    "withdraw": (("referred",), "withdrawn"),
    "tell_panel": (DECIDED, None),
    "record_panel_reply": (DECIDED, None),
    "agree_terms": (("screened",), "terms_of_reference"),
    "appoint_reviewer": (("terms_of_reference",), "reviewer_appointed"),
    "begin_engagement": (("reviewer_appointed",), "engagement"),
    "involve": (("engagement", *REPORTED), None),
    "request_returns": (ACTIVE[:5], None),
    "receive_draft": (("engagement",), None),
    "agree_recommendations": (("engagement",), "recommendations"),
    "record_publication": (REPORTED, None),
    "request_action_plans": (("recommendations",), "action_plans"),
    "begin_monitoring": (("action_plans",), "monitored"),
    "report_progress": (REPORTED, None),
    "close": (("monitored",), "closed"),
    "amend_terms": (ACTIVE[2:], None),
    "add_reviewer": (ACTIVE[3:], None),
    "replace_reviewer": (ACTIVE[3:], None),
    "add_child": (ACTIVE, None),
    "add_agency": (ACTIVE, None),
    "agency_leaves": (ACTIVE, None),
    "agency_succeeded_by": (ACTIVE, None),
    "record_early_learning": (ACTIVE[:5], None),
    "link": (ACTIVE, None),
    "record_sign_off": (ACTIVE, None),
    "revise_report": (REPORTED, "engagement"),
    "transfer": (ACTIVE, "transferred"),
    "discontinue": (UNDER_WAY, "discontinued"),
    "reopen": (("closed", "withdrawn", "discontinued", "transferred"), "referred"),
    "reconsider": (("no_further_action",), "referred"),
    **dict.fromkeys(FILED, ((*ACTIVE, *ENDS), None)),
}
"""Each step: from where, and to where; None where it keeps the state. `reopen` is told where to."""

UNIT = {"business_manager", "review_coordinator"}
CHAIRS = {"subgroup_chair", "board_chair"}
DECIDES = {
    "refer": {"referrer", *UNIT},
    "notify_incident": UNIT,
    "recommend": {"subgroup_chair"},
    "screen": {"board_chair"},
    "take_no_further_action": {"board_chair"},
    "commission_partnership_review": {"board_chair"},
    "withdraw": {"referrer", "subgroup_chair"},
    "tell_panel": UNIT,
    "record_panel_reply": UNIT,
    "agree_terms": {"subgroup_chair", "board_chair"},
    "appoint_reviewer": {"board_chair", "subgroup_chair"},
    "begin_engagement": {"lead_reviewer", "subgroup_chair", "business_manager"},
    "involve": {"lead_reviewer", "subgroup_chair", *UNIT},
    "request_returns": {"lead_reviewer", "subgroup_chair", *UNIT},
    "receive_draft": {"lead_reviewer", *UNIT},
    "agree_recommendations": {"board_chair"},
    "request_action_plans": {*UNIT, "subgroup_chair"},
    "begin_monitoring": {"subgroup_chair"},
    "report_progress": {"subgroup_chair", "quality_assurance"},
    "close": {"board_chair"},
    "amend_terms": CHAIRS,
    "add_reviewer": CHAIRS,
    "replace_reviewer": CHAIRS,
    "add_child": CHAIRS,
    "add_agency": CHAIRS,
    "agency_leaves": CHAIRS,
    "agency_succeeded_by": CHAIRS,
    "record_early_learning": CHAIRS,
    "link": {*CHAIRS, *UNIT},
    "record_sign_off": {*CHAIRS, *UNIT},
    "revise_report": {"board_chair"},
    "transfer": {"board_chair"},
    "discontinue": {"board_chair"},
    "reconsider": {"board_chair"},
    "reopen": {"board_chair"},
    **{step: {*UNIT, "subgroup_chair", "board_chair", "lead_reviewer", "quality_assurance"} for step in FILED},
}
"""The capacities in which each step can be decided."""


FOLLOWS = ("record_publication",)
"""What is only ever taken with a step of a part: nobody decides it alone."""


def told_until(trigger: str, *more: Told) -> Case:
    """The story's case up to and with a step, and then some other steps."""
    return played(SERIOUS_CASE_REVIEW, (*until(SERIOUS_STORY, trigger), *more))


IN_STATE: dict[str, Case] = {
    "referred": told_until("recommend"),
    "screened": told_until("tell_panel"),
    "terms_of_reference": told_until("agree_terms"),
    "reviewer_appointed": told_until("appoint_reviewer"),
    "engagement": told_until("begin_engagement"),
    "recommendations": told_until("agree_recommendations"),
    "action_plans": told_until("record_publication"),
    "monitored": told_until("report_progress"),
    "closed": told_until("close"),
    "no_further_action": told_until(
        "recommend", ("take_no_further_action", date(2018, 2, 1)), ("tell_panel", date(2018, 2, 2))
    ),
    "diverted": told_until(
        "recommend", ("commission_partnership_review", date(2018, 2, 1)), ("tell_panel", date(2018, 2, 2))
    ),
    "withdrawn": told_until("recommend", ("withdraw", date(2018, 1, 18))),
    "discontinued": told_until("tell_panel", ("discontinue", date(2018, 2, 6))),
    "transferred": told_until("tell_panel", ("transfer", date(2018, 2, 6))),
}
"""A case in each state, with all on record that a step from there needs."""


def is_in(state: str) -> Case:
    case = IN_STATE[state]
    assert case.state == state
    return case


# --- the machine --------------------------------------------------------------------------------------


def test_the_declaration_is_sound() -> None:
    assert compiled(SERIOUS_CASE_REVIEW)


def test_its_states_are_these_of_which_some_are_ends() -> None:
    assert tuple(state.name for state in SERIOUS_CASE_REVIEW.states) == (*ACTIVE, *ENDS)
    assert tuple(state.name for state in SERIOUS_CASE_REVIEW.states if state.is_end) == ENDS


def test_no_step_is_missing_from_the_tables() -> None:
    assert tuple(MOVES) == SERIOUS_CASE_REVIEW.steps
    assert {*DECIDES, *FOLLOWS} == set(SERIOUS) == {"refer", *MOVES}


@pytest.mark.parametrize("trigger", MOVES)
def test_a_step_is_taken_in_its_states_and_moves_or_keeps_them(trigger: str) -> None:
    found: dict[str, str] = {}
    for state in IN_STATE:
        case = is_in(state)
        blocks = refusals(case, trigger, case.last_step_on)
        if not blocks:
            found[state] = taken(case, trigger, case.last_step_on).case.state
        else:
            assert [guard for guard, *_ in blocks] == ["state"]
    sources, to = MOVES[trigger]
    assert found == {state: to or state for state in sources}


def test_a_referral_opens_a_review() -> None:
    case = referred(SERIOUS_CASE_REVIEW, date(2018, 1, 8), other_agencies=["Agency 3", "Agency 2"]).case
    assert (case.state, case.title, case.opened_on) == ("referred", "Child A", date(2018, 1, 8))
    assert case.agencies == ("Agency 1", "Agency 2", "Agency 3")


@pytest.mark.parametrize("trigger", ["agree_terms", "request_action_plans"])
def test_agencies_that_are_named_later_take_part_from_then_on(trigger: str) -> None:
    before = {"agree_terms": "tell_panel", "request_action_plans": "agree_recommendations"}[trigger]
    case = told_until(before)
    agencies = ["Agency 1", "Agency 2", "Agency 9"]
    assert taken(case, trigger, case.last_step_on, agencies=agencies).case.agencies == tuple(agencies)


def test_the_whole_story_is_told_and_only_what_was_late_is_noted() -> None:
    case = is_in("closed")
    assert (case.version, case.closed_on) == (len(SERIOUS_STORY), date(2019, 9, 2))
    missed = [(found.deadline, found.due) for found in case.clocks if found.status is ClockStatus.MISSED]
    assert missed == [("report_progress", date(2019, 3, 17))]


# --- people -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trigger", [trigger for trigger in MOVES if trigger not in FOLLOWS])
def test_a_step_takes_the_decision_of_its_roles_and_of_no_other(trigger: str) -> None:
    case = is_in(MOVES[trigger][0][0])
    blocks = {role.name: refusals(case, trigger, case.last_step_on, capacity=role.name) for role in ROLES}
    assert {role for role, found in blocks.items() if not found} == DECIDES[trigger]
    assert {found[0][0] for found in blocks.values() if found} == {"role"}


def may_refer(capacity: str) -> bool:
    try:
        return bool(referred(SERIOUS_CASE_REVIEW, date(2018, 1, 8), capacity=capacity))
    except Refused:
        return False


def test_a_referral_takes_a_referrer_or_the_unit() -> None:
    assert {role.name for role in ROLES if may_refer(role.name)} == DECIDES["refer"]


def test_the_unit_records_for_others_and_the_business_manager_says_who_may_act() -> None:
    assert {role.name for role in ROLES if role.records_for_others} == UNIT
    assert [role.name for role in ROLES if role.manages_people] == ["business_manager"] == [FIRST_ROLE.name]


# --- conditions ---------------------------------------------------------------------------------------

NOT_RECOMMENDED = ("recommended", "The subgroup's recommendation is not on record yet (recommend).", "subgroup_chair")
MET = (
    "criteria_not_met",
    "The limbs recorded meet the criteria, so a Serious Case Review has to be held (screen).",
    "board_chair",
)
NOT_MET = ("criteria_met", "The limbs recorded do not meet the criteria for a Serious Case Review.", "board_chair")
UNIT_CLEARS = "business_manager or review_coordinator"


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
            [("panel_told", "The national panel has not been told of the decision yet (tell_panel).", UNIT_CLEARS)],
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
                    "The lead reviewer's employer, Agency 2, contributes to the review.",
                    "board_chair",
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
                    "every_agency_asked",
                    f"Agency {number} contributes to the review and is not asked for an action plan.",
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
    case = told_until(before)
    assert refusals(case, trigger, case.last_step_on, **data) == reasons
    step, better = clearing
    if step is not None:
        case = taken(case, step[0], case.last_step_on, **step[1]).case
    assert refusals(case, trigger, case.last_step_on, **better) == []


def test_closing_waits_for_publication_and_progress_and_names_both() -> None:
    case = told_until("request_action_plans", ("begin_monitoring", date(2018, 9, 20)))
    published = (
        "publication_recorded",
        "What becomes of the report is not on record yet (publish, of its publication).",
        "board_chair",
    )
    heard = (
        "progress_heard",
        "The subgroup has not heard of the actions' progress yet (report_progress).",
        "subgroup_chair",
    )
    assert refusals(case, "close", date(2018, 9, 20)) == [published, heard]
    case = taken(case, "record_publication", date(2018, 9, 20), kind="not_published").case
    assert refusals(case, "close", date(2018, 9, 20)) == [heard]
    case = taken(case, "report_progress", date(2018, 9, 20)).case
    assert taken(case, "close", date(2018, 9, 20)).case.state == "closed"


@pytest.mark.parametrize(
    "employer",
    ["Agency 1", "agency 1", "AGENCY 1", "  Agency 1 ", "Agency   1", "Agency\u00a01", "Agency\n1", "\tagency 1"],
)
def test_a_contributing_agency_cannot_employ_the_lead_reviewer_however_it_is_spelt(employer: str) -> None:
    case = told_until("agree_terms")
    assert [guard for guard, *_ in refusals(case, "appoint_reviewer", case.last_step_on, employer=employer)] == [
        "reviewer_independent"
    ]


def test_the_terms_as_they_were_agreed_last_say_who_contributes() -> None:
    case = told_until(
        "appoint_reviewer",
        ("discontinue", date(2018, 3, 20)),
        ("reopen", date(2018, 3, 21), {"return_to": "screened"}),
        ("agree_terms", date(2018, 3, 22), {"agencies": ["Agency 3"]}),
    )
    assert refusals(case, "appoint_reviewer", case.last_step_on, employer="Agency 1") == []
    assert refusals(case, "appoint_reviewer", case.last_step_on, employer="agency 3") != []


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
    case = played(SERIOUS_CASE_REVIEW, (("refer", date(2019, 9, 2)), ("recommend", date(2019, 9, 9))))
    decision = taken(case, "screen", on)
    warning = (
        "The decision is after 2019-09-29: since then new reviews are Child Safeguarding Practice Reviews."
        " Check that a Serious Case Review is meant."
    )
    assert decision.events[-1].effects.warnings == ((warning,) if warned else ())
    assert decision.case.state == "screened"


def test_what_counts_is_the_day_of_the_decision_not_of_its_recording() -> None:
    case = played(SERIOUS_CASE_REVIEW, (("refer", date(2019, 9, 2)), ("recommend", date(2019, 9, 9))))
    decision = taken(case, "screen", date(2019, 9, 29), now=evening(date(2020, 1, 6)))
    assert decision.events[-1].effects.warnings == ()


# --- going back ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["closed", "withdrawn", "discontinued"])
def test_an_ended_review_returns_only_to_where_it_has_been(state: str) -> None:
    case = is_in(state)
    been = set(case.been_in) & set(ACTIVE)
    found = {to for to in ACTIVE if not refusals(case, "reopen", case.last_step_on, return_to=to)}
    assert found == been
    for to in been:
        back = taken(case, "reopen", case.last_step_on, return_to=to).case
        assert (back.state, back.closed_on) == (to, None)


def test_a_return_to_elsewhere_says_where_the_case_has_been() -> None:
    case = is_in("withdrawn")
    assert refusals(case, "reopen", case.last_step_on, return_to="screened") == [
        (
            "been_there",
            "The case was never in screened, so it cannot return there. It has been in referred, withdrawn.",
            "board_chair",
        )
    ]


@pytest.mark.parametrize("state", ENDS)
def test_an_ended_review_does_not_return_to_an_end(state: str) -> None:
    faults = mended(is_in("closed"), "reopen", return_to=state)
    assert [(path, found) for path, _, found in faults] == [("return_to", f"'{state}'")]


def test_a_decision_of_no_further_action_can_be_reconsidered_and_decided_otherwise() -> None:
    case = is_in("no_further_action")
    back = taken(case, "reconsider", date(2018, 3, 1)).case
    assert (back.state, back.closed_on) == ("referred", None)
    # What led to the former decision counts no longer.
    assert refusals(back, "screen", date(2018, 3, 2)) == [NOT_RECOMMENDED]
    again = taken(back, "recommend", date(2018, 3, 2)).case
    assert taken(again, "screen", date(2018, 3, 2)).case.state == "screened"


def test_reconsidering_starts_the_subgroups_clock_again() -> None:
    case = taken(is_in("no_further_action"), "reconsider", date(2018, 3, 1)).case
    found = clock(case, "recommend")
    assert (found.number, found.anchor, found.due) == (2, date(2018, 3, 1), date(2018, 3, 15))


# --- a partnership review instead ---------------------------------------------------------------------


@pytest.fixture
def engine() -> Iterator[Engine]:
    """An engine over a fresh database, on 20 January 2018."""
    database = Database("sqlite://")
    database.create()
    yield Engine(database, WORKFLOWS, now=lambda: evening(date(2018, 1, 20)))
    database.close()


CHAIR = Actor(name="Chair 1", roles=frozenset({"board_chair"}))
BY_SUBGROUP = Authority(name="Chair 2", capacity="subgroup_chair")
BY_CHAIR = Authority(name="Chair 1", capacity="board_chair", evidence="letter of that day")


def recommended(engine: Engine, **data: Any) -> str:
    on = date(2018, 1, 8)
    ref = engine.open("serious_case_review", actor=MANAGER, data={**SERIOUS["refer"], **data}, on=on).ref
    engine.step(ref, "recommend", actor=MANAGER, decided_by=BY_SUBGROUP, data=SERIOUS["recommend"], on=on)
    return ref


@pytest.mark.parametrize(
    ("actor", "decided_by"), [(MANAGER, BY_CHAIR), (CHAIR, None)], ids=["recorded for the chair", "by the chair"]
)
def test_commissioning_a_partnership_review_opens_it_in_the_same_transaction_and_links_the_two(
    engine: Engine, actor: Actor, decided_by: Authority | None
) -> None:
    ref = recommended(engine, other_agencies=["Agency 2"])
    case = engine.step(
        ref,
        "commission_partnership_review",
        actor=actor,
        decided_by=decided_by,
        data=SERIOUS["commission_partnership_review"],
        on=date(2018, 1, 19),
    )
    other = engine.case("PR-2018-001")
    assert (case.state, case.links) == ("diverted", (Link(relation="partnership_review", ref="PR-2018-001"),))
    assert (other.state, other.links) == ("referred", (Link(relation="commissioned_by", ref=ref),))
    assert (other.title, other.opened_on, other.agencies) == ("Child A", date(2018, 1, 19), ("Agency 1", "Agency 2"))
    assert other.data["refer"] == {
        "title": "Child A",
        "agency": "Agency 1",
        "lessons": "How agencies share what they know.",
        "other_agencies": ["Agency 2"],
    }
    (opened,) = engine.history("PR-2018-001")
    assert (opened.decided_by or BY_CHAIR).name == "Chair 1"
    assert fold((opened,)) == other


def test_a_commission_that_is_not_well_formed_opens_nothing(engine: Engine) -> None:
    ref = recommended(engine)
    before = engine.case(ref)
    spoilt = {**SERIOUS["commission_partnership_review"], "lessons": "x\x00"}
    with pytest.raises(InvalidForm):
        engine.step(ref, "commission_partnership_review", actor=CHAIR, data=spoilt, on=date(2018, 1, 19))
    assert engine.cases() == (before,)


# --- deadlines ----------------------------------------------------------------------------------------


RUNS = (
    Run(
        rule="notify the incident: 5 working days from becoming aware",
        deadline="notify_incident",
        started_by="refer",
        anchor=date(2018, 1, 5),
        due=date(2018, 1, 12),
        before="refer",
        met_by="notify_incident",
    ),
    Run(
        rule="recommend: 10 working days from the referral",
        deadline="recommend",
        started_by="refer",
        anchor=date(2018, 1, 8),
        due=date(2018, 1, 22),
        before="notify_incident",
        met_by="recommend",
    ),
    Run(
        rule="decide: a month from the notification, by holding a review",
        deadline="decide",
        started_by="notify_incident",
        anchor=date(2018, 1, 10),
        due=date(2018, 2, 10),
        before="recommend",
        met_by="screen",
    ),
    Run(
        rule="decide, by holding none",
        deadline="decide",
        started_by="notify_incident",
        anchor=date(2018, 1, 10),
        due=date(2018, 2, 10),
        before="recommend",
        met_by="take_no_further_action",
    ),
    Run(
        rule="decide, by holding a partnership review",
        deadline="decide",
        started_by="notify_incident",
        anchor=date(2018, 1, 10),
        due=date(2018, 2, 10),
        before="recommend",
        met_by="commission_partnership_review",
    ),
    Run(
        rule="tell of a review: 5 working days from the decision",
        deadline="tell_panel_of_review",
        started_by="screen",
        anchor=date(2018, 2, 1),
        due=date(2018, 2, 8),
        before="screen",
        met_by="tell_panel",
    ),
    Run(
        rule="complete: 6 months from the decision",
        deadline="complete_review",
        started_by="screen",
        anchor=date(2018, 2, 1),
        due=date(2018, 8, 1),
        before="begin_engagement",
        met_by="agree_recommendations",
    ),
    Run(
        rule="agree the terms: a month from the decision",
        deadline="agree_terms",
        started_by="screen",
        anchor=date(2018, 2, 1),
        due=date(2018, 3, 1),
        before="tell_panel",
        met_by="agree_terms",
    ),
    Run(
        rule="appoint the reviewer: a month from the terms",
        deadline="appoint_reviewer",
        started_by="agree_terms",
        anchor=date(2018, 2, 20),
        due=date(2018, 3, 20),
        before="agree_terms",
        met_by="appoint_reviewer",
    ),
    Run(
        rule="begin engagement: a month from the appointment",
        deadline="begin_engagement",
        started_by="appoint_reviewer",
        anchor=date(2018, 3, 12),
        due=date(2018, 4, 12),
        before="appoint_reviewer",
        met_by="begin_engagement",
    ),
    Run(
        rule="ask for plans: 10 working days from the agreement",
        deadline="request_action_plans",
        started_by="agree_recommendations",
        anchor=date(2018, 7, 20),
        due=date(2018, 8, 3),
        before="agree_recommendations",
        met_by="request_action_plans",
    ),
    Run(
        rule="begin monitoring: 2 months from the request",
        deadline="begin_monitoring",
        started_by="request_action_plans",
        anchor=date(2018, 7, 27),
        due=date(2018, 9, 27),
        before="record_publication",
        met_by="begin_monitoring",
    ),
    Run(
        rule="report progress: 3 months from the agreement",
        deadline="report_progress",
        started_by="agree_recommendations",
        anchor=date(2018, 7, 20),
        due=date(2018, 10, 20),
        before="request_action_plans",
        met_by="report_progress",
    ),
    Run(
        rule="report progress: 3 months from publication",
        deadline="report_progress",
        started_by="record_publication",
        anchor=date(2018, 9, 17),
        due=date(2018, 12, 17),
        before="begin_monitoring",
        met_by="report_progress",
    ),
    Run(
        rule="finish monitoring: 12 months from publication",
        deadline="finish_monitoring",
        started_by="record_publication",
        anchor=date(2018, 9, 17),
        due=date(2019, 9, 17),
        before="report_progress",
        met_by="close",
    ),
)


@pytest.mark.parametrize("run", [pytest.param(run, id=run.rule) for run in RUNS])
def test_a_deadline_starts_falls_due_and_is_met_in_time_or_late(run: Run) -> None:
    started = clock(told_until(run.started_by), run.deadline)
    assert (started.anchor, started.due, started.status) == (run.anchor, run.due, ClockStatus.RUNNING)
    before = told_until(run.before)
    for on, status in ((run.due, ClockStatus.MET), (run.due + timedelta(days=1), ClockStatus.MISSED)):
        found = clock(taken(before, run.met_by, on).case, run.deadline, started.number)
        assert (found.status, found.done_on, found.done_by) == (status, on, run.met_by)


def test_an_incident_notified_after_the_decision_leaves_nothing_to_decide() -> None:
    screened = told_until("screen")
    notified = taken(screened, "notify_incident", screened.last_step_on + timedelta(days=1)).case
    assert clock(notified, "decide") == clock(screened, "decide")


def test_one_agency_is_not_referred_with_under_two_spellings() -> None:
    with pytest.raises(InvalidForm) as caught:
        referred(SERIOUS_CASE_REVIEW, date(2018, 1, 5), agency="Agency 1", other_agencies=["Agency 2", "agency  1"])
    assert [fault.path for fault in caught.value.faults] == ["other_agencies"]


def test_a_commissioned_review_names_each_agency_once_however_the_commission_spells_it() -> None:
    case = told_until("recommend")
    decision = taken(case, "commission_partnership_review", date(2018, 2, 1), agency=case.agencies[0].upper() + " ")
    assert decision.opens is not None
    assert decision.opens.command.data["other_agencies"] == list(case.agencies[1:])


NO_REVIEW = ("take_no_further_action", "commission_partnership_review")


@pytest.mark.parametrize("decided", NO_REVIEW)
def test_the_panel_is_told_of_a_decision_not_to_review_within_14_days_though_the_case_has_ended(decided: str) -> None:
    case = told_until("recommend", (decided, date(2018, 2, 1)))
    started = clock(case, "tell_panel_of_no_review")
    assert (started.anchor, started.due, started.is_chased) == (date(2018, 2, 1), date(2018, 2, 15), True)
    for on, status in ((date(2018, 2, 15), ClockStatus.MET), (date(2018, 2, 16), ClockStatus.MISSED)):
        found = clock(taken(case, "tell_panel", on).case, "tell_panel_of_no_review")
        assert (found.status, found.done_on) == (status, on)


def test_a_decision_to_review_starts_no_clock_for_a_decision_not_to_and_the_other_way_round() -> None:
    review = {found.deadline for found in told_until("screen").clocks}
    none = {found.deadline for found in told_until("recommend", ("take_no_further_action", date(2018, 2, 1))).clocks}
    assert "tell_panel_of_no_review" not in review
    assert {"tell_panel_of_review", "complete_review"}.isdisjoint(none)


@pytest.mark.parametrize(
    ("kind", "published"), [("in_full", True), ("in_summary", True), ("anonymously", True), ("not_published", False)]
)
def test_the_monitoring_of_what_is_published_counts_from_then(kind: str, *, published: bool) -> None:
    case = taken(told_until("request_action_plans"), "record_publication", date(2018, 9, 17), kind=kind).case
    assert clock(case, "finish_monitoring").due == (date(2019, 9, 17) if published else date(2019, 7, 20))
    assert clock(case, "report_progress").due == (date(2018, 12, 17) if published else date(2018, 10, 20))


def test_progress_is_heard_each_quarter_counted_from_publication() -> None:
    case = told_until("report_progress")
    assert clock(case, "report_progress").due == date(2019, 3, 17)
    case = taken(case, "report_progress", date(2019, 3, 15)).case
    assert clock(case, "report_progress").due == date(2019, 6, 17)


def test_the_report_completes_the_review_and_closing_it_does_not() -> None:
    case = told_until("agree_recommendations")
    assert clock(case, "complete_review").done_by == "agree_recommendations"


@pytest.mark.parametrize(
    ("trigger", "on"), [("discontinue", date(2018, 2, 6)), ("withdraw", date(2018, 1, 18))], ids=str
)
def test_a_review_that_ends_is_chased_for_nothing_any_more(trigger: str, on: date) -> None:
    before = told_until("tell_panel" if trigger == "discontinue" else "recommend")
    assert [found for found in before.clocks if found.is_chased]
    assert [found for found in taken(before, trigger, on).case.clocks if found.is_chased] == []


def test_no_deadline_is_missing_from_the_table() -> None:
    elsewhere = {"tell_panel_of_no_review", "agree_anew", "review_suspension"}
    assert {run.deadline for run in RUNS} | elsewhere == {d.name for d in SERIOUS_CASE_REVIEW.deadlines}


def test_every_deadline_says_whose_it_is_and_where_it_comes_from() -> None:
    owners = {deadline.name: deadline.owner for deadline in SERIOUS_CASE_REVIEW.deadlines}
    assert owners == {
        "notify_incident": "business_manager",
        "recommend": "subgroup_chair",
        "decide": "board_chair",
        "tell_panel_of_review": "business_manager",
        "tell_panel_of_no_review": "business_manager",
        "complete_review": "lead_reviewer",
        "agree_terms": "subgroup_chair",
        "appoint_reviewer": "business_manager",
        "begin_engagement": "lead_reviewer",
        "agree_anew": "lead_reviewer",
        "request_action_plans": "business_manager",
        "begin_monitoring": "business_manager",
        "report_progress": "business_manager",
        "finish_monitoring": "subgroup_chair",
        "review_suspension": "business_manager",
    }
    assert all(deadline.authority.name and deadline.authority.text for deadline in SERIOUS_CASE_REVIEW.deadlines)


def test_what_was_not_seen_in_its_source_and_what_is_a_local_default_says_so() -> None:
    deadlines = SERIOUS_CASE_REVIEW.deadlines
    assert {deadline.name for deadline in deadlines if not deadline.authority.verified} == {
        "tell_panel_of_review",
    }
    assert {deadline.name for deadline in deadlines if not deadline.authority.local_default} == {
        "notify_incident",
        "decide",
        "tell_panel_of_review",
        "tell_panel_of_no_review",
        "complete_review",
    }


# --- records ------------------------------------------------------------------------------------------


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
                ("family", "at least one family member, or no_family_because", "neither"),
                ("practitioners", "at least one practitioner group, or no_practitioners_because", "neither"),
            ],
            id="nobody involved and no reason",
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
            id="nobody involved for a reason",
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
            id="a recommendation to nobody",
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
                ("recommends", "serious_case_review, partnership_review or no_further_action", "'a review'"),
                ("criteria.child_died.met", "met, not_met or not_known", "'yes'"),
                ("criteria.child_died.evidence", "text of 1 to 20,000 characters", "empty text"),
            ],
            id="limbs that are not answered",
        ),
        pytest.param(
            "referred",
            "recommend",
            {"criteria": {name: limb for name, limb in DIED.items() if name != "seriously_harmed"}},
            [("criteria.seriously_harmed", "an object with met, evidence", "nothing")],
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
def test_a_record_that_contradicts_itself_is_told_every_fault(
    state: str, trigger: str, data: dict[str, Any], faults: list[tuple[str, str, str]]
) -> None:
    assert mended(is_in(state), trigger, **data) == faults


def sensitive(form: type[Form], at: str = "") -> Iterator[str]:
    """The paths of a form's sensitive fields."""
    for field in fields_of(form):
        inner = field.item if field.item is not None else field.kind
        if field.sensitive:
            yield f"{at}{field.name}"
        elif isinstance(inner, type) and issubclass(inner, Form):
            yield from sensitive(inner, f"{at}{field.name}.")


def test_what_belongs_to_the_familys_privacy_is_sensitive() -> None:
    steps = (SERIOUS_CASE_REVIEW.opening, *SERIOUS_CASE_REVIEW.transitions)
    found = {step.trigger: set(sensitive(step.record)) for step in steps}
    assert {trigger: paths for trigger, paths in found.items() if paths} == {
        "refer": {"what_happened", "child", "born_on", "incident_on"},
        "begin_engagement": {"family.who", "family.advocate", "family.safe_contact"},
        "involve": {"who", "advocate", "safe_contact"},
        "add_child": {"child", "born_on"},
        "note": {"text", "with_whom"},
        "record_sent": {"to"},
    }


def test_nothing_sensitive_stands_in_the_case_or_its_history() -> None:
    telltale = "Nobody but the family may read this"
    decision = referred(
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
    assert len(decision.events[0].secrets) == 4


def test_a_field_bears_its_own_title_not_its_type_s() -> None:
    titles = {field.name: field.title for field in fields_of(SERIOUS_CASE_REVIEW.opening.record)}
    assert titles["agency"] == "Referring agency"


def test_a_document_may_lie_deep_in_folders() -> None:
    location = "/".join(["folder"] * 100)
    note = SERIOUS_CASE_REVIEW.transition("note")
    assert note is not None
    form = read(note.record, {"text": "x", "documents": [{"title": "Minutes", "location": location}]}, of="note")
    assert plain(form)["documents"] == [{"title": "Minutes", "location": location}]
