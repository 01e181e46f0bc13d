"""`make bench`: measures everything, prints the tables, and keeps them in `benchmarks/results/`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from rich.console import Console
from sqlalchemy import create_engine

from . import targets
from .chart import chart
from .ground import Server, files, server
from .memory import MANY, QUICK_MANY, memory
from .report import RESULTS, Figure, keep, machine, show
from .scale import LARGE, QUICK_LARGE, scale
from .startup import startup
from .steps import DBOS, ENGINE, FLOOR, USUAL, Size, against_floor, steps
from .timing import Ratio, Times, ratio

FULL, QUICK = Size(rounds=12, each=50), Size(rounds=5, each=20)


def main() -> None:
    """Measures, tells and keeps."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything, in under two minutes")
    quick = parser.parse_args().quick
    size = QUICK if quick else FULL
    console = Console(stderr=True)
    sides: dict[str, dict[str, float]] = {}
    figures: list[Figure] = []
    with files() as folder:
        console.print("steps on SQLite …")
        found = steps(folder, size)
        sides[folder.kind] = dict(against_floor(found))
        figures += of_steps(found, (targets.STEP_SQLITE, targets.USUAL_SQLITE, targets.DBOS_SQLITE))
        console.print("starting …")
        helped, listed = startup(folder, rounds=size.rounds)
        figures += [of_ratio(targets.LIST, listed), of_ratio(targets.HELP, helped)]
        console.print("looking at many cases …")
        looked = scale(folder, rounds=size.rounds, large=QUICK_LARGE if quick else LARGE)
        figures += [
            of_ratio(targets.OVERDUE, looked.overdue),
            of_ratio(targets.SHOW, looked.shown),
            of_ratio(targets.COUNTS, looked.counted),
        ]
        console.print("stepping on and on …")
        figures.append(of_ratio(targets.MEMORY, memory(folder, many=QUICK_MANY if quick else MANY)))
    with server() as running:
        console.print("steps on PostgreSQL …")
        found = steps(running, size)
        sides[running.kind] = dict(against_floor(found))
        figures += of_steps(found, (targets.STEP_POSTGRES, targets.USUAL_POSTGRES, targets.DBOS_POSTGRES))
        where = machine(version_of(running))
    show(figures, sides)
    keep(figures, sides, where)
    (RESULTS / "steps.svg").write_text(chart(sides), encoding="utf-8")


def of_steps(
    found: dict[str, Times], bounds: tuple[targets.Target, targets.Target, targets.Target]
) -> Iterator[Figure]:
    """The figures of one kind of database."""
    pairs = ((ENGINE, FLOOR), (USUAL, ENGINE), (DBOS, ENGINE))
    for target, (one, other) in zip(bounds, pairs, strict=True):
        yield of_ratio(target, ratio(found[one], found[other]))


def of_ratio(target: targets.Target, found: Ratio) -> Figure:
    """A ratio as a figure."""
    return Figure(target=target, value=found.value, spread=(found.least, found.most))


def version_of(running: Server) -> str:
    """The server's version."""
    made = create_engine(running.url("postgres").replace("postgresql:", "postgresql+psycopg:"))
    with made.connect() as connection:
        return str(connection.exec_driver_sql("SHOW server_version").scalar_one())


if __name__ == "__main__":
    main()
