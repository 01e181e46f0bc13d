"""The migrations alone create the schema, which equals the tables and fits into a host's database."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine

import casereview.persistence
from casereview.engine.errors.faults import DatabaseProblem
from casereview.persistence import Database
from casereview.persistence import database as database_module
from casereview.persistence.backends.sqlite_driver import sqlite3
from casereview.persistence.schema import tables

from ...support.schema_differences import schema_differences

MIGRATIONS = Path(str(casereview.persistence.__file__)).parent / "schema" / "migrations"


def test_the_migrations_create_the_declared_tables(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}", module=sqlite3)
    with engine.connect() as connection:
        differences = schema_differences(connection)
    engine.dispose()
    assert differences == []


def test_the_revision_that_the_code_works_with_is_the_newest_migration() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert script.get_heads() == [tables.HEAD]


def test_a_fresh_database_is_at_that_revision(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM casereview_alembic_version").fetchall() == [(tables.HEAD,)]


def test_everything_in_the_schema_has_the_product_s_prefix(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        made = connection.execute("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
    assert {kind for kind, _ in made} == {"table", "index", "trigger"}
    assert [name for kind, name in made if kind != "index" and not name.startswith("casereview_")] == []
    assert [name for kind, name in made if kind == "index" and not name.startswith("ix_casereview_")] == []
    assert "casereview_alembic_version" in dict(map(reversed, made))


def test_the_events_have_no_rule_that_a_tampered_row_could_break(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        (declared,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'casereview_event'").fetchone()
    assert not any(word in declared.upper() for word in ("CHECK", "FOREIGN", "STRICT", "GENERATED"))


def test_create_reports_whether_it_created_and_changes_no_existing_schema(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    assert database.create() is True
    assert database.create() is False
    assert not database.is_rehearsal
    database.close()


def test_a_schema_is_created_completely_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    laid = database_module.upgrade_schema

    def laid_and_then_failed(connection: Connection) -> None:
        laid(connection)
        raise OSError("pulled the plug")

    place = tmp_path / "x.db"
    interrupted = Database(f"sqlite:///{place}")
    with monkeypatch.context() as patch:
        patch.setattr(database_module, "upgrade_schema", laid_and_then_failed)
        with pytest.raises(OSError, match="pulled the plug"):
            interrupted.create()
    interrupted.close()
    with closing(sqlite3.connect(place)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
    database = Database(f"sqlite:///{place}")
    assert database.create() is True
    database.close()


def test_a_database_in_memory_works_until_it_is_closed() -> None:
    database = Database("sqlite://")
    assert database.is_in_memory
    database.create(rehearsal=True)
    with database.reading() as reader:
        assert reader.people() == ()
    assert database.is_rehearsal
    database.close()


def test_an_empty_database_in_memory_must_be_created_first() -> None:
    database = Database("sqlite://")
    with pytest.raises(DatabaseProblem, match="has no casereview tables"), database.reading():
        pass
    database.close()


def test_the_journal_mode_is_set_after_other_users_have_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite itself gives up at once if another user has the file open while its journal mode changes."""
    path = tmp_path / "fresh.db"
    database = Database(f"sqlite:///{path}")
    database.backend.check_reachable(to_create=True)
    with database.backend.creating.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE one (x)")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waited = []

        def meanwhile(seconds: float) -> None:
            waited.append(seconds)
            other.execute("COMMIT")

        monkeypatch.setattr("casereview.persistence.backends.write_lock.time.sleep", meanwhile)
        database.backend.finish_creation()
        assert len(waited) == 1
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    database.close()
