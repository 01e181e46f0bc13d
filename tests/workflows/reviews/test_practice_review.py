"""The Child Safeguarding Practice Review: every step, condition and deadline that is its own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from casereview.engine.definition.validation import errors_within
from casereview.engine.errors.bad_input import InvalidForm
from casereview.engine.model.case import Case
from casereview.engine.model.clock import ClockStatus
from casereview.workflows import CHILD_SAFEGUARDING_PRACTICE_REVIEW as REVIEW
from casereview.workflows import SERIOUS_CASE_REVIEW
from casereview.workflows.forms.decision import Finding
from casereview.workflows.forms.practice_review import PARTNERS, PracticeCriteria
from casereview.workflows.roles import ROLES

from ...support.review_stories import (
    PRACTICE_STORY,
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
from ...support.step_records import JOINTLY, PRACTICE_REVIEW_RECORDS

ACTIVE = (
    "notified",
    "rapid_review",
    "decided",
    "terms_of_reference",
    "reviewer_appointed",
    "engagement",
    "recommendations",
    "action_plans",
    "monitored",
)
REPORTED = ACTIVE[6:]
ENDS = ("closed", "no_review", "withdrawn", "discontinued", "transferred")
REVIEWED = (*ACTIVE[2:], "no_review")

FILED = ("note", "attach", "record_sent")
"""What is put on file in every state, and moves nothing."""

MOVES: dict[str, tuple[tuple[str, ...], str | None]] = {
    "open_rapid_review": (("notified",), "rapid_review"),
    "record_progress_meeting": (("rapid_review",), None),
    "complete_rapid_review": (("rapid_review",), None),
    "decide_review": (("rapid_review",), "decided"),
    "decide_no_review": (("rapid_review",), "no_review"),
    "withdraw": (("notified", "rapid_review"), "withdrawn"),
    "send_to_panel": (REVIEWED, None),
    "record_panel_reply": (REVIEWED, None),
    "record_disagreement": (REVIEWED, None),
    "agree_terms": (("decided",), "terms_of_reference"),
    "appoint_reviewer": (("terms_of_reference",), "reviewer_appointed"),
    "begin_engagement": (("reviewer_appointed",), "engagement"),
    "involve": (("engagement", *REPORTED), None),
    "request_returns": (ACTIVE[:6], None),
    "receive_draft": (("engagement",), None),
    "agree_recommendations": (("engagement",), "recommendations"),
    "record_publication": (REPORTED, None),
    "request_action_plans": (("recommendations",), "action_plans"),
    "begin_monitoring": (("action_plans",), "monitored"),
    "report_progress": (REPORTED, None),
    "close": (("monitored",), "closed"),
    "amend_terms": (ACTIVE[3:], None),
    "add_reviewer": (ACTIVE[4:], None),
    "replace_reviewer": (ACTIVE[4:], None),
    "add_child": (ACTIVE, None),
    "add_agency": (ACTIVE, None),
    "agency_leaves": (ACTIVE, None),
    "agency_succeeded_by": (ACTIVE, None),
    "record_early_learning": (ACTIVE[:6], None),
    "link": (ACTIVE, None),
    "record_sign_off": (ACTIVE, None),
    "revise_report": (REPORTED, "engagement"),
    "transfer": (ACTIVE, "transferred"),
    "discontinue": (ACTIVE[2:], "discontinued"),
    "reopen": (("closed", "withdrawn", "discontinued", "transferred"), "notified"),
    "reconsider": (("no_review",), "rapid_review"),
    **dict.fromkeys(FILED, ((*ACTIVE, *ENDS), None)),
}
"""Each step: from where, and to where; None where it keeps the state. `reopen` is told where to."""

UNIT = {"business_manager", "review_coordinator"}
JOINT = {"safeguarding_partners"}
CHAIRS = {"subgroup_chair", *JOINT}
DECIDES = {
    "notify": {"referrer", *UNIT},
    "open_rapid_review": {*UNIT, *CHAIRS},
    "record_progress_meeting": {*UNIT, *CHAIRS},
    "complete_rapid_review": CHAIRS,
    "decide_review": JOINT,
    "decide_no_review": JOINT,
    "withdraw": CHAIRS,
    "send_to_panel": UNIT,
    "record_panel_reply": UNIT,
    "record_disagreement": JOINT,
    "agree_terms": CHAIRS,
    "appoint_reviewer": CHAIRS,
    "begin_engagement": {"lead_reviewer", "subgroup_chair", "business_manager"},
    "involve": {"lead_reviewer", "subgroup_chair", *UNIT},
    "request_returns": {"lead_reviewer", "subgroup_chair", *UNIT},
    "receive_draft": {"lead_reviewer", *UNIT},
    "agree_recommendations": JOINT,
    "request_action_plans": {"subgroup_chair", *UNIT},
    "begin_monitoring": {"subgroup_chair"},
    "report_progress": {"subgroup_chair", "quality_assurance"},
    "close": JOINT,
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
    "revise_report": JOINT,
    "transfer": JOINT,
    "discontinue": JOINT,
    "reopen": JOINT,
    "reconsider": JOINT,
    **{step: {*CHAIRS, *UNIT, "lead_reviewer", "quality_assurance"} for step in FILED},
}
"""The capacities in which each step can be decided."""

FOLLOWS = ("record_publication",)
KNOWN = tuple(role for role in ROLES if role.name != "board_chair")


def case_until(trigger: str, *more: StoryStep) -> Case:
    """The story's case up to and with a step, and then some other steps."""
    return case_after_story(REVIEW, (*story_until(PRACTICE_STORY, trigger), *more))


NO_REVIEW: StoryStep = ("decide_no_review", date(2018, 2, 1))
IN_STATE: dict[str, Case] = {
    "notified": case_until("link"),
    "rapid_review": case_until("complete_rapid_review"),
    "decided": case_until("record_panel_reply"),
    "terms_of_reference": case_until("agree_terms"),
    "reviewer_appointed": case_until("appoint_reviewer"),
    "engagement": case_until("begin_engagement"),
    "recommendations": case_until("agree_recommendations"),
    "action_plans": case_until("record_publication"),
    "monitored": case_until("report_progress"),
    "closed": case_until("close"),
    "no_review": case_until(
        "complete_rapid_review",
        NO_REVIEW,
        ("send_to_panel", date(2018, 2, 2)),
        ("record_panel_reply", date(2018, 2, 12)),
    ),
    "withdrawn": case_until("open_rapid_review", ("withdraw", date(2018, 1, 18))),
    "discontinued": case_until("send_to_panel", ("discontinue", date(2018, 2, 6))),
    "transferred": case_until("send_to_panel", ("transfer", date(2018, 2, 6))),
}
"""A case in each state, with all on record that a step from there needs."""


def is_in(state: str) -> Case:
    case = IN_STATE[state]
    assert case.state == state
    return case


# --- the machine --------------------------------------------------------------------------------------


def test_the_declaration_is_sound() -> None:
    assert list(errors_within(REVIEW)) == []


def test_its_states_are_these_of_which_some_are_ends() -> None:
    assert tuple(state.name for state in REVIEW.states) == (*ACTIVE, *ENDS)
    assert tuple(state.name for state in REVIEW.states if state.is_end) == ENDS


def test_no_step_is_missing_from_the_tables() -> None:
    assert tuple(MOVES) == REVIEW.steps
    assert {*DECIDES, *FOLLOWS} == set(PRACTICE_REVIEW_RECORDS) == {"notify", *MOVES}


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


@pytest.mark.parametrize("trigger", [trigger for trigger in MOVES if trigger not in FOLLOWS])
def test_a_step_takes_the_decision_of_its_roles_and_of_no_other(trigger: str) -> None:
    case = is_in(MOVES[trigger][0][-1])
    blocks = {role.name: refusal_reasons(case, trigger, case.last_step_on, capacity=role.name) for role in KNOWN}
    assert {role for role, found in blocks.items() if not found} == DECIDES[trigger]
    assert {found[0][0] for found in blocks.values() if found} == {"role"}


def test_there_is_no_board_chair_in_it() -> None:
    assert REVIEW.roles == KNOWN
    assert [(rung.to, rung.working_days) for rung in REVIEW.escalation_policy][-1] == ("safeguarding_partners", 20)


def test_from_the_terms_of_reference_on_it_takes_the_way_of_a_serious_case_review() -> None:
    theirs = {state.name: state for state in SERIOUS_CASE_REVIEW.states}
    for state in REVIEW.states:
        if state.name in (*ACTIVE[3:], "closed", "discontinued", "transferred"):
            assert state is theirs[state.name]
    for step in REVIEW.transitions[REVIEW.steps.index("agree_terms") :]:
        if step.trigger not in ("reconsider", "reopen"):
            twin = SERIOUS_CASE_REVIEW.transition(step.trigger)
            assert twin is not None
            assert (step.title, step.form, step.to) == (twin.title, twin.form, twin.to)


# --- conditions ---------------------------------------------------------------------------------------

JOINT_DECISIONS = ("decide_review", "decide_no_review")


@pytest.mark.parametrize("trigger", JOINT_DECISIONS)
def test_the_partners_decide_once_the_rapid_review_is_complete(trigger: str) -> None:
    case = case_until("record_progress_meeting")
    assert refusal_reasons(case, trigger, case.last_step_on) == [
        (
            "rapid_review_complete",
            "The rapid review is not complete. Complete it first (complete_rapid_review).",
            "subgroup chair",
        )
    ]


def test_a_rapid_review_is_complete_only_once_it_has_met() -> None:
    case = case_until("open_rapid_review")
    assert [guard for guard, *_ in refusal_reasons(case, "complete_rapid_review", case.last_step_on)] == [
        "meeting_held"
    ]


@pytest.mark.parametrize("trigger", JOINT_DECISIONS)
def test_a_decision_on_which_one_partner_does_not_agree_is_none(trigger: str) -> None:
    case = is_in("rapid_review")
    partners = [*JOINTLY[:2], {**JOINTLY[2], "agrees": False, "reasons": "Too early."}]
    assert refusal_reasons(case, trigger, case.last_step_on, partners=partners) == [
        (
            "partners_agree",
            (
                "The integrated care board does not agree. The safeguarding partners decide jointly,"
                " so record a decision on which they all agree."
            ),
            "safeguarding partners",
        )
    ]


@pytest.mark.parametrize(
    ("named", "faults"),
    [
        (JOINTLY[:2], [("partners", "the decision of the integrated care board", "nothing")]),
        ([], [("partners", f"the decision of the {partner.replace('_', ' ')}", "nothing") for partner in PARTNERS]),
        ([*JOINTLY, JOINTLY[0]], [("partners", "each one once", "local_authority again")]),
    ],
    ids=["one is missing", "all are", "one twice"],
)
def test_a_joint_decision_names_each_partner_once(named: list[Any], faults: list[Any]) -> None:
    assert form_faults(is_in("rapid_review"), "decide_review", partners=named) == faults


LIMBS = ("abuse_or_neglect", "child_died", "seriously_harmed")


@pytest.mark.parametrize(
    ("limbs", "met"),
    [
        (("met", "met", "not_met"), True),
        (("met", "not_met", "met"), True),
        (("met", "not_met", "not_known"), False),
        (("not_known", "met", "met"), False),
    ],
    ids=["death", "harm", "neither known", "abuse not known"],
)
def test_the_limbs_meet_the_criteria_or_do_not(limbs: tuple[Any, ...], *, met: bool) -> None:
    criteria = PracticeCriteria(**{n: Finding(met=m, evidence="-") for n, m in zip(LIMBS, limbs, strict=True)})
    assert criteria.are_met() is met


def test_what_speaks_against_the_partners_decision_is_pointed_out_and_refuses_nothing() -> None:
    case = is_in("rapid_review")
    doubtful = {
        **PRACTICE_REVIEW_RECORDS["decide_review"]["criteria"],
        "child_died": {"met": "not_met", "evidence": "-"},
    }
    held = apply_step(case, "decide_review", case.last_step_on, criteria=doubtful)
    assert held.events[-1].effects.warnings == (
        "The findings on record do not meet the criteria of section 16C(1) of the Children Act 2004.",
    )
    none = apply_step(case, "decide_no_review", case.last_step_on)
    assert none.events[-1].effects.warnings == ("The rapid review recommended a local review.",)
    assert apply_step(case, "decide_review", case.last_step_on).events[-1].effects.warnings == ()


def test_the_panel_is_answered_where_it_disagrees_or_asks_for_more() -> None:
    case = case_until("decide_review")
    unsent = ["The national panel has not been notified of the decision. Notify it first (send_to_panel)."]
    assert [reason for _, reason, _ in refusal_reasons(case, "record_panel_reply", case.last_step_on)] == unsent
    case = case_until("send_to_panel")
    nothing = [
        (
            "panel_disagrees",
            "No reply is on record in which the national panel disagrees or asks for more (record_panel_reply).",
        )
    ]
    assert [found[:2] for found in refusal_reasons(case, "record_disagreement", case.last_step_on)] == nothing
    agreed = apply_step(case, "record_panel_reply", case.last_step_on, agrees="agrees").case
    assert [found[:2] for found in refusal_reasons(agreed, "record_disagreement", case.last_step_on)] == nothing


def test_what_led_to_a_decision_that_is_reconsidered_counts_no_longer_and_a_new_clock_runs() -> None:
    case = apply_step(is_in("no_review"), "reconsider", date(2018, 3, 1)).case
    assert (case.state, case.closed_on) == ("rapid_review", None)
    assert {"complete_rapid_review", "decide_no_review", "send_to_panel", "record_panel_reply"} & set(
        case.data
    ) == set()
    assert [guard for guard, *_ in refusal_reasons(case, "decide_review", date(2018, 3, 1))] == [
        "rapid_review_complete"
    ]
    anew = clock(case, "decide_again")
    assert (anew.due, anew.status) == (date(2018, 4, 1), ClockStatus.RUNNING)
    open_clocks = {found.deadline for found in case.clocks if found.is_open}
    assert open_clocks == {"decide_again"}
    again = apply_step(
        apply_step(case, "complete_rapid_review", date(2018, 3, 20)).case, "decide_review", date(2018, 3, 22)
    ).case
    assert clock(again, "decide_again").status is ClockStatus.MET
    assert clock(again, "publish").due == date(2018, 9, 22)


def test_a_practice_review_that_was_reopened_before_its_decision_is_decided_anew() -> None:
    case = apply_step(is_in("closed"), "reopen", date(2020, 1, 6), return_to="rapid_review").case
    assert [guard for guard, *_ in refusal_reasons(case, "decide_review", date(2020, 1, 6))] == [
        "rapid_review_complete"
    ]
    assert {found.deadline: found.due for found in case.clocks if found.is_outstanding} == {
        "decide_again": date(2020, 2, 6)
    }


# --- deadlines ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("aware", "sent", "due", "status"),
    [
        ("2018-01-05", "2018-01-08", date(2018, 1, 12), ClockStatus.MET),
        ("2018-01-05", "2018-01-12", date(2018, 1, 12), ClockStatus.MET),
        ("2018-01-05", "2018-01-15", date(2018, 1, 12), ClockStatus.MISSED),
        ("2018-01-06", "2018-01-12", date(2018, 1, 12), ClockStatus.MET),
    ],
    ids=["soon", "on the last day", "late", "from a Saturday"],
)
def test_the_notification_is_judged_by_the_day_on_which_it_was_sent(
    aware: str, sent: str, due: date, status: ClockStatus
) -> None:
    case = open_review(REVIEW, date(2018, 1, 15), aware_on=aware, sent_on=sent).case
    found = clock(case, "notify")
    assert (found.due, found.status, found.done_on, found.is_outstanding) == (
        due,
        status,
        date.fromisoformat(sent),
        False,
    )


def test_nothing_is_sent_before_anybody_is_aware() -> None:
    with pytest.raises(InvalidForm) as caught:
        open_review(REVIEW, date(2018, 1, 15), aware_on="2018-01-08", sent_on="2018-01-05")
    assert [fault.path for fault in caught.value.faults] == ["sent_on"]


RUNS = (
    DeadlineRun(
        rule="rapid review: 15 working days from the day on which the notification was sent",
        deadline="rapid_review",
        started_by="notify",
        anchor=date(2018, 1, 8),
        due=date(2018, 1, 29),
        before="record_progress_meeting",
        met_by="complete_rapid_review",
    ),
    DeadlineRun(
        rule="decide: 10 working days from the rapid review",
        deadline="decide",
        started_by="complete_rapid_review",
        anchor=date(2018, 1, 26),
        due=date(2018, 2, 9),
        before="complete_rapid_review",
        met_by="decide_review",
    ),
    DeadlineRun(
        rule="decide, to hold none",
        deadline="decide",
        started_by="complete_rapid_review",
        anchor=date(2018, 1, 26),
        due=date(2018, 2, 9),
        before="complete_rapid_review",
        met_by="decide_no_review",
    ),
    DeadlineRun(
        rule="tell the panel: 5 working days from the decision",
        deadline="send_to_panel",
        started_by="decide_review",
        anchor=date(2018, 2, 1),
        due=date(2018, 2, 8),
        before="decide_review",
        met_by="send_to_panel",
    ),
    DeadlineRun(
        rule="answer the panel: 10 working days",
        deadline="answer_panel",
        started_by="record_panel_reply",
        anchor=date(2018, 2, 14),
        due=date(2018, 2, 28),
        before="record_panel_reply",
        met_by="record_disagreement",
    ),
    DeadlineRun(
        rule="complete: 5 months from the decision",
        deadline="complete_review",
        started_by="decide_review",
        anchor=date(2018, 2, 1),
        due=date(2018, 7, 1),
        before="begin_engagement",
        met_by="agree_recommendations",
    ),
    DeadlineRun(
        rule="publish: 6 months from the decision",
        deadline="publish",
        started_by="decide_review",
        anchor=date(2018, 2, 1),
        due=date(2018, 8, 1),
        before="request_action_plans",
        met_by="record_publication",
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


def test_every_deadline_is_its_own_or_one_that_the_later_stages_share_and_says_where_it_comes_from() -> None:
    own = {"notify", "decide_again", *(run.deadline for run in RUNS)}
    shared = {d.name for d in SERIOUS_CASE_REVIEW.deadlines}
    assert {d.name for d in REVIEW.deadlines} - shared == own - shared
    published = {d.name: d.citation.name for d in REVIEW.deadlines if not d.citation.local_default}
    assert published == {
        "notify": "Working Together 2018 and 2023, ch. 4",
        "rapid_review": "Cambridgeshire & Peterborough safeguarding partnership, after Working Together",
        "publish": "CPS legal guidance; Working Together 2018",
    }
    assert "board_chair" not in {role for d in REVIEW.deadlines for role in REVIEW.reschedulers_of(d)}


def test_the_whole_story_is_told_in_time() -> None:
    case = is_in("closed")
    assert (case.version, case.closed_on) == (len(PRACTICE_STORY), date(2019, 7, 1))
    missed = {found.deadline for found in case.clocks if found.status is ClockStatus.MISSED}
    assert missed == {"answer_panel", "report_progress"}, "nobody answered the panel, and progress was heard but once"
