"""Create files that only the account itself can read, unless the unit says otherwise."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from ...engine.errors.bad_input import BadValue

PRIVATE = 0o600
"""Reading and writing by the account, nothing by anybody else."""

MOST = 0o666


def create_file(path: Path, mode: int) -> None:
    """Create an empty file with these permissions, unless there is one: that keeps its own.

    SQLite gives the files that it writes beside a database the permissions of the database.
    """
    # Resolved: SQLite would create the file that a link leads to, with the permissions that the umask gives.
    place = os.path.realpath(path)
    with suppress(OSError):  # SQLite will report what is wrong with the place
        descriptor = os.open(place, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE)
        # Closed at once: as long as nobody else has opened the file, no lock is lost by that.
        os.close(descriptor)
        # The umask must not take away what the unit has asked for.
        Path(place).chmod(mode)


def check_mode(mode: int, name: str = "the permissions of files") -> int:
    """Return permissions if they can be given to a file.

    Raises:
        BadValue: if the account itself could not use the file, or if anybody could run it.
    """
    if mode & PRIVATE != PRIVATE or mode & ~MOST:
        raise BadValue(name=name, expected="permissions like 600 or 660, without execution", found=f"{mode:o}")
    return mode


def parse_mode(text: str, name: str) -> int:
    """Return the permissions that a text in octal digits names, as for `chmod`.

    Raises:
        BadValue: if it names none that can be given to a file.
    """
    try:
        mode = int(text, 8)
    except ValueError:
        raise BadValue(name=name, expected="octal digits as for chmod, like 600 or 660", found=repr(text)) from None
    return check_mode(mode, name)


def describe(path: Path) -> str:
    """Return a file's permissions for people."""
    mode = path.stat().st_mode & 0o777
    others = [name for name, bits in (("its group", 0o070), ("every account of the machine", 0o007)) if mode & bits]
    return f"{mode:o}, open to {' and '.join(['this account', *others])}"
