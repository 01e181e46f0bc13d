"""What the shell offers when Tab is pressed. Whatever goes wrong here, it offers nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from .suggestions import (
    suggest_cases,
    suggest_deadlines,
    suggest_people,
    suggest_roles,
    suggest_states,
    suggest_triggers,
    suggest_workflows,
)

if TYPE_CHECKING:
    pass


def _completer(names: Callable[[click.Context], Iterable[str]]) -> Callable[..., list[str]]:
    def offered(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
        with suppress(Exception):
            return [name for name in names(context) if name.startswith(incomplete)]
        return []

    return offered


cases = _completer(suggest_cases)
people = _completer(suggest_people)
triggers = _completer(suggest_triggers)
workflows = _completer(suggest_workflows)
roles = _completer(suggest_roles)
states = _completer(suggest_states)
deadlines = _completer(suggest_deadlines)
