"""Measure one durable step: the floor, this engine and the usual stacks, in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Protocol

from sqlalchemy.engine import make_url

from casereview.engine import Step

from .action import BEGUN, DAY, ME, begin, engine_over
from .durable import DbosStack
from .floor import PostgresFloor, SqliteFloor
from .ground import Files, Ground, prepared, proved
from .stacks import JobStack, StatemachineStack, UsualStack
from .timing import Ratio, Times, in_turn, ratio, timed

FLOOR, ENGINE, USUAL, STATEMACHINE, JOBS, DBOS = (
    "the floor",
    "Engine.step",
    "the usual stack",
    "python-statemachine and the ORM",
    "the usual stack, its clock a job of APScheduler's",
    "a transactional DBOS step",
)
BATCH = 100
PROVED = (FLOOR, ENGINE, USUAL, STATEMACHINE, DBOS)


class Side(Protocol):
    """One way to apply the step."""

    def take(self, refs: Sequence[str]) -> list[float]:
        """Apply the step to each case, and return the seconds that each took."""
        ...

    def close(self) -> None:
        """Close the database."""
        ...


class EngineSide:
    """This engine, through its public method."""

    def __init__(self, url: str) -> None:
        """Connect an engine to a database."""
        self._engine, self._database = engine_over(url)

    def take(self, refs: Sequence[str]) -> list[float]:
        """Apply the step to each case."""
        return timed(lambda ref: begin(self._engine, ref), refs)

    def close(self) -> None:
        """Close the database."""
        self._database.close()


def floor_over(url: str) -> Side:
    """Return the floor over a database."""
    return SqliteFloor(str(make_url(url).database)) if url.startswith("sqlite") else PostgresFloor(url)


SIDES: dict[str, Callable[[str], Side]] = {
    FLOOR: floor_over,
    ENGINE: EngineSide,
    USUAL: UsualStack,
    STATEMACHINE: StatemachineStack,
    JOBS: JobStack,
    DBOS: DbosStack,
}


@dataclass(frozen=True, kw_only=True)
class Size:
    """The extent of a measurement.

    Attributes:
        rounds: How often the sides take turns.
        each: How many steps each takes in its turn.
        cases: How many cases the large record has.
        brought_in: How many cases are brought in.
        few, many: After how many steps the memory of a process is looked at.
    """

    rounds: int
    each: int
    cases: int
    brought_in: int
    few: int
    many: int


def steps(ground: Ground, size: Size) -> dict[str, Times]:
    """Measure all sides on one kind of database."""
    refs = prepared(ground, (size.rounds + 1) * size.each)
    urls = {name: ground.copy(f"side_{number}") for number, name in enumerate(SIDES)}
    sides = {name: made(urls[name]) for name, made in SIDES.items()}
    found = in_turn({name: side.take for name, side in sides.items()}, dict.fromkeys(sides, refs), rounds=size.rounds)
    for side in sides.values():
        side.close()
    proved([urls[name] for name in PROVED])
    return found


def batches(ground: Files, size: Size) -> Ratio:
    """Measure `record_many` against the floor, each in batches of 100."""
    refs = prepared(ground, (size.rounds + 1) * BATCH)
    urls = {name: ground.copy(f"batch_{number}") for number, name in enumerate((FLOOR, ENGINE))}
    engine, database = engine_over(urls[ENGINE])
    floor = SqliteFloor(str(make_url(urls[FLOOR]).database))

    def by_engine(some: Sequence[str]) -> None:
        engine.record_many([Step(ref=ref, trigger="begin", actor=ME, data=BEGUN, on=DAY) for ref in some])

    works: dict[str, Callable[[Sequence[str]], None]] = {FLOOR: floor.batch, ENGINE: by_engine}
    sides = {name: partial(_as_one, work) for name, work in works.items()}
    found = in_turn(sides, dict.fromkeys(sides, refs), rounds=size.rounds)
    floor.close()
    database.close()
    proved(list(urls.values()))
    return ratio(found[ENGINE], found[FLOOR])


def _as_one(work: Callable[[Sequence[str]], None], some: Sequence[str]) -> list[float]:
    began = perf_counter()
    work(some)
    return [perf_counter() - began]


def against_floor(found: dict[str, Times]) -> Iterator[tuple[str, float]]:
    """Return each side as a multiple of the floor."""
    for name, times in found.items():
        yield name, times.median / found[FLOOR].median
