"""Change the office's own settings: its working days, its deadlines and its escalation levels."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from typing import Any

import click

from ...engine import ChangedDueDate, DayKind
from ...engine.errors.bad_input import BadValue
from ...reports.render.json.local_settings import day_document, override_document, recalculated_document, term_document
from ...reports.render.terminal.local_settings import days_table, recalculated_table, terms_table
from ...reports.values.dates import count_of, day
from ...reports.values.local_settings import effective_terms, non_working_days
from .. import completion
from ..errors import REFUSED
from ..input import parse_day, parse_term
from ..options import apply_options, common_options, list_by_default, parse_identifier, reading_options
from ..session import CommandBody, Session, in_session

MAX_DAYS = 1000

DAY_KIND_WORDS = {"closed": "is not a working day", "worked": "is a working day", "as_usual": "is as in the calendar"}
"""The words for each kind of day that an office can set."""

who_option = click.option(
    "--as", "who", metavar="WHO", shell_complete=completion.people, help="Who records it. Default: this account."
)
reasons_option = click.option("--reasons", required=True, metavar="TEXT", help="Why.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


# --- days -----------------------------------------------------------------------------------------------


@click.group(invoke_without_command=True)
@json_option
@common_options
@click.pass_context
def calendar(context: click.Context, /, **typed: object) -> None:
    """Show or change the days that are not working days.

    The bank holidays of England and Wales are included. Add those that are announced later, and days on
    which your office is closed. Every open deadline is then recalculated.

    \b
    Example:  casereview calendar
              casereview calendar add 2027-05-10 --reasons "Proclaimed." --dry-run
    """
    list_by_default(context, calendar_list, typed, year=None)


@calendar.command("list")
@click.option("--year", type=click.IntRange(1901, 2199), help="Only this year. Default: this year and the next.")
@reading_options
@in_session
def calendar_list(session: Session, *, year: int | None) -> None:
    """List the days that are not working days, without weekends.

    \b
    Example:  casereview calendar list --year 2027
    """
    engine = session.engine
    first = engine.calendar.day_of(session.now).year if year is None else year
    years = (first, first + 1) if year is None else (first,)
    listed = non_working_days(engine.calendar, engine.overrides(), years)
    if session.as_json:
        session.print_json([day_document(one) for one in listed])
    else:
        session.show(days_table(listed))


def _day_options(command: CommandBody) -> CommandBody:
    """Add the options of a command that sets a day."""
    options = apply_options(
        click.argument("day"),
        reasons_option,
        who_option,
        click.option("--dry-run", is_flag=True, help="Show which due dates would change. Record nothing."),
    )
    return options(reading_options(in_session(command)))


@calendar.command("add")
@_day_options
def calendar_add(session: Session, **said: Any) -> None:
    """Set a day as not a working day.

    \b
    Example:  casereview calendar add 2027-05-10 --reasons "Proclaimed." --dry-run
    """
    _set_day(session, DayKind.CLOSED, **said)


@calendar.command("remove")
@_day_options
def calendar_remove(session: Session, **said: Any) -> None:
    """Set a bank holiday as a working day.

    \b
    Example:  casereview calendar remove 2027-05-03 --reasons "It was moved."
    """
    _set_day(session, DayKind.WORKED, **said)


@calendar.command("reset")
@_day_options
def calendar_reset(session: Session, **said: Any) -> None:
    """Undo the setting of a day.

    \b
    Example:  casereview calendar reset 2027-05-10 --reasons "Not proclaimed."
    """
    _set_day(session, DayKind.AS_USUAL, **said)


def _set_day(session: Session, kind: DayKind, *, day: str, reasons: str, who: str | None, dry_run: bool) -> None:
    meant = parse_day(day, name="the day")
    counted = session.engine.set_day(meant, kind, reasons=reasons, actor=session.actor(who), dry_run=dry_run)
    if session.as_json:
        session.print_json([recalculated_document(one) for one in counted.changed])
    else:
        _print_moved(session, counted.changed, kind, meant, dry_run=dry_run)
    for one in counted.failed:
        # Print this for programs as well: it is not part of the list of dates that they read.
        click.echo(f"{one.ref} was left out: {one.problem} See why: casereview verify {one.ref}", err=True)
    if counted.failed:
        sys.exit(REFUSED)


def _print_moved(
    session: Session, moved: Sequence[ChangedDueDate], kind: DayKind, meant: date, *, dry_run: bool
) -> None:
    if moved:
        session.show(recalculated_table(moved))
    cases = len({one.ref for one in moved})
    what = f"{count_of(len(moved), 'due date')} in {count_of(cases, 'case')}"
    if dry_run:
        session.show(f"It would change {what if moved else 'no due date'}. Nothing was changed.")
    else:
        setting = f"{meant:%A} {meant.day} {meant:%B %Y} {DAY_KIND_WORDS[str(kind)]}"
        session.show(f"Recorded: {setting}. It changed {what if moved else 'no due date'}.")


# --- terms ----------------------------------------------------------------------------------------------


@click.group(invoke_without_command=True)
@json_option
@common_options
@click.pass_context
def terms(context: click.Context, /, **typed: object) -> None:
    """Show or change how long deadlines are, and their reminders.

    \b
    Example:  casereview terms
    """
    list_by_default(context, terms_list, typed, workflow=None)


@terms.command("list")
@click.argument("workflow", required=False, shell_complete=completion.workflows, callback=parse_identifier)
@reading_options
@in_session
def terms_list(session: Session, *, workflow: str | None) -> None:
    """List the terms and escalation levels, and your own settings.

    \b
    Example:  casereview terms list serious_case_review
    """
    engine = session.engine
    found = tuple(engine.workflows) if workflow is None else (engine.workflows.latest(workflow),)
    today = engine.calendar.day_of(session.now)
    listed = effective_terms(found, engine.overrides(), today)
    if session.as_json:
        session.print_json([term_document(one) for one in listed])
    else:
        session.show(terms_table(listed))


@terms.command("set")
@click.argument("workflow", shell_complete=completion.workflows, callback=parse_identifier)
@click.argument("deadline", shell_complete=completion.deadlines, callback=parse_identifier)
@click.option("--term", metavar="TERM", help='Like "20 working days", "3 months" or "28 days".')
@click.option(
    "--level",
    "levels",
    multiple=True,
    metavar="NAME=DAYS",
    help="A level, and its working days after the due date (negative: before). Can be repeated.",
)
@click.option(
    "--from", "from_day", metavar="DATE", required=True, help="For deadlines that start on this day or later."
)
@reasons_option
@who_option
@reading_options
@in_session
def terms_set(
    session: Session,
    *,
    workflow: str,
    deadline: str,
    term: str | None,
    levels: tuple[str, ...],
    from_day: str,
    reasons: str,
    who: str | None,
) -> None:
    """Set the office's own term or escalation levels for a deadline.

    A deadline that is already running does not change.

    \b
    Example:  casereview terms set serious_case_review decide \\
                --term "15 working days" --from 2027-01-01 --reasons "As agreed."
    """
    engine = session.engine
    local = engine.set_term(
        workflow,
        deadline,
        term=None if term is None else parse_term(term, name="--term"),
        levels=_parse_levels(levels),
        from_day=parse_day(from_day, name="--from"),
        reasons=reasons,
        actor=session.actor(who),
    )
    if session.as_json:
        session.print_json(override_document(local))
        return
    settings = [str(local.term)] if local.term else []
    definition = session.engine.workflows.latest(workflow)
    titles = {level.name: level.title for level in definition.policy_for(definition.deadline(deadline))}
    settings += [f"{titles[name]} at {days} working days" for name, days in local.levels.items()]
    what = f"{definition.title}, {definition.deadline(deadline).title}"
    session.show(f"{what}: {', '.join(settings)}, if it starts on {day(local.from_day)} or later.")


def _parse_levels(typed: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in typed:
        name, _, days = one.partition("=")
        name = name.strip().lower().replace(" ", "_")
        try:
            found[name] = int(days)
        except ValueError:
            expected = "NAME=DAYS, like owner=0 or reminder=-5"
            raise BadValue(name="--level", expected=expected, found=repr(one[:40])) from None
        if abs(found[name]) > MAX_DAYS:
            raise BadValue(name="--level", expected=f"at most {MAX_DAYS} working days", found=days.strip())
    return found
