"""Checks of the machine's clock against the record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from casereview.engine import Engine
from casereview.engine.ports.records import Heartbeat
from casereview.engine.service.health import clock_check
from casereview.engine.service.machine_clock import ClockGap, clock_problem
from casereview.persistence import Database

from ...support.loan_decisions import evening_of
from ...support.loan_workflow import ASKED_ON, CLAIM, LIBRARIAN_1, LOAN, READER_1, RECORDS_BY_STEP
from ...support.movable_time import MovableTime

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)


def seen(at: datetime) -> Heartbeat:
    return Heartbeat(worker="desk", every_seconds=60, started_at=at, last_seen_at=at)


@pytest.mark.parametrize(
    ("heartbeats", "ahead", "gap", "problem"),
    [
        ((), (), None, None),
        ((seen(NOON + timedelta(minutes=4)),), (), None, None),
        (
            (seen(NOON + timedelta(hours=6)),),
            (),
            None,
            "desk was last seen later than now, at 2026-10-01 18:00 UTC",
        ),
        (
            (),
            (("LN-2026-001", datetime(2031, 3, 2, 20, tzinfo=UTC)),),
            None,
            "recorded later than now: LN-2026-001 (2031-03-02 20:00 UTC)",
        ),
        (
            (),
            tuple((f"LN-2026-00{number}", datetime(2031, 3, 2, 20, tzinfo=UTC)) for number in range(1, 7)),
            None,
            "recorded later than now: "
            + ", ".join(f"LN-2026-00{number} (2031-03-02 20:00 UTC)" for number in range(1, 6))
            + " and more",
        ),
        (
            (),
            (),
            ClockGap(last=NOON - timedelta(days=20), now=NOON),
            "it shows 2026-10-01 12:00 UTC, 20 days after the last entry or check",
        ),
    ],
)
def test_what_is_wrong_with_the_clock_is_named(
    heartbeats: tuple[Heartbeat, ...],
    ahead: tuple[tuple[str, datetime], ...],
    gap: ClockGap | None,
    problem: str | None,
) -> None:
    assert clock_problem(heartbeats, ahead, gap, NOON) == problem
    assert clock_check(problem).passed is (problem is None)


def test_the_cases_ahead_of_the_clock_are_found(database_url: str, present: MovableTime) -> None:
    record = Database(database_url)
    engine = Engine(record, (LOAN, CLAIM), now=present)
    present.at = evening_of(ASKED_ON)
    with record.reading() as reader:
        assert reader.latest_recorded_at() is None
    for _ in range(2):
        engine.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"])
    engine.add_person("Kim", role="keeper", actor=LIBRARIAN_1)
    present.at += timedelta(days=1)
    latest = present.at
    engine.step("LN-2026-002", "tell", actor=LIBRARIAN_1, data=RECORDS_BY_STEP["tell"])
    present.at -= timedelta(days=1)
    with record.reading() as reader:
        assert reader.latest_recorded_at() == latest
        assert reader.cases_recorded_after(present.at, 5) == (("LN-2026-002", latest),)
        assert reader.cases_recorded_after(latest, 5) == ()
        assert len(reader.cases_recorded_after(present.at - timedelta(days=1), 2)) == 2
    check = next(one for one in engine.health_checks() if one.name == "clock")
    assert check.found == "recorded later than now: LN-2026-002 (2026-01-06 20:00 UTC)"
    record.close()
