"""Write a handover document for a person's open work, or for a review."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import click

from ....engine.errors.bad_input import BadValue
from ....engine.forms.names import is_same_name
from ....engine.model.people import Person
from ....engine.ports.records import Selection
from ....reports.pages.handover_page import OpenWork, open_work_page, review_handover_page
from ....reports.pages.page import Page
from ....reports.render.json.page import page_document
from ....workflows.meeting import NAME
from ...completion import cases
from ...options import normalize_reference, reading_options
from ...output import OutputRequest, load_review, output_options, write_page
from ...session import Session, in_session

MAX_TASKS = 1_000
"""The most tasks of one person that are listed."""
HORIZON = timedelta(days=3_660)
"""How far ahead tasks are listed."""


@click.command()
@click.argument("what", metavar="NAME|REF", shell_complete=cases)
@click.option("--with-sensitive", is_flag=True, help="Include a review's notes, which are stored separately.")
@output_options("table", "docx", "html")
@reading_options
@in_session
def handover(session: Session, *, what: str, with_sensitive: bool, **asked: Any) -> None:
    """Write a person's work or a whole review as a document.

    For a person: their tasks, the cases of these tasks, and the meetings that they chair. For a review:
    what is due, its parts, what happened last, and where its documents are. Sensitive values are left
    out unless you ask for them.

    \b
    Example:  casereview handover "Sam Reed" --out handover.docx
              casereview handover SCR-2026-001 --out review.docx
    """
    out, ref = OutputRequest.from_options(session, **asked), normalize_reference(what)
    person = next((one for one in session.engine.people() if is_same_name(one.name, what)), None)
    if person is not None and with_sensitive:
        raise BadValue(name="--with-sensitive", expected="a review's reference with it", found="a person")
    page = _review_page(session, ref, with_sensitive=with_sensitive) if person is None else _work_page(session, person)
    page = replace(page, rehearsal=session.database.is_rehearsal)
    if session.as_json:
        session.print_json(page_document(page))
    else:
        write_page(session, page, out)


def _work_page(session: Session, person: Person) -> Page:
    engine = session.engine
    today = engine.calendar.day_of(session.now)
    tasks = engine.tasks(person.name, until=today + HORIZON, limit=MAX_TASKS)
    roots = dict.fromkeys(task.ref.partition("/")[0] for task in tasks)
    chaired = (
        one
        for state in ("called", "held")
        for one in engine.cases(Selection(workflow=NAME, state=state, limit=MAX_TASKS))
    )
    work = OpenWork(
        person=person,
        absences=tuple(one for one in engine.absences() if is_same_name(one.name, person.name)),
        tasks=tasks,
        cases=tuple(engine.case(root) for root in roots),
        meetings=tuple(one for one in chaired if is_same_name(one.data["call"]["chair"], person.name)),
    )
    return open_work_page(work, engine.workflows, session.palette, today=today)


def _review_page(session: Session, ref: str, *, with_sensitive: bool) -> Page:
    engine = session.engine
    if not ref.isascii() or "-" not in ref:
        expected = "a person who may act, or a review's reference"
        raise BadValue(name="NAME|REF", expected=expected, found=repr(ref[:40]))
    review = load_review(engine, ref, session.now)
    secrets = {one.ref: engine.stored_values(one.ref) for one in review.cases} if with_sensitive else None
    return review_handover_page(review, engine.tree_history(ref), session.palette, secrets=secrets)
