"""Dispose of what should not be held."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from ...engine import CommandResult, Engine
from ...engine.definition.recorded_fields import field_typed, titles_of_fields
from ...engine.errors.bad_input import BadValue
from ...engine.forms.digests import StoredWord
from ...engine.forms.path_text import value_at_path
from ...engine.model.case import Event
from ...engine.model.clock import EventKind
from ...engine.model.dispose import Dispose
from ...reports.values.dates import count_of, day
from .. import prompts
from ..completion import cases
from ..errors import REFUSED
from ..name_questions import ask_about_names
from ..options import amendment_options, normalize_reference, parse_reference
from ..recording import amendment_base, print_result_json
from ..session import Session, in_session

OUT_OF_REACH = (
    "Backups, copies, attached files and messages that were sent may still hold them, and so may reports and workbooks"
    " that were written: deal with those where they are. The same words in another entry stay there."
)
SERVER = (
    "On the server, free space and its own log may hold them until they are overwritten: ask its administrator"
    " (VACUUM FULL)."
)

QUESTIONS = {
    "reasons": "Why it should not be held",
    "rule": "Under which rule, such as a line of the retention schedule",
}
LONGEST = 100
"""The most characters of a value that are shown."""


@click.command()
@click.argument("ref", required=False, shell_complete=cases, callback=parse_reference)
@click.option(
    "--event", "seq", type=int, metavar="N", help="Only the values of this event. Default: all values of the case."
)
@click.option(
    "--field",
    metavar="FIELD",
    help='All words of this field, sensitive or not, by its title, like "Referred by" or "Who recorded it".',
)
@click.option("--with-parts", is_flag=True, help="Also the values of every part of the review; all of them, or none.")
@click.option("--reasons", metavar="TEXT", help="Why it should not be held. At a terminal you are asked.")
@click.option("--rule", metavar="TEXT", help="Under which rule, such as a line of the retention schedule.")
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
    rule: str | None,
    finish: bool,
    **options: Any,
) -> None:
    """Dispose of what should not be held, for good.

    Without --field, of sensitive values. It is for what was typed in the wrong place, or is past its time. What was
    decided, by whom, when and why stays: correct that instead. While the review is open, another person has to decide
    it (--decided-by). At a terminal it shows what goes, and asks for the reference.

    \b
    Example:  casereview dispose SCR-2026-001 --event 4 --field note \\
                --reasons "Another case." --rule "Retention, line 12" \\
                --decided-by "Ana Diaz" --capacity subgroup_chair
              casereview dispose --finish
    """
    if finish:
        _finish(session, alone=ref is None and reasons is None)
        return
    if ref is None:
        raise click.UsageError("Give the reference of the case: casereview dispose REF --event N --field FIELD.")
    if with_parts and (seq is not None or field is not None):
        option = "--event" if seq is not None else "--field"
        raise click.UsageError(f"Use either {option} or --with-parts. {option} is for one case.")
    given: dict[str, Any] = {"reasons": reasons, "rule": rule}
    for name, question in QUESTIONS.items():
        if given[name] is None:
            if not session.is_interactive:
                raise click.UsageError(f"Give --{name}: {question[:1].lower()}{question[1:]}")
            given[name] = prompts.ask_line(question)
    if with_parts:
        commands = _for_parts(session, ref, given, options)
    else:
        workflow = session.engine.workflows.for_case(session.engine.case(ref))
        code = None if field is None else field_typed(workflow, field)
        command = Dispose(ref=ref, seq=seq, field=code, **given, **amendment_base(session, options))
        commands = [ask_about_names(session, command)]
    if options["dry_run"] or session.is_interactive:
        preview = _run(session, commands, dry_run=True)
        if options["dry_run"]:
            _print_result(session, preview, with_parts=with_parts, dry_run=True)
            return
        session.mark_rehearsal()
        _print_words(session, preview)
        typed = prompts.ask_line(f"It cannot be undone. To dispose of it, type the reference {ref}")
        if normalize_reference(typed) != ref:
            session.show("Nothing was recorded.")
            return
    _print_result(session, _run(session, commands, dry_run=False), with_parts=with_parts, dry_run=False)
    _print_out_of_reach(session)


def _for_parts(session: Session, ref: str, given: dict[str, Any], options: dict[str, Any]) -> list[Dispose]:
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
    return [
        Dispose(ref=one, request_id=None if request_id is None else f"{request_id} {one}", **given, **by)
        for one in refs
    ]


def _run(session: Session, commands: list[Dispose], *, dry_run: bool) -> tuple[CommandResult, ...]:
    engine = session.engine
    if len(commands) > 1:
        return engine.dry_run_many(commands) if dry_run else engine.record_many(commands)
    return ((engine.dry_run if dry_run else engine.record)(commands[0]),)


def _print_result(session: Session, results: tuple[CommandResult, ...], *, with_parts: bool, dry_run: bool) -> None:
    if session.as_json:
        finished = {} if dry_run else {"finished": session.engine.finish_disposals()}
        if not with_parts:
            print_result_json(session, results[0], dry_run=dry_run, **finished)
            return
        session.print_json([{"ref": one.case.ref, "version": one.case.version, **finished} for one in results])
        return
    if dry_run:
        _print_words(session, results)
        session.show("Nothing was changed.")
        return
    for one in results:
        if one.repeated:
            session.show(f"{one.case.ref}: this request was already recorded; nothing was changed.")
            continue
        count = len(one.events[-1].data["digests"])
        session.show(f"Recorded: {one.case.ref}, {count_of(count, 'value')} disposed of (version {one.case.version}).")
        for warning in one.warnings:
            session.print_note(f"Warning: {warning}")


def _print_words(session: Session, results: tuple[CommandResult, ...]) -> None:
    """Print what would go: the event, the field and the words."""
    session.show("This would be disposed of:")
    for one in results:
        for line in words_of_disposal(session.engine, one):
            session.show(f"  {line}")


def words_of_disposal(engine: Engine, result: CommandResult) -> Iterator[str]:
    """Yield each value that a disposal would remove, in the order of the events."""
    if result.repeated:
        return
    ref, history = result.case.ref, engine.history(result.case.ref)
    titles = titles_of_fields(engine.workflows.for_case(result.case))
    digests, sensitive = set(result.events[-1].data["digests"]), engine.stored_values(ref)
    for word in engine.stored_words(ref):
        if word.digest in digests:
            event = history[word.seq - 1]
            title = "Warning" if word.part == "effects" else titles.get(word.field, word.field)
            value = sensitive[word.digest].value if word.digest in sensitive else None
            text = str(_word_at(event, word) if value is None else json.loads(value))
            short = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
            yield f'{ref}, event {word.seq} ({day(event.occurred_on)}), {title}: "{short}"'


def _word_at(event: Event, word: StoredWord) -> Any:
    if word.part == "data":
        return value_at_path(event.data, word.path)
    if word.part == "effects":
        return value_at_path({"warnings": event.effects.warnings}, word.path)
    return getattr(event.recorder, word.path)


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
