"""Steps that keep the state are recorded in any order of their days; the case is as if they had been in order."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest

from casereview.engine.decisions.backdating import no_other_record
from casereview.engine.definition.deadline import OnStep
from casereview.engine.errors.bad_input import BadDate
from casereview.engine.errors.refusals import Refused
from casereview.engine.model.calendar import days
from casereview.engine.model.case import Case
from casereview.engine.model.clock import Clock, ClockStatus, EventKind

from ....support.loan_decisions import apply_step, evening_of, open_loan
from ....support.loan_story import LoanStory
from ....support.loan_workflow import (
    ALL_STATES,
    DEADLINES,
    TRANSITIONS,
    Naming,
    Refusal,
    Report,
    deadline,
    loan,
    step_to,
)

MONDAY = date(2026, 1, 5)
JANUARY = [date(2025, 12, 31) + timedelta(days=number) for number in range(32)]
AT = date(2026, 1, 30)

LETTERS = loan(
    transitions=(
        *TRANSITIONS,
        step_to("write", ALL_STATES, None, Report),
        step_to("answer", ALL_STATES, None, Report),
        step_to("join", ALL_STATES, None, Naming, adds_organisations=("courier",)),
        step_to("leave", ALL_STATES, None, Naming, removes_organisations=("courier",)),
    ),
    deadlines=(
        *DEADLINES,
        deadline("answer", term=days(7), starts=(OnStep(step="write"),), met_by=(OnStep(step="answer"),)),
    ),
)
"""A loan with letters to be answered within a week, and couriers who join and leave."""


def opened(on: date = JANUARY[5]) -> LoanStory:
    return LoanStory.opened(on, workflow=LETTERS)


def facts(case: Case) -> dict[str, Any]:
    """Return what does not depend on when it was recorded."""
    return {
        "state": case.state,
        "title": case.title,
        "days": (case.opened_on, case.closed_on, case.last_step_on),
        "organisations": case.organisations,
        "records": case.data,
        "clocks": sorted((clock_facts(clock) for clock in case.clocks), key=str),
    }


def clock_facts(clock: Clock) -> tuple[Any, ...]:
    open_late = clock.is_open and clock.status is ClockStatus.MISSED
    status = ClockStatus.RUNNING if open_late else clock.status
    return clock.deadline, clock.number, clock.anchor, clock.due, status, clock.done_on, clock.done_by


STEPS: tuple[tuple[str, date, dict[str, Any]], ...] = (
    ("write", JANUARY[7], {"visitors": 1}),
    ("answer", JANUARY[13], {"visitors": 2}),
    ("write", JANUARY[15], {"visitors": 3}),
    ("join", JANUARY[8], {"courier": "Courier 1"}),
    ("rename", JANUARY[9], {"title": "A map", "library": "Library 1"}),
)


def test_the_order_of_typing_does_not_matter() -> None:
    for chosen in permutations(STEPS, 3):
        story, expected = opened(), opened()
        for trigger, on, data in chosen:
            story.step(trigger, on, now=evening_of(AT), **data)
        for trigger, on, data in sorted(chosen, key=lambda step: step[1]):
            expected.step(trigger, on, now=evening_of(AT), **data)
        assert facts(story.case) == facts(expected.case), chosen


def test_an_earlier_letter_that_is_recorded_later_leaves_the_latest_one() -> None:
    story = opened().step("rename", JANUARY[15], title="second").step("rename", JANUARY[7], title="first")
    assert (story.case.title, story.case.data["rename"]["title"], story.case.last_step_on) == (
        "second",
        "second",
        JANUARY[15],
    )


def test_a_letter_in_time_meets_the_deadline_after_a_later_one_was_typed() -> None:
    story = opened().step("write", JANUARY[6]).step("answer", JANUARY[20])
    assert story.clock("answer").status is ClockStatus.MISSED
    story.step("answer", JANUARY[12], now=evening_of(JANUARY[21]))
    assert (story.clock("answer").status, story.clock("answer").done_on) == (ClockStatus.MET, JANUARY[12])


def test_a_fact_older_than_the_opening_is_recorded() -> None:
    story = opened(JANUARY[12])
    for trigger, on in (("tell", JANUARY[2]), ("write", JANUARY[6])):
        story.step(trigger, on, now=evening_of(JANUARY[12]))
    assert (story.case.opened_on, story.case.last_step_on) == (JANUARY[12], JANUARY[12])
    assert (story.clock("answer").anchor, story.clock("answer").due) == (JANUARY[6], JANUARY[13])


def test_a_deadline_is_met_by_what_was_done_before_the_opening() -> None:
    story = opened(JANUARY[12]).step("inspect", JANUARY[2], now=evening_of(JANUARY[12]))
    assert (story.clock("inspect").status, story.clock("inspect").done_on) == (ClockStatus.MET, JANUARY[2])


def test_a_step_of_a_stage_that_is_over_is_recorded_for_a_day_of_it() -> None:
    story = opened().step("inspect", JANUARY[6]).step("approve", JANUARY[8]).step("lend", JANUARY[9])
    story.step("give_back", JANUARY[20])
    with pytest.raises(Refused, match="possible only at the stage"):
        story.step("report", JANUARY[21])
    assert story.step("report", JANUARY[15], now=evening_of(JANUARY[21])).case.state == "returned"
    assert story.step("report", JANUARY[20], now=evening_of(JANUARY[21])).case.state == "returned"
    with pytest.raises(Refused, match="possible only at the stage"):
        story.step("report", JANUARY[8], now=evening_of(JANUARY[21]))


def test_a_step_that_moves_the_case_may_lie_before_a_letter() -> None:
    story = opened().step("write", JANUARY[15]).step("refuse", JANUARY[8], now=evening_of(JANUARY[16]))
    assert (story.case.state, story.case.closed_on, story.case.last_step_on) == ("refused", JANUARY[8], JANUARY[15])
    # The letter was written after the end, and is to be answered all the same.
    assert story.clock("answer").status is ClockStatus.RUNNING


def test_a_step_that_moves_the_case_may_not_lie_before_another() -> None:
    story = opened().step("inspect", JANUARY[7]).step("approve", JANUARY[8]).step("write", JANUARY[15])
    with pytest.raises(BadDate, match="8 January 2026, the day of the previous step, or later"):
        story.step("lend", JANUARY[7], now=evening_of(JANUARY[16]))


def test_an_organisation_that_left_before_is_gone_whenever_that_is_typed() -> None:
    story = opened().step("write", JANUARY[20]).step("leave", JANUARY[6], courier="Library 1")
    assert story.case.organisations == ()


def test_a_deadline_that_expired_meanwhile_is_recorded_before_the_step() -> None:
    story = opened().step("write", JANUARY[6]).step("tell", JANUARY[7], now=evening_of(JANUARY[7]))
    story.step("rename", JANUARY[6], now=evening_of(AT))
    assert [(str(event.kind), event.trigger) for event in story.events[-3:]] == [
        ("deadline_expired", "inspect"),
        ("deadline_expired", "answer"),
        ("step", "rename"),
    ]


def test_without_a_history_no_step_lies_before_another() -> None:
    case = apply_step(open_loan(JANUARY[5], workflow=LETTERS).case, "write", JANUARY[9], workflow=LETTERS).case
    with pytest.raises(BadDate, match="9 January 2026, the day of the previous step, or later"):
        apply_step(case, "tell", JANUARY[8], now=evening_of(AT), workflow=LETTERS)


def test_a_step_recorded_by_a_fast_clock_does_not_stand_in_the_way() -> None:
    story = opened().step("inspect", JANUARY[6]).step("refuse", date(2031, 3, 2))
    with pytest.raises(BadDate, match="5 January 2026, the day of the opening, or later"):
        story.step("take_up", JANUARY[2], now=evening_of(JANUARY[9]))
    case = story.step("take_up", JANUARY[8], now=evening_of(JANUARY[9])).case
    assert (case.state, case.last_step_on) == ("asked", JANUARY[8])
    # What was in the wrong order before is no reason to refuse a correction.
    assert story.correct(1, at=JANUARY[12], data={"library": "Library 2"}).case.organisations == ("Library 2",)


def test_without_a_history_a_stage_that_is_over_is_not_looked_for() -> None:
    case = apply_step(open_loan(JANUARY[5], workflow=LETTERS).case, "refuse", JANUARY[9], workflow=LETTERS).case
    with pytest.raises(Refused, match="possible only at the stage"):
        apply_step(case, "inspect", JANUARY[9], workflow=LETTERS)


def test_a_late_entry_never_needs_the_record_of_another_event() -> None:
    with pytest.raises(AssertionError, match=r"no record of event 3\.0 counts"):
        no_other_record(3, 0)


def test_a_changed_due_date_has_no_reasons_of_the_step_that_changed_it() -> None:
    explained = step_to("write", ALL_STATES, None, Refusal)
    steps = tuple(explained if step.trigger == "write" else step for step in LETTERS.transitions)
    story = LoanStory.opened(JANUARY[5], workflow=loan(transitions=steps, deadlines=LETTERS.deadlines))
    story.step("write", JANUARY[15], reasons="A reminder.").step(
        "write", JANUARY[7], now=evening_of(JANUARY[16]), reasons="Asked for."
    )
    (revision,) = story.clock("answer", 1).revisions
    assert (revision.cause, revision.previous_due, revision.due, revision.reasons) == (
        EventKind.STEP,
        JANUARY[22],
        JANUARY[14],
        "",
    )
