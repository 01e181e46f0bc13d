"""Keeping the record safe: copies, backups, moving house, and whether the installation is sound."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, func, insert, select

from ..engine.errors import BadValue, DatabaseProblem
from . import tables
from .database import Database
from .faults import translated
from .guarding import missing
from .verification import Verification, verify

BATCH = 1_000
Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One thing that a sound installation has.

    Attributes:
        name: What was looked at.
        sound: Whether it is as it should be.
        found: What was found.
        remedy: What to do where it is not.
    """

    name: str
    sound: bool
    found: str
    remedy: str = ""


def backup(database: Database, target: Path, *, progress: Progress = lambda _: None) -> Verification:
    """Copies the record into a new SQLite file while others go on writing, and proves the copy.

    Returns:
        What proving the copy found.

    Raises:
        BadValue: where the target is there already, or cannot be written.
        DatabaseProblem: where the record cannot be read.
    """
    _refuse_existing(target)
    copy = Database(f"sqlite:///{target.as_posix()}")
    try:
        if database.path is None:
            return copy_to(database, copy, progress=progress)
        with database.connection():  # finds it there, ours and up to date
            _copy_file(database.path, target)
        with copy.connection() as connection:
            return verify(connection, progress=progress)
    finally:
        copy.close()


def restore(database: Database, source: Path, *, progress: Progress = lambda _: None) -> Path | None:
    """Puts a backup in the place of the record, once the backup has been proved.

    Returns:
        Where the record that was there before is kept; None where there was none.

    Raises:
        BadValue: where the backup is not sound.
        DatabaseProblem: where either cannot be used.
    """
    backup_copy = Database(f"sqlite:///{source.as_posix()}")
    try:
        with backup_copy.connection() as connection:
            found = verify(connection, progress=progress)
        if found.faults:
            fault = found.faults[0]
            raise BadValue(
                name=f"the backup {source}", expected="one that casereview verify finds no fault in",
                found=f"{fault.ref}: {fault.fault}",
            )  # fmt: skip
        if database.path is None:
            copy_to(backup_copy, database, progress=progress)
            return None
        former = _set_aside(database.path) if database.path.exists() else None
        database.close()
        _copy_file(source, database.path)
        return former
    finally:
        backup_copy.close()


def copy_to(source: Database, target: Database, *, progress: Progress = lambda _: None) -> Verification:
    """Moves house: copies the whole record into an empty database of any kind, and proves the copy.

    Everything is copied in one transaction, hashes and all, or nothing is.

    Raises:
        BadValue: where the target holds cases already.
        DatabaseProblem: where either cannot be used.
    """
    with source.connection() as reading:
        target.create(rehearsal=source.is_rehearsal)
        with translated(target.name), target.backend.writing.begin() as writing:
            if writing.execute(select(func.count()).select_from(tables.case)).scalar_one():
                raise BadValue(name="the target", expected="a database without cases", found=target.name)
            writing.execute(delete(tables.setting))
            for table in tables.metadata.sorted_tables:
                for batch in _batches(reading, table.name):
                    writing.execute(insert(table), batch)
                    if table is tables.event:
                        progress(len(batch))
    with target.connection() as connection:
        return verify(connection)


def upgrade(database: Database) -> tuple[str, str, Path | None]:
    """Brings an older schema up to date, on SQLite after a copy was made.

    Returns:
        The revisions before and after, and where the copy is; None where none was needed or made.

    Raises:
        DatabaseProblem: where the database cannot be used, or is newer than this version.
    """
    before = database.revision()
    if before == tables.HEAD:
        return before, before, None
    copy = None
    if database.path is not None and before < tables.HEAD:
        copy = _set_aside(database.path, f"before-{tables.HEAD}")
    before, after = database.upgrade()
    return before, after, copy


def examine(database: Database) -> Iterator[Check]:
    """Looks at the installation: the schema, the guards against change, durability, who may act.

    Raises:
        DatabaseProblem: where the database cannot be used at all.
    """
    revision = database.revision()
    yield Check(name="schema", sound=revision == tables.HEAD, found=f"revision {revision}", remedy="casereview upgrade")
    if revision != tables.HEAD:
        return
    with database.connection() as connection:
        gone = missing(connection)
        yield Check(
            name="history",
            sound=not gone,
            found=f"unguarded: {', '.join(gone)}" if gone else "the database refuses changes to events",
            remedy="casereview verify, then casereview doctor --mend",
        )
        yield from _durability(connection)
        managers = select(func.count()).where(tables.person_role.c.role == "business_manager")
        count = connection.execute(managers).scalar_one()
        yield Check(
            name="people",
            sound=count > 0,
            found=f"{count} who may manage people",
            remedy="casereview init",
        )


def mend_guards(database: Database) -> None:
    """Lays again what keeps events from being changed."""
    from .guarding import guard

    with translated(database.name), database.backend.writing.begin() as connection:
        guard(connection)


def _durability(connection: Connection) -> Iterator[Check]:
    if connection.dialect.name == "sqlite":
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        whole = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        yield Check(name="journal", sound=journal in ("wal", "memory"), found=str(journal), remedy="casereview init")
        yield Check(name="file", sound=whole == "ok", found=str(whole), remedy="Put back the latest backup.")
    else:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            value = connection.exec_driver_sql(f"SHOW {setting}").scalar_one()
            yield Check(
                name=setting, sound=value != "off", found=str(value), remedy=f"Set {setting} = on on the server."
            )


def _batches(connection: Connection, name: str) -> Iterator[list[dict[str, object]]]:
    table = tables.metadata.tables[name]
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    for page in connection.execute(query).mappings().partitions(BATCH):
        yield [dict(row) for row in page]


def _copy_file(source: Path, target: Path) -> None:
    """SQLite's own online copy: one state of the source, whoever writes there meanwhile."""
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as here,
            closing(sqlite3.connect(target)) as there,
        ):
            here.backup(there)
            there.execute("PRAGMA journal_mode = WAL")
    except sqlite3.Error as error:
        raise DatabaseProblem(
            database=str(target),
            problem=f"cannot take a copy of {source} ({type(error).__name__})",
            remedy="Nothing was changed. Check both paths and the room on the disk.",
        ) from None


def _set_aside(path: Path, why: str = "before-restore") -> Path:
    """A copy of a file beside it, under a name that is free."""
    number = 1
    while (copy := path.with_name(f"{path.name}.{why}-{number}")).exists():
        number += 1
    _copy_file(path, copy)
    return copy


def _refuse_existing(target: Path) -> None:
    with suppress(OSError):
        if target.exists():
            raise BadValue(name="the backup", expected="a new file", found=f"{target}, which is there already")
