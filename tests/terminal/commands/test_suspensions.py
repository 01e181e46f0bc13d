"""Clocks that stand still, run on, and get new dates, from the command line."""

from __future__ import annotations

from typing import Any

import pytest

from ...support.command_line import Office, example_file

BY_THE_CHAIR = ("--decided-by", "A chair", "--capacity", "board_chair", "--evidence", "an e-mail of that day")
TRIAL = ("--proceeding", "Crown Court trial", "--consulted", "Crown Prosecution Service", "--reasons", "Witnesses.")


@pytest.fixture
def ref(office: Office) -> str:
    """A case that was referred and notified on 5 January: it is to be decided by 5 February."""
    found = office.refer("--on", "2026-01-05")
    office.output(
        "step", found, "notify_incident", "--file", str(example_file("notify_incident")), "--on", "2026-01-05"
    )
    return found


def suspended(office: Office, ref: str, *more: str) -> Any:
    return office.document("suspend", ref, *TRIAL, *BY_THE_CHAIR, *more)


def deadlines(case: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {deadline["name"]: deadline for deadline in case["deadlines"]}


def test_a_suspension_stops_all_clocks_and_is_itself_to_be_reviewed(office: Office, ref: str) -> None:
    case = suspended(office, ref)
    review = deadlines(case).pop("review_suspension")
    assert {one["status"] for name, one in deadlines(case).items() if name != "review_suspension"} <= {
        "suspended",
        "missed",
        "met",
    }
    assert (review["status"], review["due"]) == ("running", "2026-04-20")
    assert case["suspensions"] == [
        {
            "number": 1,
            "proceeding": "Crown Court trial",
            "consulted": "Crown Prosecution Service",
            "reasons": "Witnesses.",
            "since": "2026-01-20",
            "review_by": "2026-04-20",
            "until": None,
            "deadlines": [],
        }
    ]


def test_what_was_left_is_kept_and_runs_on(office: Office, ref: str) -> None:
    before = deadlines(office.document("show", ref))["decide"]
    suspended(office, ref, "--deadline", "decide")
    still = deadlines(office.document("show", ref))["decide"]
    # From 20 January to 5 February are sixteen days.
    assert (before["due"], still["status"], still["time_left"]) == ("2026-02-05", "suspended", "16 days")
    later = office.at("2026-03-02T09:30:00+00:00")
    after = deadlines(later.document("resume", ref, "--reasons", "It is over.", *BY_THE_CHAIR))["decide"]
    assert (after["status"], after["due"], after["time_left"]) == ("running", "2026-03-18", None)
    assert after["revisions"] == [
        {
            "previous_due": "2026-02-05",
            "due": "2026-03-18",
            "cause": "resumed",
            "reasons": "It is over.",
            "agreed_by": "A chair",
            "capacity": "board_chair",
            "recorded_at": "2026-03-02T09:30:00+00:00",
            "was_missed": False,
        }
    ]


def test_a_person_is_shown_why_a_case_stands_still(office: Office, ref: str) -> None:
    said = office.run("suspend", ref, *TRIAL, *BY_THE_CHAIR, "--deadline", "decide")
    assert said.exit_code == 0
    assert "deadlines suspended (version 3)" in said.stdout
    assert "suspended with 16 days left" in said.stderr
    shown = " ".join(office.output("show", ref).split())
    assert "Suspended since 20 Jan 2026 for Crown Court trial" in shown
    assert "Crown Prosecution Service consulted; to be reviewed by 20 Apr 2026." in shown
    assert "suspended for Crown" in office.output("history", ref)
    office.output("resume", ref, "--reasons", "It is over.", *BY_THE_CHAIR)
    assert "Suspension 1, from 20 Jan 2026 to 20 Jan 2026: Crown Court trial" in " ".join(
        office.output("show", ref).split()
    )


@pytest.mark.parametrize(
    ("first", "then", "says"),
    [
        ((), ("resume", "--reasons", "x"), "expected a case with a suspension that has not ended, found none"),
        (
            ("suspend", *TRIAL),
            ("suspend", *TRIAL),
            "Suspension 1 for Crown Court trial has lasted since 20 January 2026",
        ),
        (
            ("suspend", *TRIAL),
            ("resume", "--reasons", "x", "--on", "2026-01-19"),
            "expected 20 January 2026, the day on which it was suspended, or later",
        ),
        ((), ("suspend", *TRIAL, "--deadline", "report_progress"), "is not running"),
        ((), ("suspend", *TRIAL, "--deadline", "tea"), "tea"),
        ((), ("suspend", *TRIAL, "--review-by", "2026-01-19"), "the day to review it by: expected 20 January 2026"),
        ((), ("suspend", *TRIAL, "--review-by", "19 January"), "--review-by: expected a day that exists"),
    ],
    ids=[
        "resumed before it began",
        "suspended twice",
        "resumed from before",
        "not running",
        "no such deadline",
        "reviewed before it begins",
        "no day",
    ],
)
def test_what_cannot_stop_or_run_on_is_refused_with_its_reason(
    office: Office, ref: str, first: tuple[str, ...], then: tuple[str, ...], says: str
) -> None:
    if first:
        office.output(first[0], ref, *first[1:], *BY_THE_CHAIR)
    code = 1 if then[0] == "suspend" and ("is not running" in says or "has lasted since" in says) else 2
    assert says in office.fails(code, then[0], ref, *then[1:], *BY_THE_CHAIR)


def test_a_suspension_takes_a_chair(office: Office, ref: str) -> None:
    assert "Sam Reed does not have that role" in office.fails(1, "suspend", ref, *TRIAL)


def test_a_new_date_leaves_the_former_one_visible(office: Office, ref: str) -> None:
    moved = ("new-date", ref, "decide", "2026-09-30", "--reasons", "A further agency.")
    assert "Sam Reed does not have that role" in office.fails(1, *moved)
    after = deadlines(office.document(*moved, *BY_THE_CHAIR))["decide"]
    assert (after["due"], after["status"]) == ("2026-09-30", "running")
    assert [(one["previous_due"], one["due"], one["cause"]) for one in after["revisions"]] == [
        ("2026-02-05", "2026-09-30", "new_date")
    ]
    assert "was 5 Feb 2026; A chair:" in office.output("show", ref)
    assert "30 Sep 2026, instead of" in office.output("history", ref)


def test_a_new_date_after_the_former_was_missed_says_so(office: Office, ref: str) -> None:
    late = office.at("2026-08-01T09:30:00+00:00")
    after = deadlines(late.document("new-date", ref, "decide", "2026-09-30", "--reasons", "Agreed.", *BY_THE_CHAIR))[
        "decide"
    ]
    assert after["revisions"][0]["was_missed"] is True
    assert "was 5 Feb 2026 (missed)" in " ".join(late.output("show", ref).split())


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("decide", "2026-01-10", "--reasons", " "), 2, "reasons"),
        (("decide", "2025-12-31", "--reasons", "x"), 2, "the day from which it is counted"),
        (("decide", "2026-02-30", "--reasons", "x"), 2, "the date: expected a day that exists"),
        (("decide", "2300-01-01", "--reasons", "x"), 2, "between 1 January 1900 and 31 December 2199"),
        (("report_progress", "2026-02-01", "--reasons", "x"), 1, "is not running"),
        (("tea", "2026-02-01", "--reasons", "x"), 2, "tea"),
    ],
    ids=["before today without a reason", "before it began", "no day", "far off", "not running", "no such deadline"],
)
def test_a_new_date_that_cannot_be_is_refused(
    office: Office, ref: str, args: tuple[str, ...], code: int, says: str
) -> None:
    assert says in office.fails(code, "new-date", ref, *args, *BY_THE_CHAIR)


def test_a_dry_run_changes_nothing(office: Office, ref: str) -> None:
    before = office.content()
    for args in (
        ("suspend", ref, *TRIAL),
        ("new-date", ref, "decide", "2026-09-30", "--reasons", "x"),
    ):
        assert "It would be recorded" in office.output(*args, *BY_THE_CHAIR, "--dry-run")
    assert office.content() == before
