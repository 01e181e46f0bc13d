"""Checks that reminders work."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from casereview.engine import Engine
from casereview.engine.definition.deadline import OWNER, EscalationLevel
from casereview.engine.ports.outbox import MessageState
from casereview.engine.ports.records import DueTimer, Heartbeat
from casereview.engine.service.health import (
    MAX_MESSAGES,
    PAGE,
    is_alive,
    messages_check,
    recipients_check,
    release_check,
    sweep_check,
    swept_cases_check,
)
from casereview.persistence import Database
from casereview.persistence.schema import tables

from ...support.loan_decisions import evening_of
from ...support.loan_workflow import BY_KEEPER, CLAIM, LIBRARIAN_1, LOAN, READER_1, RECORDS_BY_STEP
from ...support.messages import message_with
from ...support.movable_time import MovableTime

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)


def heard(
    minutes_ago: float, *, every: int | None = 60, stopped: bool = False, aside: tuple[str, ...] = ()
) -> Heartbeat:
    at = NOON - timedelta(minutes=minutes_ago)
    return Heartbeat(
        worker="desk",
        every_seconds=every,
        started_at=at,
        last_seen_at=at,
        stopped_at=at if stopped else None,
        failed=aside,
    )


@pytest.mark.parametrize(
    ("heartbeat", "alive"),
    [
        (heard(0), True),
        (heard(3), True),
        (heard(3.1), False),
        (heard(1, every=1), True),
        (heard(1.1, every=1), False),
        (heard(60, every=3600), True),
        (heard(0, stopped=True), False),
        (heard(0, every=None), False),
        (heard(-4), True),
        (heard(-6), False),  # from the future
    ],
)
def test_a_worker_is_at_work_while_it_is_heard_of_as_often_as_it_should(heartbeat: Heartbeat, alive: bool) -> None:
    assert is_alive(heartbeat, NOON) is alive


LATE = (DueTimer(next_at=datetime(2026, 9, 29, 23, tzinfo=UTC), ref="LN-2026-001"),)


@pytest.mark.parametrize(
    ("heartbeats", "waiting", "sound", "found"),
    [
        ((), (), True, "no worker runs; none was needed yet"),
        ((), LATE, False, "LN-2026-001 has waited for a sweep since 2026-09-29 23:00 UTC"),
        ((heard(1),), LATE, True, "desk sweeps every 60 s, last at 2026-10-01 11:59 UTC"),
        ((heard(10),), (), False, "desk should sweep every 60 s; last seen at 2026-10-01 11:50 UTC"),
        ((heard(10, stopped=True),), (), True, "no worker runs; the last one was at 2026-10-01 11:50 UTC"),
        ((heard(10, stopped=True),), LATE, False, "LN-2026-001 has waited for a sweep since 2026-09-29 23:00 UTC"),
        ((heard(10, every=None), heard(99)), (), True, "no worker runs; the last one was at 2026-10-01 11:50 UTC"),
        ((heard(-360),), (), False, "desk should sweep every 60 s; last seen at 2026-10-01 18:00 UTC"),
        ((heard(-360, stopped=True), heard(1)), (), True, "desk sweeps every 60 s, last at 2026-10-01 11:59 UTC"),
    ],
)
def test_sweeps_have_to_run(
    heartbeats: tuple[Heartbeat, ...], waiting: tuple[DueTimer, ...], sound: bool, found: str
) -> None:
    check = sweep_check(heartbeats, waiting, NOON)
    assert (check.name, check.passed, check.found) == ("sweeps", sound, found)
    assert sound or check.remedy


def test_what_could_not_be_looked_at_is_named() -> None:
    assert swept_cases_check(()).passed
    assert swept_cases_check((heard(0),)).passed
    few = swept_cases_check((heard(0, aside=("LN-2026-001",)), heard(9, aside=("LN-2026-009",))))
    assert (few.passed, few.found) == (False, "not processed by the latest sweep: LN-2026-001")
    many = swept_cases_check((heard(0, aside=tuple(f"LN-2026-00{n}" for n in range(1, 6))),))
    assert many.found.endswith("LN-2026-001, LN-2026-002, LN-2026-003 and 2 more")
    assert many.remedy.startswith("Verify LN-2026-001")


def test_missing_recipients_are_listed_with_count_and_first_case() -> None:
    assert recipients_check(Counter(), {}).passed
    check = recipients_check(
        Counter({"no keeper": 1, "no clerk": 3}), {"no keeper": "LN-2026-002", "no clerk": "LN-2026-001"}
    )
    assert not check.passed
    clerk, keeper = "no clerk (3 pending levels, first LN-2026-001)", "no keeper (1 pending level, first LN-2026-002)"
    assert check.found == f"{clerk}; {keeper}"
    assert "Add a person with an address." in check.remedy


DAY = timedelta(days=1)
DEAD = message_with(state=MessageState.GIVEN_UP, problem="no such address")


def test_a_message_that_was_given_up_is_named_with_its_reason() -> None:
    check = messages_check({}, (DEAD,), NOON)
    assert (check.passed, check.found) == (False, "1 given up, the latest to Lee: no such address")
    assert "retry the messages" in check.remedy
    assert messages_check({}, (DEAD,) * MAX_MESSAGES, NOON).found.startswith(f"{MAX_MESSAGES} or more given up")


def test_what_waits_for_more_than_a_day_is_unsent() -> None:
    check = messages_check(
        {"Kim": NOON - DAY, "Lee": NOON - DAY + timedelta(seconds=1), "Ash": NOON - 2 * DAY}, (), NOON
    )
    assert (check.passed, check.found) == (False, "unsent since 2026-09-29 12:00 UTC, for Ash, Kim")
    assert "No process sends messages" in check.remedy
    assert messages_check({"Lee": NOON - DAY + timedelta(seconds=1)}, (), NOON).passed
    assert messages_check({}, (), NOON).passed


def test_messages_on_hold_are_counted_and_are_a_fault_after_a_week() -> None:
    assert release_check({}, NOON).passed
    check = release_check({"Kim": NOON - 7 * DAY, "Ash": NOON}, NOON)
    assert (check.passed, check.found) == (False, "on hold since 2026-09-24, for Ash, Kim")
    assert "release or withdraw" in check.remedy
    assert release_check({"Kim": NOON - 7 * DAY + timedelta(seconds=1)}, NOON).passed


POLICY = (
    EscalationLevel(name="owner", to=OWNER, working_days=0),
    EscalationLevel(name="keeper", to="keeper", working_days=5),
)
CHASED = replace(LOAN, escalation_policy=POLICY)


def test_an_engine_looks_through_all_that_is_open(database: Database, present: MovableTime) -> None:
    engine = Engine(database, (CHASED, CLAIM), now=present)
    assert all(check.passed for check in engine.health_checks())
    engine.add_person("Kim", role="keeper", actor=LIBRARIAN_1, email="kim@example.org")
    for _ in range(PAGE + 1):
        engine.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"], on=date(2026, 10, 1))
    checks = {check.name: check for check in engine.health_checks()}
    assert checks["sweeps"].passed  # nothing has waited for a day
    assert f"({2 * (PAGE + 1)} pending levels, first LN-2026-001)" in checks["recipients"].found
    assert "no librarian" in checks["recipients"].found
    engine.add_person("Lee", role="librarian", actor=LIBRARIAN_1, email="lee@example.org")
    assert all(check.passed for check in engine.health_checks())
    present.at = evening_of(date(2027, 1, 4))
    checks = {check.name: check for check in engine.health_checks()}
    assert not checks["sweeps"].passed


def test_a_notice_without_a_message_is_late_after_a_day_unless_done(database: Database, present: MovableTime) -> None:
    engine = Engine(database, (CHASED, CLAIM), now=present)
    engine.add_person("Lee", role="librarian", actor=LIBRARIAN_1, email="lee@example.org")
    ref = engine.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"], on=date(2026, 10, 1)).ref
    present.at = evening_of(date(2026, 10, 9))
    engine.sweep()
    present.at += DAY
    (late,) = (check for check in engine.health_checks() if check.name == "messages")
    assert (late.passed, late.found) == (False, "unsent since 2026-10-09 20:00 UTC, for Lee")
    engine.step(
        ref, "inspect", actor=LIBRARIAN_1, decided_by=BY_KEEPER, data=RECORDS_BY_STEP["inspect"], on=date(2026, 10, 9)
    )
    assert all(check.passed for check in engine.health_checks() if check.name == "messages")


def test_a_damaged_case_is_named_and_the_others_are_checked(database: Database, present: MovableTime) -> None:
    engine = Engine(database, (CHASED, CLAIM), now=present)
    damaged, sound = (
        engine.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"], on=date(2026, 10, 1)).ref for _ in range(2)
    )
    with database.backend.writing.begin() as connection:
        connection.execute(update(tables.case).where(tables.case.c.ref == damaged).values(been_in=5))
    checks = {check.name: check for check in engine.health_checks()}
    assert checks["open cases"].found == f"cannot be processed: {damaged} (DamagedError)"
    assert checks["open cases"].remedy == f"Verify {damaged}."
    assert f"first {sound}" in checks["recipients"].found
