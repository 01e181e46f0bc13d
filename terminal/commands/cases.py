"""Open cases, and record steps."""

from __future__ import annotations

from typing import Any

import click

from ...engine.model.commands import Open
from .. import completion
from ..options import case_argument, parse_identifier, parse_reference, recording_options, trigger_argument
from ..recording import command_base, complete_command, print_notes, print_result_json, run_command, run_step
from ..session import Session, in_session
from .bulk_step import run_bulk_step


@click.command()
@click.argument("workflow", shell_complete=completion.workflows, callback=parse_identifier)
@click.option(
    "--parent",
    metavar="REF",
    shell_complete=completion.cases,
    callback=parse_reference,
    help="The case that it is part of.",
)
@recording_options
@in_session
def refer(session: Session, *, workflow: str, parent: str | None, dry_run: bool, **options: Any) -> None:
    """Open a case and print its reference.

    \b
    Example:  casereview refer serious_case_review --file 01-refer.json
              casereview refer partnership_review     (asks for what it needs)
              casereview refer action --parent SCR-2026-001
    """
    definition = session.engine.workflows.latest(workflow)
    bare = Open(workflow=workflow, parent=parent, **command_base(session, options))
    command = complete_command(session, bare, definition.opening, None, **options)
    recorded = run_command(session, command, dry_run=dry_run)
    if session.as_json:
        print_result_json(session, recorded, dry_run=dry_run)
        return
    session.mark_rehearsal()
    if dry_run and not recorded.repeated:
        session.print_note(f"The case would be opened as {recorded.case.ref}; nothing was changed.")
    else:
        # Alone on standard output, so that a script can keep it: ref=$(casereview refer …)
        click.echo(recorded.case.ref)
    print_notes(session, recorded, dry_run=dry_run)


@click.command()
@case_argument
@trigger_argument
@click.option("--if-version", type=int, metavar="N", help="Only if the case is still at this version.")
@click.option(
    "--where",
    multiple=True,
    metavar="NAME=VALUE",
    help="Every part of the case that matches (with ALL, every case): workflow, state, agency, overdue=yes.",
)
@click.option("--yes", is_flag=True, help="With --where: record without asking.")
@recording_options
@in_session
def step(
    session: Session,
    *,
    ref: str,
    trigger: str,
    if_version: int | None,
    where: tuple[str, ...],
    yes: bool,
    dry_run: bool,
    **options: Any,
) -> None:
    """Record a step.

    At a terminal, it asks for what is missing. To see what a step needs: casereview next REF.
    With --where, it is recorded for many cases at once: all of them, or none.

    \b
    Example:  casereview step SCR-2026-001 screen --file 04-screen.json
              casereview step SCR-2026-001 note --set text="Minutes filed."
              casereview step SCR-2026-001 note --where workflow=action
    """
    if where:
        if if_version is not None:
            raise click.UsageError("Use either --if-version or --where. --if-version is for one case.")
        run_bulk_step(session, ref=ref, trigger=trigger, where=where, dry_run=dry_run, yes=yes, **options)
        return
    run_step(session, ref, trigger, if_version=if_version, dry_run=dry_run, **options)
