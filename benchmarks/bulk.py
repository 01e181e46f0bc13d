"""Measure imports with history: `Engine.import_many` against the same rows by hand, each batch a transaction.

By hand it is `executemany` on SQLite and COPY on PostgreSQL: no rules, no forms, no calendar, but the same rows with
the same hashes, which `verify` proves.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from time import perf_counter
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from casereview.engine import HistoryStep, ImportHistory, Open
from casereview.persistence.backends.sqlite_driver import sqlite3

from .action import AGREED, BEGUN, DAY, ME, engine_over
from .floor import CLOCK, NOON, NOW, canonical, event, hashed
from .ground import Ground, prepared, proved
from .timing import Ratio, in_turn, ratio

BATCH = 500
BY_HAND, ENGINE = "by hand", "Engine.import_many"

REVIEW: dict[str, Any] = {
    **CLOCK,
    "deadline": "review",
    "term": {"amount": 12, "unit": "months"},
    "due": "2027-03-02",
    "due_at": "2027-03-03T00:00:00Z",
    "next_at": "2027-03-03T00:00:00Z",
}
OPENING = {"title_at": "title", "organisations": ["agency"], "clocks": [REVIEW]}
CASE = {
    "parent": None,
    "workflow": "action",
    "workflow_version": 1,
    "version": 2,
    "seq": 2,
    "state": "under_way",
    "title": "Action 1",
    "opened_on": "2026-03-02",
    "closed_on": None,
    "last_step_on": "2026-03-02",
    "recorded_at": NOW,
    "been_in": canonical(["agreed", "under_way"]),
    "organisations": canonical(["Agency 1"]),
    "links": "[]",
    "suspensions": "[]",
}
Rows = dict[str, list[dict[str, Any]]]


def bulk(ground: Ground, *, cases: int, rounds: int) -> Ratio:
    """Measure the engine against the rows by hand, on one kind of database."""
    prepared(ground, 0)
    urls = {BY_HAND: ground.copy("bulk_0"), ENGINE: ground.copy("bulk_1")}
    engine, database = engine_over(urls[ENGINE])
    kind = SqliteRows if urls[BY_HAND].startswith("sqlite") else PostgresRows
    by_hand = kind(urls[BY_HAND])
    sides = {
        BY_HAND: partial(_batches, by_hand.keep),
        ENGINE: partial(_batches, lambda ids: engine.import_many([_history(one) for one in ids])),
    }
    size = max(cases // BATCH // (rounds + 1), 1) * BATCH
    ids = [f"line {number}" for number in range(size * (rounds + 1))]
    found = in_turn(sides, dict.fromkeys(sides, ids), rounds=rounds)
    by_hand.close()
    database.close()
    proved(list(urls.values()))
    return ratio(found[ENGINE], found[BY_HAND])


class SqliteRows:
    """Rows written with `executemany`."""

    def __init__(self, url: str) -> None:
        """Connect, as durably as the engine does."""
        self._connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
        for pragma in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._last = 0

    def keep(self, ids: Sequence[str]) -> None:
        """Write the cases of a batch."""
        self._connection.execute("BEGIN IMMEDIATE")
        for table, rows in _rows(ids, self._last).items():
            names, places = ", ".join(rows[0]), ", ".join("?" * len(rows[0]))
            statement = f"INSERT INTO casereview_{table} ({names}) VALUES ({places})"
            self._connection.executemany(statement, [tuple(row.values()) for row in rows])
        self._last += len(ids)
        counted = "INSERT OR REPLACE INTO casereview_counter (prefix, year, last) VALUES ('AC', 2026, ?)"
        self._connection.execute(counted, (self._last,))
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class PostgresRows:
    """Rows written with COPY."""

    def __init__(self, url: str) -> None:
        """Connect."""
        self._connection = psycopg.connect(url)
        self._last = 0

    def keep(self, ids: Sequence[str]) -> None:
        """Write the cases of a batch."""
        with self._connection.cursor() as cursor:
            for table, rows in _rows(ids, self._last).items():
                with cursor.copy(f"COPY casereview_{table} ({', '.join(rows[0])}) FROM STDIN".encode()) as copy:
                    for row in rows:
                        copy.write_row(tuple(row.values()))
            self._last += len(ids)
            cursor.execute(
                "INSERT INTO casereview_counter (prefix, year, last) VALUES ('AC', 2026, %s)"
                " ON CONFLICT (prefix, year) DO UPDATE SET last = excluded.last",
                (self._last,),
            )
        self._connection.commit()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _rows(ids: Sequence[str], last: int) -> Rows:
    rows: Rows = defaultdict(list)
    for number, request_id in enumerate(ids, start=last + 1):
        ref = f"AC-2026-{number:03d}"
        opened, opened_values = event(ref, 1, "", AGREED)
        opened = {
            **opened,
            "kind": "opened",
            "trigger": "agree",
            "from_state": None,
            "to_state": "agreed",
            "effects": OPENING,
        }
        first = hashed(opened)
        begun, begun_values = event(ref, 2, first)
        head = hashed(begun)
        data = canonical({"agree": AGREED, "begin": BEGUN})
        rows["case"].append({"ref": ref, "root": ref, **CASE, "data": data, "head": head})
        rows["event"] += [_kept(opened, first), _kept(begun, head)]
        rows["event_values"] += [
            {"case_ref": ref, "seq": seq, "content": canonical(values)}
            for seq, values in ((1, opened_values), (2, begun_values))
        ]
        rows["clock"] += [_clock(ref, 0, REVIEW), _clock(ref, 1, CLOCK)]
        rows["case_organisation"].append({"case_ref": ref, "organisation": "agency 1"})
        salt = secrets.token_bytes(16)
        asked = canonical({"id": request_id, "data": [AGREED, BEGUN]})
        digest = f"{salt.hex()}:{hashlib.sha256(salt + asked.encode()).hexdigest()}"
        named = {"client": "library", "request_id": request_id, "digest": digest}
        rows["request"].append({**named, "case_ref": ref, "seq": 2, "recorded_at": NOW})
    return rows


def _kept(content: dict[str, Any], its_hash: str) -> dict[str, Any]:
    row = {name: canonical(value) if type(value) is dict else value for name, value in content.items()}
    return {**row, "hash": its_hash}


def _clock(ref: str, position: int, clock: dict[str, Any]) -> dict[str, Any]:
    names = ("deadline", "number", "anchor", "period", "due", "status", "done_on", "done_by", "cancelled_by_end")
    due_at = clock["due_at"].replace("Z", ".000000Z")
    return {
        "case_ref": ref,
        "position": position,
        **{name: clock[name] for name in (*names, "minimum_period", "run")},
        "term_amount": clock["term"]["amount"],
        "term_unit": clock["term"]["unit"],
        **dict.fromkeys(("due_at", "overdue_at", "next_at"), due_at),
        "ledger": canonical({"run_started_at": NOON}),
    }


def _history(request_id: str) -> ImportHistory:
    opening = Open(workflow="action", actor=ME, data=AGREED, on=DAY, request_id=request_id)
    return ImportHistory(opening=opening, steps=(HistoryStep(trigger="begin", data=BEGUN, on=DAY),))


def _batches(keep: Any, ids: Sequence[str]) -> list[float]:
    times = []
    for start in range(0, len(ids), BATCH):
        began = perf_counter()
        keep(ids[start : start + BATCH])
        times.append(perf_counter() - began)
    return times
