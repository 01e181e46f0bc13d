"""A name is the same in any spelling, and several names in one field are never silently one."""

from __future__ import annotations

import pytest

from ...support.command_line import EXAMPLES, MANAGER, Office, example_record

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
        '"Education and Health" may be several names. If so, record each by itself.',
        '"Smith & Sons" may be several names. If so, record each by itself.',
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


# --- the lists ------------------------------------------------------------------------------------------


def test_organisations_are_added_changed_listed_and_removed(office: Office) -> None:
    assert "No organisation is on the list." in office.output("organisations", "list")
    said = office.output("organisations", "add", "London Borough of X", "--alias", "LBX", "--alias", "X Council")
    assert "London Borough of X is on the list, also known as LBX, X Council." in said
    assert office.document("organisations", "list") == [
        {"name": "London Borough of X", "aliases": ["LBX", "X Council"]}
    ]
    assert "LBX is a name of London Borough of X already" in office.fails(2, "organisations", "add", "lbx".upper())
    office.output("organisations", "change", "LBX", "--name", "Council of X", "--no-alias", "X Council")
    shown = office.output("organisations", "list")
    assert "Council of X" in shown
    assert "X Council" not in shown
    assert "casereview organisations add" in office.fails(2, "organisations", "remove", "Y Trust")
    assert "is no longer on the list" in office.output("organisations", "remove", "LBX")
    assert office.document("organisations", "list") == []


def test_an_organisation_that_may_be_several_is_pointed_out(office: Office) -> None:
    said = office.run("organisations", "add", "Barnet, Enfield and Haringey Trust")
    warning = '"Barnet, Enfield and Haringey Trust" may be several names. If so, record each by itself.'
    assert f"Warning: {warning}" in said.stderr
    assert office.document("organisations", "change", "Barnet, Enfield and Haringey Trust", "--alias", "BEH") == {
        "name": "Barnet, Enfield and Haringey Trust", "aliases": ["BEH"], "warnings": []
    }  # fmt: skip
    renamed = office.document("organisations", "change", "BEH", "--name", "Barnet and Enfield Trust")
    assert renamed["warnings"] == ['"Barnet and Enfield Trust" may be several names. If so, record each by itself.']
    office.output("organisations", "add", "Agency 1")
    office.output("organisations", "add", "Agency 2")
    assert "several organisations that are on the list" in office.fails(2, "organisations", "add", "Agency 1, Agency 2")


def test_a_role_of_another_review_is_no_capacity_in_this_one(office: Office) -> None:
    office.output("people", "add", "Kim Cole", "--role", "board_chair")
    file = next((EXAMPLES / "child_safeguarding_practice_review").glob("01-*.json"))
    refer = ("refer", "child_safeguarding_practice_review", "--file", str(file))
    said = office.fails(2, *refer, "--decided-by", "Kim Cole", "--capacity", "board_chair")
    assert 'Nobody decides as "board chair" in this: Child Safeguarding Practice Review.' in said


def test_an_agency_is_one_under_each_of_its_names(office: Office) -> None:
    before = office.refer("--set", "agency=LBX", "--set", "other_agencies=[]")
    office.output("organisations", "add", "London Borough of X", "--alias", "LBX")
    opened = office.document("refer", "serious_case_review", *referral(office, "lbx"))
    assert '"lbx" is recorded as "London Borough of X".' in opened["warnings"]
    assert office.document("show", opened["ref"])["agencies"] == ["London Borough of X"]
    for name in ("LBX", "london borough of x"):
        listed = office.document("list", "--workflow", "serious_case_review", "--agency", name)
        assert [one["ref"] for one in listed] == [before, opened["ref"]]
    person = office.document("people", "add", "Lee Hart", "--role", "agency_safeguarding_lead", "--agency", "LBX")
    assert person["holdings"] == [{"role": "agency_safeguarding_lead", "agency": "London Borough of X"}]
    assert office.document("verify")["faults"] == []


def test_names_that_are_on_no_list_are_pointed_out(office: Office) -> None:
    office.output("organisations", "add", "Agency 1")
    office.output("people", "add", "Kim Cole", "--role", "subgroup_chair")
    opened = office.document("refer", "serious_case_review", *referral(office, "Agencey 1"))
    assert '"Agencey 1" is not on the list of organisations. Did you mean "Agency 1"?' in opened["warnings"]
    said = office.run("meeting", "call", "subgroup", "--on", "2026-02-03", "--chair", "Kim Coel").stderr
    assert 'Warning: "Kim Coel" is not on the list of people. Did you mean "Kim Cole"?' in said
    person = office.document("people", "add", "Lee Hart", "--role", "agency_author", "--agency", "Agencey 1")
    assert person["warnings"] == ['"Agencey 1" is not on the list of organisations. Did you mean "Agency 1"?']
    said = office.run("people", "change", "Lee Hart", "--agency", "Agencey 1").stderr
    assert "Did you mean" in said


def test_at_a_terminal_a_question_is_asked(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casereview.terminal.session.Session.is_interactive", True)
    office.output("people", "add", "Kim Cole", "--role", "subgroup_chair")
    call = ("meeting", "call", "subgroup", "--on", "2026-02-03", "--chair")
    asked = office.run(*call, "Kim Coel", typed="y\n")
    assert 'Chair: "Kim Coel" is not on the list of people. Did you mean "Kim Cole"?' in asked.stderr
    assert office.document("show", "M-2026-001")["data"]["call"]["chair"] == "Kim Cole"
    for number, (answers, chair) in enumerate([("n\n\n", "Kim Coel"), ("n\nLee Hart\n", "Lee Hart")], start=2):
        assert office.run(*call, "Kim Coel", typed=answers).exit_code == 0
        assert office.document("show", f"M-2026-00{number}")["data"]["call"]["chair"] == chair
    assert "may be several" in office.run("people", "add", "Ann & Co", "--role", "referrer", typed="Ann Co\n").stderr
    assert "Ann Co" in {one["name"] for one in office.document("people", "list")}


def test_a_person_who_gets_another_name_is_found_by_both(office: Office, ref: str) -> None:
    office.output("people", "add", "Kim Cole", "--role", "subgroup_chair", "--email", "kim@example.org")
    later = office.at("2026-01-26T09:00:00+00:00")
    later.output("escalate")
    later.output("people", "change", "Kim Cole", "--name", "Kim Reed")
    assert "formerly Kim Cole" in later.output("people", "list")
    (kim,) = [one for one in later.document("people", "list") if one["name"] == "Kim Reed"]
    assert kim["former_names"] == ["Kim Cole"]
    # What waits for them waits still, and their day is the same.
    assert later.document("messages", "list", "--person", "kim reed")["on_hold"]
    assert later.document("today", "--as", "Kim Cole") == later.document("today", "--as", "Kim Reed")
    later.output("messages", "release", "--all")
    assert later.document("verify")["faults"] == []


def referral(office: Office, agency: str) -> tuple[str, str]:
    record = {**example_record("refer"), "agency": agency, "other_agencies": []}
    return "--file", office.write("refer.json", record)
