"""Call meetings, record attendance, and list meetings."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from ....engine.errors.bad_input import BadValue
from ....engine.model.commands import Open
from ....engine.ports.records import Selection
from ....reports.render.json.cases import case_document
from ....reports.render.terminal.case_lists import case_table
from ....workflows.meeting import MEETING, NAME, day_of, name_of
from ... import completion
from ...input import parse_day
from ...options import (
    RETRY_OPTIONS,
    apply_options,
    filing_options,
    normalize_reference,
    parse_reference,
    reading_options,
)
from ...recording import print_notes, print_result_json, run_command, run_step
from ...session import Session, in_session
from .options import load_meeting, meeting_argument, who_option

KINDS = ("subgroup", "board", "partners", "quality_assurance")
OPEN_STATES = ("called", "held")


@click.command("call")
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--on", "held_on", metavar="DATE", required=True, help="The day of the meeting (YYYY-MM-DD).")
@click.option(
    "--chair", metavar="NAME", required=True, shell_complete=completion.people, help="The chair of the meeting."
)
@click.option("--quorum", type=click.IntRange(1, 100), metavar="N", help="How many must be present to decide.")
@click.option("--expect", "expected", multiple=True, metavar="NAME", help="A person who is expected. Can be repeated.")
@click.option("--title", metavar="TEXT", help="The title of the meeting. Default: its group and day.")
@apply_options(who_option, *RETRY_OPTIONS)
@reading_options
@in_session
def call_meeting(
    session: Session,
    *,
    kind: str,
    held_on: str,
    chair: str,
    quorum: int | None,
    expected: tuple[str, ...],
    title: str | None,
    who: str | None,
    request_id: str | None,
    dry_run: bool,
) -> None:
    """Call a meeting and print its reference.

    Its chair decides as chair of the subgroup, chair of the board, and so on.

    \b
    Example:  casereview meeting call subgroup --on 2026-02-03 \\
                --chair "Kim Cole" --quorum 4
    """
    day = parse_day(held_on, name="--on")
    data = {
        "title": title or _in_title_case(name_of(kind, day)),
        "kind": kind,
        "held_on": day.isoformat(),
        "chair": chair,
        "expected": list(expected),
        **({} if quorum is None else {"quorum": quorum}),
    }
    # A meeting recorded after its day was called on that day at the latest.
    past = day < session.engine.calendar.day_of(session.now)
    command = Open(
        workflow=NAME,
        actor=session.actor(who),
        data=data,
        on=day if past else None,
        request_id=request_id,
    )
    recorded = run_command(session, command, dry_run=dry_run)
    if session.as_json:
        print_result_json(session, recorded, dry_run=dry_run)
        return
    session.mark_rehearsal()
    if dry_run and not recorded.repeated:
        session.print_note(f"The meeting would be called as {recorded.case.ref}; nothing was changed.")
    else:
        click.echo(recorded.case.ref)
    print_notes(session, recorded, dry_run=dry_run)


@click.command("attend")
@meeting_argument
@click.option(
    "--present", multiple=True, required=True, metavar="NAME", help="A person who was present. Can be repeated."
)
@click.option("--apologies", multiple=True, metavar="NAME", help="A person who sent apologies. Can be repeated.")
@click.option(
    "--conflict",
    "conflicts",
    multiple=True,
    metavar="'NAME: REF: WHY'",
    help="A person, the case in which they have a conflict of interest, and why. Can be repeated.",
)
@filing_options
@in_session
def attend(
    session: Session,
    *,
    meeting: str,
    present: tuple[str, ...],
    apologies: tuple[str, ...],
    conflicts: tuple[str, ...],
    on: str | None,
    **options: Any,
) -> None:
    """Record who was present, and who has a conflict of interest.

    To correct it, record it again. The reason for a conflict is stored separately, because it may be sensitive.

    \b
    Example:  casereview meeting attend M-2026-001 --present "Kim Cole" \\
                --present "Lee Hart" --apologies "Jo Park" \\
                --conflict "Lee Hart: SCR-2026-001: runs the service"
    """
    found = [_conflict(one) for one in conflicts]
    settings = (
        *(f"present={name}" for name in present),
        *(f"apologies={name}" for name in apologies),
        *((f"conflicts={msgspec.json.encode(found).decode()}",) if found else ()),
    )
    of = load_meeting(session, meeting)
    # A later note about the meeting must not prevent a correction.
    day = on or max(day_of(of), of.last_step_on).isoformat()
    run_step(session, meeting, "attend", file=None, settings=settings, documents=(), on=day, **options)


@click.command("list")
@click.option("--state", type=click.Choice([*OPEN_STATES, "minuted", "cancelled"]), help="Only meetings in this state.")
@click.option(
    "--after", metavar="REF", callback=parse_reference, help="Only meetings after this reference: the next page."
)
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Maximum number of rows.")
@reading_options
@in_session
def list_meetings(session: Session, *, state: str | None, after: str | None, limit: int) -> None:
    """List meetings to come, and those without minutes.

    \b
    Example:  casereview meeting list
              casereview meeting list --state minuted
    """
    engine, now = session.engine, session.now
    states = OPEN_STATES if state is None else (state,)
    asked = [Selection(workflow=MEETING.name, state=one, after=after, limit=limit) for one in states]
    found = sorted((case for one in asked for case in engine.cases(one)), key=lambda case: case.ref)[:limit]
    if session.as_json:
        session.print_json([case_document(one, MEETING, now=now, calendar=engine.calendar) for one in found])
    elif found:
        session.show(case_table(found, {one.ref: MEETING for one in found}, now=now))
        if len(found) == limit:
            session.print_note(f"There may be more. To see them, add --after {found[-1].ref}")
    else:
        session.show("No meetings to come." if state is None else f"No meeting is {state}.")


def _conflict(typed: str) -> dict[str, str]:
    name, first, rest = typed.partition(":")
    ref, second, why = rest.partition(":")
    if not first or not second:
        # Do not quote the text: the reason may be a family tie.
        raise BadValue(name="--conflict", expected="NAME: REF: WHY", found="no two colons")
    return {"name": name.strip(), "ref": normalize_reference(ref.strip()), "why": why.strip()}


def _in_title_case(words: str) -> str:
    return words[:1].upper() + words[1:]
