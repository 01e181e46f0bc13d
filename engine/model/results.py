"""The results of commands and imports, and what they point out about names."""

from __future__ import annotations

from dataclasses import dataclass

from ..forms.path_text import Path
from ..forms.several_names import NameKind
from .case import Case, Event

LISTS = {NameKind.PERSON: "people", NameKind.ORGANISATION: "organisations"}
"""The list that holds the names of a kind."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NameFinding:
    """Something to point out about a name.

    Attributes:
        path: Its path in the command: `data`, `decided_by`, `organisations` or `steps`, then its path there.
        title: The title of its field.
        name: The name as typed.
        kind: The kind of name.
        recorded_as: The present name of the person or organisation on the list, if the typed name is another one.
        is_unknown: Whether it should be on a list, and is not.
        suggestion: The known name that may be meant; None if no known name is like it.
        is_perhaps_several: Whether it may be several names.
    """

    path: Path
    title: str
    name: str
    kind: NameKind
    recorded_as: str | None = None
    is_unknown: bool = False
    suggestion: str | None = None
    is_perhaps_several: bool = False

    def __str__(self) -> str:
        if self.recorded_as is not None:
            return f'"{self.name}" is recorded as "{self.recorded_as}".'
        parts = [f'"{self.name}" is not on the list of {LISTS[self.kind]}.'] if self.is_unknown else []
        if self.is_perhaps_several:
            parts.append(
                "It may be several names: if so, record each by itself."
                if parts
                else f'"{self.name}" may be several names. If so, record each by itself.'
            )
        if self.suggestion is not None:
            parts.append(f'Did you mean "{self.suggestion}"?')
        return " ".join(parts)


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandResult:
    """The result of a command.

    Attributes:
        case: The case after it.
        events: The recorded events; empty if the same request was handled before.
        repeated: If the same request was handled before.
        opened: The references of the other cases that were opened with it, in order.
        cascaded: The references of the other cases to which its step cascaded, in order.
        name_findings: The names that are on no list, may be several, or are recorded as another; warnings say so, too.
        clock_warnings: What to say of each case with a record ahead of the machine's clock.
    """

    case: Case
    events: tuple[Event, ...]
    repeated: bool = False
    opened: tuple[str, ...] = ()
    cascaded: tuple[str, ...] = ()
    name_findings: tuple[NameFinding, ...] = ()
    clock_warnings: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what to point out to the person who recorded it."""
        return (*(warning for event in self.events for warning in event.effects.warnings), *self.clock_warnings)


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportResult:
    """An imported case.

    Attributes:
        ref: Its reference.
        repeated: If the same request imported it before; then nothing was recorded.
        warnings: What to point out to the person who imported it.
        name_findings: The names that are on no list, may be several, or are recorded as another; warnings say so, too.
    """

    ref: str
    repeated: bool = False
    warnings: tuple[str, ...] = ()
    name_findings: tuple[NameFinding, ...] = ()
