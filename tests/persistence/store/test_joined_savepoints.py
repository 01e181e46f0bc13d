"""In a host's own transaction each command is recorded as a whole or not at all, whatever the host does after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Engine as SqlEngine
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from casereview.engine import BadInput, BatchFailed, Case, Engine
from casereview.engine.errors.refusals import CascadeFailed, Contention
from casereview.engine.model.commands import Open, Step
from casereview.persistence import Database, repeat_on_contention
from casereview.persistence.audit.verify import verify

from ...support.cascading_sets import CASCADING_WORKFLOWS, RETURNING_WORKFLOWS
from ...support.databases import postgres_database, sqlite_record
from ...support.lending_sets import A_PART, A_SET, KEEPER_1

DAY = date(2026, 1, 5)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def second_database_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[str]:
    """The URL of another database of the same kind, a copy of the first: its tables have the same numbers."""
    if database_url.startswith("sqlite"):
        yield sqlite_record(tmp_path / "second.db")
        return
    server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
    with postgres_database(server, template=template(server)) as url:
        yield url


@pytest.fixture
def engine(database: Database) -> Engine:
    return Engine(database, CASCADING_WORKFLOWS, now=lambda: datetime(2026, 1, 6, 10, tzinfo=UTC))


@pytest.fixture
def host(database: Database, database_url: str) -> Iterator[SqlEngine]:
    made = host_engine(database, database_url)
    yield made
    made.dispose()


@pytest.fixture
def pair(engine: Engine) -> Case:
    root = engine.open("set", actor=KEEPER_1, data=A_SET, on=DAY)
    for _ in range(2):
        engine.open("part", actor=KEEPER_1, data=A_PART, parent=root.ref, on=DAY)
    return root


def host_engine(database: Database, url: str, **options: Any) -> SqlEngine:
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"), module=database.driver, **options)


def seqs(engine: Engine, ref: str) -> tuple[int, ...]:
    return tuple(case.seq for case in engine.tree(ref))


def is_sound(database: Database) -> bool:
    with database.connection() as connection:
        return not verify(connection).faults


def test_a_dry_run_is_not_recorded_when_the_host_commits(engine: Engine, host: SqlEngine, pair: Case) -> None:
    before = seqs(engine, pair.ref)
    twin = Step(ref=f"{pair.ref}/P01", trigger="add_twin", actor=KEEPER_1, data=A_PART)
    recall = Step(ref=pair.ref, trigger="recall", actor=KEEPER_1, data={})
    with Session(host) as session, session.begin(), engine.within(session) as joined:
        assert joined.dry_run(recall).cascaded == (f"{pair.ref}/P01", f"{pair.ref}/P02")
        with pytest.raises(BatchFailed):  # there are two already
            joined.dry_run_many((recall, twin))
        joined.dry_run(Open(workflow="set", actor=KEEPER_1, data=A_SET))
    assert seqs(engine, pair.ref) == before
    assert len(engine.cases()) == 3  # the set and its two parts


def test_a_step_whose_cascade_fails_leaves_nothing(database: Database, host: SqlEngine) -> None:
    engine = Engine(database, RETURNING_WORKFLOWS, now=lambda: datetime(2026, 1, 6, 10, tzinfo=UTC))
    root = engine.open("set", actor=KEEPER_1, data=A_SET)
    for day in (DAY, DAY + timedelta(days=1)):
        engine.open("part", actor=KEEPER_1, data=A_PART, parent=root.ref, on=day)
    before = seqs(engine, root.ref)
    with Session(host) as session, session.begin(), engine.within(session) as joined:
        with pytest.raises(CascadeFailed):
            joined.step(root.ref, "recall", actor=KEEPER_1, data={}, on=DAY)
        # The host's transaction goes on.
        joined.step(f"{root.ref}/P01", "note", actor=KEEPER_1, data={})
    assert seqs(engine, root.ref) == (before[0], before[1] + 1, before[2])
    assert is_sound(database)


def test_a_failed_batch_leaves_none_of_its_commands(engine: Engine, host: SqlEngine, pair: Case) -> None:
    before = seqs(engine, pair.ref)
    note = Step(ref=f"{pair.ref}/P01", trigger="note", actor=KEEPER_1, data={})
    with Session(host) as session, session.begin(), engine.within(session) as joined, pytest.raises(BatchFailed):
        joined.record_many((note, Step(ref=pair.ref, trigger="unheard_of", actor=KEEPER_1, data={})))
    assert seqs(engine, pair.ref) == before


def test_an_interrupted_command_leaves_nothing(
    engine: Engine, host: SqlEngine, pair: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = seqs(engine, pair.ref)

    def interrupted(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("casereview.engine.service.handler.CommandHandler._apply_cascades", interrupted)
    with Session(host) as session, session.begin(), engine.within(session) as joined, pytest.raises(KeyboardInterrupt):
        joined.step(pair.ref, "recall", actor=KEEPER_1, data={})
    assert seqs(engine, pair.ref) == before


@pytest.mark.parametrize("of_engine", [True, False], ids=["engine", "connection"])
def test_a_connection_in_autocommit_is_refused(
    engine: Engine, database: Database, database_url: str, pair: Case, *, of_engine: bool
) -> None:
    before = seqs(engine, pair.ref)
    made = host_engine(database, database_url, **({"isolation_level": "AUTOCOMMIT"} if of_engine else {}))
    with made.connect() as connection:
        own = connection if of_engine else connection.execution_options(isolation_level="AUTOCOMMIT")
        with engine.within(own) as joined, pytest.raises(BadInput, match="AUTOCOMMIT"):
            joined.step(f"{pair.ref}/P01", "note", actor=KEEPER_1, data={})
    made.dispose()
    assert seqs(engine, pair.ref) == before


def test_a_session_of_another_database_is_refused(
    engine: Engine, database: Database, pair: Case, second_database_url: str
) -> None:
    other = host_engine(database, second_database_url)
    with Session(other) as session, engine.within(session) as joined:
        with pytest.raises(BadInput, match="another database"):
            joined.step(f"{pair.ref}/P01", "note", actor=KEEPER_1, data={})
        with pytest.raises(BadInput, match="another database"):
            joined.cases()
    other.dispose()


def test_a_session_of_another_kind_of_database_is_refused(postgres_url: str, tmp_path: Path) -> None:
    database, other = Database(sqlite_record(tmp_path / "record.db")), Database(postgres_url)
    for own, wrong, url in ((database, other, postgres_url), (other, database, f"sqlite:///{database.path}")):
        made, engine = host_engine(wrong, url), Engine(own, CASCADING_WORKFLOWS)
        with (
            made.connect() as connection,
            engine.within(connection) as joined,
            pytest.raises(BadInput, match="another"),
        ):
            joined.cases()
        made.dispose()
        own.close()


def test_the_same_request_of_two_hosts_at_once_gets_one_answer(
    postgres_url: str,
) -> None:
    database = Database(postgres_url)
    engine, host = Engine(database, CASCADING_WORKFLOWS), host_engine(database, postgres_url)
    answers: list[str | Exception] = []
    together = Barrier(2)

    def open_once(number: int) -> None:
        with Session(host) as session, session.begin(), engine.within(session) as joined:
            joined.cases()  # both connections are open before the race
            together.wait()
            try:
                answers.append(joined.open("set", actor=KEEPER_1, data=A_SET, request_id=f"order {number}").ref)
            except Contention as error:
                answers.append(error)

    rounds = 24
    for number in range(rounds):
        threads = [Thread(target=open_once, args=(number,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert all(isinstance(answer, str) for answer in answers)
    assert len(answers) == 2 * rounds
    assert len(set(answers)) == rounds == len(engine.cases())
    host.dispose()
    database.close()


def test_a_transaction_with_a_snapshot_is_repeated_as_a_whole(postgres_url: str) -> None:
    database = Database(postgres_url)
    engine = Engine(database, CASCADING_WORKFLOWS)
    host = host_engine(database, postgres_url, isolation_level="REPEATABLE READ")
    case = engine.open("set", actor=KEEPER_1, data=A_SET)
    part = engine.open("part", actor=KEEPER_1, data=A_PART, parent=case.ref).ref
    attempts: list[int] = []

    def transaction() -> int:
        with Session(host) as session, session.begin(), engine.within(session) as joined:
            joined.case(part)
            if not attempts:
                engine.step(part, "note", actor=KEEPER_1, data={})  # after the host's snapshot
            attempts.append(len(attempts))
            return joined.step(part, "note", actor=KEEPER_1, data={}).version

    with pytest.raises(Contention):
        transaction()
    attempts.clear()
    assert (repeat_on_contention(transaction), len(attempts)) == (4, 2)
    host.dispose()
    database.close()


def test_repeating_ends_with_contention(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("casereview.persistence.backends.attempts.time.sleep", pauses.append)
    calls: list[int] = []

    def never() -> None:
        calls.append(1)
        raise Contention(database="sqlite://")

    with pytest.raises(Contention):
        repeat_on_contention(never, attempts=3)
    assert (len(calls), len(pauses)) == (3, 2)
