"""Keep the record safe: verify, seal, copy, upgrade and check it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from ...engine import Check, managing_roles
from ...engine.errors.bad_input import BadValue
from ...engine.errors.faults import NotDelivered
from ...engine.ports.outbox import Channel
from ...persistence.audit import verify as verification
from ...persistence.audit.chain_heads import against_seal, read_seal, seal_lines, write_seal
from ...persistence.maintenance import backup as backup_module
from ...persistence.maintenance import schema_upgrade
from ...persistence.maintenance.copy import copy_record
from ...persistence.maintenance.doctor import health_checks, restore_triggers
from ...persistence.store.identity import identity_of
from ...reports.render.terminal.checks import checks_table
from ...reports.values.dates import count_of
from ..advice import CHECK_REMEDIES
from ..completion import cases
from ..errors import REFUSED
from ..notification_config import templates_of, transports_of
from ..options import parse_reference, reading_options
from ..progress import progress_bar
from ..session import Session, in_session


@click.command()
@click.argument("ref", required=False, shell_complete=cases, callback=parse_reference)
@click.option(
    "--seal", metavar="FILE", help="Write a seal to this file: the latest hash of every case. Keep it somewhere else."
)
@click.option("--against", metavar="FILE", help="Compare the record with an earlier seal.")
@reading_options
@in_session
def verify(session: Session, *, ref: str | None, seal: str | None, against: str | None) -> None:
    """Check that the history is unchanged since it was recorded.

    Shows the first event of a case that was changed, removed, inserted or reordered, a case that does
    not match its events, and a case that was removed completely. If the end of a history was removed,
    or all of it was rewritten, only a seal kept somewhere else shows it.

    \b
    Example:  casereview verify
              casereview verify --seal /media/stick/2026-11.seal
              casereview verify --against /media/stick/2026-11.seal
    """
    if ref is not None:
        session.engine.case(ref)
        if seal or against:
            raise BadValue(
                name="a seal", expected="no reference with it, because a seal is for the whole record", found=ref
            )
    sealed = None if against is None else read_seal(Path(against))
    with session.database.connection() as connection:
        total = verification.count_events(connection, ref)
        with progress_bar("Verifying", total, shown=not session.as_json) as advance:
            found = verification.verify(connection, ref=ref, progress=advance)
        faults = list(found.faults)
        if sealed is not None:
            faults += against_seal(connection, sealed)
        if seal is not None and not faults:
            lines, identity = seal_lines(connection), identity_of(connection)
            write_seal(Path(seal), lines, identity=identity, database=session.database.name, at=session.now)
    if session.as_json:
        documents = [{"ref": fault.ref, "seq": fault.seq, "fault": fault.fault} for fault in faults]
        session.print_json({"cases": found.cases, "events": found.events, "faults": documents})
    else:
        session.show(*(f"{fault.ref}: {fault.fault}" for fault in faults))
        session.show(_summary(found.cases, found.events, len(faults), seal))
    if faults:
        sys.exit(REFUSED)


@click.command()
@click.option("--mend", is_flag=True, help="Restore the protection of the history, and the journal of a file.")
@reading_options
@in_session
def doctor(session: Session, *, mend: bool) -> None:
    """Check that everything is working.

    Checks the database, the protection of the history, who may act, that reminders are prepared and
    sent, and that everyone who must be notified can be reached.

    \b
    Example:  casereview doctor
    """
    if mend:
        restore_triggers(session.database)
    managing = managing_roles(session.engine.workflows)
    checks = tuple(
        replace(check, remedy=CHECK_REMEDIES.get(check.name, check.remedy))
        for check in health_checks(session.database, managing)
    )
    if checks[0].passed:
        checks += (*map(_advised, session.engine.health_checks()), *_transport_checks(session))
    if session.as_json:
        session.print_json(
            [{"name": c.name, "passed": c.passed, "found": c.found, "remedy": c.remedy or None} for c in checks]
        )
    else:
        table = checks_table([(c.name, c.passed, c.found, c.remedy) for c in checks])
        if checks[0].passed:
            session.show(table)
        else:  # nothing can be read from an older schema, not even if it is a rehearsal
            session.console().print(table)
    if not all(check.passed for check in checks):
        sys.exit(REFUSED)


@click.command()
@reading_options
@in_session
def upgrade(session: Session) -> None:
    """Upgrade an older database.

    A SQLite file is copied first.

    \b
    Example:  casereview upgrade
    """
    before, after, copy = schema_upgrade.upgrade_database(session.database)
    kept = None if copy is None else str(copy)
    if session.as_json:
        session.print_json({"before": before, "after": after, "copy": kept})
    elif before == after:
        session.show(f"{session.database.name} is up to date (schema {after}).")
    else:
        session.show(f"{session.database.name} was upgraded from schema {before} to {after}.")
        if kept:
            session.show(f"The database before the upgrade: {kept}")


@click.command()
@click.argument("file")
@reading_options
@in_session
def backup(session: Session, *, file: str) -> None:
    """Back up the record to a new file and check the copy.

    Other people can go on working.

    \b
    Example:  casereview backup casereview-2026-11-23.db
    """
    with progress_bar("Checking the copy", None, shown=not session.as_json) as advance:
        found = backup_module.create_backup(session.database, Path(file), progress=advance)
    _print_copy(session, file, found.cases, found.events, len(found.faults))


@click.command()
@click.argument("file")
@reading_options
@in_session
def restore(session: Session, *, file: str) -> None:
    """Replace the record with a backup.

    The backup is checked first. The record that it replaces is kept in a file next to it.

    \b
    Example:  casereview restore casereview-2026-11-23.db
    """
    with progress_bar("Checking the backup", None, shown=not session.as_json) as advance:
        former = backup_module.restore_backup(session.database, Path(file), progress=advance)
    if session.as_json:
        session.print_json({"restored": file, "database": session.database.name, "former": former and str(former)})
        return
    session.show(f"{session.database.name} was replaced with {file}.")
    if former is not None:
        session.show(f"The record before that: {former}")


@click.command()
@click.option("--to", "target", metavar="URL", required=True, help="The empty database to copy into.")
@reading_options
@in_session
def copy(session: Session, *, target: str) -> None:
    """Copy the record to another database.

    Copies everything, with all hashes, in one transaction. Then the copy is checked.

    \b
    Example:  casereview copy --to postgresql://sam@db.example.org/casereview
    """
    destination = session.database_at(target)
    try:
        with progress_bar("Copying", None, shown=not session.as_json) as advance:
            found = copy_record(session.database, destination, progress=advance)
        _print_copy(session, destination.name, found.cases, found.events, len(found.faults))
    finally:
        destination.close()


def _advised(check: Check) -> Check:
    """Return a check of the engine with the command that helps if it failed."""
    if check.passed or check.name not in CHECK_REMEDIES:
        return check
    return replace(check, remedy=f"{check.remedy} Use: {CHECK_REMEDIES[check.name]}")


def _transport_checks(session: Session) -> Iterator[Check]:
    """Check that messages can go out: the mail server answers and the office's own templates can be used."""
    try:
        post = transports_of(session.notifications).get(Channel.EMAIL)
        if post is None:
            yield Check(
                name="e-mail", passed=True, found="not set up. To send e-mail, set CASEREVIEW_SMTP or CASEREVIEW_DRAFTS"
            )
        else:
            with post.open():
                yield Check(name="e-mail", passed=True, found=f"{post}")
    except BadValue as error:
        yield _failed_check("e-mail", error)
    except NotDelivered as error:
        remedy = "Messages wait until this works. See docs/operations.md."
        yield Check(name="e-mail", passed=False, found=error.problem, remedy=remedy)
    try:
        problems = tuple(templates_of(session).problems())
    except BadValue as error:
        yield _failed_check("templates", error)
        return
    if problems:
        remedy = "The built-in texts are sent instead. Correct the file in the folder CASEREVIEW_TEMPLATES."
        yield Check(name="templates", passed=False, found="; ".join(problems), remedy=remedy)


def _failed_check(name: str, error: BadValue) -> Check:
    return Check(name=name, passed=False, found=f"{error.name}: {error.found}", remedy=f"Give {error.expected}.")


def _print_copy(session: Session, where: str, cases: int, events: int, faults: int) -> None:
    if session.as_json:
        session.print_json({"copy": where, "cases": cases, "events": events, "faults": faults})
    else:
        session.show(f"{where}: {_summary(cases, events, faults, None)}")
    if faults:
        sys.exit(REFUSED)


def _summary(cases: int, events: int, faults: int, seal: str | None) -> str:
    counted = f"{count_of(cases, 'case')}, {count_of(events, 'event')}"
    if faults:
        sealed = f" No seal was written to {seal}." if seal else ""
        return f"{counted}: {count_of(faults, 'fault')}.{sealed}"
    sealed = f" Seal written to {seal}. Keep it where people who can change the database cannot write." if seal else ""
    return f"{counted}: nothing has changed since it was recorded.{sealed}"
