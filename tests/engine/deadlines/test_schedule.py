"""Compute the instants of escalation levels, and the next instant of a clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from casereview.engine.deadlines.overrides import DeadlineOverride, Overrides
from casereview.engine.deadlines.schedule import (
    DeadlineRules,
    level_instant,
    pending_levels,
    with_next_at,
    with_next_at_all,
)
from casereview.engine.definition.deadline import EscalationLevel
from casereview.engine.model.calendar import ENGLAND_AND_WALES, Calendar, days
from casereview.engine.model.clock import Clock, ClockStatus, LevelReached

from ...support.changed_copies import replace
from ...support.loan_decisions import evening_of
from ...support.loan_workflow import ESCALATED_LOAN, ESCALATION_LEVELS, LOAN

RULES = DeadlineRules(workflow=ESCALATED_LOAN, calendar=ENGLAND_AND_WALES)
KNOWN = evening_of(date(2026, 1, 5))
OWN = DeadlineOverride(
    workflow="loan",
    deadline="decide",
    from_day=date(2026, 1, 5),
    term=None,
    levels={"owner": 1, "reminder": -2},
    reasons="The office agreed.",
    recorded_by="Librarian 1",
    recorded_at=KNOWN,
)


def running(due: date, deadline: str = "decide", calendar: Calendar = ENGLAND_AND_WALES, **changed: object) -> Clock:
    """Return a clock that is due on a day."""
    clock = Clock(
        deadline=deadline,
        number=1,
        anchor=date(2026, 1, 5),
        term=days(1),
        due=due,
        due_at=calendar.end_of(due),
        run_started_at=KNOWN,
    )
    return replace(clock, **changed)  # type: ignore[arg-type]


def reached(clock: Clock, rules: DeadlineRules = RULES) -> list[tuple[str, datetime]]:
    return [(one.level.name, one.at) for one in pending_levels(clock, rules)]


def midnight(month: int, day: int, year: int = 2026) -> datetime:
    """Return the instant (UTC) at which a day begins in London."""
    return ENGLAND_AND_WALES.end_of(date(year, month, day) - timedelta(days=1))


@pytest.mark.parametrize(
    ("due", "instants"),
    [
        # Each level's working day: a reminder as that day begins, the others once theirs is over.
        pytest.param(
            date(2026, 2, 5),
            [midnight(1, 29), midnight(2, 6), midnight(2, 13), midnight(2, 20), midnight(3, 6)],
            id="plain weeks",
        ),
        pytest.param(
            date(2026, 2, 7),
            [midnight(2, 2), midnight(2, 8), midnight(2, 14), midnight(2, 21), midnight(3, 7)],
            id="due on a Saturday",
        ),
        pytest.param(
            date(2026, 12, 23),
            [midnight(12, 16), midnight(12, 24), midnight(1, 5, 2027), midnight(1, 12, 2027), midnight(1, 26, 2027)],
            id="over Christmas",
        ),
        pytest.param(
            date(2026, 4, 2),
            [midnight(3, 26), midnight(4, 3), midnight(4, 14), midnight(4, 21), midnight(5, 6)],
            id="over Easter, and the night of 29 March",
        ),
        pytest.param(
            date(2026, 10, 23),
            [midnight(10, 16), midnight(10, 24), midnight(10, 31), midnight(11, 7), midnight(11, 21)],
            id="over the night of 25 October",
        ),
    ],
)
def test_levels_are_reached_at_minus_5_0_5_10_and_20_working_days(due: date, instants: list[datetime]) -> None:
    names = ["reminder", "owner", "branch", "keeper", "trustee"]
    assert reached(running(due)) == list(zip(names, instants, strict=True))


@pytest.mark.parametrize(
    ("due", "at"),
    [
        pytest.param(date(2026, 3, 28), datetime(2026, 3, 29, tzinfo=UTC), id="the last winter's day"),
        pytest.param(date(2026, 3, 29), datetime(2026, 3, 29, 23, tzinfo=UTC), id="the day of 23 hours"),
        pytest.param(date(2026, 10, 24), datetime(2026, 10, 24, 23, tzinfo=UTC), id="the last summer's day"),
        pytest.param(date(2026, 10, 25), datetime(2026, 10, 26, tzinfo=UTC), id="the day of 25 hours"),
    ],
)
def test_a_level_at_the_due_date_is_reached_at_midnight_in_london(due: date, at: datetime) -> None:
    assert (
        level_instant(running(due), EscalationLevel(name="owner", to="owner", working_days=0), ENGLAND_AND_WALES) == at
    )


def test_a_later_bank_holiday_moves_the_levels_too() -> None:
    calendar = ENGLAND_AND_WALES.with_days(added=[date(2026, 2, 6)])
    assert reached(running(date(2026, 2, 5)), DeadlineRules(workflow=ESCALATED_LOAN, calendar=calendar))[2] == (
        "branch",
        midnight(2, 14),
    )


def test_a_level_reached_on_this_run_is_not_pending() -> None:
    levels = (
        LevelReached(level="reminder", at=midnight(1, 29)),
        LevelReached(level="owner", at=midnight(2, 6), skipped=True),
    )
    assert [name for name, _ in reached(running(date(2026, 2, 5), reached=levels))] == ["branch", "keeper", "trustee"]


@pytest.mark.parametrize(
    "changed",
    [
        {"done_on": date(2026, 1, 6), "status": ClockStatus.MET},
        {"suspended_on": date(2026, 1, 6), "status": ClockStatus.SUSPENDED},
        {"minimum_period": True},
    ],
    ids=["done", "standing still", "a time that something has to last"],
)
def test_a_clock_that_is_not_outstanding_has_no_pending_levels(changed: dict[str, object]) -> None:
    assert reached(running(date(2026, 2, 5), **changed)) == []


def test_a_deadline_may_have_a_policy_of_its_own() -> None:
    own = replace(
        ESCALATED_LOAN.deadline("decide"),
        escalation_policy=(EscalationLevel(name="at_once", to="keeper", working_days=1),),
    )
    rules = DeadlineRules(workflow=replace(ESCALATED_LOAN, deadlines=(own,)), calendar=ENGLAND_AND_WALES)
    assert reached(running(date(2026, 2, 5)), rules) == [("at_once", midnight(2, 7))]
    plain = DeadlineRules(workflow=LOAN, calendar=ENGLAND_AND_WALES)
    assert reached(running(date(2026, 2, 5)), plain) == [("owner", midnight(2, 6))]


# --- local levels ---------------------------------------------------------------------------------


def test_local_working_days_apply_to_the_named_levels() -> None:
    rules = DeadlineRules(workflow=ESCALATED_LOAN, calendar=ENGLAND_AND_WALES, overrides=Overrides(deadlines=(OWN,)))
    assert reached(running(date(2026, 2, 5)), rules)[:3] == [
        ("reminder", midnight(2, 3)),
        ("owner", midnight(2, 7)),
        ("branch", midnight(2, 13)),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"from_day": date(2026, 1, 6)},
        {"deadline": "inspect"},
        {"workflow": "claim"},
        {"recorded_at": KNOWN + timedelta(seconds=1)},
    ],
    ids=["from a later day on", "for another deadline", "for another workflow", "set when it ran already"],
)
def test_overrides_for_others_or_later_leave_a_clock_alone(changed: dict[str, object]) -> None:
    local = Overrides(deadlines=(replace(OWN, **changed),))  # type: ignore[arg-type]
    clock = running(date(2026, 2, 5))
    assert reached(
        clock, DeadlineRules(workflow=ESCALATED_LOAN, calendar=ENGLAND_AND_WALES, overrides=local)
    ) == reached(clock)


# --- the next instant -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "at"),
    [
        ({}, midnight(1, 29)),
        ({"reached": (LevelReached(level="reminder", at=midnight(1, 29)),)}, midnight(2, 6)),
        ({"reached": tuple(LevelReached(level=level.name, at=KNOWN) for level in ESCALATION_LEVELS)}, midnight(2, 6)),
        (
            {
                "reached": tuple(LevelReached(level=level.name, at=KNOWN) for level in ESCALATION_LEVELS[:2]),
                "status": ClockStatus.MISSED,
            },
            midnight(2, 13),
        ),
        (
            {
                "reached": tuple(LevelReached(level=level.name, at=KNOWN) for level in ESCALATION_LEVELS),
                "status": ClockStatus.MISSED,
            },
            None,
        ),
        ({"minimum_period": True}, midnight(2, 6)),
        ({"suspended_on": date(2026, 1, 6), "status": ClockStatus.SUSPENDED}, None),
        ({"done_on": date(2026, 1, 6), "status": ClockStatus.MET}, None),
    ],
    ids=[
        "its first level",
        "its next level",
        "its day's end",
        "a level past due",
        "nothing more",
        "the end of a time that something lasts",
        "nothing while it stands still",
        "nothing once it is done",
    ],
)
def test_next_at_is_the_next_level_or_the_expiry(changed: dict[str, object], at: datetime | None) -> None:
    assert with_next_at(running(date(2026, 2, 5), **changed), RULES).next_at == at


def test_unchanged_clocks_keep_their_next_at() -> None:
    same, changed = running(date(2026, 2, 5)), running(date(2026, 2, 5), "inspect")
    assert [clock.next_at for clock in with_next_at_all((same,), (same, changed), RULES)] == [None, midnight(1, 29)]
