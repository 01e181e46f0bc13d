"""Tests of the versions of calendar entries: each visible change is one, and neither number nor time goes back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from casereview.engine.model.calendar import ENGLAND_AND_WALES, days
from casereview.engine.model.case import Effects, Event
from casereview.engine.model.clock import Clock, EventKind, Revision
from casereview.reports.values.calendar_entries import EntryRevision, deadline_revision

from ...support.changed_copies import replace
from ...support.loan_decisions import open_loan

DUE, LATER = date(2026, 2, 5), date(2026, 3, 2)
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)
OPENING = open_loan().events[0]
CLOCK = Clock(
    deadline="decide", number=1, anchor=AT.date(), term=days(31), due=DUE, due_at=ENGLAND_AND_WALES.end_of(DUE)
)


def moved(clock: Clock, to: date) -> Clock:
    revision = Revision(
        previous_due=clock.due, due=to, cause=EventKind.NEW_DATE, reasons="x", agreed_by=None, capacity=None,
        recorded_at=AT,
    )  # fmt: skip
    revisions = (*clock.revisions, revision)
    return replace(clock, due=to, due_at=ENGLAND_AND_WALES.end_of(to), revisions=revisions)


def history(*clocks: Clock) -> list[Event]:
    """Return events, a day apart, each of which leaves the clock so."""
    return [
        replace(OPENING, seq=number, recorded_at=AT + (number - 1) * DAY, effects=Effects(clocks=(clock,)))
        for number, clock in enumerate(clocks, start=1)
    ]


def revision(*clocks: Clock, at: datetime = AT + 9 * DAY) -> EntryRevision:
    return deadline_revision(history(*clocks), clocks[-1], at)


def test_a_reminder_is_no_change() -> None:
    reminded = replace(CLOCK, next_at=AT)
    assert revision(CLOCK, reminded) == EntryRevision(sequence=0, changed_at=AT)


def test_another_day_is_a_change_on_the_day_of_its_recording() -> None:
    assert revision(CLOCK, moved(CLOCK, LATER)) == EntryRevision(sequence=1, changed_at=AT + DAY)


def test_what_is_back_after_a_suspension_has_changed_even_on_its_day() -> None:
    suspended = replace(CLOCK, suspended_on=AT.date())
    assert revision(CLOCK, suspended, CLOCK) == EntryRevision(sequence=1, changed_at=AT + 2 * DAY)


def test_that_it_has_become_overdue_is_a_change_that_stays_counted() -> None:
    over = CLOCK.due_at + DAY
    assert revision(CLOCK, at=over) == EntryRevision(sequence=1, changed_at=CLOCK.due_at)
    late = [CLOCK, moved(CLOCK, LATER)]
    events = history(*late)
    events[1] = replace(events[1], recorded_at=over)
    assert deadline_revision(events, late[1], over + DAY) == EntryRevision(sequence=2, changed_at=over)


def test_what_was_recorded_when_it_was_overdue_changed_then() -> None:
    events = [replace(history(CLOCK)[0], recorded_at=CLOCK.due_at + DAY)]
    found = deadline_revision(events, CLOCK, CLOCK.due_at + 2 * DAY)
    assert found == EntryRevision(sequence=1, changed_at=CLOCK.due_at + DAY)


def test_taking_back_goes_on_counting() -> None:
    events = history(CLOCK, moved(CLOCK, LATER), CLOCK)
    back = replace(events[2], kind=EventKind.TAKEN_BACK, data={"events": [2]}, effects=Effects())
    assert deadline_revision([*events[:2], back], CLOCK, AT + 9 * DAY) == EntryRevision(
        sequence=2, changed_at=AT + 2 * DAY
    )
    other = replace(back, data={"events": [9]})
    assert deadline_revision([*events[:2], other], CLOCK, AT + 9 * DAY).sequence == 1
