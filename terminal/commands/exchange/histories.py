"""Import cases with their history from a file."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from threading import Event
from typing import Any

import click

from ....engine import ImportHistory, ImportResult
from ....engine.errors.bad_input import FaultyLines, ImportFailed, LineFault
from ....reports.values.dates import count_of
from ...completion import people
from ...errors import STOPPED
from ...name_questions import finding_document, finding_lines, unique_findings
from ...options import reading_options
from ...progress import progress_bar
from ...session import Session, in_session
from .jsonl import HistoryFile, line_faults, open_history_file

MAX_FAULTS = 100

NumberedHistory = tuple[int, "ImportHistory"]


@click.command("import")
@click.argument("file", type=click.Path())
@click.option("--as", "who", metavar="WHO", shell_complete=people, help="Who records it.")
@click.option(
    "--batch",
    type=click.IntRange(1, 10_000),
    default=500,
    show_default=True,
    help="Number of cases in one transaction.",
)
@click.option("--dry-run", is_flag=True, help="Check the whole file. Record nothing.")
@reading_options
@in_session
def import_cases(session: Session, *, file: str, who: str | None, batch: int, dry_run: bool) -> None:
    """Import cases with their history.

    Each line of the file is a JSON object. All faults are shown before anything is
    recorded. If it stops, run it again: it continues, and no case is imported
    twice. See docs/operations.md.

    \b
    Example:  casereview import old-reviews.jsonl --dry-run
              casereview import old-reviews.jsonl
    """
    lines = open_history_file(file, session.actor(who))
    with _stop_on_interrupt() as stop:
        with progress_bar("Checking the file", lines.total, shown=not session.as_json) as advance:
            would: list[tuple[int, ImportResult]] = []
            faults = tuple(islice(_find_faults(session, lines, batch, stop, advance, would=would), MAX_FAULTS))
        if faults:
            raise FaultyLines(file=file, faults=faults)
        done: list[tuple[int, ImportResult]] = []
        if stop.is_set():
            session.print_note("Stopped while the file was checked. Nothing was changed.")
            sys.exit(STOPPED)
        if not dry_run:
            with progress_bar("Importing", lines.total, shown=not session.as_json) as advance:
                for part in _batches(lines, batch):
                    if stop.is_set():
                        break
                    done += _import_batches(session, lines, part, len(done))
                    advance(len(part))
        stopped = stop.is_set()
    _print_summary(session, lines, would if dry_run else done, dry_run=dry_run)
    if stopped:
        session.print_note("Stopped between two batches. To continue, run the command again.")
        sys.exit(STOPPED)


def _find_faults(
    session: Session,
    lines: HistoryFile,
    batch: int,
    stop: Event,
    advance: Any,
    *,
    would: list[tuple[int, ImportResult]],
) -> Iterator[LineFault]:
    """Yield every fault of the file, line by line. Add to `would` each result that has something to point out."""
    for part in _chunks(lines.read(), batch):
        if stop.is_set():
            return
        sound = [(number, found) for number, found in part if not isinstance(found, LineFault)]
        found_out = {number: [found] for number, found in part if isinstance(found, LineFault)}
        outcomes = session.engine.preview_imports([history for _, history in sound])
        for (number, _), outcome in zip(sound, outcomes, strict=True):
            if isinstance(outcome, ImportFailed):
                found_out[number] = list(line_faults(number, outcome))
            elif outcome.name_findings:
                would.append((number, outcome))
        for number in sorted(found_out):
            yield from found_out[number]
        advance(len(part))


def _batches(lines: HistoryFile, batch: int) -> Iterator[list[NumberedHistory]]:
    """Yield the cases of a checked file, in batches."""
    for part in _chunks(lines.read(), batch):
        found: list[NumberedHistory] = []
        for number, history in part:
            if isinstance(history, LineFault):  # the file was changed after it was checked
                raise FaultyLines(file=lines.name, faults=(history,))
            found.append((number, history))
        yield found


def _import_batches(
    session: Session, lines: HistoryFile, part: list[NumberedHistory], before: int
) -> Iterator[tuple[int, ImportResult]]:
    try:
        brought = session.engine.import_many([history for _, history in part])
    except ImportFailed as error:  # the record was changed after the file was checked
        faults = tuple(line_faults(part[error.number][0], error))
        raise FaultyLines(file=lines.name, faults=faults, imported=before) from None
    return zip((number for number, _ in part), brought, strict=True)


def _chunks(numbered: Iterable[Any], size: int) -> Iterator[list[Any]]:
    numbered = iter(numbered)
    while part := list(islice(numbered, size)):
        yield part


@contextmanager
def _stop_on_interrupt() -> Iterator[Event]:
    """Yield an event that Ctrl-C sets; a second Ctrl-C stops at once."""
    asked = Event()
    former = signal.getsignal(signal.SIGINT)

    def stop(_number: int, _frame: Any) -> None:
        asked.set()
        signal.signal(signal.SIGINT, former)

    signal.signal(signal.SIGINT, stop)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, former)


def _print_summary(
    session: Session, lines: HistoryFile, done: list[tuple[int, ImportResult]], *, dry_run: bool
) -> None:
    findings = unique_findings(one for _, one in done)
    repeated = sum(one.repeated for _, one in done)
    if session.as_json:
        imported = [] if dry_run else done
        cases = [{"line": number, "ref": one.ref, "repeated": one.repeated} for number, one in imported]
        names = [finding_document(one) for one in findings]
        head = {"file": lines.name, "lines": lines.total, "dry_run": dry_run}
        session.print_json({**head, "cases": cases, "names": names})
    elif dry_run:
        session.show(f"{lines.name}: everything can be imported. Nothing was changed.")
    else:
        before = f" {repeated:,} {'was' if repeated == 1 else 'were'} imported before." if repeated else ""
        session.show(f"{lines.name}: {count_of(len(done) - repeated, 'case')} imported.{before}")
    if not session.as_json:
        for line in finding_lines(findings):
            session.show(line)
