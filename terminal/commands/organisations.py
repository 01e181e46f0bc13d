"""Manage the list of organisations: the name of each, and its other names."""

from __future__ import annotations

import click

from ...engine import NameKind, Organisation
from ...engine.errors.bad_input import BadValue
from ...reports.render.json.organisations import organisation_document
from ...reports.render.terminal.organisations import organisations_table
from .. import completion
from ..name_questions import checked_name
from ..options import reading_options
from ..session import Session, in_session

who_option = click.option(
    "--as", "who", metavar="WHO", shell_complete=completion.people, help="Who records it. Default: this account."
)


@click.command("add")
@click.argument("name")
@click.option("--alias", "aliases", metavar="NAME", multiple=True, help="Another name for it. Repeat it for several.")
@who_option
@reading_options
@in_session
def add(session: Session, *, name: str, aliases: tuple[str, ...], who: str | None) -> None:
    """Add an agency or another organisation, with its other names.

    Whichever of these names is typed from now on, this one is recorded.

    \b
    Example:  casereview organisations add "London Borough of X" --alias LBX
    """
    name, warnings = checked_name(session, name, NameKind.ORGANISATION, listed=False)
    _print(session, session.engine.add_organisation(name, aliases=aliases, actor=session.actor(who)), warnings)


@click.command("change")
@click.argument("name", shell_complete=completion.organisations)
@click.option("--name", "new_name", metavar="NAME", help="Its name from now on. The former one becomes an alias.")
@click.option("--alias", "added", metavar="NAME", multiple=True, help="A further name for it. Repeat it for several.")
@click.option("--no-alias", "removed", metavar="NAME", multiple=True, help="A name to take from it.")
@who_option
@reading_options
@in_session
def change(
    session: Session,
    *,
    name: str,
    new_name: str | None,
    added: tuple[str, ...],
    removed: tuple[str, ...],
    who: str | None,
) -> None:
    """Give an organisation another name, or further ones.

    Cases keep the names that they were recorded with, and are found by each name.

    \b
    Example:  casereview organisations change "London Borough of X" --alias LBX
    """
    if new_name is None and not added and not removed:
        raise BadValue(name="the change", expected="at least one of --name, --alias and --no-alias", found="none")
    warnings: list[str] = []
    if new_name is not None:
        new_name, warnings = checked_name(session, new_name, NameKind.ORGANISATION, listed=False)
    changed = session.engine.change_organisation(
        name, new_name=new_name, add_aliases=added, remove_aliases=removed, actor=session.actor(who)
    )
    _print(session, changed, warnings)


@click.command("remove")
@click.argument("name", shell_complete=completion.organisations)
@who_option
@reading_options
@in_session
def remove(session: Session, *, name: str, who: str | None) -> None:
    """Remove an organisation from the list.

    Cases keep its name.

    \b
    Example:  casereview organisations remove "London Borough of X"
    """
    removed = session.engine.remove_organisation(name, actor=session.actor(who))
    if session.as_json:
        session.print_json(organisation_document(removed))
    else:
        session.show(f"{removed.name} is no longer on the list.")


@click.command("list")
@reading_options
@in_session
def list_all(session: Session) -> None:
    """List the organisations and their other names.

    \b
    Example:  casereview organisations list
    """
    found = session.engine.organisations()
    if session.as_json:
        session.print_json([organisation_document(one) for one in found])
    elif found:
        session.show(organisations_table(found))
    else:
        session.show("No organisation is on the list. To add one: casereview organisations add NAME")


def _print(session: Session, organisation: Organisation, warnings: list[str]) -> None:
    if session.as_json:
        session.print_json({**organisation_document(organisation), "warnings": warnings})
        return
    others = f", also known as {', '.join(organisation.aliases)}" if organisation.aliases else ""
    session.show(f"{organisation.name} is on the list{others}.")
    for warning in warnings:
        session.print_note(f"Warning: {warning}")
