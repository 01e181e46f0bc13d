"""Keeping the record safe: copies, backups, moving house, and whether the installation is sound."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Table, delete, func, insert, select

from ..engine.errors.bad_input import BadValue
from ..engine.errors.faults import DatabaseProblem
from ..engine.service.health import Check
from . import tables
from .database import Database
from .faults import DAMAGED, translated
from .guarding import missing
from .schema import revisions
from .verification import Verification, verify

BATCH = 1_000
ENDS = ("-wal", "-shm", "-journal", "")
"""What SQLite writes beside a file, and the file."""

Progress = Callable[[int], None]


def backup(database: Database, target: Path, *, progress: Progress = lambda _: None) -> Verification:
    """Copies the record into a new SQLite file while others go on writing, and proves the copy.

    Returns:
        What proving the copy found.

    Raises:
        BadValue: where the target is there already.
        DatabaseProblem: where the record cannot be read, or the target cannot be written.
    """
    _refuse_existing(target)
    copy = _file(target)
    try:
        if database.path is None:
            found = copy_to(database, copy, progress=progress)
            copy.close()
            with closing(sqlite3.connect(target)) as connection:
                connection.execute("PRAGMA journal_mode = DELETE")
        else:
            with database.connection():  # finds it there, ours and up to date
                copy_file(database.path, target)
            with copy.connection() as connection:
                found = verify(connection, progress=progress)
    except BaseException:
        copy.close()
        # What is there by half must not pass for a backup, nor stand in the next one's way.
        remove_files(target)
        raise
    copy.close()
    return found


def restore(database: Database, source: Path, *, progress: Progress = lambda _: None) -> Path | None:
    """Puts a backup in the place of the record, once the backup has been proved.

    Returns:
        Where the record that was there before is kept; None where there was none.

    Raises:
        BadValue: where the backup is not there, is the record itself, or is not sound.
        DatabaseProblem: where either cannot be used.
    """
    _refuse_missing(source, database.path)
    backup_copy = _file(source)
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
        database.close()
        return put_in_place(source, database.path)
    finally:
        backup_copy.close()


def copy_to(source: Database, target: Database, *, progress: Progress = lambda _: None) -> Verification:
    """Moves house: copies the whole record into an empty database of any kind, and proves the copy.

    Everything is copied in one transaction, hashes and all, or nothing is. Who may act there, from an
    init, makes way for who may act in the record.

    Raises:
        BadValue: where the target holds cases already.
        DatabaseProblem: where either cannot be used.
    """
    with source.connection() as reading:
        target.create(rehearsal=source.is_rehearsal)
        with translated(target.name), target.backend.writing.begin() as writing:
            for table in (tables.case, tables.event):
                if writing.execute(select(func.count()).select_from(table)).scalar_one():
                    raise BadValue(name="the target", expected="a database without cases", found=target.name)
            for table in reversed(tables.metadata.sorted_tables):
                writing.execute(delete(table))
            for table in tables.metadata.sorted_tables:
                with closing(_batches(reading, table, source.name)) as batches:
                    for batch in batches:
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
    if database.path is not None and before in revisions():
        copy = keep_aside(database.path, f"before-{tables.HEAD}")
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
    """Lays again what keeps events from being changed, and a SQLite file's journal.

    Raises:
        DatabaseProblem: where the database cannot be used, or is not of this version's schema.
    """
    from .guarding import guard

    with database.connection():  # finds it there, ours and up to date
        pass
    with translated(database.name), database.backend.writing.begin() as connection:
        guard(connection)
    database.backend.created()


def _durability(connection: Connection) -> Iterator[Check]:
    if connection.dialect.name == "sqlite":
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        whole = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        yield Check(
            name="journal", sound=journal in ("wal", "memory"), found=str(journal), remedy="casereview doctor --mend"
        )
        yield Check(name="file", sound=whole == "ok", found=str(whole), remedy="Put back the latest backup.")
    else:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            value = connection.exec_driver_sql(f"SHOW {setting}").scalar_one()
            yield Check(
                name=setting, sound=value != "off", found=str(value), remedy=f"Set {setting} = on on the server."
            )


def _batches(connection: Connection, table: Table, source: str) -> Generator[list[dict[str, object]], None, None]:
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    with connection.execute(query) as result:
        pages = result.mappings().partitions(BATCH)
        while True:
            try:
                rows = [dict(row) for row in next(pages, ())]
            except (TypeError, ValueError):
                # Of the source, and without its cause, which may quote what the row holds.
                problem, remedy = DAMAGED
                raise DatabaseProblem(database=source, problem=problem, remedy=remedy) from None
            if not rows:
                return
            yield rows


def _file(path: Path) -> Database:
    # In a URL `%`, `?` and `#` have a meaning of their own; in a file's name they have none.
    return Database(f"sqlite:///{quote(path.as_posix(), safe='/:')}")


def put_in_place(source: Path, path: Path) -> Path | None:
    """Puts a backup where the record is; the record that was there is kept beside it."""
    former = None
    try:
        if path.exists():
            former = _free_name(path, "before-restore")
            _copied(path, former)
        # Into the file that is there, so that whoever has it open sees what was restored.
        _copied(source, path, journal="WAL")
    except sqlite3.OperationalError as error:
        raise _no_copy(source, path, error) from None
    except sqlite3.DatabaseError:
        # Damaged, so that SQLite takes no copy of it and writes none into it: just what a backup is
        # kept for. What is left of it is moved aside as it is, its journal with it.
        former = _free_name(path, "before-restore")
        fresh = former.with_name(f"{former.name}.new")
        copy_file(source, fresh, journal="WAL")
        for end in ENDS:
            with suppress(FileNotFoundError):
                _beside(path, end).rename(_beside(former, end))
        fresh.rename(path)
    return former


def copy_file(source: Path, target: Path, *, journal: str = "DELETE") -> None:
    """A copy of a SQLite file.

    Raises:
        DatabaseProblem: where none can be taken.
    """
    try:
        _copied(source, target, journal=journal)
    except sqlite3.Error as error:
        raise _no_copy(source, target, error) from None


def _copied(source: Path, target: Path, *, journal: str = "DELETE") -> None:
    """SQLite's own online copy: one state of the source, whoever writes there meanwhile.

    A copy to be kept has no write-ahead log: it is one file, which can be read where nothing can be
    written, as from a medium that is locked.
    """
    fresh = not target.exists()
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as here,
            closing(sqlite3.connect(target)) as there,
        ):
            here.backup(there)
            there.execute(f"PRAGMA journal_mode = {journal}")
    except BaseException:
        if fresh:
            remove_files(target)
        raise


def _no_copy(source: Path, target: Path, error: sqlite3.Error) -> DatabaseProblem:
    return DatabaseProblem(
        database=str(target),
        problem=f"cannot take a copy of {source} ({type(error).__name__})",
        remedy="Nothing was changed. Check both paths and the room on the disk.",
    )


def keep_aside(path: Path, why: str) -> Path:
    """A copy of a file beside it, under a name that is free."""
    copy = _free_name(path, why)
    copy_file(path, copy)
    return copy


def _free_name(path: Path, why: str) -> Path:
    number = 1
    while (free := path.with_name(f"{path.name}.{why}-{number}")).exists():
        number += 1
    return free


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


def remove_files(path: Path) -> None:
    for end in ENDS:
        with suppress(OSError):
            _beside(path, end).unlink()


def _refuse_missing(source: Path, record: Path | None) -> None:
    with suppress(OSError):
        if not source.is_file():
            raise BadValue(name="the backup", expected="a file that is there", found=str(source))
        if record is not None and record.exists() and source.samefile(record):
            raise BadValue(name="the backup", expected="another file than the record", found=str(source))


def _refuse_existing(target: Path) -> None:
    with suppress(OSError):
        if target.exists():
            raise BadValue(name="the backup", expected="a new file", found=f"{target}, which is there already")
