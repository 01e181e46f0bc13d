"""Write and read a seal: a file with the head hash of every case, to be stored out of the database owner's reach.

The chain alone shows careless and partial tampering. The owner of the database can rewrite all of it,
hashes included; only an earlier seal, stored elsewhere, shows that.

The file is JSON Lines: a first line that names its kind, one line a case in the order of references,
and a last line with the SHA-256 of all lines before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, select

from ...engine.errors.bad_input import BadValue
from ..schema import tables
from ..schema.types import as_text
from .raw_rows import PAGE, Finding

KIND = "casereview seal"


def write_seal(path: Path, lines: Iterable[Mapping[str, Any]], *, database: str, at: datetime) -> int:
    """Write a seal, and return the number of its cases.

    Raises:
        BadValue: if the file exists already, or cannot be written.
    """
    digest = hashlib.sha256()
    count = 0
    try:
        path.touch(exist_ok=False)
        with _removed_on_failure(path), path.open("wb") as file:

            def line(content: Mapping[str, Any]) -> None:
                encoded = msgspec.json.encode(content) + b"\n"
                digest.update(encoded)
                file.write(encoded)

            line({"kind": KIND, "database": database, "sealed_at": as_text(at)})
            for count, content in enumerate(lines, start=1):  # noqa: B007 (the number of lines)
                line(content)
            file.write(msgspec.json.encode({"cases": count, "sha256": digest.hexdigest()}) + b"\n")
    except OSError as error:
        reason = (error.strerror or "a name that no file can have").lower()
        raise BadValue(name=f"the seal {path}", expected="a new file that can be written", found=reason) from None
    return count


def read_seal(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a seal, one a case.

    Raises:
        BadValue: if the file cannot be read, is not a seal, or was changed.
    """
    _check(path)  # at once, not after a long verification
    return _lines(path)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as file:
        next(file)
        for line in file:
            content = msgspec.json.decode(line)
            if "ref" in content:
                yield content


@contextmanager
def _removed_on_failure(path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        # Half a seal would only prevent the next one.
        path.unlink(missing_ok=True)
        raise


def _check(path: Path) -> None:
    digest, last = hashlib.sha256(), b""
    try:
        with path.open("rb") as file:
            for line in file:
                digest.update(last)
                last = line
        with path.open("rb") as file:
            first = file.readline()
    except OSError as error:
        reason = (error.strerror or "a name that no file can have").lower()
        raise BadValue(name=f"the seal {path}", expected="a seal that can be read", found=reason) from None
    if _object(first).get("kind") != KIND:
        raise BadValue(name=f"the seal {path}", expected="a file that was written as a seal", found="another file")
    if _object(last).get("sha256") != digest.hexdigest():
        raise BadValue(name=f"the seal {path}", expected="the seal as it was written", found="one that was changed")


def _object(line: bytes) -> dict[str, Any]:
    """Return the JSON object in a line, or an empty one if the line holds no object."""
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def seal_lines(connection: Connection) -> Iterator[dict[str, Any]]:
    """Yield the head of every case: its reference, and the number and hash of its latest event."""
    query = select(tables.case.c.ref, tables.case.c.seq, tables.case.c.head).order_by(tables.case.c.ref)
    for ref, seq, head in connection.execute(query.execution_options(yield_per=PAGE)):
        yield {"ref": ref, "seq": seq, "hash": head}


def against_seal(connection: Connection, lines: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    """Yield a finding for every history that was cut short or rewritten since a seal was written.

    Args:
        connection: A connection to the record.
        lines: The lines of the seal, each with `ref`, `seq` and `hash`.
    """
    query = select(tables.event.c.hash)
    for line in lines:
        here = and_(tables.event.c.case_ref == line["ref"], tables.event.c.seq == line["seq"])
        stored = connection.execute(query.where(here)).scalar_one_or_none()
        if stored is None:
            fault = f"The seal has event {line['seq']}, and it is gone: the history was cut short."
        elif stored != line["hash"]:
            fault = f"Event {line['seq']} is not the one that was sealed: the history was rewritten."
        else:
            continue
        yield Finding(ref=str(line["ref"]), seq=int(line["seq"]), fault=fault)
