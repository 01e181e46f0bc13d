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
        labels: What each bar is of, from above.
        counts: How long each bar is in each colour.
        unit: What is counted.
    """

    labels: tuple[str, ...]
    counts: Mapping[RagColour, tuple[int, ...]]
    unit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LineChart:
    """Counts that change from day to day, each as a line of steps.

    Attributes:
        days: The days on which one of them changes, in order.
        counts: What each count is from each of those days on, by its name.
        last_day: The day at which the lines end.
        unit: What is counted.
    """

    days: tuple[date, ...]
    counts: Mapping[str, tuple[int, ...]]
    last_day: date
    unit: str
