"""Tests of pending decisions, changed dates and late work, and of the chair's page."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from casereview.engine.model.case import Case
from casereview.reports.pages.decision_tables import list_refs
from casereview.reports.pages.exceptions_page import MAX_ROWS, exceptions_page
from casereview.reports.pages.page import Page, Table
from casereview.reports.render.json.subgroup_reports import exceptions_document
from casereview.reports.values.decisions_and_delays import date_changes, needed_decisions, overdue_by_owner
from casereview.reports.values.exceptions import build_exceptions_report
from casereview.reports.values.rag_status import Palette
from casereview.reports.values.review import natural_sort_key, short_ref

from ...support.review_values import NOW, REF, TODAY, action, case, clock, recommendation, review, with_moved_due_date

OURS = Palette()


def waiting(*parts: Case) -> list[tuple[str, str, str]]:
    return [(short_ref(one.ref), one.title, one.role) for one in needed_decisions(review(*parts))]


def part(workflow: str, name: str, state: str, *agencies: str) -> Case:
    return case(workflow, f"{REF}/{name}", state, agencies=agencies)


@pytest.mark.parametrize(
    ("of", "what", "by"),
    [
        (part("publication", "PUB01", "checked"), "Agree the report", "board_chair"),
        (part("agency_action_plan", "P01", "submitted", "Agency 1"), "Agree the plan, or send back", "subgroup_chair"),
        (action(1, "proposed"), "Agree the action and its date", "subgroup_chair"),
        (action(1, "handed_in"), "Assure the action, or send it back", "quality_assurance"),
        (part("agency_return", "RET01", "received", "Agency 1"), "Accept the return, or send back", "business_manager"),
        (
            recommendation(4, "Agency 1", question={"agency": "Agency 1", "reasons": "It is done."}),
            "Answer Agency 1's question about recommendation 4",
            "subgroup_chair",
        ),
        (action(1, said="slipping"), "The action is slipping: agree a new date, or keep this one", "subgroup_chair"),
        (
            action(2, said="slipping", due=TODAY - timedelta(days=3)),
            "The action is slipping: agree a new date, or keep this one",
            "subgroup_chair",
        ),
    ],
    ids=lambda value: getattr(value, "workflow", None),
)
def test_a_request_a_question_or_a_slipping_date_needs_a_decision(of: Case, what: str, by: str) -> None:
    assert waiting(of) == [(short_ref(of.ref), what, by)]


@pytest.mark.parametrize(
    "of",
    [
        action(1, said="on_track"),
        action(1, "assured", said="slipping"),
        part("agency_action_plan", "P01", "agreed", "Agency 1"),
        recommendation(1, question={"agency": "Agency 1"}, answer_question={"answer": "No."}),
        recommendation(1, question={"agency": "Agency 1"}, state="superseded"),
    ],
    ids=lambda of: of.state,
)
def test_work_in_progress_or_decided_needs_no_decision(of: Case) -> None:
    assert waiting(of) == []


# --- dates --------------------------------------------------------------------------------------------------


def test_new_dates_are_listed_latest_first_with_the_decider_and_reason() -> None:
    once = with_moved_due_date(
        clock("carry_out", date(2026, 3, 2)), date(2026, 4, 1), at=NOW - timedelta(days=9), reasons="Illness."
    )
    twice = with_moved_due_date(once, date(2026, 5, 1))
    second, first = date_changes(review(action(1, clocks=(twice,))))
    assert (first.previous_due, first.due, first.days, first.reasons) == (
        date(2026, 3, 2),
        date(2026, 4, 1),
        30,
        "Illness.",
    )
    assert (second.previous_due, second.due, second.owner) == (date(2026, 4, 1), date(2026, 5, 1), "Agency 1")
    assert (second.agreed_by, second.title) == ("Chair of the Subgroup", "Carry out the action and hand it in")


def test_only_dates_moved_after_an_instant_are_listed() -> None:
    found = review(action(1, clocks=(with_moved_due_date(clock("carry_out", TODAY), TODAY + timedelta(days=7)),)))
    assert len(date_changes(found, NOW - timedelta(seconds=1))) == 1
    assert date_changes(found, NOW) == ()


# --- lateness ------------------------------------------------------------------------------------------------


def late(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_owners_with_the_latest_and_most_work_come_first() -> None:
    of = review(
        action(1, agency="Agency 1", due=late(3)),
        action(2, agency="Agency 1", due=late(10)),
        action(3, agency="Agency 2", due=late(12)),
        action(4, "handed_in", agency="Agency 2", clocks=(clock("assure", late(1)),)),
        action(5, agency="Agency 2", due=TODAY),
    )
    found = overdue_by_owner((of,))
    assert [(one.owner, one.total_days, one.most_days) for one in found] == [
        ("Agency 1", 13, 10),
        ("Agency 2", 12, 12),
        ("quality assurance group", 1, 1),
    ]
    assert [short_ref(item.case.ref) for item in found[0].items] == ["A02", "A01"]


def test_agencies_are_sorted_as_people_count() -> None:
    assert sorted(["Agency 10", "agency 9", "Board", "7th"], key=natural_sort_key) == [
        "7th",
        "agency 9",
        "Agency 10",
        "Board",
    ]


def test_owners_are_named_up_to_a_limit() -> None:
    assert list_refs([f"{REF}/A{n:02d}" for n in range(1, 11)]) == "A01, A02, A03, A04, A05, A06, A07, A08, and 2 more"
    assert list_refs([f"{REF}/A01"], full_refs=True) == f"{REF}/A01"


# --- the page of a chair --------------------------------------------------------------------------------------


def tables(page: Page) -> list[Table]:
    return [part for section in page.sections for part in section.parts if isinstance(part, Table)]


def test_a_chair_s_page_has_only_what_that_chair_decides() -> None:
    found = build_exceptions_report([review(action(1, "proposed"), action(2, "handed_in"))])
    assert [one.ref for one in found.decisions] == [f"{REF}/A01"]


def test_the_longest_pending_decision_of_all_reviews_comes_first() -> None:
    first = review(action(1, "proposed", on=date(2026, 5, 1)))
    second = review(action(2, "proposed", on=date(2026, 4, 1)))
    assert [one.ref for one in build_exceptions_report([first, second]).decisions] == [f"{REF}/A02", f"{REF}/A01"]


def test_a_date_that_came_forward_did_not_slip() -> None:
    forward = with_moved_due_date(clock("carry_out", TODAY), late(1))
    assert build_exceptions_report([review(action(1, clocks=(forward,)))]).date_changes == ()


def test_the_page_stays_one_page_with_any_number_of_items() -> None:
    many = [
        action(
            n,
            agency=f"Agency {n}",
            clocks=(with_moved_due_date(clock("carry_out", late(9)), late(2)),),
            said="slipping",
        )
        for n in range(1, 30)
    ] + [action(n, "proposed", agency=f"Agency {n}") for n in range(30, 60)]
    page = exceptions_page(build_exceptions_report([review(*many)]), OURS, today=TODAY, rehearsal=False)
    assert [(len(table.rows), table.remainder) for table in tables(page)] == [
        (MAX_ROWS, "And 51 more."),
        (MAX_ROWS, "And 21 more."),
        (MAX_ROWS, "And 21 more."),
    ]


def test_the_page_says_how_many_reviews_it_covers() -> None:
    one, two = build_exceptions_report([review()]), build_exceptions_report([review(), review()])
    assert exceptions_page(one, OURS, today=TODAY, rehearsal=False).summary == f"15 Jun 2026. {REF}."
    assert exceptions_page(two, OURS, today=TODAY, rehearsal=False).summary == "15 Jun 2026. 2 open reviews."


def test_a_program_is_given_all_of_it() -> None:
    of = review(
        action(1, "proposed"),
        action(2, clocks=(with_moved_due_date(clock("carry_out", late(9)), late(2)),)),
        clocks=(clock("report_progress", late(4)),),
    )
    document = exceptions_document(build_exceptions_report([of]))
    assert document["reviews"] == [REF]
    assert document["decisions"] == [
        {
            "ref": f"{REF}/A01",
            "agency": "Agency 1",
            "title": "Agree the action and its date",
            "role": "subgroup_chair",
            "last_step_on": "2026-01-05",
        }
    ]
    assert document["date_changes"] == [
        {
            "ref": f"{REF}/A02",
            "owner": "Agency 1",
            "title": "Carry out the action and hand it in",
            "previous_due": "2026-06-06",
            "due": "2026-06-13",
            "agreed_by": "Chair of the Subgroup",
            "reasons": "A manager left.",
        }
    ]
    assert [(one["owner"], one["total_days"], one["items"][0]["deadline"]) for one in document["overdue"]] == [
        ("business manager", 4, "report_progress"),
        ("Agency 1", 2, "carry_out"),
    ]


def test_work_due_on_a_day_is_late_from_midnight_in_london() -> None:
    of = action(1, due=TODAY)
    assert overdue_by_owner((review(of, at=datetime.fromisoformat("2026-06-15T22:59:00+00:00")),)) == ()
    ((one,),) = [overdue_by_owner((review(of, at=datetime.fromisoformat("2026-06-15T23:00:00+00:00")),))]
    assert one.total_days == 1
