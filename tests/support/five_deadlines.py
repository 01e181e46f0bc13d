"""Define a workflow with five clocks from the opening on, one of them due soon, and its escalation levels.

`worker_program.py` is run by its path, and so imports this module by its plain name.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from casereview.engine import Actor, Engine, Workflow
from casereview.engine.definition.deadline import OWNER, Citation, Deadline, EscalationLevel, OnStep
from casereview.engine.definition.workflow import Role, State, Transition
from casereview.engine.forms.fields import Form, ShortText
from casereview.engine.model.calendar import months, working_days
from casereview.persistence import Database

OPENED_ON = date(2026, 3, 2)
"""A Monday: the first clock is due on the 9th."""

SWEPT_AT = datetime(2026, 3, 18, 12, tzinfo=UTC)
"""After the reminder, the due date and the next level, on the 16th; before the last level, on the 23rd."""

REACHED = ("reminder", "owner", "lead")
LATER = 4
"""The number of a case's five clocks that are not due for months."""


class Asking(Form, frozen=True, kw_only=True):
    """The form for asking an agency."""

    title: ShortText
    agency: ShortText


class Answer(Form, frozen=True, kw_only=True):
    """The form for an agency's answer."""

    text: ShortText


DESK = Role(name="desk", title="desk", records_for_others=True, manages_people=True)
AUTHOR = Role(name="author", title="author", acts_for_organisation=True)
LEAD = Role(name="lead", title="lead", acts_for_organisation=True)
CHAIR = Role(name="chair", title="chair", held_for_release=True)
ME = Actor(name="Desk 1", roles=frozenset({DESK.name}))
HOUSE_RULES = Citation(name="House rules", text="As it has always been done.", local_default=True)


def _deadline(name: str, amount: int) -> Deadline:
    return Deadline(
        name=name,
        title=f"Answer {name}",
        term=working_days(amount) if amount == 5 else months(amount),
        starts=(OnStep(step="ask"),),
        met_by=(OnStep(step="answer"),),
        owner=AUTHOR.name,
        citation=HOUSE_RULES,
    )


FIVE_DEADLINES = Workflow(
    name="chased",
    title="Chased",
    purpose="Asks an agency for five things.",
    version=1,
    prefix="CH",
    roles=(DESK, AUTHOR, LEAD, CHAIR),
    states=(
        State(name="asked", title="asked", meaning="It was asked."),
        State(name="answered", title="answered", meaning="It has answered.", is_end=True),
    ),
    opening=Transition(
        trigger="ask",
        title="Ask",
        sources=(),
        to="asked",
        roles=(DESK.name,),
        form=Asking,
        title_field="title",
        adds_organisations=("agency",),
    ),
    transitions=(
        Transition(
            trigger="answer", title="Answer", sources=("asked",), to="answered", roles=(DESK.name,), form=Answer
        ),
    ),
    deadlines=(_deadline("first", 5), *(_deadline(f"later_{count}", 6 + count) for count in range(LATER))),
    escalation_policy=(
        EscalationLevel(name="reminder", to=OWNER, working_days=-3),
        EscalationLevel(name="owner", to=OWNER, working_days=0),
        EscalationLevel(name="lead", to=LEAD.name, working_days=5, owners_organisation_only=True),
        EscalationLevel(name="chair", to=CHAIR.name, working_days=10),
    ),
)


def engine_at_instant(database: Database, at: datetime) -> Engine:
    """Return an engine with a fixed present."""
    return Engine(database, (FIVE_DEADLINES,), now=lambda: at)


def agency(number: int) -> str:
    return f"Agency {number}"


def add_people(engine: Engine, agencies: int) -> list[str]:
    """Add an author and a lead for each agency, and return their names."""
    names = []
    for number in range(agencies):
        for role in (AUTHOR.name, LEAD.name):
            name = f"{role.title()} {number}"
            engine.add_person(
                name, role=role, organisation=agency(number), email=f"{role}-{number}@example.org", actor=ME
            )
            names.append(name)
    return names


def open_cases_by_agency(database: Database, cases: int, agencies: int) -> dict[str, list[str]]:
    """Open cases, and return their references by agency."""
    engine = engine_at_instant(database, datetime(2026, 3, 2, 12, tzinfo=UTC))
    refs: dict[str, list[str]] = {agency(number): [] for number in range(agencies)}
    for count in range(cases):
        data = {"title": f"Thing {count}", "agency": agency(count % agencies)}
        refs[data["agency"]].append(engine.open("chased", actor=ME, data=data, on=OPENED_ON).ref)
    return refs
