"""Reports from the command line: what is due as a table, as a calendar, and as a file that is always whole."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from ....support.command_line import Office, example_file

BY_THE_CHAIR = ("--decided-by", "A chair", "--capacity", "board_chair")
TRIAL = ("--proceeding", "Crown Court trial", "--consulted", "Prosecution", "--reasons", "Witnesses.")
FEED = ("report", "deadlines", "--format", "ics")
DECIDE = "SCR-2026-001.decide.1@rehearsal.casereview"


@pytest.fixture
def ref(office: Office) -> str:
    """A case that was referred and notified on 5 January: it is to be decided by 5 February."""
    found = office.refer("--on", "2026-01-05")
    office.output(
        "step", found, "notify_incident", "--file", str(example_file("notify_incident")), "--on", "2026-01-05"
    )
    return found


def entries(office: Office, *more: str) -> dict[str, Any]:
    """The feed's entries, by their names."""
    return {str(entry["UID"]): entry for entry in Calendar.from_ical(office.run(*FEED, *more).stdout_bytes).events}


# --- the table ----------------------------------------------------------------------------------------


def test_the_next_due_comes_first_and_what_is_late_is_marked(office: Office, ref: str) -> None:
    shown = office.output("report", "deadlines")
    rows = [line for line in shown.splitlines() if ref in line]
    assert [" ".join(row.split()) for row in rows] == [
        f"19 Jan 2026 1 day late {ref} Make a recommendation",
        f"5 Feb 2026 in 16 days {ref} Decide whether to hold a review",
    ]
    assert "board chair" in shown
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize(
    ("day", "said"),
    [("2026-02-03", "in 2 days"), ("2026-02-04", "tomorrow"), ("2026-02-05", "today"), ("2026-02-06", "1 day late")],
)
def test_how_soon_is_reported_in_days(office: Office, ref: str, day: str, said: str) -> None:
    shown = office.at(f"{day}T23:59:00+00:00").output("report", "deadlines")
    assert any("5 Feb 2026" in line and said in line for line in shown.splitlines())


def test_only_what_is_due_within_so_many_days_is_asked_for(office: Office, ref: str) -> None:
    def found(*more: str) -> list[str]:
        return [one["deadline"] for one in office.document("report", "deadlines", *more)]

    assert found() == found("--days", "16") == ["recommend", "decide"]
    assert found("--days", "15") == found("--days", "0") == found("--limit", "1") == ["recommend"]
    assert found("--agency", "Agency 1") == ["recommend", "decide"]
    assert found("--agency", "Agency 99") == []
    assert (
        "There may be more. To see them, use a larger --limit."
        in office.run("report", "deadlines", "--limit", "1").stderr
    )


def test_nothing_that_is_due_is_said_in_words(office: Office) -> None:
    assert "Nothing is due." in office.output("report", "deadlines")
    assert "No deadline matches." in office.output("report", "deadlines", "--agency", "Agency 99")
    assert office.document("report", "deadlines") == []


def test_a_program_is_given_the_facts_and_the_rule(office: Office, ref: str) -> None:
    (late, decide) = office.document("report", "deadlines")
    assert decide.keys() >= {
        "ref",
        "deadline",
        "number",
        "due",
        "status",
        "overdue",
        "days_overdue",
        "owner",
        "citation_text",
    }
    assert (late["overdue"], late["days_overdue"]) == (True, 1)
    assert (decide["ref"], decide["due"], decide["overdue"], decide["days_overdue"]) == (ref, "2026-02-05", False, 0)
    assert (decide["owner"], decide["number"], decide["status"]) == ("board_chair", 1, "running")


@pytest.mark.parametrize("more", [("--format", "ics"), ("--out", "x.json")])
def test_json_is_for_standard_output_alone(office: Office, more: tuple[str, ...]) -> None:
    failed = office.failure(2, "report", "deadlines", *more)
    assert failed["message"] == "--json: expected no --format or --out with it, found one of them."


# --- the calendar -------------------------------------------------------------------------------------


def test_an_entry_moves_with_its_deadline_and_goes_when_that_is_met(office: Office, ref: str) -> None:
    before = entries(office)[DECIDE]
    office.output("new-date", ref, "decide", "2026-03-02", "--reasons", "A further agency.", *BY_THE_CHAIR)
    after = entries(office)[DECIDE]
    assert (f"{before.start}", before["SEQUENCE"]) == ("2026-02-05", 0)
    assert (f"{after.start}", after["SEQUENCE"]) == ("2026-03-02", 1)
    raw = office.run(*FEED).stdout_bytes
    assert raw.count(f"UID:{DECIDE}\r\nSEQUENCE:1\r\n".encode()) == 1
    assert b"A further agency" not in raw
    office.record_steps(ref, "recommend", "screen")
    assert DECIDE not in entries(office)


def test_what_stands_still_is_left_out_and_comes_back_where_it_runs_to(office: Office, ref: str) -> None:
    office.output("suspend", ref, *TRIAL, *BY_THE_CHAIR, "--deadline", "decide")
    still = entries(office)
    assert DECIDE not in still
    assert f"{still[f'{ref}.review_suspension.1@rehearsal.casereview'].start}" == "2026-04-20"
    later = office.at("2026-03-02T09:30:00+00:00")
    later.output("resume", ref, "--reasons", "It is over.", *BY_THE_CHAIR)
    (again,) = (entry for uid, entry in entries(later).items() if uid == DECIDE)
    assert (f"{again.start}", again["SEQUENCE"]) == ("2026-03-18", 1)
    assert again["LAST-MODIFIED"].dt.isoformat() == "2026-03-02T09:30:00+00:00"


def test_what_becomes_overdue_or_is_taken_back_is_a_new_version(office: Office, ref: str) -> None:
    office.output("new-date", ref, "decide", "2026-03-02", "--reasons", "A further agency.", *BY_THE_CHAIR)
    assert entries(office)[DECIDE]["SEQUENCE"] == 1
    office.output("take-back", ref, "--reasons", "It was another review.", "--yes")
    back = entries(office)[DECIDE]
    assert (f"{back.start}", back["SEQUENCE"]) == ("2026-02-05", 2)
    late = entries(office.at("2026-02-06T09:30:00+00:00"))[DECIDE]
    assert (late["SEQUENCE"], f"{late['LAST-MODIFIED'].dt}") == (3, "2026-02-06 00:00:00+00:00")


def test_meetings_are_in_the_feed_until_they_are_held(office: Office) -> None:
    call = ("meeting", "call", "subgroup", "--chair", "Kim Cole", "--title", "About Kim Cole")
    held = office.output(*call, "--on", "2026-02-03").strip()
    uid = f"{held}@rehearsal.casereview"
    office.output(*call, "--on", "2026-04-01")
    entry = entries(office)[uid]
    assert (f"{entry.start}", entry["SEQUENCE"], entry["STATUS"]) == ("2026-02-03", 0, "CONFIRMED")
    assert b"Kim" not in office.run(*FEED).stdout_bytes
    assert list(entries(office, "--days", "30")) == [uid]
    assert entries(office, "--agency", "Agency 1") == {}
    said = office.output(*FEED, "--out", str(office.folder / "feed.ics"))
    assert "Wrote 0 deadlines and 2 meetings to" in said
    wrong = ("--wrong", "The day.", "--reasons", "It was moved.")
    office.output("correct", held, "--event", "1", "--set", "held_on=2026-02-10", *wrong)
    moved = entries(office)[uid]
    assert (f"{moved.start}", moved["SEQUENCE"]) == ("2026-02-10", 1)
    office.output("step", held, "cancel", "--set", "reasons=Too few can come.")
    off = entries(office)[uid]
    assert (off["STATUS"], off["SEQUENCE"]) == ("CANCELLED", 2)
    assert uid not in entries(office.at("2026-02-11T09:30:00+00:00"))


def test_a_calendar_change_moves_it_too(office: Office, ref: str) -> None:
    assert f"{entries(office)[f'{ref}.recommend.1@rehearsal.casereview'].start}" == "2026-01-19"
    office.output("calendar", "add", "2026-01-12", "--reasons", "The office is closed.")
    moved = entries(office)[f"{ref}.recommend.1@rehearsal.casereview"]
    # It was overdue before, which was a version of its own.
    assert (f"{moved.start}", moved["SEQUENCE"]) == ("2026-01-20", 2)


def test_the_feed_alone_is_on_standard_output(office: Office, ref: str) -> None:
    done = office.run(*FEED)
    assert done.stdout_bytes.startswith(b"BEGIN:VCALENDAR\r\n")
    assert done.stdout_bytes.endswith(b"END:VCALENDAR\r\n")
    assert done.stderr.startswith("REHEARSAL")
    assert office.run(*FEED, "--out", "-").stdout_bytes == done.stdout_bytes


def test_the_title_that_a_case_has_is_not_in_the_feed(office: Office, ref: str) -> None:
    title = office.document("show", ref)["title"]
    assert title in office.output("list")
    assert title.encode() not in office.run(*FEED).stdout_bytes


def test_a_real_record_s_entries_do_not_speak_of_a_rehearsal(real: Office) -> None:
    real.refer()
    raw = real.run(*FEED).stdout_bytes
    assert b".recommend.1@casereview" in raw
    assert b"rehearsal" not in raw


# --- the file -----------------------------------------------------------------------------------------


def test_a_file_is_what_standard_output_would_have_been(office: Office, ref: str) -> None:
    path = office.folder / "deadlines.ics"
    said = office.output(*FEED, "--out", str(path))
    assert f"Wrote 2 deadlines to {path}." in said
    assert path.read_bytes() == office.run(*FEED).stdout_bytes


def test_a_table_in_a_file_says_of_which_day_it_is(office: Office, ref: str) -> None:
    path = office.folder / "deadlines.txt"
    office.output("report", "deadlines", "--out", str(path), "--days", "0")
    written = path.read_text(encoding="utf-8").splitlines()
    assert written[0].startswith("REHEARSAL")
    assert written[2] == "Deadlines on 20 Jan 2026"
    assert any(f"19 Jan 2026  1 day late     {ref}" in line for line in written)
    assert "Wrote 1 deadline to" in office.output("report", "deadlines", "--out", str(path), "--limit", "1")
    office.output("report", "deadlines", "--out", str(path), "--agency", "Agency 99")
    assert "No deadline matches." in path.read_text(encoding="utf-8")


def test_it_takes_the_former_one_s_place_with_the_rights_that_had(office: Office, ref: str) -> None:
    path = office.folder / "deadlines.ics"
    path.write_text("the former one")
    path.chmod(0o640)
    link = office.folder / "link.ics"
    link.symlink_to(path)
    office.output(*FEED, "--out", str(link))
    assert link.is_symlink()
    assert path.read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(
    office: Office, ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = office.folder / "deadlines.ics"
    path.write_text("the former one")
    before = sorted(office.folder.iterdir())

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    said = office.fails(2, *FEED, "--out", str(path))
    assert f"--out {path}: expected a file that can be written, found no space left on device." in said
    assert path.read_text() == "the former one"
    assert sorted(office.folder.iterdir()) == before


@pytest.mark.parametrize(
    ("out", "found"),
    [
        ("casereview.db", "expected a file to write the report to, found a database. It was not changed."),
        (".", "expected a file, found something else with that name."),
        ("/dev/null", "expected a file, found something else with that name."),
        ("none/x.ics", "expected a file that can be written, found no such file or directory."),
        ("x" * 300, "expected a file that can be written, found file name too long."),
    ],
    ids=["the database", "a folder", "a device", "no folder", "too long"],
)
def test_what_is_no_place_for_a_report_is_left_as_it_is(office: Office, ref: str, out: str, found: str) -> None:
    before = Path("/dev/null").stat().st_mode
    assert found in office.fails(2, "report", "deadlines", "--out", str(office.folder / out))
    assert Path("/dev/null").stat().st_mode == before


def test_a_loop_of_links_is_reported(office: Office, ref: str) -> None:
    loop = office.folder / "loop"
    loop.symlink_to(loop)
    assert "expected a file that can be written" in office.fails(2, *FEED, "--out", str(loop))


@pytest.mark.parametrize("args", [("--days", "-1"), ("--days", "x"), ("--limit", "0"), ("--format", "docx")])
def test_what_cannot_be_asked_for_is_reported(office: Office, args: tuple[str, ...]) -> None:
    assert f"{args[0]}: expected " in office.fails(2, "report", "deadlines", *args)
