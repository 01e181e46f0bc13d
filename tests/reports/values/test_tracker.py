"""Tests of the tracker: each action once, and each recommendation without an action."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casereview.engine.model.case import Case
from casereview.reports.pages.page import Table
from casereview.reports.pages.tracker_page import tracker_page
from casereview.reports.render.json.subgroup_reports import tracker_document
from casereview.reports.values.rag_status import Palette, RagColour
from casereview.reports.values.tracker import Tracker, TrackerRow, build_tracker, count_by_colour

from ...support.review_values import (
    REF,
    TODAY,
    action,
    case,
    clock,
    recommendation,
    review,
    with_level_reached,
    with_moved_due_date,
)

OURS = Palette()


def rows(*parts: Case, agency: str | None = None) -> tuple[TrackerRow, ...]:
    return build_tracker(review(*parts), OURS, agency=agency).rows


def shown(*parts: Case, agency: str | None = None) -> list[tuple[str, str, tuple[int, ...], str]]:
    return [
        (row.agency, row.ref.rpartition("/")[2], row.recommendations, str(row.rating))
        for row in rows(*parts, agency=agency)
    ]


# --- the rows and their order ---------------------------------------------------------------------------


def test_actions_are_sorted_by_agency_recommendation_and_reference() -> None:
    parts = (
        action(1, agency="Agency 10", answers=(1,)),
        action(2, agency="Agency 9", answers=(3,)),
        action(10, agency="Agency 9", answers=(2, 3)),
        action(9, agency="Agency 9", answers=(2, 3)),
        action(3, agency="Agency 9", answers=()),
    )
    assert [row.ref for row in rows(*parts)] == [f"{REF}/{name}" for name in ("A09", "A10", "A02", "A03", "A01")]


def test_a_recommendation_without_an_action_has_a_row_for_each_agency() -> None:
    parts = (recommendation(1, "Agency 1", "Agency 2"), action(1, agency="agency  1", answers=(1,)))
    assert shown(*parts) == [
        ("agency  1", "A01", (1,), "grey: not started"),
        ("Agency 2", "", (1,), "grey: no action yet"),
    ]


@pytest.mark.parametrize(
    "parts",
    [
        (recommendation(1, "Agency 1", state="superseded"),),
        (recommendation(1, "Agency 1", make={"number": 1, "text": "x", "made_to": ["A"], "scope": "national"}),),
        (
            recommendation(1, "Agency 1"),
            case("agency_action_plan", f"{REF}/P01", "agency_ceased", agencies=("Agency 1",)),
        ),
        (recommendation(1, "Agency 1", readdress={"made_to": ["Agency 2"]}), action(1, agency="Agency 2")),
        (recommendation(1, "Agency 1"), action(1, "assured")),
    ],
    ids=["it has ended", "a letter addresses it", "its agency has ceased", "readdressed", "assured"],
)
def test_no_action_is_missing_if_none_is_needed(parts: tuple[Case, ...]) -> None:
    assert [row for row in rows(*parts) if not row.ref] == []


@pytest.mark.parametrize("state", ["superseded", "not_carried_out", "transferred"])
def test_an_action_that_ended_without_assurance_addresses_nothing(state: str) -> None:
    assert [row.ref for row in rows(recommendation(1, "Agency 1"), action(1, state))] == ["", f"{REF}/A01"]


# --- content of a row -------------------------------------------------------------------------------------


def test_a_row_has_the_lead_both_due_dates_evidence_and_escalations() -> None:
    first, second = TODAY - timedelta(days=30), TODAY - timedelta(days=3)
    running = with_level_reached(
        with_moved_due_date(clock("carry_out", first), second), "Manager 1", "Chair", level="subgroup_chair"
    )
    shown_with = {
        "status": "on_track",
        "text": "Half is done.",
        "evidence": [{"title": "Photograph", "location": "x"}],
    }
    (row,) = rows(action(1, clocks=(running,), report_progress=shown_with))
    assert (row.lead_person, row.original_due, row.due, row.date_changed) == ("Manager 1", first, second, True)
    assert (row.state, row.evidence, row.progress) == ("agreed", ("Photograph",), "Half is done.")
    assert str(row.rating) == "red: 3 days overdue"
    # A day ends in London in summer while it is still that day in UTC; the notice is sent the next day.
    assert [(one.level, one.day, one.recipients) for one in row.escalations] == [
        ("subgroup_chair", second + timedelta(days=1), ("Manager 1", "Chair"))
    ]


def test_a_level_skipped_or_without_recipients_is_no_escalation() -> None:
    running = with_level_reached(
        with_level_reached(clock("carry_out", TODAY), "Manager 1", skipped=True), level="owner"
    )
    assert rows(action(1, clocks=(running,)))[0].escalations == ()


def test_an_action_that_is_handed_in_shows_no_escalations() -> None:
    late = with_level_reached(clock("carry_out", TODAY - timedelta(days=9), done_on=TODAY), "Manager 1")
    (row,) = rows(action(1, "handed_in", clocks=(late,), hand_in={"evidence": [{"title": "Audit", "location": "x"}]}))
    assert (row.escalations, row.evidence, row.state) == ((), ("Audit",), "handed in")


def test_an_action_sent_back_still_shows_its_first_due_date() -> None:
    first = clock("carry_out", date(2026, 3, 2), done_on=date(2026, 3, 1))
    again = clock("carry_out", date(2026, 9, 1), number=2)
    (row,) = rows(action(1, clocks=(first, again)))
    assert (row.original_due, row.due) == (date(2026, 3, 2), date(2026, 9, 1))


def test_a_proposed_action_shows_its_proposed_date_without_a_slip() -> None:
    (row,) = rows(action(1, "proposed", due=date(2026, 9, 1)))
    assert (row.original_due, row.due, row.date_changed) == (None, date(2026, 9, 1), False)


def test_only_actions_are_counted_by_colour() -> None:
    found = rows(recommendation(2, "Agency 1"), action(1), action(2, "assured"), action(3, said="on_track"))
    assert count_by_colour(found) == {RagColour.GREY: 1, RagColour.BLUE: 1, RagColour.GREEN: 1}


# --- one agency's -----------------------------------------------------------------------------------------


PARTS = (
    recommendation(1, "Agency 1", "Agency 2"),
    recommendation(2, "Agency 2"),
    recommendation(3, "Agency 2"),
    action(1, agency="Agency 1", answers=(1, 3)),
    action(2, agency="Agency 2", answers=(1, 2)),
)


def test_an_agency_s_tracker_has_only_its_own_rows() -> None:
    of = build_tracker(review(*PARTS), OURS, agency="AGENCY 1")
    assert [row.ref for row in of.rows] == [f"{REF}/A01"]
    # The third recommendation was not made to this agency, but its action addresses it.
    assert [(one.number, one.made_to) for one in of.recommendations] == [(1, ("Agency 1",)), (3, ())]
    assert of.title == ""
    page = tracker_page([of], OURS, today=TODAY, agency="Agency 1", rehearsal=False)
    assert "Agency 2" not in str(page)
    assert "Child A" not in str(page)
    assert page.title == "Action tracker of Agency 1"


def test_the_whole_tracker_counts_each_agency_s_actions_by_colour() -> None:
    page = tracker_page([build_tracker(review(*PARTS), OURS)], OURS, today=TODAY, agency=None, rehearsal=False)
    (summary,) = [part for part in page.parts if isinstance(part, Table)]
    assert [column.title for column in summary.columns] == ["Agency", *map(str.capitalize, RagColour), "All"]
    assert summary.rows == (("Agency 1", 1, 0, 0, 0, 0, 0, 1), ("Agency 2", 1, 0, 0, 0, 0, 0, 1))
    assert page.summary == "15 Jun 2026. 2 actions, 0 overdue."


def test_an_agency_spelt_in_two_ways_is_one_agency() -> None:
    of = build_tracker(review(action(1, agency="Agency 1"), action(2, agency="agency  1")), OURS)
    assert [(agency, len(found)) for agency, found in of.rows_by_agency()] == [("Agency 1", 2)]


def test_a_workbook_has_all_actions_of_all_reviews_in_one_table() -> None:
    other = replace(build_tracker(review(action(1)), OURS), ref="SCR-2026-002")
    page = tracker_page(
        [build_tracker(review(*PARTS), OURS), other], OURS, today=TODAY, agency=None, rehearsal=False, flat=True
    )
    ((actions, recommendations),) = [section.parts for section in page.sections]
    assert isinstance(actions, Table)
    assert isinstance(recommendations, Table)
    assert [row[:3] for row in actions.rows][::2] == [
        (REF, "Agency 1", f"{REF}/A01"),
        (REF, "Agency 2", ""),
    ]
    assert actions.rows[-1][:2] == ("SCR-2026-002", "Agency 1")
    assert [row[:2] for row in recommendations.rows] == [(REF, 1), (REF, 2), (REF, 3)]


def test_a_review_without_actions_says_so() -> None:
    page = tracker_page([build_tracker(review(), OURS)], OURS, today=TODAY, agency=None, rehearsal=False)
    assert page.sections[0].parts[-1] == "No action yet."


def test_a_program_is_given_the_facts() -> None:
    document = tracker_document(build_tracker(review(recommendation(2, "Agency 1"), action(1)), OURS))
    assert (document["ref"], document["title"]) == (REF, "Child A")
    assert document["recommendations"] == [
        {"number": 2, "text": "Recommendation 2 is made.", "made_to": ["Agency 1"], "state": "made"}
    ]
    first, gap = document["actions"]
    assert first == {
        "ref": f"{REF}/A01",
        "agency": "Agency 1",
        "recommendations": [1],
        "action": "Action 1 is done.",
        "rag": "grey",
        "reason": "not started",
        "days_overdue": 0,
        "state": "agreed",
        "lead_person": "Manager 1",
        "original_due": "2026-09-13",
        "due": "2026-09-13",
        "evidence": [],
        "escalations": [],
        "progress": None,
    }
    assert {gap["ref"], gap["action"], gap["state"], gap["due"], gap["lead_person"]} == {None}
    empty = Tracker(ref=REF, title="", recommendations=(), rows=())
    assert tracker_document(empty)["title"] is None
