"""Databases that will not do: each is told apart, with what to do about it, and left as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from casereview.persistence.backends.sqlite_driver import sqlite3

from ..support.command_line import EXAMPLES, Office, as_unprivileged_user

LOOKING = ("list",)
WRITING = ("step", "SCR-2026-001", "note", "--set", "text=x")
PASSWORD = "hunter2"


@pytest.mark.parametrize("args", [("list",), ("people", "list"), ("show", "SCR-2026-001"), ("overdue",), WRITING])
def test_a_database_that_is_missing_is_not_made_by_looking(empty: Office, args: tuple[str, ...]) -> None:
    assert "does not exist. Create one there with: casereview init." in empty.fails(4, *args)
    assert list(empty.folder.iterdir()) == []


@pytest.mark.parametrize("args", [LOOKING, ("init",)], ids=" ".join)
def test_a_folder_in_its_place_is_called_one(empty: Office, args: tuple[str, ...]) -> None:
    empty.path.mkdir()
    said = empty.fails(4, *args)
    assert "is a folder, not a file" in said
    assert "casereview init" not in said


def test_a_folder_that_is_missing_is_to_be_made_first(empty: Office) -> None:
    folder = empty.folder / "none"
    said = empty.against(folder / "x.db").fails(4, "init")
    assert f"Create the folder {folder} first" in said
    assert not folder.exists()
    assert "does not exist" in empty.against(folder / "x.db").fails(4, *LOOKING)


@pytest.mark.parametrize("args", [LOOKING, ("init",)], ids=" ".join)
def test_another_program_s_database_is_left_alone(empty: Office, args: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(empty.path)) as connection:
        connection.execute("CREATE TABLE accounts (id INTEGER)")
    before = empty.path.read_bytes()
    assert "belongs to another program" in empty.fails(4, *args)
    assert empty.path.read_bytes() == before


@pytest.mark.parametrize("args", [LOOKING, WRITING, ("init",)], ids=" ".join)
def test_a_text_file_is_no_database(empty: Office, args: tuple[str, ...]) -> None:
    text = empty.write("minutes.txt", "Minutes of 3 February.\n" * 100)
    assert "is not a casereview database" in empty.against(Path(text)).fails(4, *args)
    assert Path(text).read_text(encoding="utf-8").startswith("Minutes")


@pytest.mark.parametrize("args", [LOOKING, WRITING], ids=" ".join)
def test_a_database_that_lost_its_content_asks_for_the_backup(office: Office, ref: str, args: tuple[str, ...]) -> None:
    office.path.write_bytes(b"")
    assert "is empty. If it held records, put back the latest backup." in office.fails(4, *args)
    assert office.path.read_bytes() == b""


@pytest.mark.parametrize(
    "args", [LOOKING, ("show", "SCR-2026-001"), ("history", "SCR-2026-001"), WRITING], ids=" ".join
)
def test_a_database_that_is_damaged_in_the_middle_asks_for_the_backup(
    office: Office, ref: str, args: tuple[str, ...]
) -> None:
    content = bytearray(office.path.read_bytes())
    middle = slice(4096, len(content))
    content[middle] = b"\xa5" * len(content[middle])
    office.path.write_bytes(content)
    done = office.run(*args)
    assert done.exit_code == 4
    assert "is damaged" in done.stderr
    assert "Put back the latest backup" in done.stderr
    assert office.path.read_bytes() == content


DAMAGE = {
    "a text that is no JSON": ("casereview_case", "data", "{"),
    "JSON of another shape": ("casereview_case", "links", '[{"relation": 1}]'),
    "an instant that is none": ("casereview_case", "recorded_at", "yesterday"),
    "a day that is none": ("casereview_clock", "due", "2026-02-30"),
    "a status that is none": ("casereview_clock", "status", "forgotten"),
    "a list that is none": ("casereview_case", "been_in", "null"),
}


@pytest.mark.parametrize(("table", "column", "value"), DAMAGE.values(), ids=DAMAGE.keys())
def test_a_row_that_stands_for_nothing_is_damage_too_and_is_not_quoted(
    office: Office, ref: str, table: str, column: str, value: str
) -> None:
    with closing(sqlite3.connect(office.path)) as connection:
        connection.execute(f"UPDATE {table} SET {column} = ?", (value,))
        connection.commit()
    for args in (("show", ref), LOOKING, WRITING):
        said = office.fails(4, *args)
        assert "is damaged" in said
        assert value not in said.replace(str(office.path), "")


def test_a_schema_that_cannot_be_read_is_damage(office: Office, ref: str) -> None:
    entry, name = b"table", b"casereview_case"
    content = office.path.read_bytes()
    assert entry + name + name in content
    office.path.write_bytes(content.replace(entry + name + name, entry + b"\xff" * len(name) + name))
    done = office.run("show", ref)
    assert done.exit_code == 4
    assert "is damaged" in done.stderr


def test_text_that_is_no_utf_8_is_damage(office: Office, ref: str) -> None:
    with closing(sqlite3.connect(office.path)) as connection:
        connection.execute("UPDATE casereview_case SET title = CAST(x'ff' AS TEXT)")
        connection.commit()
    assert "is damaged" in office.run("show", ref).stderr


@pytest.mark.parametrize("args", [LOOKING, WRITING, ("init",)], ids=" ".join)
def test_a_database_of_a_newer_version_asks_for_that_version(office: Office, ref: str, args: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(office.path)) as connection:
        connection.execute("UPDATE casereview_alembic_version SET version_num = '9999'")
        connection.commit()
    said = office.fails(4, *args)
    assert "has schema 9999" in said
    assert "newer version: install that one" in said


def test_a_database_of_two_versions_at_once_is_of_another_version(office: Office, ref: str) -> None:
    with closing(sqlite3.connect(office.path)) as connection:
        connection.execute("INSERT INTO casereview_alembic_version VALUES ('9999')")
        connection.commit()
    assert " and 9999, and this version of casereview works with" in office.fails(4, *LOOKING)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that waits for another one a moment only."""
    monkeypatch.setattr("casereview.persistence.backends.base.WAIT_SECONDS", 0.05)


@pytest.mark.usefixtures("hurried")
def test_a_database_that_somebody_else_writes_is_to_be_tried_again(office: Office, ref: str) -> None:
    with closing(sqlite3.connect(office.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = office.fails(4, *WRITING)
        assert "is being written by another user. Nothing was changed. Try again in a moment." in said
        assert ref in office.output(*LOOKING)
    office.output(*WRITING)


# --- rights -------------------------------------------------------------------------------------------


@pytest.fixture
def shared(databases: Path) -> Iterator[Office]:
    """An office in a folder that every account may enter, with one case."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        shutil.copy(databases / "rehearsal.db", folder / "casereview.db")
        office = Office(folder=folder, now="2026-01-20T09:30:00+00:00")
        office.refer()
        office.output(*WRITING)
        yield office
        folder.chmod(0o755)


def test_a_database_that_may_only_be_read_is_not_written(shared: Office) -> None:
    shared.path.chmod(0o444)
    shared.folder.chmod(0o555)
    with as_unprivileged_user():
        done = shared.run(*WRITING)
    assert done.exit_code == 4
    assert "Nothing was changed" in done.stderr or "write its folder" in done.stderr
    assert shared.document("show", "SCR-2026-001")["version"] == 2


def test_a_database_that_may_not_be_read_is_not_guessed_at(shared: Office) -> None:
    shared.path.chmod(0o000)
    with as_unprivileged_user():
        done = shared.run(*LOOKING)
    assert done.exit_code == 4
    assert "cannot be opened. Check the path" in done.stderr


@pytest.mark.parametrize("args", [LOOKING, WRITING, ("init",)], ids=" ".join)
def test_a_folder_that_may_not_be_entered_is_no_fault_of_ours(shared: Office, args: tuple[str, ...]) -> None:
    shared.folder.chmod(0o000)
    with as_unprivileged_user():
        done = shared.run(*args)
    assert done.exit_code == 4
    assert "cannot be reached (permission denied)" in done.stderr


def test_a_folder_that_may_not_be_written_takes_no_new_database(shared: Office) -> None:
    with as_unprivileged_user():
        done = shared.against(shared.folder / "new.db").run("init")
    assert done.exit_code == 4
    assert "cannot be opened. Check the path" in done.stderr
    assert not (shared.folder / "new.db").exists()


@pytest.mark.parametrize("args", [LOOKING, ("init",)], ids=" ".join)
def test_a_name_longer_than_any_file_has_is_no_fault_of_ours(empty: Office, args: tuple[str, ...]) -> None:
    assert "name too long" in empty.against(empty.folder / ("x" * 300)).fails(4, *args)


# --- where it may be -------------------------------------------------------------------------------


@pytest.mark.parametrize("share", ["//server/share/x.db", "\\\\server\\share\\x.db"])
def test_a_network_share_is_refused_for_a_database(empty: Office, share: str) -> None:
    said = empty.fails(2, "init", "--database", f"sqlite:///{share}")
    assert "expected a file on a local disk" in said
    assert "overwrite each other" in said


URLS = {
    "another kind": f"mysql://sam:{PASSWORD}@server/cases",
    "a driver of another kind": f"sqlite+aiosqlite://sam:{PASSWORD}@/x.db",
    "no port": f"postgresql://sam:{PASSWORD}@server:port/cases",
    "two slashes": f"sqlite://sam:{PASSWORD}@x.db",
    "a password before a path": f"sqlite://sam:{PASSWORD}@/x.db",
    "options behind the path": f"sqlite:///x.db?timeout={PASSWORD}",
    "in memory": "sqlite://",
    "in memory, by its name": "sqlite:///:memory:",
    "no file": "sqlite:///",
    "nonsense": f"nonsense {PASSWORD}",
    "a path": f"{PASSWORD}.db",
    "a Windows path": f"C:\\{PASSWORD}.db",
    "slashes": "://",
    "blank": " ",
}


@pytest.mark.parametrize("url", URLS.values(), ids=URLS.keys())
@pytest.mark.parametrize("args", [LOOKING, ("init",)], ids=" ".join)
def test_a_url_that_will_not_do_is_bad_input_and_not_quoted(empty: Office, args: tuple[str, ...], url: str) -> None:
    said = empty.fails(2, *args, "--database", url)
    assert "the database's URL: expected" in said
    assert "sqlite:///casereview.db" in said
    assert PASSWORD not in said
    assert PASSWORD not in empty.run(*args, "--database", url, "--debug", "--json").output
    assert list(empty.folder.iterdir()) == []


def test_the_url_may_come_from_the_environment(empty: Office) -> None:
    assert "URL: expected" in empty.fails(2, *LOOKING, CASEREVIEW_DATABASE="nonsense")


@pytest.mark.parametrize("name", ["a b.db", "a%41.db", "#1.db", "100%.db", "a&b=c.db", "ünï.db", "שלום.db", "a+b.db"])
def test_a_database_lies_where_its_name_says(empty: Office, name: str) -> None:
    office = Office(folder=empty.folder, url=f"sqlite:///{quote(str(empty.folder / name))}")
    assert str(empty.folder / name) in office.output("init")
    assert [path.name for path in empty.folder.iterdir()] == [name]
    assert office.output(*LOOKING) == "No case yet.\n"


def test_a_database_is_found_in_the_present_folder_by_default(office: Office, ref: str, program: Path) -> None:
    environment = {
        name: value for name, value in office.environment_variables().items() if name != "CASEREVIEW_DATABASE"
    }
    done = subprocess.run(
        [program, "list"],
        cwd=office.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ref in done.stdout


@pytest.mark.long
def test_no_command_leaves_anything_beside_the_database(office: Office, ref: str) -> None:
    office.output(*WRITING)
    office.output("show", ref)
    office.output("refer", "partnership_review", "--file", str(EXAMPLES / "partnership_review" / "01-refer.json"))
    assert [path.name for path in office.folder.iterdir()] == ["casereview.db"]
    assert os.stat(office.path).st_size > 0
