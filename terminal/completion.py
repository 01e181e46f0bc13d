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


def _offer(names: Callable[[click.Context], Iterable[str]]) -> Callable[..., list[str]]:
    def offered(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
        with suppress(Exception):
            return [name for name in names(context) if name.startswith(incomplete)]
        return []

    return offered


cases = _offer(suggest_cases)
people = _offer(suggest_people)
triggers = _offer(suggest_triggers)
workflows = _offer(suggest_workflows)
roles = _offer(suggest_roles)
states = _offer(suggest_states)
deadlines = _offer(suggest_deadlines)
