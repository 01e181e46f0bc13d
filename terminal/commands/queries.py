"""TODO: describe."""

from __future__ import annotations

import click

from ...engine.errors.bad_input import BadValue
from ...engine.errors.unknown import UnknownPerson
from ...engine.ports.records import Selection
from ...reports.render.json.cases import case_document, event_document
from ...reports.render.json.overview import counts_document
from ...reports.render.json.workflows import available_step_document
from ...reports.render.terminal.case_lists import case_table, counts_table
from ...reports.render.terminal.case_view import CaseView
from ...reports.render.terminal.history import history_table
from ...reports.render.terminal.workflows import available_steps_view
from .. import completion
from ..options import as_of_option, case_argument, parse_identifier, parse_reference, reading_options
from ..session import Session, in_session


@click.command("list")
@click.option(
    "--workflow", shell_complete=completion.workflows, callback=parse_identifier, help="Only of this workflow."
)
@click.option("--state", shell_complete=completion.states, callback=parse_identifier, help="Only in this state.")
@click.option(
    "--parent", metavar="REF", shell_complete=completion.cases, callback=parse_reference, help="Only its parts."
)
@click.option("--overdue", is_flag=True, help="Only with something overdue.")
@click.option("--agency", help="Only those in which this agency takes part.")
@click.option("--after", metavar="REF", callback=parse_reference, help="Only behind this reference: the next page.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="At most so many.")
@click.option("--counts", is_flag=True, help="Instead of the cases, how many are in each state.")
@reading_options
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
        show_counts(session, narrowed=any((workflow, state, parent, overdue, agency, after)))
        return

    engine, now = session.engine, session.now
    selection = Selection(
        workflow=workflow,
        state=state,
        roots_only=workflow is None and parent is None,
        parent=parent,
        organisation=agency,
        after=after,
        limit=limit,
        overdue_at=now if overdue else None,
    )
    cases = engine.cases(selection)
    if session.as_json:
        session.print_json(
            [case_document(c, engine.workflows.for_case(c), now=now, calendar=engine.calendar) for c in cases]
        )
        return
    if not cases:
        session.show(
            "No case is as asked for." if any((workflow, state, parent, overdue, agency, after)) else "No case yet."
        )
        return
    session.show(case_table(cases, {c.ref: engine.workflows.for_case(c) for c in cases}, now=now))
    if len(cases) == limit:
        session.print_note(f"There may be more: repeat it with --after {cases[-1].ref}")


@click.command()
@case_argument
@as_of_option
@reading_options
@in_session
def show(session: Session, *, ref: str, as_of: str | None) -> None:
    """A case in full, its deadlines with their authority.

    Where it stands, and what was recorded last at each step.

    \b
    Example:  casereview show SCR-2026-001
    """
    engine, at = session.engine, session.parse_as_of(as_of)
    case = engine.case(ref, as_of=at)
    workflow, secrets = engine.workflows.for_case(case), engine.stored_values(ref)
    now = at or session.now
    if session.as_json:
        session.print_json(case_document(case, workflow, now=now, calendar=engine.calendar, secrets=secrets))
    else:
        session.show(CaseView(case, workflow, secrets, now=now, calendar=engine.calendar))


@click.command("next")
@case_argument
@click.option("--as", "who", metavar="WHO", shell_complete=completion.people, help="Who asks.")
@reading_options
@in_session
def next_steps(session: Session, *, ref: str, who: str | None) -> None:
    """The steps possible now, and what blocks them.

    By whom each is decided, what it records, which deadline it meets, who can clear a block.

    \b
    Example:  casereview next SCR-2026-001
    """
    engine, case = session.engine, session.engine.case(ref)
    try:
        actor = session.actor(who)
    except (BadValue, UnknownPerson):
        if who is not None:
            raise
        actor = None  # looking is free; only acting takes a role
    steps = engine.available_steps(ref, actor)
    if session.as_json:
        session.print_json([available_step_document(step) for step in steps])
        return
    session.show(
        available_steps_view(engine.workflows.for_case(case), case, steps, now=session.now, calendar=engine.calendar)
    )


@click.command()
@case_argument
@as_of_option
@reading_options
@in_session
def history(session: Session, *, ref: str, as_of: str | None) -> None:
    """What happened to a case, on whose decision.

    When it happened, and who recorded it when.

    \b
    Example:  casereview history SCR-2026-001
    """
    events = session.engine.history(ref, as_of=session.parse_as_of(as_of))
    if session.as_json:
        secrets = session.engine.stored_values(ref)
        session.print_json([event_document(event, secrets=secrets) for event in events])
    else:
        workflow = session.engine.workflows.version(events[0].workflow, events[0].workflow_version)
        session.show(history_table(events, workflow, calendar=session.engine.calendar))


def show_counts(session: Session, *, narrowed: bool) -> None:
    """Prints the counts.

    Args:
        session: The command's session.
        narrowed: Whether an option stood there that names some of the cases.

    Raises:
        BadValue: where one did.
    """
    if narrowed:
        raise BadValue(name="--counts", expected="it alone: it counts all cases", found="a selection beside it")
    workflows, counts = session.engine.workflows, session.engine.state_counts()
    if session.as_json:
        session.print_json(counts_document(counts, workflows))
    else:
        session.show(counts_table(counts, workflows) if counts else "No case yet.")
