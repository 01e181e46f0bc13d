"""What was typed, as the values that the engine takes."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from ..engine.decisions.permission import Decider
from ..engine.errors.bad_input import BadValue, InvalidForm
from ..engine.errors.base import Fault
from ..engine.forms.fields import Field, Form, choices_of, fields_of, unwrapped
from ..engine.forms.parsing import EARLIEST, LATEST, read
from ..engine.model.calendar import Calendar, Term, Unit
from ..engine.model.people import Authority

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
    of: str,
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
    setter = _Setter(form, data)
    for setting in settings:
        setter.set(setting)
    for document in documents:
        _attach(form, data, document)
    if decider is None and from_file is not None:
        decider = _decider(from_file, form, data, of=of)
    return Given(data=data, decided_by=decider)


def given_authority(
    decided_by: str | None, capacity: str | None, evidence: str | None, *, roles: Sequence[str]
) -> Authority | None:
    """Who decided, from the options; None where they do not say.

    Args:
        decided_by: The name.
        capacity: The role in which they decided; may be left out where the step takes one alone.
        evidence: Where that can be read.
        roles: The roles that the step takes.

    Raises:
        BadValue: where a part is missing.
    """
    if decided_by is None:
        if capacity is not None or evidence is not None:
            raise BadValue(name="--decided-by", expected="a name, with --capacity and --evidence", found="nothing")
        return None
    if capacity is None and len(roles) != 1:
        which = f": {', '.join(roles)}" if roles else ""
        raise BadValue(name="--capacity", expected=f"the role in which they decided{which}", found="nothing")
    return Authority(name=decided_by, capacity=capacity or roles[0], evidence=evidence)


def _decider(from_file: Any, form: type[Form], data: dict[str, Any], *, of: str) -> Authority:
    try:
        return read(Decider, from_file, of="decided_by").authority()
    except InvalidForm as error:
        inner = (f"decided_by.{fault.path}" if fault.path != "the form" else "decided_by" for fault in error.faults)
        faults = [
            Fault(path=path, expected=f.expected, found=f.found) for path, f in zip(inner, error.faults, strict=True)
        ]
    # Told together with whatever else is wrong, so that one mending is enough.
    raise InvalidForm(form=of, faults=(*faults_of(form, data), *faults)) from None


def faults_of(form: type[Form], data: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Everything that is wrong with a record; nothing where it is as its form wants it."""
    try:
        read(form, data, of="")
    except InvalidForm as error:
        return error.faults
    return ()


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


def parsed_term(text: str, *, name: str) -> Term:
    """A term given in words, as `20 working days`, `3 months` or `28 days`.

    Raises:
        BadValue: where it is none.
    """
    words = re.fullmatch(r"\s*(\d{1,4})\s+(working days?|months?|days?)\s*", text.replace("_", " "), re.IGNORECASE)
    if words is None:
        raise BadValue(name=name, expected="a term, like 20 working days, 3 months or 28 days", found=repr(text[:40]))
    unit = words[2].lower().replace(" ", "_").removesuffix("s") + "s"
    return Term(amount=int(words[1]), unit=Unit(unit))


def parsed_instant(text: str, *, name: str, calendar: Calendar) -> datetime:
    """An instant given as ISO 8601 with its zone, or a day, which stands for its noon in London.

    Raises:
        BadValue: where it is neither, or so far off that it can only be mistyped.
    """
    try:
        instant = calendar.noon(parsed_day(text, name=name)) if DAY.fullmatch(text) else datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        expected = "an instant with its zone, such as 2026-01-05T09:30:00+00:00, or a day as YYYY-MM-DD"
        raise BadValue(name=name, expected=expected, found=repr(text[:40]))
    # Asked first: an instant at the end of all years is none in another zone.
    if not EARLIEST.year < instant.year < LATEST.year:
        raise BadValue(name=name, expected=f"a year between {EARLIEST.year} and {LATEST.year}", found=str(instant.year))
    return instant.astimezone(UTC)


def typed_value(field: Field, text: str) -> Any:
    """What a person typed for a field, or for one item of a list, as the JSON value that its form takes."""
    kind = field.kind if field.item is None else unwrapped(field.item)[0]
    if kind is bool and text.lower() in ("true", "yes", "y", "false", "no", "n"):
        return text.lower() in ("true", "yes", "y")
    if choices := choices_of(kind):
        identifier = "_".join(text.lower().split())
        return identifier if identifier in choices else text
    if kind is int and re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    if (field.item is not None or field.form is not None) and text[:1] in ("[", "{"):
        try:
            return msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            return text
    return text


def document_for(path: str, *, name: str = "--document") -> dict[str, str]:
    """A file as a reference to it: its name, where it is, and the SHA-256 of its content.

    Args:
        path: The file.
        name: What it was given as, for the error.

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
        raise BadValue(name=f"{name} {path}", expected="a file that can be read", found=reason.lower()) from None
    return {"title": Path(path).name, "location": str(Path(path).absolute()), "sha256": digest.hexdigest()}


class _Setter:
    """Carries out `--set`: one value a field, but any number of items of a list."""

    def __init__(self, form: type[Form], data: dict[str, Any]) -> None:
        self._form, self._data = form, data
        self._given: set[str] = set()

    def set(self, setting: str) -> None:
        path, equals, text = setting.partition("=")
        path = path.strip().lower()
        if not equals or not path:
            # Not quoted: it may be the beginning of something sensitive.
            raise BadValue(name="--set", expected="field=value", found="no field" if equals else "no equals sign")
        *way, last = path.split(".")
        if (*way, last)[0] == "decided_by":
            expected = "--decided-by, --capacity and --evidence for that"
            raise BadValue(name=f"--set {path}", expected=expected, found="--set")
        holder = self._data
        inner: type[Form] | None = self._form
        for part in way:
            holder, inner = self._within(holder, inner, part, path)
        field = _field(inner, last)
        value = text if field is None else typed_value(field, text)  # unknown: the form says so, with all other faults
        if field is not None and field.item is not None and not isinstance(value, list):
            former = holder.get(last)
            holder[last] = [*former, value] if isinstance(former, list) else [value]
            return
        if path in self._given:
            raise BadValue(name=f"--set {path}", expected="it once", found="it again")
        self._given.add(path)
        holder[last] = value

    @staticmethod
    def _within(
        holder: dict[str, Any], form: type[Form] | None, part: str, path: str
    ) -> tuple[dict[str, Any], type[Form] | None]:
        field = _field(form, part)
        deeper = holder.setdefault(part, {})
        if not isinstance(deeper, dict):
            raise BadValue(name=f"--set {path}", expected=f"{part} to be an object", found="something else")
        return deeper, None if field is None else field.form


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
