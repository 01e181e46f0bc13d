"""Make the reports for the subgroup and the chairs: tracker, progress, exceptions, annual figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import click

from ....engine import Engine
from ....engine.errors.bad_input import BadValue
from ....engine.forms.names import same_name_key
from ....engine.model.case import Case
from ....engine.ports.records import Selection
from ....reports.pages.annual_page import annual_page
from ....reports.pages.exceptions_page import exceptions_page
from ....reports.pages.progress_page import progress_page
from ....reports.pages.tracker_page import tracker_page
from ....reports.render.json.annual_figures import annual_document
from ....reports.render.json.subgroup_reports import exceptions_document, progress_document, tracker_document
from ....reports.values.annual_figures import Period, count_annual_figures, reporting_year
from ....reports.values.exceptions import build_exceptions_report
from ....reports.values.progress import build_progress_report
from ....reports.values.review import Review
from ....reports.values.tracker import build_tracker
from ....workflows.parts import status
from ...completion import cases
from ...input import parse_day
from ...options import parse_reference, reading_options
from ...output import FORMATS, OutputRequest, load_review, output_options, write_page
from ...session import Session, in_session

PAGE_SIZE = 1_000
"""The number of cases that are read at once when all are read."""


_review_argument = click.argument("ref", shell_complete=cases, callback=parse_reference)
_optional_review_argument = click.argument("ref", required=False, shell_complete=cases, callback=parse_reference)
_limit_option = click.option(
    "--limit",
    type=click.IntRange(1, 1_000),
    default=50,
    show_default=True,
    help="Without REF: maximum number of reviews.",
)


@click.command()
@_optional_review_argument
@click.option("--agency", help="Only this agency's actions, so that you can send it to them.")
@output_options(*FORMATS)
@_limit_option
@reading_options
@in_session
def tracker(session: Session, *, ref: str | None, agency: str | None, limit: int, **asked: Any) -> None:
    """List actions: owner, due date, progress, escalation.

    Covers one review, or all open reviews. With --agency, it contains nothing about other agencies, and not who
    was reminded.

    \b
    Example:  casereview report tracker SCR-2026-001
              casereview report tracker SCR-2026-001 --out tracker.xlsx
              casereview report tracker --agency "Agency 1" --out agency-1.docx
    """
    out = OutputRequest.from_options(session, **asked)
    reviews = _reviews(session, ref, limit)
    aliases: tuple[str, ...] = ()
    if agency is not None:
        known = {same_name_key(one): one for review in reviews for one in review.agencies()}
        listed = session.engine.organisation(agency)
        aliases = (agency,) if listed is None else listed.names
        keys = [key for key in map(same_name_key, aliases) if key in known]
        if not keys:
            named = ", ".join(sorted(known.values())) or "no review is open"
            raise BadValue(name="--agency", expected=f"an agency that takes part ({named})", found=repr(agency))
        agency = known[keys[0]]
        reviews = [one for one in reviews if not set(keys).isdisjoint(map(same_name_key, one.agencies()))]
    found = [build_tracker(review, session.palette, agency=agency, aliases=aliases) for review in reviews]
    if session.as_json:
        session.print_json([tracker_document(one) for one in found])
        return
    page = tracker_page(
        found,
        session.palette,
        today=_today(session),
        agency=agency,
        rehearsal=session.database.is_rehearsal,
        flat=out.file_format == "xlsx",
    )
    write_page(session, page, out)
    _note_if_more(session, ref, len(reviews), limit)


@click.command()
@_review_argument
@click.option("--since", metavar="DATE", help="Show changes since this day. Default: since the last progress report.")
@output_options("table", "docx", "html")
@reading_options
@in_session
def progress(session: Session, *, ref: str, since: str | None, **asked: Any) -> None:
    """Report a review's progress to the subgroup.

    Shows decisions needed, changes since the last report, what is overdue, and who was heard.

    \b
    Example:  casereview report progress SCR-2026-001 --out progress.docx
              casereview report progress SCR-2026-001 --since 2026-01-05
    """
    out = OutputRequest.from_options(session, **asked)
    day = None if since is None else parse_day(since, name="--since")
    (review,) = _reviews(session, ref, 1)
    found = build_progress_report(review, session.engine.tree_history(ref), session.palette, since=day)
    if session.as_json:
        session.print_json(progress_document(found))
        return
    page = progress_page(found, session.palette, today=_today(session), rehearsal=session.database.is_rehearsal)
    write_page(session, page, out)


@click.command()
@_optional_review_argument
@output_options("table", "docx", "html")
@_limit_option
@reading_options
@in_session
def exceptions(session: Session, *, ref: str | None, limit: int, **asked: Any) -> None:
    """Report what needs a chair's attention, on one page.

    Shows what only a chair can decide, which dates changed, and who is late.

    \b
    Example:  casereview report exceptions
              casereview report exceptions SCR-2026-001 --out exceptions.docx
    """
    out = OutputRequest.from_options(session, **asked)
    reviews = _reviews(session, ref, limit)
    found = build_exceptions_report(reviews)
    if session.as_json:
        session.print_json(exceptions_document(found))
        return
    page = exceptions_page(found, session.palette, today=_today(session), rehearsal=session.database.is_rehearsal)
    write_page(session, page, out)
    _note_if_more(session, ref, len(reviews), limit)


@click.command()
@click.option("--year", type=click.IntRange(1990, 2198), help="The year that starts on 1 April of this year.")
@click.option("--from", "from_day", metavar="DATE", help="The first day, instead of --year.")
@click.option("--to", "to_day", metavar="DATE", help="With --from: the last day. Default: today.")
@output_options(*FORMATS)
@reading_options
@in_session
def annual(session: Session, *, year: int | None, from_day: str | None, to_day: str | None, **asked: Any) -> None:
    """Report the figures of a year.

    Shows how reviews ended, how long they took, what happened to their reports, and which
    recommendations were not carried out, and why. Default: the current year.

    \b
    Example:  casereview report annual --year 2025
              casereview report annual --from 2025-01-01 --out figures.docx
    """
    out, engine = OutputRequest.from_options(session, **asked), session.engine
    period = _period(session, year, from_day, to_day)
    found = count_annual_figures(
        (case for workflow in engine.workflows if workflow.is_primary for case in _all_cases(engine, workflow.name)),
        _all_cases(engine, status.PUBLICATION),
        _all_cases(engine, status.RECOMMENDATION, status.NOT_CARRIED_OUT),
        period=period,
        workflows=engine.workflows,
        calendar=engine.calendar,
        parts=status,
    )
    if session.as_json:
        session.print_json(annual_document(found))
        return
    page = annual_page(found, session.palette, today=_today(session), rehearsal=session.database.is_rehearsal)
    write_page(session, page, out)


# --- reading ------------------------------------------------------------------------------------------


def _today(session: Session) -> date:
    return session.engine.calendar.day_of(session.now)


def _reviews(session: Session, ref: str | None, limit: int) -> list[Review]:
    """Return the named review, or the open ones, each with all its parts."""
    engine, now = session.engine, session.now
    # If there are more open reviews than the limit, take those with the earliest due dates.
    refs = [ref] if ref is not None else sorted(one.ref for one in engine.case_summaries(limit=limit))
    return [load_review(engine, one, now) for one in refs]


def _all_cases(engine: Engine, workflow: str, state: str | None = None) -> Iterator[Case]:
    """Yield every case of a workflow, reading page by page."""
    after: str | None = None
    while found := engine.cases(Selection(workflow=workflow, state=state, after=after, limit=PAGE_SIZE)):
        yield from found
        after = found[-1].ref


def _period(session: Session, year: int | None, from_day: str | None, to_day: str | None) -> Period:
    today = _today(session)
    if from_day is None and to_day is not None:
        raise BadValue(name="--to", expected="it with --from, the first day", found="it alone")
    if year is not None and from_day is not None:
        raise BadValue(name="--year", expected="it without --from and --to", found="both")
    if from_day is None:
        return reporting_year(today.year - (today.month < 4) if year is None else year)
    first = parse_day(from_day, name="--from")
    last = today if to_day is None else parse_day(to_day, name="--to")
    if last < first:
        raise BadValue(name="--to", expected=f"{first.isoformat()} or later", found=last.isoformat())
    return Period(first=first, last=last)


def _note_if_more(session: Session, ref: str | None, count: int, limit: int) -> None:
    if ref is None and count == limit:
        session.print_note("There may be more: repeat it with a larger --limit.")
