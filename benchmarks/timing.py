"""Measure sides that take turns in one run, and compare their medians."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter


@dataclass(frozen=True, kw_only=True)
class Times:
    """The seconds that one side took, round by round."""

    rounds: tuple[tuple[float, ...], ...]

    @property
    def median(self) -> float:
        """Return the median of all times."""
        return median(time for one in self.rounds for time in one)

    @property
    def p99(self) -> float:
        """Return the time that 99 of 100 did not exceed."""
        return quantiles((time for one in self.rounds for time in one), n=100, method="inclusive")[98]


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """One side against another: the ratio of their medians, and how it ran from round to round."""

    value: float
    least: float
    most: float


def timed(work: Callable[[str], object], items: Iterable[str]) -> list[float]:
    """Measure a call with each of some items, and return the seconds of each."""
    times = []
    for item in items:
        began = perf_counter()
        work(item)
        times.append(perf_counter() - began)
    return times


Take = Callable[[Sequence[str]], list[float]]
"""Calls something with each of some items, and returns the seconds that each took."""


def in_turn(sides: Mapping[str, Take], items: Mapping[str, Sequence[str]], *, rounds: int) -> dict[str, Times]:
    """Measure each side with items of its own, in so many rounds, each in another order."""
    chance = random.Random(1)  # noqa: S311 (an order, nothing secret)
    found: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for number in range(-1, rounds):
        order = list(sides)
        chance.shuffle(order)
        for name in order:
            size = len(items[name]) // (rounds + 1)
            times = sides[name](items[name][(number + 1) * size : (number + 2) * size])
            # The first round only warms up: caches, prepared statements, the disk.
            if number >= 0:
                found[name].append(tuple(times))
    return {name: Times(rounds=tuple(times)) for name, times in found.items()}


def ratio(one: Times, other: Times) -> Ratio:
    """Return the ratio of one side to another."""
    by_round = [median(a) / median(b) for a, b in zip(one.rounds, other.rounds, strict=True)]
    return Ratio(value=one.median / other.median, least=min(by_round), most=max(by_round))
