"""Measure several processes at once: their throughput, and their slowest step."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from .ground import Ground, prepared, proved
from .steps import ENGINE, FLOOR, SIDES, Size
from .timing import Ratio, Times

PROCESSES = 4


class Crew:
    """Processes of one side, started once and used together."""

    def __init__(self, side: str, url: str) -> None:
        """Start the processes, and wait until each is ready."""
        command = (sys.executable, "-m", "benchmarks.together", side, url)
        self._processes = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(PROCESSES)
        ]
        for process in self._processes:
            self._answer(process)

    def take(self, refs: Sequence[str]) -> tuple[float, list[float]]:
        """Share out the step on each case, and return the seconds of all of it and of each step."""
        began = perf_counter()
        for number, process in enumerate(self._processes):
            assert process.stdin is not None
            process.stdin.write(json.dumps(refs[number::PROCESSES]) + "\n")
            process.stdin.flush()
        times = [time for process in self._processes for time in self._answer(process)]
        return perf_counter() - began, times

    def close(self) -> None:
        """Stop the processes."""
        for process in self._processes:
            process.communicate()

    def _answer(self, process: subprocess.Popen[str]) -> Any:
        assert process.stdout is not None
        return json.loads(process.stdout.readline())


@contextmanager
def crews(ground: Ground, names: Sequence[str]) -> Iterator[dict[str, Crew]]:
    """Give a crew for each side, over a database of its own, and verify at the end what they wrote."""
    urls = {name: ground.copy(f"crew_{number}") for number, name in enumerate(names)}
    working = {name: Crew(name, url) for name, url in urls.items()}
    yield working
    for crew in working.values():
        crew.close()
    proved(list(urls.values()))


def throughput(ground: Ground, size: Size) -> Ratio:
    """Measure the throughput of four processes with the engine, against the same by hand."""
    each = size.each * PROCESSES
    refs = prepared(ground, (size.rounds + 1) * each)
    ratios = []
    with crews(ground, (FLOOR, ENGINE)) as working:
        for number in range(size.rounds + 1):
            part = refs[number * each : (number + 1) * each]
            order = (FLOOR, ENGINE) if number % 2 else (ENGINE, FLOOR)
            took = {name: working[name].take(part)[0] for name in order}
            # The first round warms up.
            if number:
                ratios.append(took[FLOOR] / took[ENGINE])
    ratios.sort()
    return Ratio(value=ratios[len(ratios) // 2], least=ratios[0], most=ratios[-1])


def writers(ground: Ground, size: Size) -> Times:
    """Measure each step of four writers of one database."""
    each = size.each * PROCESSES
    refs = prepared(ground, (size.rounds + 1) * each)
    with crews(ground, (ENGINE,)) as working:
        rounds = [working[ENGINE].take(refs[n * each : (n + 1) * each])[1] for n in range(size.rounds + 1)]
    return Times(rounds=tuple(map(tuple, rounds[1:])))


def work(name: str, url: str) -> None:
    """Run one of the processes: apply the step to each case that it reads."""
    side = SIDES[name](url)
    print("[]", flush=True)  # noqa: T201 (how the processes speak)
    for line in sys.stdin:
        print(json.dumps(side.take(json.loads(line))), flush=True)  # noqa: T201
    side.close()


if __name__ == "__main__":
    work(*sys.argv[1:])
