"""Export an agency's plan as a workbook, and import it again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ....engine import Case, NameFinding
from ....engine.errors.bad_input import BadValue, BatchFailed
from ....engine.errors.unknown import UnknownCase
from ....exchange.plan.changes import Importer, PlanDifference
from ....exchange.plan.comparison import compare_plan
from ....exchange.plan.current_plan import build_plan
from ....exchange.plan.describe import describe_difference, difference_document
from ....exchange.plan.errors import RowNotRecorded
from ....exchange.plan.layout import ActionPlan
from ....exchange.plan.reader import read_plan
from ....exchange.plan.writer import plan_workbook
from ....exchange.workbook.columns import RECORD_SHEET
from ....exchange.workbook.faults import CellFault, faulty_workbook
from ....exchange.workbook.file_limits import read_workbook_file
from ...files import write_atomically
from ...name_questions import finding_document, finding_lines, unique_findings
from ...options import DECIDED_BY_OPTIONS, apply_options, case_argument, reading_options
from ...prompts import confirm
from ...record_input import parse_decided_by
from ...session import Session, in_session

MAX_LISTED = 12


@click.command("export")
@case_argument
@click.option(
    "--agency", required=True, metavar="A", help="The agency. The workbook contains nothing about other agencies."
)
@click.option("--out", required=True, metavar="FILE", help="Write to this file (.xlsx), replacing it.")
@reading_options
@in_session
def export_plan(session: Session, *, ref: str, agency: str, out: str) -> None:
    """Write an agency's plan to a workbook that the agency fills in.

    The Excel workbook has a row for each action, empty rows for new ones, the
    recommendations to the agency, and a sheet with help. Yellow cells can be filled in.

    \b
    Example:  casereview plan export SCR-2026-001 --agency "Agency 1" \\
                --out plan.xlsx
    """
    found, _ = _load_plan(session, ref, agency)
    engine, now = session.engine, session.now
    content = plan_workbook(found, at=now, day=engine.calendar.day_of(now), rehearsal=session.database.is_rehearsal)
    write_atomically(out, content, name="--out")
    if session.as_json:
        facts = found.identity
        refs = [action.ref for action in found.actions]
        session.print_json({"file": out, "review": facts.review, "agency": facts.agency, "actions": refs})
        return
    count = len(found.actions)
    session.show(f"Wrote the plan of {found.identity.agency}, {count} action{'' if count == 1 else 's'}, to {out}.")
    session.print_note(f"When the agency returns it: casereview plan import {out}")


@click.command("import")
@click.argument("file", type=click.Path())
@apply_options(*DECIDED_BY_OPTIONS)
@click.option("--dry-run", is_flag=True, help="Show what would change. Record nothing.")
@click.option("--yes", is_flag=True, help="Record it without asking.")
@reading_options
@in_session
def import_plan(session: Session, *, file: str, dry_run: bool, yes: bool, **options: Any) -> None:
    """Record the plan that an agency returned.

    First shows what would change, then records all of it or nothing. Shows every
    fault with its sheet and cell. Importing a file twice changes nothing. If other
    people changed an action after the export, that is a conflict.

    \b
    Example:  casereview plan import plan.xlsx --dry-run
              casereview plan import plan.xlsx --decided-by "Robin Hale" \\
                --capacity agency_safeguarding_lead
    """
    if not (dry_run or yes or session.is_interactive):
        raise BadValue(name="--yes", expected="--yes or --dry-run, because nobody can be asked here", found="neither")
    found = _difference(session, file, options)
    unasked = yes and not dry_run
    refs, findings = _apply_plan(session, file, found, save=unasked)
    if session.as_json:
        names = [finding_document(one) for one in findings]
        head = {"file": file, "dry_run": dry_run, "recorded": [] if dry_run else refs, "names": names}
        session.print_json({**head, **difference_document(found)})
        return
    title = f"{file}: {found.plan.identity.agency}, {found.plan.identity.review}"
    session.show("\n".join((title, *describe_difference(found), *finding_lines(findings))))
    if not refs:
        session.show("There is nothing to record.")
    elif dry_run:
        session.show("Everything can be recorded. Nothing was changed.")
    elif unasked or _confirm(session):
        refs = refs if unasked else _apply_plan(session, file, found, save=True)[0]
        listed = ", ".join(refs) if len(refs) <= MAX_LISTED else f"{len(refs)} actions"
        session.show(f"Recorded: {listed}.")
    else:
        session.show("Nothing was recorded.")


def _confirm(session: Session) -> bool:
    session.mark_rehearsal()
    return confirm("Do you want to record this?")


def _load_plan(session: Session, ref: str, agency: str) -> tuple[ActionPlan, tuple[Case, ...]]:
    engine = session.engine
    tree = engine.tree(ref)
    # Another record may have a review with this reference, but not the hash of its first event.
    record = engine.history(tree[0].ref)[0].hash
    return build_plan(tree, agency, record_hash=record, workflows=engine.workflows), tree


def _difference(session: Session, file: str, options: dict[str, Any]) -> PlanDifference:
    """Return what a file would change, or raise an error with every fault in it."""
    actor = session.actor(options["who"])
    decider, name = options["decided_by"], Path(file).name[:200]
    evidence = options["evidence"] or (None if decider is None else name)
    authority = parse_decided_by(
        decider, options["capacity"], evidence, roles=(), titles=session.engine.workflows.roles
    )
    content = read_workbook_file(file)
    returned = read_plan(file, content)
    facts = returned.identity
    try:
        found, tree = _load_plan(session, facts.review, facts.agency)
    except UnknownCase:
        cell, problem = "B2", f"the plan is for {facts.review}, and this record has no such review"
    except BadValue as error:
        cell, problem = "B3", f"expected {error.expected}, found {error.found}"
    else:
        cell, problem = (
            "B4",
            f"the plan is for {facts.review} in another record, perhaps a rehearsal. Export it again from this record",
        )
        if found.identity.record_hash == facts.record_hash:
            by = Importer(actor=actor, decided_by=authority, evidence=name, file=file, content=content)
            return compare_plan(returned, found, tree, importer=by, workflows=session.engine.workflows)
    raise faulty_workbook(file, [CellFault(sheet=RECORD_SHEET, cell=cell, problem=problem)])


def _apply_plan(
    session: Session, file: str, found: PlanDifference, *, save: bool
) -> tuple[list[str], tuple[NameFinding, ...]]:
    """Record the changes, or try them; name the row that is refused.

    Returns:
        The references of the actions, and what was found about names, each once.
    """
    commands = [command for _, command in found.commands]
    carry_out = session.engine.record_many if save else session.engine.dry_run_many
    try:
        results = carry_out(commands)
    except BatchFailed as error:
        row = found.commands[error.number][0]
        raise RowNotRecorded(file=file, row=row, number=error.number, cause=error.cause) from None
    return list(dict.fromkeys(one.case.ref for one in results)), unique_findings(results)
