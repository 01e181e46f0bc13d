"""How the database goes about what is asked often: by an index, and never through everything there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from casereview.engine import Actor, Engine
from casereview.engine.store import Selection, Waiting
from casereview.persistence import Database
from casereview.persistence.reader import SqlReader
from casereview.persistence.statements import postgres_statements, sqlite_statements
from casereview.workflows import WORKFLOWS

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = datetime(2027, 3, 2, 12, tzinfo=UTC)
ME = Actor(name="Kim Lee", roles=frozenset({"business_manager"}))
REF = "PR-2026-002"
# What a unit has set, a handful of which all is wanted; and, as they come out of an index, a case's own clocks.
SMALL = {"casereview_calendar_day", "casereview_local_term", "local", "ordered"}
OFTEN: dict[str, Callable[[SqlReader], Any]] = {
    "a case": lambda reader: reader.case(REF),
    "a history": lambda reader: reader.events(REF),
    "a list": lambda reader: reader.cases(Selection(limit=3)),
    "a list's next page": lambda reader: reader.cases(Selection(after=REF, limit=3)),
    "a workflow's cases": lambda reader: reader.cases(Selection(workflow="partnership_review", limit=3)),
    "a state's cases": lambda reader: reader.cases(Selection(state="referred", limit=3)),
    "a workflow's cases in a state": lambda reader: reader.cases(
        Selection(workflow="partnership_review", state="referred", limit=3)
    ),
    "what is overdue": lambda reader: reader.overdue(LATER, 3),
    "what waits for a sweep": lambda reader: reader.waiting(LATER, None, 3),
    "what waits behind that": lambda reader: reader.waiting(LATER, Waiting(next_at=NOON, ref=REF), 3),
}


@pytest.fixture
def reader(database_url: str) -> Iterator[SqlReader]:
    """A reader of some cases, on a server that goes through a whole table only where it knows no other way."""
    database = Database(database_url)
    database.create()
    engine = Engine(database, WORKFLOWS, now=lambda: NOON)
    data = {"title": "Child B", "agency": "Agency 2", "lessons": "x"}
    for _ in range(5):
        engine.open("partnership_review", actor=ME, data=data, on=date(2026, 3, 2))
    with database.connection() as connection:
        if connection.dialect.name == "postgresql":
            # Few rows would be gone through whatever there is; and how a statement is planned for many is the question.
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        yield SqlReader(connection)
    database.close()


def plan(connection: Connection, statement: str, parameters: Any) -> list[str]:
    explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN (COSTS OFF) "
    rows = connection.exec_driver_sql(explain + statement, parameters).fetchall()
    return [str(row[-1]) for row in rows]


def gone_through(lines: list[str]) -> set[str]:
    """The tables that a plan goes through from end to end, without an index to go by."""
    whole = (re.match(r"\s*(?:->\s+)?(?:SCAN|Seq Scan on) (\w+)(?!.*USING)", line) for line in lines)
    return {found[1] for found in whole if found}


def sorted_whole(lines: list[str]) -> bool:
    """Whether a plan sorts what it found, where an index could have given it in order."""
    return any(re.search(r"USE TEMP B-TREE FOR ORDER BY|->\s+Sort$|^Sort$", line) for line in lines)


def asked_by(reader: SqlReader, ask: Callable[[SqlReader], Any]) -> list[tuple[str, Any]]:
    """What a question sends to the database."""
    asked: list[tuple[str, Any]] = []

    def noticed(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        asked.append((statement, parameters))

    event.listen(reader._connection, "before_cursor_execute", noticed)
    found = ask(reader)
    event.remove(reader._connection, "before_cursor_execute", noticed)
    assert found
    return asked


@pytest.mark.parametrize("ask", OFTEN.values(), ids=OFTEN.keys())
def test_what_is_asked_often_goes_by_an_index(reader: SqlReader, ask: Callable[[SqlReader], Any]) -> None:
    for statement, parameters in asked_by(reader, ask):
        lines = plan(reader._connection, statement, parameters)
        assert gone_through(lines) - SMALL == set(), lines


@pytest.mark.parametrize("name", ["a list", "a list's next page", "a workflow's cases in a state", "what is overdue"])
def test_a_page_is_not_the_first_of_everything_sorted(reader: SqlReader, name: str) -> None:
    connection = reader._connection
    if connection.dialect.name == "postgresql":
        # With a handful of rows a sort is cheaper than an index that gives them in order.
        connection.execute(text("SET LOCAL enable_sort = off"))
    # The first is for the page; what follows is for the few that are on it.
    statement, parameters = asked_by(reader, OFTEN[name])[0]
    lines = plan(connection, statement, parameters)
    assert not sorted_whole(lines), lines


def test_a_step_goes_by_indexes_alone(reader: SqlReader) -> None:
    connection = reader._connection
    if connection.dialect.name == "sqlite":
        statement, parameters = sqlite_statements().find, (REF,)
    else:
        # What holds a row may not be asked of a reader; how the row is found is the same.
        statement, parameters = postgres_statements().find.removesuffix(" FOR UPDATE"), {"of": REF}
    lines = plan(connection, statement, parameters)
    assert gone_through(lines) - SMALL == set(), lines
