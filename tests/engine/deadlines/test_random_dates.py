"""Suspend, resume and agree dates in any order, against a model that counts one day after the other."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casereview.engine.definition.deadline import OnStep
from casereview.engine.definition.workflow import Workflow
from casereview.engine.model.calendar import Term, days, working_days
from casereview.engine.model.case import Case
from casereview.engine.model.clock import Clock, ClockStatus

from ...support.changed_copies import replace
from ...support.loan_decisions import clock, evening_of, move_due_date, open_loan, resume_loan, suspend_loan
from ...support.loan_workflow import ESCALATED_LOAN, REVIEW, deadline
from ...support.published_holidays import ONE_DAY, is_any, is_worked
from ...support.worker_processes import STRESS

START = date(2026, 11, 2)
AGREED_AT_FIRST = date(2027, 2, 1)
LAST = date(2028, 6, 30)
Counts = Callable[[date], bool]


def workflow_of(term: Term) -> Workflow:
    """Return a loan with one deadline: of a term, or on an agreed day if the term is of no days."""
    trigger = OnStep(step="ask") if term.amount else OnStep(step="ask", day_field="wanted_on")
    one = deadline(
        "carry_out", term=term, starts=(trigger,), met_by=(OnStep(step="lend"),), may_reschedule=("librarian", "keeper")
    )
    return replace(ESCALATED_LOAN, deadlines=(one, REVIEW))


WORKFLOWS = {
    "working days": (workflow_of(working_days(20)), is_worked, 20),
    "days": (workflow_of(days(40)), is_any, 40),
    "an agreed day": (workflow_of(days(0)), is_any, (AGREED_AT_FIRST - START).days),
}

MOVES = st.lists(
    st.tuples(st.sampled_from(("suspend", "suspend", "resume", "resume", "agree", "wait")), st.integers(0, 30)),
    max_size=14,
)


@dataclass(kw_only=True)
class Model:
    """A deadline as it is counted by hand.

    Attributes:
        counts: Says which days count.
        left: The days that were left on `since`.
        since: The day of the start, or of the latest agreement.
        periods: The suspensions, each with its first day and the day on which it was lifted.
    """

    counts: Counts
    left: int
    since: date = START
    periods: list[tuple[date, date | None]] = field(default_factory=list)

    @property
    def is_suspended(self) -> bool:
        return any(until is None for _, until in self.periods)

    @property
    def due(self) -> date:
        """Return the last day, counted one day after the other; suspended days do not count."""
        day, left = self.since, self.left
        while left:
            day += ONE_DAY
            left -= self.counts(day) and not self._is_out(day)
        return day

    def agree(self, today: date, to: date) -> None:
        """Begin anew with the days between today and an agreed date."""
        self.since, self.left = today, sum(self.counts(today + ONE_DAY * n) for n in range(1, (to - today).days + 1))
        self.periods = [(since, until) for since, until in self.periods if until is None or until > today]

    def _is_out(self, day: date) -> bool:
        return any(since < day and (until is None or day <= until) for since, until in self.periods)


@dataclass(kw_only=True)
class Walk:
    """One random sequence: the case, the model and the present day."""

    workflow: Workflow
    case: Case
    model: Model
    today: date = START
    numbers: list[int] = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        return clock(self.case, "carry_out")

    def move(self, what: str, number: int) -> bool:
        """Make a move, and return whether the deadline has not passed by then."""
        getattr(self, f"_{what}")(number)
        if self.model.is_suspended:
            assert self.clock.status is ClockStatus.SUSPENDED
            return self.today < LAST
        assert self.clock.suspended_on is None
        assert self.clock.due == self.model.due
        return self.today <= self.clock.due and self.clock.due < LAST

    def _wait(self, number: int) -> None:
        if self.model.is_suspended:
            self.today += timedelta(days=number)
        else:
            self.today = min(self.today + timedelta(days=number), self.clock.due)

    def _suspend(self, number: int) -> None:
        since = max(START, self.today - timedelta(days=number % 12))
        before = self.clock.due
        name = f"No. {len(self.numbers)}"
        decision = suspend_loan(self.case, since, proceeding=name, now=evening_of(self.today), workflow=self.workflow)
        self.case = decision.case
        self.numbers.append(self.case.suspensions[-1].number)
        self.model.periods.append((since, None))
        assert self.clock.due >= before

    def _resume(self, number: int) -> None:
        open_ones = [one for one in self.case.suspensions if one.until is None]
        if not open_ones:
            return
        one = open_ones[number % len(open_ones)]
        until = max(one.since, self.today - timedelta(days=number % 5))
        before = self.clock.due
        self.case = resume_loan(self.case, until, one.number, now=evening_of(self.today), workflow=self.workflow).case
        place = self.model.periods.index((one.since, None))
        self.model.periods[place] = (one.since, until)
        assert self.clock.due >= before

    def _agree(self, number: int) -> None:
        if self.model.is_suspended:
            return
        to = self.today + timedelta(days=1 + 2 * number)
        while not self.model.counts(to):
            to += ONE_DAY
        if to == self.clock.due:
            return
        self.case = move_due_date(self.case, "carry_out", to, now=evening_of(self.today), workflow=self.workflow).case
        self.model.agree(self.today, to)


@pytest.mark.parametrize("kind", WORKFLOWS)
@settings(max_examples=2_000 if os.environ.get(STRESS) else 40, deadline=None)
@given(moves=MOVES)
def test_due_dates_are_those_of_counting_by_hand(kind: str, moves: list[tuple[str, int]]) -> None:
    workflow, counts, left = WORKFLOWS[kind]
    case = open_loan(START, workflow=workflow, wanted_on=AGREED_AT_FIRST.isoformat()).case
    walk = Walk(workflow=workflow, case=case, model=Model(counts=counts, left=left))
    for what, number in moves:
        if not walk.move(what, number):
            break
