"""Change the days on which deadlines are counted: the calendar of bank holidays, and the office's own days."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from ...engine import ChangedDueDate, DayKind, Recalculation
from ...engine.model.published_calendars import CALENDARS, calendar_code, calendar_title
from ...reports.render.json.local_settings import day_document, recalculated_document
from ...reports.render.terminal.local_settings import days_table, recalculated_table
from ...reports.values.dates import count_of
from ...reports.values.local_settings import non_working_days
from .. import completion
from ..errors import REFUSED
from ..input import parse_day
from ..lazy_group import CommandGroup
from ..options import apply_options, common_options, list_by_default, reading_options
from ..session import CommandBody, Session, in_session

DAY_KIND_WORDS = {"closed": "is not a working day", "worked": "is a working day", "as_usual": "is as in the calendar"}
"""The words for each kind of day that an office can set."""

who_option = click.option(
    "--as", "who", metavar="WHO", shell_complete=completion.people, help="Who records it. Default: this account."
)
reasons_option = click.option("--reasons", required=True, metavar="TEXT", help="Why.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


@click.group(cls=CommandGroup, table={}, invoke_without_command=True)
@json_option
@common_options
@click.pass_context
def calendar(context: click.Context, /, **typed: object) -> None:
    """Show or change the days that are not working days.

    The bank holidays of one calendar are included: of England and Wales, unless you choose another. Add
    those that are announced later, and days on which your office is closed. Every open deadline is then
    recalculated.

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
    calendar = engine.working_calendar()
    listed = non_working_days(calendar, engine.overrides(), years)
    if session.as_json:
        session.print_json([day_document(one) for one in listed])
    else:
        title = calendar_title(calendar_code(calendar))
        session.show(f"The bank holidays are those of {title}.", days_table(listed))


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


@calendar.command("use")
@click.argument("name", type=click.Choice(tuple(CALENDARS)))
@reasons_option
@who_option
@click.option("--dry-run", is_flag=True, help="Show which due dates would change. Record nothing.")
@reading_options
@in_session
def calendar_use(session: Session, *, name: str, reasons: str, who: str | None, dry_run: bool) -> None:
    """Choose whose bank holidays are not working days.

    The choice is part of the record. Your own days stay as they are.

    \b
    Example:  casereview calendar use scotland --reasons "We moved." --dry-run
    """
    counted = session.engine.set_calendar(name, reasons=reasons, actor=session.actor(who), dry_run=dry_run)
    _, title = CALENDARS[name]
    _print(session, counted, f"the bank holidays are those of {title}", dry_run=dry_run)


@calendar.command("recount")
@reasons_option
@who_option
@click.option("--dry-run", is_flag=True, help="Show which due dates would change. Record nothing.")
@reading_options
@in_session
def calendar_recount(session: Session, *, reasons: str, who: str | None, dry_run: bool) -> None:
    """Count open deadlines anew by the bank holidays known now.

    For a newer release that knows another bank holiday. An agreed date stays as it was agreed.

    \b
    Example:  casereview calendar recount --reasons "A day was proclaimed."
    """
    counted = session.engine.recount(reasons=reasons, actor=session.actor(who), dry_run=dry_run)
    _print(session, counted, "the open deadlines are counted anew", dry_run=dry_run)


def _set_day(session: Session, kind: DayKind, *, day: str, reasons: str, who: str | None, dry_run: bool) -> None:
    meant = parse_day(day, name="the day")
    counted = session.engine.set_day(meant, kind, reasons=reasons, actor=session.actor(who), dry_run=dry_run)
    setting = f"{meant:%A} {meant.day} {meant:%B %Y} {DAY_KIND_WORDS[str(kind)]}"
    _print(session, counted, setting, dry_run=dry_run)


def _print(session: Session, counted: Recalculation, setting: str, *, dry_run: bool) -> None:
    if session.as_json:
        session.print_json([recalculated_document(one) for one in counted.changed])
    else:
        _print_moved(session, counted.changed, setting, dry_run=dry_run)
    for one in counted.failed:
        # Print this for programs as well: it is not part of the list of dates that they read.
        click.echo(f"{one.ref} was left out: {one.problem} See why: casereview verify {one.ref}", err=True)
    if counted.failed:
        sys.exit(REFUSED)


def _print_moved(session: Session, moved: Sequence[ChangedDueDate], setting: str, *, dry_run: bool) -> None:
    if moved:
        session.show(recalculated_table(moved))
    cases = len({one.ref for one in moved})
    what = f"{count_of(len(moved), 'due date')} in {count_of(cases, 'case')}"
    if dry_run:
        session.show(f"It would change {what if moved else 'no due date'}. Nothing was changed.")
    else:
        session.show(f"Recorded: {setting}. It changed {what if moved else 'no due date'}.")
