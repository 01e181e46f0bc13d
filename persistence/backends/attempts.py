"""Repeat a transaction that lost against other writers."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from ...engine.errors.refusals import Contention

T = TypeVar("T")

ATTEMPTS = 8
"""Maximum number of attempts at a transaction that the database asks to have repeated."""

LONGEST_PAUSE = 0.02


def pause_after(attempt: int) -> None:
    """Wait for a random time, longer after each attempt, so that two writers do not collide again.

    Args:
        attempt: The number of attempts so far.
    """
    time.sleep(random.uniform(0, LONGEST_PAUSE * attempt))  # noqa: S311


def repeat_on_contention(transaction: Callable[[], T], *, attempts: int = ATTEMPTS) -> T:
    """Run a host's whole transaction, and run it again if other writers were first.

    Args:
        transaction: Begins the host's transaction, works within `Engine.within`, and ends it. It runs once for each
            attempt, so it must change nothing outside the transaction.
        attempts: Maximum number of attempts.

    Returns:
        Its result.

    Raises:
        Contention: if other writers were first at every attempt.
    """
    for attempt in range(1, attempts):
        try:
            return transaction()
        except Contention:
            pause_after(attempt)
    return transaction()
