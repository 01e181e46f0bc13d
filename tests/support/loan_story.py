"""Tell the story of a loan without a database: decide commands one after another, and keep the events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from casereview.engine.decisions.context import Decision
from casereview.engine.decisions.correction import decide_correction
from casereview.engine.definition.workflow import Workflow
from casereview.engine.forms.digests import StoredValue, digest_of
from casereview.engine.model.case import Case, Event
from casereview.engine.model.clock import Clock, EventKind
from casereview.engine.model.commands import Correct
from casereview.engine.model.evolve import fold

from .loan_decisions import (
    apply_step,
    clock,
    decision_context,
    evening_of,
    move_due_date,
    open_loan,
    resume_loan,
    suspend_loan,
    sweep_case,
)
from .loan_workflow import ASKED_ON, ESCALATED_LOAN, LIBRARIAN_1


@dataclass(kw_only=True)
class LoanStory:
    """A loan with its history. Each method decides a command, by default on the evening of its day.

    Attributes:
        workflow: The workflow.
        events: The events so far.
        values: The sensitive values of the events, by digest.
    """

    workflow: Workflow = ESCALATED_LOAN
    events: list[Event] = field(default_factory=list)
    values: dict[str, StoredValue] = field(default_factory=dict)

    @classmethod
    def opened(cls, on: date = ASKED_ON, *, workflow: Workflow = ESCALATED_LOAN, **data: Any) -> LoanStory:
        """Return the story of a loan that was just opened."""
        story = cls(workflow=workflow)
        story.tell(open_loan(on, workflow=workflow, **data))
        return story

    @property
    def case(self) -> Case:
        """Return the loan as its events fold to."""
        case = fold(self.events)
        assert case is not None
        return case

    def clock(self, name: str, number: int | None = None) -> Clock:
        """Return a clock of the loan."""
        return clock(self.case, name, number)

    def seq(self, trigger: str, kind: EventKind = EventKind.STEP) -> int:
        """Return the number of the latest event of a step."""
        return [event.seq for event in self.events if (event.trigger, event.kind) == (trigger, kind)][-1]

    def tell(self, decision: Decision) -> Decision:
        """Add a decision to the story."""
        self.events += decision.events
        self.values |= {digest_of(value): value for event in decision.events for value in event.stored_values}
        assert self.case == decision.case
        return decision

    def step(self, trigger: str, on: date, *, now: datetime | None = None, **data: Any) -> LoanStory:
        """Apply a step."""
        self.tell(apply_step(self.case, trigger, on, now=now, workflow=self.workflow, history=self.events, **data))
        return self

    def suspend(self, on: date, *deadlines: str, **more: Any) -> LoanStory:
        """Suspend deadlines."""
        self.tell(suspend_loan(self.case, on, *deadlines, workflow=self.workflow, **more))
        return self

    def resume(self, on: date, **more: Any) -> LoanStory:
        """End the suspension."""
        self.tell(resume_loan(self.case, on, workflow=self.workflow, **more))
        return self

    def agree(self, name: str, to: date, on: date) -> LoanStory:
        """Agree a new date."""
        self.tell(move_due_date(self.case, name, to, now=evening_of(on), workflow=self.workflow))
        return self

    def sweep(self, at: datetime) -> LoanStory:
        """Sweep the loan."""
        if (decision := sweep_case(self.case, at, workflow=self.workflow).decision) is not None:
            self.tell(decision)
        return self

    def correct(self, seq: int, *, at: date, data: dict[str, Any] | None = None, **more: Any) -> Decision:
        """Correct an event on the evening of a day, and return the decision."""
        command = Correct(
            ref=self.case.ref, seq=seq, actor=LIBRARIAN_1, wrong="It was mistyped.", reasons="The letter says so.",
            data=data or {}, **more,
        )  # fmt: skip
        return self.tell(
            decide_correction(
                self.workflow, self.case, command, decision_context(evening_of(at)), history=self.events,
                stored_values=self.values,
            )
        )  # fmt: skip
