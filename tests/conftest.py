"""Real databases for the tests: a SQLite file, and PostgreSQL from the binaries in a wheel.

`CASEREVIEW_TEST_DATABASE` (a PostgreSQL URL whose user may create databases) replaces the
servers that are started here.
"""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from .support import databases
from .support.preloaded import preloaded
from .support.shared_statements import share_compiled_statements

SERVER = "CASEREVIEW_TEST_DATABASE"
DURABLE, FAST = "CASEREVIEW_TEST_DURABLE_FOLDER", "CASEREVIEW_TEST_FAST_FOLDER"
"""They name the folders in which the servers of this run keep their data, to all worker processes."""

Named = Callable[[str], str]

NEED_A_SERVER = {"durable_postgres_server", "postgres_server", "postgresql", "postgres_url", "empty_postgres_url"}
"""The fixtures that start a server, and the parameters of tests that ask for one of them."""

GC_THRESHOLD = 20_000
"""New objects between two collections of garbage."""

# No test depends on the machine's speed.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    """Prepare SQLAlchemy, and create the folders that the workers of this run share; their creator removes them."""
    share_compiled_statements()
    if hasattr(config, "workerinput"):
        return
    for variable, parent in ((DURABLE, None), (FAST, databases.folder_in_memory())):
        # Not below pytest's folders: a socket's path has to be short.
        folder = tempfile.mkdtemp(prefix="casereview-pg-", dir=parent)
        os.environ[variable] = folder
        config.add_cleanup(partial(databases.stop_postgres, Path(folder)))
    if (memory := databases.folder_in_memory()) is not None:
        # No test has to wait for a disk. Folders of tests that passed are removed at once.
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each case that needs a PostgreSQL server as long: starting one takes longer than most tests."""
    for item in items:
        call = getattr(item, "callspec", None)
        parameters = () if call is None else tuple(call.params.values())
        needed = {*getattr(item, "fixturenames", ()), *(name for name in parameters if isinstance(name, str))}
        if needed & NEED_A_SERVER:
            item.add_marker(pytest.mark.long)


def pytest_collection_finish() -> None:
    """Spare the tests a fifth of their time: no collection of garbage looks through what was imported for them."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD)


@pytest.fixture(scope="session")
def durable_postgres_server() -> Iterator[str]:
    """The URL of a durable PostgreSQL server, on which each commit is on disk, as on an office's server."""
    if SERVER in os.environ:
        yield os.environ[SERVER]
        return
    with databases.postgres_server(Path(os.environ[DURABLE]) / "data", durable=True) as url:
        yield url


@pytest.fixture(scope="session")
def program() -> Iterator[Path]:
    """The path of a preloaded `casereview`: each run is a separate process that starts at once."""
    with preloaded() as path:
        yield path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server that is fast, and would not survive a power cut."""
    if SERVER in os.environ:
        yield os.environ[SERVER]
        return
    with databases.postgres_server(Path(os.environ[FAST]) / "data", durable=False) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[Named]:
    """Return a function that names a server's database with the tables and no case, created on first use."""
    with ExitStack() as stack:
        made: dict[str, str] = {}

        def template(server: str) -> str:
            if server not in made:
                made[server] = stack.enter_context(databases.postgres_template(server))
            return made[server]

        yield template


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    with databases.postgres_database(postgres_server) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: Named) -> Iterator[str]:
    """The URL of a PostgreSQL database that holds the tables and no case."""
    with databases.postgres_database(postgres_server, template=postgres_template(postgres_server)) as url:
        yield url


@pytest.fixture(scope="module")
def shared_postgres_url(postgres_server: str, postgres_template: Named) -> Iterator[str]:
    """The same database, shared within a module whose tests only read it."""
    with databases.postgres_database(postgres_server, template=postgres_template(postgres_server)) as url:
        yield url


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{(tmp_path / 'record.db').as_posix()}"


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that holds the tables and no case."""
    return databases.sqlite_record(tmp_path / "record.db")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, of each kind in turn."""
    fixture: Named = request.getfixturevalue
    return fixture("empty_sqlite_url" if request.param == "sqlite" else "empty_postgres_url")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database that holds the tables and no case, of each kind in turn."""
    fixture: Named = request.getfixturevalue
    return fixture("sqlite_url" if request.param == "sqlite" else "postgres_url")
