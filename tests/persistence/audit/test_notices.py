"""Verification of notices and messages: what is no tampering, and rows that our programs never write."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Column, create_engine

from casereview.engine import Engine
from casereview.engine.model.commands import Step
from casereview.persistence import Database
from casereview.persistence.audit.verify import verify
from casereview.persistence.schema import tables

from ...support.amendments import disposal
from ...support.loan_decisions import evening_of
from ...support.loan_workflow import BY_KEEPER, LIBRARIAN_1, RECORDS_BY_STEP
from ...support.notified_record import FIRST, LAST, SECOND, WORKFLOWS_WITH_LEVELS, fill_with_notices
from ...support.sample_record import verification_of


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("notices") / "record.db"
    fill_with_notices(f"sqlite:///{path.as_posix()}")
    return path


@pytest.fixture
def database(filled: Path, tmp_path: Path) -> Iterator[Database]:
    """A copy of a record in which people were reminded."""
    shutil.copy(filled, tmp_path / "record.db")
    made = Database(f"sqlite:///{(tmp_path / 'record.db').as_posix()}")
    yield made
    made.close()


@pytest.fixture
def engine(database: Database) -> Engine:
    return Engine(database, WORKFLOWS_WITH_LEVELS, now=lambda: evening_of(date(2026, 11, 27)))


def test_names_of_recipients_can_be_disposed_of(database: Database, engine: Engine) -> None:
    for seq in (4, 5):
        engine.record(disposal(LAST, actor=LIBRARIAN_1, seq=seq, field="recipients"))
    assert verification_of(database).faults == ()
    inspection = RECORDS_BY_STEP["inspect"]
    inspected = Step(
        ref=LAST, trigger="inspect", actor=LIBRARIAN_1, decided_by=BY_KEEPER, data=inspection, on=date(2026, 11, 10)
    )
    engine.record(inspected)
    assert verification_of(database).faults == ()
    notified = {status.notice.person for status in engine.messages.notice_statuses([LAST])}
    assert notified == {"Lee", "Kim"}


def test_a_notice_too_many_is_found_among_those_without_names(database: Database, engine: Engine) -> None:
    engine.record(disposal(LAST, actor=LIBRARIAN_1, seq=5, field="recipients"))
    with database.backend.writing.begin() as connection:
        connection.exec_driver_sql(f"UPDATE casereview_notice SET run = 2 WHERE case_ref = '{LAST}' AND seq = 5")
    (finding,) = verification_of(database).faults
    assert finding.fault == "Event 5: a notice that it caused was changed: its run."


def test_a_changed_title_renames_no_notice_that_exists(database: Database) -> None:
    loan, claim = WORKFLOWS_WITH_LEVELS
    renamed = replace(loan, deadlines=tuple(replace(one, title=f"{one.title} now") for one in loan.deadlines))
    Engine(database, (renamed, claim), now=lambda: evening_of(date(2026, 12, 30))).sweep()
    with database.connection() as connection:
        assert len(connection.exec_driver_sql("SELECT DISTINCT title FROM casereview_notice").all()) > 2
    assert verification_of(database).faults == ()


def test_a_removed_person_and_a_retry_are_no_faults(database: Database, engine: Engine) -> None:
    with database.backend.writing.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE casereview_message SET state = 'given_up', sent_at = NULL WHERE person = 'Kim'"
        )
    engine.change_person("Kim", email="kim@elsewhere.example.org", actor=LIBRARIAN_1)
    engine.messages.retry(None, actor=LIBRARIAN_1)
    engine.remove_person("Kim", actor=LIBRARIAN_1)
    assert verification_of(database).faults == ()


def test_a_changed_message_stays_changed_when_it_is_sent_again(database: Database, engine: Engine) -> None:
    with database.backend.writing.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE casereview_message SET state = 'given_up', sent_at = NULL, body = 'Dear Kim'"
        )
    engine.messages.retry(None, actor=LIBRARIAN_1)
    faults = verification_of(database).faults
    assert {finding.fault for finding in faults} == {"The message was changed: its recipient, address or text."}


JUNK = ("'{'", "X'00FF'", "7", "1e300", "CAST(X'C328' AS TEXT)", "'a' || char(0)", "'2026-13-45'")
COLUMNS = [
    column
    for table in (tables.notice, tables.message, tables.escalation)
    for column in table.columns
    if column.name not in ("settled_by", "settled_at", "reasons", "attempts", "problem", "number", "run")
]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column.table.name}-{column.name}")
def test_junk_in_a_notice_message_or_level_is_found(filled: Path, tmp_path: Path, column: Column[object]) -> None:
    shutil.copy(filled, tmp_path / "record.db")
    made = create_engine(f"sqlite:///{(tmp_path / 'record.db').as_posix()}")
    row = f"rowid = (SELECT max(rowid) FROM {column.table.name})"
    for junk in JUNK:
        with made.connect() as connection:
            connection.exec_driver_sql(f"UPDATE {column.table.name} SET {column.name} = {junk} WHERE {row}")
            assert verify(connection).faults, junk
            connection.rollback()
    made.dispose()


def test_one_case_is_verified_with_its_own_messages(database: Database) -> None:
    with database.backend.writing.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE casereview_message SET body = 'Dear Kim' WHERE id ="
            f" (SELECT message_id FROM casereview_notice WHERE case_ref = '{SECOND}' AND seq = 11)"
        )
        connection.exec_driver_sql(f"DELETE FROM casereview_notice WHERE case_ref = '{SECOND}' AND seq = 4")
    with database.connection() as connection:
        assert [len(verify(connection, ref=ref).faults) for ref in (FIRST, SECOND, LAST)] == [1, 2, 0]
