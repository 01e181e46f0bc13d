"""The commands about the record itself: correcting what was recorded, disposing of what must go."""

from __future__ import annotations

from typing import Any

import click

from ...engine.errors.bad_input import BadValue
from ...engine.model.clock import EventKind
from ...engine.model.commands import Correct, Dispose
from ..options import amendment_options, case_argument
from ..record_input import parse_record
from ..recording import amendment_base, run_amendment
from ..session import Session, in_session


@click.command()
@case_argument
@click.option("--event", "seq", type=int, required=True, metavar="N", help="Its number in casereview history.")
@click.option("--wrong", required=True, metavar="TEXT", help="What was wrong. Kept apart, as all about a family is.")
@click.option("--reasons", required=True, metavar="TEXT", help="Why it is corrected.")
@click.option("--file", metavar="F.json", help="The fields that are right now: a JSON object; - for standard input.")
@click.option("--set", "settings", multiple=True, metavar="FIELD=VALUE", help="One such field; repeatable.")
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
    """Say what was wrong in an event, and what is right.

    The event itself stays as it is.

    \b
    Example:  casereview correct SCR-2026-001 --event 3 --wrong "Mistyped." \\
                --reasons "Found when filing." --set reference=SIN-0002
    """
    engine = session.engine
    event = next((event for event in engine.history(ref) if event.seq == seq), None)
    transition = None if event is None else engine.workflows.for_case(engine.case(ref)).transition(event.trigger)
    by = amendment_base(session, options)
    data: dict[str, Any] = {}
    if transition is not None:  # what is no step at all is the engine's to say
        found = parse_record(
            transition.form,
            form_name=transition.trigger,
            file=file,
            settings=settings,
            documents=(),
            decider=by["decided_by"],
        )
        data = found.data
        by["decided_by"] = found.decided_by
    command = Correct(ref=ref, seq=seq, wrong=wrong, reasons=reasons, data=data, **by)
    run_amendment(session, command, f"event {seq} is corrected", dry_run=options["dry_run"])


@click.command()
@case_argument
@click.option("--event", "seq", type=int, metavar="N", help="Only what came with this event; else all of the case.")
@click.option("--with-parts", is_flag=True, help="Of all that is part of the review, too; all of it, or nothing.")
@click.option("--reasons", required=True, metavar="TEXT", help="On what ground.")
@amendment_options
@in_session
def dispose(session: Session, *, ref: str, seq: int | None, with_parts: bool, reasons: str, **options: Any) -> None:
    """Dispose of a case's sensitive values, for good.

    The history says so, and still proves itself. A review's parts hold values of their own: how somebody of
    the family is reached stands in their engagement.

    \b
    Example:  casereview dispose SCR-2026-001 --with-parts --reasons "Retention."
    """
    if with_parts:
        if seq is not None:
            raise click.UsageError("--event goes with one case, not with --with-parts.")
        _dispose_with_parts(session, ref, reasons, options)
        return
    command = Dispose(ref=ref, seq=seq, reasons=reasons, **amendment_base(session, options))
    run_amendment(session, command, "its sensitive values are disposed of", dry_run=options["dry_run"])


def _dispose_with_parts(session: Session, ref: str, reasons: str, options: dict[str, Any]) -> None:
    engine, by = session.engine, amendment_base(session, options)
    request_id = by.pop("request_id")
    if by.pop("if_version") is not None:
        raise click.UsageError("--if-version goes with one case, not with --with-parts.")
    below = f"{ref}/"
    holding = [one.ref for one in engine.tree(ref) if one.ref == ref or one.ref.startswith(below) or one.parent == ref]
    refs = [one for one in holding if engine.stored_values(one)]
    if not refs and request_id is not None:  # it may be the same request again, whose answer stays what it was
        refs = [one for one in holding if any(event.kind is EventKind.DISPOSED for event in engine.history(one))]
    if not refs:
        raise BadValue(name="disposal", expected=f"{ref} or a part of it to hold sensitive values", found="none")
    commands = [
        Dispose(ref=one, reasons=reasons, request_id=None if request_id is None else f"{request_id} {one}", **by)
        for one in refs
    ]
    recorded = engine.dry_run_many(commands) if options["dry_run"] else engine.record_many(commands)
    if session.as_json:
        session.print_json([{"ref": one.case.ref, "version": one.case.version} for one in recorded])
        return
    judged = "It would be recorded, and nothing was changed" if options["dry_run"] else "Recorded"
    session.show(f"{judged}: the sensitive values of {', '.join(refs)} are disposed of.")
