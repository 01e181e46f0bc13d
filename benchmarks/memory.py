"""Whether a process that goes on stepping goes on growing."""

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
    """The memory of a process that has stepped many cases against what it had after a few."""
    command = (sys.executable, "-m", "benchmarks.memory", ground.url("memory"), str(few), str(many))
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    first, last = json.loads(done.stdout)
    return Ratio(value=last / first, least=last / first, most=last / first)


def resident() -> int:
    """The memory that this process has, in pages, as the system counts it."""
    return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])


def work(url: str, few: int, many: int) -> None:
    """Opens and steps cases, and tells what memory it had after a few and after many."""
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
