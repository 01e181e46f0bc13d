"""The hashes can be checked without this package, from docs/history.md alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import select

from casereview.engine import Engine
from casereview.engine.model.case import UNIT
from casereview.persistence import Database
from casereview.persistence.backends.sqlite_driver import sqlite3
from casereview.persistence.maintenance.backup import create_backup
from casereview.persistence.maintenance.copy import copy_record
from casereview.persistence.schema import tables
from casereview.workflows import WORKFLOWS

from ...support.sample_record import (
    AWKWARD,
    all_rows,
    engine_at_noon,
    fill_record,
    fixed_noon,
    open_partnership_review,
    sqlite_database,
)

NOT_COVERED = {"hash", "position", "transaction_id"}
DOCUMENT = Path(__file__).parents[3] / "docs" / "history.md"


def documented() -> Callable[[Any], str]:
    """The function that the document shows, read from it."""
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    found: Callable[[Any], str] = names["event_hash"]
    return found


def rows_of(path: Path) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute("SELECT * FROM casereview_event ORDER BY case_ref, seq").fetchall()


def contents_of(path: Path) -> list[str]:
    """Return the stored words of the events."""
    with closing(sqlite3.connect(path)) as connection:
        return [content for (content,) in connection.execute("SELECT content FROM casereview_event_values")]


def test_each_hash_can_be_computed_from_the_table_as_the_document_says(record: Database, tmp_path: Path) -> None:
    event_hash = documented()
    rows = rows_of(tmp_path / "casereview.db")
    assert {row["kind"] for row in rows} == {"opened", "step", "deadline_expired", "corrected", "disposed"}
    assert any("👩" in content for content in contents_of(tmp_path / "casereview.db"))
    assert [event_hash(row) for row in rows] == [row["hash"] for row in rows]


def test_each_event_is_tied_to_the_one_before_as_the_document_says(record: Database, tmp_path: Path) -> None:
    heads: dict[str, str] = {}
    for row in rows_of(tmp_path / "casereview.db"):
        assert row["previous_hash"] == heads.get(row["case_ref"], "")
        heads[row["case_ref"]] = row["hash"]
    engine = engine_at_noon(record)
    assert heads == {case.ref: case.head for case in (*engine.cases(), engine.case(UNIT))}


def test_the_document_names_every_column_that_the_hash_covers() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    covered = [column.name for column in tables.event.columns if column.name not in NOT_COVERED]
    assert all(f"`{name}`" in text and f'"{name}"' in text for name in covered)
    assert all(f"`{name}`" in text for name in NOT_COVERED)


def test_a_change_to_any_column_changes_the_hash(record: Database, tmp_path: Path) -> None:
    event_hash = documented()
    row = dict(rows_of(tmp_path / "casereview.db")[0])
    for name, value in row.items():
        if name in NOT_COVERED:
            continue
        changed = '{"a": 1}' if name in ("data", "effects", "decided_by", "recorded_by") else f"{value}x"
        assert event_hash({**row, name: changed}) != row["hash"], name


def test_the_hashes_are_the_same_on_either_database(record: Database, empty_postgres: Database, tmp_path: Path) -> None:
    copy_record(record, empty_postgres)
    assert _hashes(empty_postgres) == _hashes(record) == [row["hash"] for row in rows_of(tmp_path / "casereview.db")]


def test_a_server_s_record_can_be_checked_in_a_file_as_documented(postgres_record: Database, tmp_path: Path) -> None:
    create_backup(postgres_record, tmp_path / "kept.db")
    event_hash, rows = documented(), rows_of(tmp_path / "kept.db")
    assert [event_hash(row) for row in rows] == [row["hash"] for row in rows] == _hashes(postgres_record)


def test_every_character_that_a_form_accepts_has_the_same_hash(tmp_path: Path, empty_postgres: Database) -> None:
    here, event_hash = sqlite_database(tmp_path, "characters.db"), documented()
    here.create()
    engine = Engine(here, WORKFLOWS, now=fixed_noon)
    # Every character below U+3000 that is no control character, the ends of the planes, and what JSON escapes.
    printable = [chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x3000), 0xFFFD, 0xFFFF, 0x10000, 0x10FFFF)]
    for start in range(0, len(printable), 4_000):
        open_partnership_review(engine, lessons="".join(printable[start : start + 4_000]) + AWKWARD)
    rows = rows_of(tmp_path / "characters.db")
    assert [event_hash(row) for row in rows] == [row["hash"] for row in rows]
    assert copy_record(here, empty_postgres).faults == ()
    assert all_rows(empty_postgres) == all_rows(here)
    here.close()


def _hashes(database: Database) -> list[str]:
    query = select(tables.event.c.hash).order_by(tables.event.c.case_ref, tables.event.c.seq)
    with database.connection() as connection:
        return list(connection.execute(query).scalars())


def test_equal_records_differ_only_in_their_salts(tmp_path: Path, empty_postgres: Database) -> None:
    here = sqlite_database(tmp_path, "here.db")
    engines = [fill_record(database) for database in (here, empty_postgres)]
    plain = [
        [(e.kind, e.trigger, e.recorded_at, e.effects) for e in engine.history("PR-2026-002")] for engine in engines
    ]
    assert plain[0] == plain[1]
    here.close()
