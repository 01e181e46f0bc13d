"""Hold a review with all its parts, as it was at one instant. Every report is made from it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ...engine.definition.deadline import Deadline
from ...engine.definition.registry import Registry
from ...engine.definition.workflow import Workflow
from ...engine.forms.parsing import normalized
from ...engine.model.calendar import Calendar
from ...engine.model.case import Case
from ...engine.model.clock import Clock, LevelReached
from ...engine.ports.outbox import NoticeState, NoticeStatus
from ...engine.ports.records import DueItem
from .review_parts import PendingDecision, ReviewParts


@dataclass(frozen=True, kw_only=True, slots=True)
class OverdueItem:
    """Something that is overdue.

    Attributes:
        case: Whose deadline it is.
        clock: The clock.
        title: What has to be done.
        owner: Whose task it is: an agency, or the title of a role that is no agency's.
        days_overdue: How many days past its last day.
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
        workflows: What there is to know of them.
        at: The instant at which it is looked at (UTC).
        calendar: The calendar that days are counted by.
        parts: The rules of its parts.
        pending_decisions: The states in which a part waits for a decision, the most important first.
        notice_statuses: What became of the words that its ladders gave; it is needed of those that wait for release.
    """

    cases: tuple[Case, ...]
    workflows: Registry
    at: datetime
    calendar: Calendar
    parts: ReviewParts
    pending_decisions: Sequence[PendingDecision]
    notice_statuses: tuple[NoticeStatus, ...] = ()

    @property
    def root(self) -> Case:
        """The review itself."""
        return self.cases[0]

    @property
    def today(self) -> date:
        """The day on which it is looked at."""
        return self.calendar.day_of(self.at)

    def cases_of(self, workflow: str) -> tuple[Case, ...]:
        """The parts of a kind."""
        return tuple(case for case in self.cases if case.workflow == workflow)

    def workflow(self, case: Case) -> Workflow:
        """The workflow of one of its cases."""
        return self.workflows.for_case(case)

    def state_title(self, case: Case, name: str | None = None) -> str:
        """The title of the state that a case is in, or of another of its states."""
        return self.workflow(case).state(case.state if name is None else name).title

    def deadline(self, case: Case, clock: Clock) -> Deadline:
        """The deadline that a clock is of."""
        return self.workflow(case).deadline(clock.deadline)

    def owner(self, case: Case, deadline: Deadline) -> str:
        """The agency whose task a deadline is, or the title of the role where it is none's."""
        owner = next(role for role in self.workflow(case).roles if role.name == deadline.owner)
        return case.organisations[0] if owner.acts_for_organisation and case.organisations else owner.title

    def awaiting_release(self, case: Case, clock: Clock, level: str) -> tuple[str, ...]:
        """Those for whom the word that a rung gave still waits to be released: they do not know of it yet."""
        at = (case.ref, clock.deadline, clock.number, clock.run, level)
        notices = [word.notice for word in self.notice_statuses if word.state is NoticeState.ON_HOLD]
        return tuple(one.person for one in notices if (one.ref, one.deadline, one.number, one.run, one.level) == at)

    def overdue_items(self) -> Iterator[OverdueItem]:
        """What is overdue, case by case."""
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
        """Every agency that takes part in it or in one of its parts, each in the spelling met first, by name."""
        found: dict[str, str] = {}
        for case in self.cases:
            for agency in case.organisations:
                found.setdefault(normalized(agency), agency)
        return tuple(sorted(found.values(), key=natural_sort_key))


def short_ref(ref: str) -> str:
    """A part's reference within its review: `A03` of `SCR-2026-001/A03`; a review's own stays."""
    return ref.rpartition("/")[2]


def natural_sort_key(text: str) -> tuple[tuple[int, str], ...]:
    """What sorts `Agency 10` behind `Agency 9`, however they are spelt."""
    parts = re.split(r"(\d+)", normalized(text))
    # Words and numbers take turns, so the one is never held against the other.
    return tuple((int(part), "") if number % 2 else (0, part) for number, part in enumerate(parts))


def notice_statuses_of(
    level: LevelReached, item: DueItem, statuses: Sequence[NoticeStatus]
) -> tuple[NoticeStatus, ...]:
    """What became of each word that a rung gave."""
    clock = item.clock
    rung = (item.ref, clock.deadline, clock.number, clock.run, level.level)
    return tuple(
        word
        for word in statuses
        if (word.notice.ref, word.notice.deadline, word.notice.number, word.notice.run, word.notice.level) == rung
    )
