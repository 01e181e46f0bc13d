"""Start, meet, cancel and restore the clocks of a loan.

Every step is recorded on the evening of its day, except in tests of late recording.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from casereview.engine.model.calendar import days, months, working_days
from casereview.engine.model.case import Case
from casereview.engine.model.clock import Clock, ClockStatus

from ...support.loan_decisions import (
    apply_step,
    clock,
    evening_of,
    event_summaries,
    lent_loan,
    loan_after_steps,
    move_due_date,
    open_loan,
    resume_loan,
    suspend_loan,
)
from ...support.loan_workflow import ESCALATED_LOAN

RUNNING, MET, MISSED, CANCELLED = (
    ClockStatus.RUNNING,
    ClockStatus.MET,
    ClockStatus.MISSED,
    ClockStatus.CANCELLED,
)


def summary(case: Case, name: str) -> list[tuple[int, str, ClockStatus, str | None, str | None]]:
    """Return a deadline's clocks in short: number, due date, status, and the day and step that ended it."""
    return [
        (c.number, str(c.due), c.status, str(c.done_on) if c.done_on else None, c.done_by)
        for c in case.clocks
        if c.deadline == name
    ]


# --- starting -------------------------------------------------------------------------------------


def test_an_opening_starts_only_its_own_deadlines() -> None:
    case = open_loan(date(2026, 1, 5), wanted_on="2026-03-02").case
    assert case.clocks == (
        Clock(
            deadline="inspect",
            number=1,
            anchor=date(2026, 1, 5),
            term=working_days(5),
            due=date(2026, 1, 12),
            due_at=datetime(2026, 1, 13, tzinfo=UTC),
            run_started_at=evening_of(date(2026, 1, 5)),
            next_at=datetime(2026, 1, 13, tzinfo=UTC),
        ),
        Clock(
            deadline="decide",
            number=1,
            anchor=date(2026, 1, 5),
            term=months(1),
            due=date(2026, 2, 5),
            due_at=datetime(2026, 2, 6, tzinfo=UTC),
            run_started_at=evening_of(date(2026, 1, 5)),
            next_at=datetime(2026, 2, 6, tzinfo=UTC),
        ),
        Clock(
            deadline="prepare",
            number=1,
            anchor=date(2026, 3, 2),
            started_on=date(2026, 1, 5),
            term=working_days(7),
            due=date(2026, 2, 19),
            due_at=datetime(2026, 2, 20, tzinfo=UTC),
            run_started_at=evening_of(date(2026, 1, 5)),
            next_at=datetime(2026, 2, 20, tzinfo=UTC),
        ),
    )


def test_a_deadline_falls_at_the_end_of_its_day_in_london_in_summer_too() -> None:
    case = open_loan(date(2026, 6, 26)).case
    assert (clock(case, "inspect").due, clock(case, "inspect").due_at) == (
        date(2026, 7, 3),
        datetime(2026, 7, 3, 23, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("kind", "names"),
    [("home", ["give_back", "report"]), ("display", ["give_back", "report", "display"])],
)
def test_a_deadline_may_depend_on_a_field_of_the_record(kind: str, names: list[str]) -> None:
    case = lent_loan(kind=kind)
    assert [c.deadline for c in case.clocks if c.anchor == date(2026, 1, 12)] == names


def test_a_deadline_counted_from_a_missing_day_does_not_start() -> None:
    assert [c.deadline for c in open_loan().case.clocks] == ["inspect", "decide"]


def test_a_step_that_keeps_the_state_does_not_enter_it_again() -> None:
    case = loan_after_steps(("inspect", date(2026, 1, 7)))
    assert summary(case, "decide") == [(1, "2026-02-05", RUNNING, None, None)]


# --- meeting --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "status"),
    [
        pytest.param(date(2026, 1, 5), MET, id="on the first day"),
        pytest.param(date(2026, 1, 12), MET, id="on the last day"),
        pytest.param(date(2026, 1, 13), MISSED, id="a day late"),
        pytest.param(date(2026, 2, 4), MISSED, id="weeks late"),
    ],
)
def test_a_clock_is_met_in_time_or_completed_late(on: date, status: ClockStatus) -> None:
    case = loan_after_steps(("inspect", on))
    assert summary(case, "inspect") == [(1, "2026-01-12", status, str(on), "inspect")]
    assert not clock(case, "inspect").is_open


def test_a_completed_clock_is_not_completed_again() -> None:
    case = loan_after_steps(("inspect", date(2026, 1, 7)), ("inspect", date(2026, 1, 20)))
    assert summary(case, "inspect") == [(1, "2026-01-12", MET, "2026-01-07", "inspect")]


def test_leaving_a_state_meets_the_deadlines_that_wait_for_it() -> None:
    case = loan_after_steps(("inspect", date(2026, 1, 7)), ("approve", date(2026, 1, 9)))
    assert summary(case, "decide") == [(1, "2026-02-05", MET, "2026-01-09", "approve")]


def test_a_term_that_counts_back_can_be_met_until_its_due_date() -> None:
    to_lend = (("inspect", date(2026, 1, 7)), ("approve", date(2026, 1, 9)))
    in_time = loan_after_steps(*to_lend, ("lend", date(2026, 2, 19)), wanted_on="2026-03-02")
    late = loan_after_steps(*to_lend, ("lend", date(2026, 2, 20)), wanted_on="2026-03-02")
    assert clock(in_time, "prepare").status is MET
    assert clock(late, "prepare").status is MISSED


def test_a_term_that_counts_back_may_be_over_when_it_starts() -> None:
    case = open_loan(date(2026, 1, 5), wanted_on="2026-01-06").case
    assert summary(case, "prepare") == [(1, "2025-12-23", RUNNING, None, None)]
    assert clock(case, "prepare").is_overdue(evening_of(date(2026, 1, 5)))


# --- recorded late --------------------------------------------------------------------------------


def test_the_next_step_records_an_expired_deadline() -> None:
    decision = apply_step(open_loan().case, "tell", date(2026, 1, 14))
    assert event_summaries(decision.events) == [
        ("deadline_expired", "inspect", date(2026, 1, 12)),
        ("step", "tell", date(2026, 1, 14)),
    ]
    assert summary(decision.case, "inspect") == [(1, "2026-01-12", MISSED, None, None)]
    assert clock(decision.case, "inspect").is_outstanding


def test_a_timely_step_recorded_late_turns_missed_into_met() -> None:
    noted = apply_step(open_loan().case, "tell", date(2026, 1, 12), now=evening_of(date(2026, 1, 20)))
    assert clock(noted.case, "inspect").status is MISSED
    found = apply_step(noted.case, "inspect", date(2026, 1, 12), now=evening_of(date(2026, 1, 21)))
    assert event_summaries(found.events) == [("step", "inspect", date(2026, 1, 12))]
    assert summary(found.case, "inspect") == [(1, "2026-01-12", MET, "2026-01-12", "inspect")]


def test_a_timely_step_recorded_late_was_never_missed() -> None:
    decision = apply_step(open_loan().case, "inspect", date(2026, 1, 12), now=evening_of(date(2026, 3, 1)))
    assert event_summaries(decision.events) == [
        ("deadline_expired", "decide", date(2026, 2, 5)),
        ("step", "inspect", date(2026, 1, 12)),
    ]
    assert clock(decision.case, "inspect").status is MET


def test_a_late_completion_stays_missed_and_is_recorded_once() -> None:
    noted = apply_step(open_loan().case, "tell", date(2026, 1, 14)).case
    decision = apply_step(noted, "inspect", date(2026, 1, 15))
    assert event_summaries(decision.events) == [("step", "inspect", date(2026, 1, 15))]
    assert summary(decision.case, "inspect") == [(1, "2026-01-12", MISSED, "2026-01-15", "inspect")]


@pytest.mark.parametrize(
    ("now", "noted"),
    [
        pytest.param(datetime(2026, 1, 12, 23, 59, 59, tzinfo=UTC), [], id="a second before its day is over"),
        pytest.param(datetime(2026, 1, 13, tzinfo=UTC), ["inspect"], id="when its day is over"),
    ],
)
def test_a_deadline_expires_at_the_end_of_its_day(now: datetime, noted: list[str]) -> None:
    decision = apply_step(open_loan().case, "tell", date(2026, 1, 12), now=now)
    assert [event.trigger for event in decision.events[:-1]] == noted


def test_expired_deadlines_are_recorded_in_the_order_of_their_due_dates() -> None:
    case = open_loan(date(2026, 1, 5), wanted_on="2026-01-26").case
    decision = apply_step(case, "tell", date(2026, 3, 2))
    assert event_summaries(decision.events) == [
        ("deadline_expired", "inspect", date(2026, 1, 12)),
        ("deadline_expired", "prepare", date(2026, 1, 15)),
        ("deadline_expired", "decide", date(2026, 2, 5)),
        ("step", "tell", date(2026, 3, 2)),
    ]


# --- ending ---------------------------------------------------------------------------------------


def test_an_end_cancels_open_clocks_and_does_not_meet_them() -> None:
    case = loan_after_steps(("refuse", date(2026, 1, 8)))
    assert summary(case, "inspect") == [(1, "2026-01-12", CANCELLED, "2026-01-08", "refuse")]
    assert summary(case, "decide") == [(1, "2026-02-05", CANCELLED, "2026-01-08", "refuse")]


def test_a_missed_clock_stays_missed_after_the_end() -> None:
    case = loan_after_steps(("refuse", date(2026, 1, 20)))
    assert summary(case, "inspect") == [(1, "2026-01-12", MISSED, "2026-01-20", "refuse")]
    assert not clock(case, "inspect").is_outstanding


def test_an_end_recorded_late_cancels_without_a_miss() -> None:
    decision = apply_step(open_loan().case, "refuse", date(2026, 1, 8), now=evening_of(date(2026, 3, 1)))
    assert event_summaries(decision.events) == [("step", "refuse", date(2026, 1, 8))]
    assert clock(decision.case, "inspect").status is CANCELLED


def test_an_end_leaves_met_clocks_alone() -> None:
    case = loan_after_steps(("inspect", date(2026, 1, 7)), ("refuse", date(2026, 1, 8)))
    assert summary(case, "inspect") == [(1, "2026-01-12", MET, "2026-01-07", "inspect")]


def test_the_ending_step_can_meet_a_deadline() -> None:
    case = apply_step(lent_loan(), "give_back", date(2026, 2, 12)).case
    assert summary(case, "give_back") == [(1, "2026-02-12", MET, "2026-02-12", "give_back")]
    assert summary(case, "report") == [(1, "2026-04-12", CANCELLED, "2026-02-12", "give_back")]


def test_a_deadline_started_by_the_end_runs() -> None:
    case = loan_after_steps(("refuse", date(2026, 1, 8)))
    assert summary(case, "tell_reader") == [(1, "2026-01-22", RUNNING, None, None)]
    assert clock(case, "tell_reader").is_outstanding
    notified_in_time = apply_step(case, "tell", date(2026, 1, 22)).case
    assert summary(notified_in_time, "tell_reader") == [(1, "2026-01-22", MET, "2026-01-22", "tell")]


# --- reopening ------------------------------------------------------------------------------------


def test_a_reopened_case_restores_cancelled_clocks_with_their_dates() -> None:
    ended = apply_step(lent_loan(), "give_back", date(2026, 2, 2)).case
    case = apply_step(ended, "take_up", date(2026, 3, 2), return_to="lent").case
    assert summary(case, "report") == [(1, "2026-04-12", RUNNING, None, None)]
    assert not clock(case, "report").cancelled_by_end


def test_a_reopened_case_does_not_restart_met_clocks() -> None:
    ended = apply_step(lent_loan(), "give_back", date(2026, 2, 2)).case
    case = apply_step(ended, "take_up", date(2026, 3, 2), return_to="lent").case
    assert summary(case, "give_back") == [(1, "2026-02-12", MET, "2026-02-02", "give_back")]
    assert summary(case, "decide")[0][2] is MET


def test_a_reopened_case_escalates_missed_clocks_again() -> None:
    ended = loan_after_steps(("refuse", date(2026, 1, 20)))
    case = apply_step(ended, "take_up", date(2026, 1, 26)).case
    assert summary(case, "inspect") == [(1, "2026-01-12", MISSED, None, None)]
    assert clock(case, "inspect").is_outstanding


def test_a_restored_clock_that_has_expired_is_recorded_by_the_next_step() -> None:
    ended = loan_after_steps(("refuse", date(2026, 1, 8)))
    back = apply_step(ended, "take_up", date(2026, 1, 20))
    assert [event.trigger for event in back.events] == ["take_up"]
    assert clock(back.case, "inspect").is_overdue(evening_of(date(2026, 1, 20)))
    decision = apply_step(back.case, "inspect", date(2026, 1, 21))
    assert event_summaries(decision.events) == [
        ("deadline_expired", "inspect", date(2026, 1, 12)),
        ("step", "inspect", date(2026, 1, 21)),
    ]


def test_a_reopening_step_that_starts_a_deadline_replaces_its_clock() -> None:
    ended = loan_after_steps(("refuse", date(2026, 1, 8)))
    case = apply_step(ended, "take_up", date(2026, 1, 20)).case
    assert summary(case, "decide") == [
        (1, "2026-02-05", CANCELLED, "2026-01-20", "take_up"),
        (2, "2026-02-20", RUNNING, None, None),
    ]


def test_a_clock_replaced_before_the_end_is_not_restored() -> None:
    renewed = apply_step(lent_loan(), "renew", date(2026, 2, 2)).case
    ended = apply_step(renewed, "write_off", date(2026, 2, 9)).case
    case = apply_step(ended, "take_up", date(2026, 2, 16), return_to="lent").case
    assert summary(case, "give_back") == [
        (1, "2026-02-12", CANCELLED, "2026-02-02", "renew"),
        (2, "2026-03-02", RUNNING, None, None),
    ]


def test_a_deadline_started_by_the_end_survives_the_reopening() -> None:
    case = apply_step(loan_after_steps(("refuse", date(2026, 1, 8))), "take_up", date(2026, 1, 9)).case
    assert summary(case, "tell_reader") == [(1, "2026-01-22", RUNNING, None, None)]


# --- starting again -------------------------------------------------------------------------------


def test_a_new_start_replaces_a_running_clock() -> None:
    case = apply_step(lent_loan(date(2026, 1, 31)), "renew", date(2026, 2, 16)).case
    assert summary(case, "give_back") == [
        (1, "2026-02-28", CANCELLED, "2026-02-16", "renew"),
        (2, "2026-03-16", RUNNING, None, None),
    ]


def test_a_replaced_clock_that_was_missed_stays_missed() -> None:
    case = apply_step(lent_loan(date(2026, 1, 12)), "renew", date(2026, 2, 16)).case
    assert summary(case, "give_back") == [
        (1, "2026-02-12", MISSED, "2026-02-16", "renew"),
        (2, "2026-03-16", RUNNING, None, None),
    ]


def test_a_new_start_leaves_a_met_clock_alone() -> None:
    ended = apply_step(lent_loan(), "give_back", date(2026, 2, 2)).case
    back = apply_step(ended, "take_up", date(2026, 2, 9), return_to="lent").case
    case = apply_step(back, "renew", date(2026, 2, 10)).case
    assert summary(case, "give_back") == [
        (1, "2026-02-12", MET, "2026-02-02", "give_back"),
        (2, "2026-03-10", RUNNING, None, None),
    ]


# --- repeating ------------------------------------------------------------------------------------


def reported(*on: date, lent_on: date) -> Case:
    case = lent_loan(lent_on)
    for day in on:
        case = apply_step(case, "report", day).case
    return case


def test_a_rhythm_that_began_on_the_31st_stays_at_month_ends() -> None:
    ends = (date(2026, 4, 30), date(2026, 7, 31), date(2026, 10, 31), date(2027, 1, 31))
    case = reported(*ends, lent_on=date(2026, 1, 31))
    assert [(c.due, c.period, c.status) for c in case.clocks if c.deadline == "report"] == [
        (date(2026, 4, 30), 1, MET),
        (date(2026, 7, 31), 2, MET),
        (date(2026, 10, 31), 3, MET),
        (date(2027, 1, 31), 4, MET),
        (date(2027, 4, 30), 5, RUNNING),
    ]
    assert {c.anchor for c in case.clocks if c.deadline == "report"} == {date(2026, 1, 31)}


def test_a_rhythm_shortened_by_february_returns_to_its_own_day() -> None:
    case = reported(date(2028, 2, 29), lent_on=date(2027, 11, 30))
    assert [c.due for c in case.clocks if c.deadline == "report"] == [date(2028, 2, 29), date(2028, 5, 30)]


@pytest.mark.parametrize(
    ("on", "status", "due"),
    [
        pytest.param(date(2026, 1, 12), MET, date(2026, 7, 12), id="at once"),
        pytest.param(date(2026, 4, 12), MET, date(2026, 7, 12), id="on its day"),
        pytest.param(date(2026, 4, 13), MISSED, date(2026, 7, 12), id="a day late"),
        pytest.param(date(2026, 6, 19), MISSED, date(2026, 7, 12), id="in the quarter after, not shortly before"),
        pytest.param(date(2026, 6, 20), MISSED, date(2026, 10, 12), id="three weeks before the next one"),
        pytest.param(date(2026, 7, 11), MISSED, date(2026, 10, 12), id="a day before the next one"),
        pytest.param(date(2026, 7, 12), MISSED, date(2026, 10, 12), id="on the day of the next one, which it is too"),
        pytest.param(date(2027, 2, 1), MISSED, date(2027, 4, 12), id="long after several were left out"),
    ],
)
def test_a_late_completion_does_not_shift_the_rhythm(on: date, status: ClockStatus, due: date) -> None:
    first, second = [c for c in reported(on, lent_on=date(2026, 1, 12)).clocks if c.deadline == "report"]
    assert (first.status, first.done_on) == (status, on)
    assert (second.status, second.due, second.number) == (RUNNING, due, 2)


def test_a_report_before_a_later_agreed_date_counts_for_its_own_period() -> None:
    """It was due on 12 April; 15 July was agreed. On 10 July the report of the next quarter is made, too."""
    case = lent_loan(date(2026, 1, 12), workflow=ESCALATED_LOAN)
    moved = move_due_date(case, "report", date(2026, 7, 15), now=evening_of(date(2026, 4, 1))).case
    done = apply_step(moved, "report", date(2026, 7, 10), workflow=ESCALATED_LOAN).case
    assert [(c.due, c.status) for c in done.clocks if c.deadline == "report"] == [
        (date(2026, 7, 15), MET),
        (date(2026, 10, 12), RUNNING),
    ]


@pytest.mark.parametrize(
    ("again", "status"),
    [(date(2026, 4, 12), RUNNING), (date(2026, 4, 13), MET)],
    ids=["in the same period", "in the next"],
)
def test_a_second_report_in_a_period_leaves_the_next_one_due(again: date, status: ClockStatus) -> None:
    first, second, *_ = [
        c for c in reported(date(2026, 4, 2), again, lent_on=date(2026, 1, 12)).clocks if c.deadline == "report"
    ]
    assert (first.status, first.due) == (MET, date(2026, 4, 12))
    assert (second.status, second.due) == (status, date(2026, 7, 12))


def test_a_second_report_after_a_suspension_leaves_the_next_one_due() -> None:
    """Suspended for ten days, the first report is due on 22 April; the rhythm goes on from there."""
    case = lent_loan(date(2026, 1, 12), workflow=ESCALATED_LOAN)
    still = suspend_loan(case, date(2026, 2, 2), "report").case
    done = resume_loan(still, date(2026, 2, 12)).case
    for day in (date(2026, 4, 20), date(2026, 4, 22)):
        done = apply_step(done, "report", day, workflow=ESCALATED_LOAN).case
    assert [(c.due, c.status) for c in done.clocks if c.deadline == "report"] == [
        (date(2026, 4, 22), MET),
        (date(2026, 7, 22), RUNNING),
    ]


def test_a_missed_rhythm_is_recorded_once() -> None:
    decision = apply_step(lent_loan(date(2026, 1, 12)), "tell", date(2027, 2, 1))
    assert [e.trigger for e in decision.events] == ["give_back", "report", "tell"]


# --- minimum periods ------------------------------------------------------------------------------


def displayed() -> Case:
    return lent_loan(date(2026, 1, 12), kind="display")


def test_a_minimum_period_is_never_overdue() -> None:
    shown = clock(displayed(), "display")
    assert (shown.due, shown.is_open, shown.is_outstanding) == (date(2027, 1, 12), True, False)
    assert not shown.is_overdue(evening_of(date(2030, 1, 1)))


def test_a_minimum_period_outlives_the_end() -> None:
    case = apply_step(displayed(), "give_back", date(2026, 2, 2)).case
    assert summary(case, "display") == [(1, "2027-01-12", RUNNING, None, None)]


def test_the_next_step_records_a_minimum_period_as_met() -> None:
    ended = apply_step(displayed(), "give_back", date(2026, 2, 2)).case
    decision = apply_step(ended, "tell", date(2027, 1, 13))
    assert event_summaries(decision.events) == [
        ("deadline_expired", "display", date(2027, 1, 12)),
        ("step", "tell", date(2027, 1, 13)),
    ]
    assert summary(decision.case, "display") == [(1, "2027-01-12", MET, "2027-01-12", None)]
    assert len(apply_step(decision.case, "tell", date(2027, 6, 1)).events) == 1


def test_a_minimum_period_lasts_to_the_end_of_its_last_day() -> None:
    decision = apply_step(displayed(), "tell", date(2027, 1, 12))
    assert clock(decision.case, "display").status is RUNNING


def test_a_minimum_period_restarted_in_time_was_never_over() -> None:
    back = apply_step(apply_step(displayed(), "give_back", date(2026, 2, 2)).case, "take_up", date(2026, 2, 3)).case
    shown_again = apply_step(
        apply_step(back, "approve", date(2026, 2, 4)).case, "lend", date(2027, 1, 11), kind="display"
    )
    late = apply_step(
        apply_step(back, "approve", date(2026, 2, 4)).case,
        "lend",
        date(2027, 1, 11),
        now=evening_of(date(2027, 2, 1)),
        kind="display",
    )
    expected = [(1, "2027-01-12", CANCELLED, "2027-01-11", "lend"), (2, "2028-01-11", RUNNING, None, None)]
    assert summary(shown_again.case, "display") == expected
    assert summary(late.case, "display") == expected


# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "at", "overdue"),
    [
        pytest.param({}, datetime(2026, 1, 12, 23, 59, 59, tzinfo=UTC), False, id="a second before"),
        pytest.param({}, datetime(2026, 1, 13, tzinfo=UTC), True, id="when its day is over"),
        pytest.param({"status": MISSED}, datetime(2026, 1, 13, tzinfo=UTC), True, id="missed and not done"),
        pytest.param({"done_on": date(2026, 1, 12)}, datetime(2026, 1, 13, tzinfo=UTC), False, id="done"),
        pytest.param({"minimum_period": True}, datetime(2026, 1, 13, tzinfo=UTC), False, id="a minimum period"),
    ],
)
def test_a_clock_is_overdue_only_while_it_is_outstanding(
    changed: dict[str, Any], at: datetime, *, overdue: bool
) -> None:
    values: dict[str, Any] = {
        "deadline": "inspect",
        "number": 1,
        "anchor": date(2026, 1, 5),
        "term": days(7),
        "due": date(2026, 1, 12),
        "due_at": datetime(2026, 1, 13, tzinfo=UTC),
    }
    assert Clock(**{**values, **changed}).is_overdue(at) is overdue
