"""The steps that change the course of a review: their guards and their effects on the parts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from casereview.engine import Engine
from casereview.engine.model.case import Link
from casereview.engine.model.clock import ClockStatus
from casereview.engine.model.commands import Resume, Suspend
from casereview.engine.model.people import DecidedBy
from casereview.engine.ports.records import Selection
from casereview.workflows import PARTNERSHIP_REVIEW, SERIOUS_CASE_REVIEW, WORKFLOWS
from casereview.workflows.parts.status import REVIEWS

from ...support.databases import record_in_memory
from ...support.review_in_database import RECOMMENDED_TO_BOTH, RECOMMENDED_TO_ONE, ReviewInDatabase
from ...support.review_stories import (
    MANAGER,
    PARTNERSHIP_STORY,
    SERIOUS_STORY,
    apply_step,
    case_after_story,
    clock,
    evening_of,
    form_faults,
    refusal_reasons,
    story_until,
)
from ...support.step_records import COURSE_CHANGES, LINKED, PLANNED, TERMS

CHAIR = DecidedBy(name="Chair 1", capacity="board_chair")


@pytest.fixture
def review() -> Iterator[ReviewInDatabase]:
    database = record_in_memory()
    made = ReviewInDatabase(engine=Engine(database, WORKFLOWS, now=lambda: evening_of(made.today)))
    yield made
    database.close()


def test_every_kind_of_review_has_the_same_course_changes() -> None:
    for workflow in WORKFLOWS:
        if workflow.name in REVIEWS:
            assert set(COURSE_CHANGES) <= set(workflow.steps)


def reasons(review: ReviewInDatabase, trigger: str, **data: Any) -> list[str]:
    return [reason for _, reason, _ in review.reasons("", trigger, **data)]


def test_terms_are_amended_version_by_version_and_each_is_whole(review: ReviewInDatabase) -> None:
    review.in_engagement()
    assert reasons(review, "amend_terms", version=3) == ["The current terms are version 1. Number the new ones 2."]
    review.step("", "amend_terms", agencies=[*TERMS["agencies"], "Agency 3"])
    assert review.case().organisations == ("Agency 1", "Agency 2", "Agency 3")
    assert reasons(review, "amend_terms") == [
        "The current terms are version 2. Number the new ones 3.",
        "Agency 3 takes part in the review. Record first that it leaves (agency_leaves).",
    ]
    review.step("", "amend_terms", version=3, agencies=["agency 1", "Agency 2", "Agency 3"])


def test_newly_agreed_terms_start_with_version_1_again(review: ReviewInDatabase) -> None:
    review.in_engagement()
    review.step("", "amend_terms")
    review.step("", "discontinue")
    review.step("", "reopen", return_to="screened")
    review.step("", "agree_terms", agencies=["Agency 3"])
    assert review.case().organisations == ("Agency 3",)
    assert reasons(review, "amend_terms", version=3, agencies=["Agency 3"]) == [
        "The current terms are version 1. Number the new ones 2."
    ]


def test_an_agency_joins_once_and_is_asked_for_a_plan(review: ReviewInDatabase) -> None:
    review.reported()
    assert reasons(review, "add_agency", agency="agency  1") == ["agency 1 already takes part in the review."]
    review.step("", "add_agency")
    assert reasons(review, "request_action_plans") == [
        "Agency 9 contributes to the review. Ask it for an action plan, too."
    ]
    review.step("", "request_action_plans", agencies=["Agency 1", "Agency 2", "Agency 9"])


@pytest.mark.parametrize(
    ("trigger", "data"),
    [
        ("add_agency", {"agency": "agency 7"}),
        ("agency_succeeded_by", {"successor": "Agency 7"}),
        ("amend_terms", {"agencies": ["Agency 1", "Agency 2", "Agency 7"]}),
    ],
)
def test_an_agency_that_employs_the_lead_reviewer_cannot_join(trigger: str, data: dict[str, Any]) -> None:
    story = story_until(SERIOUS_STORY, "agree_terms")
    case = apply_step(
        case_after_story(SERIOUS_CASE_REVIEW, story), "appoint_reviewer", date(2018, 3, 12), employer="Agency 7"
    ).case
    assert [found[:2] for found in refusal_reasons(case, trigger, date(2018, 3, 13), **data)] == [
        (
            "reviewer_from_no_agency",
            "Agency 7 employs the lead reviewer. Appoint another reviewer first (replace_reviewer).",
        )
    ]
    case = apply_step(case, "replace_reviewer", date(2018, 3, 13)).case
    assert refusal_reasons(case, trigger, date(2018, 3, 13), **data) == []


def plans(review: ReviewInDatabase, *, agreed: bool) -> None:
    review.planned()
    actions = [{**PLANNED, "recommendations": [1, 4]}]
    review.step("P01", "submit", actions=actions)
    review.step("P02", "submit", actions=[{**PLANNED, "recommendations": [4]}])
    if agreed:
        review.step("P01", "agree")
        review.step("P02", "agree")


def test_open_parts_of_an_agency_that_leaves_end_and_its_actions_are_named(
    review: ReviewInDatabase,
) -> None:
    review.in_engagement()
    review.step("", "request_returns")
    review.step("RET02", "return_nil")
    for part, trigger in (
        ("E01", "take_part"),
        ("E02", "take_part"),
        ("", "receive_draft"),
        ("PUB01", "check_accuracy"),
    ):
        review.step(part, trigger)
    review.step("", "agree_recommendations", recommendations=[RECOMMENDED_TO_ONE, RECOMMENDED_TO_BOTH])
    review.step("", "request_action_plans")
    review.step("P01", "submit", actions=[{**PLANNED, "recommendations": [1, 4]}])
    done = review.step("", "agency_leaves", agency="AGENCY 1")
    assert done.cascaded == (review.on_day("RET01"), review.on_day("P01"))
    assert review.states("agency_return") == {"RET01": "discontinued", "RET02": "nil_return"}
    assert review.states("agency_action_plan") == {"P01": "agency_ceased", "P02": "requested"}
    assert review.states("action") == {"A01": "proposed"}
    addressed = "is addressed to AGENCY 1. Change its addressees (readdress), or end it."
    assert done.warnings == (
        f"{review.on_day('A01')} (Agency 1) is proposed. It stays open until the subgroup ends or transfers it.",
        f"{review.on_day('REC01')} (recommendation 1) {addressed}",
        f"{review.on_day('REC02')} (recommendation 4) {addressed}",
    )
    assert review.case().organisations == ("Agency 2",)
    assert reasons(review, "agency_leaves") == ["Agency 1 does not take part in the review. These do: Agency 2."]


def test_the_parts_of_an_agency_pass_to_the_new_agency(review: ReviewInDatabase) -> None:
    plans(review, agreed=True)
    review.step("A01", "hand_in")
    review.step("A01", "assure")
    done = review.step("", "agency_succeeded_by")
    assert done.cascaded == tuple(review.on_day(part) for part in ("P01", "A01", "REC01", "REC02"))
    found = {part: review.case(part).organisations for part in ("P01", "P02", "A01", "A02", "REC01", "REC02")}
    assert found == {
        "P01": ("Agency 9",),
        "P02": ("Agency 2",),
        "A01": ("Agency 9",),
        "A02": ("Agency 2",),
        "REC01": ("Agency 9",),
        "REC02": ("Agency 2", "Agency 9"),
    }
    # No new gap appears: the successor's plan and action address the recommendations now made to it.
    assert review.next("begin_monitoring") == ([], [])
    assert review.case("A01").state == "assured"
    review.step("A02", "hand_in")
    review.step("A02", "assure")
    assert review.step("REC01", "carry_out").case.state == "carried_out"
    assert [case.ref for case in review.engine.cases(Selection(organisation="agency 9", parent=review.ref))] == [
        review.on_day("A01"),
        review.on_day("P01"),
        review.on_day("REC01"),
        review.on_day("REC02"),
    ]


def test_a_new_agency_named_with_the_former_one_appears_once(review: ReviewInDatabase) -> None:
    plans(review, agreed=False)
    review.step("", "agency_succeeded_by", successor="Agency 2")
    assert review.case("REC02").data["readdress"]["made_to"] == ["Agency 2"]
    assert review.case().organisations == ("Agency 2",)
    assert review.case("P01").organisations == review.case("P02").organisations == ("Agency 2",)


def test_reminders_for_a_transferred_action_go_to_the_new_agency_s_lead(review: ReviewInDatabase) -> None:
    plans(review, agreed=True)
    review.step("", "agency_succeeded_by")
    for name, agency in (("Lead 1", "Agency 1"), ("Lead 9", "Agency 9")):
        review.engine.add_person(
            name, role="agency_safeguarding_lead", actor=MANAGER, organisation=agency, email=f"{name[-1]}@example.org"
        )
    review.today = date(2018, 10, 8)
    fired = [one for one in review.engine.sweep().fired if one.ref == review.on_day("A01")]
    assert {person for one in fired for person in one.recipients} == {"Lead 9"}


ENDED = "Agency 1 has ended or left the review. Name the agency that now acts in its place."


@pytest.mark.parametrize("trigger", ["agency_leaves", "agency_succeeded_by"])
def test_an_agency_that_ended_or_left_cannot_take_over(review: ReviewInDatabase, trigger: str) -> None:
    review.planned()
    review.step("", trigger)
    # The parts it left show this after each kind of step.
    review.step("", "add_agency", agency="Agency 5")
    review.step("", trigger, agency="Agency 5", **({"successor": "Agency 6"} if "succeeded" in trigger else {}))
    assert reasons(review, "agency_succeeded_by", agency="Agency 2", successor="agency 1") == [
        ENDED.replace("Agency 1", "agency 1")
    ]


def test_an_agency_that_left_cannot_take_over_from_another_or_itself(
    review: ReviewInDatabase,
) -> None:
    review.open_new(other_agencies=["Agency 2"])
    review.step("", "agency_leaves")
    assert reasons(review, "agency_succeeded_by", agency="Agency 2", successor="Agency 1") == [ENDED]
    assert reasons(review, "agency_succeeded_by", agency="Agency 2", successor="AGENCY 2") == [
        "An agency cannot take over from itself. Name another agency."
    ]
    review.step("", "add_agency", agency="Agency 1")
    assert reasons(review, "agency_succeeded_by", agency="Agency 2", successor="Agency 1") == []


def test_a_replacement_reviewer_is_independent_and_holds_the_role(review: ReviewInDatabase) -> None:
    review.in_engagement()
    assert reasons(review, "replace_reviewer", employer="agency  2") == [
        "The lead reviewer's employer, agency 2, contributes to the review. Appoint an independent reviewer."
    ]
    review.step("", "replace_reviewer")
    for name in ("Reviewer 1", "Reviewer 3"):
        review.engine.add_person(name, role="lead_reviewer", actor=MANAGER, email=f"{name[-1]}@example.org")
    review.today = date(2018, 7, 9)
    fired = [one for one in review.engine.sweep().fired if one.deadline == "complete_review"]
    assert {person for one in fired for person in one.recipients} == {"Reviewer 3"}


def test_a_reviewer_must_declare_independence() -> None:
    case = case_after_story(SERIOUS_CASE_REVIEW, story_until(SERIOUS_STORY, "appoint_reviewer"))
    assert form_faults(case, "replace_reviewer", independent=False) == [
        ("independent", "true, for the lead reviewer", "false")
    ]


def test_a_newly_appointed_reviewer_replaces_any_other() -> None:
    case = case_after_story(SERIOUS_CASE_REVIEW, story_until(SERIOUS_STORY, "appoint_reviewer"))
    on = case.last_step_on
    for trigger, data in (
        ("replace_reviewer", {}),
        ("discontinue", {}),
        ("reopen", {"return_to": "terms_of_reference"}),
        ("appoint_reviewer", {"name": "Reviewer 4"}),
    ):
        case = apply_step(case, trigger, on, **data).case
    assert "replace_reviewer" not in case.data


def test_a_reviewer_cannot_be_replaced_before_an_appointment() -> None:
    case = case_after_story(PARTNERSHIP_REVIEW, story_until(PARTNERSHIP_STORY, "agree_scope"))
    for trigger in ("add_reviewer", "replace_reviewer"):
        assert [guard for guard, *_ in refusal_reasons(case, trigger, case.last_step_on)] == ["reviewer_appointed"]


def test_an_added_child_is_stored_apart_from_the_history(review: ReviewInDatabase) -> None:
    review.open_new()
    done = review.step("", "add_child", born_on="2016-02-01")
    assert "Sibling 1" not in repr(done.case)
    assert set(done.case.data["add_child"]) == {"child", "born_on", "reasons"}


def test_early_learning_opens_actions_with_deadlines_before_the_report(review: ReviewInDatabase) -> None:
    review.open_new()
    done = review.step("", "record_early_learning")
    assert done.opened == (review.on_day("A01"),)
    assert review.case("A01").data["propose"]["early_learning"] is True
    review.step("A01", "agree")
    assert clock(review.case("A01"), "carry_out").status is ClockStatus.RUNNING
    assert review.case().state == "referred"


def test_a_review_is_linked_with_others_once_and_never_with_itself(review: ReviewInDatabase) -> None:
    review.open_new()
    review.step("", "link", other=LINKED, relation="joint_review", lead_board="Board 2")
    assert reasons(review, "link", other=LINKED.upper()) == [f"The review is already linked with {LINKED.upper()}."]
    assert reasons(review, "link", other=review.ref.lower()) == ["No review is linked with itself."]
    assert reasons(review, "record_sign_off", other="NA-0002") == [
        "The review is not linked with NA-0002. Link it first (link)."
    ]
    review.step("", "record_sign_off")
    assert review.case().links == (Link(relation="joint_review", ref=LINKED),)


def test_two_linked_reviews_each_show_the_other_once(review: ReviewInDatabase) -> None:
    first = review.open_new().ref
    second = review.open_new().ref
    review.step("", "link", relation="joint_review", other=first)
    review.ref = first
    review.step("", "link", relation="joint_review", other=second)
    assert review.engine.case(first).links == (Link(relation="joint_review", ref=second),)
    assert review.engine.case(second).links == (Link(relation="joint_review", ref=first),)
    assert [case.ref for case in review.engine.tree(first)] == [first]


def test_a_report_sent_back_is_a_draft_again_and_its_recommendations_stay(review: ReviewInDatabase) -> None:
    plans(review, agreed=True)
    review.step("", "begin_monitoring")
    review.step("", "report_progress")
    done = review.step("", "revise_report")
    assert done.cascaded == (review.on_day("PUB01"),)
    assert (review.case().state, review.case("PUB01").state) == ("engagement", "draft")
    assert review.states("recommendation") == {"REC01": "made", "REC02": "made"}
    assert {"agree_recommendations", "begin_monitoring", "report_progress"} & set(review.case().data) == set()
    open_clocks = {found.deadline for found in review.case().clocks if found.is_open}
    assert open_clocks == {"agree_revised_report", "notify_incident", "tell_panel_of_review"}
    review.step("PUB01", "check_accuracy")
    review.step("", "agree_recommendations", recommendations=[])
    assert clock(review.case(), "agree_revised_report").status is ClockStatus.MET
    # Those who have been asked for their plans are not asked again.
    review.step("", "request_action_plans", agencies=[])
    assert review.states("agency_action_plan") == {"P01": "agreed", "P02": "agreed"}
    review.step("", "begin_monitoring")


def test_a_published_report_stays_published_and_another_is_drafted(review: ReviewInDatabase) -> None:
    review.reported()
    review.step("PUB01", "publish", family_not_informed="Untraceable.")
    review.step("", "revise_report")
    assert review.case("PUB01").state == "in_full"
    assert "record_publication" not in review.case().data
    assert reasons(review, "agree_recommendations", recommendations=[]) == [
        "No draft of the report is on record. Record it first (receive_draft)."
    ]
    review.step("", "receive_draft")
    review.step("PUB02", "check_accuracy")
    assert review.step("", "agree_recommendations", recommendations=[]).cascaded == (review.on_day("PUB02"),)


def test_a_report_discontinued_with_its_review_reopens_in_its_former_state(review: ReviewInDatabase) -> None:
    review.reported()
    review.step("", "discontinue")
    review.step("", "reopen", return_to="recommendations")
    assert [guard for guard, *_ in review.reasons("PUB01", "reopen", return_to="scheduled")] == ["state_reached_before"]
    review.step("PUB01", "reopen", return_to="agreed")
    review.step("PUB01", "publish", family_not_informed="Untraceable.")
    assert "record_publication" in review.case().data


def test_a_report_sent_back_loses_its_planned_date(review: ReviewInDatabase) -> None:
    review.reported()
    review.step("PUB01", "schedule")
    assert clock(review.case("PUB01"), "send_copy").is_open
    review.step("", "revise_report")
    assert not clock(review.case("PUB01"), "send_copy").is_open
    assert set(review.case("PUB01").data) == {"draft", "go_back"}


def test_a_review_is_handed_over_with_all_its_parts(review: ReviewInDatabase) -> None:
    plans(review, agreed=True)
    review.step("", "transfer")
    assert review.case().state == "transferred"
    assert {case.closed_on for case in review.engine.tree(review.ref) if case.workflow != "engagement"} == {
        review.today
    }
    assert [found for case in review.engine.tree(review.ref) for found in case.clocks if found.is_outstanding] == []


@pytest.mark.parametrize("part", ["", "E03", "PUB01"])
def test_a_review_is_not_handed_over_during_a_suspension(review: ReviewInDatabase, part: str) -> None:
    review.reported()
    review.step("", "involve")
    review.step("PUB01", "schedule")
    ref = review.on_day(part)
    review.engine.record(
        Suspend(
            ref=ref,
            actor=MANAGER,
            proceeding="Crown Court trial",
            consulted="Crown Prosecution Service",
            reasons="Two practitioners are witnesses.",
            decided_by=CHAIR,
        )
    )
    expected = (
        f"{ref} is suspended for Crown Court trial (suspension 1)."
        " Resume it first (resume), and describe the restriction in the handover."
    )
    assert reasons(review, "transfer") == [expected]
    assert review.next("transfer")[0] == [expected]
    review.engine.record(Resume(ref=ref, actor=MANAGER, reasons="It is over.", decided_by=CHAIR))
    assert reasons(review, "transfer") == []


def test_a_review_is_not_handed_over_while_its_report_waits(review: ReviewInDatabase) -> None:
    review.reported()
    review.step("PUB01", "record_panel_advice", advice="asks_for_more")
    publication = review.on_day("PUB01")
    assert reasons(review, "transfer") == [
        f"The national panel asked for more about {publication}. Record its advice first (record_panel_advice)."
    ]
    review.step("PUB01", "record_panel_advice")
    review.step("PUB01", "defer")
    assert reasons(review, "transfer") == [
        f"{publication} is postponed for a trial. Set a date (schedule), or record the outcome (publish)."
    ]
    review.step("PUB01", "schedule")
    assert reasons(review, "transfer") == []


def test_a_reopened_review_needs_progress_again_and_keeps_its_publication() -> None:
    closed = case_after_story(SERIOUS_CASE_REVIEW, SERIOUS_STORY)
    case = apply_step(closed, "reopen", date(2020, 1, 6), return_to="monitored").case
    assert {"close", "report_progress"} & set(case.data) == set()
    assert [guard for guard, *_ in refusal_reasons(case, "close", date(2020, 1, 6))] == ["progress_reported"]
    running = {found.deadline: found.due for found in case.clocks if found.is_outstanding}
    assert running == {"report_progress": date(2020, 4, 6), "finish_monitoring": date(2021, 1, 6)}
    heard = apply_step(case, "report_progress", date(2020, 1, 7)).case
    assert apply_step(heard, "close", date(2020, 1, 8)).case.state == "closed"


def test_a_review_reopened_before_its_report_publishes_another() -> None:
    closed = case_after_story(SERIOUS_CASE_REVIEW, SERIOUS_STORY)
    case = apply_step(closed, "reopen", date(2020, 1, 6), return_to="engagement").case
    assert {"agree_recommendations", "record_publication", "begin_monitoring"} & set(case.data) == set()
    running = {found.deadline: found.due for found in case.clocks if found.is_outstanding}
    assert running == {"agree_revised_report": date(2020, 4, 6)}


def test_a_review_reopened_before_its_decision_is_decided_again() -> None:
    closed = case_after_story(SERIOUS_CASE_REVIEW, SERIOUS_STORY)
    case = apply_step(closed, "reopen", date(2020, 1, 6), return_to="referred").case
    assert set(case.data) == {"refer", "notify_incident", "link", "reopen"}
    running = {found.deadline: found.due for found in case.clocks if found.is_outstanding}
    assert running == {"recommend": date(2020, 1, 20), "decide": date(2020, 2, 6)}


def test_a_reopened_review_resumes_the_deadlines_of_its_state_only() -> None:
    story = (*story_until(SERIOUS_STORY, "request_action_plans"), ("discontinue", date(2018, 8, 1)))
    case = apply_step(
        case_after_story(SERIOUS_CASE_REVIEW, story), "reopen", date(2018, 9, 3), return_to="screened"
    ).case
    assert {found.deadline: found.due for found in case.clocks if found.is_outstanding} == {
        "agree_terms": date(2018, 10, 3)
    }


def test_a_reopened_referral_needs_a_new_recommendation() -> None:
    story = (*story_until(SERIOUS_STORY, "recommend"), ("withdraw", date(2018, 1, 18)))
    case = apply_step(case_after_story(SERIOUS_CASE_REVIEW, story), "reopen", date(2018, 2, 1)).case
    assert [guard for guard, *_ in refusal_reasons(case, "screen", date(2018, 2, 1))] == ["recommended"]
    assert clock(case, "recommend").due == date(2018, 2, 15)


def test_a_reconsidered_decision_is_due_in_a_month_without_old_notices() -> None:
    story = (*story_until(SERIOUS_STORY, "recommend"), ("take_no_further_action", date(2018, 2, 1)))
    case = apply_step(case_after_story(SERIOUS_CASE_REVIEW, story), "reconsider", date(2018, 2, 5)).case
    assert {found.deadline: found.due for found in case.clocks if found.is_outstanding} == {
        "recommend": date(2018, 2, 19),
        "decide": date(2018, 3, 5),
    }
    assert clock(case, "tell_panel_of_no_review").status is ClockStatus.CANCELLED
