"""Hold a review with all its parts, as it was at one instant. Every report is made from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ...engine.definition.deadline import Deadline
from ...engine.definition.registry import Registry
from ...engine.definition.workflow import Workflow
from ...engine.forms.names import same_name_key
from ...engine.model.calendar import Calendar
from ...engine.model.case import Case
from ...engine.model.clock import Clock
from .deliveries import NO_DELIVERIES, Deliveries
from .review_parts import PendingDecision, ReviewParts


@dataclass(frozen=True, kw_only=True, slots=True)
class OverdueItem:
    """An overdue deadline.

    Attributes:
        case: The case.
        clock: The clock.
        title: The task.
        owner: The agency that has to act, or the title of the role.
        days_overdue: The days since its due day.
    """

    case: Case
    clock: Clock
    title: str
    owner: str
    days_overdue: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """A review with its parts.

    Attributes:
        cases: The review first, then its parts in the order of their references.
        workflows: All workflows.
        at: The instant of the report (UTC).
        calendar: The calendar that days are counted by.
        parts: The rules of its parts.
        pending_decisions: The states in which a part waits for a decision, the most important first.
        deliveries: What became of its notices.
    """

    cases: tuple[Case, ...]
    workflows: Registry
    at: datetime
    calendar: Calendar
    parts: ReviewParts
    pending_decisions: Sequence[PendingDecision]
    deliveries: Deliveries = NO_DELIVERIES

    @property
    def root(self) -> Case:
        """Return the review itself."""
        return self.cases[0]

    @property
    def today(self) -> date:
        """Return the day of the report."""
        return self.calendar.day_of(self.at)

    def cases_of(self, workflow: str) -> tuple[Case, ...]:
        """Return the parts of a kind."""
        return tuple(case for case in self.cases if case.workflow == workflow)

    def workflow(self, case: Case) -> Workflow:
        """Return the workflow of one of its cases."""
        return self.workflows.for_case(case)

    def state_title(self, case: Case, name: str | None = None) -> str:
        """Return the title of a case's state, or of another of its states."""
        return self.workflow(case).state(case.state if name is None else name).title

    def deadline(self, case: Case, clock: Clock) -> Deadline:
        """Return the deadline of a clock."""
        return self.workflow(case).deadline(clock.deadline)

    def owner(self, case: Case, deadline: Deadline) -> str:
        """Return the agency that has to meet a deadline, or the title of the role."""
        owner = self.workflow(case).role(deadline.owner)
        return case.organisations[0] if owner.acts_for_organisation and case.organisations else owner.title

    def overdue_items(self) -> Iterator[OverdueItem]:
        """Yield the overdue deadlines, case by case."""
        for case in self.cases:
            for clock in case.clocks:
                if clock.is_overdue(self.at):
                    deadline = self.deadline(case, clock)
                    yield OverdueItem(
                        case=case,
                        clock=clock,
                        title=deadline.title,
                        owner=self.owner(case, deadline),
                        days_overdue=(self.today - clock.due).days,
                    )

    def agencies(self) -> tuple[str, ...]:
        """Return the agencies that take part in the review or its parts, sorted by name."""
        found: dict[str, str] = {}
        for case in self.cases:
            for agency in case.organisations:
                found.setdefault(same_name_key(agency), agency)
        return tuple(sorted(found.values(), key=natural_sort_key))


def short_ref(ref: str) -> str:
    """Return a part's reference within its review: `A03` for `SCR-2026-001/A03`; a review keeps its own."""
    return ref.rpartition("/")[2]


def natural_sort_key(text: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts `Agency 10` after `Agency 9`, ignoring case and spacing."""
    parts = re.split(r"(\d+)", same_name_key(text))
    # Words and numbers alternate, so a word is never compared with a number.
    return tuple((int(part), "") if number % 2 else (0, part) for number, part in enumerate(parts))
