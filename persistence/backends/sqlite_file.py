"""Open a SQLite file with the chosen driver, in the journal mode that is safe with it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Literal

from . import base
from .file_modes import PRIVATE, create_file
from .sqlite_driver import DRIVER, sqlite3
from .write_lock import acquire_write_lock


def open_file(path: Path, access: Literal["ro", "rw", "rwc"], *, mode: int = PRIVATE) -> sqlite3.Connection:
    """Connect to a SQLite file.

    Args:
        path: The path of the file, in which no character has a meaning.
        access: Whether to read, to read and write, or to create the file as well if there is none.
        mode: The permissions of a file that is created.

    Raises:
        sqlite3.Error: if the file cannot be opened.
    """
    if access == "rwc":
        create_file(path, mode)
    # A URI, because without a mode SQLite creates a file if it finds none.
    location = f"{path.absolute().as_uri()}?mode={access}"
    connection = sqlite3.connect(location, uri=True, timeout=base.WAIT_SECONDS, check_same_thread=False)
    if access != "ro" and not DRIVER.is_sound:
        try:
            _leave_write_ahead_log(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def set_journal(connection: sqlite3.Connection, mode: str) -> None:
    """Set the journal mode of a file, once its other users have finished.

    Raises:
        sqlite3.OperationalError: if they had not finished in time.
    """
    # SQLite does not wait for them by itself.
    acquire_write_lock(connection, base.WAIT_SECONDS, f"PRAGMA journal_mode = {mode}")


def _leave_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Change a file to the rollback journal, if a program with another SQLite gave it a write-ahead log."""
    # In a file that is no database the first statement of any use reports it. One that cannot be written is safe.
    with suppress(sqlite3.DatabaseError):
        if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            return
    try:
        set_journal(connection, DRIVER.journal)
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            raise
