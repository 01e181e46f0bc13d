"""Tests of pending notices, and of those that are out of date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casereview.engine.model.clock import Clock, ClockStatus
from casereview.engine.model.notice import NoticeKind
from casereview.engine.ports.outbox import CASE_ENDED, DONE, MOVED, SUSPENDED, PendingNotice, latest_per_clock

from ...support.changed_copies import replace
from ...support.loan_decisions import clock, open_loan
from ...support.messages import NOON, message_with, notice_with

CLOCK = clock(open_loan().case, "decide")
MISSED = replace(CLOCK, status=ClockStatus.MISSED)
MET = replace(CLOCK, status=ClockStatus.MET, done_on=CLOCK.due, done_by="approve")


@pytest.mark.parametrize("kind", [NoticeKind.REMINDER, NoticeKind.OVERDUE])
@pytest.mark.parametrize(
    ("standing", "moot"),
    [
        (CLOCK, False),
        (MISSED, False),
        (replace(MISSED, run=2), True),
        (replace(CLOCK, suspended_on=CLOCK.anchor), True),
        (MET, True),
        (replace(MET, status=ClockStatus.CANCELLED), True),
        (None, True),
    ],
    ids=["running", "missed", "a new date", "suspended", "met", "cancelled", "gone"],
)
def test_what_is_no_longer_chased_is_no_news(kind: NoticeKind, standing: Clock | None, moot: bool) -> None:
    unbound = PendingNotice(notice=notice_with(kind=kind, run=CLOCK.run), clock=standing, notified=True)
    assert unbound.is_stale is moot


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (CLOCK, None),
        (replace(MISSED, run=2), MOVED),
        (replace(CLOCK, suspended_on=CLOCK.anchor), SUSPENDED),
        (MET, DONE),
        (replace(MET, cancelled_by_end=True), CASE_ENDED),
        (None, CASE_ENDED),
    ],
)
def test_the_reason_says_why_it_is_no_news(standing: Clock | None, reason: str | None) -> None:
    pending = PendingNotice(notice=notice_with(run=CLOCK.run), clock=standing, notified=True)
    assert pending.stale_because == reason


@pytest.mark.parametrize(
    ("standing", "notified", "moot"),
    [(MET, True, False), (MET, False, True), (MISSED, True, True), (None, True, True)],
    ids=["notified", "not notified", "it turned out not to be so", "gone"],
)
def test_that_it_was_done_in_time_is_news_to_those_notified_otherwise(
    standing: Clock | None, notified: bool, moot: bool
) -> None:
    unbound = PendingNotice(notice=notice_with(kind=NoticeKind.MET_IN_TIME), clock=standing, notified=notified)
    assert unbound.is_stale is moot


def test_of_each_clock_the_last_is_notified_the_longest_due_first() -> None:
    reminder = notice_with(id="1", kind=NoticeKind.REMINDER, at=NOON - timedelta(days=9))
    overdue = notice_with(id="2")
    other = notice_with(id="3", deadline="inspect", due=date(2026, 1, 12))
    again = notice_with(id="4", number=2, due=date(2026, 3, 2))
    assert latest_per_clock([again, overdue, reminder, other]) == (other, overdue, again)


def test_tasks_of_one_day_are_ordered_by_reference_then_by_name() -> None:
    one, two, three = (
        notice_with(id="1", ref="LN-2"),
        notice_with(id="2", ref="LN-1", deadline="b"),
        notice_with(id="3", ref="LN-1"),
    )
    assert [found.id for found in latest_per_clock([one, two, replace(three, deadline="a")])] == ["3", "2", "1"]


def test_each_person_is_notified_for_themselves() -> None:
    assert len(latest_per_clock([notice_with(), notice_with(person="Kim")])) == 2


def test_where_a_message_goes_is_not_in_what_a_log_would_show() -> None:
    assert "s3cret" not in repr(message_with(address="json://s3cret@host"))
