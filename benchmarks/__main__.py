"""Measure everything, print the tables, and save them in `benchmarks/results/`. `make bench` runs this."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from rich.console import Console
from sqlalchemy import create_engine

from . import targets
from .bulk import bulk
from .chart import chart
from .ground import Server, files, server
from .looking import looking
from .memory import memory
from .report import RESULTS, Figure, keep, machine, show
from .scale import sweeps
from .startup import startup
from .steps import DBOS, ENGINE, FLOOR, USUAL, Size, against_floor, batches, steps
from .threads import threads
from .timing import Ratio, Times, ratio
from .together import throughput, writers

FULL = Size(rounds=9, each=50, cases=1_000_000, brought_in=100_000, few=1_000, many=100_000)
QUICK = Size(rounds=5, each=20, cases=50_000, brought_in=3_000, few=500, many=2_000)


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything, in under two minutes")
    size = QUICK if parser.parse_args().quick else FULL
    console = Console(stderr=True)
    sides: dict[str, dict[str, float]] = {}
    figures: list[Figure] = []
    with files() as folder:
        console.print("steps on SQLite …")
        found = steps(folder, size)
        sides[folder.kind] = dict(against_floor(found))
        figures += of_steps(found, (targets.STEP_SQLITE, targets.USUAL_SQLITE, targets.DBOS_SQLITE))
        console.print("batches of a hundred …")
        figures.append(of_ratio(targets.RECORD_MANY, batches(folder, size)))
        console.print("bringing in, SQLite …")
        brought_in = bulk(folder, cases=size.brought_in, rounds=size.rounds)
        figures.append(of_ratio(targets.IMPORT_SQLITE, brought_in))
        console.print("four writers on one SQLite file …")
        slowest = writers(folder, size).p99 * 1000
        figures.append(Figure(target=targets.FOUR_WRITERS, value=slowest))
        console.print("64 threads on one SQLite file …")
        figures.append(of_ratio(targets.THREADS, threads(folder, size)))
        console.print("a large record against a small one …")
        looked = looking(folder, large=size.cases, rounds=size.rounds)
        by_hand, grown = sweeps(folder, large=size.cases)
        figures += [
            of_ratio(targets.OVERDUE, looked.overdue),
            of_ratio(targets.SHOW, looked.shown),
            of_ratio(targets.COUNTS, looked.counted),
            of_ratio(targets.SWEEP_BY_HAND, by_hand),
            of_ratio(targets.SWEEP, grown),
        ]
        console.print("memory …")
        figures.append(of_ratio(targets.MEMORY, memory(folder, few=size.few, many=size.many)))
        console.print("starting …")
        helped, listed = startup(folder, rounds=size.rounds)
        figures += [of_ratio(targets.LIST, listed), of_ratio(targets.HELP, helped)]
    with server() as running:
        console.print("steps on PostgreSQL …")
        found = steps(running, size)
        sides[running.kind] = dict(against_floor(found))
        figures += of_steps(found, (targets.STEP_POSTGRES, targets.USUAL_POSTGRES, targets.DBOS_POSTGRES))
        console.print("bringing in, PostgreSQL …")
        brought_in = bulk(running, cases=size.brought_in, rounds=size.rounds)
        figures.append(of_ratio(targets.IMPORT_POSTGRES, brought_in))
        console.print("four processes on PostgreSQL …")
        figures.append(of_ratio(targets.FOUR_PROCESSES, throughput(running, size)))
        where = machine(version_of(running))
    show(figures, sides)
    keep(figures, sides, where)
    (RESULTS / "steps.svg").write_text(chart(sides), encoding="utf-8")


def of_steps(
    found: dict[str, Times], bounds: tuple[targets.Target, targets.Target, targets.Target]
) -> Iterator[Figure]:
    """Yield the figures of one kind of database."""
    pairs = ((ENGINE, FLOOR), (USUAL, ENGINE), (DBOS, ENGINE))
    for target, (one, other) in zip(bounds, pairs, strict=True):
        yield of_ratio(target, ratio(found[one], found[other]))


def of_ratio(target: targets.Target, found: Ratio) -> Figure:
    """Return a ratio as a figure."""
    return Figure(target=target, value=found.value, spread=(found.least, found.most))


def version_of(running: Server) -> str:
    """Return the server's version."""
    made = create_engine(running.url("postgres").replace("postgresql:", "postgresql+psycopg:"))
    with made.connect() as connection:
        return str(connection.exec_driver_sql("SHOW server_version").scalar_one())


if __name__ == "__main__":
    main()
