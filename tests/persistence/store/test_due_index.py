"""An index over open clocks finds what is due, however many clocks are done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine as SqlEngine
from sqlalchemy import event

from casereview.engine import Actor, Engine
from casereview.persistence import Database
from casereview.workflows import WORKFLOWS

TYPIST = Actor(name="Sam Reed", roles=frozenset({"business_manager"}))
DAY = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture
def asked() -> Iterator[list[tuple[str, Any]]]:
    """Collect the statements sent to the database, with their values."""
    found: list[tuple[str, Any]] = []

    def listen(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        found.append((statement, values))

    event.listen(SqlEngine, "before_cursor_execute", listen)
    yield found
    event.remove(SqlEngine, "before_cursor_execute", listen)


@pytest.mark.parametrize("by", [None, DAY], ids=["all", "by a day"])
def test_the_due_query_uses_the_index_of_open_clocks_and_sorts_only_ties(
    database: Database, asked: list[tuple[str, Any]], by: datetime | None
) -> None:
    with database.reading() as reader:
        assert reader.due_items(by, 100) == ()
    statement, values = next((one, of) for one, of in asked if "casereview_clock" in one)
    with database.connection() as connection:
        rows = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
    plan = [row[3] for row in rows]
    assert any("casereview_clock USING INDEX ix_casereview_clock_overdue_at" in step for step in plan), plan
    assert any("SEARCH casereview_case USING INDEX" in step for step in plan), plan
    assert not any(step == "USE TEMP B-TREE FOR ORDER BY" for step in plan), plan


def test_both_databases_list_the_same_deadlines(database_url: str) -> None:
    database = Database(database_url)
    engine = Engine(database, WORKFLOWS, now=lambda: DAY)
    for agency, child in (("Agency 1", "Child A"), ("Agency 2", "Child B")):
        data = {"title": child, "agency": agency, "lessons": "How a family is handed over."}
        engine.open("partnership_review", actor=TYPIST, data=data, on=DAY.date())
    found = [(one.ref, one.clock.deadline) for one in engine.deadlines()]
    assert len(found) >= 2
    assert found == sorted(found)
    assert {one.ref for one in engine.deadlines(organisation="Agency 2")} == {"PR-2026-002"}
    assert engine.deadlines(until=DAY.date()) == ()
    database.close()
