"""Measure a sweep: by hand, by the engine, and by the engine in a small record, with the same clocks due in each."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from time import perf_counter

from sqlalchemy.engine import make_url

from casereview.engine import Engine, ImportHistory, Open
from casereview.persistence import Database
from casereview.persistence.audit.verify import verify
from casereview.persistence.backends.sqlite_driver import sqlite3
from casereview.persistence.schema import tables

from .action import ACTION, AGREED, ME
from .ground import Files
from .swept import Swept
from .timing import Ratio, Times, ratio

SMALL = 10_000
DUE = 1_000
"""The number of clocks that are due in a sweep."""

SWEEPS = 5

OPENED = date(2026, 3, 2)
OPENING = datetime(2026, 3, 10, 12, tzinfo=UTC)
PRESENT = datetime(2027, 6, 1, 12, tzinfo=UTC)

# Copies of one case: every tenth is overdue, and all wait for what is years ahead.
COPY = "printf('AC-2025-%07d', n)"
LATE = "CASE WHEN n % 10 = 0 THEN '2027-01-01T00:00:00.000000Z' ELSE '2031-01-01T00:00:00.000000Z' END"
AHEAD = "'2031-01-01T00:00:00.000000Z'"
COPIES = (
    (tables.case, "ref", {"ref": COPY, "root": COPY}),
    (tables.clock, "case_ref", {"case_ref": COPY, "overdue_at": LATE, "next_at": AHEAD}),
)


def sweeps(ground: Files, *, large: int) -> tuple[Ratio, Ratio]:
    """Measure a sweep of a large record against the same by hand, and against one of a small record."""
    ref = _opened(ground, "sweep")
    databases = {
        name: _filled(ground, f"sweep-{name}", count, ref) for name, count in (("small", SMALL), ("large", large))
    }
    shutil.copy(str(databases["large"].path), str(make_url(ground.url("sweep-hand")).database))
    run_started_at, present = (f"{instant:%Y-%m-%dT%H:%M:%S}" for instant in (OPENING, PRESENT))
    by_hand = Swept(ground.url("sweep-hand"), run_started_at=f"{run_started_at}Z", present=f"{present}.000000Z")
    engines = {name: Engine(database, (ACTION,), now=lambda: PRESENT) for name, database in databases.items()}
    sides: dict[str, Callable[[datetime], int]] = {"hand": by_hand.sweep}
    sides |= {name: partial(_fired, engine) for name, engine in engines.items()}
    swept: dict[str, list[tuple[float, ...]]] = {name: [] for name in sides}
    for number in range(SWEEPS):
        at = datetime.combine(OPENED.replace(year=2027) + timedelta(days=number + 1), datetime.min.time(), UTC)
        for name in sides if number % 2 else reversed(sides):
            began = perf_counter()
            count = sides[name](at + timedelta(hours=6))
            swept[name].append((perf_counter() - began,))
            if count != DUE:
                raise RuntimeError(f"{name}: {count} of {DUE} were due")
    by_hand.close()
    # The copies have no history: only what was swept is a whole record.
    for database in (databases["large"], Database(ground.url("sweep-hand"))):
        with database.connection() as connection:
            if verify(connection, ref="AC-2026-001").faults:
                raise RuntimeError(f"{database.name}: the sides did not write the same rows")
        database.close()
    times = {name: Times(rounds=tuple(found)) for name, found in swept.items()}
    return ratio(times["large"], times["hand"]), ratio(times["large"], times["small"])


def _fired(engine: Engine, at: datetime) -> int:
    return len(engine.sweep(at=at).fired)


def _opened(ground: Files, name: str) -> str:
    """Create a record with clocks due in the next days, and return the reference of its last case."""
    database = Database(ground.url(name))
    database.create()
    # Opened at noon of their day, so that every level is still to come.
    past = Engine(database, (ACTION,), now=lambda: OPENING)
    past.add_person("Manager 1", role="manager", actor=ME, email="manager@example.org")
    for number in range(SWEEPS):
        opening = Open(workflow="action", actor=ME, data=AGREED, on=OPENED + timedelta(days=number))
        ref = past.import_many([ImportHistory(opening=opening)] * DUE)[-1].ref
    database.close()
    return ref


def _filled(ground: Files, name: str, count: int, ref: str) -> Database:
    """Add copies of one case to the record, up to so many in all."""
    url = ground.url(name)
    path = str(make_url(url).database)
    shutil.copy(str(make_url(ground.url("sweep")).database), path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")
        for table, key, changed in COPIES:
            names = table.c.keys()
            connection.execute(
                f"INSERT INTO {table.name} ({', '.join(names)})"
                " WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < :count)"
                f" SELECT {', '.join(changed.get(name, name) for name in names)} FROM copies, {table.name}"
                f" WHERE {key} = :ref",
                {"count": count - DUE * SWEEPS, "ref": ref},
            )
        connection.execute("ANALYZE")
    return Database(url)
