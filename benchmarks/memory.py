"""Measure if a process that applies many steps keeps growing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from .action import agreed, begin, engine_over
from .ground import Files
from .timing import Ratio

AT_ONCE = 500


def memory(ground: Files, *, few: int, many: int) -> Ratio:
    """Compare the memory of a process after many steps with its memory after a few."""
    command = (sys.executable, "-m", "benchmarks.memory", ground.url("memory"), str(few), str(many))
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    first, last = json.loads(done.stdout)
    return Ratio(value=last / first, least=last / first, most=last / first)


def resident() -> int:
    """Return the memory of this process in pages, as the system counts it."""
    return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])


def work(url: str, few: int, many: int) -> None:
    """Open and step cases, and print the memory after a few and after many."""
    engine, database = engine_over(url)
    database.create()
    found: list[int] = []
    taken = 0
    while taken < many:
        for ref in agreed(engine, AT_ONCE):
            begin(engine, ref)
        taken += AT_ONCE
        if taken in (few, many):
            found.append(resident())
    database.close()
    print(json.dumps(found))  # noqa: T201 (how the process answers)


if __name__ == "__main__":
    work(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
