"""A SQLite file that cannot be written (full disk, quota, no rights) is reported, and nothing is lost."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from casereview.engine import Engine
from casereview.engine.errors.faults import DatabaseProblem
from casereview.persistence import Database
from casereview.persistence.backends.sqlite_driver import sqlite3

from ..support.worker_processes import (
    UNIT_EVENTS,
    WorkerProcess,
    assert_matches_history,
    engine_and_database,
    note_step,
    open_review,
    repetitions,
    report_counts,
    verify_record,
)

pytestmark = pytest.mark.long

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither RLIMIT_FSIZE nor user ids")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that any account may open; those of pytest belong to its user only."""
    with tempfile.TemporaryDirectory(prefix="casereview-") as made:
        path = Path(made)
        path.chmod(0o755)
        yield path
        path.chmod(0o755)


@pytest.fixture
def file(folder: Path) -> Path:
    return folder / "record.db"


@pytest.fixture
def stood_on(file: Path) -> Iterator[tuple[Engine, Database]]:
    engine, database = engine_and_database(url_of(file))
    database.create()
    yield engine, database
    database.close()


@pytest.fixture
def worker() -> Iterator[WorkerProcess]:
    made = WorkerProcess()
    yield made
    made.end()


def url_of(file: Path) -> str:
    return f"sqlite:///{file.as_posix()}"


def fill(engine: Engine, ref: str) -> None:
    for _ in range(1_000):
        note_step(engine, ref, "x" * 2_000)


def assert_intact(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_after_a_full_disk_the_same_engine_continues(stood_on: tuple[Engine, Database], file: Path) -> None:
    engine, database = stood_on

    def limited(connection: Any, _record: object) -> None:
        # SQLite reports a file at this limit as it reports a full disk.
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 20}")

    ref = open_review(engine).ref
    database.close()
    event.listen(database.backend.engine, "connect", limited)
    with pytest.raises(DatabaseProblem) as full:
        fill(engine, ref)
    assert str(full.value) == (
        f"The database {database.name} has no space left on its disk."
        " Nothing was changed. Free some space, then try again."
    )
    kept = engine.case(ref).seq
    assert_matches_history(engine, database, ref)
    with pytest.raises(DatabaseProblem, match="has no space left"):
        note_step(engine, ref, "x" * 20_000)
    with database.connection() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 100000")
    assert note_step(engine, ref, "x" * 2_000).seq == kept + 1
    assert_matches_history(engine, database, ref)
    database.close()
    assert_intact(file)


@on_posix
def test_after_a_file_size_limit_the_same_process_continues(
    stood_on: tuple[Engine, Database], file: Path, worker: WorkerProcess
) -> None:
    engine, database = stood_on
    ref = open_review(engine).ref
    database.close()
    worker.ask(do="connect", url=url_of(file))
    acknowledged, count = 1, repetitions(short=3, long=30)
    for number in range(count):
        # Each time a little more, so that it is another write that fails.
        worker.ask(do="limit", bytes=file.stat().st_size + 50_000 + number * 1_500)
        answered = worker.ask(do="fill", ref=ref)
        acknowledged += answered["taken"]
        assert answered["kind"] == "DatabaseProblem"
        assert "has no space left on its disk" in answered["said"] or "cannot be read or written" in answered["said"]
        assert "Nothing was changed." in answered["said"]
        # The acknowledged steps can be read while the disk is full.
        assert worker.ask(do="look", ref=ref)["seq"] == acknowledged
        worker.ask(do="limit", bytes=0)
        acknowledged += 1
        assert worker.ask(do="step", ref=ref)["seq"] == acknowledged
        assert_matches_history(engine, database, ref)
    worker.end()
    database.close()
    assert_intact(file)
    report_counts(f"no room {count} times: {acknowledged} events acknowledged and there")


@on_posix
@pytest.mark.parametrize("what", ["file", "folder", "both"])
def test_after_missing_rights_the_same_process_continues(
    stood_on: tuple[Engine, Database], folder: Path, file: Path, worker: WorkerProcess, what: str
) -> None:
    engine, database = stood_on
    case = open_review(engine)
    database.close()
    # Once with all rights, so that everything it needs is loaded.
    worker.ask(do="connect", url=url_of(file))
    worker.ask(do="step", ref=case.ref)
    worker.ask(do="leave")
    folder.chmod(0o555 if what in ("folder", "both") else 0o777)
    file.chmod(0o444 if what in ("file", "both") else 0o666)
    worker.ask(do="drop_rights")
    worker.ask(do="connect", url=url_of(file))
    answered = worker.ask(do="step", ref=case.ref)
    assert answered["kind"] == "DatabaseProblem"
    assert answered["said"] == (
        f"The database {url_of(file)} is read-only. Nothing was changed."
        " Give this account the right to write the file and its folder."
    )
    folder.chmod(0o777)
    # SQLite gives the additional files the rights of the database file.
    for each in folder.iterdir():
        each.chmod(0o666)
    assert worker.ask(do="step", ref=case.ref)["seq"] == 3
    worker.end()
    assert_matches_history(engine, database, case.ref)
    assert verify_record(database).events == 3 + UNIT_EVENTS
    database.close()
    assert_intact(file)
