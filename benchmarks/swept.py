"""Sweep by hand: batches of 500 in SQL, with the rows that `Engine.sweep` writes and the same hashes."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.engine import make_url

from casereview.persistence.backends.sqlite_driver import sqlite3

from .action import ME
from .bulk import REVIEW
from .floor import Values, canonical, digests, hashed

BATCH = 500

DUE = (
    "SELECT k.case_ref, k.anchor, k.due, k.due_at, c.seq, c.head FROM casereview_clock k"
    " JOIN casereview_case c ON c.ref = k.case_ref WHERE k.next_at <= ? ORDER BY k.next_at, k.case_ref LIMIT ?"
)
KEPT = "UPDATE casereview_case SET seq = ?, recorded_at = ?, head = ? WHERE ref = ?"
CHASED = "UPDATE casereview_clock SET status = 'missed', next_at = NULL, ledger = ? WHERE case_ref = ?"
LEVEL = (
    "INSERT INTO casereview_escalation (case_ref, deadline, number, run, level, seq)"
    " VALUES (?, 'review', 1, 1, 'owner', ?)"
)
VALUES = "INSERT INTO casereview_event_values (case_ref, seq, content) VALUES (?, ?, ?)"
NOTICE = (
    "INSERT INTO casereview_notice (id, case_ref, seq, person, kind, level, deadline, number, run, title, due, at,"
    " state, recorded_at)"
    " VALUES (?, ?, ?, ?, 'overdue', 'owner', 'review', 1, 1, 'Review the action', ?, ?, 'waiting', ?)"
)

RECIPIENT = hashlib.sha256(f"{ME.name}\nReview the action".encode()).hexdigest()[:16]
"""The end of a notice's ID: a digest of its recipient and its task."""


class Swept:
    """A sweep of one SQLite file by hand. It has only the one deadline, with its one level."""

    def __init__(self, url: str, *, run_started_at: str, present: str) -> None:
        """Connect, as durably as the engine does."""
        self._connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._run_started_at, self._present = run_started_at, present

    def sweep(self, at: datetime) -> int:
        """Handle everything that is due by an instant, and return the number of clocks."""
        count, by = 0, f"{at:%Y-%m-%dT%H:%M:%S}.000000Z"
        execute, each = self._connection.execute, self._connection.executemany
        while True:
            execute("BEGIN IMMEDIATE")
            due = execute(DUE, (by, BATCH)).fetchall()
            if not due:
                execute("COMMIT")
                return count
            done = [self._case(row) for row in due]
            events = [event for two, *_ in done for event in two]
            names = ", ".join(events[0])
            each(
                f"INSERT INTO casereview_event ({names}) VALUES ({', '.join('?' * len(events[0]))})",
                [tuple(event.values()) for event in events],
            )
            for place, statement in enumerate((KEPT, CHASED, LEVEL, VALUES, NOTICE), start=1):
                each(statement, [one[place] for one in done])
            execute("COMMIT")
            count += len(due)

    def _case(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        ref, anchor, due, due_at, seq, head = row
        at = due_at.replace(".000000Z", "Z")
        reached = [{"at": at, "on_hold": False, "level": "owner", "skipped": False, "recipients": [ME.name]}]
        without_names = [{**one, "recipients": []} for one in reached]
        clock = {
            **REVIEW,
            "anchor": anchor,
            "due": due,
            "due_at": at,
            "status": "missed",
            "run_started_at": self._run_started_at,
        }
        expired = {"clocks": [{**clock, "next_at": at}]}
        values: Values = {}
        digest = digests(values, "data", {"recipients[0]": ME.name})
        data = {
            "deadline": "review",
            "due": due,
            "run": 1,
            "number": 1,
            "level": "owner",
            "recipients": [digest["recipients[0]"]],
        }
        escalated = {"clocks": [{**clock, "next_at": None, "reached": without_names}]}
        on = (date.fromisoformat(due) + timedelta(days=1)).isoformat()
        same = {"case_ref": ref, "occurred_at": due_at}
        expiry = {**same, "seq": seq + 1, "kind": "deadline_expired", "occurred_on": due, "data": {}}
        first = self._event({**expiry, "effects": expired, "previous_hash": head})
        level = {**same, "seq": seq + 2, "kind": "escalated", "occurred_on": on, "data": data}
        second = self._event({**level, "effects": escalated, "previous_hash": first["hash"]})
        ledger = canonical({"run_started_at": self._run_started_at, "reached": reached})
        return (
            (first, second),
            (seq + 2, self._present, second["hash"], ref),
            (ledger, ref),
            (ref, seq + 2),
            (ref, seq + 2, canonical(values)),
            (f"{ref}:{seq + 2}:review:1:{RECIPIENT}", ref, seq + 2, ME.name, due, due_at, self._present),
        )

    def _event(self, its_own: dict[str, Any]) -> dict[str, Any]:
        content = {
            "trigger": "review",
            "from_state": "agreed",
            "to_state": "agreed",
            "format": 1,
            "command_id": secrets.token_hex(16),
            "actor_id": "system",
            "channel": "worker",
            "recorded_by": {"kind": "system", "name": "system"},
            "decided_by": None,
            "precision": "instant",
            "recorded_at": self._present,
            "workflow": "action",
            "workflow_version": 1,
            **its_own,
        }
        row = {name: canonical(value) if type(value) is dict else value for name, value in content.items()}
        return {**row, "hash": hashed(content)}

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
