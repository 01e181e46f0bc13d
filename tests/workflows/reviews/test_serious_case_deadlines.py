"""The deadlines that only a Serious Case Review has."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casereview.engine.errors.bad_input import InvalidForm
from casereview.engine.model.clock import ClockStatus
from casereview.workflows import SERIOUS_CASE_REVIEW

from ...support.review_stories import apply_step, clock, open_review
from ...support.review_tables import SERIOUS


def test_a_notification_after_the_decision_starts_no_deadline_for_it() -> None:
    screened = SERIOUS.until("screen")
    notified = apply_step(screened, "notify_incident", screened.last_step_on + timedelta(days=1)).case
    assert clock(notified, "decide") == clock(screened, "decide")


def test_a_referral_names_each_agency_once_in_any_spelling() -> None:
    with pytest.raises(InvalidForm) as caught:
        open_review(SERIOUS_CASE_REVIEW, date(2018, 1, 5), agency="Agency 1", other_agencies=["Agency 2", "agency  1"])
    assert [fault.path for fault in caught.value.faults] == ["other_agencies"]


def test_a_commissioned_review_names_each_agency_once_in_any_spelling() -> None:
    case = SERIOUS.until("recommend")
    decision = apply_step(
        case, "commission_partnership_review", date(2018, 2, 1), agency=case.organisations[0].upper() + " "
    )
    assert decision.linked_opening is not None
    assert decision.linked_opening.command.data["other_agencies"] == list(case.organisations[1:])


NO_REVIEW = ("take_no_further_action", "commission_partnership_review")


@pytest.mark.parametrize("decided", NO_REVIEW)
def test_the_panel_is_notified_within_14_days_although_the_case_has_ended(decided: str) -> None:
    case = SERIOUS.until("recommend", (decided, date(2018, 2, 1)))
    started = clock(case, "tell_panel_of_no_review")
    assert (started.anchor, started.due, started.is_outstanding) == (date(2018, 2, 1), date(2018, 2, 15), True)
    for on, status in ((date(2018, 2, 15), ClockStatus.MET), (date(2018, 2, 16), ClockStatus.MISSED)):
        found = clock(apply_step(case, "tell_panel", on).case, "tell_panel_of_no_review")
        assert (found.status, found.done_on) == (status, on)


def test_each_decision_starts_only_its_own_deadlines() -> None:
    review = {found.deadline for found in SERIOUS.until("screen").clocks}
    none = {found.deadline for found in SERIOUS.until("recommend", ("take_no_further_action", date(2018, 2, 1))).clocks}
    assert "tell_panel_of_no_review" not in review
    assert {"tell_panel_of_review", "complete_review"}.isdisjoint(none)


@pytest.mark.parametrize(
    ("kind", "published"), [("in_full", True), ("in_summary", True), ("anonymously", True), ("not_published", False)]
)
def test_monitoring_counts_from_the_date_of_publication(kind: str, *, published: bool) -> None:
    case = apply_step(SERIOUS.until("request_action_plans"), "record_publication", date(2018, 9, 17), kind=kind).case
    assert clock(case, "finish_monitoring").due == (date(2019, 9, 17) if published else date(2019, 7, 20))
    assert clock(case, "report_progress").due == (date(2018, 12, 17) if published else date(2018, 10, 20))


def test_progress_is_reported_each_quarter_from_publication() -> None:
    case = SERIOUS.until("report_progress")
    assert clock(case, "report_progress").due == date(2019, 3, 17)
    case = apply_step(case, "report_progress", date(2019, 3, 15)).case
    assert clock(case, "report_progress").due == date(2019, 6, 17)


def test_the_report_completes_the_review_and_closing_it_does_not() -> None:
    case = SERIOUS.until("agree_recommendations")
    assert clock(case, "complete_review").done_by == "agree_recommendations"


def test_no_deadline_is_missing_from_the_table() -> None:
    elsewhere = {"tell_panel_of_no_review", "agree_revised_report", "review_suspension"}
    assert {run.deadline for run in SERIOUS.runs} | elsewhere == {d.name for d in SERIOUS_CASE_REVIEW.deadlines}


def test_every_deadline_names_its_owner_and_its_source() -> None:
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
        "agree_revised_report": "lead_reviewer",
        "request_action_plans": "business_manager",
        "begin_monitoring": "business_manager",
        "report_progress": "business_manager",
        "finish_monitoring": "subgroup_chair",
        "review_suspension": "business_manager",
    }
    assert all(deadline.citation.name and deadline.citation.text for deadline in SERIOUS_CASE_REVIEW.deadlines)


def test_unverified_sources_and_local_defaults_are_marked() -> None:
    deadlines = SERIOUS_CASE_REVIEW.deadlines
    assert {deadline.name for deadline in deadlines if not deadline.citation.verified} == {
        "tell_panel_of_review",
    }
    assert {deadline.name for deadline in deadlines if not deadline.citation.local_default} == {
        "notify_incident",
        "decide",
        "tell_panel_of_review",
        "tell_panel_of_no_review",
        "complete_review",
    }
