"""Copy the record to another database, and verify the copy."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing

from sqlalchemy import Connection, Table, delete, func, insert, select

from ...engine.errors.bad_input import BadValue
from ...engine.errors.faults import DatabaseProblem
from ...engine.model.case import UNIT
from ..audit.verify import Verification, verify
from ..backends.errors import DAMAGED, translate_errors
from ..database import Database
from ..schema import tables
from ..schema.append_only import create_triggers, drop_triggers
from ..store.identity import raise_epoch
from ..store.positions import order_of_events
from ..store.sql import EVENT_COLUMNS

BATCH = 1_000


Progress = Callable[[int], None]


def copy_record(
    source: Database, target: Database, *, same_epoch: bool = False, progress: Progress = lambda _: None
) -> Verification:
    """Copy the record to another database of any kind that has no cases, and verify the copy.

    One transaction copies everything, hashes included, or nothing. The people and settings of the record replace
    those of the target. The copy is the same record, so its earlier seals are still good, and in its next epoch.

    Args:
        source: The database to copy.
        target: The database to copy into.
        same_epoch: True to keep the epoch, for a backup.
        progress: Called with the number of events that were copied since the last call.

    Raises:
        BadValue: if the target has cases already.
        DatabaseProblem: if either database cannot be used.
    """
    with source.connection() as reading:
        target.create(rehearsal=source.is_rehearsal)
        with translate_errors(target.name), target.backend.transaction() as writing:
            for ref in (tables.case.c.ref, tables.event.c.case_ref):
                if writing.execute(select(func.count()).where(ref != UNIT)).scalar_one():
                    raise BadValue(name="the target", expected="a database without cases", found=target.name)
            # All that the target may hold is its own people and settings, which those of the record replace.
            drop_triggers(writing)
            for table in reversed(tables.metadata.sorted_tables):
                writing.execute(delete(table))
            for table in tables.metadata.sorted_tables:
                with closing(_batches(reading, table, source.name)) as batches:
                    for batch in batches:
                        writing.execute(insert(table), batch)
                        if table is tables.event:
                            progress(len(batch))
            create_triggers(writing)
            if not same_epoch:
                raise_epoch(writing)
    with target.connection() as connection:
        return verify(connection)


def _batches(connection: Connection, table: Table, source: str) -> Generator[list[dict[str, object]], None, None]:
    columns, order = list(table.columns), list(table.primary_key.columns)
    if table is tables.event:
        # In the order of all events. The target counts its own positions and transactions.
        columns, order = [table.c[name] for name in EVENT_COLUMNS], order_of_events(connection)
    query = select(*columns).order_by(*order).execution_options(yield_per=BATCH)
    with connection.execute(query) as result:
        pages = result.mappings().partitions(BATCH)
        while True:
            try:
                rows = [dict(row) for row in next(pages, ())]
            except (TypeError, ValueError):
                # The problem is the source's. Its cause is left out, since it may quote what the row holds.
                problem, remedy = DAMAGED
                raise DatabaseProblem(database=source, problem=problem, remedy=remedy) from None
            if not rows:
                return
            yield rows
