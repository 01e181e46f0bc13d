"""What a unit has set for itself: its own days, terms and ladders, each from a day on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casereview.engine.deadlines.overrides import CalendarOverride, DayKind, DeadlineOverride, Overrides
from casereview.engine.model.calendar import ENGLAND_AND_WALES, Term, days, working_days

from ...support.library_decisions import evening_of
from ...support.library_workflow import ESCALATED_LOAN

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


# --- days -----------------------------------------------------------------------------------------------


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
def test_the_unit_s_own_days_are_of_its_calendar(day: date, counts_as: DayKind, worked: bool) -> None:
    calendar = Overrides(days=(said(day, counts_as),)).calendar(ENGLAND_AND_WALES)
    assert calendar.is_working_day(day) is worked
    assert calendar.is_working_day(date(2026, 2, 5))


def test_a_unit_that_has_said_nothing_has_the_published_calendar() -> None:
    assert Overrides().calendar(ENGLAND_AND_WALES) is ENGLAND_AND_WALES


# --- terms ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "term"),
    [(date(2026, 2, 1), working_days(5)), (date(2026, 2, 2), working_days(10)), (date(2027, 1, 1), working_days(10))],
    ids=["before", "from its day on", "later"],
)
def test_a_term_of_the_unit_s_own_holds_for_what_starts_from_its_day_on(day: date, term: Term) -> None:
    assert Overrides(deadlines=(OWN,)).term(ESCALATED_LOAN, INSPECT, day) == term


def test_of_two_that_are_in_force_the_later_word_holds() -> None:
    later = replace(OWN, term=days(3), recorded_at=SET_ON + timedelta(days=1))
    assert Overrides(deadlines=(OWN, later)).term(ESCALATED_LOAN, INSPECT, OWN.from_day) == days(3)
    # One that says only when whom to tell leaves the term, and the other way round.
    ladder = replace(OWN, term=None, levels={"owner": 1})
    both = Overrides(deadlines=(OWN, ladder))
    assert both.term(ESCALATED_LOAN, INSPECT, OWN.from_day) == working_days(10)
    assert {rung.name: rung.working_days for rung in both.escalation_policy(ESCALATED_LOAN, INSPECT, OWN.from_day)} == {
        "reminder": -5,
        "owner": 1,
        "branch": 5,
        "keeper": 15,
        "trustee": 20,
    }


@pytest.mark.parametrize("changed", [{"workflow": "claim"}, {"deadline": "decide"}])
def test_what_is_set_for_another_deadline_is_not_for_this_one(changed: dict[str, str]) -> None:
    local = Overrides(deadlines=(replace(OWN, **changed),))  # type: ignore[arg-type]
    assert local.term(ESCALATED_LOAN, INSPECT, OWN.from_day) == working_days(5)
    assert local.escalation_policy(ESCALATED_LOAN, INSPECT, OWN.from_day) == ESCALATED_LOAN.escalation_policy


def test_a_ladder_as_it_was_known_at_an_instant_leaves_out_what_was_set_later() -> None:
    local = Overrides(deadlines=(OWN,))
    assert (
        local.escalation_policy(ESCALATED_LOAN, INSPECT, OWN.from_day, by=SET_ON - timedelta(seconds=1))
        == ESCALATED_LOAN.escalation_policy
    )
    assert local.escalation_policy(ESCALATED_LOAN, INSPECT, OWN.from_day, by=SET_ON) != ESCALATED_LOAN.escalation_policy
