"""The adapter between the world's clock and the engine, which is told the time and never asks.

Everything else takes the present as an argument. A host that has a clock of its own (a test, a
replay, a simulation) passes any `Now`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Now = Callable[[], datetime]
"""Gives the present instant, timezone-aware."""


def system_now() -> datetime:
    """The machine's present, in UTC."""
    return datetime.now(UTC)
