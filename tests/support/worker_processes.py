"""Share code between the tests and the processes that they start.

`worker_program.py` is run by its path, and so imports this module by its plain name.
"""

from __future__ import annotations

import json
import os
import queue
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete

from casereview.engine import Actor, Case, Engine, Workflow
from casereview.engine.model.evolve import fold
from casereview.persistence import Database
from casereview.persistence.audit.verify import Verification, verify
from casereview.persistence.schema import tables
from casereview.workflows import WORKFLOWS

STRESS = "CASEREVIEW_STRESS"
WORKER_PROGRAM = Path(__file__).with_name("worker_program.py")
TIMEOUT_SECONDS = 120
"""Seconds after which a process that does not answer has failed."""

UNIT_EVENTS = 1 + len(WORKFLOWS)
"""The events of the unit's own record in these tests: its opening, and each version of a workflow."""

TRIGGERS = {
    "sqlite": ("casereview_event_no_update", "casereview_event_no_delete", "casereview_event_no_replace"),
    "postgresql": ("casereview_event_no_change", "casereview_event_no_truncate"),
}

WORKFLOW = "partnership_review"
DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ME = Actor(name="Member of staff", id="staff-1", roles=frozenset({"business_manager", "subgroup_chair", "board_chair"}))
REFERRAL: dict[str, Any] = {"title": "Child A", "agency": "Agency 1", "lessons": "Handing over."}


def repetitions(*, short: int, long: int) -> int:
    """Return `long` in the long form of these tests, else `short`."""
    return long if os.environ.get(STRESS) == "1" else short


def report_counts(counts: str) -> None:
    """Print the counts of a test, which `pytest -s` shows."""
    print(f"\n    {counts}", flush=True)  # noqa: T201


def now() -> datetime:
    """Return the fixed present of these tests, so that no deadline expires while they run."""
    return NOON


def engine_and_database(url: str, workflows: Sequence[Workflow] = WORKFLOWS) -> tuple[Engine, Database]:
    database = Database(url)
    return Engine(database, workflows, now=now), database


def open_review(engine: Engine, *, title: str = "Child A", request_id: str | None = None) -> Case:
    return engine.open(WORKFLOW, actor=ME, data={**REFERRAL, "title": title}, on=DAY, request_id=request_id)


def note_step(engine: Engine, ref: str, text: str = "A call.", **more: Any) -> Case:
    return engine.step(ref, "note", actor=ME, data={"text": text}, on=DAY, **more)


def verify_record(database: Database, ref: str | None = None) -> Verification:
    with database.connection() as connection:
        return verify(connection, ref=ref)


def assert_matches_history(engine: Engine, database: Database, ref: str) -> None:
    """Assert that a case is the fold of its history, and that each event was saved completely."""
    assert verify_record(database, ref).faults == ()
    history = engine.history(ref)
    assert fold(history) == engine.case(ref)
    # Each note has one sensitive value, saved in the same transaction.
    notes = sum(event.trigger == "note" for event in history)
    assert len(engine.stored_values(ref)) == notes


# --- tampering --------------------------------------------------------------------------------------------


def found(connection: Connection, ref: str | None = None) -> list[tuple[str, int | None]]:
    return [(finding.ref, finding.seq) for finding in verify(connection, ref=ref).faults]


def findings_text(connection: Connection) -> str:
    return "\n".join(f"{finding.ref}: {finding.fault}" for finding in verify(connection).faults)


def delete_case_rows(connection: Connection, ref: str) -> None:
    for table in (tables.clock, tables.case_organisation, tables.event_values, tables.event):
        connection.execute(delete(table).where(table.c.case_ref == ref))
    connection.execute(delete(tables.case).where(tables.case.c.ref == ref))


# --- other processes --------------------------------------------------------------------------------------


class WorkerProcess:
    """A process that receives its orders as lines."""

    def __init__(self, *command: str, **options: Any) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", str(WORKER_PROGRAM), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            **options,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def send_order(self, **order: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{json.dumps(order)}\n")
        self.process.stdin.flush()

    def read_answer(self, *, patience: float = TIMEOUT_SECONDS) -> Any:
        """Return the next answer. Raise an error if the process has ended or does not answer in time."""
        line = self._lines.get(timeout=patience)
        assert line, f"the process ended with {self.process.wait(TIMEOUT_SECONDS)}"
        return json.loads(line)

    def ask(self, **order: Any) -> Any:
        self.send_order(**order)
        return self.read_answer()

    def remaining_answers(self) -> list[Any]:
        """Return the unread answers of a process that has ended."""
        self.process.wait(TIMEOUT_SECONDS)
        self._reader.join(TIMEOUT_SECONDS)
        lines = list(iter(self._lines.get_nowait, ""))
        # A line that was cut short was not an answer.
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def end(self) -> None:
        self.process.kill()
        self.process.wait(TIMEOUT_SECONDS)
        self._reader.join(TIMEOUT_SECONDS)
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            # Orders that the process has not read do not matter.
            with suppress(BrokenPipeError):
                stream.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put("")


class WorkerGroup:
    """Several processes, started once, that receive their orders at the same time."""

    def __init__(self, size: int) -> None:
        self.workers = [WorkerProcess() for _ in range(size)]
        self._chance = random.Random(size)

    def __len__(self) -> int:
        return len(self.workers)

    def ask(self, orders: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Send an order to each at the same moment, in a random sequence, and return the answers by order."""
        order = list(range(len(orders)))
        self._chance.shuffle(order)
        for index in order:
            self.workers[index].send_order(**orders[index])
        return [worker.read_answer() for worker in self.workers[: len(orders)]]

    def ask_all(self, order: Callable[[int], Mapping[str, Any]]) -> list[Any]:
        return self.ask([order(index) for index in range(len(self))])

    def end(self) -> None:
        for worker in self.workers:
            worker.end()
