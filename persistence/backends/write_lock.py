"""Make the writers of one SQLite file take turns.

SQLite itself asks for the lock ever less often the longer it waits, so a writer that has just arrived gets it
before one that has waited for long: of four writers some wait for seconds. Here a writer asks again after a random
pause, which becomes shorter the longer it has waited. That needs no lock file, and it is fair to programs that
wait in SQLite's way. `docs/performance.md` has the figures.
"""

from __future__ import annotations

import random
import time

from .sqlite_driver import sqlite3

SHORTEST_PAUSE, LONGEST_PAUSE = 0.000_05, 0.000_6
"""The shortest and the longest of the first pauses, in seconds."""

SHORTEST_AFTER = 0.02
"""Seconds of waiting after which the pauses are shortest."""

LONG_WAIT, LONG_WAIT_PAUSE = 1.0, 0.002
"""Seconds of waiting after which the other writer must be at something long, and the pause from then on."""


def acquire_write_lock(driver: sqlite3.Connection, timeout: float, statement: str = "BEGIN IMMEDIATE") -> None:
    """Begin a transaction that holds the file's one write lock, or run another statement that needs it.

    Args:
        driver: The driver's connection.
        timeout: Seconds to wait for other writers.
        statement: The statement that takes the lock.

    Raises:
        sqlite3.OperationalError: if other writers held the lock for all that time.
    """
    # All other statements wait in SQLite's way, which is rare and short.
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
