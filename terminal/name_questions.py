"""Ask a person about names that are on no list, and list such names for a batch, each once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

import click

from ..engine import Command, NameFinding, NameKind, with_names
from ..reports.render.json.document import Document
from ..reports.values.dates import count_of
from . import prompts
from .session import Session

C = TypeVar("C", bound=Command)

MAX_NAMES = 50
"""The most names that are listed."""


YES_OR_NO = ("y", "n", "yes", "no")
"""Answers to another question than the one for a name."""


class _Named(Protocol):
    @property
    def name_findings(self) -> tuple[NameFinding, ...]: ...


def ask_about_names(session: Session, command: C) -> C:
    """Return a command with the names that a person at a terminal chose in place of those that are on no list.

    A command with a request ID is left as it is: repeated, it has to be the same.

    Raises:
        InvalidForm: if a field for one organisation holds several that are on the list.
    """
    if not session.is_interactive or command.request_id is not None:
        return command
    changed = []
    for finding in session.engine.name_findings(command):
        name = ask_about_name(finding)
        if name != finding.name:
            changed.append((finding.path, name))
    found: C = with_names(command, changed)
    return found


def ask_about_name(finding: NameFinding) -> str:
    """Return the name that a person chose: as typed, the suggested one, or another one."""
    if finding.recorded_as is not None:
        return finding.name
    prompts.print_line(f"{finding.title}: {finding}" if finding.title else str(finding))
    if finding.suggestion is not None and prompts.confirm(f'Do you want to record "{finding.suggestion}"?'):
        return finding.suggestion
    question = f'Type another name, or press Enter to record "{finding.name}" as typed'
    while True:
        answer = str(click.prompt(question, default="", show_default=False, err=True)).strip()
        if answer.casefold() not in YES_OR_NO:
            return answer or finding.name
        prompts.print_line("  Please type the name itself, or press Enter.")


def checked_name(session: Session, name: str, kind: NameKind, *, listed: bool = True) -> tuple[str, list[str]]:
    """Return a name after a question about it if it is on no list; or else, as typed, with a warning.

    Args:
        session: The command's session.
        name: The name as typed.
        kind: The kind of name.
        listed: Whether it should be on a list.
    """
    finding = session.engine.name_finding(name, kind, listed=listed)
    if finding is None:
        return name, []
    if session.is_interactive:
        return ask_about_name(finding), []
    return name, [str(finding)]


def unique_findings(results: Iterable[_Named]) -> tuple[NameFinding, ...]:
    """Return what was found about the names of a batch, each name once."""
    return tuple({str(one): one for result in results for one in result.name_findings}.values())


def finding_document(finding: NameFinding) -> Document:
    """Return what was found about a name."""
    return {
        "name": finding.name,
        "kind": str(finding.kind),
        "recorded_as": finding.recorded_as,
        "suggestion": finding.suggestion,
        "warning": str(finding),
    }


def finding_lines(findings: tuple[NameFinding, ...]) -> list[str]:
    """Return a line for each name, up to a maximum."""
    lines = [f"Name: {one}" for one in findings[:MAX_NAMES]]
    more = len(findings) - MAX_NAMES
    return [*lines, f"… and {count_of(more, 'more name')}."] if more > 0 else lines


def other_warnings(result: Any) -> tuple[str, ...]:
    """Return the warnings of a result that are not about names."""
    about_names = {str(one) for one in result.name_findings}
    return tuple(warning for warning in result.warnings if warning not in about_names)
