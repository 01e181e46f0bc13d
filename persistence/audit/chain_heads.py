"""Write and read a seal: a file with the head hash of every case, to be stored out of the database owner's reach.

The chain alone shows careless and partial tampering. The owner of the database can rewrite all of it,
hashes included; only an earlier seal, stored elsewhere, shows that.

The file is JSON Lines: a first line that names its kind and the record, one line a case in the order of references,
and a last line with the SHA-256 of all lines before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, select

from ...engine.errors.bad_input import BadValue
from ..schema import tables
from ..schema.types import as_text
from ..store.identity import RecordIdentity, identity_of
from .raw_rows import PAGE, Finding

KIND = "casereview seal"
WHOLE_RECORD = "the record"
"""The `ref` of a finding that is about no single case."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seal:
    """A seal that was read.

    Attributes:
        identity: The record that was sealed, and its epoch then.
        lines: Its lines, one a case, each with `ref`, `seq` and `hash`; they can be read once.
    """

    identity: RecordIdentity
    lines: Iterator[dict[str, Any]]


def write_seal(
    path: Path, lines: Iterable[Mapping[str, Any]], *, identity: RecordIdentity, database: str, at: datetime
) -> int:
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

            named = {"record": identity.id, "epoch": identity.epoch, "database": database}
            line({"kind": KIND, **named, "sealed_at": as_text(at)})
            for count, content in enumerate(lines, start=1):  # noqa: B007 (the number of lines)
                line(content)
            file.write(msgspec.json.encode({"cases": count, "sha256": digest.hexdigest()}) + b"\n")
    except OSError as error:
        reason = (error.strerror or "a name that no file can have").lower()
        raise BadValue(name=f"the seal {path}", expected="a new file that can be written", found=reason) from None
    return count


def read_seal(path: Path) -> Seal:
    """Return a seal. Its lines are read as they are asked for.

    Raises:
        BadValue: if the file cannot be read, is not a seal, or was changed.
    """
    identity = _checked_identity(path)  # at once, not after a long verification
    return Seal(identity=identity, lines=_lines(path))


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


def _checked_identity(path: Path) -> RecordIdentity:
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
    head = _object(first)
    record, epoch = head.get("record"), head.get("epoch")
    if head.get("kind") != KIND or not isinstance(record, str) or not isinstance(epoch, int):
        raise BadValue(name=f"the seal {path}", expected="a file that was written as a seal", found="another file")
    if _object(last).get("sha256") != digest.hexdigest():
        raise BadValue(name=f"the seal {path}", expected="the seal as it was written", found="one that was changed")
    return RecordIdentity(id=record, epoch=epoch)


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


def against_seal(connection: Connection, seal: Seal) -> Iterator[Finding]:
    """Yield a finding for every history that was cut short or rewritten since a seal was written.

    If the seal is of another record, or of a later epoch, that is the only finding.

    Args:
        connection: A connection to the record.
        seal: The seal.
    """
    own, sealed = identity_of(connection), seal.identity
    if own.id != sealed.id:
        fault = f"The seal is of another record. This record is {own.id}; the seal is of {sealed.id}."
        yield Finding(ref=WHOLE_RECORD, seq=None, fault=fault)
        return
    if own.epoch < sealed.epoch:
        fault = (
            f"The seal was written in epoch {sealed.epoch}, and the record is in epoch {own.epoch}:"
            " an earlier state was put in its place."
        )
        yield Finding(ref=WHOLE_RECORD, seq=None, fault=fault)
        return
    restored = " Since then a backup was restored, or the record was copied." if own.epoch > sealed.epoch else ""
    query = select(tables.event.c.hash)
    for line in seal.lines:
        here = and_(tables.event.c.case_ref == line["ref"], tables.event.c.seq == line["seq"])
        stored = connection.execute(query.where(here)).scalar_one_or_none()
        if stored is None:
            fault = f"The seal has event {line['seq']}, and it is gone: the history was cut short."
        elif stored != line["hash"]:
            fault = f"Event {line['seq']} is not the one that was sealed: the history was rewritten."
        else:
            continue
        yield Finding(ref=str(line["ref"]), seq=int(line["seq"]), fault=fault + restored)
