"""Due dates against GOV.UK's list of bank holidays, counted day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

import pytest

from casereview.engine.model.calendar import ENGLAND_AND_WALES, Term, days, working_days

from ...support.changed_copies import replace
from ...support.loan_decisions import clock, evening_of, move_due_date, open_loan, resume_loan, suspend_loan
from ...support.loan_workflow import ESCALATED_LOAN, REVIEW
from ...support.published_holidays import FIRST, HOLIDAYS, LAST, ONE_DAY, is_any, is_worked

EVERY_DAY = [FIRST + ONE_DAY * number for number in range((LAST - FIRST).days + 1)]
DAYS_OF_TWO_YEARS = [date(2026, 1, 1) + ONE_DAY * number for number in range(730)]
Counts = Callable[[date], bool]


def counted(start: date, amount: int, counts: Counts, suspended: Iterable[date] = ()) -> date:
    """Return the last day of a term, counted one day after the other; suspended days do not count."""
    out, day = set(suspended), start
    while amount:
        day += ONE_DAY
        amount -= counts(day) and day not in out
    return day


def test_the_calendar_has_the_published_bank_holidays() -> None:
    assert len(HOLIDAYS) == 140
    differs = [day for day in EVERY_DAY if ENGLAND_AND_WALES.is_working_day(day) is not is_worked(day)]
    assert differs == []


@pytest.mark.parametrize("amount", [1, 5, 7, 10, 15, 20])
def test_terms_in_working_days_end_on_the_day_that_counting_gives(amount: int) -> None:
    term = working_days(amount)
    for day in DAYS_OF_TWO_YEARS:
        assert ENGLAND_AND_WALES.after(day, term) == counted(day, amount, is_worked)
        assert ENGLAND_AND_WALES.before(ENGLAND_AND_WALES.after(day, term), term) <= day or not is_worked(day)


def dates_between(since: date, until: date) -> list[date]:
    """Return the days that a suspension takes out: those after its first, up to the day of the resumption."""
    return [since + ONE_DAY * number for number in range(1, (until - since).days + 1)]


@pytest.mark.parametrize(
    ("term", "counts"), [(working_days(15), is_worked), (days(28), is_any)], ids=["working days", "days"]
)
@pytest.mark.parametrize("start", [date(2026, 3, 23), date(2026, 12, 14), date(2027, 4, 26), date(2027, 12, 20)])
def test_suspensions_take_out_the_days_that_counting_leaves_out(term: Term, counts: Counts, start: date) -> None:
    """Suspend over Easter, Christmas and the May holidays, for each number of days, from several days on."""
    workflow = replace(ESCALATED_LOAN, deadlines=(replace(ESCALATED_LOAN.deadline("whole"), term=term), REVIEW))
    case = open_loan(start, workflow=workflow).case
    assert clock(case, "whole").due == counted(start, term.amount, counts)
    for after in (0, 3, 8):
        since = start + timedelta(days=after)
        still = suspend_loan(case, since, workflow=workflow).case
        for pause in (1, 2, 5, 12, 40):
            until = since + timedelta(days=pause)
            found = clock(resume_loan(still, until, workflow=workflow).case, "whole").due
            assert found == counted(start, term.amount, counts, dates_between(since, until)), (since, until)


@pytest.mark.parametrize(
    ("term", "counts"), [(working_days(15), is_worked), (days(28), is_any)], ids=["working days", "days"]
)
@pytest.mark.parametrize("agreed", [date(2026, 12, 23), date(2026, 12, 29), date(2027, 1, 4)])
def test_an_agreed_date_keeps_the_days_that_counting_leaves(term: Term, counts: Counts, agreed: date) -> None:
    """It was agreed on 1 December; each suspension takes out its days from those between it and the date."""
    workflow = replace(ESCALATED_LOAN, deadlines=(replace(ESCALATED_LOAN.deadline("whole"), term=term), REVIEW))
    case = open_loan(date(2026, 11, 30), workflow=workflow).case
    moved = move_due_date(case, "whole", agreed, now=evening_of(date(2026, 12, 1)), workflow=workflow).case
    for number in range(1, 20):
        since = date(2026, 12, 1) + timedelta(days=number)
        left = sum(counts(day) for day in dates_between(since, agreed))
        still = suspend_loan(moved, since, workflow=workflow).case
        for pause in (1, 4, 21):
            until = since + timedelta(days=pause)
            found = clock(resume_loan(still, until, workflow=workflow).case, "whole").due
            assert found == counted(until, left, counts), (since, until)
            assert found >= agreed
