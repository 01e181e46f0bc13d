"""Return the number of cases in each state."""

from __future__ import annotations

from contextlib import closing

import pytest

from casereview.persistence.backends.sqlite_driver import sqlite3

from ...support.command_line import PARTNERSHIP_EXAMPLES, Office, example_file


@pytest.fixture
def several(office: Office) -> Office:
    """An office with three reviews, of which one has moved on, and a smaller one that has ended."""
    return office.prepared(_refer_several)


def _refer_several(office: Office) -> None:
    for _ in range(3):
        ref = office.refer("--on", "2026-01-05")
    office.record_steps(ref, "notify_incident", "recommend", "screen")
    office.output("refer", "partnership_review", "--file", str(example_file("refer", PARTNERSHIP_EXAMPLES)))
    with closing(sqlite3.connect(office.path)) as connection:
        connection.execute("UPDATE casereview_case SET state = 'closed' WHERE workflow = 'partnership_review'")
        connection.commit()


def test_a_manager_sees_how_many_are_open_and_where_they_stand(several: Office) -> None:
    shown = [line.split() for line in several.output("list", "--counts").splitlines()[2:]]
    assert shown == [
        ["Serious", "Case", "Review,", "open", "3"],
        ["referred", "2"],
        ["screened", "1"],
        ["Partnership", "review,", "open", "0"],
        ["closed", "1"],
    ]


def test_a_program_is_given_each_count_in_the_order_of_the_workflow(several: Office) -> None:
    counted = several.document("list", "--counts")
    assert counted[0] == {
        "workflow": "serious_case_review",
        "state": "referred",
        "title": "referred",
        "is_end": False,
        "cases": 2,
    }
    assert [(one["state"], one["is_end"], one["cases"]) for one in counted[1:]] == [
        ("screened", False, 1),
        ("closed", True, 1),
    ]


def test_what_is_declared_no_more_comes_last_by_its_name(several: Office) -> None:
    with closing(sqlite3.connect(several.path)) as connection:
        connection.execute("UPDATE casereview_case SET state = 'an_old_state' WHERE ref = 'SCR-2026-001'")
        connection.execute("UPDATE casereview_case SET workflow = 'an_old_one' WHERE ref = 'SCR-2026-002'")
        connection.commit()
    found = [(one["workflow"], one["state"], one["title"]) for one in several.document("list", "--counts")]
    assert found == [
        ("serious_case_review", "screened", "screened"),
        ("serious_case_review", "an_old_state", "an_old_state"),
        ("partnership_review", "closed", "closed"),
        ("an_old_one", "referred", "referred"),
    ]
    assert "an_old_one, open" in several.output("list", "--counts")


def test_without_cases_there_is_nothing_to_count(office: Office) -> None:
    assert "No case yet." in office.output("list", "--counts")
    assert office.document("list", "--counts") == []


def test_the_whole_is_counted_or_nothing(several: Office) -> None:
    said = several.fails(2, "list", "--counts", "--state", "referred")
    assert "no other selection with it, because it counts all cases" in said
