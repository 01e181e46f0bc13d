"""Take back the last entry of a case, with all that it caused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import click

from ...engine import CommandResult, Engine, recorded_title
from ...engine.errors.bad_input import BadValue
from ...engine.model.case import VOIDED, Event
from ...engine.model.evolve import AUTOMATIC
from ...engine.model.take_back import TakeBack
from ...reports.values.dates import day
from .. import completion, prompts
from ..options import RETRY_OPTIONS, apply_options, case_argument, reading_options
from ..recording import print_result_json
from ..session import Session, in_session

PREVIEW = "To see what it would undo."


@click.command("take-back")
@case_argument
@click.option("--reasons", metavar="TEXT", help="Why you take it back. At a terminal you are asked.")
@click.option("--as", "who", metavar="WHO", shell_complete=completion.people, help="Who recorded it.")
@click.option(
    "--if-version",
    type=int,
    metavar="N",
    help="Only if the case is still at this version. See casereview show.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@apply_options(*RETRY_OPTIONS)
@reading_options
@in_session
def take_back(
    session: Session,
    *,
    ref: str,
    reasons: str | None,
    who: str | None,
    if_version: int | None,
    yes: bool,
    request_id: str | None,
    dry_run: bool,
) -> None:
    """Take back the last entry of a case, and all that it caused.

    Only on the day on which it was recorded, by the person who recorded it, and only if nothing rests on it and no
    message about it was sent. Otherwise correct it. If the entry opened a case, the case is voided: see
    casereview list --voided.

    \b
    Example:  casereview take-back SCR-2026-001 --reasons "The wrong review."
    """
    if reasons is None and not session.is_interactive:
        raise BadValue(name="--reasons", expected="why it is taken back", found="nothing")
    command = TakeBack(
        ref=ref, actor=session.actor(who), reasons=reasons or PREVIEW, if_version=if_version, request_id=request_id
    )
    preview = session.engine.dry_run(command) if dry_run or session.is_interactive else None
    if preview is not None and not session.as_json and not preview.repeated:
        session.show(*_undone(session.engine, preview, dry_run=True))
    if dry_run:
        if session.as_json and preview is not None:
            print_result_json(session, preview, dry_run=True)
        return
    if session.is_interactive:
        session.mark_rehearsal()
        if reasons is None:
            command = replace(command, reasons=prompts.ask_line("Why do you take it back?"))
        if not yes and not prompts.confirm("Do you want to take this back?"):
            session.show("Nothing was recorded.")
            return
    recorded = session.engine.record(command)
    if session.as_json:
        print_result_json(session, recorded, dry_run=False)
    elif recorded.repeated:
        session.show(f"{ref}: this request was already recorded; nothing was changed.")
    else:
        session.show(*_undone(session.engine, recorded, dry_run=False))


def _undone(engine: Engine, result: CommandResult, *, dry_run: bool) -> Iterator[str]:
    """Yield what is taken back, a line for each case."""
    yield "This would be taken back; nothing was changed:" if dry_run else "Taken back:"
    histories = {one: engine.history(one) for one in (result.case.ref, *result.cascaded)}
    (event,) = result.events
    entry = histories[result.case.ref][event.data["events"][0] - 1]
    for ref, history in histories.items():
        opened = history[0].command_id == entry.command_id
        what = [one for one in history if one.command_id == entry.command_id and one.kind not in AUTOMATIC]
        titles = ", ".join(f'"{_title(engine, one)}", {day(one.occurred_on)}' for one in what)
        voided = "; the case is voided, and its reference is not used again" if opened else ""
        yield f"  {ref}: {titles}{voided}"
    if result.case.state != VOIDED:
        workflow = engine.workflows.for_case(result.case)
        yield f"Stage: {workflow.state(result.case.state).title} (version {result.case.version})."


def _title(engine: Engine, event: Event) -> str:
    return recorded_title(engine.workflows.for_case(event), event)
