"""Tests of the commands on overdue and future deadlines and their reminders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ...support.command_line import Office

LATER = "2026-03-02T09:30:00+00:00"


@pytest.fixture
def manned(office: Office) -> Office:
    """An office with people in every escalation role except the board chair."""
    return office.prepared(_enter_people)


def _enter_people(office: Office) -> None:
    for name, role in (("Kim Cole", "subgroup_chair"), ("Sam Reed", "business_manager")):
        office.enter_person(name, role, f"{role}@example.org")


def test_a_sweep_tells_what_it_reached_whom_it_tells_and_what_it_skipped(manned: Office, ref: str) -> None:
    swept = manned.document("escalate")
    assert swept["at"] == "2026-01-20T09:30:00+00:00"
    # Everything before the referral was recorded, on the 20th, is sent to nobody.
    skipped = [(one["deadline"], one["level"]) for one in swept["skipped"]]
    assert ("recommend", "reminder") in skipped
    assert ("recommend", "owner") in skipped
    assert all(one["at"] < "2026-01-20T09:30" for one in swept["skipped"])
    assert (swept["fired"], swept["failed"], swept["stopped"]) == ([], [], False)
    later = manned.at(LATER)
    fired = later.document("escalate")["fired"]
    assert {"ref", "deadline", "level", "recipients"} <= fired[0].keys()
    assert {
        (one["deadline"], one["level"], tuple(one["recipients"]), one["on_hold"])
        for one in fired
        if one["deadline"] == "recommend"
    } == {
        ("recommend", "subgroup_chair", ("Kim Cole",), True),
        ("recommend", "board_chair", (), False),
    }
    kinds = [event["kind"] for event in later.document("history", ref)]
    assert kinds.count("escalated") == len(fired)
    assert later.document("escalate")["fired"] == []


def test_a_person_reads_who_was_reported(manned: Office, ref: str) -> None:
    later = manned.at(LATER)
    said = later.output("escalate")
    assert "Kim Cole" in said
    assert "2 of them have no recipient. See who is missing: casereview doctor" in " ".join(said.split())
    assert "No reminders are needed." in later.output("escalate")
    shown = later.output("overdue")
    assert "waiting for release" in " ".join(shown.split())
    assert "Kim Cole" in shown
    assert "reminder for Kim Cole" in later.output("history", ref)
    (recommend,) = (one for one in later.document("overdue") if one["deadline"] == "recommend")
    assert [(level["level"], level["recipients"]) for level in recommend["levels"]] == [
        ("subgroup_chair", ["Kim Cole"]),
        ("board_chair", []),
    ]


def test_what_is_overdue_says_what_became_of_each_word(manned: Office, ref: str, tmp_path: Path) -> None:
    later = manned.at(LATER)
    later.output("escalate")

    def words() -> set[tuple[str, str]]:
        (recommend,) = (one for one in later.document("overdue") if one["deadline"] == "recommend")
        return {(notice["person"], notice["state"]) for level in recommend["levels"] for notice in level["notices"]}

    def history() -> str:
        return " ".join(later.output("history", ref).split())

    assert words() == {("Kim Cole", "waiting_for_release")}
    assert "Kim Cole, waiting for release" in history()
    later.output("messages", "release", "Kim Cole")
    assert words() == {("Kim Cole", "due_to_be_sent")}
    assert "Kim Cole, due to be sent" in " ".join(later.output("overdue").split())
    assert "Kim Cole, due to be sent" in history()
    later.run("messages", "send", CASEREVIEW_DRAFTS=str(tmp_path / "drafts"))
    assert words() == {("Kim Cole", "sent")}
    assert "Kim Cole, sent on 2 Mar 2026" in " ".join(later.output("overdue").split())
    assert "Kim Cole, sent on 2 Mar 2026" in history()
    told = [one for one in later.document("history", ref) if (one["delivery"] or {}).get("state") == "sent"]
    assert {(one["kind"], one["delivery"]["sent_on"]) for one in told} == {("escalated", "2026-03-02")}
    assert "sent on" not in later.output("history", ref, "--as-of", "2026-03-02T09:29:00+00:00")


def test_a_dry_run_looks_ahead_and_records_nothing(manned: Office, ref: str) -> None:
    before = manned.content()
    said = manned.output("escalate", "--at", "2026-03-02", "--dry-run")
    assert "would be prepared. Nothing was recorded. " in said
    assert "Nothing was recorded." in " ".join(said.split())
    assert ref in said
    assert manned.content() == before


def test_a_sweep_for_an_instant_to_come_is_refused(manned: Office, ref: str) -> None:
    said = manned.fails(2, "escalate", "--at", "2026-03-02")
    assert "expected an instant up to now" in said
    assert "or a dry run" in said


def test_a_sweep_for_a_past_instant_fires_what_was_due_by_then(manned: Office, ref: str) -> None:
    later = manned.at(LATER)
    early = later.document("escalate", "--at", "2026-02-03")["fired"]
    assert early
    assert all(one["at"] <= "2026-02-03T12:00" for one in early)
    rest = later.document("escalate")["fired"]
    assert rest
    assert all(one["at"] > "2026-02-03T12:00" for one in rest)


def test_the_forecast_is_by_person_with_those_whom_nobody_is_first(manned: Office, ref: str) -> None:
    ahead = manned.document("forecast", "--days", "60")
    assert [one["at"] for one in ahead] == sorted(one["at"] for one in ahead)
    shown = manned.output("forecast", "--days", "60")
    assert shown.index("No recipient") < shown.index("Kim Cole")
    assert max(map(len, shown.splitlines())) <= 80
    assert manned.document("forecast", "--days", "0") == []
    assert "No reminders are needed now." in manned.output("forecast", "--days", "0")
    assert "No reminders are needed within 1 day." in manned.output("forecast", "--days", "1")


def test_the_forecast_names_tasks_with_dates_and_messages_on_hold(manned: Office, ref: str) -> None:
    shown = " ".join(manned.output("forecast", "--days", "14").partition("Kim Cole")[2].split())
    assert f"3 Feb 2026 {ref} Make a recommendation subgroup chair due 19 Jan 2026 waiting for release" in shown
    (first,) = (one for one in manned.document("forecast", "--days", "14") if one["deadline"] == "recommend")
    assert first["title"] == "Make a recommendation"


def test_the_forecast_tells_whoever_is_there_on_the_rung_s_own_day(manned: Office, ref: str) -> None:
    def notified() -> set[str]:
        ahead = manned.document("forecast", "--days", "14")
        return {name for one in ahead if one["at"] == "2026-02-03T00:00:00+00:00" for name in one["recipients"]}

    away = ("people", "away", "Kim Cole", "--deputy", "Sam Reed")
    manned.output(*away, "--from", "2026-01-19", "--to", "2026-01-23")  # back before the level of 3 February
    assert notified() == {"Kim Cole"}
    manned.output(*away, "--from", "2026-02-02", "--to", "2026-02-06")
    assert notified() == {"Sam Reed"}


def test_the_doctor_says_when_nobody_sweeps_and_whom_nobody_is(manned: Office, ref: str) -> None:
    def unsound(office: Office) -> dict[str, str]:
        checks = json.loads(office.run("doctor", "--json").stdout)
        return {check["name"]: check["found"] for check in checks if not check["passed"]}

    assert "no board chair with an address" in unsound(manned)["recipients"]
    later = manned.at(LATER)
    assert f"{ref} has waited for a sweep since" in unsound(later)["sweeps"]
    later.output("escalate")
    assert "sweeps" not in unsound(later)
    later.output("people", "add", "Lee Ward", "--role", "board_chair", "--email", "l@example.org")
    assert unsound(later) == {}
