"""Fixtures for corrections and disposals."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from casereview.engine import Engine
from casereview.persistence import Database

from ....support.amendments import MONDAY, ask, take
from ....support.loan_decisions import evening_of
from ....support.movable_time import MovableTime


@pytest.fixture(params=["sqlite_url"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database: a file, or each kind in turn where a test asks for both."""
    fixture: Callable[[str], str] = request.getfixturevalue
    return fixture(request.param)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh database."""
    made = Database(database_url)
    made.create()
    yield made
    made.close()


@pytest.fixture
def present() -> MovableTime:
    """The evening of Monday 5 January 2026, until a test says otherwise."""
    return MovableTime(evening_of(MONDAY))


@pytest.fixture
def ref(engine: Engine) -> str:
    """A loan that was asked for and inspected."""
    ref = ask(engine).ref
    take(engine, ref, "inspect")
    return ref
