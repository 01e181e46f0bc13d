"""Tests of the commands on a unit's own days, terms, escalation levels and absences."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

import pytest

from casereview.persistence.backends.sqlite_driver import sqlite3

from ...support.command_line import Office

WHY = ("--reasons", "Agreed by the board.")


def due(office: Office, ref: str, name: str = "recommend") -> str:
    found: dict[str, Any] = next(one for one in office.document("show", ref)["deadlines"] if one["name"] == name)
    return str(found["due"])


# --- days -----------------------------------------------------------------------------------------------


def test_the_calendar_lists_this_year_s_bank_holidays_and_the_next_s(office: Office) -> None:
    listed = office.document("calendar")
    assert listed == office.document("calendar", "list")
    assert {one["day"][:4] for one in listed} == {"2026", "2027"}
    assert {"day": "2026-04-03", "name": "Good Friday", "worked": False, "set_locally": False, "reasons": ""} in listed
    assert "Fri 3 Apr 2026    Good Friday" in office.output("calendar")
    assert {one["day"][:4] for one in office.document("calendar", "list", "--year", "2024")} == {"2024"}


def test_a_day_that_is_announced_later_moves_what_is_due_behind_it(office: Office, ref: str) -> None:
    assert due(office, ref) == "2026-01-19"
    early = office.at("2026-01-06T09:30:00+00:00")
    before = office.content()
    asked = ("calendar", "add", "2026-01-15", "--reasons", "Proclaimed.")
    would = early.document(*asked, "--dry-run")
    assert would == [{"ref": ref, "deadline": "recommend", "previous_due": "2026-01-19", "due": "2026-01-20"}]
    assert office.content() == before
    assert early.document(*asked) == would
    assert due(early, ref) == "2026-01-20"
    assert [event["kind"] for event in early.document("history", ref)][-1] == "recalculated"
    assert {"day": "2026-01-15", "name": "", "worked": False, "set_locally": True, "reasons": "Proclaimed."} in (
        early.document("calendar")
    )
    assert early.document(*asked) == []  # said again, nothing is left to move


def test_the_bank_holidays_of_another_part_of_the_kingdom_are_chosen(office: Office) -> None:
    autumn = office.at("2026-11-26T09:30:00+00:00")
    late = autumn.refer("--on", "2026-11-25")
    assert "The bank holidays are those of England and Wales." in autumn.output("calendar")
    asked = ("calendar", "use", "scotland", "--reasons", "We moved.")
    would = autumn.document(*asked, "--dry-run")
    assert [one["ref"] for one in would] == [late]
    said = autumn.output(*asked)
    assert "Recorded: the bank holidays are those of Scotland. It changed 1 due date in 1 case." in said
    assert "The bank holidays are those of Scotland." in autumn.output("calendar")
    assert "Saint Andrew's Day" in autumn.output("calendar", "list", "--year", "2026")
    assert due(autumn, late) == would[0]["due"]
    assert "calendar is that of" in autumn.output("history", late)
    assert autumn.document("history", "UNIT")[-1]["data"] == {"calendar": "GB-SCT", "reasons": "We moved."}
    assert autumn.run("verify").exit_code == 0


def test_a_damaged_case_is_named_and_does_not_keep_the_others_from_moving(office: Office, ref: str) -> None:
    other = office.refer("--on", "2026-01-05")
    with closing(sqlite3.connect(office.path)) as connection, connection:
        connection.execute("UPDATE casereview_clock SET anchor = 'x' WHERE case_ref = ?", (ref,))
    done = office.at("2026-01-06T09:30:00+00:00").run("calendar", "add", "2026-01-15", "--reasons", "Said.", "--json")
    assert done.exit_code == 1
    assert f"{ref} was left out" in done.stderr
    assert f"casereview verify {ref}" in done.stderr
    assert [one["ref"] for one in json.loads(done.stdout)] == [other]


def test_a_person_sees_what_moves_before_and_after(office: Office, ref: str) -> None:
    early = office.at("2026-01-06T09:30:00+00:00")
    asked = ("calendar", "add", "2026-01-15", "--reasons", "Proclaimed.")
    assert "It would change 1 due date in 1 case. Nothing was changed." in early.output(*asked, "--dry-run")
    assert "19 Jan 2026" in early.output(*asked, "--dry-run")
    recorded = "Recorded: Thursday 15 January 2026 is not a working day."
    assert f"{recorded} It changed 1 due date in 1 case." in early.output(*asked)
    assert f"{recorded} It changed no due date." in early.output(*asked)
    history = early.output("history", ref)
    assert "20 Jan 2026," in history
    assert "not worked: Proclaimed." in early.output("calendar")


def test_a_bank_holiday_can_be_worked_and_what_was_said_be_taken_back(office: Office) -> None:
    new_year = "2027-01-01"
    office.output("calendar", "remove", new_year, "--reasons", "It was moved.")
    (found,) = (one for one in office.document("calendar") if one["day"] == new_year)
    assert (found["worked"], found["set_locally"]) == (True, True)
    assert "worked: It was moved." in office.output("calendar")
    office.output("calendar", "reset", new_year, "--reasons", "It was not.")
    (found,) = (one for one in office.document("calendar") if one["day"] == new_year)
    assert (found["worked"], found["set_locally"]) == (False, False)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("add", "2026-02-30", *WHY), "the day: expected a day that exists"),
        (("add", "2026-02-03", "--reasons", " "), "reasons"),
        (("add", "2400-02-03", *WHY), "between 1 January 1900 and 31 December 2199"),
        (("add", "2026-02-03", *WHY, "--as", "Nobody"), "Nobody is not among the people"),
    ],
    ids=["no day", "no reasons", "far off", "nobody"],
)
def test_a_day_that_cannot_be_said_is_refused(office: Office, args: tuple[str, ...], says: str) -> None:
    assert says in office.fails(2, "calendar", *args)


def test_only_the_business_manager_says_what_is_the_unit_s_own(office: Office) -> None:
    office.output("people", "add", "Kim Cole", "--role", "subgroup_chair")
    for args in (
        ("calendar", "add", "2026-02-03", *WHY),
        ("terms", "set", "partnership_review", "agree_scope", "--term", "3 months", "--from", "2026-02-01", *WHY),
        ("people", "away", "Kim Cole", "--from", "2026-02-01", "--to", "2026-02-02"),
    ):
        assert "Kim Cole may not" in office.fails(1, *args, "--as", "Kim Cole")


# --- terms ----------------------------------------------------------------------------------------------


def test_the_terms_are_listed_with_whom_they_chase(office: Office) -> None:
    listed = office.document("terms")
    assert listed == office.document("terms", "list")
    recommend = next(one for one in listed if one["deadline"] == "recommend")
    assert (recommend["term"], recommend["owner"], recommend["overrides"]) == ("10 working days", "subgroup_chair", [])
    assert [(level["level"], level["working_days"]) for level in recommend["escalation_policy"]] == [
        ("reminder", -5),
        ("owner", 0),
        ("agency_safeguarding_lead", 5),
        ("subgroup_chair", 10),
        ("board_chair", 20),
    ]
    only = office.document("terms", "list", "partnership review")
    assert {one["workflow"] for one in only} == {"partnership_review"}


def test_a_term_of_the_unit_s_own_holds_for_what_starts_from_its_day_on(office: Office, ref: str) -> None:
    asked = ("terms", "set", "serious_case_review", "recommend", "--from", "2026-01-12", *WHY)
    said = office.output(*asked, "--term", "15 Working days", "--level", "reminder=-3")
    assert (
        "Make a recommendation: 15 working days, reminder at -3 working days, if it starts on 12 Jan 2026 or later."
        in said
    )
    assert due(office, ref) == "2026-01-19"
    assert due(office, office.refer("--on", "2026-01-12")) == "2026-02-02"
    shown = office.output("terms")
    assert "instead of 10" in shown
    assert "reminders: reminder \N{MINUS SIGN}3" in shown
    (recommend,) = (one for one in office.document("terms") if one["deadline"] == "recommend")
    assert recommend["overrides"] == [
        {
            "workflow": "serious_case_review",
            "deadline": "recommend",
            "term": "15 working days",
            "levels": {"reminder": -3},
            "from": "2026-01-12",
            "reasons": "Agreed by the board.",
            "recorded_by": "Sam Reed",
        }
    ]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("recommend", "--term", "-3 days"), "--term: expected a term, like 20 working days"),
        (("recommend", "--term", "soon"), "--term: expected a term"),
        (("recommend",), "expected a term, or a level's working days"),
        (("tea", "--term", "3 days"), "tea"),
        (("recommend", "--level", "tea=3"), "expected one of reminder; owner"),
        (("recommend", "--level", "owner"), "NAME=DAYS"),
        (("recommend", "--level", "owner=99999"), "at most 1000"),
    ],
    ids=["negative", "no term", "neither", "no deadline", "no level", "no days", "too many"],
)
def test_a_term_that_cannot_be_is_refused(office: Office, args: tuple[str, ...], says: str) -> None:
    assert says in office.fails(2, "terms", "set", "serious_case_review", *args, "--from", "2026-02-01", *WHY)


def test_a_deadline_without_a_policy_gets_none(office: Office) -> None:
    asked = ("keep_published", "--level", "owner=1", "--from", "2026-02-01")
    assert "it has no reminders" in office.fails(2, "terms", "set", "publication", *asked, *WHY)


# --- people ---------------------------------------------------------------------------------------------


def test_somebody_who_is_away_is_stood_in_for(office: Office, ref: str) -> None:
    for name in ("Kim Cole", "Ash Lane"):
        office.output("people", "add", name, "--role", "subgroup_chair", "--email", f"{name[:3]}@example.org")
    asked = ("people", "away", "Kim Cole", "--from", "2026-01-19", "--to", "2026-02-10", "--deputy", "Ash Lane")
    assert office.document(*asked) == {
        "name": "Kim Cole",
        "from": "2026-01-19",
        "to": "2026-02-10",
        "deputy": "Ash Lane",
    }
    assert "Ash Lane gets their reminders" in office.output(*asked)
    fired = office.at("2026-02-03T12:00:00+00:00").document("escalate")["fired"]
    assert {name for one in fired if one["deadline"] == "recommend" for name in one["recipients"]} == {"Ash Lane"}
    assert ref in {one["ref"] for one in fired}


def test_who_is_away_is_on_the_list_until_they_are_back(office: Office) -> None:
    office.output("people", "add", "Kim Cole", "--role", "subgroup_chair")
    office.output("people", "away", "Kim Cole", "--from", "2026-01-19", "--to", "2026-02-10", "--deputy", "Sam Reed")
    office.output("people", "away", "Kim Cole", "--from", "2026-03-02", "--to", "2026-03-03")
    shown = office.output("people", "list")
    for said in ("away 19 Jan 2026", "to 10 Feb 2026,", "Sam Reed instead", "away 2 Mar 2026", "no one instead"):
        assert said in shown
    (kim, sam) = office.document("people", "list")
    assert [(away["from"], away["deputy"]) for away in kim["away"]] == [
        ("2026-01-19", "Sam Reed"),
        ("2026-03-02", None),
    ]
    assert sam["away"] == []
    (kim, _) = office.at("2026-02-11T09:30:00+00:00").document("people", "list")
    assert [away["from"] for away in kim["away"]] == ["2026-03-02"]
    assert "Kim Cole is back." in office.output("people", "back", "Kim Cole", "--on", "2026-02-02")
    (kim, _) = office.document("people", "list")
    assert [(away["from"], away["to"]) for away in kim["away"]] == [
        ("2026-01-19", "2026-02-01"),
        ("2026-03-02", "2026-03-03"),
    ]
    assert [away["from"] for away in office.document("people", "back", "Kim Cole")] == ["2026-01-19"]
    assert "expected a person who is absent" in office.fails(2, "people", "back", "Kim Cole")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--to", "2026-01-18"), "the last day: expected 19 January 2026, the first day, or later"),
        (("--to", "2026-02-01", "--deputy", "Sam Reed"), "another person"),
        (("--to", "2026-02-01", "--deputy", "Nobody"), "Nobody is not among the people"),
        (("--to", "tomorrow"), "--to: expected a day"),
    ],
    ids=["backwards", "themselves", "nobody", "no day"],
)
def test_an_absence_that_cannot_be_is_refused(office: Office, args: tuple[str, ...], says: str) -> None:
    assert says in office.fails(2, "people", "away", "Sam Reed", "--from", "2026-01-19", *args)


def test_whoever_has_left_is_taken_off_the_list(office: Office) -> None:
    office.output("people", "add", "Kim Cole", "--role", "subgroup_chair", "--role", "board_chair")
    left = office.output("people", "remove", "Kim Cole", "--role", "board chair")
    assert "Kim Cole may act as subgroup chair." in left
    assert office.document("people", "remove", "Kim Cole")["roles"] == []
    assert [person["name"] for person in office.document("people", "list")] == ["Sam Reed"]
    office.output("people", "add", "Ash Lane", "--role", "business_manager")
    assert "Ash Lane may no longer act." in office.output("people", "remove", "Ash Lane")
    assert "only Sam Reed can now" in office.fails(2, "people", "remove", "Sam Reed")
