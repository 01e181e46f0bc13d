"""Disposals reach the files of the database, also what its rows held before."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from casereview.engine import Engine
from casereview.persistence import Database
from casereview.persistence import database as database_module
from casereview.persistence.maintenance.doctor import health_checks
from casereview.persistence.store.disposals import mark_finished, mark_unfinished, unfinished_mark

from ...support.amendments import BOTH, MONDAY, READER, ask, disposal, dispose, shown
from ...support.loan_decisions import evening_of
from ...support.loan_workflow import CLAIM, LOAN
from ...support.movable_time import MovableTime


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    fixture: Callable[[str], str] = request.getfixturevalue
    return fixture(getattr(request, "param", "sqlite_url"))


@pytest.fixture
def database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A fresh database, where disposals wait for nobody."""
    monkeypatch.setattr(database_module, "ERASE_SECONDS", 0)
    made = Database(database_url)
    made.create()
    yield made
    made.close()


@pytest.fixture
def engine(database: Database) -> Engine:
    return Engine(database, (LOAN, CLAIM), now=MovableTime(evening_of(MONDAY)))


def in_files(database: Database) -> bool:
    """Return whether the reader's name stands in any file of the database, such as its write-ahead log."""
    assert database.path is not None
    files = list(database.path.parent.glob(f"{database.path.name}*"))
    assert len(files) == 3, "another program has the database open, so there is a log"
    return any(READER.encode() in file.read_bytes() for file in files)


def finished(database: Database) -> bool:
    return next(check.passed for check in health_checks(database, ("clerk",)) if check.name == "disposals")


def test_a_disposal_empties_the_log_while_others_have_the_file_open(engine: Engine, database: Database) -> None:
    other = Database(database.backend.name)
    with other.reading() as reader:
        reader.is_rehearsal()
    ref = ask(engine).ref
    assert in_files(database)
    dispose(engine, ref)
    assert not in_files(database)
    assert engine.finish_disposals()
    other.close()


def test_a_reader_keeps_the_log_until_it_ends(engine: Engine, database: Database) -> None:
    other = Database(database.backend.name)
    ref = ask(engine).ref
    with other.reading() as reader:
        reader.is_rehearsal()
        dispose(engine, ref)
        assert in_files(database)
        assert not engine.finish_disposals()
        assert not finished(database)
    assert engine.finish_disposals()
    assert finished(database)
    assert not in_files(database)
    other.close()


def test_a_batch_of_disposals_empties_the_log_too(engine: Engine, database: Database) -> None:

    ref = ask(engine).ref
    engine.record_many([disposal(ref)])
    assert not in_files(database)


@BOTH
def test_after_a_disposal_nothing_is_left_to_do(engine: Engine, database: Database) -> None:
    dispose(engine, ask(engine).ref)
    assert finished(database)
    with database.connection() as connection:
        assert unfinished_mark(connection) is None


@BOTH
def test_in_a_host_s_transaction_a_disposal_is_finished_after_it(engine: Engine, database: Database) -> None:
    ref = ask(engine).ref
    with database.backend.writing.begin() as connection, engine.within(connection) as joined:
        dispose(joined, ref)
        assert not joined.finish_disposals()
    assert not finished(database)
    assert engine.finish_disposals()
    assert finished(database)


@BOTH
def test_a_later_disposal_s_mark_stays(database: Database) -> None:
    with database.backend.transaction() as connection:
        mark_unfinished(connection)
        first = unfinished_mark(connection)
        assert first is not None
        mark_unfinished(connection)
        mark_finished(connection, first)
        assert unfinished_mark(connection) not in (None, first)


def test_a_database_that_does_not_answer_is_tried_again(engine: Engine, database: Database) -> None:
    assert database.path is not None
    database.close()
    database.path.write_bytes(b"no database" * 100)
    assert not engine.finish_disposals()


@pytest.mark.parametrize("database_url", ["postgres_url"], indirect=True)
def test_postgresql_frees_the_dead_rows(engine: Engine, database: Database) -> None:
    dispose(engine, ask(engine).ref)
    query = "SELECT vacuum_count FROM pg_stat_user_tables WHERE relname = 'casereview_event_values'"
    with database.backend.writing.connect() as connection:
        connection.execute(text("SELECT pg_stat_clear_snapshot()"))
        assert connection.execute(text(query)).scalar_one() > 0


def test_a_value_that_was_tampered_with_is_not_called_disposed_of(engine: Engine, database: Database) -> None:
    first, second = ask(engine).ref, ask(engine).ref
    dispose(engine, first)
    assert shown(engine, first, "ask")["reader"] == "(disposed of)"
    with database.backend.writing.begin() as connection:
        connection.execute(text("UPDATE casereview_event_values SET content = replace(content, 'Reader', 'Riter')"))
    assert shown(engine, second, "ask")["reader"] == "(missing: nobody disposed of it)"
    assert shown(engine, first, "ask")["reader"] == "(disposed of)"
