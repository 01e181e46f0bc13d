"""Copy, name and remove SQLite files together with their journals."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path

from ...engine.errors.faults import DatabaseProblem
from ..backends.errors import is_damage
from ..backends.file_modes import MOST, PRIVATE
from ..backends.sqlite_driver import DRIVER, sqlite3
from ..backends.sqlite_file import open_file

SUFFIXES = ("-wal", "-shm", "-journal", "")
"""The suffixes of the files that SQLite writes beside a database, and of the database itself."""


def put_in_place(source: Path, path: Path, *, mode: int) -> Path | None:
    """Put a backup in the place of the record, and return the path to which the record was moved.

    Args:
        source: The backup.
        path: The record. If it exists, it keeps its permissions.
        mode: The permissions of files that are created.
    """
    former = None
    try:
        if path.exists():
            former = free_name(path, "before-restore")
            online_copy(path, former, mode=mode)
        # Into the existing file, so that processes that have it open see what was restored.
        online_copy(source, path, journal=DRIVER.journal, mode=mode)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise copy_failed(source, path, error) from None
        # The record is damaged, so SQLite neither copies it nor writes into it: just what backups are for.
        # Move what is left of it aside, with its journal.
        former = free_name(path, "before-restore")
        fresh = former.with_name(f"{former.name}.new")
        copy_file(source, fresh, journal=DRIVER.journal, mode=path.stat().st_mode & MOST)
        for end in SUFFIXES:
            with suppress(FileNotFoundError):
                sidecar(path, end).rename(sidecar(former, end))
        fresh.rename(path)
    return former


def copy_file(source: Path, target: Path, *, journal: str = "DELETE", mode: int = PRIVATE) -> None:
    """Copy a SQLite file.

    Raises:
        DatabaseProblem: if it cannot be copied.
    """
    try:
        online_copy(source, target, journal=journal, mode=mode)
    except sqlite3.Error as error:
        raise copy_failed(source, target, error) from None


def online_copy(source: Path, target: Path, *, journal: str = "DELETE", mode: int = PRIVATE) -> None:
    """Copy one state of a SQLite file while others go on writing, by SQLite's own backup.

    By default the copy has no write-ahead log, so that it is one file, which can also be read from a
    read-only medium.
    """
    fresh = not target.exists()
    try:
        with (
            closing(open_file(source, "ro")) as here,
            closing(open_file(target, "rwc", mode=mode)) as there,
        ):
            here.backup(there)
            there.execute(f"PRAGMA journal_mode = {journal}")
    except BaseException:
        if fresh:
            remove_files(target)
        raise


def copy_failed(source: Path, target: Path, error: sqlite3.Error) -> DatabaseProblem:
    """Return the error for a copy that could not be taken."""
    return DatabaseProblem(
        database=str(target),
        problem=f"cannot take a copy of {source} ({type(error).__name__})",
        remedy="Nothing was changed. Check both paths and the free space on the disk.",
    )


def copy_beside(path: Path, why: str, *, mode: int) -> Path:
    """Copy a file to a free name beside it, and return the path of the copy."""
    copy = free_name(path, why)
    copy_file(path, copy, mode=mode)
    return copy


def free_name(path: Path, why: str) -> Path:
    """Return the first name beside a file that is not taken."""
    number = 1
    while (free := path.with_name(f"{path.name}.{why}-{number}")).exists():
        number += 1
    return free


def sidecar(path: Path, end: str) -> Path:
    """Return the path of a SQLite side file."""
    return path.with_name(path.name + end)


def remove_files(path: Path) -> None:
    """Delete a SQLite file with its side files, as far as they can be deleted."""
    for end in SUFFIXES:
        with suppress(OSError):
            sidecar(path, end).unlink()
