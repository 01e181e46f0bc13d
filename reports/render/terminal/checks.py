"""Show the results of health checks."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from ....engine.errors.base import days_in_words
from .styles import BAD, GOOD, new_table


def checks_table(checks: Sequence[tuple[str, bool, str, str]]) -> RenderableType:
    """Return a table of health checks, and below it a sentence on whether all of them passed."""
    table = new_table(("", 9), ("What", 20), ("Found", None))
    for name, passed, found, remedy in checks:
        finding = days_in_words(found) + ("" if passed or not remedy else f". {remedy}")
        result = Text("working", style=GOOD) if passed else Text("ATTENTION", style=BAD)
        table.add_row(result, name, finding)
    if all(passed for _, passed, *_ in checks):
        conclusion = Text("Everything is working.", style=GOOD)
    else:
        conclusion = Text("Something needs attention.", style=BAD)
    return Group(table, Text(), conclusion)
