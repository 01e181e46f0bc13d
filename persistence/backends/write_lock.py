"""How the writers of one SQLite file take turns.

SQLite's own way of waiting asks ever less often the longer it waits, so whoever has just come goes before whoever
has waited for long: of four writers some wait for seconds. Here it is the other way round. Whoever waits asks
again after a random moment, and the longer they have waited, the sooner. That needs no lock file beside the
database, and it is fair to programs that wait in SQLite's way. `docs/performance.md` has the figures.
"""

from __future__ import annotations

import random
import sqlite3
import time

SHORTEST_PAUSE, LONGEST_PAUSE = 0.000_05, 0.000_6
"""Seconds between which the first moments lie."""

SHORTEST_AFTER = 0.02
"""Seconds of waiting after which they are shortest."""

LONG_WAIT, LONG_WAIT_PAUSE = 1.0, 0.002
"""Seconds of waiting after which somebody is at something long, and then the moment between two questions."""


def acquire_write_lock(driver: sqlite3.Connection, timeout: float, statement: str = "BEGIN IMMEDIATE") -> None:
    """Begins a transaction that holds the file's one write lock, or does what else wants it.

    Args:
        driver: The driver's connection.
        timeout: For how many seconds to wait for others.
        statement: The statement that takes the lock.

    Raises:
        sqlite3.OperationalError: where others held it for all that time.
    """
    # Only the waiting is ours: what else has to wait for the file, which is rare and short, waits as SQLite does.
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        _retry(driver, timeout, statement)
    finally:
        driver.execute(f"PRAGMA busy_timeout = {int(timeout * 1000)}")


def _retry(driver: sqlite3.Connection, timeout: float, statement: str) -> None:
    began: float | None = None
    while True:
        try:
            driver.execute(statement)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            now = time.monotonic()
            began = now if began is None else began
            if now - began >= timeout:
                raise
            time.sleep(_pause(now - began))
        else:
            return


def _pause(waited: float) -> float:
    if waited > LONG_WAIT:
        return LONG_WAIT_PAUSE
    longest = max(2 * SHORTEST_PAUSE, LONGEST_PAUSE * (1 - waited / SHORTEST_AFTER))
    return random.uniform(SHORTEST_PAUSE, longest)  # noqa: S311 (nothing secret)
