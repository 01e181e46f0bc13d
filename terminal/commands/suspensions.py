"""Suspend and resume deadlines, and agree new dates."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from ...engine import CommandResult
from ...engine.model.commands import NewDate, Resume, Suspend
from ...reports.values.dates import day
from .. import completion
from ..input import parse_day
from ..options import amendment_options, case_argument, parse_identifier
from ..recording import amendment_base, run_amendment
from ..session import Session, in_session

on_option = click.option("--on", metavar="DATE", help="The day it takes effect (YYYY-MM-DD). Default: today.")


@click.command()
@case_argument
@click.option("--proceeding", required=True, metavar="TEXT", help="What the review waits for, by its public name.")
@click.option("--consulted", required=True, metavar="TEXT", help="Who was consulted.")
@click.option("--reasons", required=True, metavar="TEXT", help="Why.")
@click.option(
    "--deadline",
    "deadlines",
    multiple=True,
    metavar="NAME",
    shell_complete=completion.deadlines,
    callback=lambda context, parameter, typed: tuple(parse_identifier(context, parameter, one) for one in typed),
    help="Only this deadline. Can be repeated. Default: all, and those that start during the suspension.",
)
@click.option(
    "--review-by", metavar="DATE", help="When to look at the suspension again. This is a deadline of its own."
)
@on_option
@amendment_options
@in_session
def suspend(
    session: Session,
    *,
    ref: str,
    proceeding: str,
    consulted: str,
    reasons: str,
    deadlines: tuple[str, ...],
    review_by: str | None,
    on: str | None,
    **options: Any,
) -> None:
    """Suspend deadlines because of a named proceeding.

    When you resume them, they continue with the time that was left.

    \b
    Example:  casereview suspend SCR-2026-001 --proceeding "Crown Court trial" \\
                --consulted "Crown Prosecution Service" --reasons "Witnesses." \\
                --decided-by "Board chair" --capacity board_chair
    """
    command = Suspend(
        ref=ref,
        proceeding=proceeding,
        consulted=consulted,
        reasons=reasons,
        deadlines=deadlines,
        review_by=_parse_day(review_by, "--review-by"),
        on=_parse_day(on, "--on"),
        **amendment_base(session, options),
    )
    recorded = run_amendment(session, command, "deadlines suspended", dry_run=options["dry_run"])
    _print_dates(session, recorded)


@click.command()
@case_argument
@click.option("--reasons", required=True, metavar="TEXT", help="Why.")
@click.option(
    "--suspension", type=int, metavar="N", help="Which suspension, if there is more than one. See casereview show."
)
@on_option
@amendment_options
@in_session
def resume(session: Session, *, ref: str, reasons: str, suspension: int | None, on: str | None, **options: Any) -> None:
    """Resume suspended deadlines.

    \b
    Example:  casereview resume SCR-2026-001 --reasons "The trial is over." \\
                --decided-by "Board chair" --capacity board_chair
    """
    by = amendment_base(session, options)
    command = Resume(ref=ref, reasons=reasons, suspension=suspension, on=_parse_day(on, "--on"), **by)
    recorded = run_amendment(session, command, "deadlines resumed", dry_run=options["dry_run"])
    _print_dates(session, recorded)


@click.command("new-date")
@case_argument
@click.argument("deadline", shell_complete=completion.deadlines, callback=parse_identifier)
@click.argument("to", metavar="DATE")
@click.option("--reasons", required=True, metavar="TEXT", help="Why.")
@amendment_options
@in_session
def new_date(session: Session, *, ref: str, deadline: str, to: str, reasons: str, **options: Any) -> None:
    """Record a new date for a deadline.

    You can do this before or after the deadline. The earlier date and the person who agreed stay visible.

    \b
    Example:  casereview new-date SCR-2026-001 decide 2026-09-30 \\
                --reasons "Late papers." --decided-by Chair --capacity board_chair
    """
    command = NewDate(
        ref=ref,
        deadline=deadline,
        to=parse_day(to, name="the date"),
        reasons=reasons,
        **amendment_base(session, options),
    )
    recorded = run_amendment(session, command, f"new date for {deadline}", dry_run=options["dry_run"])
    _print_dates(session, recorded)


def _parse_day(text: str | None, name: str) -> date | None:
    return None if text is None else parse_day(text, name=name)


def _print_dates(session: Session, recorded: CommandResult) -> None:
    """Print the due date of each deadline that changed, one line each."""
    case = recorded.case
    workflow = session.engine.workflows.for_case(case)
    touched = {(clock.deadline, clock.number) for event in recorded.events for clock in event.effects.clocks}
    for clock in case.clocks:
        if (clock.deadline, clock.number) not in touched or not clock.is_open:
            continue
        title = workflow.deadline(clock.deadline).title
        if clock.suspended_on is not None:
            session.print_note(f"  {title}: suspended with {clock.time_left} left.")
        elif clock.revisions and clock.revisions[-1].due == clock.due:
            session.print_note(f"  {title}: {day(clock.due)}, instead of {day(clock.revisions[-1].previous_due)}.")
        else:
            session.print_note(f"  {title}: {day(clock.due)}.")
