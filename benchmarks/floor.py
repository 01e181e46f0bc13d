"""Run the same step by hand, with the driver alone: the floor, with the same tables, rows, hash and durability.

It has only this one step, and so no rules, no forms and no calendar. Each run checks that what it writes passes
`casereview verify`.
"""

from __future__ import annotations

import hashlib
import json
import secrets
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
Values = dict[str, dict[str, list[Any]]]
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
    "started_on": None,
    "resumed_with": None,
    "has_agreed_date": False,
    "agreed_on": None,
    "agreed_due": None,
    "revisions": [],
}
EFFECTS: dict[str, Any] = {"clocks": [CLOCK]}
LEDGER = {"run_started_at": NOON}

EVENT = (
    "format, case_ref, seq, kind, trigger, from_state, to_state, command_id, actor_id, channel, recorded_by,"
    " decided_by, occurred_at, occurred_on, precision, recorded_at, workflow, workflow_version, data, effects,"
    " previous_hash, hash"
)
CLOCKS = (
    "case_ref, deadline, number, position, anchor, term_amount, term_unit, period, due, due_at, status,"
    " cancelled_by_end, minimum_period, overdue_at, run, next_at, ledger"
)
CHANGED = (
    "version = {0}, seq = {0}, state = {0}, last_step_on = {0}, recorded_at = {0}, been_in = {0}, data = {0},"
    " head = {0}"
)


def event(ref: str, seq: int, previous: str, data: dict[str, Any] = BEGUN) -> tuple[dict[str, Any], Values]:
    """Return the event's content, and the values that belong to its digests."""
    values: Values = {}
    names = {"name": ME.name}
    content = {
        "format": 1,
        "case_ref": ref,
        "seq": seq,
        "kind": "step",
        "trigger": "begin",
        "from_state": "agreed",
        "to_state": "under_way",
        "command_id": secrets.token_hex(16),
        "actor_id": None,
        "channel": "library",
        "recorded_by": {"kind": "person", **digests(values, "recorded_by", names)},
        "decided_by": {"capacity": "manager", **digests(values, "decided_by", names)},
        "occurred_at": NOW,
        "occurred_on": "2026-03-02",
        "precision": "day",
        "recorded_at": NOW,
        "workflow": "action",
        "workflow_version": 1,
        "data": digests(values, "data", data),
        "effects": EFFECTS,
        "previous_hash": previous,
    }
    return content, values


def digests(values: Values, part: str, words: dict[str, str]) -> dict[str, Any]:
    """Return digests in place of words, and add the words to the values."""
    found = {}
    for path, word in words.items():
        salt, text = secrets.token_bytes(16), json.dumps(word, ensure_ascii=False)
        values.setdefault(part, {})[path] = [salt.hex(), text, False]
        found[path] = {"sha256": hashlib.sha256(salt + text.encode()).hexdigest()}
    return found


def canonical(value: Any) -> str:
    """Return a value as the record stores it: see `docs/history.md`."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hashed(content: dict[str, Any]) -> str:
    """Return the event's hash."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


class SqliteFloor:
    """The step on SQLite, with `sqlite3`."""

    READ = "SELECT version, seq, state, been_in, data, head FROM casereview_case WHERE ref = ?"
    KEEP_EVENT = f"INSERT INTO casereview_event ({EVENT}) VALUES ({', '.join('?' * 22)})"
    KEEP_VALUES = "INSERT INTO casereview_event_values (case_ref, seq, content) VALUES (?, ?, ?)"
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
        content, values = event(ref, seq + 1, head)
        head = hashed(content)
        row = [canonical(value) if type(value) is dict else value for value in content.values()]
        execute(self.KEEP_EVENT, (*row, head))
        execute(self.KEEP_VALUES, (ref, seq + 1, canonical(values)))
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
        f" kept AS (INSERT INTO casereview_event ({EVENT}) SELECT 1, ref, {', '.join(['%s'] * 20)} FROM moved),"
        " valued AS (INSERT INTO casereview_event_values (case_ref, seq, content) SELECT ref, %s, %s FROM moved)"
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
        content, values = event(ref, seq + 1, head)
        head = hashed(content)
        row = [Jsonb(value) if type(value) is dict else value for value in content.values()][2:]
        been_in, data = Jsonb([*been_in, "under_way"]), Jsonb({**data, "begin": BEGUN})
        case = (version + 1, seq + 1, "under_way", "2026-03-02", NOW, been_in, data, head, ref, version)
        clock = (
            *("complete", 1, 1, "2026-03-02", 28, "days", 1, "2026-03-30", DUE_AT, "running", False, False, DUE_AT, 1),
            *(DUE_AT, Jsonb(LEDGER)),
        )
        if execute(self.KEEP, (*case, *row, head, seq + 1, canonical(values), *clock)).rowcount != 1:
            raise RuntimeError(f"{ref} was changed by another writer")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
