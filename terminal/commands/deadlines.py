"""The commands that look at what is late and what will be, and chase it."""

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
from ...reports.values.dates import count_of_days
from ..errors import REFUSED
from ..input import parse_instant
from ..options import reading_options
from ..session import Session, in_session

MAX_DAYS = 3_660


@click.command()
@click.option("--at", metavar="TIME", help="At this instant or day; now unless given.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="At most so many.")
@reading_options
@in_session
def overdue(session: Session, *, at: str | None, limit: int) -> None:
    """What is late, the longest overdue first.

    Who owes it; who was told, and when.

    \b
    Example:  casereview overdue
              casereview overdue --at 2026-12-31
    """
    engine = session.engine
    when = session.now if at is None else parse_instant(at, name="--at", calendar=engine.calendar)
    items = engine.overdue(at=when, limit=limit)
    workflows = {item.ref: engine.workflows.version(item.workflow, item.workflow_version) for item in items}
    tellings = engine.messages.notice_statuses(tuple(workflows))
    if session.as_json:
        session.print_json(
            [overdue_document(item, workflows[item.ref], tellings, at=when, calendar=engine.calendar) for item in items]
        )
    elif items:
        session.show(overdue_table(items, workflows, tellings, at=when, calendar=engine.calendar))
        if len(items) == limit:
            session.print_note("There may be more: repeat it with a larger --limit.")
    else:
        session.show("Nothing is overdue.")


@click.command()
@click.option("--at", metavar="TIME", help="As of this instant or day; now unless given.")
@click.option("--dry-run", is_flag=True, help="Show who would be told, also at an instant to come; record nothing.")
@reading_options
@in_session
def escalate(session: Session, *, at: str | None, dry_run: bool) -> None:
    """Sweep once, and tell whom the ladders name.

    What has passed is noted. Nothing is told twice, however often it is done. Messages go out
    with casereview worker, or with casereview messages send.

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
            session.print_note(f"{one.ref} could not be looked at: {one.problem}")
        session.show(_sweep_summary(sweep, dry_run=dry_run))
    if sweep.failed:
        sys.exit(REFUSED)


@click.command()
@click.option("--days", type=click.IntRange(0, MAX_DAYS), default=30, show_default=True, help="How far ahead.")
@reading_options
@in_session
def forecast(session: Session, *, days: int) -> None:
    """What will fall due and escalate, by person.

    If nothing more is recorded meanwhile.

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
        session.show(f"Nobody has to be told of anything {within}.")
    for one in sweep.failed:
        session.print_note(f"{one.ref} could not be looked at: {one.problem}")
    if sweep.failed:
        sys.exit(REFUSED)


def _save_heartbeat(session: Session, sweep: Sweep) -> None:
    """So that casereview doctor knows that somebody sweeps."""
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
    nobody = sum(not fired.recipients for fired in sweep.fired)
    if not sweep.fired:
        return "Nobody has to be told of anything."
    rungs = f"{len(sweep.fired)} rung{'' if len(sweep.fired) == 1 else 's'}"
    told = f"{len(people)} {'person' if len(people) == 1 else 'people'}"
    if dry_run:
        said = f"{rungs} would be reached; {told} would be told"
    else:
        said = f"{rungs} reached; {told} {'is' if len(people) == 1 else 'are'} told"
    if nobody:
        said += f"; for {nobody} there is nobody to tell: casereview doctor"
    return f"{said}. Nothing was recorded." if dry_run else f"{said}."
