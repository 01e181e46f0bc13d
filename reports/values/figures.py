"""Hold the numbers behind a chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .rag_status import RagColour


@dataclass(frozen=True, kw_only=True, slots=True)
class BarChart:
    """One bar across for each name, made of parts that follow one another.

    Attributes:
        names: What each bar is of, from above.
        parts: How long each bar is in each colour.
        of: What is counted.
    """

    names: tuple[str, ...]
    parts: Mapping[RagColour, tuple[int, ...]]
    of: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LineChart:
    """Counts that change from day to day, each as a line of steps.

    Attributes:
        days: The days on which one of them changes, in order.
        counts: What each count is from each of those days on, by its name.
        until: The day at which the lines end.
        of: What is counted.
    """

    days: tuple[date, ...]
    counts: Mapping[str, tuple[int, ...]]
    until: date
    of: str
