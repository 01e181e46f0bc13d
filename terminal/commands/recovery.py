"""Make a manager where no manager can act."""

from __future__ import annotations

import click

from ...engine import account_holder
from ...engine.model.people import Actor
from ...reports.render.json.people import person_document
from ...workflows import FIRST_ROLE
from .. import completion
from ..options import reading_options
from ..session import Session, in_session


@click.command("recover")
@click.argument("name", required=False, shell_complete=completion.people)
@click.option("--reasons", required=True, metavar="TEXT", help="Why, for example that an account is gone.")
@reading_options
@in_session
def people_recover(session: Session, *, name: str | None, reasons: str) -> None:
    """Make this account a manager's, if no manager can act.

    For the day on which the accounts of all managers are gone or were mistyped. It asks for no role:
    who can write to the database could do it in any case. The history says that it was done, and why.
    Default for NAME: the person whose account this is, or the account's own name.

    \b
    Example:  casereview people recover "Sam Reed" --reasons "A new laptop."
    """
    account = session.checked_account
    holder = account_holder(account, session.engine.people())
    name = name or (account if holder is None else holder.name)
    actor = session.at_this_machine(Actor(name=name, roles=(FIRST_ROLE.name,)))
    person = session.engine.recover_manager(name, role=FIRST_ROLE.name, reasons=reasons, actor=actor)
    if session.as_json:
        session.print_json(None if person is None else person_document(person))
    elif person is None:
        manager = name if holder is None else holder.name
        session.show(f"{manager} is {FIRST_ROLE.title} already, at this account ({account}). Nothing was changed.")
    else:
        session.show(f"{person.name} is now {FIRST_ROLE.title}, at this account ({account}).")
