"""Base classes of the engine's errors.

Every error that the engine raises on purpose is a `CasereviewError`. `facts()` returns its fields for
a program, and `str()` a sentence for a person. No field ever holds a value that a form marks as sensitive.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A reason why a step is refused.

    Attributes:
        guard: The name of the guard that refuses.
        reason: A sentence that says what is missing.
        cleared_by: The role or roles that can clear it; empty if no role can.
    """

    guard: str
    reason: str
    cleared_by: str

    def __str__(self) -> str:
        return f"{self.reason} ({self.cleared_by} can clear it)" if self.cleared_by else self.reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A fault in a record.

    Attributes:
        path: The place, as a dotted path into the form (`period.start`, `organisations[2]`).
        expected: A description of correct values.
        found: A description of the value; never the content of a sensitive field.
        title: The place in words, from the titles of its fields; empty if the place is no field. It follows from
            the path, so it is not compared.
    """

    path: str
    expected: str
    found: str
    title: str = field(default="", compare=False)

    def __str__(self) -> str:
        facts = days_in_words(f"expected {self.expected}, found {self.found}")
        return f"{title_and_exact_code(self.title, self.path)}: {facts}"


@dataclass(kw_only=True, eq=False)
class CasereviewError(Exception):
    """The base of all errors of this package."""

    code: ClassVar[str] = "error"

    def facts(self) -> dict[str, Any]:
        """Return the error's fields as plain values that a JSON encoder accepts."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}

    def __reduce__(self) -> tuple[Any, ...]:
        # Pickle would otherwise call the class with positional arguments.
        return _rebuild, (type(self), {f.name: getattr(self, f.name) for f in fields(self)})


def _rebuild(kind: type[CasereviewError], facts: dict[str, Any]) -> CasereviewError:
    return kind(**facts)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


class BadInput(CasereviewError):
    """The input cannot be understood; nothing was changed."""


class StoreError(CasereviewError):
    """The database cannot be used; nothing was changed."""


def day_in_words(day: date) -> str:
    """Return a day for people: `3 February 2026`."""
    return f"{day.day} {day:%B %Y}"


ISO_DAY = re.compile(r"(?<![\w'\"/.:-])\d{4}-\d\d-\d\d(?![\w'\"/-]|[.:]\w)")
"""A day as facts hold it, that stands by itself: not quoted, and not part of a time, a name or a reference."""


def days_in_words(facts: str) -> str:
    """Return facts with each day as people read it: `3 February 2026 or later` for `2026-02-03 or later`."""
    return ISO_DAY.sub(_day_found, facts)


def _day_found(found: re.Match[str]) -> str:
    try:
        return day_in_words(date.fromisoformat(found[0]))
    except ValueError:  # there is no such day
        return found[0]


def one_of(names: tuple[str, ...]) -> str:
    """Return the names as a readable list, `a, b or c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} or {names[-1]}"


def title_and_code(title: str, code: str) -> str:
    """Return a title, with the code in brackets if the title cannot be typed in its place."""
    typed = title.strip().lower().replace(" ", "_").replace("-", "_")
    return title if typed == code else f"{title} ({code})"


def title_and_exact_code(title: str, code: str) -> str:
    """Return a title with the code of a field or a choice, unless it is the same word.

    Unlike a step's, such a code cannot be typed with spaces. If there is no title, return the code.
    """
    return f"{title} ({code})" if title.lower() not in ("", code) else title or code


def titles_and_codes(titles: tuple[str, ...], codes: tuple[str, ...]) -> str:
    """Return a list of titles with their codes, separated by semicolons because titles may hold commas."""
    return "; ".join(title_and_code(title, code) for title, code in zip(titles, codes, strict=True))


def listed_faults(faults: tuple[object, ...]) -> tuple[str, str]:
    """Return the number of faults in words (`2 things`), and the faults on a line each."""
    count = "1 thing" if len(faults) == 1 else f"{len(faults)} things"
    return count, "".join(f"\n  - {fault}" for fault in faults)
