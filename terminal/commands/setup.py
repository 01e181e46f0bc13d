"""Create a database, and print the shell completion script."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from ...engine import account_holder, checked_person
from ...engine.errors.bad_input import BadValue
from ...engine.model.people import Actor
from ...workflows import FIRST_ROLE
from ..options import reading_options
from ..session import Session, in_session


@click.command()
@click.option("--rehearsal", is_flag=True, help="A database for training. Everything printed says so.")
@reading_options
@in_session
def init(session: Session, *, rehearsal: bool) -> None:
    """Create the database and make this account its manager.

    \b
    Example:  casereview init
    """
    account = session.checked_account
    named = session.checked_actor
    # Check the name first: a database without a manager cannot be used.
    checked_person(name=named or account, roles=(FIRST_ROLE.name,), organisation=None, email=None, account=account)
    created = session.database.create(rehearsal=rehearsal)
    if rehearsal and not session.database.is_rehearsal:
        raise BadValue(name="--rehearsal", expected="a new database", found="one that holds real records")
    holder = account_holder(account, session.engine.people())
    name = named or (account if holder is None else holder.name)
    setting_up = session.at_this_machine(Actor(name=name, roles=(FIRST_ROLE.name,)))
    first = session.engine.add_first_manager(name, role=FIRST_ROLE.name, actor=setting_up)
    if created:
        session.engine.register_definitions()
    if session.as_json:
        where = {"database": session.database.name, "created": created, "rehearsal": session.database.is_rehearsal}
        session.print_json({**where, "account": account, "manager": None if first is None else first.name})
    elif created and first is not None:
        session.show(
            f"Created {session.database.name}. {name} is its {FIRST_ROLE.title}.",
            "Next, add people: casereview people add NAME --role ROLE",
        )
    elif first is not None:
        session.show(f"{session.database.name} had no {FIRST_ROLE.title}. {name} is now its {FIRST_ROLE.title}.")
    else:
        session.show(f"{session.database.name} already exists. Nothing was changed.")


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_script(shell: str) -> None:
    """Print a script that makes the Tab key complete names.

    \b
    Example:  casereview completion bash >> ~/.bashrc
    """
    script = get_completion_class(shell)
    assert script is not None
    click.echo(
        script(click.get_current_context().find_root().command, {}, "casereview", "_CASEREVIEW_COMPLETE").source()
    )
