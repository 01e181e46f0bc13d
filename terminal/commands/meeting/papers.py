"""Print the agenda and the minutes of a meeting."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from ....engine import Case, Engine
from ....engine.errors.bad_input import BadValue
from ....engine.forms.names import same_name_key
from ....engine.model.calendar import working_days
from ....engine.ports.records import Selection
from ....reports.pages.minutes_page import minutes_page
from ....reports.render.json.agenda import agenda_document
from ....reports.render.json.page import page_document
from ....reports.render.terminal.agenda import agenda_table
from ....reports.values.agenda import AgendaInput, AgendaItem, draw_up_agenda, is_for_chair
from ....workflows.meeting import CAPACITIES, day_of
from ....workflows.parts import status
from ....workflows.parts.pending_decisions import PENDING_DECISIONS
from ...options import reading_options
from ...output import OutputRequest, output_options, write_page
from ...session import Session, in_session
from .options import load_meeting, meeting_argument

MAX_ITEMS = 1_000
"""The most items of each kind that are loaded for an agenda."""


@click.command()
@meeting_argument
@reading_options
@in_session
def agenda(session: Session, *, meeting: str) -> None:
    """Show the agenda: what is due and what needs a decision.

    Lists plans and actions received, recommendations that were questioned, the chair's tasks until a
    week after the meeting, suspensions to review, and messages to release. It changes as the record
    changes, so print it before the meeting. To record a decision: casereview meeting decide.

    \b
    Example:  casereview meeting agenda M-2026-001
    """
    of = load_meeting(session, meeting)
    items = _load_agenda(session, of)
    if session.as_json:
        session.print_json(agenda_document(items))
    else:
        session.show(of.title, agenda_table(items))


@click.command()
@meeting_argument
@click.option("--with-sensitive", is_flag=True, help="Include the reasons for conflicts of interest.")
@output_options("table", "docx", "html")
@reading_options
@in_session
def minutes(session: Session, *, meeting: str, with_sensitive: bool, **asked: Any) -> None:
    """Write the minutes: attendance, conflicts of interest, decisions.

    Edit them in Word. When they are final, record them with the step minute.

    \b
    Example:  casereview meeting minutes M-2026-001 --out minutes.docx
              casereview step M-2026-001 minute --document minutes=minutes.docx
    """
    out, engine, of = OutputRequest.from_options(session, **asked), session.engine, load_meeting(session, meeting)
    if "attend" not in of.data:
        raise BadValue(name="MEETING", expected="one with its attendance recorded", found=f"{of.ref} without it")
    page = minutes_page(
        of,
        engine.history(meeting),
        session.palette,
        workflow=engine.workflows.for_case(of),
        step_title=partial(_step_title, engine),
        today=engine.calendar.day_of(session.now),
        secrets=engine.stored_values(meeting) if with_sensitive else None,
        rehearsal=session.database.is_rehearsal,
    )
    if session.as_json:
        session.print_json(page_document(page))
    else:
        write_page(session, page, out)


def _step_title(engine: Engine, ref: str, trigger: str) -> str:
    return engine.workflows.for_case(engine.case(ref)).title_of_step(trigger)


def _load_agenda(session: Session, meeting: Case) -> tuple[AgendaItem, ...]:
    engine, on = session.engine, day_of(meeting)
    capacity = CAPACITIES[meeting.data["call"]["kind"]]

    def standing(workflow: str, state: str) -> tuple[Case, ...]:
        return engine.cases(Selection(workflow=workflow, state=state, limit=MAX_ITEMS))

    chairs = {same_name_key(person.name) for person in engine.people() if capacity in person.roles}
    drawn = AgendaInput(
        capacity=capacity,
        day=on,
        submitted=[
            (pending, standing(pending.workflow, pending.state))
            for pending in PENDING_DECISIONS
            if is_for_chair(pending, capacity)
        ],
        recommendations=standing(status.RECOMMENDATION, status.OPEN_RECOMMENDATION)
        if capacity in status.DECIDING_ROLES
        else (),
        due=engine.deadlines(until=engine.working_calendar().after(on, working_days(5)), limit=MAX_ITEMS),
        notices_on_hold=sum(
            count for person, count in engine.messages.on_hold_counts() if same_name_key(person) in chairs
        ),
    )
    return draw_up_agenda(drawn, engine.workflows, status)
