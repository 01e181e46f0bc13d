"""Show what is overdue or will be, and escalate it."""

from __future__ import annotations

import sys
from datetime import timedelta

import click

from ...engine import Sweep
from ...engine.ports.records import Heartbeat
from ...reports.render.json.overdue import overdue_document
from ...reports.render.json.sweeps import fired_level_document, sweep_document
from ...reports.render.terminal.due_lists import overdue_table
from ...reports.render.terminal.escalations import fired_table, forecast_view
from ...reports.values.dates import count_of, count_of_days, day
from ...reports.values.deliveries import Deliveries
from ..errors import REFUSED
from ..input import parse_instant
from ..options import reading_options
from ..session import Session, in_session

MAX_DAYS = 3_660


@click.command()
@click.option("--at", metavar="TIME", help="At this day, or time with its zone. Default: now.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Maximum number of rows.")
@reading_options
@in_session
def overdue(session: Session, *, at: str | None, limit: int) -> None:
    """List what is overdue, the longest first.

    Shows who is responsible, and what became of each reminder: if it was sent, and when.

    \b
    Example:  casereview overdue
              casereview overdue --at 2026-12-31
    """
    engine = session.engine
    when = session.now if at is None else parse_instant(at, name="--at", calendar=engine.calendar)
    items = engine.overdue(at=when, limit=limit)
    workflows = {item.ref: engine.workflows.for_case(item) for item in items}
    deliveries = Deliveries(engine.messages.notice_statuses(tuple(workflows)))
    if session.as_json:
        session.print_json(
            [
                overdue_document(item, workflows[item.ref], deliveries, at=when, calendar=engine.calendar)
                for item in items
            ]
        )
    elif items:
        session.show(overdue_table(items, workflows, deliveries, at=when, calendar=engine.calendar))
        if len(items) == limit:
            session.print_note("There may be more. To see them, use a larger --limit.")
    else:
        session.show("Nothing is overdue.")


@click.command()
@click.option("--at", metavar="TIME", help="As of this day, or time with its zone. Default: now.")
@click.option(
    "--dry-run", is_flag=True, help="Show who would be notified. Record nothing. --at can then be in the future."
)
@reading_options
@in_session
def escalate(session: Session, *, at: str | None, dry_run: bool) -> None:
    """Check what is overdue now and prepare the reminders.

    Missed deadlines are recorded. Each reminder is prepared only once, however often you run this.
    To send the reminders: casereview worker, or casereview messages send.

    \b
    Example:  casereview escalate
              casereview escalate --at 2026-12-31 --dry-run
    """
    engine = session.engine
    when = None if at is None else parse_instant(at, name="--at", calendar=engine.calendar)
    sweep = engine.sweep(at=when, dry_run=dry_run)
    if when is None and not dry_run:
        _save_heartbeat(session, sweep)
    if session.as_json:
        session.print_json(sweep_document(sweep))
    else:
        if sweep.fired:
            session.show(fired_table(sweep.fired, calendar=engine.calendar))
        for one in sweep.failed:
            session.print_note(f"{one.ref} could not be checked: {one.problem}")
        for moved in sweep.miscounted:
            session.print_note(
                f"{moved.ref}: {moved.title} is due on {day(moved.previous_due)}. By the bank holidays known now it"
                f" would be {day(moved.due)}."
            )
        if sweep.miscounted:
            session.print_note('Count these deadlines anew: casereview calendar recount --reasons "…"')
        session.show(_sweep_summary(sweep, dry_run=dry_run))
    if sweep.failed:
        sys.exit(REFUSED)


@click.command()
@click.option(
    "--days", type=click.IntRange(0, MAX_DAYS), default=30, show_default=True, help="How many days ahead to look."
)
@reading_options
@in_session
def forecast(session: Session, *, days: int) -> None:
    """Show what will fall due and who will be notified, by person.

    Assumes that nothing more is recorded until then.

    \b
    Example:  casereview forecast --days 30
    """
    engine = session.engine
    sweep = engine.sweep(at=session.now + timedelta(days=days), dry_run=True)
    ahead = sorted(sweep.fired, key=lambda fired: (fired.at, fired.ref))
    if session.as_json:
        session.print_json([fired_level_document(fired) for fired in ahead])
    elif ahead:
        session.show(forecast_view(ahead, calendar=engine.calendar))
    else:
        within = "now" if days == 0 else f"within {count_of_days(days)}"
        session.show(f"No reminders are needed {within}.")
    for one in sweep.failed:
        session.print_note(f"{one.ref} could not be checked: {one.problem}")
    if sweep.failed:
        sys.exit(REFUSED)


def _save_heartbeat(session: Session, sweep: Sweep) -> None:
    """Record a heartbeat, so that casereview doctor sees that somebody checks."""
    now = session.now
    session.engine.record_heartbeat(
        Heartbeat(
            worker="casereview escalate",
            every_seconds=None,
            started_at=now,
            last_seen_at=now,
            stopped_at=now,
            fired=len(sweep.fired),
            failed=tuple(one.ref for one in sweep.failed),
        )
    )


def _sweep_summary(sweep: Sweep, *, dry_run: bool) -> str:
    people = {name for fired in sweep.fired for name in fired.recipients}
    unaddressed = sum(not fired.recipients for fired in sweep.fired)
    if not sweep.fired:
        return "No reminders are needed."
    reminders = count_of(len(sweep.fired), "reminder")
    recipients = f"{len(people)} {'person' if len(people) == 1 else 'people'}"
    if dry_run:
        summary = f"{reminders} for {recipients} would be prepared. Nothing was recorded."
    else:
        summary = f"{reminders} for {recipients} prepared."
    if unaddressed:
        summary += f" {unaddressed} of them have no recipient. See who is missing: casereview doctor"
    return summary
