"""Both databases answer frequent queries over many cases by an index, and sort no more than they return."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy import Engine as SqlEngine

from casereview.engine import Actor, Engine
from casereview.engine.model.calendar import days
from casereview.engine.model.clock import Clock
from casereview.engine.ports.outbox import Channel, MessageState, NoticeState
from casereview.engine.ports.records import DueItem, DueTimer, EventPlace, Selection
from casereview.engine.ports.requests import RequestKey, RequestRecord
from casereview.engine.ports.store import Writer
from casereview.persistence import Database
from casereview.persistence.backends.driver import DriverConnection
from casereview.persistence.schema import tables
from casereview.workflows import PARTNERSHIP_REVIEW, WORKFLOWS

from ...support.case_copies import copy_case_many_times
from ...support.databases import sqlite_record
from ...support.outbox_rows import MESSAGE, REMINDER

# Making the record takes several seconds.
pytestmark = pytest.mark.long

MANY, NOTIFIED = 40_000, 4_000
"""Of much fewer rows PostgreSQL rightly reads a table whole."""
PAGE = 100
NOW = datetime(2026, 2, 1, tzinfo=UTC)
SOON, LATER = datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)
TYPIST = Actor(name="Sam Reed", roles=frozenset({"business_manager"}))
REFERRED = {"title": "Child A", "agency": "Agency 1", "lessons": "Handing over. " * 50, "what_happened": "A fall."}
ORIGINAL, COPY, AFTER = "PR-2026-001", "PR-2026-1003000", "PR-2026-1002000"
PEOPLE = 200
FEW = (
    "person",
    "person_role",
    "former_name",
    "absence",
    "organisation",
    "organisation_alias",
    "definition",
    "setting",
    "calendar",
    "calendar_override",
    "deadline_override",
    "heartbeat",
)
"""The tables that do not grow with the number of cases."""
FEW_STATES = {"partnership_review": ("scoped",), "serious_case_review": ("referred", "screened")}
A_TASK = DueItem(
    ref=AFTER,
    title="Child A",
    workflow="partnership_review",
    workflow_version=1,
    clock=Clock(deadline="agree_scope", number=1, anchor=SOON.date(), term=days(1), due=SOON.date(), due_at=SOON),
)
OF_ONE = {
    "a step",
    "its whole tree",
    "its tree's history",
    "what happened lately in its tree",
    # It sorts the open cases in those states, which are few among all cases.
    "how reviews in a few states are doing",
    "a batch",
    "its children",
    "what an agency has to do",
    "what waits for somebody",
    "what messages carry",
    "taking what waits for somebody",
    "who was notified of cases",
    "claiming what is due",
    # They sort the people on the list, and their absences.
    "somebody",
    "who may act",
    "who is away",
}
"""What is asked of one case (or each of a batch), person or agency, and sorted: all that there is of that one."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def many(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A record with many cases, notices and messages, on each kind of database."""
    if request.param == "sqlite":
        url = sqlite_record(tmp_path_factory.mktemp("many") / "record.db")
    else:
        url = request.getfixturevalue("shared_postgres_url")
    database = Database(url)
    if request.param == "postgresql":
        with database.backend.writing.begin() as connection:
            for table in tables.metadata.sorted_tables:
                # While autovacuum looks at a table, the VACUUM below cannot mark its pages as visible to all.
                connection.exec_driver_sql(f"ALTER TABLE {table.name} SET (autovacuum_enabled = false)")
    engine = Engine(database, WORKFLOWS, now=lambda: NOW)
    engine.open("partnership_review", actor=TYPIST, data=REFERRED, on=NOW.date())
    database.write(_tell)
    with database.backend.writing.begin() as connection:
        copy_case_many_times(connection, ORIGINAL, MANY, states=[state.name for state in PARTNERSHIP_REVIEW.states])
    if request.param == "postgresql":
        vacuum(database)
    yield database
    database.close()


def _tell(writer: Writer) -> None:
    """Write notices, most of which belong to a message that was sent."""
    notices = [
        replace(REMINDER, id=f"notice {n}", ref=f"PR-2026-{1_000_000 + n}", person=f"person {n % PEOPLE}")
        for n in range(NOTIFIED)
    ]
    writer.save_notices(notices)
    for n, notice in enumerate(notices):
        if n % 10:
            sent = replace(MESSAGE, id=f"message {n}", person=notice.person, state=MessageState.SENT, next_try_at=None)
            writer.compose(sent, (notice,))
        writer.save_request(
            RequestKey("library", f"request {n}"), RequestRecord(digest="x", ref=notice.ref, seq=1), NOW
        )
    writer.compose(replace(MESSAGE, id="dead", state=MessageState.GIVEN_UP, next_try_at=None), ())


def vacuum(database: Database) -> None:
    """Leave the tables as autovacuum does: measured, and each page marked as visible to all.

    A connection that another test opens at this moment may hold VACUUM back from marking pages. An index-only scan
    costs too much then, so repeat it until it has marked them.
    """
    with database.backend.writing.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for _ in range(100):
            connection.exec_driver_sql("VACUUM ANALYZE")
            pages, visible = connection.exec_driver_sql(
                "SELECT relpages, relallvisible FROM pg_class WHERE relname = 'casereview_case'"
            ).one()
            if visible == pages:
                return
    raise AssertionError(f"VACUUM marked only {visible} of {pages} pages of casereview_case as visible to all.")


def plans(database: Database, question: Callable[[Any], object]) -> list[list[str]]:
    """Return the database's own plan for each statement of a query."""
    asked: list[tuple[str, Any]] = []

    def listen(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    sending = DriverConnection.execute

    def send(wire: DriverConnection, text: str, parameters: Any) -> Any:
        asked.append((text, parameters))
        return sending(wire, text, parameters)

    event.listen(SqlEngine, "before_cursor_execute", listen)
    try:
        with pytest.MonkeyPatch.context() as patch:
            # The queries of a step go directly to the driver.
            patch.setattr(DriverConnection, "execute", send)
            database.write(question)
    finally:
        event.remove(SqlEngine, "before_cursor_execute", listen)
    with database.connection() as connection:
        explained = on_sqlite if connection.dialect.name == "sqlite" else on_postgres
        return [explained(connection, *one) for one in asked if one[0].startswith("SELECT")]


def on_sqlite(connection: Connection, statement: str, values: Any) -> list[str]:
    return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]


def on_postgres(connection: Connection, statement: str, values: Any) -> list[str]:
    (found,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar_one()
    return list(_nodes(found["Plan"]))


def _nodes(node: dict[str, Any]) -> Iterator[str]:
    where = " ".join(str(node[name]) for name in ("Relation Name", "Index Name") if name in node)
    yield f"{node['Node Type']} {where} {node['Plan Rows']}".replace("  ", " ")
    for inner in node.get("Plans", ()):
        yield from _nodes(inner)


QUESTIONS: dict[str, Callable[[Any], object]] = {
    "a case": lambda reader: reader.case(COPY),
    "how many cases there are in each state": lambda reader: reader.state_counts(),
    "its history": lambda reader: reader.events(COPY),
    "its history up to an event": lambda reader: reader.events(COPY, up_to=3),
    "its sensitive values": lambda reader: reader.stored_values(COPY),
    "its children": lambda reader: reader.children(COPY, "plan"),
    "its whole tree": lambda reader: reader.tree(COPY),
    "its tree's history": lambda reader: reader.tree_events(COPY, None),
    "what happened lately in its tree": lambda reader: reader.tree_events(COPY, SOON),
    "how reviews in a few states are doing": lambda reader: reader.case_summaries(FEW_STATES, SOON, SOON, 10_000),
    "a step": lambda writer: writer.load_for_update(COPY),
    "a batch": lambda writer: writer.batched(lambda writer: writer.load_for_update(COPY), locked=[COPY, AFTER]),
    "what a request came to": lambda writer: writer.request_record(RequestKey("library", "request 7")),
    **{
        f"cases{name}": lambda reader, of=of: reader.cases(Selection(**of))
        for name, of in {
            "": {},
            " behind one": {"after": AFTER},
            " of a workflow": {"workflow": "partnership_review"},
            " of a rare workflow": {"workflow": "serious_case_review"},
            " of a workflow behind one": {"workflow": "partnership_review", "after": AFTER},
            " in a state": {"state": "referred"},
            " that stand alone": {"roots_only": True},
            " that stand alone but those of a workflow": {"roots_only": True, "without_workflows": ("meeting",)},
            " that stand alone behind one": {"roots_only": True, "after": AFTER},
            " that stand alone in a state": {"roots_only": True, "state": "referred"},
            " that are part of one": {"parent": COPY},
            " that are part of one, in a state": {"parent": COPY, "workflow": "action", "state": "agreed"},
            " that are part of one, of an agency": {"parent": COPY, "organisation": "Agency 7"},
            " that are part of one, overdue": {"parent": COPY, "overdue_at": LATER},
            " of a workflow in a state": {"workflow": "partnership_review", "state": "referred", "after": AFTER},
            " of an agency": {"organisation": "Agency 7"},
            " of an agency behind one": {"organisation": "Agency 7", "after": AFTER},
            " of an agency in a state": {"organisation": "Agency 7", "state": "referred"},
            " overdue": {"overdue_at": LATER},
            " hardly overdue": {"overdue_at": SOON},
            " overdue behind one": {"overdue_at": LATER, "after": AFTER},
            " overdue in a state": {"overdue_at": LATER, "state": "referred"},
            " overdue of a workflow": {"overdue_at": LATER, "workflow": "partnership_review"},
            " overdue of an agency": {"overdue_at": LATER, "organisation": "Agency 7"},
            " by everything at once": {
                "overdue_at": LATER,
                "organisation": "Agency 7",
                "after": AFTER,
                "workflow": "partnership_review",
                "state": "referred",
            },
        }.items()
    },
    "what is overdue": lambda reader: reader.due_items(LATER, 50),
    "what is due": lambda reader: reader.due_items(None, 1_000),
    "what an agency has to do": lambda reader: reader.due_items(None, 1_000, "Agency 7"),
    "what is due behind one": lambda reader: reader.due_items(LATER, 50, after=A_TASK),
    "what has become overdue lately": lambda reader: reader.due_items(LATER, 50, since=SOON),
    "what waits for a sweep": lambda reader: reader.due_timers(LATER, None, 25),
    "what waits behind it": lambda reader: reader.due_timers(LATER, DueTimer(next_at=SOON, ref=AFTER), 25),
    "claiming what is due": lambda writer: writer.claim([COPY, AFTER]),
    "open cases": lambda reader: reader.refs_with_open_clocks(None, PAGE),
    "open cases behind one": lambda reader: reader.refs_with_open_clocks(AFTER, PAGE),
    "how much waits for whom": lambda reader: reader.notice_counts(NoticeState.ON_HOLD),
    "for whom something waits": lambda reader: reader.people_with_notices(NoticeState.WAITING),
    "what waits for somebody": lambda reader: reader.pending("person 10", NoticeState.WAITING),
    "taking what waits for somebody": lambda writer: writer.lock_pending("person 10", NoticeState.WAITING),
    "what happened to cases": lambda reader: reader.histories([COPY, AFTER]),
    "what messages carry": lambda reader: reader.carried_by(["1", "2"]),
    "who was notified of cases": lambda reader: reader.notice_statuses([COPY, AFTER]),
    "messages": lambda reader: reader.messages(None, None, PAGE),
    "messages in a state": lambda reader: reader.messages(MessageState.GIVEN_UP, None, PAGE),
    "messages to somebody": lambda reader: reader.messages(None, ("person 10",), PAGE),
    "messages to somebody in a state": lambda reader: reader.messages(MessageState.GIVEN_UP, ("person 10",), PAGE),
    "messages to be sent": lambda writer: writer.claim_messages(Channel.EMAIL, LATER, LATER, 20),
    "all events": lambda reader: reader.events_after(None, PAGE),
    "all events behind one": lambda reader: reader.events_after(EventPlace(transaction_id=1, position=MANY // 2), PAGE),
    "somebody": lambda reader: reader.person("Sam Reed"),
    "who may act": lambda reader: reader.people(),
    "who is away": lambda reader: reader.absences(date(2026, 2, 1)),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_query_reads_or_sorts_everything(many: Database, question: str) -> None:
    found = plans(many, QUESTIONS[question])
    assert found
    assert [plan for plan in found if reads_everything(plan)] == []
    assert [plan for plan in found if sorts_everything(plan)] == [] or question in OF_ONE


def test_counting_reads_an_index_alone(many: Database) -> None:
    ((*_, step),) = plans(many, lambda reader: reader.state_counts())
    assert step.startswith(("SCAN casereview_case USING COVERING INDEX", "Index Only Scan")), step


def reads_everything(plan: list[str]) -> bool:
    """Return True if the plan scans a table that grows with the cases; SQLite names its index."""
    few = {f"casereview_{name}" for name in FEW}
    return any(
        step.startswith(("SCAN casereview", "Seq Scan")) and " USING " not in step and not few & set(step.split())
        for step in plan
    )


def sorts_everything(plan: list[str]) -> bool:
    """Return True if the plan sorts more than a page; SQLite shows this only by what it scans."""
    if "USE TEMP B-TREE FOR ORDER BY" in plan:
        return "SCAN page" not in plan
    return any(int(step.split()[-1]) > PAGE for step in plan if step.startswith("Sort "))
