"""Our two column types return what was stored, on any machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Integer, MetaData, Table, create_engine, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import StatementError

from casereview.persistence.backends.sqlite_driver import sqlite3
from casereview.persistence.schema.types import Instant, Json, as_text, from_text

THINGS = Table("things", MetaData(), Column("id", Integer, primary_key=True), Column("at", Instant), Column("it", Json))
INSTANTS = [
    datetime(2026, 1, 5, 9, 30, tzinfo=UTC),
    datetime(2026, 6, 30, 23, 30, 0, 1, tzinfo=ZoneInfo("Europe/London")),
    datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo("Europe/London"), fold=1),
    datetime(1, 1, 2, tzinfo=UTC),
    datetime(9999, 12, 30, 23, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=-12))),
]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{tmp_path / 'types.db'}", module=sqlite3)
    with engine.connect() as opened:
        THINGS.create(opened)
        yield opened
    engine.dispose()


@pytest.mark.parametrize("instant", INSTANTS, ids=str)
def test_an_instant_is_returned_as_the_same_instant_in_utc(connection: Connection, instant: datetime) -> None:
    connection.execute(insert(THINGS), {"at": instant})
    found = connection.execute(select(THINGS.c.at)).scalar_one()
    assert found == instant.astimezone(UTC)
    assert found.tzinfo is UTC


def test_an_instant_without_its_zone_is_refused(connection: Connection) -> None:
    with pytest.raises(StatementError, match="an instant needs its zone"):
        connection.execute(insert(THINGS), {"at": datetime(2026, 1, 5)})  # noqa: DTZ001


def test_a_missing_instant_is_returned_as_none(connection: Connection) -> None:
    connection.execute(insert(THINGS), {"at": None, "it": None})
    assert connection.execute(select(THINGS.c.at, THINGS.c.it)).one() == (None, None)


def test_instants_sort_and_compare_in_order_of_time(connection: Connection) -> None:
    connection.execute(insert(THINGS), [{"at": instant} for instant in INSTANTS])
    found = connection.execute(select(THINGS.c.at).order_by(THINGS.c.at)).scalars().all()
    assert list(found) == sorted(instant.astimezone(UTC) for instant in INSTANTS)
    later = connection.execute(select(THINGS.c.at).where(THINGS.c.at > INSTANTS[0])).scalars().all()
    assert set(later) == {instant.astimezone(UTC) for instant in INSTANTS if instant > INSTANTS[0]}


def test_an_instant_is_stored_as_text_of_fixed_width(connection: Connection, tmp_path: Path) -> None:
    connection.execute(insert(THINGS), [{"at": instant} for instant in INSTANTS])
    connection.commit()
    with closing(sqlite3.connect(tmp_path / "types.db")) as raw:
        kept = [text for (text,) in raw.execute("SELECT at FROM things ORDER BY id")]
    assert kept[:2] == ["2026-01-05T09:30:00.000000Z", "2026-06-30T22:30:00.000001Z"]
    assert {len(text) for text in kept} == {27}


@given(st.datetimes(min_value=datetime(1, 1, 2), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_text_of_an_instant_is_read_as_that_instant(instant: datetime) -> None:
    assert from_text(as_text(instant)) == instant


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "",
        "2026-01-05",
        "2026-02-30T09:30:00.000000Z",
        "2026-01-05T09:30:00Z",
        "2026-01-05T09:30:00.000000",
    ],
)
def test_text_in_another_notation_is_not_an_instant(text: str) -> None:
    with pytest.raises(ValueError):
        from_text(text)


JSONS: list[Any] = [{}, [], {"b": 1, "a": [True, None, 1.5, "é\N{SNOWMAN}"]}, "text", 0, {"": ""}, 2**62]


@pytest.mark.parametrize("value", JSONS, ids=repr)
def test_a_json_value_is_returned_unchanged(connection: Connection, value: Any) -> None:
    connection.execute(insert(THINGS), {"it": value})
    assert connection.execute(select(THINGS.c.it)).scalar_one() == value


def test_json_is_stored_as_text_with_its_names_in_order(connection: Connection) -> None:
    connection.execute(insert(THINGS), {"it": {"b": 1, "a": {"d": 2, "c": date(2026, 1, 5)}}})
    (kept,) = connection.exec_driver_sql("SELECT it FROM things").one()
    assert kept == '{"a":{"c":"2026-01-05","d":2},"b":1}'


def test_elsewhere_the_types_are_the_database_s_own() -> None:
    elsewhere = postgresql.dialect()
    assert Instant().load_dialect_impl(elsewhere).timezone is True  # type: ignore[attr-defined]
    assert isinstance(Json().load_dialect_impl(elsewhere), postgresql.JSONB)
    instant = datetime(2026, 1, 5, 9, 30, tzinfo=timezone(timedelta(hours=2)))
    for value in (Instant().process_bind_param(instant, elsewhere), Instant().process_result_value(instant, elsewhere)):
        assert value == instant
        assert value.tzinfo is UTC
    assert Json().process_bind_param({"a": 1}, elsewhere) == {"a": 1}
    assert Json().process_result_value({"a": 1}, elsewhere) == {"a": 1}
