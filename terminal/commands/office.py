"""Record the office's daily work, and show what there is to do today."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from ...engine import managing_roles
from ...engine.errors.bad_input import BadValue
from ...engine.ports.records import Selection
from ...reports.render.json.today import today_document
from ...reports.render.terminal import today as day
from ...reports.values.overview import due_soon_limit
from ...reports.values.today import MAX_ABSENCE, Today, oldest_first, previous_working_day
from ...workflows.parts.pending_decisions import PENDING_DECISIONS
from .. import completion
from ..input import document_reference
from ..options import case_argument, document_option, filing_options, reading_options
from ..recording import run_step
from ..session import Session, in_session

MAX_ITEMS = 1_000
"""The most items of each kind that are loaded."""


@click.command()
@case_argument
@click.argument("text")
@click.option("--kind", type=click.Choice(["call", "email", "visit", "letter", "other"]), help="The kind of contact.")
@click.option(
    "--with",
    "contact",
    metavar="WHO",
    help="The person that you spoke to. Stored separately, because it may be sensitive.",
)
@document_option()
@filing_options
@in_session
def note(session: Session, *, ref: str, text: str, kind: str | None, contact: str | None, **options: Any) -> None:
    """Record a note of a call, an e-mail or a visit.

    The text is stored separately from the history, because it may be sensitive.

    \b
    Example:  casereview note SCR-2026-001 "Asks for a call on Monday." \\
                --kind call --with "Relative 1"
    """
    values = {"text": text, "kind": kind, "contact": contact}
    settings = tuple(f"{name}={value}" for name, value in values.items() if value is not None)
    run_step(session, ref, "note", file=None, settings=settings, **options)


@click.command()
@case_argument
@click.argument("documents", nargs=-1, required=True, metavar="FILE...")
@click.option("--title", metavar="TEXT", help="The title of the document. Default: its file name.")
@filing_options
@in_session
def attach(session: Session, *, ref: str, documents: tuple[str, ...], title: str | None, **options: Any) -> None:
    """Attach documents to a case.

    The place of each file and its SHA-256 are recorded. The files stay where they are.

    \b
    Example:  casereview attach SCR-2026-001/RET02 chronology.docx
    """
    if title is not None and len(documents) > 1:
        raise BadValue(name="--title", expected="one file with it", found=f"{len(documents)} files")
    found = [document_reference(path, name="FILE") for path in documents]
    if title is not None:
        found[0]["title"] = title
    settings = (f"documents={msgspec.json.encode(found).decode()}",)
    run_step(session, ref, "attach", file=None, settings=settings, documents=(), **options)


@click.command()
@case_argument
@click.argument("what")
@click.option(
    "--to",
    multiple=True,
    required=True,
    metavar="WHO",
    help="The recipient. Can be repeated. Stored separately, because it may be sensitive.",
)
@click.option(
    "--by",
    "method",
    required=True,
    type=click.Choice(["post", "email", "by_hand", "portal", "other"]),
    help="How it was sent.",
)
@document_option()
@filing_options
@in_session
def sent(session: Session, *, ref: str, what: str, to: tuple[str, ...], method: str, **options: Any) -> None:
    """Record a letter or notification that was sent.

    Describe what was sent without any names, because the description stays in the history.

    \b
    Example:  casereview sent SCR-2026-001/E01 "Letter about the review" \\
                --to "Relative 1" --by post --document letter.docx
    """
    settings = (f"what={what}", f"method={method}", *(f"to={one}" for one in to))
    run_step(session, ref, "record_sent", file=None, settings=settings, **options)


@click.command()
@click.option("--as", "who", metavar="WHO", shell_complete=completion.people, help="The person. Default: you.")
@click.option(
    "--limit",
    type=click.IntRange(1, MAX_ITEMS),
    default=8,
    show_default=True,
    help="Maximum number of rows of each kind.",
)
@reading_options
@in_session
def today(session: Session, *, who: str | None, limit: int) -> None:
    """Show what there is to do today, on one screen.

    Shows your tasks, and those of anyone you are deputy for: overdue, or due within five working days.
    Also shows what became overdue since your last working day, what agencies returned, what the last
    check did, and which messages need your release. With --json: up to 1,000 of each kind.

    \b
    Example:  casereview today
              casereview today --as "Kim Cole"
    """
    engine, now = session.engine, session.now
    actor = session.reader(who)
    calendar = engine.working_calendar()
    on = calendar.day_of(now)
    absences = engine.absences(since=on - MAX_ABSENCE)
    since = previous_working_day(on, name=actor.name, absences=absences, calendar=calendar)
    back = (
        Selection(workflow=pending.workflow, state=pending.state, limit=MAX_ITEMS)
        for pending in PENDING_DECISIONS
        if pending.sent_by_agency
    )
    manages = actor.roles & set(managing_roles(engine.workflows))
    found = Today(
        person=actor.name,
        at=now,
        since=since,
        tasks=engine.tasks(actor.name, until=due_soon_limit(now, calendar), limit=MAX_ITEMS),
        newly_overdue=engine.overdue(since=since, limit=MAX_ITEMS),
        returned_work=oldest_first(case for one in back for case in engine.cases(one)),
        last_sweep=next(iter(engine.heartbeats()), None),
        notices_to_release=engine.messages.on_hold_counts() if manages else None,
    )
    if session.as_json:
        session.print_json(today_document(found, engine.workflows, calendar))
    else:
        session.show(day.today_view(found, engine.workflows, calendar, limit=limit))
