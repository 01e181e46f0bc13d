"""The partnership review: every step, every condition, every deadline, as the partnership means them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from casereview.engine.definition.validation import errors_within
from casereview.engine.errors.bad_input import InvalidForm
from casereview.engine.errors.refusals import Refused
from casereview.engine.model.case import Case
from casereview.engine.model.clock import ClockStatus
from casereview.workflows import PARTNERSHIP_REVIEW
from casereview.workflows.roles import ROLES

from ...support.review_stories import (
    PARTNERSHIP_STORY,
    DeadlineRun,
    StoryStep,
    apply_step,
    case_after_story,
    clock,
    form_faults,
    open_review,
    refusal_reasons,
    story_until,
)
from ...support.step_records import PARTNERSHIP_RECORDS

ACTIVE = ("referred", "scoped", "learning_agreed", "monitored")
ENDS = ("closed", "withdrawn", "discontinued", "transferred")

FILED = ("note", "attach", "record_sent")
"""What is put on file in every state, and moves nothing."""

MOVES: dict[str, tuple[tuple[str, ...], str | None]] = {
    "agree_scope": (("referred",), "scoped"),
    "appoint_reviewer": (("scoped",), None),
    "withdraw": (("referred",), "withdrawn"),
    "request_returns": (("referred", "scoped"), None),
    "involve": (("scoped", "learning_agreed", "monitored"), None),
    "receive_draft": (("scoped",), None),
    "agree_learning": (("scoped",), "learning_agreed"),
    "record_publication": (("learning_agreed", "monitored"), None),
    "request_action_plans": (("learning_agreed",), None),
    "begin_monitoring": (("learning_agreed",), "monitored"),
    "report_progress": (("learning_agreed", "monitored"), None),
    "close": (("learning_agreed", "monitored"), "closed"),
    "amend_terms": (ACTIVE[1:], None),
    "add_reviewer": (ACTIVE[1:], None),
    "replace_reviewer": (ACTIVE[1:], None),
    "add_child": (ACTIVE, None),
    "add_agency": (ACTIVE, None),
    "agency_leaves": (ACTIVE, None),
    "agency_succeeded_by": (ACTIVE, None),
    "record_early_learning": (ACTIVE[:2], None),
    "link": (ACTIVE, None),
    "record_sign_off": (ACTIVE, None),
    "revise_report": (("learning_agreed", "monitored"), "scoped"),
    "transfer": (ACTIVE, "transferred"),
    "discontinue": (("scoped", "learning_agreed", "monitored"), "discontinued"),
    "reopen": (ENDS, "referred"),
    **dict.fromkeys(FILED, ((*ACTIVE, *ENDS), None)),
}
"""Each step: from where, and to where; None where it keeps the state. `reopen` is told where to."""

UNIT = {"business_manager", "review_coordinator"}
CHAIRS = {"subgroup_chair", "board_chair"}
DECIDES = {
    "refer": {"referrer", "subgroup_chair", "board_chair", *UNIT},
    "agree_scope": {"subgroup_chair"},
    "appoint_reviewer": CHAIRS,
    "withdraw": {"referrer", "subgroup_chair", "board_chair"},
    "request_returns": {"lead_reviewer", "subgroup_chair", *UNIT},
    "involve": {"lead_reviewer", "subgroup_chair", *UNIT},
    "receive_draft": {"lead_reviewer", *UNIT},
    "agree_learning": {"subgroup_chair"},
    "request_action_plans": {"subgroup_chair", *UNIT},
    "begin_monitoring": {"subgroup_chair"},
    "report_progress": {"subgroup_chair", *UNIT},
    "close": {"subgroup_chair"},
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
    "revise_report": CHAIRS,
    "transfer": CHAIRS,
    "discontinue": {"subgroup_chair", "board_chair"},
    "reopen": {"subgroup_chair", "board_chair"},
    **{step: {"subgroup_chair", "board_chair", "lead_reviewer", "quality_assurance", *UNIT} for step in FILED},
}
"""The capacities in which each step can be decided."""


FOLLOWS = ("record_publication",)
"""What is only ever taken with a step of a part: nobody decides it alone."""


def case_until(trigger: str, *more: StoryStep) -> Case:
    """The story's case up to and with a step, and then some other steps."""
    return case_after_story(PARTNERSHIP_REVIEW, (*story_until(PARTNERSHIP_STORY, trigger), *more))


IN_STATE: dict[str, Case] = {
    "referred": case_until("link"),
    "scoped": case_until("appoint_reviewer"),
    "learning_agreed": case_until("agree_learning"),
    "monitored": case_until("begin_monitoring"),
    "closed": case_until("close"),
    "withdrawn": case_until("refer", ("withdraw", date(2018, 2, 2))),
    "discontinued": case_until("agree_scope", ("discontinue", date(2018, 3, 1))),
    "transferred": case_until("agree_scope", ("transfer", date(2018, 3, 1))),
}
"""A case in each state."""


def is_in(state: str) -> Case:
    case = IN_STATE[state]
    assert case.state == state
    return case


# --- the machine --------------------------------------------------------------------------------------


def test_the_declaration_is_sound() -> None:
    assert list(errors_within(PARTNERSHIP_REVIEW)) == []


def test_its_states_are_these_of_which_some_are_ends() -> None:
    assert tuple(state.name for state in PARTNERSHIP_REVIEW.states) == (*ACTIVE, *ENDS)
    assert tuple(state.name for state in PARTNERSHIP_REVIEW.states if state.is_end) == ENDS


def test_no_step_is_missing_from_the_tables() -> None:
    assert tuple(MOVES) == PARTNERSHIP_REVIEW.steps
    assert {*DECIDES, *FOLLOWS} == set(PARTNERSHIP_RECORDS) == {"refer", *MOVES}


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


def test_a_referral_opens_a_review_with_the_agencies_it_names() -> None:
    case = open_review(PARTNERSHIP_REVIEW, date(2018, 2, 1), other_agencies=["Agency 3"]).case
    assert (case.state, case.title, case.organisations) == ("referred", "Child A", ("Agency 1", "Agency 3"))
    scoped = apply_step(case, "agree_scope", date(2018, 2, 2)).case
    assert scoped.organisations == ("Agency 1", "Agency 2"), "those that the scope names, and no others"


def test_the_whole_story_is_told() -> None:
    case = is_in("closed")
    assert (case.version, case.closed_on) == (len(PARTNERSHIP_STORY), date(2019, 4, 1))


# --- people -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trigger", [trigger for trigger in MOVES if trigger not in FOLLOWS])
def test_a_step_takes_the_decision_of_its_roles_and_of_no_other(trigger: str) -> None:
    case = is_in(MOVES[trigger][0][0])
    blocks = {role.name: refusal_reasons(case, trigger, case.last_step_on, capacity=role.name) for role in ROLES}
    assert {role for role, found in blocks.items() if not found} == DECIDES[trigger]
    assert {found[0][0] for found in blocks.values() if found} == {"role"}


def may_refer(capacity: str) -> bool:
    try:
        return bool(open_review(PARTNERSHIP_REVIEW, date(2018, 2, 1), capacity=capacity))
    except Refused:
        return False


def test_a_referral_takes_a_referrer_a_chair_or_the_unit() -> None:
    assert {role.name for role in ROLES if may_refer(role.name)} == DECIDES["refer"]


# --- conditions ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ENDS)
def test_an_ended_review_returns_only_to_where_it_has_been(state: str) -> None:
    case = is_in(state)
    been = set(case.been_in) & set(ACTIVE)
    found = {to for to in ACTIVE if not refusal_reasons(case, "reopen", case.last_step_on, return_to=to)}
    assert found == been
    for to in been:
        back = apply_step(case, "reopen", case.last_step_on, return_to=to).case
        assert (back.state, back.closed_on) == (to, None)


# --- deadlines ----------------------------------------------------------------------------------------


RUNS = (
    DeadlineRun(
        rule="agree the scope: 20 working days from the referral",
        deadline="agree_scope",
        started_by="refer",
        anchor=date(2018, 2, 1),
        due=date(2018, 3, 1),
        before="refer",
        met_by="agree_scope",
    ),
    DeadlineRun(
        rule="complete: 3 months from the scope",
        deadline="complete_review",
        started_by="agree_scope",
        anchor=date(2018, 2, 20),
        due=date(2018, 5, 20),
        before="agree_scope",
        met_by="agree_learning",
    ),
    DeadlineRun(
        rule="report progress: 3 months from the beginning of monitoring",
        deadline="report_progress",
        started_by="begin_monitoring",
        anchor=date(2018, 5, 15),
        due=date(2018, 8, 15),
        before="begin_monitoring",
        met_by="report_progress",
    ),
    DeadlineRun(
        rule="finish monitoring: 12 months from the learning",
        deadline="finish_monitoring",
        started_by="agree_learning",
        anchor=date(2018, 5, 1),
        due=date(2019, 5, 1),
        before="report_progress",
        met_by="close",
    ),
)


@pytest.mark.parametrize("run", [pytest.param(run, id=run.rule) for run in RUNS])
def test_a_deadline_starts_falls_due_and_is_met_in_time_or_late(run: DeadlineRun) -> None:
    started = clock(case_until(run.started_by), run.deadline)
    assert (started.anchor, started.due, started.status) == (run.anchor, run.due, ClockStatus.RUNNING)
    before = case_until(run.before)
    for on, status in ((run.due, ClockStatus.MET), (run.due + timedelta(days=1), ClockStatus.MISSED)):
        found = clock(apply_step(before, run.met_by, on).case, run.deadline, started.number)
        assert (found.status, found.done_on, found.done_by) == (status, on, run.met_by)


def test_no_deadline_is_missing_from_the_table() -> None:
    elsewhere = {"agree_revised_report", "review_suspension"}
    assert {run.deadline for run in RUNS} | elsewhere == {d.name for d in PARTNERSHIP_REVIEW.deadlines}


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


def test_progress_is_heard_each_quarter_counted_from_the_beginning() -> None:
    case = case_until("report_progress")
    assert clock(case, "report_progress").due == date(2018, 11, 15)


@pytest.mark.parametrize("trigger", ["withdraw", "discontinue", "close"])
def test_a_review_that_ends_is_chased_for_nothing_any_more(trigger: str) -> None:
    before = is_in({"withdraw": "referred", "discontinue": "scoped", "close": "monitored"}[trigger])
    assert [found for found in before.clocks if found.is_outstanding]
    after = apply_step(before, trigger, before.last_step_on).case
    assert [found for found in after.clocks if found.is_outstanding] == []


# --- records ------------------------------------------------------------------------------------------


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
            id="learning shared with nobody",
        ),
        pytest.param(
            "closed",
            "reopen",
            {"return_to": "closed"},
            [("return_to", "referred, scoped, learning_agreed or monitored", "'closed'")],
            id="a return to the end",
        ),
    ],
)
def test_a_record_that_contradicts_itself_is_told_every_fault(
    state: str, trigger: str, data: dict[str, Any], faults: list[tuple[str, str, str]]
) -> None:
    assert form_faults(is_in(state), trigger, **data) == faults


@pytest.mark.parametrize("others", [["Agency 2", "agency 2"], ["agency  1"]], ids=["among the others", "the referrer"])
def test_a_referral_names_each_agency_once(others: list[str]) -> None:
    with pytest.raises(InvalidForm) as caught:
        open_review(PARTNERSHIP_REVIEW, date(2018, 2, 1), other_agencies=others)
    assert [fault.path for fault in caught.value.faults] == ["other_agencies"]


def test_what_happened_is_kept_apart_from_the_history() -> None:
    telltale = "Nobody but the family may read this"
    decision = open_review(PARTNERSHIP_REVIEW, date(2018, 2, 1), what_happened=telltale)
    assert telltale not in repr(decision)
    assert [secret.path for secret in decision.events[0].stored_values] == ["what_happened"]
