"""Compare a register with the record, row by row, and build commands from the new rows.

A row with a recorded reference is compared. It may fill what the import of its case left empty, and changes nothing
else. A row that is not on record becomes a command.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ...engine.definition.registry import Registry
from ...engine.definition.workflow import Workflow
from ...engine.errors.bad_input import BadValue, ImportFailed
from ...engine.errors.base import CasereviewError
from ...engine.model.imports import CompleteImport, ImportSnapshot
from ...engine.model.people import Actor
from ...workflows.parts.status import ACTION, AGENCY_ACTION_PLAN, RECOMMENDATION, REVIEWS
from ..workbook.cell_text import parse_numbers
from ..workbook.changes import Change
from ..workbook.faults import CellFault, faulty_workbook
from ..workbook.table import WorkbookRow
from .completion import CompletedRow, can_be_filled, completion
from .current_register import RegisterRow, row_key, row_request_id
from .layout import AGENCIES_SHEET, REVIEWS_SHEET, RegisterColumn, Sheet, states_by_title
from .reader import RowsBySheet, review_reference
from .row_steps import day_in_row, faults_of_columns, faults_of_refusal, snapshot_steps, step_record

IDENTITY_COLUMNS = ("review", "reference", "number", "agency", "kind")
"""The columns that identify a row. They are not compared."""

RecordedRows = Mapping[str, tuple[RegisterRow, ...]]
"""The rows on record for each review, by its reference in the register."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewRow:
    """A row that would be imported.

    Attributes:
        row: The row.
        command: The command that imports it.
        state: The title of its state.
    """

    row: WorkbookRow
    command: ImportSnapshot
    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DifferingRow:
    """A row on record that differs from the record.

    Attributes:
        row: The row.
        ref: The reference of the case or the review.
        changes: The cells that differ.
    """

    row: WorkbookRow
    ref: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisterDifference:
    """The rows that a register would import.

    Attributes:
        file: The file's name, as typed.
        sheets: The register's sheets.
        new: The new rows, reviews before their parts.
        completed: The rows on record that fill what the import of the case left empty.
        differing: The rows on record that differ; the record stays as it is.
        unchanged: The number of rows that are neither.
    """

    file: str
    sheets: tuple[Sheet, ...]
    new: tuple[NewRow, ...]
    completed: tuple[CompletedRow, ...]
    differing: tuple[DifferingRow, ...]
    unchanged: int

    @property
    def commands(self) -> tuple[ImportSnapshot | CompleteImport, ...]:
        """Return the commands that import the new rows, and then those that complete others, in order."""
        return (*(one.command for one in self.new), *(one.command for one in self.completed))

    def import_error(self, refusals: Sequence[ImportFailed]) -> CasereviewError:
        """Return the error that lists why each refused row cannot be imported, by cell."""
        faults: list[CellFault] = []
        for refusal in refusals:
            if isinstance(refusal.cause, BadValue) and refusal.cause.name == "parent_request":
                continue  # the fault of its review is already reported
            row = [*(one.row for one in self.new), *(one.row for one in self.completed)][refusal.number]
            sheet = next(sheet for sheet in self.sheets if sheet.title == row.sheet)
            faults += faults_of_refusal(sheet, row, refusal.cause)
        return faulty_workbook(self.file, faults)


def compare_register(
    rows: RowsBySheet,
    recorded: RecordedRows,
    *,
    sheets: tuple[Sheet, ...],
    actor: Actor,
    file: str,
    file_name: str,
    workflows: Registry,
) -> RegisterDifference:
    """Return the rows that a register would import.

    Args:
        rows: Its rows.
        recorded: The rows on record.
        sheets: Its sheets.
        actor: The person who imports it.
        file: The file's name, as typed.
        file_name: The file's own name, for the record.
        workflows: All workflows.

    Raises:
        FaultyWorkbook: if anything in it cannot be imported; lists every fault by cell.
    """
    return _Comparison(
        rows=rows, known=recorded, sheets=sheets, actor=actor, file=file, name=file_name, workflows=workflows
    ).made()


@dataclass(kw_only=True)
class _Comparison:
    """A comparison in progress, which collects changes, faults and conflicts."""

    rows: RowsBySheet
    known: RecordedRows
    sheets: tuple[Sheet, ...]
    actor: Actor
    file: str
    name: str
    workflows: Registry
    new: list[NewRow] = field(default_factory=list)
    completed: list[CompletedRow] = field(default_factory=list)
    others: list[DifferingRow] = field(default_factory=list)
    unchanged: int = 0
    faults: list[CellFault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reviews = {review_reference(row): row for row in self.rows[REVIEWS_SHEET]}
        self.by_title = {workflow.title: workflow for workflow in map(self.workflows.latest, REVIEWS)}

    def made(self) -> RegisterDifference:
        """Return the difference after comparing every row."""
        for sheet in self.sheets:
            for row in self.rows.get(sheet.title, ()):
                review = review_reference(row)
                if review not in self.reviews and review not in self.known:
                    self.faults.append(row.fault("review", f"there is no such review in the sheet {REVIEWS_SHEET}"))
                elif (there := self._there(sheet, row, review)) is not None:
                    self._known_row(sheet, row, there)
                elif sheet.title == AGENCIES_SHEET:
                    self._new_agency(row, review)
                else:
                    self._new_row(sheet, row, review)
        if self.faults:
            raise faulty_workbook(self.file, self.faults)
        return RegisterDifference(
            file=self.file,
            sheets=self.sheets,
            new=tuple(self.new),
            completed=tuple(self.completed),
            differing=tuple(self.others),
            unchanged=self.unchanged,
        )

    # --- rows on record -------------------------------------------------------------------

    def _there(self, sheet: Sheet, row: WorkbookRow, review: str) -> RegisterRow | None:
        of_sheet = (one for one in self.known.get(review, ()) if one.sheet == sheet.title)
        if sheet.title == REVIEWS_SHEET:
            return next(of_sheet, None)
        key = row_key(sheet, row.cells)
        return next((one for one in of_sheet if row_key(sheet, one.cells) == key), None)

    def _known_row(self, sheet: Sheet, row: WorkbookRow, there: RegisterRow) -> None:
        # An empty cell makes no statement, so it cannot differ.
        differing = [
            column
            for column in sheet.columns
            if column.name not in IDENTITY_COLUMNS and row.cells[column.name] not in (None, there.cells[column.name])
        ]
        workflow = self._workflow(sheet, row) if there.is_imported else None
        filled = (
            []
            if workflow is None
            else [column for column in differing if can_be_filled(sheet, column, row, there, workflow)]
        )
        if filled and workflow is not None:
            source = self._source(sheet, row)
            command = completion(sheet, row, filled, there=there, workflow=workflow, actor=self.actor, source=source)
            self.completed.append(CompletedRow(row=row, changes=_changes(filled, row, there), command=command))
        if others := [column for column in differing if column not in filled]:
            self.others.append(DifferingRow(row=row, ref=there.ref, changes=_changes(others, row, there)))
        if not differing:
            self.unchanged += 1

    def _source(self, sheet: Sheet, row: WorkbookRow) -> str:
        return f"brought in from {self.name}, {sheet.title}, row {row.number}"

    # --- new rows --------------------------------------------------------------------------

    def _new_agency(self, row: WorkbookRow, review: str) -> None:
        if review in self.known:
            expected = "this agency does not take part in it by the record: add it there, by a step of the review"
            self.faults.append(row.fault("agency", expected))

    def _new_row(self, sheet: Sheet, row: WorkbookRow, review: str) -> None:
        workflow = self._workflow(sheet, row)
        before = len(self.faults)
        self.faults += faults_of_columns(sheet, row, workflow)
        self.faults += self._faults_of_numbers(sheet, row, review)
        opened_on = self._opened_on(sheet, row, review)
        if opened_on is None:
            self.faults.append(row.fault("opened_on", "expected a day, since nothing else says when it began"))
        if len(self.faults) > before or opened_on is None:
            return
        is_review = sheet.title == REVIEWS_SHEET
        parent = None if is_review else self._ref_of(review)
        title = row.cells.get("title")
        reference = row.cells.get("reference")
        state = states_by_title(workflow)[str(row.cells["state"]).lower()]
        command = ImportSnapshot(
            workflow=workflow.name,
            actor=self.actor,
            state=state,
            opened_on=opened_on,
            source=self._source(sheet, row),
            data=step_record(sheet, row, workflow.opening),
            title=None if title is None else str(title),
            organisations=self._agencies(review) if is_review else (),
            steps=tuple(snapshot_steps(sheet, row, workflow)),
            since=day_in_row(row, "since"),
            former_reference=None if reference is None else str(reference),
            parent=parent,
            parent_request=None if is_review or parent is not None else row_request_id(review),
            request_id=row_request_id(review)
            if is_review
            else row_request_id(review, sheet.title, row_key(sheet, row.cells)),
        )
        self.new.append(NewRow(row=row, command=command, state=workflow.state(state).title))

    def _workflow(self, sheet: Sheet, row: WorkbookRow) -> Workflow:
        if sheet.workflow is not None:
            return self.workflows.latest(sheet.workflow)
        return self.by_title[str(row.cells["kind"])]

    def _ref_of(self, review: str) -> str | None:
        return next((one.ref for one in self.known.get(review, ()) if one.sheet == REVIEWS_SHEET), None)

    def _agencies(self, review: str) -> tuple[str, ...]:
        rows = self.rows.get(AGENCIES_SHEET, ())
        return tuple(str(row.cells["agency"]) for row in rows if review_reference(row) == review)

    def _opened_on(self, sheet: Sheet, row: WorkbookRow, review: str) -> date | None:
        """Return the day on which a case was opened: its own column, or a day in a related row."""
        of_review = self.reviews.get(review)
        others = {
            RECOMMENDATION: ((of_review, "agreed_on"),),
            AGENCY_ACTION_PLAN: ((of_review, "asked_on"),),
            ACTION: ((row, "agreed_on"), (of_review, "asked_on"), (of_review, "agreed_on")),
        }
        said = ((row, "opened_on"), *others.get(sheet.workflow or "", ()))
        return next((day for one, name in said if one is not None and (day := day_in_row(one, name)) is not None), None)

    def _faults_of_numbers(self, sheet: Sheet, row: WorkbookRow, review: str) -> Iterator[CellFault]:
        if sheet.workflow == RECOMMENDATION and not str(row.cells["number"]).isdecimal():
            yield row.fault("number", "expected one number")
        if sheet.workflow != ACTION:
            return
        there = {str(one.cells["number"]) for one in self.known.get(review, ()) if "number" in one.cells}
        for title, rows in self.rows.items():
            of_review = (one for one in rows if "number" in one.cells and review_reference(one) == review)
            there |= {str(one.cells["number"]) for one in of_review if title != sheet.title}
        for number in parse_numbers(str(row.cells["recommendations"] or ""))[0]:
            if str(number) not in there:
                yield row.fault("recommendations", f"there is no recommendation {number} of this review")


def _changes(columns: Iterable[RegisterColumn], row: WorkbookRow, there: RegisterRow) -> tuple[Change, ...]:
    return tuple(
        Change(title=column.sheet_column.title, recorded=there.cells[column.name], returned=row.cells[column.name])
        for column in columns
    )
