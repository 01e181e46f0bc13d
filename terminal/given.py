"""What was typed, as the values that the engine takes."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from ..engine.authority import Decider
from ..engine.calendars import Calendar
from ..engine.case import Authority
from ..engine.errors import BadValue
from ..engine.forms import Field, Form, fields_of, read

MOST_BYTES = 5_000_000
CHUNK = 1 << 20
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """A step's record as it was given, and on whose decision, if that was said.

    Attributes:
        data: Names and JSON values, not yet checked.
        decided_by: Who decided; None where the file and the options do not say.
    """

    data: dict[str, Any]
    decided_by: Authority | None


def given(
    form: type[Form],
    *,
    file: str | None,
    settings: Sequence[str],
    documents: Sequence[str],
    decider: Authority | None,
) -> Given:
    """What a file, `--set` and `--document` amount to. The options win over the file.

    Raises:
        BadInput: where the file or an option cannot be understood.
    """
    data = {} if file is None else read_file(file)
    from_file = data.pop("decided_by", None)
    for setting in settings:
        _set(form, data, setting)
    for document in documents:
        _attach(form, data, document)
    if decider is None and from_file is not None:
        decider = read(Decider, from_file, of="decided_by").authority()
    return Given(data=data, decided_by=decider)


def read_file(name: str) -> dict[str, Any]:
    """The JSON object in a file, or on standard input for `-`.

    Raises:
        BadValue: where it cannot be read, is too large, or holds no JSON object.
    """
    wanted = "a file that holds one JSON object"
    try:
        if name == "-":
            content = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "a name that no file can have"
        raise BadValue(name=f"--file {name}", expected=wanted, found=reason.lower()) from None
    if len(content) > MOST_BYTES:
        raise BadValue(name=f"--file {name}", expected="a file of at most 5 MB", found="a larger one")
    try:
        # A byte-order mark is what Windows' Notepad writes.
        data = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        place = re.search(r"byte (\d+)", str(error))
        line = content[: int(place[1])].count(b"\n") + 1 if place else None
        found = f"something else at line {line}" if line else "something else"
        raise BadValue(name=f"--file {name}", expected=wanted, found=found) from None
    except RecursionError:
        raise BadValue(name=f"--file {name}", expected=wanted, found="one nested too deeply") from None
    if not isinstance(data, dict):
        raise BadValue(name=f"--file {name}", expected=wanted, found="another JSON value")
    return data


def parsed_day(text: str, *, name: str) -> date:
    """A day given as `YYYY-MM-DD`.

    Raises:
        BadValue: where there is no such day.
    """
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadValue(name=name, expected="a day that exists, as YYYY-MM-DD", found=repr(text[:40]))


def parsed_instant(text: str, *, name: str, calendar: Calendar) -> datetime:
    """An instant given as ISO 8601 with its zone, or a day, which stands for its noon in London.

    Raises:
        BadValue: where it is neither.
    """
    if DAY.fullmatch(text):
        return calendar.noon(parsed_day(text, name=name))
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        expected = "an instant with its zone, such as 2026-01-05T09:30:00+00:00, or a day as YYYY-MM-DD"
        raise BadValue(name=name, expected=expected, found=repr(text[:40]))
    return instant.astimezone(UTC)


def typed_value(field: Field, text: str) -> Any:
    """What a person typed for a field, as the JSON value that its form takes."""
    if field.kind is bool and text.lower() in ("true", "yes", "y", "false", "no", "n"):
        return text.lower() in ("true", "yes", "y")
    if field.kind is int and re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    if (field.item is not None or field.form is not None) and text[:1] in ("[", "{"):
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError:
            return text
    return text


def document_for(path: str) -> dict[str, str]:
    """A file as a reference to it: its name, where it is, and the SHA-256 of its content.

    Raises:
        BadValue: where the file cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with Path(path).open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "a name that no file can have"
        raise BadValue(name=f"--document {path}", expected="a file that can be read", found=reason.lower()) from None
    return {"title": Path(path).name, "location": str(Path(path).absolute()), "sha256": digest.hexdigest()}


def _set(form: type[Form], data: dict[str, Any], setting: str) -> None:
    path, equals, text = setting.partition("=")
    if not equals or not path:
        raise BadValue(name="--set", expected="field=value", found=repr(setting[:40]))
    *way, last = path.split(".")
    holder = data
    inner: type[Form] | None = form
    for part in way:
        field = _field(inner, part)
        inner = None if field is None else field.form
        deeper = holder.setdefault(part, {})
        if not isinstance(deeper, dict):
            raise BadValue(name=f"--set {path}", expected=f"{part} to be an object", found="something else")
        holder = deeper
    field = _field(inner, last)
    if field is None:  # left for the form to say, with all other faults
        holder[last] = text
        return
    value = typed_value(field, text)
    if field.item is not None and isinstance(value, str):
        former = holder.get(last)
        holder[last] = [*former, value] if isinstance(former, list) else [value]
    else:
        holder[last] = value


def _attach(form: type[Form], data: dict[str, Any], option: str) -> None:
    name, equals, path = option.partition("=")
    fields = {f.name: f for f in fields_of(form) if _holds_document(f)}
    if not equals or name not in fields:
        name, path = "documents", option
    if name not in fields:
        expected = f"FIELD=FILE with one of {', '.join(fields)}" if fields else "no document: this step takes none"
        raise BadValue(name="--document", expected=expected, found=repr(option[:40]))
    document = document_for(path)
    if fields[name].item is None:
        data[name] = document
    else:
        former = data.get(name)
        data[name] = [*former, document] if isinstance(former, list) else [document]


def _holds_document(field: Field) -> bool:
    form = field.item if field.item is not None else field.kind
    if not (isinstance(form, type) and issubclass(form, Form)):
        return False
    return {"title", "location", "sha256"} <= {inner.name for inner in fields_of(form)}


def _field(form: type[Form] | None, name: str) -> Field | None:
    if form is None:
        return None
    return next((field for field in fields_of(form) if field.name == name), None)
