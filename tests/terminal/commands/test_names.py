"""A name is the same in any spelling, and several names in one field are never silently one."""

from __future__ import annotations

import pytest

from ...support.command_line import MANAGER, Office, example_record

CURLY, PLAIN = "Kim O\u2019Hara", "kim  o'hara"
DECIDED = ("--capacity", "review_coordinator", "--set", "reasons=Invented.", "--set", "withdrawn_by=Nurse")


def test_a_person_is_found_in_any_spelling(office: Office) -> None:
    office.output("people", "add", CURLY, "--role", "subgroup_chair", "--email", "kim@example.org")
    office.output("people", "away", PLAIN, "--from", "2026-01-19", "--to", "2026-01-30")
    (kim,) = [one for one in office.document("people", "list") if one["name"] == CURLY]
    assert [one["from"] for one in kim["away"]] == ["2026-01-19"]
    office.output("meeting", "call", "subgroup", "--on", "2026-02-03", "--chair", PLAIN)
    shown = office.output("handover", PLAIN.upper())
    assert "Handover: Kim O\u2019Hara" in shown
    assert "Away from 19 Jan 2026" in shown
    assert "M-2026-001" in shown


def test_the_last_working_day_is_before_an_absence_in_any_spelling(office: Office) -> None:
    office.output("people", "away", MANAGER.upper(), "--from", "2026-01-14", "--to", "2026-01-19")
    assert office.document("today", "--as", MANAGER.lower())["since"] == "2026-01-13"


def test_messages_of_a_person_are_found_in_any_spelling(office: Office, ref: str) -> None:
    office.output("people", "add", CURLY, "--role", "subgroup_chair", "--email", "kim@example.org")
    later = office.at("2026-01-26T09:00:00+00:00")
    later.output("escalate")
    assert later.document("messages", "list", "--person", PLAIN)["on_hold"]
    released = later.document("messages", "release", PLAIN, CURLY)["released"]
    assert {one["person"] for one in released} == {CURLY}
    later.output("escalate")
    assert later.document("messages", "list", "--person", PLAIN)["messages"] or released


@pytest.mark.parametrize("name", ["Ann Lee and Bob Ray", "ann lee, bob ray", "Ann Lee/Bob Ray", "Ann Lee\tBob Ray"])
def test_two_people_are_no_decider_and_no_person_on_the_list(office: Office, ref: str, name: str) -> None:
    assert "several" in office.fails(2, "people", "add", name, "--role", "review_coordinator")
    assert "several" in office.fails(2, "step", ref, "withdraw", "--decided-by", name, *DECIDED)
    assert "several" in office.fails(2, "meeting", "call", "board", "--on", "2026-02-03", "--chair", name)


def test_what_may_be_several_names_is_pointed_out_and_recorded(office: Office) -> None:
    record = {**example_record("refer"), "agency": "Education and Health", "other_agencies": ["Smith & Sons"]}
    opened = office.document("refer", "serious_case_review", "--file", office.write("refer.json", record))
    assert opened["warnings"] == [
        'Referring agency: "Education and Health" may be several names. If so, record each of them by itself.',
        'Other agencies involved: "Smith & Sons" may be several names. If so, record each of them by itself.',
    ]
    (event,) = office.document("history", opened["ref"])
    assert event["warnings"] == opened["warnings"]
    assert office.document("verify")["faults"] == []
    # An organisation that takes part already is known as one.
    assert office.document("step", opened["ref"], "note", "--set", "text=A.")["warnings"] == []


def test_a_name_on_the_list_is_one_name(office: Office, ref: str) -> None:
    decided = ("--decided-by", "director of children and families", "--capacity", "review_coordinator")
    note = ("step", ref, "note", "--set", "text=A.", *decided)
    assert "may be several names" in office.document(*note, "--dry-run")["warnings"][0]
    office.output("people", "add", "Director of Children and Families", "--role", "review_coordinator")
    assert office.document(*note)["warnings"] == []
