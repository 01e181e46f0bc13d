"""The commands of an office's week: what is noted, attached and sent, and what there is to do today."""

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
"""So many of each kind are looked at."""


@click.command()
@case_argument
@click.argument("text")
@click.option("--kind", type=click.Choice(["call", "email", "visit", "letter", "other"]), help="Of what it is a note.")
@click.option("--with", "contact", metavar="WHO", help="With whom; kept apart, as all about a family is.")
@document_option()
@filing_options
@in_session
def note(session: Session, *, ref: str, text: str, kind: str | None, contact: str | None, **options: Any) -> None:
    """Note a call, an e-mail, a visit.

    The text is kept apart from the history, as all about a family is.

    \b
    Example:  casereview note SCR-2026-001 "Asks for a call on Monday." \\
                --kind call --with "Relative 1"
    """
    given = {"text": text, "kind": kind, "contact": contact}
    settings = tuple(f"{name}={value}" for name, value in given.items() if value is not None)
    run_step(session, ref, "note", file=None, settings=settings, **options)


@click.command()
@case_argument
@click.argument("documents", nargs=-1, required=True, metavar="FILE...")
@click.option("--title", metavar="TEXT", help="What the document is called; its file name unless given.")
@filing_options
@in_session
def attach(session: Session, *, ref: str, documents: tuple[str, ...], title: str | None, **options: Any) -> None:
    """Attach documents: where they lie, and their SHA-256.

    The files stay where the unit keeps them.

    \b
    Example:  casereview attach SCR-2026-001/RET02 chronology.docx
    """
    if title is not None and len(documents) > 1:
        raise BadValue(name="--title", expected="one file", found=f"{len(documents)}")
    found = [document_reference(path, name="FILE") for path in documents]
    if title is not None:
        found[0]["title"] = title
    settings = (f"documents={msgspec.json.encode(found).decode()}",)
    run_step(session, ref, "attach", file=None, settings=settings, documents=(), **options)


@click.command()
@case_argument
@click.argument("what")
@click.option("--to", multiple=True, required=True, metavar="WHO", help="To whom; repeatable. Kept apart.")
@click.option(
    "--by",
    "method",
    required=True,
    type=click.Choice(["post", "email", "by_hand", "portal", "other"]),
    help="By what it went.",
)
@document_option()
@filing_options
@in_session
def sent(session: Session, *, ref: str, what: str, to: tuple[str, ...], method: str, **options: Any) -> None:
    """Record a letter or a notification that went out.

    To whom, when (--on), by what. What was sent is named without names: it stands in the history.

    \b
    Example:  casereview sent SCR-2026-001/E01 "Letter about the review" \\
                --to "Relative 1" --by post --document letter.docx
    """
    settings = (f"what={what}", f"method={method}", *(f"to={one}" for one in to))
    run_step(session, ref, "record_sent", file=None, settings=settings, **options)


@click.command()
@click.option("--as", "who", metavar="WHO", shell_complete=completion.people, help="Whose day; yours unless given.")
@click.option("--limit", type=click.IntRange(1, MAX_ITEMS), default=8, show_default=True, help="So many of each kind.")
@reading_options
@in_session
def today(session: Session, *, who: str | None, limit: int) -> None:
    """What there is to do today, on one screen.

    Your tasks, and those of whom you stand in for: overdue, and due within five working days. What
    became overdue since your last working day, what came back from agencies, what the last sweep
    did, and what waits for your release. With --json all of it is there, up to 1,000 of each.

    \b
    Example:  casereview today
              casereview today --as "Kim Cole"
    """
    engine, now = session.engine, session.now
    actor = session.actor(who)
    calendar = engine.overrides().calendar(engine.calendar)
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
