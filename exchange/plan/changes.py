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
    """Who imports a workbook, and on whose decision.

    Attributes:
        actor: Who records it.
        decided_by: On whose decision; None where the actor decides.
        evidence: What stands for the workbook where the actor decides.
        file: The file, as it was named.
        content: Its content, from which its request ids come.
    """

    actor: Actor
    decided_by: DecidedBy | None
    evidence: str
    file: str
    content: bytes = field(repr=False)

    def decided_by_for(self, step: Transition) -> DecidedBy | None:
        """On whose decision a step stands, and on what evidence; None where the actor holds no role for it."""
        if self.decided_by is not None:
            return self.decided_by
        own = next((role for role in step.roles if role in self.actor.roles), None)
        return None if own is None else DecidedBy(name=self.actor.name, capacity=own, evidence=self.evidence)


@dataclass(frozen=True, kw_only=True, slots=True)
class RowChange:
    """A row that is new, or that differs from the record.

    Attributes:
        row: Its number in the sheet.
        ref: The action's reference; None where the row is new.
        changes: Its cells that differ; of a new row, those that are filled in.
        commands: What it comes to, in order.
    """

    row: int
    ref: str | None
    changes: tuple[Change, ...]
    commands: tuple[Command, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanDifference:
    """What a workbook would change.

    Attributes:
        plan: The plan as the record has it.
        rows: The rows that are new or differ, in the order of the sheet.
        unchanged: How many rows are neither.
        missing_rows: The agency's actions that have no row; nothing happens to them.
        remarks: What there is to say of it beside.
    """

    plan: ActionPlan
    rows: tuple[RowChange, ...]
    unchanged: int
    missing_rows: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def added(self) -> tuple[RowChange, ...]:
        """The rows that are new."""
        return tuple(row for row in self.rows if row.ref is None)

    @property
    def changed(self) -> tuple[RowChange, ...]:
        """The rows of actions that there are, and that differ from them."""
        return tuple(row for row in self.rows if row.ref is not None)

    @property
    def commands(self) -> tuple[tuple[int, Command], ...]:
        """What it comes to, in order, each with its row."""
        return tuple((row.row, command) for row in self.rows for command in row.commands)
