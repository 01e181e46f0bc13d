"""Verifying a record takes the memory of one page, however long the record is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, Table, insert, select, update

from casereview.engine import Engine
from casereview.persistence import Database
from casereview.persistence.audit.raw_rows import PAGE
from casereview.persistence.audit.verify import count_events
from casereview.persistence.schema import tables
from casereview.persistence.store.hash_chain import NO_PREVIOUS_HASH, event_hash
from casereview.persistence.store.mapping import case_row
from casereview.persistence.store.reader import SqlReader
from casereview.persistence.store.sql import EVENT_COLUMNS

from ..support.changed_copies import replace
from ..support.worker_processes import (
    TIMEOUT_SECONDS,
    UNIT_EVENTS,
    WorkerProcess,
    note_step,
    open_review,
    repetitions,
    report_counts,
)

pytestmark = pytest.mark.long

EACH = 20
"""Events of a case."""

BATCH = 50
"""Cases that are written at once."""

MOST_GROWTH = 6_000_000
"""Bytes: the events of the short form, if they were kept, would take several times as much."""

BESIDE = (tables.clock, tables.case_organisation, tables.event_values)
Rows = list[dict[str, Any]]


def rows_of(connection: Connection, table: Table, column: str, ref: str) -> Rows:
    query = select(table).where(table.c[column] == ref).order_by(*table.primary_key.columns)
    return [dict(row) for row in connection.execute(query).mappings()]


def likenesses(database: Database, ref: str, count: int) -> Iterator[dict[Table, Rows]]:
    """Generate copies of a case with all their rows and valid hashes."""
    with database.connection() as connection:
        case = SqlReader(connection).case(ref)
        assert case is not None
        events = rows_of(connection, tables.event, "case_ref", ref)
        beside = {table: rows_of(connection, table, "case_ref", ref) for table in BESIDE}
    for number in range(2, count + 1):
        own = f"{ref[:-3]}{number:03d}"
        chain, head = [], NO_PREVIOUS_HASH
        for event in events:
            # The database gives each event its place.
            linked = {name: event[name] for name in EVENT_COLUMNS} | {"case_ref": own, "previous_hash": head}
            head = event_hash(linked)
            chain.append({**linked, "hash": head})
        copies = {table: [{**row, "case_ref": own} for row in rows] for table, rows in beside.items()}
        yield {tables.case: [case_row(replace(case, ref=own, head=head))], tables.event: chain, **copies}


def multiplied(database: Database, ref: str, count: int) -> None:
    """Write copies of a case directly into the tables."""
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


def test_the_memory_of_verification_does_not_grow_with_the_record(
    engine: Engine, database: Database, database_url: str
) -> None:
    ref = open_review(engine).ref
    for number in range(EACH - 1):
        note_step(engine, ref, f"Call {number}.")
    count = repetitions(short=20_000, long=1_000_000) // EACH
    multiplied(database, ref, count)
    with database.connection() as connection:
        total = count_events(connection, None)
    assert total == count * EACH + UNIT_EVENTS
    # In a separate process, so that its memory is that of the verification only.
    walker = WorkerProcess()
    try:
        walker.ask(do="connect", url=database_url)
        walker.send_order(do="walk")
        walked = walker.read_answer(patience=max(TIMEOUT_SECONDS, total // 500))
    finally:
        walker.end()
    assert (walked["cases"], walked["events"], walked["faults"]) == (count, total, 0)
    # The progress covers every event, at most a page at a time.
    assert sum(walked["progress"]) == total
    assert max(walked["progress"]) <= PAGE
    # By then it holds a page, compiled statements and other things that are created once.
    tenth = len(walked["memory"]) // 10
    early, late = max(walked["memory"][: tenth + 1]), max(walked["memory"])
    assert late - early < MOST_GROWTH
    report_counts(
        f"{total} events of {count} cases: {early / 1e6:.1f} MB by the first tenth, {late / 1e6:.1f} MB by the last"
    )
