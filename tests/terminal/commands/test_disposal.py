"""Disposal at the command line: what goes, what stays, and what it cannot reach."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing

import pytest

from casereview.persistence import database as database_module
from casereview.persistence.backends.sqlite_driver import sqlite3
from casereview.terminal.session import Session

from ...support.command_line import Office

WORD = "Child A of 4 Mill Lane"
GROUNDS = (
    *("--reasons", "Typed in the wrong place.", "--rule", "Retention schedule, line 12"),
    *("--decided-by", "Ana Diaz", "--capacity", "subgroup_chair"),
)
DISPOSAL = ("--event", "1", "--field", "title", *GROUNDS)


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "ERASE_SECONDS", 0)


@pytest.fixture
def case(office: Office) -> str:
    """A case with a title that should not be held."""
    return office.refer("--on", "2026-01-05", "--set", f"title={WORD}")


def copies(office: Office) -> dict[str, int]:
    """Count the word in each file of the database."""
    return {
        path.suffix: count
        for path in office.folder.glob("casereview.db*")
        if (count := path.read_bytes().count(WORD.encode()))
    }


def test_a_disposal_says_what_it_cannot_reach(office: Office, case: str) -> None:
    done = office.run("dispose", case, *DISPOSAL)
    assert done.exit_code == 0, done.output
    assert "Backups, copies, attached files and messages that were sent may still hold them" in done.stderr
    assert "Not finished" not in done.stderr
    assert copies(office) == {}
    assert office.document("verify")["faults"] == []


def test_a_disposal_that_a_reader_holds_up_is_finished_later(office: Office, case: str) -> None:
    with closing(sqlite3.connect(office.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM casereview_case").fetchall()
        done = office.run("dispose", case, *DISPOSAL)
        assert done.exit_code == 0, done.output
        assert "may still stand in clear in casereview.db and casereview.db-wal" in done.stderr
        assert "casereview dispose --finish" in done.stderr
        assert copies(office)
        again = office.run("dispose", "--finish")
        assert (again.exit_code, again.stdout) == (1, "")
        checks = {check["name"]: check for check in json.loads(office.run("doctor", "--json").stdout)}
        assert not checks["disposals"]["passed"]
        assert "dispose --finish" in checks["disposals"]["remedy"]
        reader.execute("COMMIT")
        assert office.document("dispose", "--finish") == {"finished": True}
        assert copies(office) == {}
    assert "Nothing that was disposed of is left" in office.output("dispose", "--finish")


def test_finishing_takes_no_case_and_a_disposal_takes_one(office: Office, case: str) -> None:
    assert "without a reference" in office.fails(2, "dispose", case, "--finish")
    assert "Give the reference of the case" in office.fails(2, "dispose", *DISPOSAL)
    assert "Give --reasons: why it" in office.fails(2, "dispose", case, "--event", "1", "--field", "title")
    assert "Give --rule: under which" in office.fails(2, "dispose", case, "--field", "title", "--reasons", "Wrong.")


def test_while_a_review_is_open_another_person_decides(office: Office, case: str) -> None:
    refused = office.fails(1, "dispose", case, *DISPOSAL[:8])
    assert "another person has to decide this" in refused
    assert "--decided-by NAME --capacity ROLE" in refused
    assert office.failure(1, "dispose", case, *DISPOSAL[:8])["reasons"][0]["guard"] == "second_person"
    done = office.document("dispose", case, *DISPOSAL)
    assert (done["ref"], done["finished"]) == (case, True)
    history = office.output("history", case)
    for words in ("1 value disposed of", "Title, event 1", "Typed in the wrong place.", "line 12", "Ana Diaz"):
        assert words in " ".join(history.split()), words


def test_who_decided_is_corrected_and_not_disposed_of(office: Office, case: str) -> None:
    refused = office.fails(1, "dispose", case, "--event", "1", "--field", "who decided", *GROUNDS)
    assert '"Who decided" says what was decided, by whom or why' in refused
    assert f"casereview correct {case} --event N" in refused


def test_a_dry_run_shows_what_would_go(office: Office, case: str) -> None:
    shown = office.output("dispose", case, *DISPOSAL, "--dry-run")
    assert f"{case}, event 1 (" in shown
    assert f'"{WORD}"' in shown
    assert "Nothing was changed." in shown
    every = office.output("dispose", case, *GROUNDS, "--dry-run")
    assert "What happened" in every
    named = office.output("dispose", case, "--field", "recorded_by.name", *GROUNDS, "--dry-run")
    assert "Who recorded it" in named
    assert office.document("dispose", case, *DISPOSAL, "--dry-run")["dry_run"]
    assert copies(office)


def test_at_a_terminal_the_reference_is_typed(office: Office, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "is_interactive", True)
    grounds = ("--decided-by", "Ana Diaz", "--capacity", "subgroup_chair")
    asked = ("dispose", case, "--event", "1", "--field", "title", *grounds)
    refused = office.run(*asked, typed="Wrong place.\nLine 12.\n\ny\n")
    assert "Nothing was recorded." in refused.stdout
    done = office.run(*asked, typed=f"Wrong place.\nLine 12.\n\n{case.lower()}\n")
    assert done.exit_code == 0, done.output
    assert f'"{WORD}"' in done.stdout
    assert f"type the reference {case}" in done.stderr
    assert f"Recorded: {case}, 1 value disposed of" in done.stdout


@pytest.mark.long
def test_no_copy_stays_in_clear_while_a_worker_runs(office: Office, case: str) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "casereview.cli", "--debug", "worker", "--every", "1"],
        cwd=office.folder,
        env=office.environment_variables(),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert worker.stderr is not None
        next(line for line in worker.stderr if "event=swept" in line)
        office.output("step", case, "note", "--set", f"text={WORD}")
        assert copies(office)
        office.output("dispose", case, "--field", "text", *GROUNDS)
        office.output("dispose", case, *DISPOSAL)
        assert copies(office) == {}
    finally:
        worker.kill()
        worker.communicate(timeout=30)
