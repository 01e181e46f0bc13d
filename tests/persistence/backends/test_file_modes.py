"""Files that hold the record are open to their account alone, unless the unit says otherwise."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from casereview.engine.errors.bad_input import BadValue
from casereview.persistence import Database
from casereview.persistence.backends.file_modes import describe, parse_mode
from casereview.persistence.maintenance.backup import create_backup, restore_backup
from casereview.persistence.maintenance.copy import copy_record
from casereview.persistence.maintenance.sqlite_files import copy_beside

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the folder's rights decide there")


@pytest.fixture(autouse=True)
def _careless_account() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    return {path.name: f"{path.stat().st_mode & 0o777:o}" for path in sorted(folder.iterdir())}


def record(folder: Path, mode: int | None = None) -> Database:
    url = f"sqlite:///{folder / 'x.db'}"
    database = Database(url) if mode is None else Database(url, file_mode=mode)
    database.create()
    return database


@pytest.mark.parametrize("mode", [None, 0o660])
def test_every_file_of_the_record_has_the_unit_s_permissions(tmp_path: Path, mode: int | None) -> None:
    database = record(tmp_path, mode)
    create_backup(database, tmp_path / "backup.db")
    copy_beside(tmp_path / "x.db", "before", mode=database.file_mode)
    target = Database(f"sqlite:///{tmp_path / 'copy.db'}", file_mode=database.file_mode)
    copy_record(database, target)
    restore_backup(database, tmp_path / "backup.db")
    with database.connection():
        found = modes(tmp_path)
    assert {"x.db", "x.db-wal", "backup.db", "copy.db", "x.db.before-1", "x.db.before-restore-1"} <= found.keys()
    assert set(found.values()) == {"600" if mode is None else "660"}
    database.close()
    target.close()


def test_the_rollback_journal_is_private_too(tmp_path: Path) -> None:
    database = record(tmp_path)
    with database.backend.transaction() as connection:
        connection.exec_driver_sql("INSERT INTO casereview_setting (name, value) VALUES ('a', 'b')")
        assert set(modes(tmp_path).values()) == {"600"}
    database.close()


def test_what_the_unit_asks_for_is_not_masked(tmp_path: Path) -> None:
    os.umask(0o077)
    record(tmp_path, 0o640).close()
    assert modes(tmp_path)["x.db"] == "640"


@pytest.mark.parametrize("mode", [0o640, 0o400 | 0o200])
def test_a_file_that_exists_keeps_its_permissions(tmp_path: Path, mode: int) -> None:
    database = record(tmp_path)
    create_backup(database, tmp_path / "backup.db")
    database.close()
    (tmp_path / "x.db").chmod(mode)
    database.create()
    database.close()
    assert modes(tmp_path)["x.db"] == f"{mode:o}"
    (tmp_path / "x.db").write_bytes(b"no database" * 100)
    restore_backup(database, tmp_path / "backup.db")
    assert modes(tmp_path)["x.db"] == f"{mode:o}"


def test_the_file_that_a_link_leads_to_is_private(tmp_path: Path) -> None:
    (tmp_path / "x.db").symlink_to(tmp_path / "elsewhere.db")
    record(tmp_path).close()
    assert modes(tmp_path)["elsewhere.db"] == "600"


@pytest.mark.parametrize("text", ["", "six", "800", "400", "700", "4600", "-600"])
def test_permissions_that_no_file_can_have_are_refused(text: str) -> None:
    with pytest.raises(BadValue, match="CASEREVIEW_FILE_MODE"):
        parse_mode(text, "CASEREVIEW_FILE_MODE")


def test_permissions_are_read_as_chmod_reads_them() -> None:
    assert [parse_mode(text, "x") for text in ("600", "0660", "0o640")] == [0o600, 0o660, 0o640]


def test_the_doctor_s_words_name_the_accounts(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.touch()
    path.chmod(0o640)
    assert describe(path) == "640, open to this account and its group"
