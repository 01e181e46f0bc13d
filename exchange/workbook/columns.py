"""Describe the columns of a sheet, and the values a cell can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

ACTIONS_SHEET, RECOMMENDATIONS_SHEET, HELP_SHEET, RECORD_SHEET = "Actions", "Recommendations", "Help", "casereview"
"""The sheets. The last is hidden: it says of what the workbook is a plan, and how that stood."""


LAST_ROW = 20_000
"""Nothing is looked for below this row; empty rows count."""


MAX_CELL_LENGTH = 32_000
"""So many characters at most; a cell of Excel's holds 32,767."""


EARLY_LEARNING = "early learning"


Cell = str | date | None


Cells = Mapping[str, Cell]


class Kind(StrEnum):
    """What a column's cells hold."""

    TEXT = "text"
    LINES = "lines"
    NUMBERS = "numbers"
    CHOICE = "choice"
    DAY = "day"


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of the sheet of actions.

    Attributes:
        name: Its name in what is read.
        title: Its heading.
        kind: What its cells hold.
        width: In characters.
        hint: What to put there, for whoever fills it in.
        locked: Whether nobody fills it in.
        choices: What may be picked, where there is a choice.
    """

    name: str
    title: str
    kind: Kind
    width: int
    hint: str
    locked: bool = False
    choices: tuple[str, ...] = ()
