"""Import existing reviews from a register in Excel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ....engine import ImportResult
from ....engine.errors.bad_input import BadValue
from ....engine.model.organisations import OrganisationNames
from ....engine.ports.records import Selection
from ....exchange.register.comparison import RecordedRows, RegisterDifference, compare_register
from ....exchange.register.current_register import RegisterRow, register_rows, row_request_id
from ....exchange.register.describe import describe_register, register_document
from ....exchange.register.example import EXAMPLE
from ....exchange.register.layout import Sheet, register_sheets
from ....exchange.register.reader import RowsBySheet, read_register, review_reference, with_listed_agencies
from ....exchange.register.references import reference_key
from ....exchange.register.writer import register_workbook
from ....exchange.workbook.cell_text import day_text
from ....exchange.workbook.file_limits import read_workbook_file
from ....reports.values.dates import count_of
from ....workflows.parts.status import REVIEWS
from ...completion import people
from ...files import write_atomically
from ...name_questions import finding_document, finding_lines, other_warnings, unique_findings
from ...options import reading_options
from ...prompts import confirm
from ...session import Session, in_session

EXPORT_LIMIT = 100_000
MAX_WARNINGS = 20


@click.command("bring-in")
@click.argument("file", required=False, type=click.Path())
@click.option("--template", metavar="FILE", help="Only write an empty register to this file (.xlsx).")
@click.option("--filled", is_flag=True, help="With --template: fill it in with an invented example.")
@click.option("--export", metavar="FILE", help="Only write the register of the recorded reviews to this file.")
@click.option("--as", "who", metavar="WHO", shell_complete=people, help="Who records it.")
@click.option("--dry-run", is_flag=True, help="Show what would be imported. Record nothing.")
@click.option("--yes", is_flag=True, help="Record it without asking.")
@reading_options
@in_session
def import_register(
    session: Session,
    *,
    file: str | None,
    template: str | None,
    filled: bool,
    export: str | None,
    who: str | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Import the reviews that you already have.

    Reads a register in Excel: reviews at any stage, with their agencies,
    recommendations, plans and actions. First shows what it would do, then records
    all of it or nothing. Shows every fault with its sheet and cell. A row that was
    imported before changes nothing. See docs/operations.md.

    \b
    Example:  casereview bring-in --template register.xlsx --filled
              casereview bring-in register.xlsx --dry-run
    """
    options = [name for name, value in (("FILE", file), ("--template", template), ("--export", export)) if value]
    if len(options) != 1:
        found = " and ".join(options) or "none of them"
        raise BadValue(name="bring-in", expected="one of FILE, --template FILE and --export FILE", found=found)
    if template is not None:
        _write_template(session, template, filled=filled)
    elif export is not None:
        _export(session, export)
    elif file is not None:
        if not (dry_run or yes or session.is_interactive):
            raise BadValue(
                name="--yes", expected="--yes or --dry-run, because nobody can be asked here", found="neither"
            )
        _import_register(session, file, who, dry_run=dry_run, yes=yes)


# --- out -------------------------------------------------------------------------------------------


def _write_template(session: Session, path: str, *, filled: bool) -> None:
    what = "an example of a register" if filled else "an empty register"
    _write(session, path, EXAMPLE if filled else {}, what=what, option="--template")


def _export(session: Session, path: str) -> None:
    rows: dict[str, list[Any]] = {}
    count = 0
    for ref in _reviews(session):
        count += 1
        for one in _register_rows(session, ref):
            rows.setdefault(one.sheet, []).append(one.cells)
    _write(session, path, rows, what=f"{count} review{'' if count == 1 else 's'}", option="--export")


def _write(session: Session, path: str, rows: Any, *, what: str, option: str) -> None:
    now = session.now
    title = f"Register of reviews, {day_text(session.engine.calendar.day_of(now))}"
    if session.database.is_rehearsal:
        title += ". REHEARSAL: not a real record"
    content = register_workbook(_sheets(session), rows, title=title, at=now)
    write_atomically(path, content, name=option)
    if session.as_json:
        session.print_json({"file": path, "rows": {sheet: len(found) for sheet, found in rows.items()}})
        return
    session.show(f"Wrote {what} to {path}.")
    session.print_note(f"To import it: casereview bring-in {path} --dry-run")


def _sheets(session: Session) -> tuple[Sheet, ...]:
    return register_sheets(session.engine.workflows)


def _reviews(session: Session) -> list[str]:
    selections = (Selection(workflow=name, limit=EXPORT_LIMIT) for name in REVIEWS)
    return sorted(case.ref for selection in selections for case in session.engine.cases(selection))


def _register_rows(session: Session, ref: str) -> tuple[RegisterRow, ...]:
    engine = session.engine
    return register_rows(engine.tree(ref), engine.tree_history(ref), _sheets(session), engine.workflows)


# --- in --------------------------------------------------------------------------------------------


def _import_register(session: Session, file: str, who: str | None, *, dry_run: bool, yes: bool) -> None:
    found = _difference(session, file, who)
    if refusals := session.engine.validate_imports(found.commands):
        raise found.import_error(refusals)
    unasked = yes and not dry_run
    recorded = session.engine.import_many(found.commands, dry_run=not unasked)
    findings = unique_findings(recorded)
    if session.as_json:
        head = {"file": file, "dry_run": dry_run, "recorded": [] if dry_run else _refs(recorded)}
        names = [finding_document(one) for one in findings]
        session.print_json({**head, **register_document(found), "warnings": _warnings(recorded), "names": names})
        return
    session.show(
        "\n".join((f"{file}:", *describe_register(found), *_warning_lines(recorded), *finding_lines(findings)))
    )
    if not recorded:
        session.show("There is nothing to import.")
    elif dry_run:
        session.show("Everything can be imported. Nothing was changed.")
    elif unasked or _confirm(session):
        recorded = recorded if unasked else session.engine.import_many(found.commands)
        refs = _refs(recorded)[: len(found.new)]
        reviews = [ref for ref in refs if "/" not in ref]
        if refs:
            session.show(
                f"Imported: {', '.join(reviews) or 'parts of existing reviews'}; {count_of(len(refs), 'case')} in all."
            )
        if found.completed:
            session.show(f"Completed: {', '.join(one.command.ref for one in found.completed)}.")
    else:
        session.show("Nothing was imported.")


def _difference(session: Session, file: str, who: str | None) -> RegisterDifference:
    actor = session.actor(who)
    sheets = _sheets(session)
    rows, ignored_columns = read_register(file, read_workbook_file(file), sheets)
    for heading in ignored_columns:
        session.print_note(f"The column {heading} is not known. It was not read.")
    rows = with_listed_agencies(rows, OrganisationNames(session.engine.organisations()))
    known = _recorded_reviews(session, rows)
    name, workflows = Path(file).name[:100], session.engine.workflows
    return compare_register(rows, known, sheets=sheets, actor=actor, file=file, file_name=name, workflows=workflows)


def _recorded_reviews(session: Session, rows: RowsBySheet) -> RecordedRows:
    """Return the recorded rows of the reviews in a register, found by their import or by our own reference."""
    named = {
        review_reference(row): row_request_id(review_reference(row)) for of_sheet in rows.values() for row in of_sheet
    }
    requested = session.engine.refs_by_request(tuple(named.values()))
    ours = {reference_key(ref): ref for ref in _reviews(session)}
    known = {}
    for reference, request in named.items():
        ref = requested.get(request, ours.get(reference))
        if ref is not None:
            known[reference] = _register_rows(session, ref)
    return known


def _confirm(session: Session) -> bool:
    session.mark_rehearsal()
    return confirm("Do you want to import this?")


def _refs(recorded: tuple[ImportResult, ...]) -> list[str]:
    return [one.ref for one in recorded]


def _warnings(recorded: tuple[ImportResult, ...]) -> list[dict[str, str]]:
    return [{"ref": one.ref, "warning": warning} for one in recorded for warning in other_warnings(one)]


def _warning_lines(recorded: tuple[ImportResult, ...]) -> list[str]:
    found = _warnings(recorded)
    lines = [f"Warning for {one['ref']}: {one['warning']}" for one in found[:MAX_WARNINGS]]
    return (
        lines
        if len(found) <= MAX_WARNINGS
        else [*lines, f"… and {count_of(len(found) - MAX_WARNINGS, 'more warning')}."]
    )
