"""Where the record is kept: SQLite or PostgreSQL, connected to at the first use and not before."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.exc import DBAPIError

from ..engine.errors.faults import DatabaseProblem
from .backends.base import RIGHT_FILE, Remedy
from .backends.errors import ConnectionLost, StaleCase, is_transient, needs_new_connection, translate_errors
from .backends.sqlite import Sqlite
from .backends.urls import backend_for
from .schema import tables
from .schema.revisions import current_revision, known_revisions, upgrade_schema
from .store.joined import JoinedStore, T
from .store.reader import SqlReader

if TYPE_CHECKING:
    from .store.writer import SqlWriter


ATTEMPTS = 8
"""How often a transaction is tried that the database itself asks to be tried again."""

LONGEST_PAUSE = 0.02
REHEARSAL = "rehearsal"
CREATE_TABLES = Remedy(sentence="Create the tables first.", hint="create tables")
RESTORE_OR_CREATE = Remedy(
    sentence="If it held records, put back the latest backup. If not, create the tables.", hint="restore or create"
)
UPGRADE = Remedy(sentence="Upgrade the schema first.", hint="upgrade")
NEWER = Remedy(sentence="It was made by a newer version: install that one.", hint="newer version")
# Any number that other programs are unlikely to lock: two that lay the schema at once take turns.
SCHEMA_LOCK = 0x43525657


class Database:
    """A store over SQLAlchemy."""

    def __init__(self, url: str) -> None:
        """A database at a SQLAlchemy URL: `sqlite:///casereview.db`, `postgresql://user@host/name`.

        Raises:
            BadValue: where the URL is malformed or of another kind of database.
        """
        self.backend = backend_for(url)
        self._checked = False

    @cached_property
    def name(self) -> str:
        """Where it is, for people, without any password."""
        return self.backend.name

    @property
    def is_in_memory(self) -> bool:
        """Whether it is gone with the process."""
        return isinstance(self.backend, Sqlite) and self.path is None

    @property
    def path(self) -> Path | None:
        """The file that it is; None for a server, or for memory."""
        return self.backend.path if isinstance(self.backend, Sqlite) else None

    # --- the store's port ---------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[SqlReader]:
        """A consistent look at the record.

        Raises:
            DatabaseProblem: where the database is missing, not ours, or does not answer.
        """
        with self.connection() as connection:
            yield SqlReader(connection)

    def write(self, work: Callable[[SqlWriter], T]) -> T:
        """One transaction: what `work` did is kept when it returns, dropped when it raises.

        Where the database breaks off a transaction that it asks to be tried again (a deadlock, a
        serialization failure, another writer's equal key), `work` is called again, a bounded number
        of times.

        Raises:
            DatabaseProblem: where the database is missing, not ours, or does not answer.
            Contention: where it stayed contended after all tries.
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
                # Not in step with whoever it collided with.
                time.sleep(random.uniform(0, LONGEST_PAUSE * attempt))  # noqa: S311
            return self._write_once(work)

    def within(self, transaction: Any) -> JoinedStore:
        """A store within a transaction of the host's: a SQLAlchemy `Connection` or `Session`."""
        return JoinedStore(transaction, self.name)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A reading connection, whose transaction sees one state of the record throughout.

        Raises:
            DatabaseProblem: where the database is missing, not ours, or does not answer.
        """
        with translate_errors(self.name):
            self._check()
            # Its end is a commit, of nothing: at a rollback psycopg forgets every statement that it had prepared,
            # and the next steps are planned anew, at twice the cost.
            with self.backend.engine.begin() as connection:
                yield connection

    @cached_property
    def _writer(self) -> type[SqlWriter]:
        # Imported here: whoever only looks need not pay for writing.
        from .store.writer import SqlWriter

        return SqlWriter

    def _write_once(self, work: Callable[[SqlWriter], T]) -> T:
        with self.backend.writing.begin() as connection:
            try:
                return work(self._writer(connection))
            except DBAPIError as error:
                # Whether a commit that got no answer was kept nobody knows; this is before it.
                if error.connection_invalidated and not needs_new_connection(error):
                    raise ConnectionLost from None
                raise

    # --- the schema -----------------------------------------------------------------------------------

    def create(self, *, rehearsal: bool = False, shared: bool = False) -> bool:
        """Lays the schema, and says whether it did; a database that is ours already is left as it is.

        Args:
            rehearsal: Whether it is for training, demonstrations and tests only.
            shared: Whether a SQLite file may hold another program's tables too. On PostgreSQL it may.

        Raises:
            BadValue: where a SQLite file would lie on a network share.
            DatabaseProblem: where the place is taken by something else, or cannot be written.
        """
        self.backend.check_reachable(to_create=True)
        with translate_errors(self.name):
            with self.backend.creating.begin() as connection:
                self._lock_schema(connection)
                if current_revision(connection) is not None:
                    self._refuse_other_revision(connection)
                    return False
                if self.path is not None and not shared and inspect(connection).get_table_names():
                    raise self._problem("belongs to another program", Remedy(sentence="Give the path of a new file."))
                upgrade_schema(connection)
                said = {"name": REHEARSAL, "value": "yes" if rehearsal else "no"}
                connection.execute(tables.setting.insert(), said)
            self.backend.finish_creation()
        return True

    def upgrade(self, to: str | None = None) -> tuple[str, str]:
        """Brings an older schema up to date; the revisions before and after.

        Raises:
            DatabaseProblem: where the database is missing, not ours, or newer than this version.
        """
        self.backend.check_reachable(to_create=False)
        to = to or tables.HEAD
        with translate_errors(self.name), self.backend.writing.begin() as connection:
            self._lock_schema(connection)
            before = self._own_revision(connection)
            if before not in known_revisions():
                raise self._problem(_other_revision(before), NEWER)
            upgrade_schema(connection, to)
        self._checked = False
        return before, max(before, to)

    def revision(self) -> str:
        """The revision of the schema that the database has.

        Raises:
            DatabaseProblem: where the database is missing or not ours.
        """
        self.backend.check_reachable(to_create=False)
        with translate_errors(self.name), self.backend.engine.connect() as connection:
            return self._own_revision(connection)

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
        self.backend.close()

    def _check(self) -> None:
        """Finds the database there, ours and of this version's schema; once is enough."""
        if self._checked:
            return
        self.backend.check_reachable(to_create=False)
        with self.backend.engine.connect() as connection:
            self._refuse_other_revision(connection)
        self._checked = True

    def _own_revision(self, connection: Connection) -> str:
        found = current_revision(connection)
        if found is not None:
            return found
        if self.path is None:
            raise self._problem("has no casereview tables", CREATE_TABLES)
        if inspect(connection).get_table_names():
            raise self._problem("belongs to another program", RIGHT_FILE)
        raise self._problem("is empty", RESTORE_OR_CREATE)

    def _refuse_other_revision(self, connection: Connection) -> None:
        found = self._own_revision(connection)
        if found != tables.HEAD:
            raise self._problem(_other_revision(found), UPGRADE if found in known_revisions() else NEWER)

    def _lock_schema(self, connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(SCHEMA_LOCK)))

    def _problem(self, problem: str, remedy: Remedy) -> DatabaseProblem:
        return DatabaseProblem(database=self.name, problem=problem, remedy=remedy.sentence, hint=remedy.hint)


def _other_revision(found: str) -> str:
    return f"has schema {found}, and this version of casereview works with {tables.HEAD}"
