"""Dispose of what should not be held."""

from __future__ import annotations

from typing import Any

import click

from ...engine.definition.recorded_fields import field_typed, titles_of_fields
from ...engine.errors.bad_input import BadValue
from ...engine.model.clock import EventKind
from ...engine.model.commands import Dispose
from ..completion import cases
from ..errors import REFUSED
from ..options import amendment_options, parse_reference
from ..recording import amendment_base, run_amendment
from ..session import Session, in_session

OUT_OF_REACH = (
    "Backups, copies, attached files and messages that were sent may still hold them: deal with those where they are."
)
SERVER = (
    "On the server, free space and its own log may hold them until they are overwritten: ask its administrator"
    " (VACUUM FULL)."
)


@click.command()
@click.argument("ref", required=False, shell_complete=cases, callback=parse_reference)
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
@click.option("--reasons", metavar="TEXT", help="Why, for example the retention rule.")
@click.option("--finish", is_flag=True, help="Only remove from the database's files what was disposed of before.")
@amendment_options
@in_session
def dispose(
    session: Session,
    *,
    ref: str | None,
    seq: int | None,
    field: str | None,
    with_parts: bool,
    reasons: str | None,
    finish: bool,
    **options: Any,
) -> None:
    """Dispose of sensitive values for good, or of a field's words.

    The history shows that this was done, and casereview verify still works. The parts of a review have
    values of their own, for example how to contact a relative.

    \b
    Example:  casereview dispose SCR-2026-001 --with-parts --reasons "Retention."
              casereview dispose --finish
    """
    if finish:
        _finish(session, alone=ref is None and reasons is None)
        return
    if ref is None or reasons is None:
        what = "the reference of the case" if ref is None else "--reasons"
        raise click.UsageError(f"Give {what}: casereview dispose REF --event N --field FIELD --reasons TEXT.")
    if with_parts:
        if seq is not None or field is not None:
            option = "--event" if seq is not None else "--field"
            raise click.UsageError(f"Use either {option} or --with-parts. {option} is for one case.")
        _dispose_with_parts(session, ref, reasons, options)
    else:
        workflow = session.engine.workflows.for_case(session.engine.case(ref))
        name = None if field is None else field_typed(workflow, field)
        command = Dispose(ref=ref, seq=seq, field=name, reasons=reasons, **amendment_base(session, options))
        what = "sensitive values" if name is None else f'words in "{titles_of_fields(workflow).get(name, name)}"'
        run_amendment(session, command, f"{what} disposed of", dry_run=options["dry_run"])
    if not options["dry_run"]:
        _print_out_of_reach(session)


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


def _finish(session: Session, *, alone: bool) -> None:
    """Empty the database's log, if a disposal could not, and end with exit code 1 if it still cannot be done."""
    if not alone:
        raise click.UsageError("Use --finish without a reference and without --reasons.")
    finished = session.engine.finish_disposals()
    if session.as_json:
        session.print_json({"finished": finished})
    elif finished:
        session.show("Nothing that was disposed of is left in the files of the database.")
    else:
        session.print_note(_unfinished(session))
    if not finished:
        raise SystemExit(REFUSED)


def _print_out_of_reach(session: Session) -> None:
    """Say where the words may still be. Print it also beside JSON: it goes to standard error."""
    session.print_note(OUT_OF_REACH if session.database.path is not None else f"{OUT_OF_REACH} {SERVER}")
    if not session.engine.finish_disposals():
        click.echo(_unfinished(session), err=True)


def _unfinished(session: Session) -> str:
    path = session.database.path
    place = "dead rows of the database" if path is None else f"{path.name} and {path.name}-wal"
    return (
        f"Not finished: the words may still stand in clear in {place}, because another program is reading."
        " A worker tries again by itself. To try again now: casereview dispose --finish."
    )
