"""Measure queries as the record grows: the same ones over ten thousand cases and over a million."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from casereview.engine import Actor, Engine
from casereview.persistence import Database
from casereview.persistence.backends.sqlite_driver import sqlite3
from casereview.workflows import PARTNERSHIP_REVIEW, WORKFLOWS
from tests.support.case_copies import copy_case_many_times

from .ground import Files
from .timing import Ratio, in_turn, ratio, timed

SMALL, LARGE, QUICK_LARGE = 10_000, 1_000_000, 100_000
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = datetime(2026, 9, 1, tzinfo=UTC)
FIRST_PAGE = 50
EACH, COUNTED = 40, 1
MANAGER = Actor(name="Manager 1", roles=frozenset({"business_manager"}))
REFERRED = {"title": "Child A", "agency": "Agency 1", "lessons": "Handing over. " * 20}
BY_HAND = "SELECT workflow, state, count(*) FROM casereview_case GROUP BY workflow, state ORDER BY workflow, state"


@dataclass(frozen=True, kw_only=True)
class Looked:
    """The results of one measurement.

    Attributes:
        overdue: The first page of what is overdue, of many cases against few.
        shown: One case, of many against few.
        counted: The counts by state of many, against the same by hand.
    """

    overdue: Ratio
    shown: Ratio
    counted: Ratio


def looking(ground: Files, *, rounds: int, large: int) -> Looked:
    """Query a small record and a large one in turn."""
    few, many = _record(ground, "few", SMALL), _record(ground, "many", large)
    refs = [f"PR-2026-{1_000_000 + number * 7919 % SMALL + 1}" for number in range((rounds + 1) * EACH)]
    pages = ["page"] * len(refs)
    path = ground.url("many").removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        sides: dict[str, tuple[Callable[[str], object], Sequence[str]]] = {
            "overdue, few": (lambda _: few.overdue(at=LATER, limit=FIRST_PAGE), pages),
            "overdue, many": (lambda _: many.overdue(at=LATER, limit=FIRST_PAGE), pages),
            "show, few": (few.case, refs),
            "show, many": (many.case, refs),
            "counts": (lambda _: many.state_counts(), ["count"] * (rounds + 1) * COUNTED),
            "counts by hand": (
                lambda _: connection.execute(BY_HAND).fetchall(),
                ["count"] * (rounds + 1) * COUNTED,
            ),
        }
        found = in_turn(
            {name: _taking(work) for name, (work, _) in sides.items()},
            {name: items for name, (_, items) in sides.items()},
            rounds=rounds,
        )
    return Looked(
        overdue=ratio(found["overdue, many"], found["overdue, few"]),
        shown=ratio(found["show, many"], found["show, few"]),
        counted=ratio(found["counts"], found["counts by hand"]),
    )


def _taking(work: Callable[[str], object]) -> Callable[[Sequence[str]], list[float]]:
    return lambda items: timed(work, items)


def _record(ground: Files, name: str, count: int) -> Engine:
    """Create a record of so many cases, of which a tenth is open and spread over the days."""
    database = Database(ground.url(name))
    database.create()
    engine = Engine(database, WORKFLOWS, now=lambda: NOW)
    ref = engine.open("partnership_review", actor=MANAGER, data=REFERRED, on=NOW.date()).ref
    with database.backend.writing.begin() as connection:
        copy_case_many_times(connection, ref, count, states=[state.name for state in PARTNERSHIP_REVIEW.states])
    return engine
