"""The command line: parse, one engine call, print.

The only reader of the environment. Everything but click is imported where it is used, so that
`casereview --help` answers at once.
"""

from __future__ import annotations

import gc
import getpass
import os
import sys
from typing import Any

import click

from .terminal import (
    amending,
    bringing_in,
    chasing,
    completion,
    handing_over,
    importing,
    listing,
    local,
    mailing,
    many,
    meetings,
    overview,
    people,
    planning,
    post,
    reporting,
    stopping,
    upkeep,
    week,
    working,
)
from .terminal.failures import Commands
from .terminal.options import (
    as_of_option,
    case_argument,
    everywhere,
    identifier,
    reading,
    recording,
    reference,
    trigger_argument,
)
from .terminal.recording import filled_in, print_recorded, record, remark_on, take, who_and_when
from .terminal.session import Session, Surroundings, in_session


def _login() -> str:
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # which of them, Python has changed its mind about
        return ""


def configure_log(*, debug: bool) -> None:
    import logging

    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if debug else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--debug", is_flag=True, help="Show tracebacks, and a log on standard error.")
@click.version_option(package_name="casereview")
@click.pass_context
def cli(context: click.Context, debug: bool) -> None:
    """Carry a safeguarding case review from referral to closure.

    Every step is kept: who decided, who recorded it, when, on what evidence. Rules say no with their
    reasons; deadlines say by when, and where that comes from.

    \b
    To begin:   casereview init
                casereview refer child_safeguarding_practice_review
                casereview next CSPR-2026-001
    To learn:   casereview demo
    """
    context.obj = Surroundings(
        account=os.environ.get("CASEREVIEW_ACTOR") or _login(),
        present=os.environ.get("CASEREVIEW_NOW"),
        debug=debug,
        configure_log=configure_log,
        outgoing=post.Outgoing(
            server=os.environ.get(post.SMTP, ""),
            sender=os.environ.get(post.SENDER, ""),
            drafts=os.environ.get(post.DRAFTS, ""),
            templates=os.environ.get(post.TEMPLATES, ""),
        ),
        rag=os.environ.get("CASEREVIEW_RAG", ""),
    )


# --- setting up ---------------------------------------------------------------------------------------


@cli.command()
@click.option("--rehearsal", is_flag=True, help="For training and tests: everything printed says so.")
@reading
@in_session
def init(session: Session, *, rehearsal: bool) -> None:
    """Create the database; this account manages it.

    \b
    Example:  casereview init
    """
    from .engine.errors.bad_input import BadValue
    from .engine.model.people import Actor
    from .engine.service.people import checked_person
    from .workflows import FIRST_ROLE

    account = session.account_name
    # Looked at before anything is made: a database without its manager would be of no use.
    checked_person(name=account, role=FIRST_ROLE.name, agency=None, email=None)
    created = session.database.create(rehearsal=rehearsal)
    if rehearsal and not session.database.is_rehearsal:
        raise BadValue(name="--rehearsal", expected="a new database", found="one that holds real records")
    unmanaged = not session.engine.people()
    if unmanaged:
        setting_up = Actor(name=account, roles=frozenset({FIRST_ROLE.name}))
        session.engine.add_person(account, role=FIRST_ROLE.name, actor=setting_up)
    if session.as_json:
        where = {"database": session.database.name, "created": created, "rehearsal": session.database.is_rehearsal}
        session.document({**where, "account": account})
    elif created:
        session.show(
            f"Created {session.database.name}. {account} is its {FIRST_ROLE.title}.",
            "Next: casereview refer child_safeguarding_practice_review, or casereview people add.",
        )
    elif unmanaged:
        session.show(f"{session.database.name} had nobody who may act. {account} is its {FIRST_ROLE.title} now.")
    else:
        session.show(f"{session.database.name} is there already. Nothing was changed.")


for own in (*people.COMMANDS, *local.COMMANDS):
    cli.add_command(own)


# --- moving cases -------------------------------------------------------------------------------------


@cli.command()
@click.argument("workflow", shell_complete=completion.workflows, callback=identifier)
@click.option(
    "--parent", metavar="REF", shell_complete=completion.cases, callback=reference, help="The case it is part of."
)
@recording
@in_session
def refer(session: Session, *, workflow: str, parent: str | None, dry_run: bool, **options: Any) -> None:
    """Open a case, and print its reference.

    \b
    Example:  casereview refer serious_case_review --file 01-refer.json
              casereview refer partnership_review     (asks for what it needs)
              casereview refer action --parent SCR-2026-001
    """
    from .engine.model.commands import Open

    definition = session.engine.workflows.latest(workflow)
    bare = Open(workflow=workflow, parent=parent, **who_and_when(session, options))
    command = filled_in(session, bare, definition.opening, None, **options)
    recorded = record(session, command, dry_run=dry_run)
    if session.as_json:
        print_recorded(session, recorded, dry_run=dry_run)
        return
    session.mark_rehearsal()
    if dry_run and not recorded.repeated:
        session.remark(f"It would be opened as {recorded.case.ref}; nothing was changed.")
    else:
        # Alone on standard output, so that a script can keep it: ref=$(casereview refer …)
        click.echo(recorded.case.ref)
    remark_on(session, recorded, dry_run=dry_run)


@cli.command()
@case_argument
@trigger_argument
@click.option("--if-version", type=int, metavar="N", help="Only if the case is still at this version.")
@click.option(
    "--where",
    multiple=True,
    metavar="NAME=VALUE",
    help="Over all parts of the case (of ALL cases) of which it holds: workflow, state, agency, overdue=yes.",
)
@click.option("--yes", is_flag=True, help="With --where: do not ask.")
@recording
@in_session
def step(
    session: Session,
    *,
    ref: str,
    trigger: str,
    if_version: int | None,
    where: tuple[str, ...],
    yes: bool,
    dry_run: bool,
    **options: Any,
) -> None:
    """Take a step.

    At a terminal it asks for what is missing. What a step needs: casereview next REF.
    With --where it is taken over many cases at once: all of them are recorded, or none.

    \b
    Example:  casereview step SCR-2026-001 screen --file 04-screen.json
              casereview step SCR-2026-001 note --set text="Minutes filed."
              casereview step SCR-2026-001 note --where workflow=action
    """
    if where:
        if if_version is not None:
            raise click.UsageError("--if-version goes with one case, not with --where.")
        many.step_over(session, ref=ref, trigger=trigger, where=where, dry_run=dry_run, yes=yes, **options)
        return
    take(session, ref, trigger, if_version=if_version, dry_run=dry_run, **options)


for amendment in (
    *week.COMMANDS,
    *meetings.COMMANDS,
    *importing.COMMANDS,
    *bringing_in.COMMANDS,
    *planning.COMMANDS,
    *stopping.COMMANDS,
    *amending.COMMANDS,
):
    cli.add_command(amendment)


# --- looking ------------------------------------------------------------------------------------------


@cli.command("list")
@click.option("--workflow", shell_complete=completion.workflows, callback=identifier, help="Only of this workflow.")
@click.option("--state", shell_complete=completion.states, callback=identifier, help="Only in this state.")
@click.option("--parent", metavar="REF", shell_complete=completion.cases, callback=reference, help="Only its parts.")
@click.option("--overdue", is_flag=True, help="Only with something overdue.")
@click.option("--agency", help="Only those in which this agency takes part.")
@click.option("--after", metavar="REF", callback=reference, help="Only behind this reference: the next page.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="At most so many.")
@click.option("--counts", is_flag=True, help="Instead of the cases, how many are in each state.")
@reading
@in_session
def list_cases(
    session: Session,
    *,
    counts: bool,
    workflow: str | None,
    state: str | None,
    parent: str | None,
    overdue: bool,
    agency: str | None,
    after: str | None,
    limit: int,
) -> None:
    """The cases, in the order of their references.

    Reviews, unless a workflow is named or a review whose parts are meant.

    \b
    Example:  casereview list --state monitored --overdue
              casereview list --parent SCR-2026-001
              casereview list --workflow action --agency "Agency 1"
              casereview list --counts
    """
    if counts:
        listing.show_counts(session, narrowed=any((workflow, state, parent, overdue, agency, after)))
        return
    from .engine.ports.records import Selection
    from .reports import tables
    from .reports.documents import case_document

    engine, now = session.engine, session.now
    selection = Selection(
        workflow=workflow,
        state=state,
        alone=workflow is None and parent is None,
        parent=parent,
        agency=agency,
        after=after,
        limit=limit,
        overdue_at=now if overdue else None,
    )
    cases = engine.cases(selection)
    if session.as_json:
        session.document([case_document(c, engine.workflows.of(c), now=now, calendar=engine.calendar) for c in cases])
        return
    if not cases:
        session.show(
            "No case is as asked for." if any((workflow, state, parent, overdue, agency, after)) else "No case yet."
        )
        return
    session.show(tables.case_table(cases, {c.ref: engine.workflows.of(c) for c in cases}, now=now))
    if len(cases) == limit:
        session.remark(f"There may be more: repeat it with --after {cases[-1].ref}")


@cli.command()
@case_argument
@as_of_option
@reading
@in_session
def show(session: Session, *, ref: str, as_of: str | None) -> None:
    """A case in full, its deadlines with their authority.

    Where it stands, and what was recorded last at each step.

    \b
    Example:  casereview show SCR-2026-001
    """
    from .reports import tables
    from .reports.documents import case_document

    engine, at = session.engine, session.instant(as_of)
    case = engine.case(ref, as_of=at)
    workflow, secrets = engine.workflows.of(case), engine.sensitive(ref)
    now = at or session.now
    if session.as_json:
        session.document(case_document(case, workflow, now=now, calendar=engine.calendar, secrets=secrets))
    else:
        session.show(tables.CaseView(case, workflow, secrets, now=now, calendar=engine.calendar))


@cli.command("next")
@case_argument
@click.option("--as", "who", metavar="WHO", shell_complete=completion.people, help="Who asks.")
@reading
@in_session
def next_steps(session: Session, *, ref: str, who: str | None) -> None:
    """The steps possible now, and what blocks them.

    By whom each is decided, what it records, which deadline it meets, who can clear a block.

    \b
    Example:  casereview next SCR-2026-001
    """
    from .engine.errors.bad_input import BadValue
    from .engine.errors.unknown import UnknownPerson
    from .reports import tables
    from .reports.documents import possible_document

    engine, case = session.engine, session.engine.case(ref)
    try:
        actor = session.actor(who)
    except (BadValue, UnknownPerson):
        if who is not None:
            raise
        actor = None  # looking is free; only acting takes a role
    steps = engine.available(ref, actor)
    if session.as_json:
        session.document([possible_document(step) for step in steps])
        return
    session.show(
        tables.possible_view(engine.workflows.of(case), case, steps, now=session.now, calendar=engine.calendar)
    )


@cli.command()
@case_argument
@as_of_option
@reading
@in_session
def history(session: Session, *, ref: str, as_of: str | None) -> None:
    """What happened to a case, on whose decision.

    When it happened, and who recorded it when.

    \b
    Example:  casereview history SCR-2026-001
    """
    from .reports import tables
    from .reports.documents import event_document

    events = session.engine.history(ref, as_of=session.instant(as_of))
    if session.as_json:
        secrets = session.engine.sensitive(ref)
        session.document([event_document(event, secrets=secrets) for event in events])
    else:
        workflow = session.engine.workflows.version(events[0].workflow, events[0].workflow_version)
        session.show(tables.history_table(events, workflow, calendar=session.engine.calendar))


for chase in (
    *overview.COMMANDS,
    *chasing.COMMANDS,
    *mailing.COMMANDS,
    *reporting.COMMANDS,
    *handing_over.COMMANDS,
    *working.COMMANDS,
):
    cli.add_command(chase)


@cli.command()
@click.argument("name", required=False, shell_complete=completion.workflows, callback=identifier)
@click.option("--diagram", type=click.Choice(["mermaid", "svg"]), help="Draw it instead.")
@click.option("--check", is_flag=True, help="Prove that the definitions can work.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the page of the handbook.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@everywhere
@in_session
def workflows(session: Session, *, name: str | None, diagram: str | None, check: bool, as_markdown: bool) -> None:
    """The definitions: states, steps, deadlines, roles.

    \b
    Example:  casereview workflows serious_case_review
              casereview workflows serious_case_review --diagram svg > scr.svg
    """
    from .engine.errors.bad_input import BadValue
    from .reports.definitions import answer
    from .workflows import WORKFLOWS

    if session.as_json and (diagram is not None or as_markdown):
        raise BadValue(name="--json", expected="it without --diagram and --markdown", found="one of them")
    printed = answer(
        WORKFLOWS, name=name, diagram=diagram, check=check, as_markdown=as_markdown, as_json=session.as_json
    )
    click.echo(printed.encode() if session.as_json else printed, nl=False)  # JSON is UTF-8 everywhere


# --- keeping ------------------------------------------------------------------------------------------

for keeping in upkeep.COMMANDS:
    cli.add_command(keeping)


# --- showing ------------------------------------------------------------------------------------------


@cli.command()
@everywhere
@in_session
def demo(session: Session) -> None:
    """Play the whole thing on invented cases.

    Then the published record of 85 reviews is replayed at its durations.

    \b
    Example:  casereview demo
    """
    from .demonstration import play

    play(session.console())


@cli.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_script(shell: str) -> None:
    """Print what makes Tab complete names and references.

    \b
    Example:  casereview completion bash >> ~/.bashrc
    """
    from click.shell_completion import get_completion_class

    script = get_completion_class(shell)
    assert script is not None
    click.echo(script(cli, {}, "casereview", "_CASEREVIEW_COMPLETE").source())


LOADED = 50_000
"""How many objects more a program may have before it is looked through for rubbish: more than a command loads."""


def main() -> None:
    """The program's entry."""
    # What a command loads stays until its end. To look through all of it, every few hundred objects and
    # twice more at the end, would cost a fifth of its time.
    gc.set_threshold(LOADED)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character is no reason to fail.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        cli(prog_name="casereview")
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
