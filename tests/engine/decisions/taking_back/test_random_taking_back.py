"""Random entries that are taken back, with corrections, late entries and sweeps, against a model without them."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

from msgspec.structs import replace as with_fields

from casereview.engine.decisions.context import Decision
from casereview.engine.decisions.taking_back import decide_taking_back, last_entry, undoing
from casereview.engine.errors.refusals import Refused
from casereview.engine.model.clock import EventKind
from casereview.engine.model.take_back import TakeBack

from ....support.loan_decisions import decision_context, evening_of
from ....support.loan_story import LoanStory
from ....support.loan_workflow import LIBRARIAN_1
from ....support.worker_processes import repetitions
from ..corrections.test_random_orders import (
    KEEPING,
    LAST,
    MOVES,
    START,
    UNGUARDED,
    Said,
    apply,
    comparable,
    correct,
    model,
)

SEEDS = repetitions(short=10, long=2_000)


@dataclass(kw_only=True)
class RetractableStory(LoanStory):
    """A story in which each command has an ID of its own, as in a record, so that its events can be taken back."""

    before: dict[str, list[Said]] = field(default_factory=dict)

    def tell(self, decision: Decision) -> Decision:
        command = str(len(self.events))
        events = tuple(replace(event, command_id=command) for event in decision.events)
        return super().tell(with_fields(decision, events=events))

    def remember(self, said: list[Said]) -> None:
        """Note what is known before the next command."""
        self.before[str(len(self.events))] = [replace(one) for one in said]

    def take_back(self, said: list[Said]) -> None:
        """Take back the last entry, and what is known through it."""
        entry = last_entry(self.events)
        assert entry is not None
        if entry.kind is EventKind.OPENED:
            return
        undone = undoing(self.events, entry.command_id)
        assert undone.later == ()
        command = TakeBack(ref=self.case.ref, actor=LIBRARIAN_1, reasons="It belongs to another loan.")
        self.tell(
            decide_taking_back(
                self.workflow, self.case, command, decision_context(evening_of(LAST)), history=self.events,
                taken=undone.taken,
            )
        )  # fmt: skip
        said[:] = self.before[entry.command_id]


def assert_like_the_model(seed: int) -> int:
    """Compare a story with its model, and return the number of entries that were taken back."""
    choice = random.Random(seed)
    story, said = RetractableStory.opened(START, workflow=UNGUARDED), list[Said]()
    for _ in range(choice.randint(4, 20)):
        day = START + timedelta(days=choice.randint(-4, 60))
        story.remember(said)
        match choice.choice(("keep", "keep", "move", "correct", "back", "back", "sweep")):
            case "keep":
                apply(story, said, choice.choice(KEEPING), day, choice)
            case "move":
                moved = [one.trigger for one in said if one.trigger in MOVES]
                if len(moved) < len(MOVES):
                    apply(story, said, MOVES[len(moved)], day, choice)
            case "correct" if said:
                correct(story, choice.choice(said), day, choice)
            case "back":
                story.take_back(said)
            case _:
                story.sweep(evening_of(LAST))
    with suppress(Refused):  # a step recorded late may lie before one that the case's stage then forbids: no model
        expected = model(said, START)
        assert comparable(story.case) == comparable(expected), (seed, said)
    return sum(event.kind is EventKind.TAKEN_BACK for event in story.events)


def test_what_was_taken_back_is_as_if_it_had_never_been_typed() -> None:
    assert sum(assert_like_the_model(seed) for seed in range(SEEDS)) > SEEDS
