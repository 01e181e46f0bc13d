"""However long the record is, walking it takes the memory of one page."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from casereview.engine import Engine
from casereview.engine.evolve import fold
from casereview.persistence import Database, tables
from casereview.persistence.chain import FIRST, event_hash
from casereview.persistence.rows import case_row, event_from
from casereview.persistence.verification import PAGE, count_events, verify

from .stand import noted, opened, rounds, say

EACH = 20
"""Events of a case."""

BATCH = 50
"""Cases that are written at once."""

BESIDE = (tables.clock, tables.case_agency, tables.sensitive)
Rows = list[dict[str, Any]]


def rows_of(connection: Connection, table: Table, column: str, ref: str) -> Rows:
    query = select(table).where(table.c[column] == ref).order_by(*table.primary_key.columns)
    return [dict(row) for row in connection.execute(query).mappings()]


def likenesses(database: Database, ref: str, count: int) -> Iterator[dict[Table, Rows]]:
    """Cases like one that is there, with everything that belongs to them and hashes of their own."""
    with database.connection() as connection:
        events = rows_of(connection, tables.event, "case_ref", ref)
        beside = {table: rows_of(connection, table, "case_ref", ref) for table in BESIDE}
    for number in range(2, count + 1):
        own = f"{ref[:-3]}{number:03d}"
        chain, head = [], FIRST
        for event in events:
            linked = {**event, "case_ref": own, "previous_hash": head}
            head = event_hash(linked)
            chain.append({**linked, "hash": head})
        case = fold(event_from(row) for row in chain)  # type: ignore[arg-type]
        assert case is not None
        copies = {table: [{**row, "case_ref": own} for row in rows] for table, rows in beside.items()}
        yield {tables.case: [case_row(replace(case, head=head))], tables.event: chain, **copies}


def multiplied(database: Database, ref: str, count: int) -> None:
    """Writes the likenesses of a case straight into the tables."""
    batch: list[dict[Table, Rows]] = []
    for one in likenesses(database, ref, count):
        batch.append(one)
        if len(batch) == BATCH:
            write(database, batch)
            batch.clear()
    write(database, batch)
    with database.backend.writing.begin() as connection:
        connection.execute(update(tables.counter).values(last=count))


def write(database: Database, batch: Sequence[dict[Table, Rows]]) -> None:
    with database.backend.writing.begin() as connection:
        for table in (tables.case, tables.event, *BESIDE):
            if rows := [row for one in batch for row in one[table]]:
                connection.execute(insert(table), rows)


def test_the_memory_of_a_walk_does_not_grow_with_the_record(engine: Engine, database: Database) -> None:
    ref = opened(engine).ref
    for number in range(EACH - 1):
        noted(engine, ref, f"Call {number}.")
    count = rounds(short=20_000, long=1_000_000) // EACH
    multiplied(database, ref, count)
    seen: list[int] = []
    peaks: list[int] = []

    def progress(events: int) -> None:
        seen.append(events)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.reset_peak()

    with database.connection() as connection:
        total = count_events(connection, None)
        tracemalloc.start()
        try:
            found = verify(connection, progress=progress)
        finally:
            tracemalloc.stop()
    assert (found.cases, found.events, found.faults) == (count, total, ())
    assert total == count * EACH
    # Whoever watches hears of every event, and of no more than a page at a time.
    assert sum(seen) == total
    assert max(seen) <= PAGE
    # The first pages bring what is made once and kept: compiled statements, encoders.
    early, late = max(peaks[: len(peaks) // 5]), max(peaks[len(peaks) // 5 :])
    assert late < 1.1 * early
    say(
        f"{total} events of {count} cases: at most {early / 1e6:.1f} MB in the first fifth, {late / 1e6:.1f} MB after it"
    )
