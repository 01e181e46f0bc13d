"""Delivery: the notices that wait for one person become one message, and are sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from casereview.engine import Engine
from casereview.engine.definition.deadline import OWNER, EscalationLevel
from casereview.engine.errors.bad_input import BadValue, InvalidForm
from casereview.engine.errors.faults import NotDelivered
from casereview.engine.errors.refusals import NotAllowed
from casereview.engine.errors.unknown import UnknownMessage
from casereview.engine.model.commands import Step
from casereview.engine.model.people import Person
from casereview.engine.notifications.delivery import BATCH, GROUPING_WINDOW, LEASE, Delivery
from casereview.engine.notifications.recipient_check import NOT_ON_LIST
from casereview.engine.notifications.templates import MessageTemplates
from casereview.engine.notifications.transport import RETRY_DELAYS, DeliveryResult, Transport, address_of, after_failure
from casereview.engine.ports.outbox import Channel, Message, MessageState, NoticeState
from casereview.engine.ports.records import Heartbeat
from casereview.persistence import Database
from casereview.workflows import MESSAGE_TEMPLATES

from ...support.loan_decisions import evening_of
from ...support.loan_workflow import (
    BY_KEEPER,
    CLAIM,
    CLERK_1,
    KEEPER,
    KEEPER_1,
    LIBRARIAN_1,
    LOAN,
    READER_1,
    RECORDS_BY_STEP,
)
from ...support.messages import NOON, RecordingTransport, message_with
from ...support.movable_time import MovableTime

POLICY = (
    EscalationLevel(name="reminder", to=OWNER, working_days=-2),
    EscalationLevel(name="owner", to=OWNER, working_days=0),
    EscalationLevel(name="keeper", to="keeper", working_days=5),
)
HELD = tuple(replace(role, held_for_release=True) if role == KEEPER else role for role in LOAN.roles)
CHASED, CHASED_CLAIM = replace(LOAN, escalation_policy=POLICY, roles=HELD), replace(CLAIM, roles=HELD)
ASKED = date(2026, 10, 1)
REMINDED, OVERDUE, ESCALATED = (
    evening_of(date(2026, 10, 6)),
    evening_of(date(2026, 10, 9)),
    evening_of(date(2026, 10, 16)),
)


@pytest.fixture
def engine(database: Database, present: MovableTime) -> Engine:
    """A library's engine with a librarian who owns every deadline and a loan that waits for an inspection."""
    made = Engine(database, (CHASED, CHASED_CLAIM), now=present)
    made.add_person("Lee", role="librarian", actor=LIBRARIAN_1, email="lee@example.org")
    made.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"], on=ASKED)
    return made


@pytest.fixture
def post() -> RecordingTransport:
    return RecordingTransport()


def deliver(engine: Engine, post: RecordingTransport, **options: Any) -> DeliveryResult:
    options = {"templates": MessageTemplates(default=MESSAGE_TEMPLATES), **options}
    return engine.messages.deliver({Channel.EMAIL: post}, **options)


def inspected(engine: Engine, on: date) -> None:
    engine.record(
        Step(
            ref="LN-2026-001",
            trigger="inspect",
            actor=LIBRARIAN_1,
            decided_by=BY_KEEPER,
            data=RECORDS_BY_STEP["inspect"],
            on=on,
        )
    )


def swept(engine: Engine, present: MovableTime, at: datetime) -> None:
    present.at = at
    engine.sweep()


# --- binding --------------------------------------------------------------------------------------------


def test_one_message_carries_all_that_a_sweep_has_for_a_person(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    for _ in range(2):
        engine.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"], on=ASKED)
    swept(engine, present, OVERDUE)
    assert deliver(engine, post) == DeliveryResult(composed=1, sent=1)
    (sent,) = post.accepted
    assert (sent.person, sent.address, sent.channel) == ("Lee", "lee@example.org", Channel.EMAIL)
    assert sent.subject == "3 overdue: LN-2026-001, LN-2026-002, LN-2026-003"
    (kept,) = engine.messages.list_messages()
    assert (kept.state, kept.attempts, kept.sent_at) == (MessageState.SENT, 1, present.at)
    assert deliver(engine, post) == DeliveryResult()


def test_of_each_clock_only_the_latest_is_said(engine: Engine, present: MovableTime, post: RecordingTransport) -> None:
    swept(engine, present, REMINDED)
    swept(engine, present, OVERDUE)
    deliver(engine, post)
    assert post.accepted[0].body.count("LN-2026-001") == 1
    assert "due soon" not in post.accepted[0].subject
    assert engine.messages.pending_notices(NoticeState.WAITING) == ()


def test_a_reminder_that_waited_too_long_says_that_it_is_overdue(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    swept(engine, present, REMINDED)
    present.at = OVERDUE
    deliver(engine, post)
    assert post.accepted[0].subject == "1 overdue: LN-2026-001"
    assert "1 day overdue" in post.accepted[0].body


def test_what_was_done_meanwhile_is_left_out_and_withdrawn(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    swept(engine, present, REMINDED)
    inspected(engine, REMINDED.date())
    assert deliver(engine, post) == DeliveryResult(withdrawn=1)
    assert post.attempts == []


def test_a_message_has_current_notices_without_stale_ones(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    engine.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"], on=ASKED)
    swept(engine, present, REMINDED)
    inspected(engine, REMINDED.date())
    assert deliver(engine, post) == DeliveryResult(composed=1, sent=1, withdrawn=1)
    assert post.accepted[0].subject == "1 due soon: LN-2026-002"


def test_a_recipient_of_a_late_notice_learns_that_it_was_in_time(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    swept(engine, present, OVERDUE)
    deliver(engine, post)
    inspected(engine, date(2026, 10, 7))
    assert deliver(engine, post) == DeliveryResult(composed=1, sent=1)
    assert post.accepted[1].subject == "1 done in time: LN-2026-001"


def test_a_person_not_yet_notified_gets_neither_notice(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    swept(engine, present, OVERDUE)
    inspected(engine, date(2026, 10, 7))
    delivered = deliver(engine, post)
    assert (delivered.composed, delivered.withdrawn) == (0, 3)


@pytest.mark.parametrize(
    "posts", [{}, {Channel.NOTIFY: RecordingTransport()}], ids=["no way at all", "no way to their address"]
)
def test_what_no_way_serves_waits(
    engine: Engine, present: MovableTime, post: RecordingTransport, posts: Mapping[Channel, Transport]
) -> None:
    swept(engine, present, OVERDUE)
    assert engine.messages.deliver(posts, templates=MessageTemplates(default=MESSAGE_TEMPLATES)) == DeliveryResult()
    assert deliver(engine, post).sent == 1


def test_notices_for_a_person_without_an_address_wait(
    engine: Engine, database: Database, present: MovableTime, post: RecordingTransport
) -> None:
    swept(engine, present, OVERDUE)
    with database.backend.writing.begin() as connection:
        connection.exec_driver_sql("UPDATE casereview_person SET email = NULL")
    assert deliver(engine, post) == DeliveryResult()
    with database.backend.writing.begin() as connection:
        connection.exec_driver_sql("UPDATE casereview_notice SET person = 'Nobody'")
    assert deliver(engine, post) == DeliveryResult(withdrawn=2)
    assert [one.reasons for one in engine.messages.notice_statuses(["LN-2026-001"])] == [NOT_ON_LIST] * 2


def test_an_address_that_apprise_serves_comes_before_e_mail() -> None:
    person = Person(name="Lee", holdings=())
    assert address_of(person) is None
    assert address_of(replace(person, email="lee@example.org")) == (Channel.EMAIL, "lee@example.org")
    assert address_of(replace(person, email="lee@example.org", notify="json://h")) == (Channel.NOTIFY, "json://h")


def test_a_template_that_cannot_be_used_is_said_once(
    engine: Engine, present: MovableTime, post: RecordingTransport, tmp_path: Path
) -> None:
    engine.add_person("Ash", role="librarian", actor=LIBRARIAN_1, email="ash@example.org")
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "message.txt").write_text("Subject: x\n{{ tea }}")
    swept(engine, present, OVERDUE)
    delivered = deliver(engine, post, templates=MessageTemplates(default=MESSAGE_TEMPLATES, folder=folder))
    assert (delivered.sent, delivered.problems) == (2, ("message.txt, line 2: 'tea' is undefined",))


# --- a sweep that is not through ------------------------------------------------------------------------


def test_a_notice_waits_until_the_running_sweep_is_complete(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    swept(engine, present, OVERDUE)
    engine.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"], on=ASKED)  # what it has to tell is not swept yet
    assert deliver(engine, post, grouping_window=GROUPING_WINDOW) == DeliveryResult()
    present.at += GROUPING_WINDOW - timedelta(seconds=1)
    assert deliver(engine, post, grouping_window=GROUPING_WINDOW) == DeliveryResult()
    present.at += timedelta(seconds=1)
    assert deliver(engine, post, grouping_window=GROUPING_WINDOW).sent == 1


def test_a_sweep_that_is_through_is_not_waited_for(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    swept(engine, present, OVERDUE)
    assert deliver(engine, post, grouping_window=GROUPING_WINDOW).sent == 1


def test_what_was_set_aside_is_not_waited_for_however_many_clocks_it_has(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    swept(engine, present, OVERDUE)
    aside = engine.open(
        "loan", actor=READER_1, data={**RECORDS_BY_STEP["ask"], "wanted_on": "2026-10-02"}, on=ASKED
    ).ref
    engine.record_heartbeat(
        Heartbeat(worker="desk", every_seconds=60, started_at=present.at, last_seen_at=present.at, failed=(aside,))
    )
    behind = engine.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"], on=ASKED).ref
    assert deliver(engine, post, grouping_window=GROUPING_WINDOW) == DeliveryResult()  # there is one more behind it
    engine.record_heartbeat(replace(engine.heartbeats()[0], failed=(aside, behind)))
    assert deliver(engine, post, grouping_window=GROUPING_WINDOW).sent == 1


def refused(engine: Engine, on: date) -> None:
    engine.record(Step(ref="LN-2026-001", trigger="refuse", actor=KEEPER_1, data=RECORDS_BY_STEP["refuse"], on=on))


def test_waiting_notices_of_an_ended_case_are_not_sent(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    swept(engine, present, OVERDUE)
    post.closed = NotDelivered(problem="the mail server is down")
    assert deliver(engine, post) == DeliveryResult(composed=1, failed=1)
    refused(engine, OVERDUE.date())
    post.closed, present.at = None, present.at + RETRY_DELAYS[0]
    delivered = deliver(engine, post)
    assert (delivered.composed, delivered.sent, post.attempts) == (0, 0, [])
    assert delivered.withdrawn > 0
    (kept,) = engine.messages.list_messages()
    assert (kept.state, kept.next_try_at) == (MessageState.DISMISSED, None)
    assert deliver(engine, post) == DeliveryResult()


def test_what_else_such_a_message_said_goes_out_in_another(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    engine.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"], on=ASKED)
    swept(engine, present, OVERDUE)
    post.closed = NotDelivered(problem="the mail server is down")
    deliver(engine, post)
    refused(engine, OVERDUE.date())
    post.closed, present.at = None, present.at + RETRY_DELAYS[0]
    delivered = deliver(engine, post)
    assert (delivered.composed, delivered.sent) == (1, 1)
    assert [one.subject for one in post.accepted] == ["1 overdue: LN-2026-002"]


# --- what waits to be released --------------------------------------------------------------------------


@pytest.fixture
def held(engine: Engine, present: MovableTime, post: RecordingTransport) -> Engine:
    """Return the engine with a notice on hold for the keeper."""
    engine.add_person("Kim", role="keeper", actor=LIBRARIAN_1, email="kim@example.org")
    swept(engine, present, ESCALATED)
    return engine


def test_a_manager_has_word_of_what_waits_once_a_week(
    held: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    assert deliver(held, post) == DeliveryResult(composed=2, sent=2)
    (digest,) = (one for one in post.accepted if one.subject.startswith("Reminders to check"))
    assert (digest.person, digest.subject) == ("Lee", "Reminders to check and release: 1 for Kim")
    # Lee's own reminders are reached, and not sent.
    assert "Besides these:\n  due to be sent: 2\nSee them:         casereview messages\n" in digest.body
    present.at = evening_of(date(2026, 10, 18))  # the Sunday of that week
    assert deliver(held, post) == DeliveryResult()
    present.at = evening_of(date(2026, 10, 19))
    assert deliver(held, post) == DeliveryResult(composed=1, sent=1)


def test_there_is_no_word_of_nothing(held: Engine, present: MovableTime, post: RecordingTransport) -> None:
    inspected(held, ESCALATED.date())
    assert deliver(held, post).composed == 0
    assert post.accepted == []


def test_a_manager_who_cannot_be_reached_has_word_elsewhere(
    held: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    held.add_person("Ash", role="librarian", actor=LIBRARIAN_1)
    deliver(held, post)
    assert {one.person for one in post.accepted} == {"Lee"}


def test_what_is_released_goes_out_with_the_next_delivery(
    held: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    deliver(held, post)
    done = held.messages.release(["Kim"], actor=LIBRARIAN_1)
    assert ([one.person for one in done.released], done.withdrawn) == (["Kim"], ())
    assert deliver(held, post) == DeliveryResult(composed=1, sent=1)
    assert (post.accepted[-1].person, post.accepted[-1].subject) == ("Kim", "1 overdue: LN-2026-001")


def test_what_was_done_before_it_was_released_is_withdrawn(
    held: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    inspected(held, ESCALATED.date())
    done = held.messages.release(None, actor=LIBRARIAN_1)
    assert (done.released, len(done.withdrawn)) == ((), 1)
    assert held.messages.pending_notices() == ()


def test_withdrawn_notices_are_not_sent(
    held: Engine, database: Database, present: MovableTime, post: RecordingTransport
) -> None:
    done = held.messages.withdraw(None, reasons="Told in the meeting.", actor=LIBRARIAN_1)
    assert [one.person for one in done.withdrawn] == ["Kim"]
    deliver(held, post)
    assert {one.person for one in post.accepted} == {"Lee"}
    with database.backend.writing.begin() as connection:
        kept = connection.exec_driver_sql(
            "SELECT settled_by, reasons FROM casereview_notice WHERE state = 'withdrawn'"
        ).all()
    assert [tuple(row) for row in kept] == [("Librarian 1", "Told in the meeting.")]


def test_nothing_is_withdrawn_without_a_reason(held: Engine) -> None:
    with pytest.raises(InvalidForm):
        held.messages.withdraw(None, reasons=" ", actor=LIBRARIAN_1)


def test_only_people_with_messages_on_hold_can_be_named(held: Engine) -> None:
    with pytest.raises(BadValue, match="a person with messages on hold: Kim, found Lee"):
        held.messages.release(["Kim", "Lee"], actor=LIBRARIAN_1)
    assert len(held.messages.pending_notices()) == 1
    held.messages.release(None, actor=LIBRARIAN_1)
    with pytest.raises(BadValue, match="no name, since no messages are on hold"):
        held.messages.release(["Kim"], actor=LIBRARIAN_1)


@pytest.mark.parametrize(
    "ask",
    [
        lambda engine: engine.messages.release(None, actor=CLERK_1),
        lambda engine: engine.messages.withdraw(None, reasons="x", actor=CLERK_1),
        lambda engine: engine.messages.retry(None, actor=CLERK_1),
        lambda engine: engine.messages.dismiss(None, actor=CLERK_1),
    ],
    ids=["release", "withdraw", "retry", "dismiss"],
)
def test_only_a_manager_may_change_messages(held: Engine, ask: Callable[[Engine], object]) -> None:
    with pytest.raises(NotAllowed):
        ask(held)
    assert len(held.messages.pending_notices()) == 1


# --- sending --------------------------------------------------------------------------------------------

DOWN = NotDelivered(problem="the server does not answer")
REFUSED = NotDelivered(problem="no such address", permanent=True)


def test_what_fails_is_tried_again_after_growing_waits_and_then_given_up(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    swept(engine, present, OVERDUE)
    post.problems = [DOWN] * (len(RETRY_DELAYS) + 1)
    assert deliver(engine, post) == DeliveryResult(composed=1, failed=1)
    for number, wait in enumerate(RETRY_DELAYS, start=1):
        present.at += wait - timedelta(seconds=1)
        assert deliver(engine, post) == DeliveryResult()
        present.at += timedelta(seconds=1)
        last = number == len(RETRY_DELAYS)
        assert deliver(engine, post) == (DeliveryResult(given_up=1) if last else DeliveryResult(failed=1))
    (dead,) = engine.messages.list_messages()
    assert (dead.state, dead.attempts, dead.problem) == (MessageState.GIVEN_UP, len(RETRY_DELAYS) + 1, DOWN.problem)
    present.at += timedelta(days=30)
    assert deliver(engine, post) == DeliveryResult()
    assert len({one.id for one in post.attempts}) == 1


def test_what_was_tried_while_a_clock_was_fast_does_not_wait_until_then(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    swept(engine, present, OVERDUE)
    present.at += timedelta(days=5 * 365)
    post.problems = [DOWN]
    assert deliver(engine, post) == DeliveryResult(composed=1, failed=1)
    present.at -= timedelta(days=5 * 365)
    assert deliver(engine, post).sent == 1


def test_a_notice_recorded_while_a_clock_was_fast_does_not_wait_for_others(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    present.at = OVERDUE + timedelta(days=5 * 365)
    engine.sweep()
    present.at = OVERDUE
    assert deliver(engine, post, grouping_window=timedelta(minutes=10)).sent == 1


def test_what_would_be_no_better_another_time_is_given_up_at_once(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    swept(engine, present, OVERDUE)
    post.problems = [REFUSED]
    assert deliver(engine, post) == DeliveryResult(composed=1, given_up=1)
    (check,) = (one for one in engine.health_checks() if one.name == "messages")
    assert (check.passed, check.found) == (False, "1 given up, the latest to Lee: no such address")


def crowd(engine: Engine, present: MovableTime, count: int) -> None:
    for number in range(count - 1):
        engine.add_person(f"Person {number}", role="librarian", actor=LIBRARIAN_1, email=f"p{number}@example.org")
    swept(engine, present, OVERDUE)


def test_a_way_that_is_closed_fails_a_batch_and_no_more_is_tried(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    crowd(engine, present, BATCH + 2)
    post.closed = DOWN
    assert deliver(engine, post) == DeliveryResult(composed=BATCH + 2, failed=BATCH)
    assert post.opened == 1
    post.closed = None
    present.at += RETRY_DELAYS[0]
    assert deliver(engine, post).sent == BATCH + 2


def test_a_message_that_its_way_stumbles_over_keeps_back_no_other(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    crowd(engine, present, 3)
    post.problems = [ValueError("lee@example.org"), REFUSED]
    assert deliver(engine, post) == DeliveryResult(composed=3, sent=1, failed=1, given_up=1)
    assert {one.problem for one in engine.messages.list_messages()} == {"ValueError", "no such address", None}


class Asked:
    """Says when to stop: not at first, and then always."""

    def __init__(self, times: int) -> None:
        self.times = times

    def __call__(self) -> bool:
        self.times -= 1
        return self.times < 0


def test_a_stopped_delivery_returns_unsent_messages(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    crowd(engine, present, 3)
    stop = Asked(3 + 1 + 1)  # three are bound, a batch is claimed, one is sent
    assert deliver(engine, post, should_stop=stop) == DeliveryResult(composed=3, sent=1)
    assert deliver(engine, post) == DeliveryResult(sent=2)
    assert [one.attempts for one in engine.messages.list_messages()] == [1, 1, 1]


def test_a_stopped_delivery_composes_no_more(engine: Engine, present: MovableTime, post: RecordingTransport) -> None:
    crowd(engine, present, 3)
    assert deliver(engine, post, should_stop=Asked(1)) == DeliveryResult(composed=1)


def test_a_process_that_dies_before_it_can_say_so_sends_the_same_again(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    class Killed(BaseException):
        """The process is gone."""

    def killed(_self: Delivery, _message: Message) -> Message:
        raise Killed

    swept(engine, present, OVERDUE)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Delivery, "_save", killed)
        with pytest.raises(Killed):
            deliver(engine, post)
    assert deliver(engine, post) == DeliveryResult()  # nobody knows yet that it died
    present.at += LEASE
    assert deliver(engine, post).sent == 1
    first, second = post.accepted
    assert (first.id, first.subject, first.body) == (second.id, second.subject, second.body)


@pytest.mark.parametrize("attempts", range(len(RETRY_DELAYS)))
def test_each_wait_follows_its_try(attempts: int) -> None:
    again = after_failure(message_with(attempts=attempts), DOWN, NOON)
    assert (again.state, again.next_try_at) == (MessageState.QUEUED, NOON + RETRY_DELAYS[attempts])


# --- trying again ---------------------------------------------------------------------------------------


@pytest.fixture
def dead(engine: Engine, present: MovableTime, post: RecordingTransport) -> str:
    """The id of a message that was given up."""
    swept(engine, present, OVERDUE)
    post.problems = [REFUSED]
    deliver(engine, post)
    return engine.messages.list_messages()[0].id


@pytest.mark.parametrize("everything", [True, False], ids=["all", "by its id"])
def test_what_was_given_up_is_sent_to_where_its_person_is_by_now(
    engine: Engine, post: RecordingTransport, dead: str, everything: bool
) -> None:
    engine.change_person("Lee", actor=LIBRARIAN_1, email="lee.new@example.org")
    (again,) = engine.messages.retry(None if everything else [dead, dead], actor=LIBRARIAN_1)
    assert (again.id, again.state, again.attempts) == (dead, MessageState.QUEUED, 0)
    assert deliver(engine, post) == DeliveryResult(sent=1)
    assert post.accepted[-1].address == "lee.new@example.org"
    assert engine.messages.message(dead).state is MessageState.SENT


def test_what_was_given_up_can_be_laid_aside_and_stays_so(engine: Engine, post: RecordingTransport, dead: str) -> None:
    (aside,) = engine.messages.dismiss([dead], actor=LIBRARIAN_1)
    assert (aside.id, aside.state) == (dead, MessageState.DISMISSED)
    assert deliver(engine, post) == DeliveryResult()
    for what in (engine.messages.dismiss, engine.messages.retry):
        with pytest.raises(BadValue, match="found one that is dismissed"):
            what([dead], actor=LIBRARIAN_1)
    assert engine.messages.dismiss(None, actor=LIBRARIAN_1) == ()


def test_a_retry_for_a_removed_person_is_not_sent(engine: Engine, post: RecordingTransport, dead: str) -> None:
    engine.add_person("Ash", role="librarian", actor=LIBRARIAN_1)
    engine.remove_person("Lee", actor=LIBRARIAN_1)
    engine.messages.retry(None, actor=LIBRARIAN_1)
    tried = len(post.attempts)
    assert deliver(engine, post).sent == 0
    assert (len(post.attempts), engine.messages.message(dead).problem) == (tried, NOT_ON_LIST)


def test_only_what_was_given_up_is_tried_again(engine: Engine, post: RecordingTransport, dead: str) -> None:
    engine.messages.retry(None, actor=LIBRARIAN_1)
    with pytest.raises(BadValue, match="expected a message that was given up, found one that is queued"):
        engine.messages.retry([dead], actor=LIBRARIAN_1)
    for ask in (lambda: engine.messages.retry(["no"], actor=LIBRARIAN_1), lambda: engine.messages.message("no")):
        with pytest.raises(UnknownMessage):
            ask()
