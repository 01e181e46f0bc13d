"""The maintenance commands: their output, their exit codes and their effects."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from casereview.cli import cli
from casereview.persistence import Database
from casereview.persistence.backends.sqlite_driver import sqlite3

from ...support.sample_record import (
    RecordOffice,
    add_note,
    all_rows,
    engine_at_noon,
    fixed_noon,
    open_partnership_review,
    sqlite_database,
    tamper,
)

FIRST = "PR-2026-001"
NOW = "2026-01-20T09:30:00+00:00"
CORRECTION = ("--wrong", "It was mistyped.", "--reasons", "Found when filing.")
OPENING = ("--event", "1", *CORRECTION)
GROUND = (
    *("--reasons", "Retention schedule, item 12.", "--rule", "Retention schedule, line 12"),
    *("--decided-by", "Ana Diaz", "--capacity", "subgroup_chair"),
)


@pytest.fixture
def rehearsal(tmp_path: Path, rehearsed_case: Path) -> RecordOffice:
    """An office with a rehearsal of one case, on a fixed morning."""
    folder = tmp_path / "rehearsal"
    shutil.copytree(rehearsed_case, folder)
    return RecordOffice(folder=folder, url=f"sqlite:///{folder / 'casereview.db'}", now=NOW)


@pytest.fixture(scope="module")
def rehearsed_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with that rehearsal, to copy from."""
    folder = tmp_path_factory.mktemp("rehearsal")
    office = RecordOffice(folder=folder, url=f"sqlite:///{folder / 'casereview.db'}", now=NOW)
    office.output("init", "--rehearsal")
    data = {"title": "Child A", "agency": "Agency 1", "lessons": "x", "what_happened": "An invented account."}
    (folder / "refer.json").write_text(json.dumps(data), encoding="utf-8")
    office.output("refer", "partnership_review", "--file", str(folder / "refer.json"), "--on", "2026-01-05")
    return folder


def narrow(text: str) -> bool:
    """Check that a table for people has at most 80 columns."""
    return max(map(len, text.splitlines())) <= 80


# --- verify -----------------------------------------------------------------------------------------------


def test_verify_reports_an_unchanged_record(office: RecordOffice) -> None:
    assert office.output("verify") == "2 cases, 20 events: nothing has changed since it was recorded.\n"
    assert office.output("verify", FIRST) == "1 case, 4 events: nothing has changed since it was recorded.\n"
    assert office.document("verify") == {"cases": 2, "events": 20, "faults": []}
    assert office.document("verify", FIRST) == {"cases": 1, "events": 4, "faults": []}


def test_verify_names_the_first_changed_event_and_ends_with_1(office: RecordOffice) -> None:
    tamper(office.path, "UPDATE casereview_event SET channel = 'board' WHERE case_ref = ? AND seq > 1", FIRST)
    done = office.run("verify")
    assert (done.exit_code, done.stderr) == (1, "")
    assert done.stdout == f"{FIRST}: Event 2 was changed.\n2 cases, 20 events: 1 fault.\n"
    found = office.document("verify", code=1)
    assert found == {"cases": 2, "events": 20, "faults": [{"ref": FIRST, "seq": 2, "fault": "Event 2 was changed."}]}
    assert office.output("verify", "PR-2026-002").startswith("1 case, 3 events: nothing has changed since")


def test_verify_of_an_unknown_case_is_bad_input(office: RecordOffice) -> None:
    assert "There is no case PR-2026-009" in office.fails(2, "verify", "PR-2026-009")


@pytest.mark.long
def test_verify_as_a_process_ends_with_the_same_code(office: RecordOffice) -> None:
    done = office.process("verify", "--json")
    assert (done.returncode, json.loads(done.stdout)["faults"], done.stderr) == (0, [], "")
    tamper(office.path, "DELETE FROM casereview_event WHERE case_ref = ? AND seq = 4", FIRST)
    done = office.process("verify")
    assert done.returncode == 1
    assert FIRST in done.stdout
    assert done.stderr == ""


# --- doctor -----------------------------------------------------------------------------------------------


def sweep_with_all_roles(office: RecordOffice) -> RecordOffice:
    """Add a person for each escalation role, sweep, and return the office."""
    for role in ("subgroup_chair", "board_chair"):
        office.output("people", "add", role.title(), "--role", role, "--email", f"{role}@example.org")
    office.output("escalate")
    return office


def test_the_doctor_finds_no_fault_in_a_sound_installation(office: RecordOffice) -> None:
    sweep_with_all_roles(office)
    printed = office.output("doctor")
    assert narrow(printed)
    assert printed.endswith("\nEverything is working.\n")
    checks = office.document("doctor")
    assert [(check["name"], check["passed"]) for check in checks] == [
        ("schema", True),
        ("history", True),
        ("record", True),
        ("permissions", True),
        ("driver", True),
        ("journal", True),
        ("file", True),
        ("disposals", True),
        ("people", True),
        ("accounts", True),
        ("clock", True),
        ("sweeps", True),
        ("cases swept", True),
        ("open cases", True),
        ("due dates", True),
        ("recipients", True),
        ("messages", True),
        ("messages on hold", True),
        ("definitions", True),
        ("e-mail", True),
    ]
    assert all(check.keys() == {"name", "passed", "found", "remedy"} for check in checks)
    assert all(check["name"] in printed for check in checks)


def test_the_doctor_checks_the_durability_of_a_server(postgres_record: Database, tmp_path: Path) -> None:
    url = postgres_record.backend.url.render_as_string(hide_password=False)
    found = json.loads(RecordOffice(folder=tmp_path, url=url).run("doctor", "--json").stdout)
    names = [check["name"] for check in found]
    assert names[:6] == ["schema", "history", "record", "fsync", "full_page_writes", "synchronous_commit"]
    with postgres_record.backend.writing.begin() as connection:
        name = postgres_record.backend.url.database
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
    postgres_record.close()
    done = RecordOffice(folder=tmp_path, url=url).run("doctor")
    assert done.exit_code == 1
    assert "Set synchronous_commit = on on the server." in " ".join(done.stdout.split())


def test_the_doctor_names_missing_triggers_and_restores_them(office: RecordOffice) -> None:
    sweep_with_all_roles(office)
    tamper(office.path, "UPDATE casereview_setting SET value = value")
    done = office.run("doctor")
    assert (done.exit_code, done.stderr) == (1, "")
    assert narrow(done.stdout)
    assert done.stdout.endswith("\nSomething needs attention.\n")
    (history,) = [check for check in office.document("doctor", code=1) if not check["passed"]]
    for name in ("casereview_event_no_update", "casereview_event_no_delete", "casereview_event_no_replace"):
        assert name in history["found"]
    assert history["remedy"] == "casereview verify, then casereview doctor --mend"
    assert "refuses changes to events" in office.output("doctor", "--mend")
    assert all(check["passed"] for check in office.document("doctor"))
    with closing(sqlite3.connect(office.path)) as connection:
        for change in ("DELETE FROM casereview_event", "UPDATE casereview_event SET seq = 9"):
            with pytest.raises(sqlite3.IntegrityError, match="events are never"):
                connection.execute(change)


def test_the_doctor_restores_the_triggers_of_a_server(postgres_record: Database, tmp_path: Path) -> None:
    office = RecordOffice(folder=tmp_path, url=postgres_record.backend.url.render_as_string(hide_password=False))
    with postgres_record.backend.writing.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER casereview_event_no_change ON casereview_event")
        connection.exec_driver_sql("ALTER TABLE casereview_event DISABLE TRIGGER casereview_event_no_truncate")
    (history,) = [check for check in office.document("doctor", code=1) if check["name"] == "history"]
    assert "casereview_event_no_change" in history["found"]
    assert "casereview_event_no_truncate" in history["found"]
    office.run("doctor", "--mend")
    assert {check["passed"] for check in office.document("doctor", code=1) if check["name"] == "history"} == {True}


def test_the_doctor_reports_missing_people_and_a_wrong_journal(tmp_path: Path) -> None:
    database = sqlite_database(tmp_path)
    database.create()
    database.close()
    with closing(sqlite3.connect(tmp_path / "casereview.db")) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    checks = RecordOffice(folder=tmp_path, url=database.name).document("doctor", code=1)
    assert {check["name"]: check["remedy"] for check in checks if not check["passed"]} == {
        "journal": "casereview doctor --mend",
        "people": "casereview init",
    }


def test_following_the_doctor_s_advice_removes_the_fault(tmp_path: Path) -> None:
    # One after the other: each remedy is a command that mends its own fault.
    office = RecordOffice(folder=tmp_path, url=f"sqlite:///{tmp_path / 'casereview.db'}")
    office.output("init")
    with closing(sqlite3.connect(office.path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("DELETE FROM casereview_person_role")
        connection.execute("DELETE FROM casereview_person")
        connection.commit()
    for check in office.document("doctor", code=1):
        if not check["passed"]:
            office.run(*check["remedy"].split()[1:])
    assert all(check["passed"] for check in office.document("doctor"))


@pytest.mark.parametrize("args", [("verify",), ("doctor",), ("doctor", "--mend"), ("upgrade",), ("backup", "b.db")])
def test_a_database_that_is_missing_ends_with_4(
    tmp_path: Path, args: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    office = RecordOffice(folder=tmp_path, url="sqlite:///none.db")
    assert "does not exist" in office.fails(4, *args)
    document = json.loads(office.fails(4, *args, "--json"))
    assert document["error"] == "database"
    assert list(tmp_path.iterdir()) == []


# --- backup, restore, copy, upgrade ---------------------------------------------------------------------------


def test_a_backup_is_reported_with_its_verification(office: RecordOffice, record: Database) -> None:
    target = office.folder / "kept.db"
    said = office.output("backup", str(target))
    assert said == f"{target}: 2 cases, 20 events: nothing has changed since it was recorded.\n"
    second = str(office.folder / "second.db")
    assert office.document("backup", second) == {"copy": second, "cases": 2, "events": 20, "faults": 0}
    assert "which exists already" in office.fails(2, "backup", second)
    assert "cannot take a copy" in office.fails(4, "backup", str(office.folder / "none" / "kept.db"))


def test_a_backup_of_a_record_with_a_fault_ends_with_1(office: RecordOffice) -> None:
    tamper(office.path, "UPDATE casereview_case SET title = 'Another' WHERE ref = ?", FIRST)
    done = office.run("backup", str(office.folder / "kept.db"))
    assert (done.exit_code, done.stderr) == (1, "")
    assert "20 events: 1 fault." in done.stdout
    assert office.document("backup", str(office.folder / "second.db"), code=1)["faults"] == 1


def test_a_restored_record_is_reported_with_the_path_of_the_former_one(office: RecordOffice, record: Database) -> None:
    target = str(office.folder / "kept.db")
    office.output("backup", target)
    add_note(engine_at_noon(record), FIRST)
    said = office.output("restore", target)
    former = f"{office.path}.before-restore-1"
    assert f"{office.url} was replaced with {target}." in said
    assert f"The record before that: {former}" in said
    assert office.document("restore", target) == {
        "restored": target,
        "database": office.url,
        "former": f"{office.path}.before-restore-2",
    }
    assert len(all_rows(record)["casereview_event"]) == 20
    assert "expected a file that exists" in office.fails(2, "restore", str(office.folder / "none.db"))
    tamper(Path(target), "UPDATE casereview_case SET title = 'Another'")
    assert "one with no faults in its history" in office.fails(2, "restore", target)
    Path(target).write_text("Minutes.", encoding="utf-8")
    office.fails(4, "restore", target)


def test_a_process_restores_a_record_that_is_missing(office: RecordOffice, tmp_path: Path) -> None:
    office.output("backup", str(office.folder / "kept.db"))
    fresh = RecordOffice(folder=tmp_path, url=f"sqlite:///{tmp_path / 'fresh.db'}")
    done = fresh.process("restore", "kept.db")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{fresh.url} was replaced with kept.db.\n"
    assert fresh.document("verify")["cases"] == 2


def test_a_copy_is_reported_without_any_password(office: RecordOffice, empty_postgres_url: str) -> None:
    document = office.document("copy", "--to", empty_postgres_url)
    assert (document["cases"], document["events"], document["faults"]) == (2, 20, 0)
    assert "a database without cases" in office.fails(2, "copy", "--to", empty_postgres_url)
    assert "URL: expected one like" in office.fails(2, "copy", "--to", "nonsense")
    assert office.run("copy").exit_code == 2
    said = office.output("copy", "--to", f"sqlite:///{office.folder / 'other.db'}")
    assert said.endswith("other.db: 2 cases, 20 events: nothing has changed since it was recorded.\n")


def test_upgrade_has_nothing_to_do_if_the_schema_is_up_to_date(office: RecordOffice) -> None:
    assert "is up to date (schema" in office.output("upgrade")
    document = office.document("upgrade")
    assert (document["before"] == document["after"], document["copy"]) == (True, None)


# --- correct and dispose --------------------------------------------------------------------------------------


def test_a_correction_is_recorded_and_shown_from_then_on(rehearsal: RecordOffice) -> None:
    said = rehearsal.output("correct", FIRST, *OPENING, "--set", "title=Child B", "--set", "agency=Agency 2")
    assert f"Recorded: {FIRST}, event 1 corrected (version 2)." in said
    shown = rehearsal.document("show", FIRST)
    assert (shown["title"], shown["data"]["refer"]["agency"]) == ("Child B", "Agency 2")
    assert shown["data"]["refer"]["what_happened"] == "An invented account."
    history = rehearsal.output("history", FIRST)
    assert narrow(history)
    assert "event 1 corrected" in " ".join(history.split())
    first, corrected = rehearsal.document("history", FIRST)
    assert first["record"]["title"] == "Child A"
    assert (corrected["kind"], corrected["record"]["wrong"]) == ("corrected", "It was mistyped.")


def test_a_correction_prints_the_case_as_one_document(rehearsal: RecordOffice) -> None:
    document = rehearsal.document("correct", FIRST, *OPENING, "--set", "title=Child B")
    assert (document["title"], document["version"], document["repeated"], document["dry_run"]) == (
        "Child B",
        2,
        False,
        False,
    )


def test_a_correction_may_come_from_a_file_that_names_the_decider(rehearsal: RecordOffice) -> None:
    data = {"agency": "Agency 2", "decided_by": {"name": "Chair", "capacity": "subgroup_chair", "evidence": "Item 4"}}
    file = rehearsal.folder / "right.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    rehearsal.output("correct", FIRST, *OPENING, "--file", str(file))
    event = rehearsal.document("history", FIRST)[-1]
    assert event["decided_by"] == {"name": "Chair", "capacity": "subgroup_chair", "evidence": "Item 4"}
    by_manager = ("--decided-by", "Sam Reed", "--capacity", "business_manager")
    said = rehearsal.fails(2, "correct", FIRST, *OPENING, "--file", str(file), *by_manager)
    assert "the fields: expected a value that differs from the record, found the same" in said
    rehearsal.output("correct", FIRST, *OPENING, "--file", str(file), "--set", "agency=Agency 3", *by_manager)
    assert rehearsal.document("history", FIRST)[-1]["decided_by"]["name"] == "Sam Reed"


def test_an_amendment_can_be_tried_without_recording_it(rehearsal: RecordOffice) -> None:
    for args, end in (
        (("correct", FIRST, *OPENING, "--set", "title=x"), "It would be recorded; nothing was changed"),
        (("dispose", FIRST, *GROUND), 'What happened: "An invented account."\nNothing was changed.'),
    ):
        assert end in rehearsal.output(*args, "--dry-run")
        document = rehearsal.document(*args, "--dry-run")
        assert (document["dry_run"], document["version"]) == (True, 2)
    shown = rehearsal.document("show", FIRST)
    assert (shown["version"], shown["data"]["refer"]["what_happened"]) == (1, "An invented account.")


def test_an_amendment_sent_twice_under_one_id_is_recorded_once(rehearsal: RecordOffice) -> None:
    for args in (("correct", FIRST, *OPENING, "--set", "title=x"), ("dispose", FIRST, *GROUND)):
        first = rehearsal.document(*args, "--request-id", args[0])
        again = rehearsal.document(*args, "--request-id", args[0])
        assert (again["version"], again["repeated"]) == (first["version"], True)
    assert len(rehearsal.document("history", FIRST)) == 3


def test_disposing_removes_sensitive_values_and_reports_it(rehearsal: RecordOffice) -> None:
    said = rehearsal.output("dispose", FIRST, *GROUND)
    assert f"Recorded: {FIRST}, 1 value disposed of (version 2)." in said
    assert rehearsal.document("show", FIRST)["data"]["refer"]["what_happened"] == "(disposed of)"
    assert "(disposed of)" in rehearsal.output("show", FIRST)
    history = " ".join(rehearsal.output("history", FIRST).split())
    assert "1 value disposed of" in history
    # The other columns stand between the lines of a cell.
    assert "Retention schedule, item" in history
    assert history.endswith(" 12. (Retention schedule, line 12)")
    assert rehearsal.document("verify")["faults"] == []
    assert f"{FIRST} holds no sensitive values to dispose of." in rehearsal.fails(2, "dispose", FIRST, *GROUND)


def test_a_field_to_dispose_of_is_named_by_its_title(rehearsal: RecordOffice) -> None:
    said = rehearsal.output("dispose", FIRST, "--field", "expected learning", *GROUND)
    assert f"Recorded: {FIRST}, 1 value disposed of (version 2)." in said
    assert rehearsal.document("show", FIRST)["data"]["refer"]["lessons"] == "(disposed of)"
    assert "Expected learning" in rehearsal.output("history", FIRST)
    said = rehearsal.fails(2, "dispose", FIRST, "--field", "colour", *GROUND)
    assert f'{FIRST} holds nothing in the field "colour". It holds something in these fields: ' in said
    assert "Referring agency (agency); " in said
    assert "; Who decided (decided_by.name); " in said


def test_only_the_values_of_one_named_event_are_disposed_of(rehearsal: RecordOffice) -> None:
    rehearsal.output("step", FIRST, "note", "--set", "text=A call.")
    rehearsal.output("dispose", FIRST, "--event", "2", *GROUND)
    data = rehearsal.document("show", FIRST)["data"]
    assert (data["note"]["text"], data["refer"]["what_happened"]) == ("(disposed of)", "An invented account.")


def test_a_disposal_can_include_the_parts_of_a_review(rehearsal: RecordOffice) -> None:
    request = (
        *("refer", "agency_return", "--parent", FIRST, "--set", "agency=Agency 1", "--set", "kind=chronology"),
        *("--set", "due_on=2027-03-01"),
    )
    for _ in range(2):
        rehearsal.output(*request)
    part = f"{FIRST}/RET01"
    rehearsal.output("step", part, "note", "--set", "text=A call.")
    parts = ("dispose", FIRST, "--with-parts", *GROUND)
    shown = rehearsal.output(*parts, "--dry-run")
    assert shown.endswith("Nothing was changed.\n")
    assert f'{part}, event 2 (20 Jan 2026), Note: "A call."' in shown
    assert rehearsal.document("show", part)["data"]["note"]["text"] == "A call."
    first = rehearsal.document(*parts, "--request-id", "retention")
    assert [one["ref"] for one in first] == [FIRST, part]
    assert rehearsal.document(*parts, "--request-id", "retention") == first
    assert rehearsal.document("show", part)["data"]["note"]["text"] == "(disposed of)"
    assert rehearsal.document("show", FIRST)["data"]["refer"]["what_happened"] == "(disposed of)"
    assert rehearsal.document("verify")["faults"] == []
    assert "expected sensitive values in PR-2026-001 or its parts" in rehearsal.fails(2, *parts)
    for more in (("--event", "1"), ("--if-version", "1")):
        assert f"Use either {more[0]} or --with-parts. {more[0]} is for one case." in rehearsal.fails(2, *parts, *more)


BAD: dict[str, tuple[tuple[str, ...], str]] = {
    "an event that there is not": (("--event", "9", *CORRECTION), "the number of a step"),
    "a field that there is not": ((*OPENING, "--set", "colour=red"), "colour: expected one of the fields"),
    "a value that will not do": ((*OPENING, "--set", "title="), "Title: expected"),
    "a file that is missing": ((*OPENING, "--file", "none.json"), "no such file"),
    "no words": (("--event", "1", "--wrong", "", "--reasons", ""), "2 things to correct"),
    "no capacity": ((*OPENING, "--decided-by", "Chair"), "--capacity: expected the role"),
    "no decider": (
        (*OPENING, "--capacity", "subgroup_chair"),
        "--decided-by: expected the name of the person who decided",
    ),
    "evidence alone": ((*OPENING, "--evidence", "Item 4"), "--decided-by: expected the name of the person who decided"),
    "a role that there is not": (
        (*OPENING, "--decided-by", "X", "--capacity", "king"),
        'Nobody decides as "king" in this: ',
    ),
    "nobody": ((*OPENING, "--as", "Nobody"), "Nobody is not among the people"),
    "nothing at all": ((), "Missing option"),
}


@pytest.mark.parametrize(("args", "said"), BAD.values(), ids=BAD.keys())
def test_a_correction_that_cannot_be_understood_ends_with_2(
    rehearsal: RecordOffice, args: tuple[str, ...], said: str
) -> None:
    assert said in rehearsal.fails(2, "correct", FIRST, *args)
    assert len(rehearsal.document("history", FIRST)) == 1


def test_a_person_who_may_not_amend_is_refused_with_exit_code_1(rehearsal: RecordOffice) -> None:
    rehearsal.output("people", "add", "Chair", "--role", "subgroup_chair")
    for args in (("correct", FIRST, *OPENING), ("dispose", FIRST, *GROUND)):
        said = rehearsal.fails(1, *args, "--as", "Chair")
        assert f"({args[0]}) for {FIRST}" in said
        assert "business manager or review coordinator can clear it" in said
    assert len(rehearsal.document("history", FIRST)) == 1


def test_a_conflict_with_a_later_step_ends_with_exit_code_3(rehearsal: RecordOffice) -> None:
    rehearsal.output("step", FIRST, "note", "--set", "text=x")
    for args in (("correct", FIRST, *OPENING), ("dispose", FIRST, *GROUND)):
        assert "is at version 2, not 1" in rehearsal.fails(3, *args, "--if-version", "1")


@pytest.mark.parametrize("command", ["correct", "dispose"])
def test_an_unknown_case_ends_with_2(rehearsal: RecordOffice, command: str) -> None:
    args = OPENING if command == "correct" else GROUND
    assert "There is no case PR-2026-009" in rehearsal.fails(2, command, "PR-2026-009", *args)


# --- earlier times --------------------------------------------------------------------------------------------


@pytest.fixture
def moved(tmp_path: Path, corrected_case: Path) -> RecordOffice:
    """A rehearsal with a case opened on 5 January and corrected at noon on 1 July 2026."""
    shutil.copy(corrected_case, tmp_path / "casereview.db")
    return RecordOffice(folder=tmp_path, url=f"sqlite:///{tmp_path / 'casereview.db'}", now="2026-07-01T11:00:00+00:00")


@pytest.fixture(scope="module")
def corrected_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of that rehearsal, to copy from."""
    folder = tmp_path_factory.mktemp("corrected")
    office = RecordOffice(folder=folder, url=f"sqlite:///{folder / 'casereview.db'}", now=fixed_noon().isoformat())
    office.output("init", "--rehearsal")
    database = sqlite_database(folder)
    open_partnership_review(engine_at_noon(database))
    database.close()
    later = RecordOffice(folder=folder, url=office.url, now="2026-07-01T11:00:00+00:00")
    later.output("correct", FIRST, *OPENING, "--set", "title=Child B")
    return office.path


LOOKS = {
    "2026-07-01T11:00:00+00:00": "Child B",
    "2026-07-01T12:00:00+01:00": "Child B",
    "2026-07-01T10:59:59Z": "Child A",
    "2026-06-30": "Child A",
    "2026-07-01": "Child B",
    "2026-01-05": "Child A",
    "2199-12-31": "Child B",
}


@pytest.mark.parametrize(("at", "title"), LOOKS.items(), ids=LOOKS.keys())
def test_a_case_is_shown_as_recorded_by_an_instant_or_the_end_of_a_day(
    moved: RecordOffice, at: str, title: str
) -> None:
    shown = moved.document("show", FIRST, "--as-of", at)
    assert shown["title"] == title
    history = moved.document("history", FIRST, "--as-of", at)
    assert [event["seq"] for event in history] == ([1, 2] if title == "Child B" else [1])
    assert shown["hash"] == history[-1]["hash"]
    assert title in moved.output("show", FIRST, "--as-of", at)
    assert narrow(moved.output("history", FIRST, "--as-of", at))


def test_deadlines_are_shown_as_of_an_instant(moved: RecordOffice) -> None:
    then, now = (moved.document("show", FIRST, *args)["deadlines"][0] for args in (("--as-of", "2026-01-05"), ()))
    assert (then["overdue"], now["overdue"]) == (False, True)


@pytest.mark.parametrize("command", ["show", "history"])
def test_a_case_is_unknown_before_its_opening(moved: RecordOffice, command: str) -> None:
    for at in ("2026-01-04", "2026-01-05T11:59:59Z", "0001-01-01"):
        assert f"There is no case {FIRST}" in moved.fails(2, command, FIRST, "--as-of", at)


NONSENSE = ["yesterday", "2026-02-30", "2026-01-05T12:00:00", "2026-13-01", "", "12:00", "9999-12-31"]


@pytest.mark.parametrize("at", NONSENSE)
@pytest.mark.parametrize("command", ["show", "history"])
def test_an_impossible_time_is_bad_input(moved: RecordOffice, command: str, at: str) -> None:
    assert "--as-of: expected" in moved.fails(2, command, FIRST, "--as-of", at)


# --- all of them ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["verify", "doctor", "upgrade", "backup", "restore", "copy", "correct", "dispose"])
def test_each_command_s_help_has_its_purpose_and_an_example(rehearsal: RecordOffice, command: str) -> None:
    said = rehearsal.output(command, "--help")
    assert f"Example:  casereview {command}" in said
    assert max(map(len, said.splitlines())) <= 100


def test_output_of_a_rehearsal_database_is_marked(rehearsal: RecordOffice) -> None:
    sweep_with_all_roles(rehearsal)
    for args in (
        ("verify",),
        ("doctor",),
        ("upgrade",),
        ("backup", str(rehearsal.folder / "kept.db")),
        ("restore", str(rehearsal.folder / "kept.db")),
        ("correct", FIRST, *OPENING, "--set", "title=Child B"),
        ("dispose", FIRST, *GROUND),
        ("history", FIRST, "--as-of", "2026-12-01"),
    ):
        done: Any = rehearsal.run(*args)
        assert done.exit_code == 0, done.output
        assert "REHEARSAL" in done.stdout, args


def test_a_rehearsal_is_announced_once_for_each_command(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'practice.db'}"
    assert CliRunner().invoke(cli, ["init", "--rehearsal", "--database", url]).exit_code == 0
    assert CliRunner().invoke(cli, ["verify", "--database", url]).stdout.count("REHEARSAL") == 1
