"""Keep the record in SQLite or PostgreSQL. The first use connects, not the import."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.exc import DBAPIError

from ..engine.errors.faults import DatabaseProblem
from .backends.attempts import ATTEMPTS, pause_after
from .backends.base import RIGHT_FILE, Remedy
from .backends.errors import ConnectionLost, StaleCase, is_transient, needs_new_connection, translate_errors
from .backends.file_modes import PRIVATE, check_mode
from .backends.sqlite import Sqlite
from .backends.urls import backend_for
from .schema import tables
from .schema.revisions import current_revision, known_revisions, upgrade_schema
from .store.identity import RecordIdentity, create_identity, identity_of
from .store.joined import JoinedStore, T
from .store.reader import SqlReader
from .store.settings import REHEARSAL

if TYPE_CHECKING:
    from .store.writer import SqlWriter


CREATE_TABLES = Remedy(sentence="Create the tables first.", hint="create tables")
RESTORE_OR_CREATE = Remedy(
    sentence="If it held records, put back the latest backup. If not, create the tables.", hint="restore or create"
)
UPGRADE = Remedy(sentence="Upgrade the schema first.", hint="upgrade")
NEWER = Remedy(sentence="It was made by a newer version: install that one.", hint="newer version")
# Any number that other programs are unlikely to lock. It makes two processes that create the schema take turns.
SCHEMA_LOCK = 0x43525657

ERASE_SECONDS = 2.0
"""Seconds for which the end of a disposal waits for programs that are reading a SQLite file."""


class Database:
    """A store over SQLAlchemy."""

    def __init__(self, url: str, *, file_mode: int = PRIVATE) -> None:
        """Take a SQLAlchemy URL: `sqlite:///casereview.db` or `postgresql://user@host/name`.

        Args:
            url: The URL.
            file_mode: The permissions of each SQLite file that is created: the database, its backups and copies.

        Raises:
            BadValue: if the URL is malformed or names another kind of database, or no file can have the permissions.
        """
        self.file_mode = check_mode(file_mode)
        self.backend = backend_for(url, file_mode)
        self._checked = False

    @cached_property
    def name(self) -> str:
        """Return the URL for people, without any password."""
        return self.backend.name

    @property
    def is_in_memory(self) -> bool:
        """Return whether the database ends with the process."""
        return isinstance(self.backend, Sqlite) and self.path is None

    @property
    def path(self) -> Path | None:
        """Return the path of the SQLite file, or None for a server or a database in memory."""
        return self.backend.path if isinstance(self.backend, Sqlite) else None

    @property
    def driver(self) -> ModuleType:
        """Return the module of the database's driver, for an engine of the host's own.

        A host that opens the same database passes it on: `create_engine(url, module=database.driver)`.
        """
        return self.backend.driver

    # --- the store's port ---------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[SqlReader]:
        """Give a reader that sees one state of the record throughout.

        Raises:
            DatabaseProblem: if the database is missing, is not ours, or does not answer.
        """
        with self.connection() as connection:
            yield SqlReader(connection)

    def write(self, work: Callable[[SqlWriter], T]) -> T:
        """Run `work` in one transaction: commit when it returns, roll back when it raises.

        If the database breaks the transaction off and asks to have it repeated (a deadlock, a
        serialization failure, an equal key of another writer), `work` is called again, at most
        ATTEMPTS times in all.

        Raises:
            DatabaseProblem: if the database is missing, is not ours, or does not answer.
            Contention: if other writers were first at every attempt.
        """
        with translate_errors(self.name):
            self._check()
            for attempt in range(1, ATTEMPTS):
                try:
                    return self._write_once(work)
                except (StaleCase, ConnectionLost):
                    pass
                except DBAPIError as error:
                    if not is_transient(error):
                        raise
                pause_after(attempt)
            return self._write_once(work)

    def finish_disposals(self) -> bool:
        """Remove what was disposed of from the database's files, too, and return whether nothing is left to do.

        On SQLite this empties the write-ahead log, which programs that are reading may prevent for a time. If it
        fails, the next call tries again.
        """
        # Loaded here, because no other verb needs it.
        from .store.disposals import CHANGED_TABLES, mark_finished, unfinished_mark

        with translate_errors(self.name):
            with self.connection() as connection:
                mark = unfinished_mark(connection)
            if mark is None:
                return True
            if not self.backend.erase_old_rows(CHANGED_TABLES, ERASE_SECONDS):
                return False
            with self.backend.transaction() as connection:
                mark_finished(connection, mark)
        return True

    def within(self, transaction: Any) -> JoinedStore:
        """Return a store within a transaction of the host: a SQLAlchemy `Connection` or `Session`."""
        return JoinedStore(transaction, self.backend)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Give a connection for reading, whose transaction sees one state of the record throughout.

        Raises:
            DatabaseProblem: if the database is missing, is not ours, or does not answer.
        """
        with translate_errors(self.name):
            self._check()
            # Commit although nothing changed: on rollback psycopg drops its prepared statements,
            # and planning them again doubles the cost of the next steps.
            with self.backend.engine.begin() as connection:
                yield connection

    @cached_property
    def _writer(self) -> type[SqlWriter]:
        # Imported here, so that reading commands do not load what only writing needs.
        from .store.writer import SqlWriter

        return SqlWriter

    def _write_once(self, work: Callable[[SqlWriter], T]) -> T:
        with self.backend.transaction() as connection:
            try:
                return work(self._writer(connection))
            except DBAPIError as error:
                # The commit was not sent yet, so nothing was saved and the work can be repeated.
                if error.connection_invalidated and not needs_new_connection(error):
                    raise ConnectionLost from None
                raise

    # --- the schema -----------------------------------------------------------------------------------

    def create(self, *, rehearsal: bool = False, shared: bool = False) -> bool:
        """Create the schema, unless the database has it already.

        Args:
            rehearsal: Whether the database is for training, demonstrations and tests only.
            shared: Whether a SQLite file may also hold tables of another program. On PostgreSQL it always may.

        Returns:
            Whether the schema was created.

        Raises:
            BadValue: if a SQLite file would lie on a network share.
            DatabaseProblem: if the place belongs to another program, or cannot be written.
        """
        self.backend.check_reachable(to_create=True)
        with translate_errors(self.name):
            with self.backend.transaction(creating=True) as connection:
                self._lock_schema(connection)
                if current_revision(connection) is not None:
                    self._refuse_other_revision(connection)
                    return False
                if self.path is not None and not shared and inspect(connection).get_table_names():
                    raise self._problem("belongs to another program", Remedy(sentence="Give the path of a new file."))
                upgrade_schema(connection)
                row = {"name": REHEARSAL, "value": "yes" if rehearsal else "no"}
                connection.execute(tables.setting.insert(), row)
                create_identity(connection)
            self.backend.finish_creation()
        return True

    def upgrade(self, to: str | None = None) -> tuple[str, str]:
        """Upgrade an older schema, and return the revisions before and after.

        Args:
            to: The revision to upgrade to; None for the one that this version works with.

        Raises:
            DatabaseProblem: if the database is missing, is not ours, or is newer than this version.
        """
        self.backend.check_reachable(to_create=False)
        to = to or tables.HEAD
        with translate_errors(self.name), self.backend.transaction() as connection:
            self._lock_schema(connection)
            before = self._own_revision(connection)
            if before not in known_revisions():
                raise self._problem(_other_revision(before), NEWER)
            upgrade_schema(connection, to)
        self._checked = False
        return before, max(before, to)

    def revision(self) -> str:
        """Return the revision of the schema that the database has.

        Raises:
            DatabaseProblem: if the database is missing or is not ours.
        """
        self.backend.check_reachable(to_create=False)
        with translate_errors(self.name), self.backend.engine.connect() as connection:
            return self._own_revision(connection)

    @cached_property
    def is_rehearsal(self) -> bool:
        """Return whether the database is for training, demonstrations and tests only.

        Raises:
            DatabaseProblem: if the database is missing, is not ours, or does not answer.
        """
        with self.reading() as reader:
            return reader.is_rehearsal()

    def identity(self) -> RecordIdentity:
        """Return the ID of the record and its epoch, which rises when a backup is restored.

        Raises:
            DatabaseProblem: if the database is missing, is not ours, or does not answer.
        """
        with self.connection() as connection:
            return identity_of(connection)

    def close(self) -> None:
        """Close every connection."""
        self.backend.close()

    def _check(self) -> None:
        """Raise DatabaseProblem unless the database exists, is ours and has this version's schema. Check once only."""
        if self._checked:
            return
        self.backend.check_reachable(to_create=False)
        with self.backend.engine.connect() as connection:
            self._refuse_other_revision(connection)
        self._checked = True

    def _own_revision(self, connection: Connection) -> str:
        revision = current_revision(connection)
        if revision is not None:
            return revision
        if self.path is None:
            raise self._problem("has no casereview tables", CREATE_TABLES)
        if inspect(connection).get_table_names():
            raise self._problem("belongs to another program", RIGHT_FILE)
        raise self._problem("is empty", RESTORE_OR_CREATE)

    def _refuse_other_revision(self, connection: Connection) -> None:
        revision = self._own_revision(connection)
        if revision != tables.HEAD:
            raise self._problem(_other_revision(revision), UPGRADE if revision in known_revisions() else NEWER)

    def _lock_schema(self, connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(SCHEMA_LOCK)))

    def _problem(self, problem: str, remedy: Remedy) -> DatabaseProblem:
        return DatabaseProblem(database=self.name, problem=problem, remedy=remedy.sentence, hint=remedy.hint)


def _other_revision(revision: str) -> str:
    return f"has schema {revision}, and this version of casereview works with {tables.HEAD}"
