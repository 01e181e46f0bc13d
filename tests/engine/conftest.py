"""Fixtures: a library's engine over a fresh database, at a fixed time until a test moves it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from casereview.engine import Engine
from casereview.persistence import Database

from ..support.databases import sqlite_record
from ..support.loan_decisions import evening_of
from ..support.loan_workflow import CLAIM, LOAN
from ..support.movable_time import MovableTime


@pytest.fixture
def present() -> MovableTime:
    """Return the evening of Thursday 1 October 2026, until a test moves it."""
    return MovableTime(evening_of(date(2026, 10, 1)))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Yield a fresh database in a file."""
    made = Database(sqlite_record(tmp_path / "library.db"))
    yield made
    made.close()


@pytest.fixture
def engine(database: Database, present: MovableTime) -> Engine:
    """Return a library's engine; in a file its workflows are registered, elsewhere its first record registers them."""
    if database.path is not None:
        sqlite_record(database.path, registered=(LOAN, CLAIM))
    return Engine(database, (LOAN, CLAIM), now=present)
