"""Measure many threads of one process on one SQLite file, against one thread.

Run it alone with `python -m benchmarks.threads`, for the steps per second of each number of threads.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

from .action import begin, engine_over
from .ground import Ground, files, prepared, proved
from .steps import Size
from .timing import Ratio

THREADS = 64
EACH = 10
"""Steps that each of the threads applies in a round."""


def threads(ground: Ground, size: Size) -> Ratio:
    """Measure the throughput of 64 threads that share an engine, against one thread's."""
    rounds = size.rounds + 1
    many, one = (_throughputs(ground, number, rounds) for number in (THREADS, 1))
    # The first round warms up.
    ratios = sorted(theirs / its for theirs, its in zip(many[1:], one[1:], strict=True))
    return Ratio(value=ratios[len(ratios) // 2], least=ratios[0], most=ratios[-1])


def _throughputs(ground: Ground, number: int, rounds: int) -> list[float]:
    """Return the steps per second of each round."""
    each = THREADS * EACH
    refs = prepared(ground, rounds * each)
    url = ground.copy(f"threads_{number}")
    engine, database = engine_over(url)

    def apply(part: Sequence[str]) -> None:
        for ref in part:
            begin(engine, ref)

    found = []
    with ThreadPoolExecutor(number) as pool:
        for part in (refs[start : start + each] for start in range(0, len(refs), each)):
            began = perf_counter()
            list(pool.map(apply, [part[first::number] for first in range(number)]))
            found.append(each / (perf_counter() - began))
    database.close()
    proved([url])
    return found


if __name__ == "__main__":
    with files() as folder:
        for number in map(int, sys.argv[1:] or ("1", "4", "16", "64")):
            rates = sorted(_throughputs(folder, number, 4)[1:])
            print(f"{number} threads: {rates[0]:.0f} to {rates[-1]:.0f} steps a second")  # noqa: T201
