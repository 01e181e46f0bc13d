"""Provide a filled record on each kind of database, and an office over it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from casereview.persistence import Database

from ...support.sample_record import RecordOffice, fill_record, sqlite_database


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a filled record, to copy from: filling one costs more than most tests."""
    folder = tmp_path_factory.mktemp("filled")
    database = sqlite_database(folder)
    fill_record(database)
    database.close()
    return folder / "casereview.db"


@pytest.fixture
def record(tmp_path: Path, filled_file: Path) -> Iterator[Database]:
    """A filled record in a file, `casereview.db`."""
    shutil.copy(filled_file, tmp_path / "casereview.db")
    database = sqlite_database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def office(tmp_path: Path, record: Database) -> RecordOffice:
    """An office over the filled record in a file."""
    return RecordOffice(folder=tmp_path, url=record.name)


@pytest.fixture(scope="session")
def postgres_server(durable_postgres_server: str) -> str:
    """The URL of a durable server, on which each commit is on disk: these tests are about keeping a record safe."""
    return durable_postgres_server


@pytest.fixture
def postgres_record(postgres_url: str) -> Iterator[Database]:
    """A filled record on PostgreSQL."""
    database = Database(postgres_url)
    fill_record(database)
    yield database
    database.close()


@pytest.fixture
def empty_postgres(empty_postgres_url: str) -> Iterator[Database]:
    """An empty database on PostgreSQL."""
    database = Database(empty_postgres_url)
    yield database
    database.close()
