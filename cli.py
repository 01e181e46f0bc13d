"""The command line: parse, one engine call, print.

The only reader of the environment. Everything but click is imported where it is used, so that
`casereview --help` answers at once.
"""

from __future__ import annotations

import gc
import getpass
import os
import sys

import click

from .demonstration.command import demo
from .terminal.commands import (
    amendments,
    cases,
    deadlines,
    definitions,
    maintenance,
    office,
    overview,
    people,
    queries,
    settings,
    setup,
    suspensions,
    worker,
)
from .terminal.commands.exchange import histories, plan, register
from .terminal.commands.meeting import meetings
from .terminal.commands.messages import delivery
from .terminal.commands.reports import deadlines as deadline_report
from .terminal.commands.reports import handover
from .terminal.environment import DRAFTS, SENDER, SMTP, TEMPLATES, Environment, NotificationSettings
from .terminal.lazy_group import CommandGroup
from .terminal.log import configure_log


def _login() -> str:
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # which of them, Python has changed its mind about
        return ""


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
    context.obj = Environment(
        account=os.environ.get("CASEREVIEW_ACTOR") or _login(),
        now=os.environ.get("CASEREVIEW_NOW"),
        debug=debug,
        configure_log=configure_log,
        notifications=NotificationSettings(
            server=os.environ.get(SMTP, ""),
            sender=os.environ.get(SENDER, ""),
            drafts=os.environ.get(DRAFTS, ""),
            templates=os.environ.get(TEMPLATES, ""),
        ),
        palette_file=os.environ.get("CASEREVIEW_RAG", ""),
    )


# --- setting up ---------------------------------------------------------------------------------------


for own in (setup.init, setup.completion_script, *people.COMMANDS, *settings.COMMANDS):
    cli.add_command(own)


# --- moving cases -------------------------------------------------------------------------------------


for amendment in (
    cases.refer,
    cases.step,
    *office.COMMANDS,
    *meetings.COMMANDS,
    *histories.COMMANDS,
    *register.COMMANDS,
    *plan.COMMANDS,
    *suspensions.COMMANDS,
    *amendments.COMMANDS,
):
    cli.add_command(amendment)


# --- looking ------------------------------------------------------------------------------------------


for chase in (
    queries.list_cases,
    queries.show,
    queries.next_steps,
    queries.history,
    definitions.workflows,
    demo,
    *overview.COMMANDS,
    *deadlines.COMMANDS,
    *delivery.COMMANDS,
    *deadline_report.COMMANDS,
    *handover.COMMANDS,
    *worker.COMMANDS,
):
    cli.add_command(chase)


# --- keeping ------------------------------------------------------------------------------------------

for keeping in maintenance.COMMANDS:
    cli.add_command(keeping)


# --- showing ------------------------------------------------------------------------------------------


GC_THRESHOLD = 50_000
"""How many objects more a program may have before it is looked through for rubbish: more than a command loads."""


def main() -> None:
    """The program's entry."""
    # What a command loads stays until its end. To look through all of it, every few hundred objects and
    # twice more at the end, would cost a fifth of its time.
    gc.set_threshold(GC_THRESHOLD)
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
