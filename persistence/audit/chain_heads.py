"""A seal: the head hash of every case in a file, to be kept where the database's owner cannot reach it.

The chain alone shows careless and partial tampering. Whoever owns the database can rewrite all of it,
hashes included; only a seal that was taken before, and kept elsewhere, shows that.

The file is JSON Lines: a first line that says what it is, one line a case in the order of references,
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
    """Writes a seal, and returns how many cases are in it.

    Raises:
        BadValue: where the file is there already, or cannot be written.
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
            for count, content in enumerate(lines, start=1):  # noqa: B007 (how many there were)
                line(content)
            file.write(msgspec.json.encode({"cases": count, "sha256": digest.hexdigest()}) + b"\n")
    except OSError as error:
        reason = (error.strerror or "a name that no file can have").lower()
        raise BadValue(name=f"the seal {path}", expected="a new file that can be written", found=reason) from None
    return count


def read_seal(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a seal, one a case.

    Raises:
        BadValue: where the file cannot be read, is no seal, or is not as it was written.
    """
    _check(path)  # at once: what is no seal need not wait for a long walk
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
        # Half a seal would only stand in the way of the next one.
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
    """The JSON object in a line; an empty one where it holds none."""
    try:
        found = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def seal_lines(connection: Connection) -> Iterator[dict[str, Any]]:
    """The head of every case: its reference, its latest event's number and hash."""
    query = select(tables.case.c.ref, tables.case.c.seq, tables.case.c.head).order_by(tables.case.c.ref)
    for ref, seq, head in connection.execute(query.execution_options(yield_per=PAGE)):
        yield {"ref": ref, "seq": seq, "hash": head}


def against_seal(connection: Connection, lines: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    """What is no longer as a seal has it: histories that were cut short or rewritten.

    Args:
        connection: A connection to the record.
        lines: The seal's lines, each `ref`, `seq` and `hash`.
    """
    query = select(tables.event.c.hash)
    for line in lines:
        here = and_(tables.event.c.case_ref == line["ref"], tables.event.c.seq == line["seq"])
        found = connection.execute(query.where(here)).scalar_one_or_none()
        if found is None:
            fault = f"The seal has event {line['seq']}, and it is gone: the history was cut short."
        elif found != line["hash"]:
            fault = f"Event {line['seq']} is not the one that was sealed: the history was rewritten."
        else:
            continue
        yield Finding(ref=str(line["ref"]), seq=int(line["seq"]), fault=fault)
