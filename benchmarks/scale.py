"""How a sweep's cost grows with what there is: the same due in a small record and in a large one, in turn."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from time import perf_counter

from sqlalchemy.engine import make_url

from casereview.engine import Engine
from casereview.persistence import Database, tables

from .action import ACTION, AGREED, ME
from .ground import Files
from .timing import Ratio, Times, ratio

SMALL = 10_000
DUE = 1_000
SWEEPS = 5
"""In so many sweeps they are met: each finds its share due."""

OPENED = date(2026, 3, 2)
OPENING = datetime(2026, 3, 10, 12, tzinfo=UTC)
PRESENT = datetime(2027, 6, 1, 12, tzinfo=UTC)

# Copies of one case: every tenth is overdue, and none waits for a sweep.
COPY = "printf('AC-2025-%07d', n)"
LATE = "CASE WHEN n % 10 = 0 THEN '2027-01-01T00:00:00.000000Z' ELSE '2031-01-01T00:00:00.000000Z' END"
COPIES = (
    (tables.case, "ref", {"ref": COPY, "root": COPY}),
    (tables.clock, "case_ref", {"case_ref": COPY, "overdue_at": LATE, "next_at": "NULL"}),
)


def grown_sweep(ground: Files, *, large: int) -> Ratio:
    """A sweep, with a large record against a small one."""
    engines = {name: _filled(ground, f"sweep-{name}", count) for name, count in (("small", SMALL), ("large", large))}
    swept: dict[str, list[tuple[float, ...]]] = {name: [] for name in engines}
    for number in range(SWEEPS):
        at = datetime.combine(OPENED.replace(year=2027) + timedelta(days=number + 1), datetime.min.time(), UTC)
        for name in engines if number % 2 else reversed(engines):
            began = perf_counter()
            assert len(engines[name].escalate(at=at + timedelta(hours=6)).fired) == DUE // SWEEPS
            swept[name].append((perf_counter() - began,))
    times = {name: Times(rounds=tuple(found)) for name, found in swept.items()}
    return ratio(times["large"], times["small"])


def _filled(ground: Files, name: str, count: int) -> Engine:
    """A record of so many cases, of which some are due in a few days to come."""
    url = ground.url(name)
    database = Database(url)
    database.create()
    # Opened at noon of their day, so that every rung is still to come.
    past = Engine(database, (ACTION,), now=lambda: OPENING)
    past.add_person("Manager 1", role="manager", actor=ME, email="manager@example.org")
    ref = ""
    for number in range(DUE):
        day = OPENED + timedelta(days=number % SWEEPS)
        ref = past.open("action", actor=ME, data=AGREED, on=day).ref
    with closing(sqlite3.connect(str(make_url(url).database))) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")
        for table, key, changed in COPIES:
            names = table.c.keys()
            connection.execute(
                f"INSERT INTO {table.name} ({', '.join(names)})"
                " WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < :count)"
                f" SELECT {', '.join(changed.get(name, name) for name in names)} FROM copies, {table.name}"
                f" WHERE {key} = :ref",
                {"count": count - DUE, "ref": ref},
            )
        connection.execute("ANALYZE")
    return Engine(database, (ACTION,), now=lambda: PRESENT)
