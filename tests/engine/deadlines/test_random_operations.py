"""Check the invariants of clocks after random operations in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from casereview.engine import Engine
from casereview.engine.deadlines.arithmetic import recalculate
from casereview.engine.deadlines.overrides import DayKind
from casereview.engine.deadlines.schedule import DeadlineRules
from casereview.engine.errors.base import BadInput
from casereview.engine.errors.refusals import Refused
from casereview.engine.model.calendar import ENGLAND_AND_WALES
from casereview.engine.model.case import Case, Event
from casereview.engine.model.clock import ClockStatus, EventKind, Revision
from casereview.engine.model.commands import Command, NewDate, Resume, Step, Suspend
from casereview.engine.model.evolve import fold
from casereview.engine.ports.records import Selection

from ...support.databases import record_in_memory
from ...support.loan_decisions import correction_of, evening_of
from ...support.loan_workflow import (
    CLAIM,
    DECIDER_BY_STEP,
    ESCALATED_LOAN,
    KEEPER_1,
    LIBRARIAN_1,
    READER_1,
    RECORDS_BY_STEP,
)

START = date(2026, 1, 5)
STEPS = st.sampled_from(
    ("inspect", "approve", "lend", "renew", "report", "give_back", "refuse", "take_up", "name_courier", "pack", "tell")
)
NAMES = st.sampled_from(((), (), ("decide",), ("inspect",), ("report", "whole"), ("pack",)))
DAYS_AGO = st.sampled_from((0, 0, 0, 1, 4, 15))
ADVANCES = st.sampled_from((0, 1, 3, 8, 20, 45, -1))


COUNTED = Revision(
    previous_due=START,
    due=START,
    cause=EventKind.RECALCULATED,
    reasons="x",
    agreed_by=None,
    capacity=None,
    recorded_at=evening_of(START),
)


class RandomClocks(RuleBasedStateMachine):
    """Apply steps, suspend and reschedule clocks, correct their starts, change the calendar, and sweep."""

    def __init__(self) -> None:
        super().__init__()
        self.database = record_in_memory()
        self.at = evening_of(START)
        self.engine = Engine(self.database, (ESCALATED_LOAN, CLAIM), now=lambda: self.at)

    def teardown(self) -> None:
        self.database.close()

    @initialize()
    def begin(self) -> None:
        for role in ("librarian", "keeper", "trustee"):
            self.engine.add_person(role, role=role, email=f"{role}@example.org", actor=LIBRARIAN_1)
        self.ask(date(2026, 2, 2))

    # --- operations -----------------------------------------------------------------------------

    @precondition(lambda self: len(self.refs) < 3)
    @rule(wanted_on=st.none() | st.dates(START, date(2026, 12, 31)))
    def ask(self, wanted_on: date | None) -> None:
        data = {**RECORDS_BY_STEP["ask"], "wanted_on": None if wanted_on is None else wanted_on.isoformat()}
        self.engine.open("loan", actor=READER_1, data=data)

    @rule(days=ADVANCES)
    def wait(self, days: int) -> None:
        """Move the present by a day or many, sometimes backwards."""
        self.at += timedelta(days=days)

    @rule(data=st.data(), trigger=STEPS, days_ago=DAYS_AGO)
    def step(self, data: st.DataObject, trigger: str, days_ago: int) -> None:
        on = self.today - timedelta(days=days_ago)
        actor, record = DECIDER_BY_STEP[trigger], RECORDS_BY_STEP[trigger]
        self.attempt(data, lambda ref: Step(ref=ref, trigger=trigger, actor=actor, data=record, on=on))

    @rule(data=st.data(), deadlines=NAMES, days_ago=DAYS_AGO, proceeding=st.sampled_from(("The audit", "The trial")))
    def suspend(self, data: st.DataObject, deadlines: tuple[str, ...], days_ago: int, proceeding: str) -> None:
        on = self.today - timedelta(days=days_ago)
        self.attempt(
            data,
            lambda ref: Suspend(
                ref=ref, actor=KEEPER_1, proceeding=proceeding, consulted="x", reasons="x", deadlines=deadlines, on=on
            ),
        )

    @rule(data=st.data(), number=st.none() | st.integers(1, 4), days_ago=DAYS_AGO)
    def resume(self, data: st.DataObject, number: int | None, days_ago: int) -> None:
        on = self.today - timedelta(days=days_ago)
        self.attempt(data, lambda ref: Resume(ref=ref, actor=KEEPER_1, reasons="x", suspension=number, on=on))

    @rule(
        data=st.data(),
        name=st.sampled_from(("decide", "whole", "report", "review_suspension")),
        days=st.integers(-5, 60),
    )
    def agree(self, data: st.DataObject, name: str, days: int) -> None:
        to = self.today + timedelta(days=days)
        self.attempt(data, lambda ref: NewDate(ref=ref, deadline=name, to=to, actor=KEEPER_1, reasons="x"))

    @rule(data=st.data(), wanted_on=st.dates(START, date(2026, 12, 31)))
    def correct(self, data: st.DataObject, wanted_on: date) -> None:
        self.attempt(data, lambda ref: correction_of(ref, 1, wanted_on=wanted_on.isoformat()))

    @rule(day=st.dates(START, date(2026, 6, 30)), kind=st.sampled_from((DayKind.CLOSED, DayKind.AS_USUAL)))
    def announce(self, day: date, kind: DayKind) -> None:
        self.engine.set_day(day, kind, reasons="x", actor=LIBRARIAN_1)

    @rule(days_ago=st.sampled_from((0, 0, 2, 30)))
    def sweep(self, days_ago: int) -> None:
        at = self.at - timedelta(days=days_ago)
        assert self.engine.sweep(at=at).failed == ()
        assert self.engine.sweep(at=at).fired == ()
        waiting = [clock for case in self.cases for clock in case.clocks if clock.next_at is not None]
        assert all(clock.next_at > at for clock in waiting if clock.next_at is not None)

    # --- invariants ----------------------------------------------------------------------

    @invariant()
    def every_clock_is_as_its_case_and_its_history_say(self) -> None:
        cases = self.cases
        for case in cases:
            history = self.engine.history(case.ref)
            assert case == fold(history)
            assert_notified_once(history)
            assert_standing_still_as_suspended(case)
            self.assert_counted(case)
        overdue = {(late.ref, late.clock) for late in self.engine.overdue(limit=1000)}
        assert overdue == {(case.ref, clock) for case in cases for clock in case.clocks if clock.is_overdue(self.at)}

    # --- helpers ------------------------------------------------------------------------------------

    @property
    def cases(self) -> tuple[Case, ...]:
        return self.engine.cases(Selection(workflow="loan"))

    @property
    def refs(self) -> list[str]:
        return [case.ref for case in self.cases]

    @property
    def today(self) -> date:
        return ENGLAND_AND_WALES.day_of(self.at)

    def attempt(self, data: st.DataObject, command: Callable[[str], Command]) -> None:
        """Run an operation, which may only succeed or be refused."""
        ref = data.draw(st.sampled_from(self.refs))
        before, case = self.engine.history(ref), self.engine.case(ref)
        asked = command(ref)
        try:
            after = self.engine.record(asked).case
        except (Refused, BadInput):
            assert self.engine.history(ref) == before
            return
        if isinstance(asked, Suspend | Resume):
            for was, now in zip(case.clocks, after.clocks, strict=False):
                assert now.due >= was.due, "a suspension brought a date forward"

    def assert_counted(self, case: Case) -> None:
        """Check that counting the open clocks anew changes nothing, since each new day did."""
        overrides = self.engine.overrides()
        rules = DeadlineRules(
            workflow=ESCALATED_LOAN, calendar=overrides.calendar(self.engine.calendar), overrides=overrides
        )
        for clock in case.clocks:
            if clock.is_open:
                assert recalculate(clock, rules, case.suspensions, COUNTED) == clock


def assert_notified_once(history: tuple[Event, ...]) -> None:
    """Check that each level is reached at most once a run, not early, and never while suspended."""
    levels = [event for event in history if event.kind in (EventKind.ESCALATED, EventKind.SKIPPED)]
    key = Counter((e.data["deadline"], e.data["number"], e.data["run"], e.data["level"]) for e in levels)
    assert set(key.values()) <= {1}
    assert all(event.occurred_at <= event.recorded_at for event in levels)
    recorded = [event.recorded_at for event in history]
    assert recorded == sorted(recorded)


def assert_standing_still_as_suspended(case: Case) -> None:
    """Check that an open clock is suspended exactly while a suspension covers it, unless an end started it."""
    lasting = [one for one in case.suspensions if one.until is None]
    for clock in case.clocks:
        exempt = clock.minimum_period or clock.deadline in {"review_suspension", "tell_reader"}
        if clock.is_open and not exempt:
            assert (clock.suspended_on is not None) is any(one.covers(clock.deadline) for one in lasting), clock
        assert (clock.time_left is None) is (clock.suspended_on is None)
        assert clock.status is not ClockStatus.SUSPENDED or clock.suspended_on is not None
        assert clock.due_at == ENGLAND_AND_WALES.end_of(clock.due)


TestRandomClocks = pytest.mark.long(RandomClocks.TestCase)
TestRandomClocks.settings = settings(max_examples=12, stateful_step_count=25)
