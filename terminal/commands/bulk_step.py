"""Record the same step for many cases at once: all of them, or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click
from rich.text import Text

from ...engine import Case, CommandResult, Workflow
from ...engine.errors.bad_input import BadValue, BatchFailed
from ...engine.errors.base import BadInput, title_and_code
from ...engine.errors.refusals import Refused
from ...engine.model.commands import Step
from ...engine.ports.records import Selection
from ...reports.render.terminal.styles import FAINT, WAITING, new_table
from ..prompts import confirm
from ..recording import command_base, complete_command
from ..session import Session

ALL_CASES = "ALL"
"""Given in place of a reference: all cases, and not only the parts of one."""
MAX_CASES = 1_000
"""The most cases that can take a step at once; they are one transaction."""
CONDITIONS = ("workflow", "state", "agency", "overdue")


def run_bulk_step(
    session: Session, *, ref: str, trigger: str, where: Sequence[str], dry_run: bool, yes: bool, **options: Any
) -> None:
    """Record a step for every case that the conditions select: all of them, or none.

    Args:
        session: The command's session.
        ref: The case to search the parts of, or `ALL`.
        trigger: The step.
        where: The conditions, each as `name=value`.
        dry_run: True to record nothing and only show the result.
        yes: True to record without asking.
        options: The options of any step.

    Raises:
        BadValue: if a condition cannot be understood, or it selects no case or too many.
        BatchFailed: if one of the cases cannot take the step.
    """
    bare = command_base(session, options)
    workflow, cases = _select_cases(session, ref, trigger, where)
    transition = workflow.transition(trigger)
    assert transition is not None  # the workflow was found by this step
    commands = _commands(cases, trigger, bare)
    # The record typed for the first case is used for all.
    filled = complete_command(session, commands[0], transition, cases[0], **options)
    commands = tuple(replace(one, data=filled.data, decided_by=filled.decided_by) for one in commands)
    try:
        rehearsed = session.engine.dry_run_many(commands)
    except BatchFailed:
        _print_refusals(session, commands)
        raise
    if not dry_run and not yes and session.is_interactive:
        session.show(_table(cases, rehearsed, workflow))
        question = f'Do you want to record "{transition.title}" for {_cases(len(cases))}?'
        if not confirm(question):
            raise click.Abort
    recorded = rehearsed if dry_run else session.engine.record_many(commands)
    if session.as_json:
        session.print_json([_document(*one, dry_run=dry_run) for one in zip(cases, recorded, strict=True)])
        return
    session.show(_table(cases, recorded, workflow))
    done = "would be recorded; nothing was changed:" if dry_run else "is recorded for"
    session.show(f'"{transition.title}" {done} {_cases(len(cases))}.')


def _commands(cases: Sequence[Case], trigger: str, bare: dict[str, Any]) -> tuple[Step, ...]:
    request_id = bare.pop("request_id")
    return tuple(
        Step(
            ref=case.ref,
            trigger=trigger,
            # Each case gets its own ID, and the same command gives the same IDs when repeated.
            request_id=None if request_id is None else f"{request_id} {case.ref}",
            **bare,
        )
        for case in cases
    )


def _select_cases(session: Session, ref: str, trigger: str, where: Sequence[str]) -> tuple[Workflow, tuple[Case, ...]]:
    engine = session.engine
    selection = _selection(session, ref, where)
    known = [one for one in engine.workflows if one.transition(trigger) not in (None, one.opening)]
    if selection.workflow is not None:
        known = [one for one in known if one.name == engine.workflows.latest(selection.workflow).name]
    if not known:
        expected = "a step of the workflow in --where" if selection.workflow else "a step that a workflow has"
        raise BadValue(name="the step", expected=expected, found=trigger)
    found = [(one, engine.cases(replace(selection, workflow=one.name, limit=MAX_CASES + 1))) for one in known]
    found = [(one, cases) for one, cases in found if cases]
    if len(found) > 1:
        names = " and ".join(title_and_code(one.title, one.name) for one, _ in found)
        raise BadValue(name="--where", expected="workflow=… as well, to choose one kind", found=f"cases of {names}")
    if not found:
        raise BadValue(name="--where", expected="conditions that match a case", found="no such case")
    ((workflow, cases),) = found
    if len(cases) > MAX_CASES:
        raise BadValue(name="--where", expected=f"conditions that match at most {MAX_CASES:,} cases", found="more")
    return workflow, cases


def _selection(session: Session, ref: str, where: Sequence[str]) -> Selection:
    conditions: dict[str, str] = {}
    for condition in where:
        name, separator, value = condition.partition("=")
        name, value = name.strip().lower(), value.strip()
        if not separator or name not in CONDITIONS or not value or name in conditions:
            expected = f"{', '.join(f'{one}=…' for one in CONDITIONS)}, each at most once"
            raise BadValue(name="--where", expected=expected, found=condition)
        conditions[name] = value
    overdue = conditions.pop("overdue", None)
    if overdue not in (None, "yes"):
        raise BadValue(name="--where", expected="overdue=yes", found=f"overdue={overdue}")
    for name in {"workflow", "state"} & conditions.keys():
        conditions[name] = re.sub(r"[\s-]+", "_", conditions[name].lower())
    parent = None if ref.upper() == ALL_CASES else session.engine.case(ref).ref
    return Selection(
        parent=parent,
        workflow=conditions.get("workflow"),
        state=conditions.get("state"),
        organisation=conditions.get("agency"),
        overdue_at=session.now if overdue else None,
    )


def _print_refusals(session: Session, commands: Sequence[Step]) -> None:
    """Print why each case cannot take the step, so that a person can put all of them right at once."""
    if session.as_json or len(commands) == 1:
        return
    session.print_note("Nothing was recorded, because these cases cannot take the step:")
    for command in commands:
        try:
            session.engine.dry_run(command)
        except (BadInput, Refused) as error:
            reasons = error.reasons if isinstance(error, Refused) else ()
            why = " ".join(block.reason for block in reasons) or str(error).splitlines()[0]
            session.print_note(f"  {command.ref}: {why}")


def _table(cases: Sequence[Case], recorded: Sequence[CommandResult], workflow: Workflow) -> Any:
    table = new_table(("Case", max(len(case.ref) for case in cases)), ("State", None))
    for case, one in zip(cases, recorded, strict=True):
        before, after = workflow.state(case.state).title, workflow.state(one.case.state).title
        what = Text(before if before == after else f"{before} → {after}")
        if one.repeated:
            what.append("  already recorded by this request", style=FAINT)
        for warning in one.warnings:
            what.append(f"\n{warning}", style=WAITING)
        table.add_row(case.ref, what)
    return table


def _document(case: Case, recorded: CommandResult, *, dry_run: bool) -> dict[str, Any]:
    return {
        "ref": case.ref,
        "from": case.state,
        "to": recorded.case.state,
        "version": recorded.case.version,
        "warnings": list(recorded.warnings),
        "repeated": recorded.repeated,
        "dry_run": dry_run,
    }


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count:,} cases"
