"""List cases, and show one."""

from __future__ import annotations

import click

from ...engine.errors.bad_input import BadValue
from ...engine.errors.unknown import UnknownAccount, UnknownPerson
from ...engine.model.case import taken_back
from ...engine.model.clock import EventKind
from ...engine.ports.records import Selection
from ...reports.render.json.cases import case_document, correction_document, event_document, voided_document
from ...reports.render.json.overdue import event_delivery_document
from ...reports.render.json.overview import counts_document
from ...reports.render.json.workflows import available_step_document
from ...reports.render.terminal.case_lists import case_table, counts_table, voided_table
from ...reports.render.terminal.case_view import CaseView
from ...reports.render.terminal.history import history_table
from ...reports.render.terminal.workflows import available_steps_view
from ...reports.values.deliveries import Deliveries
from .. import completion
from ..options import as_of_option, case_argument, parse_identifier, parse_reference, reading_options
from ..session import Session, in_session


@click.command("list")
@click.option(
    "--workflow", shell_complete=completion.workflows, callback=parse_identifier, help="Only cases of this workflow."
)
@click.option("--state", shell_complete=completion.states, callback=parse_identifier, help="Only cases in this state.")
@click.option(
    "--parent",
    metavar="REF",
    shell_complete=completion.cases,
    callback=parse_reference,
    help="Only parts of this case.",
)
@click.option("--overdue", is_flag=True, help="Only cases with something overdue.")
@click.option(
    "--agency", shell_complete=completion.organisations, help="Only cases in which this agency takes part, by any name."
)
@click.option(
    "--after", metavar="REF", callback=parse_reference, help="Only cases after this reference: the next page."
)
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Maximum number of rows.")
@click.option("--counts", is_flag=True, help="Show only how many cases are in each state.")
@click.option("--voided", is_flag=True, help="Only cases that were opened by mistake and taken back.")
@reading_options
@in_session
def list_cases(
    session: Session,
    *,
    counts: bool,
    voided: bool,
    workflow: str | None,
    state: str | None,
    parent: str | None,
    overdue: bool,
    agency: str | None,
    after: str | None,
    limit: int,
) -> None:
    """List cases, in the order of their references.

    Lists reviews, unless you name another workflow, or a review to list its parts.

    \b
    Example:  casereview list --state monitored --overdue
              casereview list --parent SCR-2026-001
              casereview list --workflow action --agency "Agency 1"
              casereview list --counts
    """
    if voided:
        narrowed = any((workflow, state, parent, overdue, agency, counts))
        show_voided(session, narrowed=narrowed, after=after, limit=limit)
        return
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
        session.show("No case matches." if any((workflow, state, parent, overdue, agency, after)) else "No case yet.")
        return
    session.show(case_table(cases, {c.ref: engine.workflows.for_case(c) for c in cases}, now=now))
    if len(cases) == limit:
        session.print_note(f"There may be more. To see them, add --after {cases[-1].ref}")


@click.command()
@case_argument
@as_of_option
@reading_options
@in_session
def show(session: Session, *, ref: str, as_of: str | None) -> None:
    """Show a case in full, with its deadlines and their sources.

    Also shows its stage, and the latest record of each step.

    \b
    Example:  casereview show SCR-2026-001
    """
    engine, at = session.engine, session.parse_as_of(as_of)
    case = engine.case(ref, as_of=at)
    secrets, now = engine.stored_values(ref), at or session.now
    if session.as_json:
        workflow = engine.workflows.for_case(case)
        session.print_json(case_document(case, workflow, now=now, calendar=engine.calendar, secrets=secrets))
    else:
        session.show(CaseView(case, engine.workflows, secrets, now=now, calendar=engine.calendar))


@click.command("next")
@case_argument
@click.option("--as", "who", metavar="WHO", shell_complete=completion.people, help="Show the steps for this person.")
@reading_options
@in_session
def next_steps(session: Session, *, ref: str, who: str | None) -> None:
    """Show which steps are possible now, and what blocks others.

    Shows who decides each step, what it records, which deadline it meets, and who can clear a block.

    \b
    Example:  casereview next SCR-2026-001
    """
    engine, case = session.engine, session.engine.case(ref)
    try:
        actor = session.reader(who)
    except (BadValue, UnknownAccount, UnknownPerson):
        if who is not None:
            raise
        actor = None  # anyone may look; only acting needs a role
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
    """Show what happened to a case, and who decided it.

    Shows when it happened, who recorded it, and when, and for each reminder if it was sent.

    \b
    Example:  casereview history SCR-2026-001
    """
    engine, at = session.engine, session.parse_as_of(as_of)
    events = engine.history(ref, as_of=at)
    deliveries = Deliveries(engine.messages.notice_statuses([ref]), at=at)
    if session.as_json:
        secrets = engine.stored_values(ref)
        gone = taken_back(events)
        workflow = engine.workflows.for_case(events[0])
        session.print_json(
            [
                {
                    **event_document(event, secrets=secrets),
                    **correction_document(workflow, events, event, secrets),
                    "taken_back": event.seq in gone,
                    "delivery": event_delivery_document(deliveries.of_event(ref, event.seq), engine.calendar),
                }
                for event in events
            ]
        )
    else:
        workflow, workflows = engine.workflows.for_case(events[0]), engine.workflows
        is_corrected = any(event.kind is EventKind.CORRECTED for event in events)
        session.show(
            history_table(
                events, workflow, workflows, deliveries=deliveries, calendar=engine.calendar,
                stored_values=engine.stored_values(ref) if is_corrected else {},
            )
        )  # fmt: skip


def show_voided(session: Session, *, narrowed: bool, after: str | None, limit: int) -> None:
    """Print the cases that were opened by mistake: their numbers, and who voided them, when and why.

    Args:
        session: The command's session.
        narrowed: True if another option selects only some cases.
        after: Only cases after this reference.
        limit: Maximum number of cases.

    Raises:
        BadValue: if `narrowed` is True.
    """
    if narrowed:
        raise BadValue(name="--voided", expected="no other selection with it", found="one")
    cases = session.engine.voided_cases(after=after, limit=limit)
    if session.as_json:
        session.print_json([voided_document(case) for case in cases])
        return
    session.show(voided_table(cases, session.engine.workflows) if cases else "No case was voided.")
    if len(cases) == limit:
        session.print_note(f"There may be more. To see them, add --after {cases[-1].ref}")


def show_counts(session: Session, *, narrowed: bool) -> None:
    """Print how many cases are in each state.

    Args:
        session: The command's session.
        narrowed: True if another option selects only some cases.

    Raises:
        BadValue: if it is True.
    """
    if narrowed:
        raise BadValue(name="--counts", expected="no other selection with it, because it counts all cases", found="one")
    workflows, counts = session.engine.workflows, session.engine.state_counts()
    if session.as_json:
        session.print_json(counts_document(counts, workflows))
    else:
        session.show(counts_table(counts, workflows) if counts else "No case yet.")
