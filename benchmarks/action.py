"""Define the workflow of all sides: an agency agrees an action, begins it, and has four weeks.

One step of it reads one case, checks a form, a role and a guard, writes one event, starts one clock and brings the
case up to date. Time stands still, so that every side writes the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from casereview.engine import Actor, Engine, ImportHistory, Open
from casereview.engine.definition.deadline import Citation, Deadline, OnExit, OnStep
from casereview.engine.definition.guards import Guard, GuardContext
from casereview.engine.definition.workflow import Role, State, Transition, Workflow
from casereview.engine.forms.fields import Form, ShortText, Text
from casereview.engine.model.calendar import days, months
from casereview.persistence import Database

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ME = Actor(name="Manager 1", roles=frozenset({"manager"}))


class Agreeing(Form, frozen=True, kw_only=True):
    """The action that an agency agrees."""

    title: ShortText
    agency: ShortText


class Beginning(Form, frozen=True, kw_only=True):
    """The person who carries it out, and the first steps."""

    lead: ShortText
    first_step: Text


AGREED: dict[str, Any] = {"title": "Action 1", "agency": "Agency 1"}
BEGUN: dict[str, Any] = {"lead": "Member of staff 1", "first_step": "The training is put out to tender."}


def _led_by_a_person(view: GuardContext) -> Iterator[str]:
    if isinstance(view.record, Beginning) and view.case is not None and view.record.lead in view.case.organisations:
        yield "An agency as a whole leads nothing."


HOUSE = Citation(name="House rules", text="As the partnership agreed.", local_default=True)
LED = Guard(name="led", check=_led_by_a_person, cleared_by="manager", needs_record=True)
# As large as the review that is shipped: 13 states, 22 steps. A machine that is made for each request pays for them.
OPEN_STATES = ("agreed", "under_way", "delayed", "handed_in", "questioned", "sent_back", "under_assurance", "evidenced")
ENDS = ("assured", "superseded", "transferred", "ceased", "withdrawn")
STATES = (*OPEN_STATES, *ENDS)
STEPS: tuple[tuple[str, tuple[str, ...], str | None], ...] = (
    ("begin", ("agreed",), "under_way"),
    ("delay", ("under_way",), "delayed"),
    ("resume_work", ("delayed",), "under_way"),
    ("hand_in", ("under_way",), "handed_in"),
    ("question", ("handed_in",), "questioned"),
    ("answer", ("questioned",), "handed_in"),
    ("send_back", ("handed_in", "under_assurance"), "sent_back"),
    ("hand_in_again", ("sent_back",), "handed_in"),
    ("take_up", ("handed_in",), "under_assurance"),
    ("evidence", ("under_assurance",), "evidenced"),
    ("assure", ("evidenced",), "assured"),
    ("supersede", OPEN_STATES, "superseded"),
    ("transfer", OPEN_STATES, "transferred"),
    ("cease", OPEN_STATES, "ceased"),
    ("withdraw", ("agreed",), "withdrawn"),
    ("reopen", ENDS, "agreed"),
    ("note", STATES, None),
    ("add_milestone", OPEN_STATES, None),
    ("report_progress", OPEN_STATES, None),
    ("change_lead", OPEN_STATES, None),
    ("warn", OPEN_STATES, None),
    ("publish", ENDS, None),
)


def _step(trigger: str, sources: tuple[str, ...], to: str | None) -> Transition:
    title = trigger.replace("_", " ").capitalize()
    return Transition(
        trigger=trigger,
        title=title,
        sources=sources,
        to=to,
        roles=("manager",),
        form=Beginning,
        guards=(LED,) if trigger == "begin" else (),
    )


ACTION = Workflow(
    name="action",
    title="Action",
    purpose="Has an agency do a thing.",
    version=1,
    prefix="AC",
    roles=(Role(name="manager", title="manager", records_for_others=True, manages_people=True),),
    states=tuple(State(name=name, title=name, meaning=f"It is {name}.", is_end=name in ENDS) for name in STATES),
    opening=Transition(
        trigger="agree",
        title="Agree the action",
        sources=(),
        to="agreed",
        roles=("manager",),
        form=Agreeing,
        title_field="title",
        adds_organisations=("agency",),
    ),
    transitions=tuple(_step(*step) for step in STEPS),
    deadlines=(
        Deadline(
            name="review",
            title="Review the action",
            term=months(12),
            starts=(OnStep(step="agree"),),
            met_by=(OnStep(step="assure"),),
            owner="manager",
            citation=HOUSE,
        ),
        Deadline(
            name="complete",
            title="Complete the action",
            term=days(28),
            starts=(OnStep(step="begin"),),
            met_by=(OnExit(state="under_way"),),
            owner="manager",
            citation=HOUSE,
        ),
    ),
)


def engine_over(url: str) -> tuple[Engine, Database]:
    """Return an engine as any program would have it, except for a fixed clock."""
    database = Database(url)
    return Engine(database, (ACTION,), now=lambda: NOW), database


def agreed(engine: Engine, count: int) -> list[str]:
    """Open cases in one transaction, and return their references."""
    history = ImportHistory(opening=Open(workflow="action", actor=ME, data=AGREED, on=DAY))
    return [case.ref for case in engine.import_many([history] * count)]


def begin(engine: Engine, ref: str) -> None:
    """Apply the measured step through the engine's public method."""
    engine.step(ref, "begin", actor=ME, data=BEGUN, on=DAY)
