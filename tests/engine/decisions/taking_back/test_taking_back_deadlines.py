"""Take back an entry after a sweep or a delivery, on both databases: deadlines, levels and messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count

import pytest
from sqlalchemy import text

from casereview.engine import DayKind, Engine
from casereview.engine.errors.faults import NotDelivered
from casereview.engine.errors.taking_back import AlreadySent, FollowedByOthers
from casereview.engine.model.case import Case
from casereview.engine.model.clock import ClockStatus, EventKind
from casereview.engine.notifications.templates import MessageTemplates
from casereview.engine.ports.outbox import Channel, MessageState, NoticeState
from casereview.engine.ports.records import Heartbeat
from casereview.persistence import Database
from casereview.persistence.audit.verify import verify
from casereview.workflows import MESSAGE_TEMPLATES

from ....support.amendments import MONDAY, ask, take
from ....support.loan_decisions import clock, evening_of
from ....support.loan_workflow import KEEPER_1, LIBRARIAN_1, READER_1, RECORDS_BY_STEP
from ....support.messages import RecordingTransport
from ....support.movable_time import MovableTime

MISTAKE = "It belongs to another loan."
LATE = date(2026, 1, 13)
"""The day after the inspection was due."""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty record on each database."""
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def post() -> RecordingTransport:
    return RecordingTransport()


@pytest.fixture
def chased(engine: Engine, present: MovableTime, post: RecordingTransport) -> str:
    """A loan with an overdue inspection, and the librarian knows it."""
    engine.add_person("Lee", role="librarian", actor=LIBRARIAN_1, email="lee@example.org")
    ref = ask(engine).ref
    present.at = evening_of(LATE)
    engine.sweep()
    deliver(engine, post)
    return ref


def deliver(engine: Engine, post: RecordingTransport, should_stop: Callable[[], bool] = lambda: False) -> None:
    templates = MessageTemplates(default=MESSAGE_TEMPLATES)
    engine.messages.deliver({Channel.EMAIL: post}, templates=templates, should_stop=should_stop)


def take_back(engine: Engine, ref: str) -> Case:
    return engine.take_back(ref, reasons=MISTAKE, actor=KEEPER_1)


def assert_sound(database: Database) -> None:
    with database.connection() as connection:
        assert verify(connection).faults == ()


def test_deadlines_that_an_entry_started_are_gone_and_start_anew(
    engine: Engine, database: Database, present: MovableTime
) -> None:
    ref = ask(engine).ref
    for trigger in ("inspect", "approve"):
        take(engine, ref, trigger)
    present.at = evening_of(date(2026, 3, 2))
    for _ in range(2):
        take(engine, ref, "lend", MONDAY)
        engine.sweep()
        assert clock(engine.case(ref), "give_back").status is ClockStatus.MISSED
        case = engine.take_back(ref, reasons=MISTAKE, actor=LIBRARIAN_1)
        assert {one.deadline for one in case.clocks} == {"inspect", "decide", "whole"}
        assert_sound(database)
    assert engine.overdue() == ()


def test_a_case_is_voided_with_what_a_sweep_found_in_it(
    engine: Engine, database: Database, present: MovableTime
) -> None:
    present.at = evening_of(LATE)
    ref = ask(engine).ref
    engine.sweep()
    assert {EventKind.DEADLINE_EXPIRED, EventKind.SKIPPED} <= {event.kind for event in engine.history(ref)}
    engine.take_back(ref, reasons=MISTAKE, actor=READER_1)
    assert engine.overdue() == engine.deadlines() == ()
    present.at = evening_of(date(2026, 9, 1))
    assert engine.sweep().fired == ()
    assert_sound(database)


def test_what_a_sweep_found_apart_from_the_entry_stays(
    engine: Engine, database: Database, present: MovableTime
) -> None:
    engine.add_person("Lee", role="librarian", actor=LIBRARIAN_1, email="lee@example.org")
    ref = ask(engine).ref
    present.at = evening_of(LATE)
    engine.record_heartbeat(Heartbeat(worker="w", every_seconds=60, started_at=present.at, last_seen_at=present.at))
    take(engine, ref, "name_courier", LATE)
    engine.sweep()
    case = engine.take_back(ref, reasons=MISTAKE, actor=LIBRARIAN_1)
    assert (clock(case, "inspect").status, len(clock(case, "inspect").reached)) == (ClockStatus.MISSED, 2)
    assert [one.notice.person for one in engine.messages.pending_notices(NoticeState.WAITING)].count("Lee") == 1
    assert_sound(database)


def test_a_deadline_that_an_entry_met_runs_again(engine: Engine, database: Database, chased: str) -> None:
    before = clock(engine.case(chased), "inspect")
    take(engine, chased, "inspect", MONDAY)
    assert clock(engine.case(chased), "inspect").status is ClockStatus.MET
    assert clock(take_back(engine, chased), "inspect") == before
    assert [item.clock for item in engine.overdue()] == [before]
    assert_sound(database)


def test_notices_of_an_entry_are_withdrawn(
    engine: Engine, database: Database, chased: str, post: RecordingTransport
) -> None:
    take(engine, chased, "inspect", MONDAY)
    assert len(engine.messages.pending_notices(NoticeState.WAITING)) == 1
    take_back(engine, chased)
    assert engine.messages.pending_notices(NoticeState.WAITING) == ()
    deliver(engine, post)
    assert len(post.accepted) == 1
    take(engine, chased, "inspect", MONDAY)
    deliver(engine, post)
    assert len(post.accepted) == 2
    assert_sound(database)


def test_an_entry_stays_if_a_message_about_it_was_sent(
    engine: Engine, database: Database, chased: str, post: RecordingTransport
) -> None:
    take(engine, chased, "inspect", MONDAY)
    deliver(engine, post)
    with pytest.raises(AlreadySent) as refused:
        take_back(engine, chased)
    assert refused.value.recipients == ("Lee",)
    assert clock(engine.case(chased), "inspect").status is ClockStatus.MET
    assert_sound(database)


def test_an_entry_stays_while_a_message_about_it_may_be_on_its_way(
    engine: Engine, chased: str, post: RecordingTransport
) -> None:
    take(engine, chased, "inspect", MONDAY)
    post.problems = [NotDelivered(problem="busy")]
    deliver(engine, post)
    with pytest.raises(AlreadySent):
        take_back(engine, chased)


def test_a_message_that_waits_to_be_sent_goes_without_the_entry(
    engine: Engine, database: Database, chased: str, post: RecordingTransport, present: MovableTime
) -> None:
    engine.add_person("Ash", role="librarian", actor=LIBRARIAN_1, email="ash@example.org")
    other = engine.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"], on=MONDAY + timedelta(days=1)).ref
    present.at = evening_of(LATE + timedelta(days=1))
    engine.sweep()
    take(engine, chased, "inspect", MONDAY)
    calls = count()
    deliver(engine, post, should_stop=lambda: next(calls) > 1)
    queued = {one.person: one.id for one in engine.messages.list_messages() if one.state is MessageState.QUEUED}
    take_back(engine, chased)
    states = {one.id: one.state for one in engine.messages.list_messages()}
    assert [states[queued[name]] for name in ("Ash", "Lee")] == [MessageState.QUEUED, MessageState.DISMISSED]
    deliver(engine, post)
    assert sorted((one.person, one.subject) for one in post.accepted[1:]) == [
        ("Ash", f"1 overdue: {other}"),
        ("Lee", f"1 overdue: {other}"),
    ]
    assert_sound(database)


TAMPERED = {
    "a level is back": "INSERT INTO casereview_escalation SELECT case_ref, 'inspect', 7, 1, 'owner', {seq} FROM"
    " casereview_escalation LIMIT 1",
    "a notice waits again": "UPDATE casereview_notice SET state = 'waiting', settled_by = NULL, settled_at = NULL,"
    " reasons = NULL WHERE state = 'withdrawn'",
    "the step counts again": "UPDATE casereview_clock SET done_on = '2026-01-05' WHERE deadline = 'inspect'",
}


@pytest.mark.parametrize("change", TAMPERED)
def test_verification_finds_what_is_brought_back(engine: Engine, database: Database, chased: str, change: str) -> None:
    take(engine, chased, "inspect", MONDAY)
    (number,) = take_back(engine, chased) and engine.history(chased)[-1].data["events"]
    with database.backend.writing.begin() as connection:
        assert connection.execute(text(TAMPERED[change].format(seq=number))).rowcount == 1
        assert len(verify(connection).faults) == 1


def test_an_entry_stays_if_its_due_date_was_calculated_anew(engine: Engine, present: MovableTime) -> None:
    ref = ask(engine).ref
    take(engine, ref, "name_courier")
    engine.set_day(date(2026, 1, 8), DayKind.CLOSED, reasons="The roof is repaired.", actor=LIBRARIAN_1)
    with pytest.raises(FollowedByOthers, match="Recalculate due dates"):
        engine.take_back(ref, reasons=MISTAKE, actor=LIBRARIAN_1)
    present.at += timedelta(minutes=1)
    take(engine, ref, "tell", **RECORDS_BY_STEP["tell"])
    assert engine.take_back(ref, reasons=MISTAKE, actor=LIBRARIAN_1).state == "asked"
