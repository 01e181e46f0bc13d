"""Read a JSON Lines file of cases to import, one case with its steps in each line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec

from ....engine.errors.bad_input import BadDate, BadValue, ImportFailed, InvalidForm, LineFault
from ....engine.errors.base import title_and_code
from ....engine.errors.refusals import Refused
from ....engine.model.commands import HistoryStep, ImportHistory, Open
from ....engine.model.people import Actor, DecidedBy
from ...input import CHUNK_SIZE, DAY_PATTERN, MAX_BYTES

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Decider(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    capacity: str
    evidence: str | None = None


class _Step(msgspec.Struct, forbid_unknown_fields=True):
    step: str
    data: dict[str, Any] = {}
    on: str | None = None
    decided_by: _Decider | None = None


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    workflow: str
    data: dict[str, Any]
    on: str | None = None
    decided_by: _Decider | None = None
    parent: str | None = None
    id: str | None = None
    steps: tuple[_Step, ...] = ()


_decode = msgspec.json.Decoder(_Line).decode


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryFile:
    """A file of cases to import.

    Attributes:
        path: The file.
        name: The file's name as typed.
        digest: SHA-256 of its content, which identifies its lines in a later run.
        total: Its number of lines.
        actor: The person who imports them.
    """

    path: Path
    name: str
    digest: str
    total: int
    actor: Actor

    def read(self) -> Iterator[tuple[int, ImportHistory | LineFault]]:
        """Yield each line's number, from 1, with its case or its fault; skip empty lines."""
        known: dict[str, int] = {}
        with self.path.open("rb") as file:
            for number, content in enumerate(file, start=1):
                # Some Windows programs begin a file with this mark.
                line = content.removeprefix(BYTE_ORDER_MARK) if number == 1 else content
                if line.strip():
                    yield number, self._parse_line(number, line, known)

    def _parse_line(self, number: int, content: bytes, known: dict[str, int]) -> ImportHistory | LineFault:
        if len(content) > MAX_BYTES:
            return LineFault(line=number, path="", problem="expected at most 5 MB, found more")
        try:
            line = _decode(content)
        except msgspec.ValidationError as error:
            # The message contains types and names, but no values.
            problem, _, where = str(error).replace("`", "").partition(" - at $")
            return LineFault(line=number, path=where.removeprefix("."), problem=problem)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return LineFault(line=number, path="", problem="expected a JSON object in UTF-8, found something else")
        if line.id is not None and known.setdefault(line.id, number) != number:
            return LineFault(
                line=number, path="id", problem=f"expected an id of its own, found the id of line {known[line.id]}"
            )
        try:
            opening = Open(
                workflow=line.workflow,
                actor=self.actor,
                data=line.data,
                decided_by=_decided_by(line.decided_by),
                on=_day(line.on, "on"),
                request_id=line.id or f"import-{self.digest}-{number}",
                parent=line.parent,
            )
            return ImportHistory(
                opening=opening, steps=tuple(_history_step(step, place) for place, step in enumerate(line.steps))
            )
        except BadValue as error:
            return LineFault(line=number, path=error.name, problem=f"expected {error.expected}, found {error.found}")


def open_history_file(name: str, actor: Actor) -> HistoryFile:
    """Open a file of cases to import after reading it once.

    Raises:
        BadValue: if the file cannot be read.
    """
    digest, total, last = hashlib.sha256(), 0, b"\n"
    try:
        with Path(name).open("rb") as file:
            while chunk := file.read(CHUNK_SIZE):
                digest.update(chunk)
                total, last = total + chunk.count(b"\n"), chunk[-1:]
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "a name that no file can have"
        raise BadValue(name=name, expected="a file with a case in each line", found=reason.lower()) from None
    return HistoryFile(
        path=Path(name), name=name, digest=digest.hexdigest(), total=total + (last != b"\n"), actor=actor
    )


def line_faults(number: int, error: ImportFailed) -> Iterator[LineFault]:
    """Yield the faults of a case, with their place in its line."""
    where = f"steps[{error.step - 1}]" if error.step else ""
    match error.cause:
        case InvalidForm(form=form, faults=faults):
            # The person who decided is not part of the record.
            inner = "decided_by" if form == "decided_by" else "data"
            for fault in faults:
                path = _path(where, inner, "" if fault.path == "the form" else fault.path)
                yield LineFault(line=number, path=path, problem=f"expected {fault.expected}, found {fault.found}")
        case Refused(reasons=reasons) as refused:
            why = " ".join(map(str, reasons))
            step = title_and_code(refused.step_title, refused.step)
            problem = f'"{step}" is refused at the stage "{refused.state_title}". {why}'
            yield LineFault(line=number, path=where, problem=problem)
        case BadDate(found=given, expected=expected):
            yield LineFault(line=number, path=_path(where, "on"), problem=f"expected {expected}, found {given}")
        case cause:
            yield LineFault(line=number, path=where, problem=str(cause))


def _path(*parts: str) -> str:
    return ".".join(part for part in parts if part)


def _history_step(step: _Step, place: int) -> HistoryStep:
    return HistoryStep(
        trigger=step.step,
        data=step.data,
        decided_by=_decided_by(step.decided_by),
        on=_day(step.on, f"steps[{place}].on"),
    )


def _decided_by(decider: _Decider | None) -> DecidedBy | None:
    if decider is None:
        return None
    return DecidedBy(name=decider.name, capacity=decider.capacity, evidence=decider.evidence)


def _day(text: str | None, path: str) -> date | datetime | None:
    if text is None:
        return None
    try:
        if DAY_PATTERN.fullmatch(text):
            return date.fromisoformat(text)
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant
    except ValueError:
        pass
    expected = "a day as YYYY-MM-DD, or an instant with its zone"
    raise BadValue(name=path, expected=expected, found="something else")
