"""The command line's entry: read the environment, and run the command that is asked for.

This is the only reader of the environment. `terminal/commands/table.py` lists the commands; each is
imported when it is asked for.
"""

from __future__ import annotations

import gc
import os
import sys

import click

from .terminal.commands.table import COMMANDS
from .terminal.environment import DRAFTS, SENDER, SMTP, TEMPLATES, Environment, NotificationSettings
from .terminal.lazy_group import CommandGroup

GC_THRESHOLD = 50_000
"""New objects between two garbage collections: more than a command allocates."""


def _machine_account() -> str:
    """Return the account of this process as the machine knows it, whatever the environment's variables say."""
    try:
        import pwd
    except ImportError:  # Windows, where this asks the system and not a variable
        try:
            return os.getlogin()
        except OSError:
            return ""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _host() -> str:
    """Return the machine's name; empty if it has none."""
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")


@click.group(
    cls=CommandGroup,
    table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--debug", is_flag=True, help="Show tracebacks, and a log on standard error.")
@click.version_option(package_name="casereview")
@click.pass_context
def cli(context: click.Context, debug: bool) -> None:
    """Manage safeguarding case reviews from referral to closure.

    Every step is recorded: who decided, who recorded it, when, and on what evidence. If a rule refuses
    a step, you see the reason. Every deadline shows its date and the rule that it comes from.

    \b
    To begin:   casereview init
                casereview refer child_safeguarding_practice_review
                casereview next CSPR-2026-001
    To learn:   casereview demo
    """
    context.obj = Environment(
        actor=os.environ.get("CASEREVIEW_ACTOR", ""),
        machine_account=_machine_account(),
        host=_host(),
        now=os.environ.get("CASEREVIEW_NOW"),
        debug=debug,
        notifications=NotificationSettings(
            server=os.environ.get(SMTP, ""),
            sender=os.environ.get(SENDER, ""),
            drafts=os.environ.get(DRAFTS, ""),
            templates=os.environ.get(TEMPLATES, ""),
        ),
        palette_file=os.environ.get("CASEREVIEW_RAG", ""),
        file_mode=os.environ.get("CASEREVIEW_FILE_MODE", ""),
    )


def main() -> None:
    """Run the command line, and end the process."""
    # What a command loads stays until its end. Collecting garbage meanwhile costs a fifth of its time.
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
