"""The office's week: notes, documents, letters, and what there is to do today."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ...support.command_line import MANAGER, STEPS_TO_REPORT, Office

PLANS = (
    *STEPS_TO_REPORT,
    *("agree_recommendations", "request_action_plans", "P01-submit", "P02-submit", "P01-agree", "P02-agree"),
)


def wide(text: str) -> list[str]:
    return [line for line in text.splitlines() if len(line) > 80]


# --- noted, attached, sent ---------------------------------------------------------------------------


def test_a_note_says_of_what_it_is_and_with_whom_and_stays_apart(office: Office, ref: str) -> None:
    said = office.output("note", ref, "Asks for a call = on Monday.", "--kind", "call", "--with", "Relative 1")
    assert f'{ref}: "Add a note" is recorded. Stage: referred (version 2).' in said
    record = office.document("show", ref)["data"]["note"]
    assert record == {"text": "Asks for a call = on Monday.", "kind": "call", "contact": "Relative 1"}
    event = office.document("history", ref)[-1]
    assert "Relative 1" not in str(event["data"])
    assert event["data"]["kind"] == "call"


def test_a_note_is_of_any_part_and_of_the_day_it_was(office: Office, ref: str) -> None:
    office.record_steps(ref, *STEPS_TO_REPORT[:5])
    part = f"{ref}/E01"
    office.output("note", part.lower(), "A visit.", "--kind", "visit", "--on", "2026-01-20")
    assert office.document("history", part)[-1]["occurred_on"] == "2026-01-20"


@pytest.mark.parametrize("text", ["", " "])
def test_a_note_says_something(office: Office, ref: str, text: str) -> None:
    assert "text" in office.fails(2, "note", ref, text)


def test_files_are_attached_by_location_and_digest_and_stay_in_place(office: Office, ref: str) -> None:
    letter, minutes = office.write("letter [1].docx", b"A letter."), office.write("minutes.docx", b"Minutes.")
    office.output("attach", ref, letter, minutes)
    attached = office.document("show", ref)["data"]["attach"]["documents"]
    assert attached == [
        {"title": "letter [1].docx", "location": letter, "sha256": hashlib.sha256(b"A letter.").hexdigest()},
        {"title": "minutes.docx", "location": minutes, "sha256": hashlib.sha256(b"Minutes.").hexdigest()},
    ]
    assert Path(letter).read_bytes() == b"A letter."


def test_a_file_may_be_called_otherwise_than_it_is_named(office: Office, ref: str) -> None:
    office.output("attach", ref, office.write("scan0001.pdf", b"x"), "--title", "Letter of 3 January")
    (attached,) = office.document("show", ref)["data"]["attach"]["documents"]
    assert attached["title"] == "Letter of 3 January"


def test_what_cannot_be_attached_is_named(office: Office, ref: str) -> None:
    missing = str(office.folder / "nothing.docx")
    assert f"FILE {missing}: expected a file that can be read" in office.fails(2, "attach", ref, missing)
    two = [office.write(name, b"x") for name in ("a", "b")]
    assert "--title: expected one file with it, found 2 files." in office.fails(
        2, "attach", ref, *two, "--title", "Both"
    )
    assert "SCR-2026-009" in office.fails(2, "attach", "SCR-2026-009", two[0])


def test_what_was_sent_is_recorded_with_its_day_and_to_whom_apart(office: Office, ref: str) -> None:
    copy = office.write("copy.docx", b"A copy.")
    office.output(
        *("sent", ref, "Letter about the review", "--to", "Relative 1", "--to", "Agency 1"),
        *("--by", "post", "--document", copy, "--on", "2026-01-19"),
    )
    record = office.document("show", ref)["data"]["record_sent"]
    assert record["to"] == ["Relative 1", "Agency 1"]
    assert (record["what"], record["method"], record["documents"][0]["title"]) == (
        "Letter about the review",
        "post",
        "copy.docx",
    )
    event = office.document("history", ref)[-1]
    assert event["occurred_on"] == "2026-01-19"
    assert "Relative 1" not in str(event["data"])


def test_the_short_forms_are_steps_like_any_other(office: Office, ref: str) -> None:
    done = office.document("note", ref, "A call.", "--request-id", "call 1")
    assert (done["version"], done["repeated"]) == (2, False)
    assert office.document("note", ref, "A call.", "--request-id", "call 1")["repeated"]
    before = office.content()
    assert "would be recorded" in office.output("sent", ref, "A letter", "--to", "A", "--by", "email", "--dry-run")
    assert office.content() == before
    office.output("people", "add", "Ana Diaz", "--role", "agency_author", "--agency", "Agency 1")
    assert "lead reviewer" in office.fails(1, "note", ref, "A call.", "--as", "Ana Diaz")


# --- today ------------------------------------------------------------------------------------------


def test_today_is_one_screen_of_what_there_is_to_do(office: Office, ref: str) -> None:
    shown = office.output("today")
    assert wide(shown) == []
    assert len(shown.splitlines()) <= 24
    assert f"Tuesday 20 Jan 2026, {MANAGER}" in shown
    assert "11 days late" in shown
    assert ref in shown
    assert "No sweep has run yet: casereview worker." in shown


def test_what_was_due_since_the_last_working_day_is_reported_once(office: Office, ref: str) -> None:
    # The notification was due on Friday 9 January.
    def newly_overdue(now: str) -> list[str]:
        return [one["deadline"] for one in office.at(now).document("today")["newly_overdue"]]

    assert newly_overdue("2026-01-09T12:00:00+00:00") == []
    assert newly_overdue("2026-01-10T12:00:00+00:00") == ["notify_incident"]
    assert newly_overdue("2026-01-12T08:00:00+00:00") == ["notify_incident"]
    assert newly_overdue("2026-01-13T08:00:00+00:00") == []
    office.at("2026-01-09T12:00:00+00:00").output(
        "people", "away", MANAGER, "--from", "2026-01-12", "--to", "2026-01-19"
    )
    assert newly_overdue("2026-01-20T08:00:00+00:00") == ["notify_incident", "recommend"]


def test_what_came_back_waits_there_until_it_is_answered(office: Office, ref: str) -> None:
    office.record_steps(ref, *STEPS_TO_REPORT, "request_returns", "RET01-receive")
    found = office.document("today")["returned_work"]
    assert [(one["ref"], one["state"], one["agencies"]) for one in found] == [
        (f"{ref}/RET01", "received", ["Agency 1"])
    ]
    assert "Accept the return, or send it back" in office.output("today")
    office.record_steps(ref, "RET01-accept")
    assert office.document("today")["returned_work"] == []


def test_what_the_last_sweep_did_and_what_waits_for_release_is_the_unit_s(office: Office, ref: str) -> None:
    for name, role in (("Kim Cole", "subgroup_chair"), ("Lee Hart", "review_coordinator")):
        office.output("people", "add", name, "--role", role, "--email", "somebody@example.org")
    # Ten working days after 9 January the subgroup's chair is notified.
    later = office.at("2026-01-26T09:00:00+00:00")
    later.output("escalate")
    found = later.document("today")
    assert found["sweep"]["at"] == "2026-01-26T09:00:00+00:00"
    assert found["sweep"]["fired"] > 0
    assert [one["person"] for one in found["to_release"]] == ["Kim Cole"]
    assert 'casereview messages release "Kim Cole"' in later.output("today")
    # A coordinator releases nothing.
    assert later.document("today", "--as", "Lee Hart")["to_release"] is None
    assert "release" not in later.output("today", "--as", "Lee Hart")


def test_somebody_else_s_day_is_theirs(office: Office, ref: str) -> None:
    office.output("people", "add", "Kim Cole", "--role", "subgroup_chair")
    assert [one["deadline"] for one in office.document("today", "--as", "Kim Cole")["to_do"]] == ["recommend"]
    assert [one["deadline"] for one in office.document("today")["to_do"]] == ["notify_incident"]
    assert "Nobody Else" in office.fails(2, "today", "--as", "Nobody Else")


def test_more_than_a_screen_holds_is_counted(office: Office) -> None:
    for _ in range(4):
        office.refer("--on", "2026-01-05")
    shown = office.output("today", "--limit", "2")
    assert "and 2 more: casereview today --limit 4" in shown
    assert len(office.document("today", "--limit", "2")["to_do"]) == 4
