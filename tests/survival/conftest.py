"""A record to be survived with, and eight processes that work on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from casereview.engine import Engine
from casereview.persistence import Database

from .stand import Crew, engine_over

EIGHT = 8


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    made = Database(database_url)
    made.create()
    yield made
    made.close()


@pytest.fixture
def engine(database: Database, database_url: str) -> Iterator[Engine]:
    made, store = engine_over(database_url)
    yield made
    store.close()


@pytest.fixture(scope="session")
def eight_processes() -> Iterator[Crew]:
    made = Crew(EIGHT)
    yield made
    made.end()


@pytest.fixture
def crew(eight_processes: Crew, database: Database, database_url: str) -> Iterator[Crew]:
    """Eight processes, each connected to the record."""
    eight_processes.ask_all(lambda _: {"do": "connect", "url": database_url})
    yield eight_processes
    eight_processes.ask_all(lambda _: {"do": "leave"})
