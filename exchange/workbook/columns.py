"""Describe the columns of a sheet, and the values a cell can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

ACTIONS_SHEET, RECOMMENDATIONS_SHEET, HELP_SHEET, RECORD_SHEET = "Actions", "Recommendations", "Help", "casereview"
"""The sheets. The last one is hidden: it identifies the plan and holds its exported versions."""


LAST_ROW = 20_000
"""The last row that is read. Empty rows count."""


MAX_CELL_LENGTH = 32_000
"""The maximum number of characters in a cell. Excel allows 32,767."""


EARLY_LEARNING = "early learning"


Cell = str | date | None


Cells = Mapping[str, Cell]


class Kind(StrEnum):
    """The kind of values in a column."""

    TEXT = "text"
    LINES = "lines"
    NUMBERS = "numbers"
    CHOICE = "choice"
    DAY = "day"


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of the sheet of actions.

    Attributes:
        name: Its name in a row's cells.
        title: Its heading.
        kind: The kind of its values.
        width: The width in characters.
        hint: Advice for the person who fills it in.
        locked: If it must not be filled in.
        choices: The values to choose from; empty if any value is allowed.
    """

    name: str
    title: str
    kind: Kind
    width: int
    hint: str
    locked: bool = False
    choices: tuple[str, ...] = ()
