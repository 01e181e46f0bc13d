"""Back up the record to a SQLite file, and restore a backup."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

from ...engine.errors.bad_input import BadValue
from ...engine.errors.faults import DatabaseProblem
from ..audit.verify import Verification, verify
from ..backends.errors import translate_errors
from ..backends.file_modes import PRIVATE
from ..backends.sqlite_file import open_file, set_journal
from ..database import Database
from ..store.identity import RecordIdentity, raise_epoch
from .copy import Progress, copy_record
from .sqlite_files import copy_file, free_name, put_in_place, remove_files


def create_backup(database: Database, target: Path, *, progress: Progress = lambda _: None) -> Verification:
    """Copy the record into a new SQLite file while others go on writing, and verify the copy.

    Returns:
        The verification of the copy.

    Raises:
        BadValue: if the target exists already.
        DatabaseProblem: if the record cannot be read, or the target cannot be written.
    """
    _refuse_existing(target)
    copy = _database_at(target, database.file_mode)
    try:
        if database.path is None:
            found = copy_record(database, copy, same_epoch=True, progress=progress)
            copy.close()
            with closing(open_file(target, "rw")) as connection:
                set_journal(connection, "DELETE")
        else:
            with database.connection():  # it exists, is ours and is up to date
                copy_file(database.path, target, mode=database.file_mode)
            with copy.connection() as connection:
                found = verify(connection, progress=progress)
    except BaseException:
        copy.close()
        # Half a file must not pass for a backup, nor prevent the next one.
        remove_files(target)
        raise
    copy.close()
    return found


def restore_backup(database: Database, source: Path, *, progress: Progress = lambda _: None) -> Path | None:
    """Verify a backup, and put it in the place of the record, in the record's next epoch.

    Returns:
        The copy of the record that was there before, or None if there was none.

    Raises:
        BadValue: if the backup does not exist, is the record itself, or has faults.
        DatabaseProblem: if either database cannot be used.
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
        former = _identity_of(database)
        database.close()
        return _put_in_place(source, database.path, former, database.file_mode)
    finally:
        backup_copy.close()


def _put_in_place(source: Path, path: Path, former: RecordIdentity | None, mode: int) -> Path | None:
    """Put a backup in the place of the record, in the record's next epoch."""
    # In a copy, so that the record never appears in an epoch that is over.
    prepared = free_name(path, "restoring")
    copy_file(source, prepared)
    prepared_copy = _database_at(prepared)
    try:
        with translate_errors(prepared_copy.name), prepared_copy.backend.transaction() as connection:
            raise_epoch(connection, above=former)
        prepared_copy.close()
        return put_in_place(prepared, path, mode=mode)
    finally:
        prepared_copy.close()
        remove_files(prepared)


def _identity_of(database: Database) -> RecordIdentity | None:
    # A missing, damaged or older record has no epoch that could be read.
    try:
        return database.identity()
    except DatabaseProblem:
        return None


def _database_at(path: Path, mode: int = PRIVATE) -> Database:
    # In a URL `%`, `?` and `#` have a meaning, in the name of a file they have none.
    return Database(f"sqlite:///{quote(path.as_posix(), safe='/:')}", file_mode=mode)


def _refuse_missing(source: Path, record: Path | None) -> None:
    with suppress(OSError):
        if not source.is_file():
            raise BadValue(name="the backup", expected="a file that exists", found=str(source))
        if record is not None and record.exists() and source.samefile(record):
            raise BadValue(name="the backup", expected="another file than the record", found=str(source))


def _refuse_existing(target: Path) -> None:
    with suppress(OSError):
        if target.exists():
            raise BadValue(name="the backup", expected="a new file", found=f"{target}, which exists already")
