"""List deadlines as a table or a calendar, and group the reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import click

from ....engine.definition.workflow import Workflow
from ....engine.errors.bad_input import BadValue
from ....engine.ports.records import DueItem
from ....reports.render.json.deadlines import due_document
from ....reports.render.terminal.due_lists import deadlines_table
from ....reports.values.dates import count_of, day
from ... import completion
from ...files import write_atomically
from ...options import reading_options
from ...output import load_writer
from ...session import Session, in_session
from .calendar_entries import meeting_entries, revisions_of

MAX_DAYS = 3_660
STANDARD_OUTPUT = "-"


@click.command()
@click.option(
    "--format",
    "kind",
    type=click.Choice(["table", "ics"]),
    default="table",
    show_default=True,
    help="ics: a calendar file.",
)
@click.option(
    "--agency", shell_complete=completion.organisations, help="Only cases in which this agency takes part, by any name."
)
@click.option("--days", type=click.IntRange(0, MAX_DAYS), help="Only what is overdue or due within this many days.")
@click.option("--out", metavar="FILE", help="Write to this file, replacing it; - for standard output.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=1_000, show_default=True, help="Maximum number of rows."
)
@reading_options
@in_session
def deadlines(
    session: Session, *, kind: str, agency: str | None, days: int | None, out: str | None, limit: int
) -> None:
    """List what is still to be done, the next due first.

    The calendar (ics) opens in Outlook. It has one entry for each deadline; if you import it again, entries
    move with their deadlines. A suspended deadline is not in it, but the review of its suspension is.
    Meetings that are called are in it, too, unless you name an agency.

    \b
    Example:  casereview report deadlines --days 30
              casereview report deadlines --format ics --out deadlines.ics
    """
    if session.as_json and (kind != "table" or out is not None):
        raise BadValue(name="--json", expected="no --format or --out with it", found="one of them")
    engine, now = session.engine, session.now
    until = None if days is None else engine.calendar.day_of(now) + timedelta(days=days)
    items = engine.deadlines(until=until, organisation=agency, limit=limit)
    workflows = {item.ref: engine.workflows.for_case(item) for item in items}
    if session.as_json:
        session.print_json(
            [due_document(item, workflows[item.ref], at=now, calendar=engine.calendar) for item in items]
        )
        return
    if kind == "ics":
        _write_calendar(session, items, workflows, agency=agency, until=until, out=out)
    else:
        nothing = "Nothing is due." if agency is None and days is None else "No deadline matches."
        _print_table(session, items, workflows, if_empty=nothing, out=out)
    if len(items) == limit:
        session.print_note("There may be more. To see them, use a larger --limit.")


def _write_calendar(
    session: Session,
    items: Sequence[DueItem],
    workflows: Mapping[str, Workflow],
    *,
    agency: str | None,
    until: date | None,
    out: str | None,
) -> None:
    write_calendar = load_writer("ics")
    # A meeting is no agency's: it is in the calendar of the whole unit.
    meetings = meeting_entries(session.engine, session.now, until) if agency is None else ()
    made = write_calendar(
        items,
        workflows,
        revisions_of(session.engine, items, session.now),
        meetings=meetings,
        at=session.now,
        agency=agency,
        rehearsal=session.database.is_rehearsal,
    )
    if out in (None, STANDARD_OUTPUT):
        session.mark_rehearsal()
        click.echo(made, nl=False)
    else:
        _write(session, str(out), made, len(items), len(meetings))


def _print_table(
    session: Session, items: Sequence[DueItem], workflows: Mapping[str, Workflow], *, if_empty: str, out: str | None
) -> None:
    calendar = session.engine.calendar
    table = deadlines_table(items, workflows, at=session.now, calendar=calendar) if items else if_empty
    if out in (None, STANDARD_OUTPUT):
        session.show(table)
    else:
        head = f"Deadlines on {day(calendar.day_of(session.now))}"
        _write(session, str(out), session.render_text(head, "", table).encode(), len(items))


def _write(session: Session, out: str, content: bytes, count: int, meetings: int = 0) -> None:
    write_atomically(out, content, name="--out")
    and_meetings = f" and {count_of(meetings, 'meeting')}" if meetings else ""
    session.show(f"Wrote {count_of(count, 'deadline')}{and_meetings} to {out}.")
