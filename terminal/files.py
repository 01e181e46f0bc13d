"""Write a file completely, or leave it as it was."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from ..engine.errors.bad_input import BadValue

SQLITE_MAGIC = b"SQLite format 3\x00"
"""The first bytes of a SQLite database, which a report must not overwrite."""


def write_atomically(path: str, content: bytes, *, name: str) -> None:
    """Write a file, in place of an existing one; a reader sees the old file or the new one, never a part.

    Args:
        path: The file. A link is followed. An existing file keeps its permissions.
        content: The bytes to write.
        name: The option that names the file, for error messages.

    Raises:
        BadValue: if the file cannot be written, or the path holds a database or no plain file.
    """
    part: Path | None = None
    try:
        target = Path(path).resolve()
        there = target.exists()
        if there:
            _check_replaceable(target, f"{name} {path}")
        part = target.with_name(f".{target.name}.{token_hex(4)}.part")
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if there:
            shutil.copymode(target, part)
        part.replace(target)
    except (OSError, ValueError, RuntimeError) as error:
        if part is not None:
            with suppress(OSError, ValueError):
                part.unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or "a name that no file can have"
        raise BadValue(name=f"{name} {path}", expected="a file that can be written", found=reason.lower()) from None


def _check_replaceable(target: Path, name: str) -> None:
    if not target.is_file():
        raise BadValue(name=name, expected="a file", found="something else with that name")
    with target.open("rb") as file:
        if file.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC:
            raise BadValue(name=name, expected="a file to write the report to", found="a database. It was not changed")
