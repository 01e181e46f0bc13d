"""A database of an older schema: refused with what to do, brought forward whole, never without a copy."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from casereview.engine.errors.faults import DatabaseProblem
from casereview.persistence import Database
from casereview.persistence.maintenance.doctor import restore_triggers
from casereview.persistence.maintenance.schema_upgrade import upgrade_database
from casereview.persistence.schema import indexes, revisions, tables
from casereview.persistence.schema.append_only import missing_triggers
from casereview.persistence.schema.types import as_text

from ...support.sample_record import (
    RecordOffice,
    add_note,
    all_rows,
    engine_at_noon,
    fill_record,
    open_partnership_review,
    verification_of,
)

OLDER = revisions.known_revisions()[:-1]
FORMER = Path(__file__).with_name("former")


def laid(database: Database, revision: str) -> None:
    """Lays the schema as it was at a revision."""
    with database.backend.creating.begin() as connection:
        revisions.upgrade_schema(connection, revision)
    database.backend.finish_creation()


def poured(revision: str, target: Database) -> None:
    """What that version itself wrote, into its own schema: a record of `filled`'s kind."""
    with target.backend.writing.begin() as connection:
        mark = "%s" if connection.dialect.name == "postgresql" else "?"
        for table, rows in former(revision).items():
            for row in rows:
                values = ", ".join([mark] * len(row))
                # The text of an instant, of a day and of JSON is what either database takes for such a column.
                connection.exec_driver_sql(
                    f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})", tuple(row.values())
                )


def former(revision: str) -> dict[str, list[dict[str, Any]]]:
    """What a version wrote into its tables on SQLite, as rows of plain values."""
    found: dict[str, list[dict[str, Any]]] = json.loads(
        (FORMER / f"{revision}.json").read_text("utf-8"), object_hook=_bytes
    )
    return found


def now_there(database: Database, revision: str) -> dict[str, list[list[Any]]]:
    """The same columns of the same tables as they are now."""
    found: dict[str, list[list[Any]]] = {}
    with database.connection() as connection:
        for table, rows in former(revision).items():
            query = f"SELECT {', '.join(rows[0])} FROM {table}"
            found[table] = in_order([[plain(value) for value in row] for row in connection.exec_driver_sql(query)])
    return found


def plain(value: Any) -> Any:
    """A value in one notation, whichever database it comes from."""
    if isinstance(value, datetime):
        return as_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return json.loads(value) if isinstance(value, str) and value[:1] in ("[", "{") else value


def in_order(rows: list[list[Any]]) -> list[list[Any]]:
    return sorted(rows, key=repr)


def _bytes(found: dict[str, Any]) -> Any:
    return bytes.fromhex(found["hex"]) if found.keys() == {"hex"} else found


@pytest.fixture(params=OLDER)
def revision(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def older(empty_database_url: str, revision: str) -> Iterator[Database]:
    """A filled record of an older revision, on each kind of database."""
    made = Database(empty_database_url)
    laid(made, revision)
    poured(revision, made)
    yield made
    made.close()


@pytest.fixture
def office(older: Database, empty_database_url: str, tmp_path: Path) -> RecordOffice:
    return RecordOffice(folder=tmp_path, url=empty_database_url)


def guards_missing(database: Database) -> tuple[str, ...]:
    with database.connection() as connection:
        return missing_triggers(connection)


def test_a_library_refuses_an_older_schema_with_the_command_to_run(older: Database, revision: str) -> None:
    ways: tuple[Callable[[], object], ...] = (
        lambda: engine_at_noon(older).cases(),
        lambda: open_partnership_review(engine_at_noon(older)),
        older.create,
        lambda: older.is_rehearsal,
        lambda: restore_triggers(older),
        lambda: verification_of(older),
    )
    for way in ways:
        with pytest.raises(DatabaseProblem, match="Bring it up to date with: casereview upgrade") as problem:
            way()
        assert f"has schema {revision}, and this version of casereview works with {tables.HEAD}" in str(problem.value)
    assert older.revision() == revision


@pytest.mark.parametrize(
    "args",
    [
        ("list",),
        ("show", "PR-2026-001"),
        ("step", "PR-2026-001", "note", "--set", "text=x"),
        ("init",),
        ("verify",),
        ("doctor", "--mend"),
        ("backup", "kept.db"),
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


def test_the_doctor_sees_an_older_schema(office: RecordOffice, revision: str) -> None:
    done = office.run("doctor")
    assert (done.exit_code, done.stderr) == (1, "")
    assert f"revision {revision}" in done.stdout
    assert "casereview upgrade" in done.stdout
    (check,) = office.document("doctor", code=1)
    assert (check["name"], check["passed"]) == ("schema", False)


def test_an_upgrade_brings_the_record_forward_whole(older: Database, office: RecordOffice, revision: str) -> None:
    said = office.output("upgrade")
    assert f"went from schema {revision} to {tables.HEAD}." in said
    assert older.revision() == tables.HEAD
    found = verification_of(older)
    was = former(revision)
    assert (found.cases, found.events, found.faults) == (2, len(was["casereview_event"]), ())
    assert guards_missing(older) == ()
    for row in was["casereview_case_organisation"]:
        row["agency"] = row["agency"].lower()  # by which a case is found, however it is typed
    assert now_there(older, revision) == {
        table: in_order([[plain(value) for value in row.values()] for row in rows]) for table, rows in was.items()
    }
    engine = engine_at_noon(older)
    before = engine.case("PR-2026-001").version
    assert add_note(engine, "PR-2026-001").version == before + 1
    assert open_partnership_review(engine).ref == "PR-2026-003"


def test_a_database_that_is_up_to_date_is_said_to_be(older: Database, office: RecordOffice) -> None:
    office.output("upgrade")
    before = sorted(office.folder.iterdir())
    assert office.output("upgrade").strip().endswith(f"is up to date (schema {tables.HEAD}).")
    assert office.document("upgrade") == {"before": tables.HEAD, "after": tables.HEAD, "copy": None}
    assert sorted(office.folder.iterdir()) == before
    assert upgrade_database(older) == (tables.HEAD, tables.HEAD, None)


@pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)
def test_of_a_file_a_copy_is_made_first_that_works_with_the_older_version(
    older: Database, office: RecordOffice, revision: str
) -> None:
    told = office.document("upgrade")
    assert (told["before"], told["after"]) == (revision, tables.HEAD)
    kept = Path(told["copy"])
    assert kept.name == f"record.db.before-{tables.HEAD}-1"
    copy = Database(f"sqlite:///{kept}")
    assert copy.revision() == revision
    assert upgrade_database(copy)[:2] == (revision, tables.HEAD)
    assert all_rows(copy) == all_rows(older)
    assert verification_of(copy).faults == ()
    copy.close()


@pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)
def test_a_copy_never_takes_the_place_of_an_earlier_one(older: Database, office: RecordOffice) -> None:
    assert older.path is not None
    first = older.path.with_name(f"{older.path.name}.before-{tables.HEAD}-1")
    first.write_bytes(b"earlier")
    assert office.document("upgrade")["copy"].endswith("-2")
    assert first.read_bytes() == b"earlier"


@pytest.mark.parametrize("found", ["0004", "9999", "abcd", "0000"])
def test_a_schema_of_a_newer_version_is_refused_and_left_alone(database_url: str, tmp_path: Path, found: str) -> None:
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


def test_what_is_no_record_is_not_upgraded(empty_database_url: str, tmp_path: Path) -> None:
    database = Database(empty_database_url)
    if database.path is not None:
        assert "does not exist" in RecordOffice(folder=tmp_path, url=empty_database_url).fails(4, "upgrade")
        database.path.touch()
        assert "is empty" in RecordOffice(folder=tmp_path, url=empty_database_url).fails(4, "upgrade")
    else:
        assert "has no casereview tables" in RecordOffice(folder=tmp_path, url=empty_database_url).fails(4, "upgrade")
    database.close()


def test_an_upgrade_that_fails_leaves_the_older_schema(older: Database, revision: str) -> None:
    with older.backend.writing.begin() as connection:
        # In the way of the last migration, which adds to this table.
        connection.exec_driver_sql("ALTER TABLE casereview_clock RENAME TO casereview_clock_away")
    with pytest.raises(DatabaseProblem):
        upgrade_database(older)
    assert older.revision() == revision
    with older.backend.writing.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE casereview_clock_away RENAME TO casereview_clock")
    assert upgrade_database(older)[:2] == (revision, tables.HEAD)
    assert verification_of(older).faults == ()


def test_the_migrations_amount_to_the_tables(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    database.create()
    with database.connection() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_object": _is_ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, indexes.metadata) == []
    database.close()


def _is_ours(_object: object, name: str, kind: str, *_more: object) -> bool:
    return not (kind == "table" and name == tables.VERSION_TABLE)


def test_a_fresh_database_is_of_the_newest_revision(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    fill_record(database)
    assert database.revision() == tables.HEAD == revisions.known_revisions()[-1]
    assert guards_missing(database) == ()
    database.close()
