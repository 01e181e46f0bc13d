"""Backups, restores and copies are verified, complete or absent, and never overwrite anything."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from casereview.engine.errors.bad_input import BadValue
from casereview.engine.errors.faults import DatabaseProblem
from casereview.engine.model.commands import Open
from casereview.persistence import Database
from casereview.persistence.backends.sqlite_driver import sqlite3
from casereview.persistence.maintenance.backup import create_backup, restore_backup
from casereview.persistence.maintenance.copy import copy_record
from casereview.persistence.maintenance.schema_upgrade import upgrade_database
from casereview.persistence.schema import tables

from ...support.later_revision import add_later_revision
from ...support.sample_record import (
    DAY,
    MANAGER,
    REFERRAL,
    TABLES,
    TIMEOUT_SECONDS,
    add_note,
    all_rows,
    engine_at_noon,
    fill_record,
    open_partnership_review,
    sqlite_database,
    tamper,
    verification_of,
)

WRITER = Path(__file__).parents[2] / "support" / "writer_program.py"
NOBODY = 65534


@pytest.fixture
def source(database_url: str, filled_file: Path) -> Iterator[Database]:
    """A filled record in use, on each kind of database."""
    database = Database(database_url)
    if database.path is None:
        fill_record(database)
    else:
        shutil.copy(filled_file, database.path)
        database.create()
    yield database
    database.close()


@pytest.fixture
def backup(source: Database, tmp_path: Path) -> Path:
    """A backup of the source."""
    target = tmp_path / "backup.db"
    create_backup(source, target)
    return target


def opened_file(path: Path) -> Database:
    return sqlite_database(path.parent, path.name)


def in_file(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    database = opened_file(path)
    try:
        return all_rows(database)
    finally:
        database.close()


def emptied(content: dict[str, list[tuple[Any, ...]]]) -> bool:
    """Return True if the database has only the settings of a fresh one."""
    return all(not rows for name, rows in content.items() if name != "casereview_setting")


def other_files(folder: Path, *but: str) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name not in but)


@contextmanager
def without_rights() -> Iterator[None]:
    """Run as an account without rights, because an administrator could write to read-only files."""
    if os.geteuid() != 0:
        yield
        return
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that every account may open."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


# --- backups --------------------------------------------------------------------------------------------


def test_a_backup_has_the_whole_record_and_can_be_verified(source: Database, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    progress_counts: list[int] = []
    found = create_backup(source, target, progress=progress_counts.append)
    assert (found.cases, found.events, found.faults, sum(progress_counts)) == (2, 20, (), 20)
    assert in_file(target) == all_rows(source)


def test_a_backup_is_one_file(backup: Path) -> None:
    assert other_files(backup.parent, "record.db", "record.db-wal", "record.db-shm") == ["backup.db"]
    in_file(backup)
    assert other_files(backup.parent, "record.db", "record.db-wal", "record.db-shm") == ["backup.db"]


@pytest.mark.long
def test_a_backup_made_while_others_write_is_one_state_of_the_record(source: Database, tmp_path: Path) -> None:
    with_writers = [_writer(source) for _ in range(2)]
    backups = []
    try:
        refs = [_line(process) for process in with_writers]
        for number in range(2):
            for process in with_writers:
                # Each writer is active, and has recorded something since the last backup.
                _line(process)
            target = tmp_path / f"backup-{number}.db"
            assert create_backup(source, target).faults == ()
            backups.append(target)
    finally:
        for process in with_writers:
            process.communicate(timeout=TIMEOUT_SECONDS)
    assert [process.returncode for process in with_writers] == [0, 0]
    assert verification_of(source).faults == ()
    record = engine_at_noon(source)
    lengths = []
    for target in backups:
        copy = opened_file(target)
        engine = engine_at_noon(copy)
        for ref in (*refs, "PR-2026-001", "PR-2026-002"):
            history = engine.history(ref)
            assert record.history(ref)[: len(history)] == history
        lengths.append(verification_of(copy).events)
        copy.close()
    assert lengths == sorted(set(lengths))
    assert lengths[0] > 7


def _writer(source: Database) -> subprocess.Popen[str]:
    url = source.backend.url.render_as_string(hide_password=False)
    command = [sys.executable, "-W", "error", str(WRITER), url]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line
    return line


@pytest.mark.parametrize("name", ["a b.db", "a%41.db", "#1.db", "100%.db", "a?b=c.db", "ünï.db", "שלום.db", "a+b.db"])
def test_a_backup_is_written_to_the_named_path_and_found_there(record: Database, tmp_path: Path, name: str) -> None:
    before = all_rows(record)
    assert create_backup(record, tmp_path / name).faults == ()
    assert other_files(tmp_path, "casereview.db", "casereview.db-wal", "casereview.db-shm") == [name]
    add_note(engine_at_noon(record), "PR-2026-001")
    restore_backup(record, tmp_path / name)
    assert all_rows(record) == before


def test_a_backup_overwrites_nothing(source: Database, tmp_path: Path) -> None:
    target = tmp_path / "minutes.txt"
    target.write_text("Minutes.", encoding="utf-8")
    with pytest.raises(BadValue, match=r"expected a new file, found .*which exists already"):
        create_backup(source, target)
    assert target.read_text(encoding="utf-8") == "Minutes."
    with pytest.raises(BadValue, match="which exists already"):
        create_backup(source, tmp_path)


def test_a_backup_into_a_missing_folder_is_refused(source: Database, tmp_path: Path) -> None:
    before = other_files(tmp_path)
    with pytest.raises(DatabaseProblem):
        create_backup(source, tmp_path / "none" / "backup.db")
    assert other_files(tmp_path) == before


def test_a_backup_into_a_read_only_folder_leaves_nothing(source: Database, shared: Path) -> None:
    shared.chmod(0o555)
    assert verification_of(source).faults == ()  # opened with the rights it has by then
    with without_rights(), pytest.raises(DatabaseProblem):
        create_backup(source, shared / "backup.db")
    assert other_files(shared) == []


def test_a_backup_of_a_missing_record_creates_no_file(tmp_path: Path) -> None:
    with pytest.raises(DatabaseProblem, match="does not exist"):
        create_backup(sqlite_database(tmp_path, "none.db"), tmp_path / "backup.db")
    assert other_files(tmp_path) == []


def test_a_backup_that_fails_half_way_leaves_nothing(source: Database, tmp_path: Path) -> None:
    before = other_files(tmp_path)

    def stop(_count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        create_backup(source, tmp_path / "backup.db", progress=stop)
    assert [name for name in other_files(tmp_path) if name not in before and "-" not in name] == []
    assert create_backup(source, tmp_path / "backup.db").faults == ()


def test_a_backup_of_a_tampered_record_reports_the_fault(record: Database, tmp_path: Path) -> None:
    assert record.path is not None
    tamper(record.path, "UPDATE casereview_event SET channel = 'http' WHERE seq = 1")
    found = create_backup(record, tmp_path / "backup.db")
    assert {(fault.ref, fault.seq) for fault in found.faults} == {("PR-2026-001", 1), ("PR-2026-002", 1), ("UNIT", 1)}


def test_a_backup_and_a_restored_record_are_the_same_record(record: Database, tmp_path: Path) -> None:
    first = record.identity()
    create_backup(record, tmp_path / "backup.db")
    assert opened_file(tmp_path / "backup.db").identity() == first
    for epoch in (2, 3):
        # The backup is of epoch 1; the record that it replaces is of a later one.
        restore_backup(record, tmp_path / "backup.db")
        assert record.identity() == replace(first, epoch=epoch)
    assert other_files(tmp_path, "casereview.db", "casereview.db-wal", "casereview.db-shm") == [
        "backup.db",
        "casereview.db.before-restore-1",
        "casereview.db.before-restore-2",
    ]


def test_the_backup_of_another_record_brings_its_own_epoch(record: Database, tmp_path: Path) -> None:
    other = sqlite_database(tmp_path, "other.db")
    other.create()
    create_backup(record, tmp_path / "backup.db")
    restore_backup(record, tmp_path / "backup.db")
    restore_backup(other, tmp_path / "backup.db")
    assert other.identity() == record.identity()
    other.close()


def test_a_copy_is_the_same_record_in_its_next_epoch(source: Database, tmp_path: Path) -> None:
    target = sqlite_database(tmp_path, "target.db")
    copy_record(source, target)
    assert target.identity() == replace(source.identity(), epoch=2)
    assert source.identity().epoch == 1
    target.close()


def test_every_record_has_an_id_of_its_own(tmp_path: Path) -> None:
    ids = set()
    for name in ("one.db", "two.db"):
        database = sqlite_database(tmp_path, name)
        database.create()
        ids.add(database.identity().id)
        assert not database.create()
        assert database.identity().id in ids
        database.close()
    assert len(ids) == 2


@pytest.mark.parametrize("change", ["DELETE FROM casereview_setting", "UPDATE casereview_setting SET value = ''"])
def test_a_record_without_its_id_or_epoch_is_damaged(record: Database, change: str) -> None:
    assert record.path is not None
    tamper(record.path, f"{change} WHERE name = 'epoch'")
    with pytest.raises(DatabaseProblem, match="is damaged"):
        record.identity()


# --- restoring ------------------------------------------------------------------------------------------


def test_a_restored_record_equals_the_backup_and_the_former_one_is_saved(record: Database, tmp_path: Path) -> None:
    before = all_rows(record)
    create_backup(record, tmp_path / "backup.db")
    add_note(engine_at_noon(record), "PR-2026-001", "Afterwards.")
    lost = all_rows(record)
    former = restore_backup(record, tmp_path / "backup.db")
    assert all_rows(record) == before
    assert former == tmp_path / "casereview.db.before-restore-1"
    assert in_file(former) == lost
    assert verification_of(record).faults == ()
    assert add_note(engine_at_noon(record), "PR-2026-001").version == 5
    assert restore_backup(record, tmp_path / "backup.db") == tmp_path / "casereview.db.before-restore-2"
    assert in_file(former) == lost


def test_other_users_of_the_record_see_the_restored_one(record: Database, tmp_path: Path) -> None:
    create_backup(record, tmp_path / "backup.db")
    with closing(sqlite3.connect(tmp_path / "casereview.db")) as other:
        engine = engine_at_noon(sqlite_database(tmp_path))
        add_note(engine, "PR-2026-001")
        count = "SELECT count(*) FROM casereview_event"
        assert other.execute(count).fetchone() == (21,)
        restore_backup(record, tmp_path / "backup.db")
        assert other.execute(count).fetchone() == (20,)
        assert len(engine.history("PR-2026-001")) == 4
        assert add_note(engine, "PR-2026-001").seq == 5
    assert verification_of(record).faults == ()


def test_a_backup_is_restored_without_an_existing_record(backup: Path, tmp_path: Path) -> None:
    before = in_file(backup)
    missing = sqlite_database(tmp_path, "new.db")
    assert restore_backup(missing, backup) is None
    assert all_rows(missing) == before
    assert add_note(engine_at_noon(missing), "PR-2026-001").seq == 5
    missing.close()


def test_a_backup_is_restored_onto_a_server(record: Database, empty_postgres: Database, tmp_path: Path) -> None:
    create_backup(record, tmp_path / "backup.db")
    assert restore_backup(empty_postgres, tmp_path / "backup.db") is None
    assert all_rows(empty_postgres) == all_rows(record)
    with pytest.raises(BadValue, match="a database without cases"):
        restore_backup(empty_postgres, tmp_path / "backup.db")


TAMPERING = {
    "an event was changed": "UPDATE casereview_event SET data = '{}' WHERE seq = 1",
    "an event was removed": "DELETE FROM casereview_event WHERE seq = 4",
    "a case was changed": "UPDATE casereview_case SET state = 'closed'",
    "a sensitive value was removed": "DELETE FROM casereview_event_values WHERE seq = 1",
}


@pytest.mark.parametrize("statement", TAMPERING.values(), ids=TAMPERING.keys())
def test_a_backup_that_was_tampered_with_is_refused_and_nothing_changes(
    record: Database, tmp_path: Path, statement: str
) -> None:
    create_backup(record, tmp_path / "backup.db")
    tamper(tmp_path / "backup.db", statement)
    before = all_rows(record)
    with pytest.raises(BadValue, match="expected one with no faults in its history, found PR-2026-00"):
        restore_backup(record, tmp_path / "backup.db")
    assert all_rows(record) == before
    assert [name for name in other_files(tmp_path) if "before" in name] == []


def spoilt(path: Path) -> None:
    damaged = bytearray(path.read_bytes())
    damaged[4096:] = b"\xa5" * (len(damaged) - 4096)
    path.write_bytes(damaged)


def no_database(path: Path) -> None:
    path.write_text("Minutes of 3 February.\n" * 400, encoding="utf-8")


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:10_000])


DAMAGE = [spoilt, no_database, nothing, cut_short]


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_a_backup_that_is_damaged_is_refused_and_nothing_changes(record: Database, tmp_path: Path, damage: Any) -> None:
    create_backup(record, tmp_path / "backup.db")
    damage(tmp_path / "backup.db")
    before = all_rows(record)
    with pytest.raises(DatabaseProblem):
        restore_backup(record, tmp_path / "backup.db")
    assert all_rows(record) == before
    assert [name for name in other_files(tmp_path) if "before" in name] == []


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_a_backup_replaces_a_damaged_record(record: Database, tmp_path: Path, damage: Any) -> None:
    before = all_rows(record)
    create_backup(record, tmp_path / "backup.db")
    record.close()
    path = tmp_path / "casereview.db"
    damage(path)
    left = path.read_bytes()
    former = restore_backup(record, tmp_path / "backup.db")
    assert all_rows(record) == before
    assert add_note(engine_at_noon(record), "PR-2026-001").seq == 5
    assert former is not None
    assert former.read_bytes()[4096:] == left[4096:]


def test_a_missing_backup_is_reported_and_not_created(record: Database, tmp_path: Path) -> None:
    for missing in (tmp_path / "none.db", tmp_path):
        with pytest.raises(BadValue, match="the backup: expected a file that exists"):
            restore_backup(record, missing)
    assert other_files(tmp_path) == ["casereview.db"]


def test_a_record_is_not_restored_from_itself(record: Database, tmp_path: Path) -> None:
    linked = tmp_path / "linked.db"
    linked.symlink_to(tmp_path / "casereview.db")
    before = all_rows(record)
    for same in (tmp_path / "casereview.db", linked):
        with pytest.raises(BadValue, match="another file than the record"):
            restore_backup(record, same)
    assert all_rows(record) == before


def test_a_backup_of_an_older_schema_has_to_be_upgraded_first(
    record: Database, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_backup(record, tmp_path / "backup.db")
    add_later_revision(monkeypatch, tmp_path_factory.mktemp("later"))
    upgrade_database(record)
    with pytest.raises(DatabaseProblem, match=r"backup\.db has schema 0001.*Upgrade the schema first"):
        restore_backup(record, tmp_path / "backup.db")
    assert verification_of(record).events == 20


def test_a_backup_is_restored_from_a_read_only_folder(filled_file: Path, shared: Path) -> None:
    stick, desk = shared / "stick", shared / "desk"
    stick.mkdir()
    desk.mkdir()
    if os.geteuid() == 0:
        os.chown(desk, NOBODY, NOBODY)
    shutil.copy(filled_file, shared / "casereview.db")
    source, record = sqlite_database(shared), sqlite_database(desk)
    create_backup(source, stick / "backup.db")
    (stick / "backup.db").chmod(0o444)
    stick.chmod(0o555)
    with without_rights():
        assert restore_backup(record, stick / "backup.db") is None
    assert all_rows(record) == all_rows(source)
    record.close()
    source.close()
    stick.chmod(0o755)


def test_nothing_is_restored_if_the_former_record_cannot_be_saved(filled_file: Path, shared: Path) -> None:
    folder = shared / "desk"
    folder.mkdir()
    shutil.copy(filled_file, folder / "casereview.db")
    (folder / "casereview.db").chmod(0o444)
    shutil.copy(filled_file, shared / "backup.db")
    (shared / "backup.db").chmod(0o644)
    if os.geteuid() == 0:
        os.chown(shared, NOBODY, NOBODY)
    folder.chmod(0o555)
    before = (folder / "casereview.db").read_bytes()
    with without_rights(), pytest.raises(DatabaseProblem, match="Nothing was changed"):
        restore_backup(sqlite_database(folder), shared / "backup.db")
    assert (folder / "casereview.db").read_bytes() == before
    assert other_files(folder) == ["casereview.db"]
    folder.chmod(0o755)


# --- copying --------------------------------------------------------------------------------------------


def test_a_record_copied_to_a_server_and_back_is_unchanged(
    record: Database, empty_postgres: Database, tmp_path: Path
) -> None:
    before, back = all_rows(record), sqlite_database(tmp_path, "back.db")
    for source, target in ((record, empty_postgres), (empty_postgres, back)):
        progress_counts: list[int] = []
        found = copy_record(source, target, progress=progress_counts.append)
        assert (found.cases, found.events, found.faults, sum(progress_counts)) == (2, 20, (), 20)
        assert all_rows(target) == before
        engine = engine_at_noon(target)
        assert [engine.history(ref) for ref in ("PR-2026-001", "PR-2026-002")] == [
            engine_at_noon(record).history(ref) for ref in ("PR-2026-001", "PR-2026-002")
        ]
    with (
        closing(sqlite3.connect(tmp_path / "casereview.db")) as here,
        closing(sqlite3.connect(tmp_path / "back.db")) as there,
    ):
        for table in TABLES:
            # To the byte, as another program reads them.
            without_epoch = " WHERE name <> 'epoch'" if table is tables.setting else ""
            rows = f"SELECT * FROM {table.name}{without_epoch}"
            assert sorted(here.execute(rows), key=repr) == sorted(there.execute(rows), key=repr)
    back.close()


def test_a_copied_record_continues_without_a_gap(record: Database, empty_postgres: Database) -> None:
    copy_record(record, empty_postgres)
    engine = engine_at_noon(empty_postgres)
    assert open_partnership_review(engine).ref == "PR-2026-003"
    assert add_note(engine, "PR-2026-001").version == 5
    assert engine.actor("Sam Reed").roles == {"business_manager", "review_coordinator"}
    assert verification_of(empty_postgres).faults == ()


def test_a_request_is_still_remembered_after_moving(record: Database, empty_postgres: Database) -> None:
    first = engine_at_noon(record).history("PR-2026-001")[0]
    copy_record(record, empty_postgres)
    engine = engine_at_noon(empty_postgres)
    data = {**REFERRAL, "title": first.effects.title, "lessons": first.data["lessons"]}
    data["other_agencies"] = first.data["other_agencies"]
    again = Open(workflow="partnership_review", actor=MANAGER, data=data, on=DAY, request_id="first")
    recorded = engine.record(again)
    assert (recorded.repeated, recorded.case.ref, recorded.case.seq) == (True, "PR-2026-001", 1)


def test_a_database_that_holds_cases_is_not_copied_into(source: Database, record: Database) -> None:
    before = all_rows(source)
    with pytest.raises(BadValue, match="the target: expected a database without cases"):
        copy_record(record, source)
    with pytest.raises(BadValue, match="the target: expected a database without cases"):
        copy_record(source, source)
    assert all_rows(source) == before


def test_a_record_is_copied_into_a_database_without_cases(empty_database_url: str, record: Database) -> None:
    target = Database(empty_database_url)
    target.create(rehearsal=True)
    engine = engine_at_noon(target)
    for name in ("Sam Reed", "Another"):
        engine.add_person(name, role="business_manager", actor=MANAGER)
    assert copy_record(record, target).faults == ()
    assert all_rows(target) == all_rows(record)
    target.close()


@pytest.mark.parametrize("rehearsal", [True, False])
def test_a_copied_rehearsal_is_still_a_rehearsal(empty_database_url: str, tmp_path: Path, *, rehearsal: bool) -> None:
    source, target = sqlite_database(tmp_path, "source.db"), Database(empty_database_url)
    source.create(rehearsal=rehearsal)
    copy_record(source, target)
    create_backup(target, tmp_path / "backup.db")
    fresh = sqlite_database(tmp_path, "fresh.db")
    restore_backup(fresh, tmp_path / "backup.db")
    assert [database.is_rehearsal for database in (source, target, fresh)] == [rehearsal] * 3
    for database in (source, target, fresh):
        database.close()


def test_a_copy_that_fails_in_the_middle_leaves_the_target_empty(empty_database_url: str, record: Database) -> None:
    target = Database(empty_database_url)

    def stop(_count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_record(record, target, progress=stop)
    assert emptied(all_rows(target))
    assert copy_record(record, target).faults == ()
    assert all_rows(target) == all_rows(record)
    target.close()


def test_a_damaged_row_of_the_source_is_reported_and_nothing_is_copied(
    empty_database_url: str, record: Database
) -> None:
    target = Database(empty_database_url)
    assert record.path is not None
    tamper(record.path, "UPDATE casereview_event SET data = '{Anna' WHERE seq = 3")
    with pytest.raises(DatabaseProblem, match=r"casereview\.db is damaged") as problem:
        copy_record(record, target)
    assert "Anna" not in str(problem.value)
    assert problem.value.__cause__ is None
    assert emptied(all_rows(target))
    target.close()


def test_the_copy_of_a_tampered_record_has_the_same_fault(record: Database, empty_postgres: Database) -> None:
    assert record.path is not None
    tamper(record.path, "UPDATE casereview_event SET channel = 'http' WHERE case_ref = 'PR-2026-002' AND seq = 1")
    found = copy_record(record, empty_postgres)
    assert [(fault.ref, fault.seq) for fault in found.faults] == [("PR-2026-002", 1)]


def test_more_than_one_batch_is_copied_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: Database) -> None:
    monkeypatch.setattr("casereview.persistence.maintenance.copy.BATCH", 2)
    target, progress_counts = sqlite_database(tmp_path, "target.db"), []
    copy_record(record, target, progress=progress_counts.append)
    assert all_rows(target) == all_rows(record)
    assert progress_counts == [2] * 10
    target.close()


def test_a_copy_leaves_no_lock_on_its_source(record: Database, tmp_path: Path) -> None:
    copy_record(record, sqlite_database(tmp_path, "target.db"))
    with record.connection() as connection:
        assert connection.execute(select(func.count()).select_from(tables.event)).scalar_one() == 20
    # No lock remains: it can be written at once.
    assert add_note(engine_at_noon(record), "PR-2026-001").seq == 5
