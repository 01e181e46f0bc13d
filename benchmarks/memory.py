"""What a process that takes steps holds on to: its memory after many against after a few."""

from __future__ import annotations

import sys
from pathlib import Path
from subprocess import run

from sqlalchemy import event

from .action import DAY, ME, agreed, engine_over
from .ground import Files
from .timing import Ratio

FEW, MANY, QUICK_MANY = 1_000, 100_000, 5_000


def memory(ground: Files, *, many: int) -> Ratio:
    """In a process of its own, so that nothing that was measured before is in it."""
    said = run(
        [sys.executable, "-m", "benchmarks.memory", ground.url("memory"), str(many)],
        check=True,
        capture_output=True,
        text=True,
    )
    few, after = map(int, said.stdout.split())
    return Ratio(value=after / few, least=after / few, most=after / few)


def main(url: str, many: int) -> None:
    """Steps so many cases, and prints what memory it holds after a few and after all, in pages."""
    engine, database = engine_over(url)
    database.create()
    # Durable or not is all the same to its memory, and so many commits on a disk would take minutes.
    event.listen(database.backend.engine, "connect", lambda made, _: made.execute("PRAGMA synchronous = OFF"))
    refs = agreed(engine, 10)
    for number in range(1, many + 1):
        engine.step(refs[number % len(refs)], "note", actor=ME, data={"lead": "x", "first_step": "x"}, on=DAY)
        if number == FEW:
            sys.stdout.write(f"{_resident()}\n")
    sys.stdout.write(f"{_resident()}\n")
    database.close()


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
