"""What can go wrong, as values: the facts as attributes, and one sentence that says what to do.

Every error that the engine raises on purpose descends from `CasereviewError`. Its fields are its
facts (`facts()` gives them for a program), `str()` is the sentence (for a person). No field of an
error ever holds what a form marks as sensitive.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One thing that stands in the way of a step.

    Attributes:
        guard: The name of the condition that does not hold.
        reason: What is missing, in a sentence.
        cleared_by: The role, or the roles, that can clear it.
    """

    guard: str
    reason: str
    cleared_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing that is wrong with what was given.

    Attributes:
        path: Where, as a dotted path into the form (`period.start`, `organisations[2]`).
        expected: What was expected there.
        found: What was found, described; never the content of a sensitive field.
    """

    path: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected}, found {self.found}"


@dataclass(kw_only=True, eq=False)
class CasereviewError(Exception):
    """The root of all errors of this package."""

    code: ClassVar[str] = "error"

    def facts(self) -> dict[str, Any]:
        """The error's fields as plain values that a JSON encoder takes."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions cross process borders (pytest-xdist, multiprocessing) by pickle, which would
        # otherwise call the class with positional arguments.
        return _rebuild, (type(self), {f.name: getattr(self, f.name) for f in fields(self)})


def _rebuild(kind: type[CasereviewError], facts: dict[str, Any]) -> CasereviewError:
    return kind(**facts)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


class BadInput(CasereviewError):
    """What was given cannot be understood; nothing was changed."""


class StoreError(CasereviewError):
    """The database cannot be used; nothing was changed."""


def one_of(names: tuple[str, ...]) -> str:
    """The names as a readable list, `a, b or c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} or {names[-1]}"


def listed_faults(faults: tuple[object, ...]) -> tuple[str, str]:
    """How many faults there are, in words (`2 things`), and each of them on a line of its own."""
    count = "1 thing" if len(faults) == 1 else f"{len(faults)} things"
    return count, "".join(f"\n  - {fault}" for fault in faults)


# --- what a rule refuses ------------------------------------------------------------------------


# --- what was typed ------------------------------------------------------------------------------


# --- messages -------------------------------------------------------------------------------------


# --- definitions and databases --------------------------------------------------------------------
