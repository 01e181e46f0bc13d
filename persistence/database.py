"""Where the record is kept: one SQLite file, connected to at the first use and not before."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from ..engine.errors import BadValue, DatabaseProblem
from . import tables
from .faults import translated
from .location import is_network_path
from .store import SqlReader, SqlWriter

BUSY_SECONDS = 5
"""How long a writer waits for another one before it gives a clear answer."""

APPLICATION_ID = 0x43525657  # "CRVW": what `file` and we know our SQLite files by
REHEARSAL = "rehearsal"
INIT = "Create one there with: casereview init."
RIGHT_FILE = "Point --database or CASEREVIEW_DATABASE at the right file."


class Database:
    """A store over SQLAlchemy."""

    def __init__(self, url: str) -> None:
        """A database at a SQLAlchemy URL, such as `sqlite:///casereview.db`.

        Raises:
            BadValue: where the URL is malformed or of another kind of database.
        """
        self.url = _parsed(url)
        self._checked = False

    @property
    def name(self) -> str:
        """Where it is, for people: the URL without any password, its path as it was typed."""
        if self._path is not None:
            return f"sqlite:///{self.url.database}"
        return self.url.render_as_string(hide_password=True)

    @property
    def is_file(self) -> bool:
        """Whether it is a file; one in memory is gone with the process."""
        return self._path is not None

    # --- the store's port ---------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[SqlReader]:
        """A consistent look at the record.

        Raises:
            DatabaseProblem: where the database is missing, not ours, or does not answer.
        """
        with translated(self.name):
            self._check()
            with self._engine.connect() as connection:
                yield SqlReader(connection)

    @contextmanager
    def writing(self) -> Iterator[SqlWriter]:
        """One transaction: kept whole when the block ends, dropped whole when it raises.

        Raises:
            DatabaseProblem: where the database is missing, not ours, or does not answer.
        """
        with translated(self.name):
            self._check()
            with self._writing_engine.begin() as connection:
                yield SqlWriter(connection)

    # --- the schema -----------------------------------------------------------------------------------

    def create(self, *, rehearsal: bool = False) -> bool:
        """Lays the schema, and says whether it did; a database that is ours already is left as it is.

        Args:
            rehearsal: Whether it is for training, demonstrations and tests only.

        Raises:
            BadValue: where a SQLite file would lie on a network share.
            DatabaseProblem: where the place is taken by something else, or cannot be written.
        """
        path = self._path
        if path is not None:
            if is_network_path(str(path)):
                raise BadValue(
                    name="the database",
                    expected="a file on a local disk (on a network share two machines would overwrite each other)",
                    found=str(path),
                )
            with self._looking():
                if path.is_dir():
                    raise self._problem("is a folder, not a file", "Give the path of a file in it.")
                if not path.parent.is_dir():
                    raise self._problem(
                        "lies in a folder that does not exist", f"Create the folder {path.parent} first."
                    )
        with translated(self.name), self._creating_engine.begin() as connection:
            if self._revision(connection) is not None:
                self._refuse_other_revision(connection)
                return False
            if inspect(connection).get_table_names():
                raise self._problem("belongs to another program", "Give the path of a new file.")
            _upgrade(connection)
            connection.execute(tables.setting.insert(), {"name": REHEARSAL, "value": "yes" if rehearsal else "no"})
            if self._is_sqlite:
                connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        if path is not None:
            # Outside the transaction: the journal's mode cannot change within one.
            with translated(self.name), self._creating_engine.connect() as connection:
                connection.rollback()
                cursor = connection.connection.cursor()
                cursor.execute("PRAGMA journal_mode = WAL")
                cursor.close()
        return True

    @cached_property
    def is_rehearsal(self) -> bool:
        """Whether the database is for training, demonstrations and tests only.

        Raises:
            DatabaseProblem: where the database is missing, not ours, or does not answer.
        """
        with self.reading() as reader:
            return reader.setting(REHEARSAL) == "yes"

    def close(self) -> None:
        """Lets go of every connection."""
        for made in ("_engine", "_writing_engine", "_creating_engine"):
            if made in self.__dict__:
                self.__dict__.pop(made).dispose()

    # --- connections ------------------------------------------------------------------------------------

    @property
    def _is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def _path(self) -> Path | None:
        """The file; None for a database that is not one."""
        if not self._is_sqlite or self.url.database in (None, "", ":memory:"):
            return None
        return Path(str(self.url.database))

    @cached_property
    def _engine(self) -> Engine:
        return self._connectable(create=False)

    @cached_property
    def _creating_engine(self) -> Engine:
        return self._connectable(create=True).execution_options(casereview_begin="BEGIN IMMEDIATE")

    @cached_property
    def _writing_engine(self) -> Engine:
        # SQLite's write lock is taken at once: a reader that turns writer half way may have to fail.
        return self._engine.execution_options(casereview_begin="BEGIN IMMEDIATE")

    def _connectable(self, *, create: bool) -> Engine:
        # No parameters in errors or logs: they are the record's content.
        options: dict[str, Any] = {"hide_parameters": True}
        path = self._path
        if path is not None:
            # Connected to by ourselves: SQLAlchemy's URL would read a `%` or `#` in a folder's name
            # as its own, and without a mode SQLite makes a file wherever it finds none.
            location = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"

            def connection() -> sqlite3.Connection:
                return sqlite3.connect(location, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)

            made = create_engine(self.url, creator=connection, **options)
        elif "_engine" in self.__dict__ and create:
            return self._engine
        else:
            made = create_engine(self.url, poolclass=StaticPool, connect_args={"check_same_thread": False}, **options)
            self.__dict__.setdefault("_engine", made)
        _govern(made)
        return made

    def _check(self) -> None:
        """Finds the database there, ours and of this version's schema; once is enough."""
        if self._checked:
            return
        path = self._path
        if path is not None:
            with self._looking():
                if path.is_dir():
                    raise self._problem("is a folder, not a file", RIGHT_FILE)
                if not path.exists():
                    raise self._problem("does not exist", INIT)
        with self._engine.connect() as connection:
            if self._revision(connection) is None:
                if inspect(connection).get_table_names():
                    raise self._problem("belongs to another program", RIGHT_FILE)
                raise self._problem(
                    "is empty", "If it held records, put back the latest backup. If not: casereview init."
                )
            self._refuse_other_revision(connection)
        self._checked = True

    def _revision(self, connection: Connection) -> str | None:
        if not inspect(connection).has_table(tables.VERSION_TABLE):
            return None
        return " and ".join(connection.execute(select(tables.revision.c.version_num)).scalars()) or None

    def _refuse_other_revision(self, connection: Connection) -> None:
        revision = self._revision(connection)
        if revision != tables.HEAD:
            raise self._problem(
                f"has schema {revision}, and this version of casereview works with {tables.HEAD}",
                "It was made by a newer version: install that one (pip install --upgrade casereview).",
            )

    @contextmanager
    def _looking(self) -> Iterator[None]:
        """Looking at a path: a folder may be closed to this account, a name longer than any can be."""
        try:
            yield
        except OSError as error:
            reason = (error.strerror or "the path cannot be used").lower()
            raise self._problem(f"cannot be reached ({reason})", "Check the path, and this account's rights.") from None

    def _problem(self, problem: str, remedy: str) -> DatabaseProblem:
        return DatabaseProblem(database=self.name, problem=problem, remedy=remedy)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        ours = parsed.drivername in ("sqlite", "sqlite+pysqlite")
    except (ArgumentError, ValueError):
        ours = False
    # The URL itself is not quoted: it may hold a password.
    if not ours:
        raise BadValue(name="the database's URL", expected="one like sqlite:///casereview.db", found="something else")
    if any((parsed.host, parsed.port, parsed.username, parsed.password, parsed.query)):
        # Two slashes name a machine: what was meant for a file's name would be lost without a word.
        expected = "three slashes and a path, as in sqlite:///casereview.db"
        raise BadValue(name="the database's URL", expected=expected, found="something beside a path")
    return parsed


def _govern(engine: Engine) -> None:
    """SQLite as we need it: our own transactions, full durability, a bounded wait."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: object) -> None:
        # The driver is not to begin transactions of its own.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        # An acknowledged step survives a power cut.
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("casereview_begin", "BEGIN"))


def _upgrade(connection: Connection) -> None:
    # Imported here: it costs half a second, which no step should pay.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
