"""Back up the record to a SQLite file, and restore a backup."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

from ...engine.errors.bad_input import BadValue
from ..audit.verify import Verification, verify
from ..database import Database
from .copy import Progress, copy_record
from .sqlite_files import copy_file, put_in_place, remove_files


def create_backup(database: Database, target: Path, *, progress: Progress = lambda _: None) -> Verification:
    """Copies the record into a new SQLite file while others go on writing, and proves the copy.

    Returns:
        What proving the copy found.

    Raises:
        BadValue: where the target is there already.
        DatabaseProblem: where the record cannot be read, or the target cannot be written.
    """
    _refuse_existing(target)
    copy = _database_at(target)
    try:
        if database.path is None:
            found = copy_record(database, copy, progress=progress)
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


def restore_backup(database: Database, source: Path, *, progress: Progress = lambda _: None) -> Path | None:
    """Puts a backup in the place of the record, once the backup has been proved.

    Returns:
        Where the record that was there before is kept; None where there was none.

    Raises:
        BadValue: where the backup is not there, is the record itself, or is not sound.
        DatabaseProblem: where either cannot be used.
    """
    _refuse_missing(source, database.path)
    backup_copy = _database_at(source)
    try:
        with backup_copy.connection() as connection:
            found = verify(connection, progress=progress)
        if found.faults:
            fault = found.faults[0]
            raise BadValue(
                name=f"the backup {source}", expected="one with no faults in its history",
                found=f"{fault.ref}: {fault.fault}",
            )  # fmt: skip
        if database.path is None:
            copy_record(backup_copy, database, progress=progress)
            return None
        database.close()
        return put_in_place(source, database.path)
    finally:
        backup_copy.close()


def _database_at(path: Path) -> Database:
    # In a URL `%`, `?` and `#` have a meaning of their own; in a file's name they have none.
    return Database(f"sqlite:///{quote(path.as_posix(), safe='/:')}")


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
