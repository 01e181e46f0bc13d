"""What a returned workbook would change: its rows against the record, as commands. Pure.

A row is compared with how its action stands now. Where it differs, the version that the action had when the
workbook was written tells whether somebody else was first.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..engine.case import Actor, Authority, Case
from ..engine.commands import Command, Open, Step
from ..engine.decide import step_of
from ..engine.definition import Transition
from ..engine.errors import InvalidForm
from ..engine.reading import read
from ..engine.registry import Registry
from ..workflows.standing import ACTION
from .faults import CellFault, ChangedSince, PlanConflict, faulty
from .layout import (
    BY_NAME,
    DONE,
    LONGEST,
    PLANNED,
    REPORTED,
    STANDINGS,
    Cell,
    Cells,
    Exported,
    Plan,
    Planned,
    digest_of,
)
from .present import PROPOSED, actions_of, documents_of, planned_cells
from .reading import Returned, ReturnedPlan
from .words import Unclear, document_in, lines_of, milestones_in, numbers_in, written_document

_STANDINGS = {words: name for name, words in STANDINGS.items()}
_COLUMN_OF = {"text": "progress"}
"""The columns of form fields that are not named like them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class By:
    """Who imports a workbook, and on whose decision.

    Attributes:
        actor: Who records it.
        decided_by: On whose decision; None where the actor decides.
        evidence: What stands for the workbook where the actor decides.
        file: The file, as it was named.
        content: Its content, from which its request ids come.
    """

    actor: Actor
    decided_by: Authority | None
    evidence: str
    file: str
    content: bytes = field(repr=False)

    def authority(self, step: Transition) -> Authority | None:
        """On whose decision a step stands, and on what evidence; None where the actor holds no role for it."""
        if self.decided_by is not None:
            return self.decided_by
        own = next((role for role in step.roles if role in self.actor.roles), None)
        return None if own is None else Authority(name=self.actor.name, capacity=own, evidence=self.evidence)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A cell that differs from the record.

    Attributes:
        title: The column's heading.
        was: What the record says.
        now: What the workbook says.
    """

    title: str
    was: Cell
    now: Cell


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
class Difference:
    """What a workbook would change.

    Attributes:
        plan: The plan as the record has it.
        added: The rows that are new.
        changed: The rows that differ.
        unchanged: How many rows do not.
        left_out: The agency's actions that have no row; nothing happens to them.
        remarks: What there is to say of it beside.
    """

    plan: Plan
    added: tuple[RowChange, ...]
    changed: tuple[RowChange, ...]
    unchanged: int
    left_out: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def rows(self) -> tuple[RowChange, ...]:
        """The rows that are new or differ, in the order of the sheet."""
        return tuple(sorted((*self.added, *self.changed), key=lambda row: row.row))

    @property
    def commands(self) -> tuple[tuple[int, Command], ...]:
        """What it comes to, in order, each with its row."""
        return tuple((row.row, command) for row in self.rows for command in row.commands)


def difference(returned: ReturnedPlan, plan: Plan, tree: Sequence[Case], *, by: By, workflows: Registry) -> Difference:
    """What a returned workbook would change.

    Args:
        returned: The workbook.
        plan: The agency's plan as the record has it.
        tree: The review's tree.
        by: Who imports it.
        workflows: The workflows that there are.

    Raises:
        FaultyWorkbook: with everything in it that cannot be recorded, cell by cell.
        PlanConflict: where it changes actions that others have changed since it was written.
    """
    return _Comparison(returned=returned, plan=plan, tree=tree, by=by, workflows=workflows).made()


@dataclass(kw_only=True)
class _Comparison:
    """Compares row by row, and collects what it finds."""

    returned: ReturnedPlan
    plan: Plan
    tree: Sequence[Case]
    by: By
    workflows: Registry
    added: list[RowChange] = field(default_factory=list)
    changed: list[RowChange] = field(default_factory=list)
    unchanged: int = 0
    there: set[str] = field(default_factory=set)
    faults: list[CellFault] = field(default_factory=list)
    conflicts: list[ChangedSince] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cases = {case.ref: case for case in actions_of(self.tree, self.plan.facts.agency)}
        self.actions = {action.ref: action for action in self.plan.actions}
        # As each was proposed, and as it is now: by what a new row is known that was imported before.
        self.known = {_content(planned_cells(case.data["propose"])): ref for ref, case in self.cases.items()}
        self.known |= {_content(action.cells): ref for ref, action in self.actions.items()}
        self.numbers = {asked.number for asked in self.plan.asked}
        self.workflow = self.workflows.latest(ACTION)
        self.request = f"plan-{hashlib.sha256(self.by.content).hexdigest()[:32]}"

    def made(self) -> Difference:
        """The difference, once every row was looked at."""
        refs = Counter(row.cells["reference"] for row in self.returned.rows)
        seen: dict[tuple[Cell, ...], Returned] = {}
        for row in self.returned.rows:
            ref = row.cells["reference"]
            if ref is None:
                self._new(row, refs, seen)
            elif refs[ref] > 1:
                first = next(other for other in self.returned.rows if other.cells["reference"] == ref)
                if first is not row:
                    problem = f"the action {ref} has a row already: row {first.number}. Delete one of them"
                    self.faults.append(row.fault("reference", problem))
            elif ref in self.actions:
                self._existing(row, self.actions[str(ref)])
            else:
                self.faults.append(row.fault("reference", self._unknown(str(ref))))
        if self.faults:
            raise faulty(self.by.file, self.faults)
        if self.conflicts:
            raise PlanConflict(file=self.by.file, rows=tuple(self.conflicts))
        for title in self.returned.passed_over:
            self.remarks.append(f"The column {title} is none of the plan's: it is not read.")
        return Difference(
            plan=self.plan,
            added=tuple(self.added),
            changed=tuple(self.changed),
            unchanged=self.unchanged,
            left_out=tuple(ref for ref in self.actions if ref not in refs and ref not in self.there),
            remarks=tuple(self.remarks),
        )

    # --- rows of actions that there are -------------------------------------------------------------

    def _existing(self, row: Returned, now: Planned) -> None:
        differing = [name for name in BY_NAME if _differs(name, row.cells[name], now.cells.get(name))]
        known = self.returned.exported.get(now.ref)
        if not differing or (known is not None and known.digest == digest_of(row.cells)):
            self.unchanged += 1
        elif known is None:
            problem = f"{now.ref} was not in the plan when this workbook was written: export it anew"
            self.faults.append(row.fault("reference", problem))
        elif known.version != now.version:
            self.conflicts.append(ChangedSince(row=row.number, ref=now.ref))
        elif closed := [name for name in differing if name not in now.open]:
            self.faults += [row.fault(name, self._closed(name, now)) for name in closed]
        else:
            self._change(row, now, differing, known)

    def _change(self, row: Returned, now: Planned, differing: list[str], known: Exported) -> None:
        too_long = [name for name in differing if len(str(now.cells.get(name) or "")) >= LONGEST]
        for name in too_long:
            self.faults.append(row.fault(name, "what is on record is longer than a cell holds: it is not changed here"))
        steps = list(self._steps(row, now, set(differing)))
        commands = tuple(
            Step(
                ref=now.ref,
                trigger=trigger,
                actor=self.by.actor,
                decided_by=self.by.authority(step_of(self.workflow, trigger)),
                data=data,
                if_version=known.version + place,
                request_id=f"{self.request}-{row.number}-{trigger}",
            )
            for place, (trigger, data) in enumerate(steps)
            if self._is_sound(row, step_of(self.workflow, trigger), data)
        )
        changes = tuple(
            Change(title=BY_NAME[name].title, was=now.cells.get(name), now=row.cells[name]) for name in differing
        )
        self.changed.append(RowChange(row=row.number, ref=now.ref, changes=changes, commands=commands))

    def _steps(self, row: Returned, now: Planned, differing: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        """The steps to which a row's changes come, in order, each with its record."""
        cells, case = row.cells, self.cases[now.ref]
        if case.state == PROPOSED:
            yield "revise", self._planned(row, since=now)
            return
        if "lead_person" in differing:
            yield "reassign", _given(lead_person=cells["lead_person"])
        documents = {written_document(document): document for document in documents_of(case)}
        lines = lines_of(str(cells["evidence"] or ""))
        evidence = [dict(documents.get(line) or document_in(line)) for line in lines]
        if cells["standing"] == DONE:
            if "progress" in differing:
                before = _STANDINGS.get(str(now.cells.get("standing")), "on_track")
                yield "report_progress", _given(standing=before, text=cells["progress"])
            yield "hand_in", _given(outcome=cells["outcome"], impact=cells["impact"], evidence=evidence)
            return
        for name in ("outcome", "impact"):
            if name in differing:
                problem = f"to hand the action in, choose {DONE} under {BY_NAME['standing'].title}"
                self.faults.append(row.fault(name, problem))
        if differing & {"standing", "progress", "evidence"}:
            standing = _STANDINGS.get(str(cells["standing"]))
            yield "report_progress", _given(standing=standing, text=cells["progress"], evidence=evidence)

    # --- new rows -----------------------------------------------------------------------------------

    def _new(self, row: Returned, refs: Mapping[Cell, int], seen: dict[tuple[Cell, ...], Returned]) -> None:
        content = _content(row.cells)
        if (first := seen.setdefault(content, row)) is not row:
            self.faults.append(row.fault("action", f"it is the same action as in row {first.number}: delete one"))
            return
        reported = [name for name in (*REPORTED, "originally_due", "state") if row.cells[name] is not None]
        if (there := self.known.get(content)) is not None:
            self.there.add(there)
            if there in refs:
                problem = f"the action is {there}, which has a row already: delete this one"
                self.faults.append(row.fault("action", problem))
            elif reported:
                # It was new when it was filled in, so nobody knows how it stood.
                self.conflicts.append(ChangedSince(row=row.number, ref=there))
            else:
                self.unchanged += 1
            return
        for name in reported:
            problem = "expected nothing yet: an action is reported on once the subgroup has agreed it"
            self.faults.append(row.fault(name, problem))
        data = {"agency": self.plan.facts.agency, **self._planned(row)}
        command = Open(
            workflow=ACTION,
            parent=self.plan.facts.review,
            actor=self.by.actor,
            decided_by=self.by.authority(self.workflow.opening),
            data=data,
            request_id=f"{self.request}-{row.number}-{self.workflow.opening.trigger}",
        )
        if self._is_sound(row, self.workflow.opening, data):
            changes = tuple(
                Change(title=BY_NAME[name].title, was=None, now=row.cells[name])
                for name in PLANNED
                if row.cells[name] is not None
            )
            self.added.append(RowChange(row=row.number, ref=None, changes=changes, commands=(command,)))
            alike = [a.ref for a in self.plan.actions if a.cells["action"] == row.cells["action"]]
            if alike:
                self.remarks.append(f"Row {row.number} is new, and has the words of {', '.join(alike)}.")

    # --- records and faults -------------------------------------------------------------------------

    def _planned(self, row: Returned, *, since: Planned | None = None) -> dict[str, Any]:
        """The record of a proposal, or of its revision."""
        cells = row.cells
        numbers, early = numbers_in(str(cells["recommendations"] or ""))
        if since is None or cells["recommendations"] != since.cells["recommendations"]:
            self._check_numbers(row, numbers)
        milestones: list[dict[str, Any]] = []
        try:
            milestones = milestones_in(str(cells["milestones"] or ""))
        except Unclear as unclear:
            self.faults.append(row.fault("milestones", str(unclear)))
        day = cells["due_on"]
        return _given(
            action=cells["action"],
            recommendations=list(numbers),
            lead_person=cells["lead_person"],
            due_on=None if day is None else str(day),
            milestones=milestones,
            early_learning=early,
        )

    def _check_numbers(self, row: Returned, numbers: tuple[int, ...]) -> None:
        unknown = [str(number) for number in numbers if number not in self.numbers]
        if unknown:
            asked = ", ".join(str(number) for number in sorted(self.numbers)) or "none"
            problem = f"expected recommendations made to {self.plan.facts.agency} ({asked}), found {', '.join(unknown)}"
            self.faults.append(row.fault("recommendations", problem))

    def _is_sound(self, row: Returned, transition: Transition, data: Mapping[str, Any]) -> bool:
        try:
            read(transition.record, data, of=transition.trigger)
        except InvalidForm as invalid:
            for fault in invalid.faults:
                head = fault.path.split("[")[0].split(".")[0]
                column = _COLUMN_OF.get(head, head)
                # Identifiers, in a workbook's words.
                problem = f"expected {fault.expected.replace('_', ' ')}, found {fault.found}"
                self.faults.append(row.fault(column if column in BY_NAME else "reference", problem))
            return False
        return True

    def _closed(self, name: str, now: Planned) -> str:
        column = BY_NAME[name]
        state = now.cells["state"]
        if column.locked:
            return f"nobody fills in {column.title}: put back {_shown(now.cells.get(name))}"
        if name == "due_on" and now.open:
            return (
                f"the day was agreed, and only the subgroup changes it: put back {_shown(now.cells.get(name))}."
                f" Once it has: casereview new-date {now.ref} carry_out DATE"
            )
        if name in PLANNED and now.open:
            return f"{now.ref} is {state}: what was agreed is the subgroup's to change. Put back what stood there"
        if now.open:
            return f"{now.ref} is {state}: it is reported on once the subgroup has agreed it. Empty the cell"
        return f"{now.ref} is {state}: nothing of it changes here. Put back what stood there"

    def _unknown(self, ref: str) -> str:
        facts = self.plan.facts
        if not ref.upper().startswith(f"{facts.review}/"):
            return f"{_quoted(ref)} is no action of {facts.review}. A new action has no reference"
        if any(case.ref == ref for case in self.tree):
            return f"{ref} is no action of {facts.agency}. Each agency has a workbook of its own"
        return f"there is no action {_quoted(ref)}. A new action has no reference"


def _differs(name: str, returned: Cell, now: Cell) -> bool:
    if name == "evidence":  # what is on record stays on record, whether its line is still there or not
        return not set(lines_of(str(returned or ""))) <= set(lines_of(str(now or "")))
    return returned != now


def _content(cells: Cells) -> tuple[Cell, ...]:
    return tuple(cells.get(name) for name in PLANNED)


def _given(**fields: Any) -> dict[str, Any]:
    """A record without what is empty, so that its form says what is missing."""
    return {name: value for name, value in fields.items() if value is not None}


def _shown(cell: Cell) -> str:
    return "nothing" if cell is None else str(cell)


def _quoted(ref: str) -> str:
    return ref if len(ref) <= 30 and ref.isprintable() else f"a text of {len(ref):,} characters"
