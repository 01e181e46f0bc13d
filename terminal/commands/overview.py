"""Show the board of all reviews, and the timeline of one case."""

from __future__ import annotations

import click

from ...engine.errors.bad_input import BadValue
from ...engine.errors.taking_back import CaseVoided
from ...engine.model.case import VOIDED
from ...reports.diagrams.timeline_svg import timeline_svg
from ...reports.render.json.case_timeline import timeline_document
from ...reports.render.json.overview import overview_document
from ...reports.render.terminal.case_lists import overview_table
from ...reports.render.terminal.timeline_chart import TimelineChart
from ...reports.values.case_timeline import build_timeline
from ...reports.values.overview import due_soon_limit
from ..completion import workflows
from ..files import write_atomically
from ..options import as_of_option, case_argument, parse_identifier, reading_options
from ..session import Session, in_session

MAX_CASES = 10_000
"""The most reviews that are loaded for a board."""


@click.command()
@click.option("--workflow", shell_complete=workflows, callback=parse_identifier, help="Only reviews of this kind.")
@click.option(
    "--limit",
    type=click.IntRange(1, MAX_CASES),
    default=8,
    show_default=True,
    help="Maximum number of reviews in each state.",
)
@reading_options
@in_session
def board(session: Session, *, workflow: str | None, limit: int) -> None:
    """Show all reviews by state, those that need attention first.

    Red: something is overdue. Amber: something is due within five working days. Both count the review
    and all its parts. With --json: all reviews, up to 10,000.

    \b
    Example:  casereview board
              casereview board --workflow serious_case_review --limit 20
    """
    engine = session.engine
    standings = engine.case_summaries(
        workflow=workflow, by=due_soon_limit(session.now, engine.working_calendar()), limit=MAX_CASES
    )
    if session.as_json:
        session.print_json(overview_document(standings, engine.calendar))
    elif not standings:
        session.show("No review is open.")
    else:
        session.show(overview_table(standings, engine.workflows, engine.calendar, limit=limit))
    if len(standings) == MAX_CASES:
        session.print_note(f"Only the first {MAX_CASES:,} reviews are shown. To see others, use --workflow.")


@click.command()
@case_argument
@as_of_option
@click.option(
    "--format",
    "kind",
    type=click.Choice(["chart", "svg"]),
    default="chart",
    show_default=True,
    help="svg: a picture for a document.",
)
@click.option("--out", metavar="FILE", help="Write to this file, replacing it.")
@reading_options
@in_session
def timeline(session: Session, *, ref: str, as_of: str | None, kind: str, out: str | None) -> None:
    """Draw the timeline of a case.

    Shows its stages, its suspensions, and the deadlines that were met and missed.

    \b
    Example:  casereview timeline SCR-2026-001
              casereview timeline SCR-2026-001 --format svg --out timeline.svg
    """
    if session.as_json and (kind != "chart" or out is not None):
        raise BadValue(name="--json", expected="no --format or --out with it", found="one of them")
    engine, at = session.engine, session.parse_as_of(as_of)
    case, events = engine.case(ref, as_of=at), engine.history(ref, as_of=at)
    if case.state == VOIDED:
        raise CaseVoided(ref=ref)
    today = engine.calendar.day_of(at or session.now)
    course = build_timeline(case, events, engine.workflows.for_case(case), today=today, calendar=engine.calendar)
    if session.as_json:
        session.print_json(timeline_document(course))
        return
    drawn = timeline_svg(course) if kind == "svg" else session.render_text(TimelineChart(course)) if out else None
    if out is not None and drawn is not None:
        write_atomically(out, drawn.encode(), name="--out")
        session.show(f"Wrote the timeline of {ref} to {out}.")
    elif drawn is not None:
        session.mark_rehearsal()
        click.echo(drawn, nl=False)
    else:
        session.show(TimelineChart(course))
