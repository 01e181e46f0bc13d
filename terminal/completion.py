"""Offer names when Tab is pressed. On any error, offer nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import click

from .lazy_group import load


def _offer(source: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Return a completer over a function of suggestions.py, which every command would load if imported here."""

    def offered(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
        with suppress(Exception):
            names = load(f"terminal.suggestions:{source}")(context)
            return [name for name in names if name.startswith(incomplete)]
        return []

    return offered


cases = _offer("suggest_cases")
people = _offer("suggest_people")
organisations = _offer("suggest_organisations")
triggers = _offer("suggest_triggers")
workflows = _offer("suggest_workflows")
roles = _offer("suggest_roles")
states = _offer("suggest_states")
deadlines = _offer("suggest_deadlines")
