"""The command by which a meeting decides: the step of a case, and the meeting's own record of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import click

from ....engine import CommandResult, step_of
from ....engine.errors.bad_input import BatchFailed
from ....engine.model.commands import Step
from ....reports.render.json.cases import case_document
from ....workflows.meeting import MEETING, day_of, decided_by_meeting
from ... import completion
from ...input import parse_day
from ...options import RETRY_OPTIONS, apply_options, document_option, parse_identifier, parse_reference, reading_options
from ...recording import complete_command, print_result_json, print_step_result
from ...session import Session, in_session
from .options import load_meeting, meeting_argument, who_option


@click.command()
@meeting_argument
@click.argument("ref", shell_complete=completion.cases, callback=parse_reference)
@click.argument("trigger", shell_complete=completion.triggers, callback=parse_identifier)
@click.option("--item", metavar="N", required=True, help="The item of the agenda.")
@click.option("--chair", metavar="NAME", help="Who was in the chair for it; the meeting's chair unless given.")
@click.option("--decision", metavar="TEXT", help="In words for the minutes; the step's title unless given.")
@click.option("--file", metavar="F.json", help="The step's record: a JSON object; - for standard input.")
@click.option("--set", "settings", multiple=True, metavar="FIELD=VALUE", help="One field of it; repeatable.")
@document_option("[FIELD=]FILE")
@click.option("--on", metavar="DATE", help="The day of the step; the meeting's unless given.")
@apply_options(who_option, *RETRY_OPTIONS)
@reading_options
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
    engine, actor = session.engine, session.actor(who)
    of, case = load_meeting(session, meeting), engine.case(ref)
    transition = step_of(engine.workflows.for_case(case), trigger)
    authority = decided_by_meeting(of, item=item, chair=chair)
    day = day_of(of) if on is None else parse_day(on, name="--on")
    bare = Step(
        ref=ref,
        trigger=trigger,
        actor=actor,
        data={},
        on=day,
        request_id=None if request_id is None else f"{request_id} {ref}",
    )
    taken = complete_command(
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
    minuted, recorded = _apply_both(session, (own, taken), dry_run=dry_run)
    if session.as_json:
        at_meeting = case_document(minuted.case, MEETING, now=session.now, calendar=engine.calendar)
        print_result_json(session, recorded, dry_run=dry_run, meeting=at_meeting)
        return
    print_step_result(session, case, trigger, recorded, dry_run=dry_run)
    session.print_note(f"Decided by {authority.name}, {authority.capacity.replace('_', ' ')}: {authority.evidence}.")


def _apply_both(session: Session, steps: Sequence[Step], *, dry_run: bool) -> tuple[CommandResult, ...]:
    """What the meeting's own step and the case's came to.

    Raises:
        CasereviewError: what stands in the way of either; then neither is kept.
    """
    engine = session.engine
    try:
        return engine.dry_run_many(steps) if dry_run else engine.record_many(steps)
    except BatchFailed as error:
        # It names the case itself, and that there are two steps is nothing to whoever typed one.
        raise error.cause from None
