"""Setting up: `init` creates, makes the account its business manager, and never asks."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from casereview.persistence.backends.sqlite_driver import sqlite3

from ...support.command_line import MACHINE_ACCOUNT, MANAGER, Office


def test_init_makes_the_account_the_business_manager(empty: Office) -> None:
    said = empty.output("init")
    assert f"Created sqlite:///{empty.path}. {MANAGER} is its business manager." in said
    assert empty.document("people", "list") == [
        {
            "name": MANAGER,
            "former_names": [],
            "roles": ["business_manager"],
            "holdings": [{"role": "business_manager", "agency": None}],
            "account": MACHINE_ACCOUNT,
            "email": None,
            "notify": None,
            "away": [],
        }
    ]


def test_init_says_what_comes_next(empty: Office) -> None:
    assert "Next, add people: casereview people add NAME --role ROLE" in empty.output("init")


@pytest.mark.parametrize("options", [(), ("--rehearsal",)], ids=["real", "rehearsal"])
def test_init_twice_changes_nothing(empty: Office, options: tuple[str, ...]) -> None:
    empty.output("init", *options)
    before = empty.content()
    assert "already exists. Nothing was changed." in empty.output("init", *options)
    assert empty.content() == before


def test_a_second_account_s_init_does_not_make_it_a_manager(empty: Office) -> None:
    empty.output("init")
    Office(folder=empty.folder, account="Kim Lee").output("init")
    assert [person["name"] for person in empty.document("people", "list")] == [MANAGER]


def test_a_real_record_is_not_made_a_rehearsal(real: Office) -> None:
    assert "--rehearsal: expected a new database" in real.fails(2, "init", "--rehearsal")


def test_a_rehearsal_stays_one_though_init_does_not_say_so(office: Office) -> None:
    assert office.output("init").startswith("REHEARSAL")
    assert office.document("init")["rehearsal"] is True


@pytest.mark.parametrize("account", ["x" * 201, " ", "a\x1bb", "\udcff"])
def test_an_account_s_name_that_cannot_be_kept_creates_nothing(empty: Office, account: str) -> None:
    empty.fails(2, "init", CASEREVIEW_ACTOR=account)
    assert list(empty.folder.iterdir()) == []


def test_a_database_that_nobody_may_act_in_gets_a_manager(real: Office) -> None:
    with closing(sqlite3.connect(real.path)) as connection:
        connection.execute("DELETE FROM casereview_person_role")
        connection.execute("DELETE FROM casereview_person")
        connection.commit()
    assert f"had no business manager. {MANAGER} is now its business manager." in real.output("init")
    assert [person["name"] for person in real.document("people", "list")] == [MANAGER]


def test_init_never_asks(empty: Office, program: Path) -> None:
    assert empty.by(program).process("init").returncode == 0


def test_the_file_says_whose_it_is(real: Office) -> None:
    with closing(sqlite3.connect(real.path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (0x43525657,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.skipif(sys.platform == "win32", reason="the folder's rights decide there")
@pytest.mark.parametrize(("setting", "mode"), [("", 0o600), ("660", 0o660)])
def test_the_office_says_who_can_read_its_files(empty: Office, setting: str, mode: int) -> None:
    copy = f"sqlite:///{empty.folder / 'copy.db'}"
    for command in (["init"], ["backup", str(empty.folder / "backup.db")], ["copy", "--to", copy]):
        assert empty.run(*command, CASEREVIEW_FILE_MODE=setting).exit_code == 0
    assert {path.stat().st_mode & 0o777 for path in empty.folder.glob("*.db*")} == {mode}


def test_permissions_that_no_file_can_have_create_nothing(empty: Office) -> None:
    assert "CASEREVIEW_FILE_MODE: expected" in empty.fails(2, "init", CASEREVIEW_FILE_MODE="open")
    assert list(empty.folder.iterdir()) == []


@pytest.mark.long
def test_two_at_once_make_one_database_with_one_manager_each_knows_of(empty: Office) -> None:
    command = [sys.executable, "-m", "casereview.cli", "init"]
    both = [
        subprocess.Popen(
            command,
            env=empty.environment_variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert [person["name"] for person in empty.document("people", "list")] == [MANAGER]
