"""The days of a register are those of the events as they are known, in whatever order they were typed."""

from __future__ import annotations

from datetime import date

from casereview.exchange.register.current_register import days_by_case

from ...support.loan_decisions import evening_of
from ...support.loan_story import LoanStory

LATE = evening_of(date(2026, 1, 20))


def test_the_day_of_a_step_is_its_latest_in_any_order() -> None:
    story = LoanStory.opened(date(2026, 1, 5))
    story.step("inspect", date(2026, 1, 15)).step("inspect", date(2026, 1, 8), now=LATE)
    assert days_by_case(story.events)[story.case.ref].by_step["inspect"] == date(2026, 1, 15)
