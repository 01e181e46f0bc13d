"""Verification finds each change of the people, absences, days and terms outside the unit's own record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Table, delete, insert, select, update

from casereview.engine import DayKind
from casereview.engine.model.calendar import working_days
from casereview.engine.model.case import UNIT
from casereview.persistence import Database
from casereview.persistence.audit.verify import verify
from casereview.persistence.schema import tables
from casereview.persistence.store.unit_tables import SECTIONS

from ..support.tampering import other
from ..support.worker_processes import DAY, ME, delete_case_rows, engine_and_database, findings_text, found

TABLES = [table for section in SECTIONS.values() for table in section.tables]
COLUMNS = [column for table in TABLES for column in table.columns]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def record(request: pytest.FixtureRequest, url_of: Callable[[str], str]) -> Iterator[Database]:
    """A record with two people, an absence, an organisation, a day, a term, and the definitions of workflows."""
    engine, database = engine_and_database(url_of(request.param))
    engine.add_person("Sam Reed", role="business_manager", actor=ME, email="s@example.org", notify="ntfy://topic")
    engine.add_person("Kim Lee", role="agency_safeguarding_lead", organisation="Agency 1", actor=ME)
    engine.add_absence("Sam Reed", from_day=DAY, to_day=DAY + timedelta(4), deputy="Kim Lee", actor=ME)
    engine.change_person("Kim Lee", new_name="Kim Leigh", actor=ME)
    engine.add_organisation("Agency 1", aliases=("The agency",), actor=ME)
    engine.set_day(date(2026, 3, 9), DayKind.CLOSED, reasons="Snow.", actor=ME)
    engine.set_term(
        "serious_case_review", "decide", term=working_days(10), from_day=DAY, reasons="As agreed.", actor=ME
    )  # fmt: skip
    yield database
    database.close()


def rows_of(connection: Connection, table: Table) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(table)).mappings()]


def at(table: Table, row: dict[str, Any]) -> Any:
    conditions = [column == row[column.name] for column in table.primary_key.columns]
    return conditions[0] if len(conditions) == 1 else conditions[0] & at_rest(conditions[1:])


def at_rest(conditions: list[Any]) -> Any:
    return conditions[0] if len(conditions) == 1 else conditions[0] & at_rest(conditions[1:])


def is_found(connection: Connection, table: Table, how: str) -> None:
    assert findings_text(connection) == f"UNIT: The table {table.name} is not what the events amount to: {how}."
    assert found(connection, UNIT) == [(UNIT, None)]


def test_an_untouched_unit_has_no_fault(tamperer: Connection) -> None:
    whole, unit = verify(tamperer), verify(tamperer, ref=UNIT)
    assert (whole.cases, whole.faults) == (0, ())
    assert (unit.cases, unit.events, unit.faults) == (1, whole.events, ())
    assert all(rows_of(tamperer, table) for table in TABLES)


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_a_changed_column_of_the_unit_is_found(tamperer: Connection, column: Column[Any]) -> None:
    table = column.table
    assert isinstance(table, Table)
    row = rows_of(tamperer, table)[0]
    values = {column.name: other(column, row[column.name])}
    tamperer.execute(update(table).where(at(table, row)).values(values))
    how = "1 row was inserted, 1 row was removed" if column.primary_key else "1 row was changed"
    is_found(tamperer, table, how)


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_a_removed_row_of_the_unit_is_found(tamperer: Connection, table: Table) -> None:
    row = rows_of(tamperer, table)[0]
    tamperer.execute(delete(table).where(at(table, row)))
    is_found(tamperer, table, "1 row was removed")


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_an_inserted_row_of_the_unit_is_found(tamperer: Connection, table: Table) -> None:
    row = rows_of(tamperer, table)[0]
    changed = {
        column.name: other(column, row[column.name])
        for column in table.columns
        if column.primary_key or column.name == "key"
    }
    tamperer.execute(insert(table), {**row, **changed})
    is_found(tamperer, table, "1 row was inserted")


def test_a_real_record_that_was_made_a_rehearsal_is_found(tamperer: Connection) -> None:
    setting = tables.setting
    tamperer.execute(update(setting).where(setting.c.name == "rehearsal").values(value="yes"))
    assert findings_text(tamperer) == "UNIT: The setting that says if this is a rehearsal was changed."


def test_a_unit_without_its_record_is_found_by_each_table(tamperer: Connection) -> None:
    delete_case_rows(tamperer, UNIT)
    findings = [finding.fault for finding in verify(tamperer).faults]
    assert sorted(table.name for table in TABLES) == sorted(fault.split()[2] for fault in findings)


def test_a_row_of_the_unit_that_cannot_be_read_is_found(tamperer: Connection, record: Database) -> None:
    if record.path is None:
        pytest.skip("PostgreSQL takes no value of another type")
    tamperer.exec_driver_sql("UPDATE casereview_absence SET to_day = 'soon'")
    is_found(tamperer, tables.absence, "a row cannot be read")
