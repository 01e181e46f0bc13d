"""Copy the rows of one case many times in plain SQL, each copy with its own reference.

A copy's hashes do not cover its own reference, so such a record is for queries and not for `verify`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Connection, String, Table, Text, case, cast, insert, literal, select, true

from casereview.persistence.schema import tables

FIRST = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 250
"""The number of days over which due dates are spread; many clocks share an instant, as in an office."""
AGENCIES = 500
OPEN_IN = 10
"""One of this many cases is still open."""


def copy_case_many_times(connection: Connection, ref: str, count: int, *, states: Sequence[str]) -> None:
    """Add copies of a root case, with its clocks, its agencies and its first event.

    Args:
        connection: Within a transaction.
        ref: The reference of the case, which ends in its number.
        count: Number of copies.
        states: The states of the copies, in turn.
    """
    numbers = numbers_to(count)
    stem, _, _ = ref.rpartition("-")
    # All have the same number of digits, so that they sort by number.
    copy = cast(literal(f"{stem}-"), Text) + cast(numbers.c.at + 1_000_000, Text)
    is_open, day = numbers.c.at % OPEN_IN == 0, numbers.c.at % DAYS
    instants = {number: FIRST + timedelta(days=number) for number in range(DAYS)}

    def some_day(column: Any) -> Any:
        spread = case({n: literal(at, column.type) for n, at in instants.items()}, value=day)
        return case((is_open & column.is_not(None), spread), else_=None)

    state = case({n: literal(name) for n, name in enumerate(states)}, value=numbers.c.at % len(states))
    clock = tables.clock.c
    for table, changes in (
        (tables.case, {"ref": copy, "root": copy, "state": state}),
        (
            tables.clock,
            {
                "case_ref": copy,
                "done_on": case((is_open, None), else_=literal(date(2026, 2, 1))),
                "overdue_at": some_day(clock.overdue_at),
                "next_at": some_day(clock.next_at),
            },
        ),
        (
            tables.case_organisation,
            {"case_ref": copy, "organisation": literal("agency ") + cast(numbers.c.at % AGENCIES, String)},
        ),
        (tables.event, {"case_ref": copy}),
        (tables.event_values, {"case_ref": copy}),
    ):
        own = table.c.ref if table is tables.case else table.c.case_ref
        copy_rows(connection, table, own == ref, numbers, changes)


def numbers_to(count: int) -> CTE:
    """Return the numbers from 1 to a count, in the column `at`."""
    one = select(literal(1).label("at")).cte("numbers", recursive=True)
    return one.union_all(select(one.c.at + 1).where(one.c.at < count))


def copy_rows(
    connection: Connection, table: Table, which: ColumnElement[bool], numbers: CTE, changes: Mapping[str, Any]
) -> None:
    """Copy some rows of a table for each number, with these columns changed."""
    # The database counts an event's position itself.
    columns = [column for column in table.c if column.identity is None and column.server_default is None]
    values = [changes.get(column.name, column).label(column.name) for column in columns]
    copies = select(*values).select_from(table.join(numbers, true())).where(which)
    connection.execute(insert(table).from_select([column.name for column in columns], copies))
