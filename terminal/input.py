"""Turn typed text into the values that the engine takes."""

from __future__ import annotations

import hashlib
import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from ..engine.errors.bad_input import BadValue
from ..engine.forms.fields import Field, choice_titles_of, unwrap
from ..engine.forms.parsing import EARLIEST, LATEST
from ..engine.model.calendar import Calendar, Term, TermUnit

MAX_BYTES = 5_000_000
CHUNK_SIZE = 1 << 20
DAY_PATTERN = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_file(name: str) -> dict[str, Any]:
    """Return the JSON object in a file, or on standard input for `-`.

    Raises:
        BadValue: if the file cannot be read, is too large, or holds no JSON object.
    """
    wanted = "a file with one JSON object"
    try:
        if name == "-":
            content = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "a name that no file can have"
        raise BadValue(name=f"--file {name}", expected=wanted, found=reason.lower()) from None
    if len(content) > MAX_BYTES:
        raise BadValue(name=f"--file {name}", expected="a file of at most 5 MB", found="a larger one")
    try:
        # Notepad on Windows writes a byte-order mark.
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


def parse_day(text: str, *, name: str) -> date:
    """Return the day that was typed as `YYYY-MM-DD`.

    Raises:
        BadValue: if there is no such day.
    """
    try:
        if DAY_PATTERN.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadValue(name=name, expected="a day that exists, as YYYY-MM-DD", found=repr(text[:40]))


def parse_term(text: str, *, name: str) -> Term:
    """Return the term that was typed in words, like `20 working days`, `3 months` or `28 days`.

    Raises:
        BadValue: if the text is not a term.
    """
    words = re.fullmatch(r"\s*(\d{1,4})\s+(working days?|months?|days?)\s*", text.replace("_", " "), re.IGNORECASE)
    if words is None:
        raise BadValue(name=name, expected="a term, like 20 working days, 3 months or 28 days", found=repr(text[:40]))
    unit = words[2].lower().replace(" ", "_").removesuffix("s") + "s"
    return Term(amount=int(words[1]), unit=TermUnit(unit))


def parse_instant(text: str, *, name: str, calendar: Calendar) -> datetime:
    """Return the instant that was typed as ISO 8601 with its zone, or as a day, which means noon in London.

    Raises:
        BadValue: if the text is neither, or its year is so far off that it must be a mistake.
    """
    try:
        instant = (
            calendar.noon(parse_day(text, name=name)) if DAY_PATTERN.fullmatch(text) else datetime.fromisoformat(text)
        )
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        expected = "a time with its zone, such as 2026-01-05T09:30:00+00:00, or a day as YYYY-MM-DD"
        raise BadValue(name=name, expected=expected, found=repr(text[:40]))
    # Check the year first: an instant in the last possible year cannot be converted to another zone.
    if not EARLIEST.year < instant.year < LATEST.year:
        raise BadValue(name=name, expected=f"a year between {EARLIEST.year} and {LATEST.year}", found=str(instant.year))
    return instant.astimezone(UTC)


def parse_value(field: Field, text: str) -> Any:
    """Return the JSON value that a form takes for the text typed for a field, or for one item of its list."""
    kind, metas = (field.kind, field.meta) if field.item_type is None else unwrap(field.item_type)[:2]
    if kind is bool and text.lower() in ("true", "yes", "y", "false", "no", "n"):
        return text.lower() in ("true", "yes", "y")
    if titles := choice_titles_of(kind, metas):
        words = " ".join(text.replace("_", " ").split()).casefold()
        typed = (value for value, title in titles.items() if words in (title.casefold(), value.replace("_", " ")))
        return next(typed, text)
    if kind is int and re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    if (field.item_type is not None or field.form is not None) and text[:1] in ("[", "{"):
        try:
            return msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            return text
    return text


def document_reference(path: str, *, name: str = "--document") -> dict[str, str]:
    """Return a reference to a file: its name, its place, and the SHA-256 of its content.

    Args:
        path: The file.
        name: The option that names the file, for error messages.

    Raises:
        BadValue: if the file cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with Path(path).open("rb") as file:
            while chunk := file.read(CHUNK_SIZE):
                digest.update(chunk)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "a name that no file can have"
        raise BadValue(name=f"{name} {path}", expected="a file that can be read", found=reason.lower()) from None
    return {"title": Path(path).name, "location": str(Path(path).absolute()), "sha256": digest.hexdigest()}
