"""The errors that somebody new makes in the first days, and what the answer says to do."""

from __future__ import annotations

import pytest

from casereview.engine.definition.unit.workflow import STEPS
from casereview.terminal.advice import UNIT_COMMANDS

from ...support.command_line import Office


def test_a_step_of_the_unit_s_record_names_its_command(office: Office) -> None:
    said = office.fails(1, "step", "UNIT", "add_person")
    assert "It has a command of its own." in said
    assert said.endswith("Use: casereview people add NAME --role ROLE\n")
    assert {step for step, *_ in STEPS} == {*UNIT_COMMANDS, "register_definition"}
    said = office.fails(2, "step", "UNIT", "add_persom")
    assert "Did you mean Add a person (add_person) or" in said
    assert said.endswith("? Each of its steps has a command of its own: casereview --help\n")


def test_at_a_terminal_nothing_is_asked_for_such_a_step(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casereview.terminal.session.Session.is_interactive", True)
    asked = office.run("step", "UNIT", "add_person", typed="")
    assert (asked.exit_code, "Press Ctrl-C" in asked.stderr) == (1, False)


def test_a_role_for_an_agency_asks_for_the_agency(office: Office) -> None:
    said = office.fails(2, "people", "add", "Jo Poe", "--role", "agency_author")
    assert said.endswith("the one for which they act as agency author, found none. Name it with --agency.\n")


def test_a_former_name_is_answered_with_the_present_one(office: Office) -> None:
    office.output("people", "add", "Ana Roe", "--role", "subgroup_chair")
    office.output("people", "change", "Ana Roe", "--name", "Ana Poe")
    days = ("--from", "2026-01-20", "--to", "2026-01-23")
    assert "Ana Poe is away" in office.output("people", "away", "Ana Roe", *days)
    assert "Ana Poe is back." in office.output("people", "back", "Ana Roe")
    assert "Ana Poe may no longer act." in office.output("people", "remove", "Ana Roe")


def test_a_known_person_is_answered_with_the_command_to_copy(office: Office) -> None:
    office.output("people", "add", "Ana Roe", "--role", "subgroup_chair")
    typed = ("--role", "agency_author", "--agency", "Agency 1", "--email", "ana@example.org")
    said = office.fails(2, "people", "add", "Ana Roe", *typed, "--notify", "json://u:secret@example.org")
    assert said.endswith(
        'For the same person: casereview people change "Ana Roe" --role agency_author --agency "Agency 1"'
        " --email ana@example.org --notify URL\n"
    )
    assert "secret" not in said


@pytest.mark.parametrize(
    "args",
    [
        ("people", "change", "Ana Ro", "--role", "subgroup_chair"),
        ("people", "remove", "ana row"),
        ("calendar", "add", "2026-12-30", "--reasons", "x", "--as", "Anna Roe"),
    ],
)
def test_a_misspelt_person_is_answered_with_the_one_meant(office: Office, args: tuple[str, ...]) -> None:
    office.prepared(add_ana)
    assert 'Did you mean "Ana Roe"?' in office.fails(2, *args)
    assert 'Did you mean \\"Ana Roe\\"?' in office.fails(2, *args, "--json")


def add_ana(office: Office) -> None:
    office.output("people", "add", "Ana Roe", "--role", "subgroup_chair")


def test_a_misspelt_organisation_is_answered_with_the_one_meant(office: Office) -> None:
    office.output("organisations", "add", "London Borough of X")
    said = office.fails(2, "organisations", "remove", "London Burough of X")
    assert 'Did you mean "London Borough of X"?' in said


@pytest.mark.parametrize("typed", ["Unit", "unit", " UNIT "])
def test_the_unit_s_record_is_found_in_any_case(office: Office, typed: str) -> None:
    assert "Begin the record" in office.output("history", typed)
    assert "nothing has changed" in office.output("verify", typed)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("lst",), 'There is no command "lst". Did you mean list? To see all: casereview --help\n'),
        (("people", "ad"), 'There is no command "ad". Did you mean add? To see all: casereview people --help\n'),
        (("xyz",), 'There is no command "xyz". To see all: casereview --help\n'),
        (
            ("list", "--overdu"),
            'There is no option "--overdu". Did you mean --overdue? To see all: casereview list --help\n',
        ),
        (("calendar", "lst"), 'There is no command "lst". Did you mean list? To see all: casereview calendar --help\n'),
        (("list", "--as", "Ana"), 'There is no option "--as". To see all: casereview list --help\n'),
    ],
)
def test_an_unknown_command_or_option_names_the_near_ones(office: Office, args: tuple[str, ...], said: str) -> None:
    assert office.fails(2, *args) == said
    failure = office.failure(2, *args)
    assert (failure["error"], failure["message"]) == ("usage", said.strip())


def test_an_option_before_the_command_is_answered_alike(office: Office) -> None:
    assert office.fails(2, "--nonsense") == 'There is no option "--nonsense". To see all: casereview --help\n'


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (
            ("meeting", "call", "subgrup", "--on", "2026-01-20"),
            "the kind: expected one of: subgroup; board; partners; quality assurance (quality_assurance), found",
        ),
        (("meeting", "call"), "quality assurance (quality_assurance), found nothing.\n"),
        (("sent", "X", "Y", "--by", "hand"), "--by: expected one of: post; email; by hand (by_hand); portal; other"),
        (("sent", "X", "Y", "--by", "pigeon"), 'post; email; by hand (by_hand); portal; other, found "pigeon".\n'),
        (("sent", "X", "Y", "--by", "Child A"), "portal; other, found something else.\n"),
        (("meeting", "call", "Mill"), "found something else.\n"),
        (("list", "--limit", "0"), "--limit: expected a whole number from 1 to 10,000, found something else.\n"),
        (("step", "X", "Y", "--if-version", "z"), "--if-version: expected a whole number, found something else.\n"),
    ],
)
def test_a_wrong_value_is_answered_with_what_is_expected(office: Office, args: tuple[str, ...], said: str) -> None:
    assert said in office.fails(2, *args)
    assert "Usage" not in office.fails(2, *args)


def test_a_version_that_never_was_is_not_blamed_on_others(office: Office, ref: str) -> None:
    said = office.fails(3, "step", ref, "note", "--set", "text=x", "--if-version", "7")
    assert f"{ref} is at version 1 and never was at version 7." in said
    assert "meanwhile" not in said
    office.output("step", ref, "note", "--set", "text=x")
    said = office.fails(3, "step", ref, "note", "--set", "text=x", "--if-version", "1")
    assert '"Add a note" meanwhile' in said


@pytest.mark.parametrize("args", [("people", "change", "root"), ("organisations", "change", "Agency 1")])
def test_a_change_without_any_option_records_nothing(office: Office, args: tuple[str, ...]) -> None:
    office.output("organisations", "add", "Agency 1")
    before = office.content()
    assert "the change: expected at least one of --name" in office.fails(2, *args)
    assert office.content() == before


def test_a_correction_without_a_field_records_nothing(office: Office, ref: str) -> None:
    before = office.content()
    said = office.fails(2, "correct", ref, "--event", "1", "--wrong", "x", "--reasons", "x")
    assert said.endswith(
        "found nothing. Give it with --set FIELD=VALUE, --on DAY or --decider NAME. Nothing was recorded.\n"
    )
    assert office.content() == before


@pytest.mark.parametrize("answer", ["y", "n", "Yes"])
def test_a_yes_is_no_name(office: Office, answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casereview.terminal.session.Session.is_interactive", True)
    office.output("organisations", "add", "Library")
    typed = f"{answer}\n\n"
    asked = office.run("people", "add", "Jo Poe", "--role", "agency_author", "--agency", "Agency 9", typed=typed)
    assert 'Type another name, or press Enter to record "Agency 9" as typed' in asked.stderr
    assert "Please type the name itself, or press Enter." in asked.stderr
    (jo,) = [one for one in office.document("people", "list") if one["name"] == "Jo Poe"]
    assert jo["holdings"] == [{"role": "agency_author", "agency": "Agency 9"}]
