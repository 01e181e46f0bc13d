"""Record a meeting's decision: the step of a case, and the meeting's record of it."""

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
from ...name_questions import ask_about_names
from ...options import RETRY_OPTIONS, apply_options, document_option, parse_identifier, parse_reference, reading_options
from ...recording import complete_command, print_result_json, print_step_result
from ...session import Session, in_session
from .options import load_meeting, meeting_argument, who_option


@click.command()
@meeting_argument
@click.argument("ref", shell_complete=completion.cases, callback=parse_reference)
@click.argument("trigger", shell_complete=completion.triggers, callback=parse_identifier)
@click.option("--item", metavar="N", required=True, help="The number of the agenda item.")
@click.option("--chair", metavar="NAME", help="Who chaired this item. Default: the meeting's chair.")
@click.option("--decision", metavar="TEXT", help="The decision in words, for the minutes. Default: the step's title.")
@click.option("--file", metavar="F.json", help="What to record, as a JSON object in a file; - for standard input.")
@click.option("--set", "settings", multiple=True, metavar="FIELD=VALUE", help="One field to record. Can be repeated.")
@document_option("[FIELD=]FILE")
@click.option("--on", metavar="DATE", help="The day of the step. Default: the day of the meeting.")
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
    """Record a step that a meeting decided.

    The meeting's chair decides, and the item of the minutes is the evidence. The step and the meeting's
    record of it are recorded together, or neither is. A meeting without a quorum, or a chair with a
    conflict of interest, cannot decide.

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
    taken = ask_about_names(session, taken)
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
        # A later note about the meeting must not prevent its decisions from being recorded.
        on=max(day, of.last_step_on),
        request_id=None if request_id is None else f"{request_id} {meeting}",
    )
    minuted, recorded = _apply_both(session, (own, taken), dry_run=dry_run)
    if session.as_json:
        at_meeting = case_document(minuted.case, MEETING, now=session.now, calendar=engine.calendar)
        print_result_json(session, recorded, dry_run=dry_run, meeting=at_meeting)
        return
    print_step_result(session, case, trigger, recorded, dry_run=dry_run)
    session.print_note(
        f"Decided by {authority.name}, {engine.workflows.roles[authority.capacity].title}: {authority.evidence}."
    )


def _apply_both(session: Session, steps: Sequence[Step], *, dry_run: bool) -> tuple[CommandResult, ...]:
    """Record the meeting's own step and the case's step, and return both results.

    Raises:
        CasereviewError: if either step fails; then neither is recorded.
    """
    engine = session.engine
    try:
        return engine.dry_run_many(steps) if dry_run else engine.record_many(steps)
    except BatchFailed as error:
        # The cause names the case, and the person typed one step, so do not mention two.
        raise error.cause from None
