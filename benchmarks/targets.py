"""List the targets: what has to be reached, and what is hoped for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Target:
    """A figure and its bounds.

    Attributes:
        what: What is compared with what, in words.
        must: The bound that has to be kept.
        dream: The one that is hoped for.
        more_is_better: Whether the bounds are the least, not the most.
        unit: What it is counted in; empty for a ratio.
    """

    what: str
    must: float
    dream: float
    more_is_better: bool = False
    unit: str = ""

    def met(self, value: float) -> bool:
        """Return whether a figure meets the target."""
        return value >= self.must if self.more_is_better else value <= self.must


STEP_SQLITE = Target(what="Engine.step against the floor, SQLite, one client", must=1.7, dream=1.35)
STEP_POSTGRES = Target(what="Engine.step against the floor, PostgreSQL, one client", must=1.7, dream=1.3)
FOUR_PROCESSES = Target(
    what="throughput of four processes against the floor's, PostgreSQL", must=0.6, dream=0.85, more_is_better=True
)
FOUR_WRITERS = Target(what="four writers on one SQLite file: p99 of Engine.step", must=100, dream=20, unit="ms")
THREADS = Target(
    what="64 threads of one process on one SQLite file: steps a second against one thread's",
    must=0.5,
    dream=0.85,
    more_is_better=True,
)
RECORD_MANY = Target(
    what="record_many in batches of 100 against the floor in batches of 100, SQLite", must=3, dream=1.6
)
IMPORT_SQLITE = Target(
    what="import_many of cases with history against executemany, batches of 500, SQLite", must=3, dream=1.6
)
IMPORT_POSTGRES = Target(
    what="import_many of cases with history against COPY, batches of 500, PostgreSQL", must=3, dream=1.6
)
USUAL_SQLITE = Target(what="the usual stack against Engine.step, SQLite", must=8, dream=12, more_is_better=True)
USUAL_POSTGRES = Target(what="the usual stack against Engine.step, PostgreSQL", must=4, dream=8, more_is_better=True)
DBOS_SQLITE = Target(
    what="a transactional DBOS step against Engine.step, SQLite", must=15, dream=25, more_is_better=True
)
DBOS_POSTGRES = Target(
    what="a transactional DBOS step against Engine.step, PostgreSQL", must=5, dream=10, more_is_better=True
)
OVERDUE = Target(what="overdue (first 50) at 1,000,000 cases against 10,000", must=1.5, dream=1.1)
SHOW = Target(what="show at 1,000,000 cases against 10,000", must=1.5, dream=1.1)
COUNTS = Target(what="counts by state at 1,000,000 cases against an index-only count by hand", must=1.5, dream=1.1)
LIST = Target(
    what="casereview list against python -c that opens SQLite through SQLAlchemy and selects", must=1.4, dream=1.15
)
HELP = Target(what="casereview --help against python -c 'import click'", must=1.6, dream=1.3)
MEMORY = Target(what="memory after 100,000 steps against after 1,000", must=1.1, dream=1.02)
SWEEP_BY_HAND = Target(
    what="a sweep with 1,000 due in the large record against batches of 500 by hand, SQLite", must=3, dream=1.6
)
SWEEP = Target(what="a sweep with 1,000 due, in the large record against 10,000 clocks, SQLite", must=1.5, dream=1.1)
