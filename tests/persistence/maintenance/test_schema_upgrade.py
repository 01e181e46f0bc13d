"""An older schema is refused with advice, and upgraded completely, on SQLite after a copy was made."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from casereview.engine.errors.faults import DatabaseProblem
from casereview.persistence import Database
from casereview.persistence.maintenance.doctor import restore_triggers
from casereview.persistence.maintenance.schema_upgrade import upgrade_database
from casereview.persistence.schema import revisions, tables
from casereview.persistence.schema.append_only import missing_triggers

from ...support.databases import postgres_database
from ...support.later_revision import add_later_revision
from ...support.sample_record import (
    RecordOffice,
    add_note,
    all_rows,
    engine_at_noon,
    fill_record,
    open_partnership_review,
    verification_of,
)
from ...support.schema_differences import schema_differences

OLDER_HEAD = tables.HEAD
"""The revision that this version itself writes, which is an older one once a later revision is added."""


def content(database: Database) -> dict[str, list[str]]:
    """Return every row of the tables and columns that the older schema has."""
    with database.backend.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(*table.columns))))
            for table in tables.metadata.sorted_tables
        }


@pytest.fixture(scope="module")
def filled_postgres(postgres_server: str) -> Iterator[str]:
    """The name of a PostgreSQL database with a filled record, used as a template."""
    with postgres_database(postgres_server) as url:
        database = Database(url)
        fill_record(database)
        database.close()
        name = make_url(url).database
        assert name is not None
        yield name


@pytest.fixture(params=["sqlite", "postgresql"])
def older_url(request: pytest.FixtureRequest, tmp_path: Path, filled_file: Path) -> Iterator[str]:
    """The URL of a filled record, of each kind in turn."""
    if request.param == "sqlite":
        shutil.copy(filled_file, tmp_path / "record.db")
        yield f"sqlite:///{(tmp_path / 'record.db').as_posix()}"
    else:
        server, template = map(request.getfixturevalue, ("postgres_server", "filled_postgres"))
        with postgres_database(server, template=template) as url:
            yield url


@pytest.fixture
def older(
    older_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A filled record at a schema that is older than the code."""
    made = Database(older_url)
    assert made.revision() == OLDER_HEAD
    add_later_revision(monkeypatch, tmp_path_factory.mktemp("later"))
    yield made
    made.close()


@pytest.fixture
def office(older: Database, older_url: str, tmp_path: Path) -> RecordOffice:
    return RecordOffice(folder=tmp_path, url=older_url)


def guards_missing(database: Database) -> tuple[str, ...]:
    with database.connection() as connection:
        return missing_triggers(connection)


def test_a_library_refuses_an_older_schema_with_the_command_to_run(older: Database) -> None:
    ways: tuple[Callable[[], object], ...] = (
        lambda: engine_at_noon(older).cases(),
        lambda: open_partnership_review(engine_at_noon(older)),
        older.create,
        lambda: older.is_rehearsal,
        lambda: restore_triggers(older),
        lambda: verification_of(older),
    )
    for way in ways:
        with pytest.raises(DatabaseProblem, match="Upgrade the schema first") as problem:
            way()
        assert f"has schema {OLDER_HEAD}, and this version of casereview works with {tables.HEAD}" in str(problem.value)
    assert older.revision() == OLDER_HEAD


@pytest.mark.parametrize(
    "args",
    [
        ("list",),
        ("show", "PR-2026-001"),
        ("step", "PR-2026-001", "note", "--set", "text=x"),
        ("init",),
        ("verify",),
        ("doctor", "--mend"),
        ("backup", "backup.db"),
        ("copy", "--to", "sqlite:///other.db"),
    ],
    ids=" ".join,
)
def test_a_command_refuses_an_older_schema_with_the_command_to_run(
    office: RecordOffice, args: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(office.folder)
    before = sorted(office.folder.iterdir())
    assert "Bring it up to date with: casereview upgrade." in office.fails(4, *args)
    assert sorted(office.folder.iterdir()) == before


def test_the_doctor_sees_an_older_schema(office: RecordOffice) -> None:
    done = office.run("doctor")
    assert (done.exit_code, done.stderr) == (1, "")
    assert f"revision {OLDER_HEAD}" in done.stdout
    assert "casereview upgrade" in done.stdout
    (check,) = office.document("doctor", code=1)
    assert (check["name"], check["passed"]) == ("schema", False)


def test_an_upgrade_preserves_the_whole_record(older: Database, office: RecordOffice) -> None:
    before = content(older)
    said = office.output("upgrade")
    assert f"was upgraded from schema {OLDER_HEAD} to {tables.HEAD}." in said
    assert older.revision() == tables.HEAD
    found = verification_of(older)
    assert (found.cases, found.events, found.faults) == (2, 20, ())
    assert guards_missing(older) == ()
    assert content(older) == before
    with older.connection() as connection:
        assert set(connection.exec_driver_sql("SELECT noted FROM casereview_clock").scalars()) == {"no"}
    engine = engine_at_noon(older)
    version = engine.case("PR-2026-001").version
    assert add_note(engine, "PR-2026-001").version == version + 1
    assert open_partnership_review(engine).ref == "PR-2026-003"


def test_an_up_to_date_database_is_reported_as_such(older: Database, office: RecordOffice) -> None:
    office.output("upgrade")
    before = sorted(office.folder.iterdir())
    assert office.output("upgrade").strip().endswith(f"is up to date (schema {tables.HEAD}).")
    assert office.document("upgrade") == {"before": tables.HEAD, "after": tables.HEAD, "copy": None}
    assert sorted(office.folder.iterdir()) == before
    assert upgrade_database(older) == (tables.HEAD, tables.HEAD, None)


@pytest.mark.parametrize("older_url", ["sqlite"], indirect=True)
def test_a_file_is_copied_first_and_the_copy_has_the_older_schema(older: Database, office: RecordOffice) -> None:
    document = office.document("upgrade")
    assert (document["before"], document["after"]) == (OLDER_HEAD, tables.HEAD)
    copy_path = Path(document["copy"])
    assert copy_path.name == f"record.db.before-{tables.HEAD}-1"
    copy = Database(f"sqlite:///{copy_path}")
    assert copy.revision() == OLDER_HEAD
    assert upgrade_database(copy)[:2] == (OLDER_HEAD, tables.HEAD)
    assert all_rows(copy) == all_rows(older)
    assert verification_of(copy).faults == ()
    copy.close()


@pytest.mark.parametrize("older_url", ["sqlite"], indirect=True)
def test_a_copy_never_replaces_an_earlier_one(older: Database, office: RecordOffice) -> None:
    assert older.path is not None
    first = older.path.with_name(f"{older.path.name}.before-{tables.HEAD}-1")
    first.write_bytes(b"earlier")
    assert office.document("upgrade")["copy"].endswith("-2")
    assert first.read_bytes() == b"earlier"


@pytest.mark.parametrize("found", ["0002", "9999", "abcd", "0000"])
def test_a_schema_of_a_newer_version_is_refused_and_unchanged(database_url: str, tmp_path: Path, found: str) -> None:
    database = Database(database_url)
    with database.backend.writing.begin() as connection:
        connection.execute(tables.version_table.update().values(version_num=found))
    database.close()
    office = RecordOffice(folder=tmp_path, url=database_url)
    for args in (("upgrade",), ("list",), ("verify",)):
        said = office.fails(4, *args)
        assert f"has schema {found}" in said
        assert "newer version: install that one" in said
    assert database.revision() == found
    database.close()
    assert [path.name for path in tmp_path.iterdir() if "before" in path.name] == []


def test_only_a_record_can_be_upgraded(empty_database_url: str, tmp_path: Path) -> None:
    database = Database(empty_database_url)
    if database.path is not None:
        assert "does not exist" in RecordOffice(folder=tmp_path, url=empty_database_url).fails(4, "upgrade")
        database.path.touch()
        assert "is empty" in RecordOffice(folder=tmp_path, url=empty_database_url).fails(4, "upgrade")
    else:
        assert "has no casereview tables" in RecordOffice(folder=tmp_path, url=empty_database_url).fails(4, "upgrade")
    database.close()


def test_an_upgrade_that_fails_leaves_the_older_schema(older: Database) -> None:
    with older.backend.writing.begin() as connection:
        # This blocks the last migration, which adds to this table.
        connection.exec_driver_sql("ALTER TABLE casereview_clock RENAME TO casereview_clock_away")
    with pytest.raises(DatabaseProblem):
        upgrade_database(older)
    assert older.revision() == OLDER_HEAD
    with older.backend.writing.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE casereview_clock_away RENAME TO casereview_clock")
    assert upgrade_database(older)[:2] == (OLDER_HEAD, tables.HEAD)
    assert verification_of(older).faults == ()


def test_the_migrations_create_the_tables(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    database.create()
    with database.connection() as connection:
        assert schema_differences(connection) == []
    database.close()


def test_a_fresh_database_has_the_newest_revision(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    fill_record(database)
    assert database.revision() == tables.HEAD == revisions.known_revisions()[-1]
    assert guards_missing(database) == ()
    database.close()
