"""Define the errors of an action plan's import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from ...engine.errors.bad_input import BatchFailed
from ...engine.errors.refusals import Conflict
from ..workbook.columns import ACTIONS_SHEET


@dataclass(frozen=True, kw_only=True, slots=True)
class ConflictingRow:
    """A row with an action that another person has changed since the export.

    Attributes:
        row: The row's number in the sheet of actions.
        ref: The action's reference.
    """

    row: int
    ref: str

    def __str__(self) -> str:
        return f"row {self.row}: {self.ref}"


@dataclass(kw_only=True, eq=False)
class PlanConflict(Conflict):
    """Raised if a workbook changes actions that others have changed since the export.

    Attributes:
        file: The file's name, as typed.
        rows: The rows.
    """

    code: ClassVar[str] = "plan_conflict"
    file: str
    rows: tuple[ConflictingRow, ...]

    def __str__(self) -> str:
        lines = "".join(f"\n  - {row}" for row in self.rows)
        return (
            f"Since {self.file} was written, others have changed actions that it changes, too. Nothing was"
            f" recorded. Export the plan again, and fill in these rows again (casereview plan export):{lines}"
        )


@dataclass(kw_only=True, eq=False)
class RowNotRecorded(BatchFailed):
    """Raised if one row cannot be recorded. Nothing of its workbook is recorded then.

    Attributes:
        file: The file's name, as typed.
        row: The row's number in the sheet of actions.
    """

    file: str
    row: int

    def facts(self) -> dict[str, Any]:
        """Return the fields as plain values."""
        return {"file": self.file, "row": self.row, **super().facts()}

    def __str__(self) -> str:
        return f"{self.file}, {ACTIONS_SHEET}, row {self.row}: {self.cause}\nNothing of the workbook was recorded."
