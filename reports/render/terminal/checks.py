"""Show the results of health checks."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from .styles import BAD, GOOD, new_table


def checks_table(checks: Sequence[tuple[str, bool, str, str]]) -> RenderableType:
    """Return a table of health checks: name, result, finding, advice."""
    table = new_table(("", 7), ("What", 20), ("Found", None))
    for name, sound, found, remedy in checks:
        said = found if sound or not remedy else f"{found}. {remedy}"
        table.add_row(Text("sound" if sound else "UNSOUND", style=GOOD if sound else BAD), name, said)
    return table
