"""Take back the last entry from the command line, and list what was voided."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from ...support.command_line import MANAGER, Office, example_file

WHY = ("--reasons", "Typed into the wrong review.")
LISTS = (
    ("list",), ("list", "--counts"), ("list", "--workflow", "serious_case_review"), ("list", "--overdue"), ("board",),
    ("overdue",), ("forecast", "--days", "400"), ("today",), ("today", "--as", "Kim Chair"),
    ("report", "deadlines"), ("report", "deadlines", "--format", "ics"), ("report", "tracker"),
    ("report", "annual", "--year", "2026"), ("report", "exceptions"),
    ("escalate", "--dry-run"), ("messages",), ("meeting", "list"),
)  # fmt: skip
"""Every list, board, count and report about more than one case."""


@pytest.fixture
def mistaken(office: Office, ref: str) -> str:
    """A second review, opened by mistake."""
    office.output("people", "add", "Kim Chair", "--role", "subgroup_chair", "--email", "kim@example.org")
    return office.refer("--on", "2026-01-05")


def test_the_last_step_is_taken_back(office: Office, ref: str) -> None:
    office.record_steps(ref, "notify_incident", "recommend")
    shown = office.output("take-back", ref, *WHY)
    assert "Taken back:\n  SCR-2026-001: " in shown
    assert "Stage: referred (version 4)." in shown
    history = office.output("history", ref)
    assert "taken back, see event" in history
    assert "Typed into the wrong" in history
    (undone,) = [event for event in office.document("history", ref) if event["taken_back"]]
    assert undone["trigger"] == "recommend"
    assert "recommend" not in office.document("show", ref)["data"]


def test_a_dry_run_shows_what_would_be_taken_back(office: Office, ref: str) -> None:
    before = office.content()
    assert "This would be taken back; nothing was changed:" in office.output("take-back", ref, "--dry-run", *WHY)
    found = office.document("take-back", ref, "--dry-run", *WHY)
    assert (found["state"], found["dry_run"]) == ("voided", True)
    assert office.content() == before


def test_at_a_terminal_it_is_shown_and_asked(office: Office, ref: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casereview.terminal.session.Session.is_interactive", True)
    before = office.content()
    stopped = office.run("take-back", ref, typed="A mistake.\nn\n").output
    assert "This would be taken back; nothing was changed:" in stopped
    assert "the case is voided, and its reference is not used again" in stopped
    assert "Nothing was recorded." in stopped
    assert office.content() == before
    assert "Taken back:" in office.run("take-back", ref, typed="A mistake.\ny\n").output
    assert office.document("list", "--voided")[0]["reasons"] == "A mistake."


def test_reasons_are_required_without_a_terminal(office: Office, ref: str) -> None:
    assert "--reasons" in office.fails(2, "take-back", ref)


def test_a_repeated_request_is_recorded_once(office: Office, ref: str) -> None:
    for _ in range(2):
        said = office.output("take-back", ref, "--request-id", "7", *WHY)
    assert "was already recorded; nothing was changed" in said


def test_a_voided_case_keeps_its_number_day_reason_and_person(office: Office, mistaken: str) -> None:
    office.output("take-back", mistaken, *WHY)
    assert office.document("list", "--voided") == [
        {
            "ref": mistaken,
            "workflow": "serious_case_review",
            "voided_on": "2026-01-20",
            "voided_by": MANAGER,
            "reasons": WHY[1],
        }
    ]
    shown = office.output("list", "--voided", "--limit", "1")
    assert all(word in shown for word in (mistaken, "20 Jan 2026", MANAGER, WHY[1]))
    assert office.refer("--on", "2026-01-05") == "SCR-2026-003"
    assert "--voided" in office.fails(2, "list", "--voided", "--overdue")


def test_no_case_was_voided_yet(office: Office) -> None:
    assert "No case was voided." in office.output("list", "--voided")


def test_a_voided_case_is_shown_with_its_history(office: Office, mistaken: str) -> None:
    office.output("take-back", mistaken, *WHY)
    assert "Voided: It was opened by mistake" in " ".join(office.output("show", mistaken).split())
    assert "Voided" in office.output("history", mistaken)
    assert office.document("verify")["faults"] == []
    for command in (("timeline", mistaken), ("report", "progress", mistaken), ("step", mistaken, "note")):
        assert "was opened by mistake and voided" in office.fails(1, *command)


def test_a_voided_case_is_in_no_list_and_no_report(office: Office, mistaken: str, tmp_path: Path) -> None:
    other = Office(folder=tmp_path / "without", now=office.now)
    other.folder.mkdir()
    other.output("init", "--rehearsal")
    other.output("people", "add", "Kim Chair", "--role", "subgroup_chair", "--email", "kim@example.org")
    other.output("refer", "serious_case_review", "--file", str(example_file("refer")), "--on", "2026-01-05")
    office.output("take-back", mistaken, *WHY)
    for command in LISTS:
        assert mistaken not in office.output(*command)
        assert office.output(*command) == other.output(*command), command
    register = office.folder / "register.xlsx"
    office.output("bring-in", "--export", str(register))
    with ZipFile(register) as archive:
        assert not any(mistaken.encode() in archive.read(name) for name in archive.namelist())


def test_another_person_or_day_is_refused_with_another_way(office: Office, ref: str) -> None:
    later = office.at("2026-01-21T09:30:00+00:00")
    said = later.fails(1, "take-back", ref, *WHY)
    assert "was recorded on 20 January 2026" in said
    assert "casereview correct SCR-2026-001 --event 1" in said
    failed = later.failure(1, "take-back", ref, *WHY)
    assert (failed["error"], failed["recorded_on"]) == ("recorded_on_another_day", "2026-01-20")
