"""Manage people: who may act, who is notified, who is away."""

from __future__ import annotations

import click

from ...engine import Engine, NameKind, Person, check_address
from ...engine.errors.bad_input import BadValue, PersonKnown
from ...reports.render.json.people import absence_document, person_document
from ...reports.render.terminal.people import people_table
from ...reports.values.dates import day
from ...reports.values.people import holding_text
from .. import completion
from ..advice import command_text
from ..input import parse_day
from ..name_questions import checked_name
from ..options import parse_identifier, parse_identifiers, reading_options
from ..session import Session, in_session

who_option = click.option(
    "--as", "who", metavar="WHO", shell_complete=completion.people, help="Who records it. Default: this account."
)

account_option = click.option("--account", help="Their account on the machines of the office, from which they record.")


@click.command("add")
@click.argument("name")
@click.option(
    "--role",
    required=True,
    shell_complete=completion.roles,
    callback=parse_identifiers,
    multiple=True,
    help="Their role. Repeat it for several.",
)
@click.option("--agency", help="The agency in which they have these roles.")
@click.option("--email", help="Their e-mail address for messages.")
@click.option("--notify", metavar="URL", help="An Apprise URL for their messages, instead of e-mail.")
@account_option
@who_option
@click.option(
    "--request-id", metavar="ID", help="A name of your own for this command. Repeating it then records nothing twice."
)
@reading_options
@in_session
def people_add(
    session: Session,
    *,
    name: str,
    role: tuple[str, ...],
    agency: str | None,
    email: str | None,
    notify: str | None,
    account: str | None,
    who: str | None,
    request_id: str | None,
) -> None:
    """Add a person.

    \b
    Example:  casereview people add "Sam Reed" --role review_coordinator
    """
    if notify is not None:
        check_address(notify)
    name, warnings = checked_name(session, name, NameKind.PERSON, listed=False)
    agency, more = _checked_agency(session, agency)
    try:
        person = session.engine.add_person(
            name,
            role=role,
            organisation=agency,
            email=email,
            notify=notify,
            account=account,
            actor=session.actor(who),
            request_id=request_id,
        )
    except PersonKnown as known:
        given = {"--agency": agency, "--email": email, "--notify": notify and "URL", "--account": account}
        options = [word for option, value in given.items() if value for word in (option, value)]
        roles = [word for one in role for word in ("--role", one)]
        known.add_note(f"For the same person: {command_text('people', 'change', known.name, *roles, *options)}")
        raise
    _print_person(session, person, [*warnings, *more])


@click.command("change")
@click.argument("name", shell_complete=completion.people)
@click.option("--name", "new_name", metavar="NAME", help="Their name from now on. The former one still finds them.")
@click.option(
    "--role",
    shell_complete=completion.roles,
    callback=parse_identifiers,
    multiple=True,
    help="Another role, in addition to those they have. Repeat it for several.",
)
@click.option(
    "--agency", help="The agency in which they have this role. Without --role: in which they have all their roles."
)
@click.option("--email", help="Their e-mail address from now on.")
@click.option("--notify", metavar="URL", help="An Apprise URL for their messages, instead of e-mail.")
@account_option
@who_option
@reading_options
@in_session
def people_change(
    session: Session,
    *,
    name: str,
    new_name: str | None,
    role: tuple[str, ...],
    agency: str | None,
    email: str | None,
    notify: str | None,
    account: str | None,
    who: str | None,
) -> None:
    """Give a person another name, role, agency or address.

    What you do not mention stays as it is. A role in another agency is added to those they have.

    \b
    Example:  casereview people change "Sam Reed" --role review_coordinator
              casereview people change "Ana Diaz" --role agency_author \\
                --agency "Agency 2"
    """
    if not role and {new_name, agency, email, notify, account} == {None}:
        expected = "at least one of --name, --role, --agency, --email, --notify and --account"
        raise BadValue(name="the change", expected=expected, found="none")
    if notify is not None:
        check_address(notify)
    agency, warnings = _checked_agency(session, agency)
    person = session.engine.change_person(
        name,
        new_name=new_name,
        role=role,
        organisation=agency,
        email=email,
        notify=notify,
        account=account,
        actor=session.actor(who),
    )
    _print_person(session, person, warnings)


@click.command("remove")
@click.argument("name", shell_complete=completion.people)
@click.option(
    "--role",
    shell_complete=completion.roles,
    callback=parse_identifier,
    help="Only this role. Default: all their roles.",
)
@click.option("--agency", help="Only in this agency. Default: in all.")
@who_option
@reading_options
@in_session
def people_remove(session: Session, *, name: str, role: str | None, agency: str | None, who: str | None) -> None:
    """Remove a person, or one role of a person.

    They get no more messages. What they recorded does not change.

    \b
    Example:  casereview people remove "Sam Reed" --role review_coordinator
    """
    person = session.engine.remove_person(name, role=role, organisation=agency, actor=session.actor(who))
    if session.as_json:
        session.print_json(person_document(person))
    elif person.roles:
        session.show(f"{person.name} may act as {_titles(session.engine, person)}.")
    else:
        session.show(f"{person.name} may no longer act.")


@click.command("list")
@reading_options
@in_session
def people_list(session: Session) -> None:
    """List everyone who may act, and who is away.

    \b
    Example:  casereview people list
    """
    everybody, absences = session.engine.people(), session.engine.absences()
    if session.as_json:
        session.print_json([person_document(person, absences) for person in everybody])
    else:
        titles = {name: role.title for name, role in session.engine.workflows.roles.items()}
        session.show(people_table(everybody, absences, titles))


@click.command("away")
@click.argument("name", shell_complete=completion.people)
@click.option("--from", "from_day", metavar="DATE", required=True, help="The first day.")
@click.option("--to", "to_day", metavar="DATE", required=True, help="The last day.")
@click.option("--deputy", metavar="NAME", shell_complete=completion.people, help="Who gets their messages.")
@who_option
@reading_options
@in_session
def people_away(
    session: Session, *, name: str, from_day: str, to_day: str, deputy: str | None, who: str | None
) -> None:
    """Record that a person is away, and who gets their messages.

    \b
    Example:  casereview people away "Sam Reed" --from 2026-12-21 \\
                --to 2027-01-04 --deputy "Kim Cole"
    """
    absence = session.engine.add_absence(
        name,
        from_day=parse_day(from_day, name="--from"),
        to_day=parse_day(to_day, name="--to"),
        deputy=deputy,
        actor=session.actor(who),
    )
    if session.as_json:
        session.print_json(absence_document(absence))
        return
    effect = f"{absence.deputy} gets their reminders" if absence.deputy else "reminders go to the next person in line"
    session.show(f"{absence.name} is away from {day(absence.from_day)} to {day(absence.to_day)}; {effect}.")


@click.command("back")
@click.argument("name", shell_complete=completion.people)
@click.option(
    "--on", metavar="DATE", help="Their first day back. Default: today. To cancel a later absence, its first day."
)
@who_option
@reading_options
@in_session
def people_back(session: Session, *, name: str, on: str | None, who: str | None) -> None:
    """Record that a person is back. An absence that begins later stays.

    \b
    Example:  casereview people back "Sam Reed"
    """
    day = None if on is None else parse_day(on, name="--on")
    ended = session.engine.end_absences(name, day=day, actor=session.actor(who))
    if session.as_json:
        session.print_json([absence_document(absence) for absence in ended])
    else:
        session.show(f"{ended[0].name} is back.")


def _checked_agency(session: Session, agency: str | None) -> tuple[str | None, list[str]]:
    return (None, []) if agency is None else checked_name(session, agency, NameKind.ORGANISATION)


def _print_person(session: Session, person: Person, warnings: list[str]) -> None:
    if session.as_json:
        session.print_json({**person_document(person), "warnings": warnings})
        return
    session.show(f"{person.name} may act as {_titles(session.engine, person)}.")
    for warning in warnings:
        session.print_note(f"Warning: {warning}")


def _titles(engine: Engine, person: Person) -> str:
    """Return the titles of a person's roles as words: `business manager and agency author of Agency 1`."""
    titles = {name: role.title for name, role in engine.workflows.roles.items()}
    return " and ".join(holding_text(one, titles) for one in person.holdings)
