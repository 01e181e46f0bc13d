"""The person at the keyboard: found by the machine's account, whatever `--as` and CASEREVIEW_ACTOR say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ..support.command_line import MACHINE_ACCOUNT, MANAGER, Office

NOTE = ("step", "SCR-2026-001", "note", "--set", "text=x")
LAPTOP = "casereview.cli._machine_account"


@pytest.fixture
def staffed(office: Office, ref: str) -> Office:
    """An office where Kim has an account, and may not record for others."""
    office.output("people", "add", "Kim Ash", "--role", "board_chair", "--account", "kash")
    return office


def at(account: str, monkeypatch: pytest.MonkeyPatch, office: Office) -> Office:
    """Return the office with somebody sitting at an account, who sets no variable."""
    monkeypatch.setattr(LAPTOP, lambda: account)
    return replace(office, account=None)


def latest(office: Office) -> dict[str, Any]:
    event: dict[str, Any] = office.document("history", "SCR-2026-001")[-1]
    return {name: event[name] for name in ("recorded_by", "entered_by", "account", "channel")}


def test_init_gives_its_account_to_the_manager(office: Office) -> None:
    (manager,) = office.document("people", "list")
    assert (manager["name"], manager["account"]) == (MANAGER, MACHINE_ACCOUNT)


def test_the_person_is_found_by_the_account(staffed: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    kim = at("kash", monkeypatch, staffed)
    kim.output(*NOTE)
    assert latest(kim) == {"recorded_by": "Kim Ash", "entered_by": None, "account": "kash", "channel": "cli"}


def test_recording_as_another_says_who_entered_it(staffed: Office) -> None:
    staffed.output("people", "add", "Jo Park", "--role", "review_coordinator")
    staffed.output(*NOTE)
    assert latest(staffed) == {
        "recorded_by": MANAGER, "entered_by": None, "account": MACHINE_ACCOUNT, "channel": "cli"
    }  # fmt: skip
    staffed.output(*NOTE, "--as", "Jo Park")
    assert latest(staffed) == {
        "recorded_by": "Jo Park", "entered_by": MANAGER, "account": MACHINE_ACCOUNT, "channel": "cli"
    }  # fmt: skip
    shown = " ".join(staffed.output("history", "SCR-2026-001").split())
    assert "entered by" in shown


def test_a_variable_names_another_as_the_option_does(staffed: Office) -> None:
    staffed.output("people", "add", "Jo Park", "--role", "review_coordinator")
    replace(staffed, account="Jo Park").output(*NOTE)
    assert (latest(staffed)["recorded_by"], latest(staffed)["entered_by"]) == ("Jo Park", MANAGER)


@pytest.mark.parametrize("way", ["option", "variable"])
def test_who_does_not_record_for_others_cannot_pretend(
    staffed: Office, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    kim = at("kash", monkeypatch, staffed)
    office, args = (kim, (*NOTE, "--as", MANAGER)) if way == "option" else (replace(kim, account=MANAGER), NOTE)
    said = office.fails(1, *args)
    assert f"This is the account of Kim Ash, who may not record as {MANAGER}." in said
    assert "Only the business manager or review coordinator can record for others." in said
    assert "To record in your own name, leave out --as and CASEREVIEW_ACTOR." in said


@pytest.mark.parametrize("args", [NOTE, (*NOTE, "--as", MANAGER), ("people", "add", "X", "--role", "referrer")])
def test_nothing_is_recorded_from_an_account_of_nobody(
    staffed: Office, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
) -> None:
    stranger = at("stranger", monkeypatch, staffed)
    said = stranger.fails(2, *args)
    assert "The account stranger belongs to nobody on the list, so nothing can be recorded from it." in said
    assert 'casereview people change NAME --account "stranger"' in said


def test_reading_stays_open_to_an_account_of_nobody(staffed: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = at("stranger", monkeypatch, staffed)
    for args in (("show", "SCR-2026-001"), ("next", "SCR-2026-001"), ("list",), ("history", "SCR-2026-001")):
        assert stranger.run(*args).exit_code == 0
    assert stranger.run("today", "--as", "Kim Ash").exit_code == 0
    assert stranger.run("next", "SCR-2026-001", "--as", "Kim Ash").exit_code == 0
    assert "belongs to nobody" in stranger.fails(2, "today")


def test_the_name_of_an_account_is_enough_for_a_person_without_one(
    staffed: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    staffed.output("people", "add", "jpark", "--role", "review_coordinator")
    at("JPark", monkeypatch, staffed).output(*NOTE)
    assert latest(staffed)["recorded_by"] == "jpark"


def test_an_account_has_one_owner(staffed: Office) -> None:
    said = staffed.fails(2, "people", "add", "Jo Park", "--role", "referrer", "--account", "KASH")
    assert "the account: expected one that is nobody else's, found KASH, of Kim Ash." in said
    assert "nobody else's" in staffed.fails(2, "people", "change", MANAGER, "--account", "kash")
    staffed.output("people", "change", "Kim Ash", "--account", "kash2")
    staffed.output("people", "add", "Jo Park", "--role", "referrer", "--account", "kash")
    accounts = {one["name"]: one["account"] for one in staffed.document("people", "list")}
    assert accounts == {MANAGER: MACHINE_ACCOUNT, "Kim Ash": "kash2", "Jo Park": "kash"}


def test_a_coordinator_does_not_manage_people_as_the_manager(staffed: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    staffed.output("people", "add", "Jo Park", "--role", "review_coordinator", "--account", "jpark")
    jo = at("jpark", monkeypatch, staffed)
    jo.output(*NOTE, "--as", MANAGER)
    assert (latest(jo)["recorded_by"], latest(jo)["entered_by"]) == (MANAGER, "Jo Park")
    for args in (
        ("people", "add", "Ann Ivy", "--role", "business_manager", "--as", MANAGER),
        ("calendar", "add", "2027-05-10", "--reasons", "x", "--as", MANAGER),
    ):
        assert "Jo Park may not" in jo.fails(1, *args)
    corrected = ("correct", "UNIT", "--event", "2", "--wrong", "x", "--reasons", "x", "--as", MANAGER)
    assert "Jo Park may not record this as Sam Reed." in jo.fails(1, *corrected)


def test_the_only_manager_is_not_locked_out(staffed: Office) -> None:
    staffed.output("people", "add", "Jo Park", "--role", "business_manager")
    for args in (
        ("people", "change", MANAGER, "--account", "sread"),
        ("people", "remove", MANAGER),
        ("people", "remove", MANAGER, "--role", "business_manager"),
    ):
        said = staffed.fails(2, *args)
        assert f"After this nobody could manage people: only {MANAGER} can now, from their own account." in said
        assert "First make another person business manager, with the account from which they record." in said
        assert "casereview people add NAME --role business_manager --account ACCOUNT" in said
    staffed.output("people", "change", "Jo Park", "--account", "jpark")
    staffed.output("people", "remove", MANAGER)


def test_a_record_whose_manager_s_account_is_gone_is_recovered(
    staffed: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = at("sreed2", monkeypatch, staffed)
    said = lost.fails(2, *NOTE)
    assert "If no business manager can: casereview people recover NAME --reasons TEXT" in said
    recover = ("people", "recover", MANAGER, "--reasons", "A new laptop.")
    assert f"{MANAGER} is now business manager, at this account (sreed2)." in lost.output(*recover)
    assert "Nothing was changed." in lost.output("people", "recover", "--reasons", "Again.")
    lost.output(*NOTE)
    event = lost.document("history", "UNIT")[-1]
    assert (event["trigger"], event["account"], event["data"]["reasons"]) == (
        "recover_manager", "sreed2", "A new laptop."
    )  # fmt: skip
    assert lost.run("verify").exit_code == 0
    people = {one["name"]: one["account"] for one in lost.document("people", "list")}
    assert people[MANAGER] == "sreed2"
    new = at("newbie", monkeypatch, staffed).document("people", "recover", "--reasons", "Both.")
    assert (new["name"], new["account"], new["roles"]) == ("newbie", "newbie", ["business_manager"])
    assert at("newbie", monkeypatch, staffed).document("people", "recover", "--reasons", "Both.") is None


def test_an_account_that_the_machine_has_no_name_for_records_nothing(
    staffed: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    nameless = at("", monkeypatch, staffed)
    assert "the account: expected one that this machine has a name for" in nameless.fails(2, *NOTE)
    assert "the account" in nameless.fails(2, "init")
    assert nameless.run("next", "SCR-2026-001").exit_code == 0
