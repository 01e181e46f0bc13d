"""Describe the changes that an action plan's workbook would make."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...engine.definition.workflow import Transition
from ...engine.model.commands import Command
from ...engine.model.people import Actor, DecidedBy
from ..workbook.changes import Change
from .layout import ActionPlan


@dataclass(frozen=True, kw_only=True, slots=True)
class Importer:
    """The person who imports a workbook, and the decision that they rely on.

    Attributes:
        actor: The person who records it.
        decided_by: The decision; None if the actor decides.
        evidence: The evidence of the decision if the actor decides.
        file: The file's name, as typed.
        content: Its content, which the request IDs are made from.
    """

    actor: Actor
    decided_by: DecidedBy | None
    evidence: str
    file: str
    content: bytes = field(repr=False)

    def decided_by_for(self, step: Transition) -> DecidedBy | None:
        """Return the decision that a step relies on, or None if the actor holds no role for it."""
        if self.decided_by is not None:
            return self.decided_by
        own = next((role for role in step.roles if role in self.actor.roles), None)
        return None if own is None else DecidedBy(name=self.actor.name, capacity=own, evidence=self.evidence)


@dataclass(frozen=True, kw_only=True, slots=True)
class RowChange:
    """A row that is new, or that differs from the record.

    Attributes:
        row: Its number in the sheet.
        ref: The action's reference; None if the row is new.
        changes: The cells that differ; for a new row, the cells that are filled in.
        commands: The commands that record it, in order.
    """

    row: int
    ref: str | None
    changes: tuple[Change, ...]
    commands: tuple[Command, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanDifference:
    """The changes that a workbook would make.

    Attributes:
        plan: The plan on record.
        rows: The rows that are new or differ, in the order of the sheet.
        unchanged: The number of rows that are neither.
        missing_rows: The agency's actions that have no row; they stay as they are.
        remarks: Remarks on the workbook.
    """

    plan: ActionPlan
    rows: tuple[RowChange, ...]
    unchanged: int
    missing_rows: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def added(self) -> tuple[RowChange, ...]:
        """Return the rows that are new."""
        return tuple(row for row in self.rows if row.ref is None)

    @property
    def changed(self) -> tuple[RowChange, ...]:
        """Return the rows that differ from an action on record."""
        return tuple(row for row in self.rows if row.ref is not None)

    @property
    def commands(self) -> tuple[tuple[int, Command], ...]:
        """Return the commands in order, each with the number of its row."""
        return tuple((row.row, command) for row in self.rows for command in row.commands)
