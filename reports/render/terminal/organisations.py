"""Show organisations and their other names."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType

from ....engine.model.organisations import Organisation
from .styles import new_table


def organisations_table(organisations: Sequence[Organisation]) -> RenderableType:
    """Return a table of organisations with their other names."""
    table = new_table(("Name", None), ("Other names", None))
    for one in organisations:
        table.add_row(one.name, "\n".join(one.aliases))
    return table
