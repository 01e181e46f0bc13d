"""Imports that are completed bit by bit, in any order, against a model: the same, imported whole."""

from __future__ import annotations

import random
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from typing import Any

from casereview.engine.decisions.completing import decide_completion
from casereview.engine.errors.bad_input import BadValue
from casereview.engine.forms.digests import with_stored_values
from casereview.engine.model.case import Case
from casereview.engine.model.imports import CompleteImport, SnapshotStep

from ...support.imported_loans import NOW, import_loan
from ...support.loan_decisions import decision_context
from ...support.loan_story import LoanStory
from ...support.loan_workflow import ESCALATED_LOAN, LIBRARIAN_1
from ...support.worker_processes import repetitions

SEEDS = repetitions(short=15, long=2_000)

OPENING = {"title": "A globe", "library": "Library 1", "reader": "Reader 2", "wanted_on": "2024-03-04"}
STEPS: dict[str, dict[str, Any]] = {
    "inspect": {"condition": "good"},
    "approve": {"fee": 10},
    "lend": {"kind": "display", "partner": "Library 2"},
    "report": {"visitors": 3},
    "tell": {"text": "Told by letter."},
}


def known(
    choice: random.Random, days: dict[str, date], chance: float
) -> tuple[tuple[SnapshotStep, ...], dict[str, Any]]:
    """Return a random part of what is to be known: steps with some of their fields, and fields of the opening."""

    def some(record: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in record.items() if choice.random() < chance}

    steps = tuple(
        SnapshotStep(trigger=name, on=on, data=some(STEPS[name]))
        for name, on in days.items()
        if choice.random() < chance
    )
    return steps, some(OPENING)


def complete(story: LoanStory, steps: Iterable[SnapshotStep], data: dict[str, Any]) -> None:
    command = CompleteImport(ref=story.case.ref, actor=LIBRARIAN_1, source="row 7", steps=tuple(steps), data=data)
    # There may be nothing new. Any other refusal would leave the case other than the model.
    with suppress(BadValue):
        story.tell(
            decide_completion(
                ESCALATED_LOAN, story.case, command, decision_context(NOW), history=story.events,
                stored_values=story.values,
            )
        )  # fmt: skip


def facts(case: Case, story: LoanStory) -> dict[str, Any]:
    clocks = {
        (one.deadline, one.number, one.anchor, one.due, one.is_open, one.done_on)
        for one in case.clocks
        if one.done_by != "import"
    }
    return {
        "state": (case.state, case.been_in, case.closed_on, case.opened_on, case.last_step_on),
        "names": (case.title, case.organisations),
        "data": with_stored_values(case.data, story.values),
        "clocks": clocks,
    }


def assert_like_the_model(seed: int) -> None:
    choice = random.Random(seed)
    numbers = sorted(choice.sample(range(8, 31), 5))
    days = dict(zip(STEPS, (date(2024, 1, number) for number in numbers), strict=True))
    whole = LoanStory(workflow=ESCALATED_LOAN)
    steps = tuple(SnapshotStep(trigger=name, on=on, data=STEPS[name]) for name, on in days.items())
    whole.tell(import_loan("lent", *steps, data=OPENING, workflow=ESCALATED_LOAN))
    story = LoanStory(workflow=ESCALATED_LOAN)
    # The day of the present state is known from the start, as a register has it.
    first, data = known(choice, days, 0.4)
    lent = SnapshotStep(trigger="lend", on=days["lend"])
    first = first if any(one.trigger == "lend" for one in first) else (*first, lent)
    story.tell(import_loan("lent", *first, data={"title": "A globe", **data}, workflow=ESCALATED_LOAN))
    for _ in range(choice.randint(0, 4)):
        complete(story, *known(choice, days, 0.4))
    complete(story, steps, OPENING)
    assert facts(story.case, story) == facts(whole.case, whole), seed


def test_a_case_completed_bit_by_bit_is_like_one_imported_whole() -> None:
    for seed in range(SEEDS):
        assert_like_the_model(seed)
