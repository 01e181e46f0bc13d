"""Hold the numbers behind a chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .rag_status import RagColour


@dataclass(frozen=True, kw_only=True, slots=True)
class BarChart:
    """A horizontal bar chart with stacked parts.

    Attributes:
        labels: The label of each bar, from the top.
        counts: The length of each bar's part, by colour.
        unit: The things that are counted.
    """

    labels: tuple[str, ...]
    counts: Mapping[RagColour, tuple[int, ...]]
    unit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LineChart:
    """A step chart of counts over time.

    Attributes:
        days: The days on which a count changes, in order.
        counts: Each count from each of those days on, by name.
        last_day: The day at which the lines end.
        unit: The things that are counted.
    """

    days: tuple[date, ...]
    counts: Mapping[str, tuple[int, ...]]
    last_day: date
    unit: str
