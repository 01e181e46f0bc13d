"""Reminders that the 85 published reviews would have caused, and their dates.

The reviews are those of the replay; the people are invented. What is shown is read from the clocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rich.table import Table

from ..engine import Engine
from ..engine.model.calendar import Calendar
from ..engine.model.case import Case
from ..reports.render.terminal.styles import new_table
from ..reports.values.dates import day
from ..workflows import SERIOUS_CASE_REVIEW
from .story import TYPIST

PEOPLE = (
    ("Independent Reviewer 1", "lead_reviewer", "reviewer@example.org"),
    ("Chair of the SCR Sub-group", "subgroup_chair", "subgroup@example.org"),
    ("Chair of the Board", "board_chair", "board@example.org"),
    (TYPIST.name, "business_manager", "unit@example.org"),
)
"""Names and addresses as in the examples."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LevelResult:
    """The results of an escalation level over many cases.

    Attributes:
        level: The name of the level.
        title: The level in words.
        working_days: Working days past due at which it is reached; before it, negative.
        notified: The people it notified, by name.
        on: The days on which they were notified, in order, one for each case.
        skipped: The number of cases in which it was skipped.
    """

    level: str
    title: str
    working_days: int
    notified: tuple[str, ...]
    on: tuple[date, ...]
    skipped: int


def add_people(engine: Engine) -> None:
    """Add the people in the roles of the escalation levels."""
    for name, role, email in PEOPLE:
        engine.add_person(name, role=role, actor=TYPIST, email=email)


def level_results(cases: Iterable[Case], deadline: str, calendar: Calendar) -> tuple[LevelResult, ...]:
    """Return what happened at each escalation level of a deadline, from the first to the last."""
    notified = [
        (case.ref, one)
        for case in cases
        for clock in case.clocks
        if clock.deadline == deadline
        for one in clock.reached
    ]
    found = []
    for level in SERIOUS_CASE_REVIEW.policy_for(SERIOUS_CASE_REVIEW.deadline(deadline)):
        mine = [one for _, one in notified if one.level == level.name]
        found.append(
            LevelResult(
                level=level.name,
                title=level.title,
                working_days=level.working_days,
                notified=tuple(sorted({name for one in mine for name in one.recipients})),
                on=tuple(sorted(calendar.day_of(one.at) for one in mine if one.recipients)),
                skipped=sum(one.skipped for one in mine),
            )
        )
    return tuple(found)


def level_table(found: Sequence[LevelResult]) -> Table:
    """Tabulate the levels: when each is reached, whom it notified, about how many reviews, and when."""
    table = new_table(
        ("Level", 14), ("Working days", 12), ("Notified", None), ("Reviews", 7), ("First to last notified", 26)
    )
    for one in found:
        span = f"{day(one.on[0])} to {day(one.on[-1])}" if one.on else "never"
        notified = ", ".join(one.notified) or ("nobody: the owner has no agency" if one.skipped else "nobody")
        past = f"{-one.working_days} before" if one.working_days < 0 else f"{one.working_days} past due"
        table.add_row(one.title, past, notified, str(len(one.on)), span)
    return table
