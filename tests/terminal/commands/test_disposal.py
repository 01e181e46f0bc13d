"""Disposal at the command line: what goes, what stays, and what it cannot reach."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing

import pytest

from casereview.persistence import database as database_module
from casereview.persistence.backends.sqlite_driver import sqlite3

from ...support.command_line import Office

WORD = "Child A of 4 Mill Lane"
DISPOSAL = ("--event", "1", "--field", "title", "--reasons", "Typed in the wrong place.")


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
    assert "Give --reasons" in office.fails(2, "dispose", case, "--event", "1", "--field", "title")


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
        office.output("dispose", case, "--field", "text", "--reasons", "Typed in the wrong place.")
        office.output("dispose", case, *DISPOSAL)
        assert copies(office) == {}
    finally:
        worker.kill()
        worker.communicate(timeout=30)
