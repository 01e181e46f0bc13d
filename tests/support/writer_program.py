"""Record steps in a process of its own until its input ends, and write a line after each."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress

from sample_record import add_note, engine_at_noon, open_partnership_review

from casereview.engine.errors.faults import DatabaseProblem
from casereview.persistence import Database


def main(url: str) -> None:
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    database = Database(url)
    engine = engine_at_noon(database)
    ref = open_partnership_review(engine).ref
    sys.stdout.write(f"{ref}\n")
    sys.stdout.flush()
    while not over.is_set():
        # On a very busy machine the wait for the other writer may time out; then nothing was recorded.
        with suppress(DatabaseProblem):
            sys.stdout.write(f"{add_note(engine, ref).seq}\n")
            sys.stdout.flush()
    database.close()


if __name__ == "__main__":
    main(sys.argv[1])
