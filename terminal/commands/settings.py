"""Change the office's own settings: its deadlines and its escalation levels."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ...engine.errors.bad_input import BadValue
from ...reports.render.json.local_settings import override_document, term_document
from ...reports.render.terminal.local_settings import terms_table
from ...reports.values.dates import day
from ...reports.values.local_settings import effective_terms
from .. import completion
from ..input import parse_day, parse_term
from ..lazy_group import CommandGroup
from ..options import common_options, list_by_default, parse_identifier, reading_options
from ..session import Session, in_session

MAX_DAYS = 1000

who_option = click.option(
    "--as", "who", metavar="WHO", shell_complete=completion.people, help="Who records it. Default: this account."
)
reasons_option = click.option("--reasons", required=True, metavar="TEXT", help="Why.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


@click.group(cls=CommandGroup, table={}, invoke_without_command=True)
@json_option
@common_options
@click.pass_context
def terms(context: click.Context, /, **typed: object) -> None:
    """Show or change how long deadlines are, and their reminders.

    \b
    Example:  casereview terms
    """
    list_by_default(context, terms_list, typed, workflow=None)


@terms.command("list")
@click.argument("workflow", required=False, shell_complete=completion.workflows, callback=parse_identifier)
@reading_options
@in_session
def terms_list(session: Session, *, workflow: str | None) -> None:
    """List the terms and escalation levels, and your own settings.

    \b
    Example:  casereview terms list serious_case_review
    """
    engine = session.engine
    found = tuple(engine.workflows) if workflow is None else (engine.workflows.latest(workflow),)
    today = engine.calendar.day_of(session.now)
    listed = effective_terms(found, engine.overrides(), today)
    if session.as_json:
        session.print_json([term_document(one) for one in listed])
    else:
        session.show(terms_table(listed))


@terms.command("set")
@click.argument("workflow", shell_complete=completion.workflows, callback=parse_identifier)
@click.argument("deadline", shell_complete=completion.deadlines, callback=parse_identifier)
@click.option("--term", metavar="TERM", help='Like "20 working days", "3 months" or "28 days".')
@click.option(
    "--level",
    "levels",
    multiple=True,
    metavar="NAME=DAYS",
    help="A level, and its working days after the due date (negative: before). Can be repeated.",
)
@click.option(
    "--from", "from_day", metavar="DATE", required=True, help="For deadlines that start on this day or later."
)
@reasons_option
@who_option
@reading_options
@in_session
def terms_set(
    session: Session,
    *,
    workflow: str,
    deadline: str,
    term: str | None,
    levels: tuple[str, ...],
    from_day: str,
    reasons: str,
    who: str | None,
) -> None:
    """Set the office's own term or escalation levels for a deadline.

    A deadline that is already running does not change.

    \b
    Example:  casereview terms set serious_case_review decide \\
                --term "15 working days" --from 2027-01-01 --reasons "As agreed."
    """
    engine = session.engine
    local = engine.set_term(
        workflow,
        deadline,
        term=None if term is None else parse_term(term, name="--term"),
        levels=_parse_levels(levels),
        from_day=parse_day(from_day, name="--from"),
        reasons=reasons,
        actor=session.actor(who),
    )
    if session.as_json:
        session.print_json(override_document(local))
        return
    settings = [str(local.term)] if local.term else []
    definition = session.engine.workflows.latest(workflow)
    titles = {level.name: level.title for level in definition.policy_for(definition.deadline(deadline))}
    settings += [f"{titles[name]} at {days} working days" for name, days in local.levels.items()]
    what = f"{definition.title}, {definition.deadline(deadline).title}"
    session.show(f"{what}: {', '.join(settings)}, if it starts on {day(local.from_day)} or later.")


def _parse_levels(typed: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in typed:
        name, _, days = one.partition("=")
        name = name.strip().lower().replace(" ", "_")
        try:
            found[name] = int(days)
        except ValueError:
            expected = "NAME=DAYS, like owner=0 or reminder=-5"
            raise BadValue(name="--level", expected=expected, found=repr(one[:40])) from None
        if abs(found[name]) > MAX_DAYS:
            raise BadValue(name="--level", expected=f"at most {MAX_DAYS} working days", found=days.strip())
    return found
