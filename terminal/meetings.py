"""The commands of a meeting: called, its agenda, who came, what it decided, its minutes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from . import completion
from .options import (
    DECIDING,
    REPEATING,
    as_written,
    document_option,
    filing,
    identifier,
    reading,
    reference,
    taking,
)
from .papers import Asked, paper, put
from .recording import filled_in, print_recorded, record, remark_on, take, tell
from .session import Session, in_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..engine import Case, Recorded, Step
    from ..reports.agenda import Item

KINDS = ("subgroup", "board", "partners", "quality_assurance")
OPEN = ("called", "held")
MOST = 1_000
"""So many of each kind are looked at for an agenda."""

meeting_argument = click.argument("meeting", metavar="MEETING", shell_complete=completion.cases, callback=reference)
who_option = DECIDING[0]


@click.group()
def meeting() -> None:
    """Meetings: agenda, attendance, decisions, minutes.

    What a meeting decides becomes a step of the case that it is about.
    """


@meeting.command("call")
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--on", "held_on", metavar="DATE", required=True, help="The day of the meeting (YYYY-MM-DD).")
@click.option("--chair", metavar="NAME", required=True, shell_complete=completion.people, help="Who chairs it.")
@click.option("--quorum", type=click.IntRange(1, 100), metavar="N", help="So many have to be there to decide.")
@click.option("--expect", "expected", multiple=True, metavar="NAME", help="Who is expected; repeatable.")
@click.option("--title", metavar="TEXT", help="What it is called; its group and day unless given.")
@taking(who_option, *REPEATING)
@reading
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
    """Call a meeting, and print its reference.

    Its chair decides as chair of the subgroup, of the board and so on.

    \b
    Example:  casereview meeting call subgroup --on 2026-02-03 \\
                --chair "Kim Cole" --quorum 4
    """
    from ..engine.commands import Open
    from ..workflows.meeting import NAME, name_of
    from .given import parsed_day

    day = parsed_day(held_on, name="--on")
    data = {
        "title": title or _titled(name_of(kind, day)),
        "kind": kind,
        "held_on": day.isoformat(),
        "chair": chair,
        "expected": list(expected),
        **({} if quorum is None else {"quorum": quorum}),
    }
    # One that is put on record after its day was called by that day.
    past = day < session.engine.calendar.day_of(session.now)
    command = Open(
        workflow=NAME,
        actor=session.actor(who),
        data=data,
        on=day if past else None,
        request_id=request_id,
    )
    recorded = record(session, command, dry_run=dry_run)
    if session.as_json:
        print_recorded(session, recorded, dry_run=dry_run)
        return
    session.mark_rehearsal()
    if dry_run and not recorded.repeated:
        session.remark(f"It would be called as {recorded.case.ref}; nothing was changed.")
    else:
        click.echo(recorded.case.ref)
    remark_on(session, recorded, dry_run=dry_run)


@meeting.command("agenda")
@meeting_argument
@reading
@in_session
def show_agenda(session: Session, *, meeting: str) -> None:
    """The agenda, drawn from what is due and what waits.

    Plans and actions that came in, recommendations that were questioned, what is the chair's to do
    by a week after the meeting, suspensions to be looked at again, what is to be told. It follows
    the record: print it before the meeting, and name its items in casereview meeting decide.

    \b
    Example:  casereview meeting agenda M-2026-001
    """
    from ..reports.agenda import agenda_document, agenda_table

    of = _meeting(session, meeting)
    items = _drawn(session, of)
    if session.as_json:
        session.document(agenda_document(items))
    else:
        session.show(of.title, agenda_table(items))


@meeting.command("attend")
@meeting_argument
@click.option("--present", multiple=True, required=True, metavar="NAME", help="Who was there; repeatable.")
@click.option("--apologies", multiple=True, metavar="NAME", help="Who sent apologies; repeatable.")
@click.option(
    "--conflict",
    "conflicts",
    multiple=True,
    metavar="'NAME: REF: WHY'",
    help="Who has a conflict of interest in which case; repeatable. Why is kept apart.",
)
@filing
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
    """Record who was there, and who has a conflict of interest.

    Done again, it takes the place of what was recorded before.

    \b
    Example:  casereview meeting attend M-2026-001 --present "Kim Cole" \\
                --present "Lee Hart" --apologies "Jo Park" \\
                --conflict "Lee Hart: SCR-2026-001: runs the service"
    """
    import msgspec

    from ..workflows.meeting import day_of

    found = [_conflict(one) for one in conflicts]
    settings = (
        *(f"present={name}" for name in present),
        *(f"apologies={name}" for name in apologies),
        *((f"conflicts={msgspec.json.encode(found).decode()}",) if found else ()),
    )
    of = _meeting(session, meeting)
    # What was noted of it since does not keep it from being put right.
    day = on or max(day_of(of), of.last_step_on).isoformat()
    take(session, meeting, "attend", file=None, settings=settings, documents=(), on=day, **options)


@meeting.command("decide")
@meeting_argument
@click.argument("ref", shell_complete=completion.cases, callback=reference)
@click.argument("trigger", shell_complete=completion.triggers, callback=identifier)
@click.option("--item", metavar="N", required=True, help="The item of the agenda.")
@click.option("--chair", metavar="NAME", help="Who was in the chair for it; the meeting's chair unless given.")
@click.option("--decision", metavar="TEXT", help="In words for the minutes; the step's title unless given.")
@click.option("--file", metavar="F.json", help="The step's record: a JSON object; - for standard input.")
@click.option("--set", "settings", multiple=True, metavar="FIELD=VALUE", help="One field of it; repeatable.")
@document_option("[FIELD=]FILE")
@click.option("--on", metavar="DATE", help="The day of the step; the meeting's unless given.")
@taking(who_option, *REPEATING)
@reading
@in_session
def decide(
    session: Session,
    *,
    meeting: str,
    ref: str,
    trigger: str,
    item: str,
    chair: str | None,
    decision: str | None,
    file: str | None,
    settings: tuple[str, ...],
    documents: tuple[str, ...],
    on: str | None,
    who: str | None,
    request_id: str | None,
    dry_run: bool,
) -> None:
    """Record what a meeting decided: the step that a case takes.

    The meeting's chair decides; the item of the minutes is the evidence. Both records are kept, or
    neither: a meeting without its quorum decides nothing, nor does a chair with a conflict.

    \b
    Example:  casereview meeting decide M-2026-001 SCR-2026-001/P01 agree \\
                --item 4
              casereview meeting decide M-2026-001 SCR-2026-001 agree_terms \\
                --item 5 --file 07-agree_terms.json
    """
    from ..engine.commands import Step
    from ..engine.decide import step_of
    from ..workflows.meeting import MEETING, authority_of, day_of
    from .given import parsed_day

    engine, actor = session.engine, session.actor(who)
    of, case = _meeting(session, meeting), engine.case(ref)
    transition = step_of(engine.workflows.of(case), trigger)
    authority = authority_of(of, item=item, chair=chair)
    day = day_of(of) if on is None else parsed_day(on, name="--on")
    bare = Step(
        ref=ref,
        trigger=trigger,
        actor=actor,
        data={},
        on=day,
        request_id=None if request_id is None else f"{request_id} {ref}",
    )
    taken = filled_in(
        session,
        bare,
        transition,
        case,
        file=file,
        settings=settings,
        documents=documents,
        decided_by=authority.name,
        capacity=authority.capacity,
        evidence=authority.evidence,
    )
    own = replace(
        bare,
        ref=meeting,
        trigger="decide",
        data={
            "item": item,
            "ref": ref,
            "trigger": trigger,
            "in_the_chair": authority.name,
            "decision": decision or transition.title,
        },
        decided_by=authority,
        # What was noted of the meeting since does not keep its decisions out.
        on=max(day, of.last_step_on),
        request_id=None if request_id is None else f"{request_id} {meeting}",
    )
    minuted, recorded = _both(session, (own, taken), dry_run=dry_run)
    if session.as_json:
        from ..reports.documents import case_document

        at_meeting = case_document(minuted.case, MEETING, now=session.now, calendar=engine.calendar)
        print_recorded(session, recorded, dry_run=dry_run, meeting=at_meeting)
        return
    tell(session, case, trigger, recorded, dry_run=dry_run)
    session.remark(f"Decided by {authority.name}, {authority.capacity.replace('_', ' ')}: {authority.evidence}.")


@meeting.command("minutes")
@meeting_argument
@click.option("--with-sensitive", is_flag=True, help="Also why somebody has a conflict of interest.")
@paper("table", "docx", "html")
@reading
@in_session
def minutes(session: Session, *, meeting: str, with_sensitive: bool, **asked: Any) -> None:
    """The minutes: attendance, conflicts of interest, decisions.

    To be worked on in Word. Once they are kept, they are recorded as written.

    \b
    Example:  casereview meeting minutes M-2026-001 --out minutes.docx
              casereview step M-2026-001 minute --document minutes=minutes.docx
    """
    from ..engine.errors import BadValue
    from ..reports.minutes import minutes_page
    from ..reports.page import page_document

    out, engine, of = Asked.of(session, **asked), session.engine, _meeting(session, meeting)
    if "attend" not in of.data:
        raise BadValue(name="MEETING", expected="one whose attendance is on record (attend)", found=of.ref)
    page = minutes_page(
        of,
        engine.history(meeting),
        session.palette,
        today=engine.calendar.day_of(session.now),
        secrets=engine.sensitive(meeting) if with_sensitive else None,
        rehearsal=session.database.is_rehearsal,
    )
    if session.as_json:
        session.document(page_document(page))
    else:
        put(session, page, out)


@meeting.command("list")
@click.option("--state", type=click.Choice([*OPEN, "minuted", "cancelled"]), help="Only in this state.")
@click.option("--after", metavar="REF", callback=reference, help="Only behind this reference: the next page.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="At most so many.")
@reading
@in_session
def list_meetings(session: Session, *, state: str | None, after: str | None, limit: int) -> None:
    """The meetings that are called, and those without minutes yet.

    \b
    Example:  casereview meeting list
              casereview meeting list --state minuted
    """
    from ..engine.store import Selection
    from ..reports.documents import case_document
    from ..reports.tables import case_table
    from ..workflows.meeting import MEETING

    engine, now = session.engine, session.now
    states = OPEN if state is None else (state,)
    asked = [Selection(workflow=MEETING.name, state=one, after=after, limit=limit) for one in states]
    found = sorted((case for one in asked for case in engine.cases(one)), key=lambda case: case.ref)[:limit]
    if session.as_json:
        session.document([case_document(one, MEETING, now=now, calendar=engine.calendar) for one in found])
    elif found:
        session.show(case_table(found, {one.ref: MEETING for one in found}, now=now))
        if len(found) == limit:
            session.remark(f"There may be more: repeat it with --after {found[-1].ref}")
    else:
        session.show("No meeting is called." if state is None else f"No meeting is {state}.")


COMMANDS = (meeting,)


def _both(session: Session, steps: Sequence[Step], *, dry_run: bool) -> tuple[Recorded, ...]:
    """What the meeting's own step and the case's came to.

    Raises:
        CasereviewError: what stands in the way of either; then neither is kept.
    """
    from ..engine.errors import NotRecorded

    engine = session.engine
    try:
        return engine.rehearse_many(steps) if dry_run else engine.record_many(steps)
    except NotRecorded as error:
        # It names the case itself, and that there are two steps is nothing to whoever typed one.
        raise error.cause from None


def _conflict(typed: str) -> dict[str, str]:
    from ..engine.errors import BadValue

    name, first, rest = typed.partition(":")
    ref, second, why = rest.partition(":")
    if not first or not second:
        # Not quoted: why may be a family tie.
        raise BadValue(name="--conflict", expected="NAME: REF: WHY", found="no two colons")
    return {"name": name.strip(), "ref": as_written(ref.strip()), "why": why.strip()}


def _drawn(session: Session, of: Case) -> tuple[Item, ...]:
    from ..engine.calendars import working_days
    from ..engine.store import Selection
    from ..reports import records
    from ..reports.agenda import PUT_FORWARD, QUESTIONED, Drawn, agenda, is_before
    from ..workflows.meeting import CAPACITIES, day_of

    engine, on = session.engine, day_of(of)
    capacity = CAPACITIES[of.data["call"]["kind"]]

    def standing(workflow: str, state: str) -> tuple[Case, ...]:
        return engine.cases(Selection(workflow=workflow, state=state, limit=MOST))

    chairs = {person.name for person in engine.people() if capacity in person.roles}
    drawn = Drawn(
        capacity=capacity,
        on=on,
        put_forward=[(put, standing(put.workflow, put.state)) for put in PUT_FORWARD if is_before(put, capacity)],
        recommendations=standing(*QUESTIONED) if capacity in records.CHAIRS else (),
        due=engine.deadlines(until=engine.calendar.after(on, working_days(5)), limit=MOST),
        held=sum(count for person, count in engine.messages.held_for() if person in chairs),
    )
    return agenda(drawn, engine.workflows)


def _titled(words: str) -> str:
    return words[:1].upper() + words[1:]


def _meeting(session: Session, ref: str) -> Case:
    from ..engine.errors import BadValue
    from ..workflows.meeting import NAME

    found = session.engine.case(ref)
    if found.workflow != NAME:
        raise BadValue(name="MEETING", expected="a meeting, such as M-2026-001", found=ref)
    return found
