"""Writing a file that others read: it is there whole, or it is as it was."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from ..engine.errors.bad_input import BadValue

SQLITE_MAGIC = b"SQLite format 3\x00"
"""How a database begins, which no report ever takes the place of."""


def write_atomically(path: str, content: bytes, *, name: str) -> None:
    """Writes a file in the place of one that may be there; whoever reads it sees the one or the other.

    Args:
        path: Where; of a link, what it leads to. The rights of a file that is there are kept.
        content: What is to be in it.
        name: The option that names it, for what goes wrong.

    Raises:
        BadValue: where it cannot be written, or where a database or no plain file is there.
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
        raise BadValue(name=name, expected="a file", found="something else of that name")
    with target.open("rb") as file:
        if file.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC:
            raise BadValue(name=name, expected="a report's file", found="a database, which is left as it is")
