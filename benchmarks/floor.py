"""Run the same step by hand, with the driver alone: the floor, with the same tables, rows, hash and durability.

It has only this one step, and so no rules, no forms and no calendar. Each run checks that what it writes passes
`casereview verify`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import tuple_row
from psycopg.types.json import Jsonb

from casereview.persistence.backends.sqlite_driver import sqlite3

from .action import BEGUN, ME
from .timing import timed

NOW = "2026-03-02T12:00:00.000000Z"
NOON = "2026-03-02T12:00:00Z"
DUE_AT = "2026-03-30T23:00:00.000000Z"
DECIDED = {"name": ME.name, "capacity": "manager", "evidence": None}
CLOCK: dict[str, Any] = {
    "deadline": "complete",
    "number": 1,
    "anchor": "2026-03-02",
    "term": {"amount": 28, "unit": "days"},
    "period": 1,
    "due": "2026-03-30",
    "due_at": "2026-03-30T23:00:00Z",
    "status": "running",
    "done_on": None,
    "done_by": None,
    "cancelled_by_end": False,
    "minimum_period": False,
    "run": 1,
    "run_started_at": NOON,
    "reached": [],
    "next_at": "2026-03-30T23:00:00Z",
    "suspended_on": None,
    "time_left": None,
    "resumed_on": None,
    "resumed_with": None,
    "has_agreed_date": False,
    "revisions": [],
}
EFFECTS: dict[str, Any] = {
    "title": None,
    "organisations": None,
    "closed_on": None,
    "clocks": [CLOCK],
    "links": [],
    "warnings": [],
    "replaces_record": False,
    "suspensions": None,
}
LEDGER = {"run_started_at": NOON}

EVENT = (
    "case_ref, seq, kind, trigger, from_state, to_state, recorded_by, decided_by, occurred_at, occurred_on,"
    " recorded_at, workflow, workflow_version, data, effects, previous_hash, hash"
)
CLOCKS = (
    "case_ref, deadline, number, position, anchor, term_amount, term_unit, period, due, due_at, status,"
    " cancelled_by_end, minimum_period, overdue_at, run, next_at, ledger"
)
CHANGED = (
    "version = {0}, seq = {0}, state = {0}, last_step_on = {0}, recorded_at = {0}, been_in = {0}, data = {0},"
    " head = {0}"
)


def event(ref: str, seq: int, previous: str) -> dict[str, Any]:
    """Return the event's content."""
    return {
        "case_ref": ref,
        "seq": seq,
        "kind": "step",
        "trigger": "begin",
        "from_state": "agreed",
        "to_state": "under_way",
        "recorded_by": ME.name,
        "decided_by": DECIDED,
        "occurred_at": NOW,
        "occurred_on": "2026-03-02",
        "recorded_at": NOW,
        "workflow": "action",
        "workflow_version": 1,
        "data": BEGUN,
        "effects": EFFECTS,
        "previous_hash": previous,
    }


def canonical(value: Any) -> str:
    """Return a value as the record stores it: see `docs/history.md`."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hashed(content: dict[str, Any]) -> str:
    """Return the event's hash."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


class SqliteFloor:
    """The step on SQLite, with `sqlite3`."""

    READ = "SELECT version, seq, state, been_in, data, head FROM casereview_case WHERE ref = ?"
    KEEP_EVENT = f"INSERT INTO casereview_event ({EVENT}) VALUES ({', '.join('?' * 17)})"
    KEEP_CASE = f"UPDATE casereview_case SET {CHANGED.format('?')} WHERE ref = ? AND version = ?"
    KEEP_CLOCK = f"INSERT INTO casereview_clock ({CLOCKS}) VALUES ({', '.join('?' * 17)})"

    def __init__(self, path: str) -> None:
        """Connect, as durably as the engine does."""
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            self._connection.execute(f"PRAGMA {pragma}")

    def take(self, refs: Sequence[str]) -> list[float]:
        """Apply the step to each case."""
        return timed(self.step, refs)

    def step(self, ref: str) -> None:
        """Apply the step in a transaction."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._begin(ref)
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def batch(self, refs: Sequence[str]) -> None:
        """Apply the step to several cases in one transaction."""
        self._connection.execute("BEGIN IMMEDIATE")
        for ref in refs:
            self._begin(ref)
        self._connection.execute("COMMIT")

    def _begin(self, ref: str) -> None:
        execute = self._connection.execute
        version, seq, state, been_in, data, head = execute(self.READ, (ref,)).fetchone()
        if state != "agreed":
            raise RuntimeError(f"{ref} is {state}")
        content = event(ref, seq + 1, head)
        head = hashed(content)
        row = [canonical(value) if type(value) is dict else value for value in content.values()]
        execute(self.KEEP_EVENT, (*row, head))
        been_in = canonical([*json.loads(been_in), "under_way"])
        data = canonical({**json.loads(data), "begin": BEGUN})
        case = (version + 1, seq + 1, "under_way", "2026-03-02", NOW, been_in, data, head, ref, version)
        if execute(self.KEEP_CASE, case).rowcount != 1:
            raise RuntimeError(f"{ref} was changed by another writer")
        clock = (
            *(ref, "complete", 1, 1, "2026-03-02", 28, "days", 1, "2026-03-30", DUE_AT, "running", 0, 0, DUE_AT, 1),
            *(DUE_AT, canonical(LEDGER)),
        )
        execute(self.KEEP_CLOCK, clock)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class PostgresFloor:
    """The step on PostgreSQL, with psycopg 3: one SELECT, and one statement that writes everything."""

    READ = "SELECT version, seq, state, been_in, data, head FROM casereview_case WHERE ref = %s FOR UPDATE"
    KEEP = (
        f"WITH moved AS (UPDATE casereview_case SET {CHANGED.format('%s')} WHERE ref = %s AND version = %s"
        " RETURNING ref),"
        f" kept AS (INSERT INTO casereview_event ({EVENT}) SELECT ref, {', '.join(['%s'] * 16)} FROM moved)"
        f" INSERT INTO casereview_clock ({CLOCKS}) SELECT ref, {', '.join(['%s'] * 16)} FROM moved"
    )

    def __init__(self, url: str) -> None:
        """Connect."""
        self._connection = psycopg.connect(url, row_factory=tuple_row)

    def take(self, refs: Sequence[str]) -> list[float]:
        """Apply the step to each case."""
        return timed(self.step, refs)

    def step(self, ref: str) -> None:
        """Apply the step in a transaction."""
        try:
            self._begin(ref)
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()

    def batch(self, refs: Sequence[str]) -> None:
        """Apply the step to several cases in one transaction."""
        for ref in refs:
            self._begin(ref)
        self._connection.commit()

    def _begin(self, ref: str) -> None:
        execute = self._connection.execute
        found = execute(self.READ, (ref,)).fetchone()
        assert found is not None
        version, seq, state, been_in, data, head = found
        if state != "agreed":
            raise RuntimeError(f"{ref} is {state}")
        content = event(ref, seq + 1, head)
        head = hashed(content)
        row = [Jsonb(value) if type(value) is dict else value for value in content.values()][1:]
        been_in, data = Jsonb([*been_in, "under_way"]), Jsonb({**data, "begin": BEGUN})
        case = (version + 1, seq + 1, "under_way", "2026-03-02", NOW, been_in, data, head, ref, version)
        clock = (
            *("complete", 1, 1, "2026-03-02", 28, "days", 1, "2026-03-30", DUE_AT, "running", False, False, DUE_AT, 1),
            *(DUE_AT, Jsonb(LEDGER)),
        )
        if execute(self.KEEP, (*case, *row, head, *clock)).rowcount != 1:
            raise RuntimeError(f"{ref} was changed by another writer")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
