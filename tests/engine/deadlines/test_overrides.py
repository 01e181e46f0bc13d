"""Apply local overrides of the calendar, of terms and of escalation levels."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casereview.engine.deadlines.overrides import CalendarOverride, DayKind, DeadlineOverride, Overrides
from casereview.engine.model.calendar import ENGLAND_AND_WALES, Term, days, working_days

from ...support.loan_decisions import evening_of
from ...support.loan_workflow import ESCALATED_LOAN

SET_ON = evening_of(date(2026, 1, 1))
OWN = DeadlineOverride(
    workflow="loan",
    deadline="inspect",
    from_day=date(2026, 2, 2),
    term=working_days(10),
    levels={"keeper": 15},
    reasons="The office agreed.",
    recorded_by="Librarian 1",
    recorded_at=SET_ON,
)
INSPECT = ESCALATED_LOAN.deadline("inspect")


def said(day: date, counts_as: DayKind) -> CalendarOverride:
    return CalendarOverride(day=day, counts_as=counts_as, reasons="x", recorded_by="Librarian 1", recorded_at=SET_ON)


# --- days -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "counts_as", "worked"),
    [
        (date(2026, 2, 4), DayKind.CLOSED, False),
        (date(2026, 2, 4), DayKind.AS_USUAL, True),
        (date(2026, 4, 6), DayKind.WORKED, True),
        (date(2026, 4, 6), DayKind.AS_USUAL, False),
        (date(2026, 2, 7), DayKind.WORKED, False),
    ],
    ids=["a day of its own", "taken back", "a bank holiday that is worked", "no longer", "never a Saturday"],
)
def test_local_days_are_part_of_the_calendar(day: date, counts_as: DayKind, worked: bool) -> None:
    calendar = Overrides(days=(said(day, counts_as),)).calendar(ENGLAND_AND_WALES)
    assert calendar.is_working_day(day) is worked
    assert calendar.is_working_day(date(2026, 2, 5))


def test_without_overrides_the_published_calendar_applies() -> None:
    assert Overrides().calendar(ENGLAND_AND_WALES) is ENGLAND_AND_WALES


# --- terms ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "term"),
    [(date(2026, 2, 1), working_days(5)), (date(2026, 2, 2), working_days(10)), (date(2027, 1, 1), working_days(10))],
    ids=["before", "from its day on", "later"],
)
def test_a_local_term_applies_to_clocks_that_start_from_its_day(day: date, term: Term) -> None:
    assert Overrides(deadlines=(OWN,)).term(ESCALATED_LOAN, INSPECT, day) == term


def test_the_later_of_two_overrides_applies() -> None:
    later = replace(OWN, term=days(3), recorded_at=SET_ON + timedelta(days=1))
    assert Overrides(deadlines=(OWN, later)).term(ESCALATED_LOAN, INSPECT, OWN.from_day) == days(3)
    # An override of the levels alone leaves the term, and the other way round.
    levels_only = replace(OWN, term=None, levels={"owner": 1})
    both = Overrides(deadlines=(OWN, levels_only))
    assert both.term(ESCALATED_LOAN, INSPECT, OWN.from_day) == working_days(10)
    assert {
        level.name: level.working_days for level in both.escalation_policy(ESCALATED_LOAN, INSPECT, OWN.from_day)
    } == {
        "reminder": -5,
        "owner": 1,
        "branch": 5,
        "keeper": 15,
        "trustee": 20,
    }


@pytest.mark.parametrize("changed", [{"workflow": "claim"}, {"deadline": "decide"}])
def test_an_override_applies_only_to_its_own_deadline(changed: dict[str, str]) -> None:
    local = Overrides(deadlines=(replace(OWN, **changed),))  # type: ignore[arg-type]
    assert local.term(ESCALATED_LOAN, INSPECT, OWN.from_day) == working_days(5)
    assert local.escalation_policy(ESCALATED_LOAN, INSPECT, OWN.from_day) == ESCALATED_LOAN.escalation_policy


def test_a_policy_at_an_instant_ignores_later_overrides() -> None:
    local = Overrides(deadlines=(OWN,))
    assert (
        local.escalation_policy(ESCALATED_LOAN, INSPECT, OWN.from_day, by=SET_ON - timedelta(seconds=1))
        == ESCALATED_LOAN.escalation_policy
    )
    assert local.escalation_policy(ESCALATED_LOAN, INSPECT, OWN.from_day, by=SET_ON) != ESCALATED_LOAN.escalation_policy
