"""A sweep of one case: expired deadlines are recorded, and each level notifies its recipients once.

A loan is asked for on Monday 5 January 2026, to be inspected by the 12th; a sweep for an instant is made at
that instant, unless a test says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casereview.engine.deadlines.recipients import Directory
from casereview.engine.decisions.escalation import FiredLevel
from casereview.engine.model.case import Case, Event
from casereview.engine.model.clock import ClockStatus, EventKind, LevelReached
from casereview.engine.model.evolve import fold
from casereview.engine.model.notice import Notice, NoticeKind
from casereview.engine.model.people import SYSTEM

from ...support.loan_decisions import (
    apply_step,
    case_after_sweep,
    clock,
    evening_of,
    lent_loan,
    loan_after_steps,
    move_due_date,
    open_loan,
    resume_loan,
    suspend_loan,
    sweep_case,
)
from ...support.loan_workflow import DIRECTORY, ESCALATED_LOAN

NIGHT = datetime(2026, 1, 13, tzinfo=UTC)
"""When the day on which it is to be inspected is over."""


@pytest.fixture
def case() -> Case:
    """A loan that was asked for on 5 January."""
    return open_loan(workflow=ESCALATED_LOAN).case


def levels_of(events: tuple[Event, ...], deadline: str = "inspect") -> list[tuple[str, str | None, datetime]]:
    """Return the events of a deadline: the kind, the level, and its own instant."""
    return [(str(e.kind), e.data.get("level"), e.occurred_at) for e in events if e.trigger == deadline]


def events(case: Case, at: datetime, **more: object) -> tuple[Event, ...]:
    decision = sweep_case(case, at, **more).decision  # type: ignore[arg-type]
    return () if decision is None else decision.events


def london(month: int, day: int, year: int = 2026) -> datetime:
    """A midnight in winter, with which a day begins."""
    return datetime(year, month, day, tzinfo=UTC)


# --- one after the other --------------------------------------------------------------------------------


def test_nothing_happens_before_its_instant(case: Case) -> None:
    assert sweep_case(case, NIGHT - timedelta(microseconds=1), now=NIGHT).decision is not None  # the skipped reminder
    noted = case_after_sweep(case, NIGHT - timedelta(microseconds=1))
    assert events(noted, NIGHT - timedelta(microseconds=1)) == ()
    assert [kind for kind, *_ in levels_of(events(noted, NIGHT))] == ["deadline_expired", "escalated"]


def test_an_expired_day_is_recorded_and_then_its_owner_notified(case: Case) -> None:
    noted = case_after_sweep(case, NIGHT - timedelta(seconds=1))
    passed, reached = events(noted, NIGHT)
    assert (passed.kind, passed.trigger, passed.occurred_at, passed.occurred_on) == (
        EventKind.DEADLINE_EXPIRED,
        "inspect",
        NIGHT,
        date(2026, 1, 12),
    )
    assert (reached.kind, reached.trigger, reached.occurred_at, reached.recorder, reached.decided_by) == (
        EventKind.ESCALATED,
        "inspect",
        NIGHT,
        SYSTEM,
        None,
    )
    assert reached.data == {
        "deadline": "inspect",
        "number": 1,
        "run": 1,
        "level": "owner",
        "due": "2026-01-12",
        "recipients": ["Librarian 1"],
    }


def test_a_sweep_returns_its_levels_and_a_notice_for_each_recipient(case: Case) -> None:
    found = sweep_case(case_after_sweep(case, NIGHT - timedelta(seconds=1)), NIGHT)
    assert found.fired == (
        FiredLevel(
            ref=case.ref,
            deadline="inspect",
            title="inspect",
            due=NIGHT,
            level="owner",
            level_title="owner",
            at=NIGHT,
            recipients=("Librarian 1",),
        ),
    )
    assert found.decision is not None
    seq = found.decision.events[-1].seq
    recipient = sha256(b"Librarian 1\ninspect").hexdigest()[:16]
    assert found.decision.notices == (
        Notice(
            id=f"{case.ref}:{seq}:inspect:1:{recipient}",
            ref=case.ref,
            seq=seq,
            person="Librarian 1",
            kind=NoticeKind.OVERDUE,
            level="owner",
            deadline="inspect",
            number=1,
            run=1,
            title="inspect",
            due=date(2026, 1, 12),
            at=NIGHT,
            recorded_at=found.decision.events[-1].recorded_at,
        ),
    )
    assert clock(found.decision.case, "inspect").reached[-1] == LevelReached(
        level="owner", at=NIGHT, recipients=("Librarian 1",)
    )


def test_a_reminder_is_no_word_of_something_overdue(case: Case) -> None:
    found = sweep_case(case, datetime(2026, 1, 29, tzinfo=UTC))
    assert found.decision is not None
    kinds = {one.deadline: one.kind for one in found.decision.notices if one.level == "reminder"}
    assert kinds == {"decide": NoticeKind.REMINDER}


def test_what_goes_to_a_chair_is_held(case: Case) -> None:
    found = sweep_case(case, london(2, 10))
    assert found.decision is not None
    assert {(one.person, one.on_hold) for one in found.decision.notices if one.deadline == "inspect"} == {
        ("Librarian 1", False),
        ("Keeper 1", False),
        ("Trustee 1", True),
    }
    assert [(one.level, one.on_hold) for one in found.fired if one.deadline == "inspect"] == [
        ("owner", False),
        ("keeper", False),
        ("trustee", True),
    ]


def test_no_level_advances_the_version_of_a_case(case: Case) -> None:
    after = case_after_sweep(case, london(2, 10))
    assert (after.version, after.state, after.last_step_on) == (case.version, case.state, case.last_step_on)
    assert after.seq > case.seq


# --- after downtime -------------------------------------------------------------------------------------


def test_missed_levels_fire_in_the_order_of_their_instants(case: Case) -> None:
    found = events(case, london(2, 10))
    assert levels_of(found) == [
        ("skipped", "reminder", london(1, 5)),
        ("deadline_expired", None, NIGHT),
        ("escalated", "owner", NIGHT),
        ("skipped", "branch", london(1, 20)),
        ("escalated", "keeper", london(1, 27)),
        ("escalated", "trustee", london(2, 10)),
    ]
    assert [event.occurred_at for event in found] == sorted(event.occurred_at for event in found)
    assert {event.recorded_at for event in found} == {london(2, 10)}


def test_a_sweep_for_a_past_instant_fires_only_what_was_due_by_then(case: Case) -> None:
    now = london(2, 10)
    early = events(case, london(1, 20), now=now)
    assert levels_of(early)[-1] == ("skipped", "branch", london(1, 20))
    rest = events(case_after_sweep(case, london(1, 20), now=now), now)
    assert levels_of(early) + levels_of(rest) == levels_of(events(case, now))


@pytest.mark.parametrize("again", [0, -1, -400], ids=["the same instant", "a day before", "a year before"])
def test_nothing_fires_twice_though_the_machine_s_clock_is_set_back(case: Case, again: int) -> None:
    after = case_after_sweep(case, london(2, 10))
    assert events(after, london(2, 10) + timedelta(days=again)) == ()


def test_a_sweep_never_runs_backwards_when_the_clock_is_set_back(case: Case) -> None:
    found = sweep_case(case, NIGHT, now=evening_of(date(2026, 1, 4))).decision
    assert found is not None
    assert {event.recorded_at for event in found.events} == {case.recorded_at}


def test_a_closed_case_reminds_only_of_what_its_end_started(case: Case) -> None:
    refused = apply_step(case, "refuse", date(2026, 1, 8), workflow=ESCALATED_LOAN).case
    assert {event.trigger for event in events(refused, london(6, 1))} == {"tell_reader"}


# --- what was past by the time it was recorded -----------------------------------------------------------


def test_levels_before_the_recording_are_skipped() -> None:
    late = open_loan(now=datetime(2026, 1, 22, 9, tzinfo=UTC), workflow=ESCALATED_LOAN).case
    found = sweep_case(late, datetime(2026, 1, 22, 9, tzinfo=UTC))
    assert found.decision is not None
    assert (found.fired, found.decision.notices) == ((), ())
    assert [(one.level, one.recipients) for one in found.skipped] == [("reminder", ()), ("owner", ()), ("branch", ())]
    assert found.decision.events[-1].data["skipped"] == "it was over before it was recorded"
    assert clock(found.decision.case, "inspect").status is ClockStatus.MISSED
    # What is still ahead of it is reached.
    assert levels_of(events(found.decision.case, london(1, 27))) == [("escalated", "keeper", london(1, 27))]


def test_importing_an_old_loan_reminds_nobody() -> None:
    old = open_loan(date(2016, 1, 5), now=evening_of(date(2026, 1, 5)), workflow=ESCALATED_LOAN).case
    found = sweep_case(old, evening_of(date(2026, 1, 5)))
    assert found.fired == ()
    assert len(found.skipped) == 15  # three clocks, five levels each
    assert clock(case_after_sweep(old, evening_of(date(2026, 1, 5))), "whole").next_at is None


def test_a_level_without_recipients_is_skipped_with_its_reason(case: Case) -> None:
    branch = next(event for event in events(case, london(1, 20)) if event.data.get("level") == "branch")
    assert (branch.kind, branch.data["skipped"]) == (EventKind.SKIPPED, "the owner acts for no organisation")


def test_a_missing_recipient_is_recorded_with_the_replacement(case: Case) -> None:
    alone = Directory(people=tuple(person for person in DIRECTORY.people if person.name == "Keeper 1"))
    owner = next(e for e in events(case, NIGHT, who=alone) if e.data.get("level") == "owner")
    assert (owner.data["recipients"], owner.data["unreachable"]) == (
        ["Keeper 1"],
        "no librarian with an address was available",
    )
    nobody = next(e for e in events(case, NIGHT, who=Directory()) if e.data.get("level") == "owner")
    assert (nobody.kind, nobody.data["recipients"]) == (EventKind.ESCALATED, [])


# --- a new run ------------------------------------------------------------------------------------------


def test_a_new_date_begins_a_run_with_all_levels(case: Case) -> None:
    chased = case_after_sweep(case, NIGHT)
    agreed = move_due_date(chased, "inspect", date(2026, 1, 30), now=evening_of(date(2026, 1, 13))).case
    assert clock(agreed, "inspect").reached == ()
    assert levels_of(events(agreed, london(2, 10))) == [
        ("escalated", "reminder", london(1, 23)),
        ("deadline_expired", None, london(1, 31)),
        ("escalated", "owner", london(1, 31)),
        ("skipped", "branch", london(2, 7)),
    ]
    assert {e.data["run"] for e in events(agreed, london(2, 10)) if "run" in e.data and e.trigger == "inspect"} == {2}


def test_a_resumption_begins_a_run_with_all_levels(case: Case) -> None:
    still = suspend_loan(case_after_sweep(case, evening_of(date(2026, 1, 6))), date(2026, 1, 7)).case
    assert levels_of(events(still, london(3, 2))) == []
    running = resume_loan(case_after_sweep(still, london(3, 2)), date(2026, 3, 2)).case
    # Three working days were left: to the 5th, and the reminder for that lies before the resumption.
    assert levels_of(events(running, london(3, 6))) == [
        ("skipped", "reminder", london(2, 26)),
        ("deadline_expired", None, london(3, 6)),
        ("escalated", "owner", london(3, 6)),
    ]


def test_chasing_goes_on_once_something_was_missed_until_it_is_done(case: Case) -> None:
    missed = case_after_sweep(case, NIGHT)
    done = apply_step(missed, "inspect", date(2026, 1, 26), workflow=ESCALATED_LOAN).case
    assert levels_of(events(missed, london(1, 27))) == [
        ("skipped", "branch", london(1, 20)),
        ("escalated", "keeper", london(1, 27)),
    ]
    assert levels_of(events(done, london(3, 2))) == []
    assert clock(done, "inspect").status is ClockStatus.MISSED


def test_each_clock_of_a_repeating_deadline_has_its_levels() -> None:
    out = lent_loan(date(2026, 1, 12), workflow=ESCALATED_LOAN)
    reported = apply_step(
        case_after_sweep(out, evening_of(date(2026, 4, 13))), "report", date(2026, 4, 14), workflow=ESCALATED_LOAN
    ).case
    found = events(reported, evening_of(date(2026, 7, 13)))
    assert [(e.data["number"], e.data["level"]) for e in found if e.trigger == "report" and "level" in e.data] == [
        (2, "reminder"),
        (2, "owner"),
    ]


def test_a_clock_that_counts_back_has_levels_before_its_day() -> None:
    case = open_loan(workflow=ESCALATED_LOAN, wanted_on="2026-03-02").case
    assert levels_of(events(case, london(2, 20)), "prepare") == [
        ("escalated", "reminder", london(2, 12)),
        ("deadline_expired", None, london(2, 20)),
        ("escalated", "owner", london(2, 20)),
    ]


def test_a_time_that_something_has_to_last_ends_without_a_word() -> None:
    shown = lent_loan(date(2026, 1, 12), workflow=ESCALATED_LOAN, kind="display")
    assert levels_of(events(shown, evening_of(date(2027, 1, 12))), "display") == []
    over = events(shown, london(1, 13, 2027))
    assert levels_of(over, "display") == [("deadline_expired", None, london(1, 13, 2027))]
    assert clock(case_after_sweep(shown, london(1, 13, 2027)), "display").status is ClockStatus.MET


# --- once a minute, or once after a month -----------------------------------------------------------------

FIRST = date(2026, 1, 5)
DAYS = st.integers(0, 40)


@st.composite
def loans(draw: st.DrawFn) -> Case:
    """A loan that has come some way: with clocks that run, stand still, were moved, were missed."""
    day = FIRST + timedelta(days=draw(DAYS))
    wanted = {"wanted_on": (day + timedelta(days=draw(DAYS))).isoformat()} if draw(st.booleans()) else {}
    case = open_loan(
        day, now=evening_of(day + timedelta(days=draw(st.integers(0, 30)))), workflow=ESCALATED_LOAN, **wanted
    ).case
    for _ in range(draw(st.integers(0, 4))):
        day += timedelta(days=draw(st.integers(0, 20)))
        now = evening_of(max(day, case.recorded_at.date()))
        match draw(st.sampled_from(("inspect", "name_courier", "suspend", "resume", "new-date", "sweep"))):
            case "suspend" if not any(one.until is None for one in case.suspensions):
                case = suspend_loan(case, day, now=now).case
            case "resume" if any(one.until is None for one in case.suspensions):
                case = resume_loan(case, max(day, case.suspensions[-1].since), now=now).case
            case "new-date" if clock(case, "decide").suspended_on is None:
                to = day + timedelta(days=1 + draw(DAYS))
                if to != clock(case, "decide").due and to >= clock(case, "decide").anchor:
                    case = move_due_date(case, "decide", to, now=now).case
            case "inspect" | "name_courier" as step:
                case = apply_step(case, step, day, now=now, workflow=ESCALATED_LOAN).case
            case _:
                case = case_after_sweep(case, now)
    return case


def plain(found: list[Event]) -> list[tuple[object, ...]]:
    """Events without when they were recorded: that alone may differ."""
    return [(e.seq, e.kind, e.trigger, e.occurred_at, e.occurred_on, dict(e.data), e.effects) for e in found]


def notified(found: Iterable[Notice]) -> list[Notice]:
    """Notices without when they were recorded."""
    return [replace(one, recorded_at=one.at) for one in found]


@pytest.mark.long
@settings(max_examples=60)
@given(case=loans(), data=st.data())
def test_many_sweeps_and_one_after_months_have_the_same_result(case: Case, data: st.DataObject) -> None:
    end = case.recorded_at + timedelta(days=120)
    instants = data.draw(st.lists(st.datetimes(case.recorded_at.replace(tzinfo=None), end.replace(tzinfo=None))))
    # Also just before, at and after each instant at which something happens.
    exact = [event.occurred_at for event in events(case, end)]
    near = [
        at + timedelta(microseconds=by) for at in exact for by in (-1, 0, 1) if at + timedelta(microseconds=by) < end
    ]
    often: list[Event] = []
    notices: list[Notice] = []
    so_far = case
    for at in sorted({*(one.replace(tzinfo=UTC) for one in instants), *near, end}):
        found = sweep_case(so_far, at).decision
        if found is not None:
            so_far = found.case
            often += found.events
            notices += found.notices
    once = sweep_case(case, end).decision
    assert plain(often) == plain([] if once is None else list(once.events))
    assert notified(notices) == notified([] if once is None else once.notices)
    assert so_far.clocks == (case if once is None else once.case).clocks


def test_sweeping_once_a_minute_and_once_after_a_month_come_to_the_same() -> None:
    case = loan_after_steps(("name_courier", date(2026, 1, 6)), workflow=ESCALATED_LOAN)
    start, end = evening_of(date(2026, 1, 6)), evening_of(date(2026, 2, 6))
    so_far, often = case, []
    for minute in range(int((end - start) / timedelta(minutes=1)) + 1):
        if any(c.next_at is not None and c.next_at <= start + timedelta(minutes=minute) for c in so_far.clocks):
            found = sweep_case(so_far, start + timedelta(minutes=minute)).decision
            assert found is not None
            so_far, often = found.case, [*often, *found.events]
    assert plain(often) == plain(list(events(case, end)))
    assert len(often) == 16


def test_a_case_that_was_swept_is_the_fold_of_its_events(case: Case) -> None:
    opening = open_loan(workflow=ESCALATED_LOAN).events
    found = sweep_case(case, london(2, 10)).decision
    assert found is not None
    assert fold((*opening, *found.events)) == found.case
