"""Compare a returned action plan with the record, row by row, and build commands from the differences.

A row is compared with the row that would be exported today. If it differs, the version in the workbook shows
if someone else has changed the action since the export.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...engine import step_of
from ...engine.definition.registry import Registry
from ...engine.model.case import Case
from ...engine.model.commands import Open, Step
from ...workflows.parts.status import ACTION, AGENCY_ACTION_PLAN, belongs_to
from ..workbook.cell_text import UnclearCell, parse_lines
from ..workbook.changes import Change
from ..workbook.columns import Cell, Cells
from ..workbook.faults import CellFault, faulty_workbook
from ..workbook.table import WorkbookRow
from .changes import Importer, PlanDifference, RowChange
from .current_plan import agency_actions, planned_cells
from .errors import ConflictingRow, PlanConflict
from .layout import (
    COLUMNS_BY_NAME,
    PLANNED_COLUMNS,
    REPORTED_COLUMNS,
    ActionPlan,
    ActionRow,
    ExportedAction,
    row_digest,
)
from .reader import ReturnedPlan
from .row_steps import (
    faults_of_changes,
    faults_of_numbers,
    faults_of_record,
    milestones_fault,
    planned_record,
    row_steps,
)


def compare_plan(
    returned: ReturnedPlan, plan: ActionPlan, tree: Sequence[Case], *, importer: Importer, workflows: Registry
) -> PlanDifference:
    """Return the changes that a returned workbook would make.

    Args:
        returned: The workbook.
        plan: The agency's plan on record.
        tree: The review's tree.
        importer: The person who imports it.
        workflows: All workflows.

    Raises:
        FaultyWorkbook: if anything in it cannot be recorded; lists every fault by cell.
        PlanConflict: if it changes actions that others have changed since the export.
    """
    return _Comparison(returned=returned, plan=plan, tree=tree, by=importer, workflows=workflows).made()


@dataclass(kw_only=True)
class _Comparison:
    """A comparison in progress, which collects changes, faults and conflicts."""

    returned: ReturnedPlan
    plan: ActionPlan
    tree: Sequence[Case]
    by: Importer
    workflows: Registry
    rows: list[RowChange] = field(default_factory=list)
    unchanged: int = 0
    known_again: dict[str, int] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)
    conflicts: list[ConflictingRow] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cases = {case.ref: case for case in agency_actions(self.tree, self.plan.identity.agency)}
        self.actions = {action.ref: action for action in self.plan.actions}
        # Both forms are needed to recognise a new row that was imported before.
        self.known = {_content(planned_cells(case.data["propose"])): ref for ref, case in self.cases.items()}
        self.known |= {_content(action.cells): ref for ref, action in self.actions.items()}
        self.numbers = {asked.number for asked in self.plan.recommendations}
        self.workflow = self.workflows.latest(ACTION)
        self.request = f"plan-{hashlib.sha256(self.by.content).hexdigest()[:32]}"

    def made(self) -> PlanDifference:
        """Return the difference after comparing every row."""
        refs = Counter(row.cells["reference"] for row in self.returned.rows)
        first: dict[Cell | tuple[Cell, ...], int] = {}
        for row in self.returned.rows:
            ref = row.cells["reference"]
            same = first.setdefault(_content(row.cells) if ref is None else ref, row.number)
            if same != row.number:
                problem = f"it is the same action as in row {same}: delete one of these rows"
                self.faults.append(row.fault("action" if ref is None else "reference", problem))
            elif ref is None:
                self._new(row, refs)
            elif ref in self.actions:
                self._existing(row, self.actions[str(ref)])
            else:
                self.faults.append(row.fault("reference", self._unknown(str(ref))))
        if self.faults:
            raise faulty_workbook(self.by.file, self.faults)
        if self.conflicts:
            raise PlanConflict(file=self.by.file, rows=tuple(self.conflicts))
        return PlanDifference(
            plan=self.plan,
            rows=tuple(self.rows),
            unchanged=self.unchanged,
            missing_rows=tuple(ref for ref in self.actions if ref not in refs and ref not in self.known_again),
            remarks=tuple(self._remarks()),
        )

    # --- existing actions -------------------------------------------------------------

    def _existing(self, row: WorkbookRow, now: ActionRow) -> None:
        differing = [name for name in COLUMNS_BY_NAME if _differs(name, row.cells[name], now.cells.get(name))]
        before = self.returned.exported.get(now.ref)
        if not differing or (before is not None and before.digest == row_digest(row.cells)):
            self.unchanged += 1
        elif before is None:
            problem = f"{now.ref} was not in the plan when this workbook was written: export it again"
            self.faults.append(row.fault("reference", problem))
        elif before.version != now.version:
            self.conflicts.append(ConflictingRow(row=row.number, ref=now.ref))
        elif faults := list(faults_of_changes(row, now, differing)):
            self.faults += faults
        else:
            self._change(row, now, differing, before)

    def _change(self, row: WorkbookRow, now: ActionRow, differing: list[str], before: ExportedAction) -> None:
        if "recommendations" in differing:
            self.faults += faults_of_numbers(row, self.numbers, self.plan.identity.agency)
        commands: list[Step] = []
        try:
            for trigger, record in row_steps(row, now, self.cases[now.ref], differing):
                step = step_of(self.workflow, trigger)
                self.faults += faults_of_record(row, step, record)
                command = Step(
                    ref=now.ref,
                    trigger=trigger,
                    actor=self.by.actor,
                    decided_by=self.by.decided_by_for(step),
                    data=record,
                    if_version=before.version + len(commands),
                    request_id=f"{self.request}-{row.number}-{trigger}",
                )
                commands.append(command)
        except UnclearCell as unclear:
            self.faults.append(milestones_fault(row, unclear))
        changes = tuple(_change(name, now.cells.get(name), row.cells[name]) for name in differing)
        self.rows.append(RowChange(row=row.number, ref=now.ref, changes=changes, commands=tuple(commands)))

    # --- new rows -----------------------------------------------------------------------------------

    def _new(self, row: WorkbookRow, refs: Mapping[Cell, int]) -> None:
        reported = [name for name in (*REPORTED_COLUMNS, "originally_due", "state") if row.cells[name] is not None]
        if (ref := self.known.get(_content(row.cells))) is not None:
            self._know_again(row, ref, has_a_row=ref in refs, reported=bool(reported))
            return
        for name in reported:
            problem = "expected nothing yet: an action is reported on once the subgroup has agreed it"
            self.faults.append(row.fault(name, problem))
        self.faults += faults_of_numbers(row, self.numbers, self.plan.identity.agency)
        step = self.workflow.opening
        try:
            record = {"agency": self.plan.identity.agency, **planned_record(row)}
        except UnclearCell as unclear:
            self.faults.append(milestones_fault(row, unclear))
            return
        self.faults += faults_of_record(row, step, record)
        command = Open(
            workflow=ACTION,
            parent=self.plan.identity.review,
            actor=self.by.actor,
            decided_by=self.by.decided_by_for(step),
            data=record,
            request_id=f"{self.request}-{row.number}-{step.trigger}",
        )
        changes = tuple(_change(name, None, row.cells[name]) for name in PLANNED_COLUMNS if row.cells[name] is not None)
        self.rows.append(RowChange(row=row.number, ref=None, changes=changes, commands=(command,)))
        alike = [action.ref for action in self.plan.actions if action.cells["action"] == row.cells["action"]]
        if alike:
            self.remarks.append(f"Row {row.number} is new, and has the words of {', '.join(alike)}.")

    def _know_again(self, row: WorkbookRow, ref: str, *, has_a_row: bool, reported: bool) -> None:
        """Handle a new row that an earlier import already recorded."""
        self.known_again[ref] = row.number
        if has_a_row:
            self.faults.append(row.fault("action", f"the action is {ref}, which has a row already: delete this one"))
        elif reported:
            # It was new when it was filled in, so its earlier version is unknown.
            self.conflicts.append(ConflictingRow(row=row.number, ref=ref))
        else:
            self.unchanged += 1

    # --- sentences --------------------------------------------------------------------------------------

    def _remarks(self) -> list[str]:
        again = [f"Row {number} is on record as {ref}." for ref, number in self.known_again.items()]
        aside = [
            f"The column {title} is none of the plan's: it is not read." for title in self.returned.ignored_columns
        ]
        asked = (case for case in self.tree if case.workflow == AGENCY_ACTION_PLAN and case.state == "requested")
        plan = next((case for case in asked if belongs_to(case, self.plan.identity.agency)), None)
        added = any(row.ref is None for row in self.rows)
        submit = [f"Once the plan is whole: casereview step {plan.ref} submit"] if plan is not None and added else []
        return [*self.remarks, *again, *aside, *submit]

    def _unknown(self, ref: str) -> str:
        facts = self.plan.identity
        if not re.fullmatch(r"[A-Za-z]{1,6}-\d{4}-\d{1,9}(/[A-Za-z]{1,6}\d{1,9})?", ref, re.ASCII):
            # The cell is not quoted: it may hold personal information.
            return f"expected the reference of an action, like {facts.review}/A01, or nothing for a new action"
        if not ref.upper().startswith(f"{facts.review}/"):
            return f"{ref} is no action of {facts.review}. A new action has no reference"
        if any(case.ref == ref for case in self.tree):
            return f"{ref} is no action of {facts.agency}. Each agency has a workbook of its own"
        return f"there is no action {ref}. A new action has no reference"


def _differs(name: str, returned: Cell, now: Cell) -> bool:
    if name == "evidence":  # evidence on record stays, even if its line was deleted
        return not set(parse_lines(str(returned or ""))) <= set(parse_lines(str(now or "")))
    return returned != now


def _change(name: str, was: Cell, now: Cell) -> Change:
    return Change(title=COLUMNS_BY_NAME[name].title, recorded=was, returned=now)


def _content(cells: Cells) -> tuple[Cell, ...]:
    return tuple(cells.get(name) for name in PLANNED_COLUMNS)
