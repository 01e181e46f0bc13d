"""Correct what was recorded."""

from __future__ import annotations

from typing import Any

import click

from ...engine.errors.bad_input import BadValue
from ...engine.model.commands import Correct
from ..options import amendment_options, case_argument
from ..record_input import parse_record
from ..recording import amendment_base, run_amendment
from ..session import Session, in_session


@click.command()
@case_argument
@click.option(
    "--event", "seq", type=int, required=True, metavar="N", help="The number of the event. See casereview history."
)
@click.option(
    "--wrong", required=True, metavar="TEXT", help="What was wrong. Stored separately, because it may be sensitive."
)
@click.option("--reasons", required=True, metavar="TEXT", help="Why you correct it.")
@click.option("--file", metavar="F.json", help="The correct fields, as a JSON object in a file; - for standard input.")
@click.option("--set", "settings", multiple=True, metavar="FIELD=VALUE", help="One correct field. Can be repeated.")
@amendment_options
@in_session
def correct(
    session: Session,
    *,
    ref: str,
    seq: int,
    wrong: str,
    reasons: str,
    file: str | None,
    settings: tuple[str, ...],
    **options: Any,
) -> None:
    """Correct a recorded event.

    The event itself does not change. The correction is recorded beside it.

    \b
    Example:  casereview correct SCR-2026-001 --event 3 --wrong "Mistyped." \\
                --reasons "Found when filing." --set reference=SIN-0002
    """
    engine = session.engine
    event = next((event for event in engine.history(ref) if event.seq == seq), None)
    transition = None if event is None else engine.workflows.for_case(engine.case(ref)).transition(event.trigger)
    by = amendment_base(session, options)
    data: dict[str, Any] = {}
    if transition is not None:  # the engine reports an event that is not a step
        found = parse_record(
            transition,
            file=file,
            settings=settings,
            documents=(),
            decider=by["decided_by"],
        )
        data = found.data
        by["decided_by"] = found.decided_by
    command = Correct(ref=ref, seq=seq, wrong=wrong, reasons=reasons, data=data, **by)
    if (command.data, command.on, command.decider, command.capacity, command.evidence) == ({}, *[None] * 4):
        engine.dry_run(command)  # who may not correct it, and an event that there is not, are told first
        raise BadValue(name="the correction", expected="what is right", found="nothing")
    run_amendment(session, command, f"event {seq} corrected", dry_run=options["dry_run"])
