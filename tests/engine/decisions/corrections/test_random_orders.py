"""Random steps, corrections of days and fields, suspensions and sweeps against a model: the same, typed in order.

The model is a case in which every step was typed on the right day, with the right values, in the order of their days.
Add a rule for each other way in which the past of a case changes.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from casereview.engine.errors.base import BadInput
from casereview.engine.errors.refusals import Refused
from casereview.engine.model.case import Case
from casereview.engine.model.clock import ClockStatus

from ....support.loan_decisions import evening_of
from ....support.loan_story import LoanStory
from ....support.loan_workflow import loan
from .test_any_order import LETTERS, facts

SEQUENCES = 2000 if os.environ.get("CASEREVIEW_STRESS") else 20
START = date(2026, 1, 5)
LAST = date(2026, 3, 31)
UNGUARDED = loan(
    transitions=tuple(replace(step, guards=(), warnings=()) for step in LETTERS.transitions),
    deadlines=LETTERS.deadlines,
)
"""Guards are not asked again, so the model has none: the inspection may have come after the approval."""

KEEPING = ("write", "answer", "rename", "inspect", "join", "leave")
MOVES = ("approve", "lend", "give_back")
VALUES: dict[str, list[dict[str, Any]]] = {
    "write": [{"visitors": 1}, {"visitors": 2}],
    "answer": [{"visitors": 3}, {"visitors": 4}],
    "rename": [{"title": "A map", "library": "Library 1"}, {"title": "A chart", "library": "Library 1"}],
    "inspect": [{"condition": "good"}, {"condition": "poor"}],
    "join": [{"courier": "Courier 1"}, {"courier": "Courier 2"}],
    "leave": [{"courier": "Courier 1"}, {"courier": "Library 1"}],
    "approve": [{"fee": 5}, {"fee": 6}],
    "lend": [{"kind": "home"}, {"kind": "display"}],
    "give_back": [{"condition": "good"}, {"condition": "poor"}],
}


@dataclass
class Said:
    """A step as it is known now: its number in the story, its day and its values."""

    seq: int
    trigger: str
    on: date
    data: dict[str, Any]


def tell(choice: random.Random) -> tuple[LoanStory, list[Said], date]:
    """Return a story of random operations, and the steps as they are known at its end."""
    story, said, opened = LoanStory.opened(START, workflow=UNGUARDED), [], START
    for _ in range(choice.randint(2, 16)):
        day = START + timedelta(days=choice.randint(-4, 60))
        match choice.choice(("keep", "keep", "keep", "move", "correct", "correct", "sweep")):
            case "keep":
                trigger = choice.choice(KEEPING)
                apply(story, said, trigger, day, choice)
            case "move":
                moved = [one.trigger for one in said if one.trigger in MOVES]
                if len(moved) < len(MOVES):
                    apply(story, said, MOVES[len(moved)], day, choice)
            case "correct" if said:
                correct(story, choice.choice(said), day, choice)
            case "correct":
                story.correct(1, at=LAST, data={"library": "Library 2"})
                story.correct(1, at=LAST, data={"library": "Library 1"})
            case _:
                story.sweep(evening_of(LAST))
    return story, said, opened


def apply(story: LoanStory, said: list[Said], trigger: str, day: date, choice: random.Random) -> None:
    data = choice.choice(VALUES[trigger])
    try:
        story.step(trigger, day, now=evening_of(LAST), **data)
    except (BadInput, Refused):
        return
    said.append(Said(seq=story.events[-1].seq, trigger=trigger, on=day, data=data))


def correct(story: LoanStory, one: Said, day: date, choice: random.Random) -> None:
    data = choice.choice([{}, *VALUES[one.trigger]])
    on = choice.choice([None, day])
    try:
        story.correct(one.seq, at=LAST, data=data, on=on)
    except (BadInput, Refused):
        return
    one.data, one.on = data or one.data, on or one.on


def model(said: list[Said], opened: date) -> Case:
    """Return the case in which everything was typed right, in the order of the days."""
    story = LoanStory.opened(opened, workflow=UNGUARDED)
    # What is older than the opening was recorded after it.
    for one in sorted(said, key=lambda one: (max(one.on, opened), one.on, one.seq)):
        story.step(one.trigger, one.on, now=evening_of(LAST), **one.data)
    return story.case


def comparable(case: Case) -> dict[str, Any]:
    """Return the facts, without clocks that never started as it is known now, and without their numbers."""
    found = facts(case)
    found["clocks"] = sorted(
        str((clock.deadline, clock.anchor, clock.due, status_of(clock), clock.done_on, clock.done_by))
        for clock in case.clocks
        if clock.done_by != "correct"
    )
    return found


def status_of(clock: Any) -> str:
    return "open" if clock.is_open and clock.suspended_on is None else str(ClockStatus(clock.status))


def assert_like_the_model(seed: int) -> None:
    story, said, opened = tell(random.Random(seed))
    assert comparable(story.case) == comparable(model(said, opened)), (seed, said)


def test_corrections_and_late_entries_are_like_typing_it_right() -> None:
    for seed in range(SEQUENCES):
        assert_like_the_model(seed)
