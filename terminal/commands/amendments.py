"""Correct what was recorded, and dispose of sensitive values."""

from __future__ import annotations

from typing import Any

import click

from ...engine.definition.recorded_fields import field_typed, titles_of_fields
from ...engine.errors.bad_input import BadValue
from ...engine.model.clock import EventKind
from ...engine.model.commands import Correct, Dispose
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


@click.command()
@case_argument
@click.option(
    "--event", "seq", type=int, metavar="N", help="Only the values of this event. Default: all values of the case."
)
@click.option(
    "--field",
    metavar="FIELD",
    help='All words of this field, sensitive or not, by its title, like "Referred by", "Who decided" or'
    ' "Who recorded it".',
)
@click.option("--with-parts", is_flag=True, help="Also the values of every part of the review; all of them, or none.")
@click.option("--reasons", required=True, metavar="TEXT", help="Why, for example the retention rule.")
@amendment_options
@in_session
def dispose(
    session: Session,
    *,
    ref: str,
    seq: int | None,
    field: str | None,
    with_parts: bool,
    reasons: str,
    **options: Any,
) -> None:
    """Dispose of sensitive values for good, or of a field's words.

    The history shows that this was done, and casereview verify still works. The parts of a review have
    values of their own, for example how to contact a relative.

    \b
    Example:  casereview dispose SCR-2026-001 --with-parts --reasons "Retention."
    """
    if with_parts:
        if seq is not None or field is not None:
            option = "--event" if seq is not None else "--field"
            raise click.UsageError(f"Use either {option} or --with-parts. {option} is for one case.")
        _dispose_with_parts(session, ref, reasons, options)
        return
    workflow = session.engine.workflows.for_case(session.engine.case(ref))
    name = None if field is None else field_typed(workflow, field)
    command = Dispose(ref=ref, seq=seq, field=name, reasons=reasons, **amendment_base(session, options))
    what = "sensitive values" if name is None else f'words in "{titles_of_fields(workflow).get(name, name)}"'
    outcome = f"{what} disposed of"
    run_amendment(session, command, outcome, dry_run=options["dry_run"])


def _dispose_with_parts(session: Session, ref: str, reasons: str, options: dict[str, Any]) -> None:
    engine, by = session.engine, amendment_base(session, options)
    request_id = by.pop("request_id")
    if by.pop("if_version") is not None:
        raise click.UsageError("Use either --if-version or --with-parts. --if-version is for one case.")
    below = f"{ref}/"
    holding = [one.ref for one in engine.tree(ref) if one.ref == ref or one.ref.startswith(below) or one.parent == ref]
    refs = [one for one in holding if engine.stored_values(one)]
    if not refs and request_id is not None:  # a repeated request gets the same answer again
        refs = [one for one in holding if any(event.kind is EventKind.DISPOSED for event in engine.history(one))]
    if not refs:
        raise BadValue(name="disposal", expected=f"sensitive values in {ref} or its parts", found="none")
    commands = [
        Dispose(ref=one, reasons=reasons, request_id=None if request_id is None else f"{request_id} {one}", **by)
        for one in refs
    ]
    recorded = engine.dry_run_many(commands) if options["dry_run"] else engine.record_many(commands)
    if session.as_json:
        session.print_json([{"ref": one.case.ref, "version": one.case.version} for one in recorded])
        return
    outcome = "It would be recorded; nothing was changed" if options["dry_run"] else "Recorded"
    session.show(f"{outcome}: sensitive values of {', '.join(refs)} disposed of.")
