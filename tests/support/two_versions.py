"""A record with cases of two versions of each shipped workflow, and programs that know one version or both.

The earlier version has a state, steps and a deadline that the later one lacks, and every case of it is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated

from msgspec import Meta

from casereview.engine import Engine
from casereview.engine.definition.deadline import Citation, Deadline, OnEnter, OnExit
from casereview.engine.definition.workflow import State, Transition, Workflow
from casereview.engine.forms.fields import Form, Text
from casereview.engine.model.calendar import days
from casereview.engine.model.case import Case
from casereview.engine.model.commands import Step
from casereview.engine.model.people import DecidedBy
from casereview.persistence import Database
from casereview.workflows import WORKFLOWS

from .movable_time import MovableTime
from .review_in_database import ReviewInDatabase
from .review_stories import MANAGER
from .step_records import MEETING_RECORDS

SET_ASIDE = "set_aside"
BEGIN, END = datetime(2018, 1, 8, 9, tzinfo=UTC), datetime(2018, 6, 1, 9, tzinfo=UTC)


class SettingAside(Form, frozen=True, kw_only=True):
    """It is set aside."""

    reasons: Annotated[Text, Meta(title="Reasons")]


def earlier(workflow: Workflow) -> Workflow:
    """Return a version in which a case can be set aside for three days."""
    everywhere = tuple(state.name for state in workflow.states if not state.is_end)
    role = workflow.roles[0].name
    return replace(
        workflow,
        states=(*workflow.states, State(name=SET_ASIDE, title="set aside", meaning="It waits.")),
        transitions=(*workflow.transitions, _step("put_aside", everywhere, SET_ASIDE, role), _back(workflow, role)),
        deadlines=(
            *workflow.deadlines,
            Deadline(
                name="take_up",
                title="Take it up again",
                term=days(3),
                starts=(OnEnter(state=SET_ASIDE),),
                met_by=(OnExit(state=SET_ASIDE),),
                owner=role,
                citation=Citation(name="The office", text="Three days.", local_default=True),
            ),
        ),
    )


def _back(workflow: Workflow, role: str) -> Transition:
    return _step("take_up_again", (SET_ASIDE,), workflow.initial, role)


def _step(trigger: str, sources: tuple[str, ...], to: str, role: str) -> Transition:
    title = trigger.replace("_", " ").capitalize()
    return Transition(trigger=trigger, title=title, sources=sources, to=to, roles=(role,), form=SettingAside)


EARLIER = tuple(earlier(workflow) for workflow in WORKFLOWS)
LATER = tuple(replace(workflow, version=2) for workflow in WORKFLOWS)
PROGRAMS: Mapping[str, tuple[Workflow, ...]] = {
    "both versions": (*EARLIER, *LATER),
    "only the later version": LATER,
    "only the earlier version": EARLIER,
}


def record_two_versions(database: Database) -> tuple[Case, ...]:
    """Record a review, its parts and a meeting by each version, set aside those of the earlier one; return all."""
    present = MovableTime(BEGIN)
    Engine(database, EARLIER, now=present).add_first_manager("Sam Reed", role="business_manager", actor=MANAGER)
    found: list[Case] = []
    for workflows in (EARLIER, (*EARLIER, *LATER)):
        engine = Engine(database, workflows, now=present)
        review = ReviewInDatabase(engine, on=date(2018, 1, 8)).planned()
        review.step("P01", "submit")
        meeting = engine.open(
            "meeting",
            actor=MANAGER,
            decided_by=DecidedBy(name="Somebody 1", capacity="business_manager"),
            data={**MEETING_RECORDS["call"], "held_on": "2018-01-08"},
        )
        engine.record(
            Step(
                ref=meeting.ref,
                trigger="attend",
                actor=MANAGER,
                decided_by=DecidedBy(name="Somebody 1", capacity="business_manager"),
                data=MEETING_RECORDS["attend"],
            )
        )
        cases = (*engine.tree(review.ref), meeting)
        if workflows is EARLIER:
            for case in cases:
                _set_aside(engine, case)
        found += cases
    present.at = END
    Engine(database, PROGRAMS["both versions"], now=present).sweep()
    return tuple(found)


def _set_aside(engine: Engine, case: Case) -> None:
    role = engine.workflows.for_case(case).roles[0].name
    engine.record(
        Step(
            ref=case.ref,
            trigger="put_aside",
            actor=MANAGER,
            decided_by=DecidedBy(name="Somebody 1", capacity=role),
            data={"reasons": "A second look."},
            on=date(2018, 1, 8),
        )
    )
