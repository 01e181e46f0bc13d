"""Fixtures for taking back the last entry."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from casereview.engine import Engine
from casereview.persistence import Database

from ....support.amendments import MONDAY
from ....support.cascading_sets import CASCADING_WORKFLOWS
from ....support.lending_sets import SETS
from ....support.loan_decisions import evening_of
from ....support.loan_workflow import CLAIM, ESCALATED_LOAN
from ....support.movable_time import MovableTime


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    made = Database(sqlite_url)
    yield made
    made.close()


@pytest.fixture
def present() -> MovableTime:
    """The evening of Monday 5 January 2026, until a test says otherwise."""
    return MovableTime(evening_of(MONDAY))


@pytest.fixture
def engine(database: Database, present: MovableTime) -> Engine:
    """An engine over loans with escalation."""
    return Engine(database, (ESCALATED_LOAN, CLAIM), now=present)


@pytest.fixture
def sets(database: Database, present: MovableTime) -> Engine:
    """An engine over sets with guards that look at their parts."""
    return Engine(database, SETS, now=present)


@pytest.fixture
def cascading_sets(database: Database, present: MovableTime) -> Engine:
    """An engine over sets with steps that are applied to their parts, too."""
    return Engine(database, CASCADING_WORKFLOWS, now=present)
