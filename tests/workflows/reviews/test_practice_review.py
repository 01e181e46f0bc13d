"""The steps, guards and deadlines that only a Child Safeguarding Practice Review has."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casereview.engine.errors.bad_input import InvalidForm
from casereview.engine.model.clock import ClockStatus
from casereview.workflows import CHILD_SAFEGUARDING_PRACTICE_REVIEW as REVIEW
from casereview.workflows import SERIOUS_CASE_REVIEW
from casereview.workflows.forms.decision import Finding
from casereview.workflows.forms.practice_review import PARTNER_TITLES, PracticeCriteria
from casereview.workflows.roles import ROLES

from ...support.review_stories import apply_step, clock, form_faults, open_review, refusal_reasons
from ...support.review_tables import PRACTICE
from ...support.step_records import JOINTLY, PRACTICE_REVIEW_RECORDS


def test_there_is_no_board_chair_in_it() -> None:
    assert REVIEW.roles == tuple(role for role in ROLES if role.name != "board_chair")
    assert [(level.to, level.working_days) for level in REVIEW.escalation_policy][-1] == ("safeguarding_partners", 20)


def test_the_later_stages_match_those_of_a_serious_case_review() -> None:
    theirs = {state.name: state for state in SERIOUS_CASE_REVIEW.states}
    for state in REVIEW.states:
        if state.name in (*PRACTICE.active[3:], "closed", "discontinued", "transferred"):
            assert state is theirs[state.name]
    for step in REVIEW.transitions[REVIEW.steps.index("agree_terms") :]:
        if step.trigger not in ("reconsider", "reopen"):
            twin = SERIOUS_CASE_REVIEW.transition(step.trigger)
            assert twin is not None
            assert (step.title, step.form, step.to) == (twin.title, twin.form, twin.to)


JOINT_DECISIONS = ("decide_review", "decide_no_review")


@pytest.mark.parametrize("trigger", JOINT_DECISIONS)
def test_the_partners_decide_once_the_rapid_review_is_complete(trigger: str) -> None:
    case = PRACTICE.until("record_progress_meeting")
    assert refusal_reasons(case, trigger, case.last_step_on) == [
        (
            "rapid_review_complete",
            "The rapid review is not complete. Complete it first (complete_rapid_review).",
            "subgroup chair",
        )
    ]


def test_a_rapid_review_is_complete_only_once_it_has_met() -> None:
    case = PRACTICE.until("open_rapid_review")
    assert [guard for guard, *_ in refusal_reasons(case, "complete_rapid_review", case.last_step_on)] == [
        "meeting_held"
    ]


@pytest.mark.parametrize("trigger", JOINT_DECISIONS)
def test_a_decision_needs_the_agreement_of_all_partners(trigger: str) -> None:
    case = PRACTICE.in_state("rapid_review")
    partners = [*JOINTLY[:2], {**JOINTLY[2], "agrees": False, "reasons": "Too early."}]
    assert refusal_reasons(case, trigger, case.last_step_on, partners=partners) == [
        (
            "partners_agree",
            (
                "The integrated care board does not agree."
                " The safeguarding partners decide jointly, so record a decision on which they all agree."
            ),
            "safeguarding partners",
        )
    ]


@pytest.mark.parametrize(
    ("named", "faults"),
    [
        (JOINTLY[:2], [("partners", "the decision of the integrated care board", "nothing")]),
        ([], [("partners", f"the decision of the {title}", "nothing") for title in PARTNER_TITLES.values()]),
        ([*JOINTLY, JOINTLY[0]], [("partners", "each one once", "local authority again")]),
    ],
    ids=["one is missing", "all are", "one twice"],
)
def test_a_joint_decision_names_each_partner_once(named: list[Any], faults: list[Any]) -> None:
    assert form_faults(PRACTICE.in_state("rapid_review"), "decide_review", partners=named) == faults


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


def test_doubts_about_the_partners_decision_are_warnings_only() -> None:
    case = PRACTICE.in_state("rapid_review")
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


def test_the_panel_is_answered_if_it_disagrees_or_asks_for_more() -> None:
    case = PRACTICE.until("decide_review")
    unsent = ["The national panel has not been notified of the decision. Notify it first (send_to_panel)."]
    assert [reason for _, reason, _ in refusal_reasons(case, "record_panel_reply", case.last_step_on)] == unsent
    case = PRACTICE.until("send_to_panel")
    nothing = [
        (
            "panel_disagrees",
            "No reply is on record in which the national panel disagrees or asks for more (record_panel_reply).",
        )
    ]
    assert [found[:2] for found in refusal_reasons(case, "record_disagreement", case.last_step_on)] == nothing
    agreed = apply_step(case, "record_panel_reply", case.last_step_on, agrees="agrees").case
    assert [found[:2] for found in refusal_reasons(agreed, "record_disagreement", case.last_step_on)] == nothing


def test_reconsidering_drops_the_earlier_records_and_starts_a_new_deadline() -> None:
    case = apply_step(PRACTICE.in_state("no_review"), "reconsider", date(2018, 3, 1)).case
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


def test_a_practice_review_reopened_before_its_decision_is_decided_again() -> None:
    case = apply_step(PRACTICE.in_state("closed"), "reopen", date(2020, 1, 6), return_to="rapid_review").case
    assert [guard for guard, *_ in refusal_reasons(case, "decide_review", date(2020, 1, 6))] == [
        "rapid_review_complete"
    ]
    assert {found.deadline: found.due for found in case.clocks if found.is_outstanding} == {
        "decide_again": date(2020, 2, 6)
    }


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
def test_the_date_when_the_notification_was_sent_counts(aware: str, sent: str, due: date, status: ClockStatus) -> None:
    case = open_review(REVIEW, date(2018, 1, 15), aware_on=aware, sent_on=sent).case
    found = clock(case, "notify")
    assert (found.due, found.status, found.done_on, found.is_outstanding) == (
        due,
        status,
        date.fromisoformat(sent),
        False,
    )


def test_a_notification_is_not_sent_before_the_incident_is_known() -> None:
    with pytest.raises(InvalidForm) as caught:
        open_review(REVIEW, date(2018, 1, 15), aware_on="2018-01-08", sent_on="2018-01-05")
    assert [fault.path for fault in caught.value.faults] == ["sent_on"]


def test_every_deadline_is_listed_and_names_its_source() -> None:
    own = {"notify", "decide_again", *(run.deadline for run in PRACTICE.runs)}
    shared = {d.name for d in SERIOUS_CASE_REVIEW.deadlines}
    assert {d.name for d in REVIEW.deadlines} - shared == own - shared
    published = {d.name: d.citation.name for d in REVIEW.deadlines if not d.citation.local_default}
    assert published == {
        "notify": "Working Together 2018 and 2023, ch. 4",
        "rapid_review": "Cambridgeshire & Peterborough safeguarding partnership, after Working Together",
        "publish": "CPS legal guidance; Working Together 2018",
    }
    assert "board_chair" not in {role for d in REVIEW.deadlines for role in REVIEW.reschedulers_of(d)}
