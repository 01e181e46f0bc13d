"""Queued mail asks again when it is sent: for whom it is, where that person is, and if it is still news."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from casereview.engine import Engine
from casereview.engine.definition.deadline import OWNER, EscalationLevel
from casereview.engine.errors.faults import NotDelivered
from casereview.engine.model.commands import Step
from casereview.engine.notifications import delivery
from casereview.engine.notifications.recipient_check import AWAY_NOW, NEW_ADDRESS, NO_ADDRESS, NOT_ON_LIST, ROLE_LOST
from casereview.engine.notifications.smtp import SmtpTransport
from casereview.engine.notifications.templates import MessageTemplates
from casereview.engine.notifications.transport import RETRY_DELAYS, DeliveryResult
from casereview.engine.ports.outbox import DONE, Channel, Message, MessageState, NoticeState
from casereview.persistence import Database
from casereview.workflows import MESSAGE_TEMPLATES

from ...support.loan_decisions import evening_of
from ...support.loan_workflow import BY_KEEPER, CLAIM, KEEPER, LIBRARIAN_1, LOAN, READER_1, RECORDS_BY_STEP
from ...support.mail_and_web_servers import MailServer, mail_server
from ...support.messages import RecordingTransport
from ...support.movable_time import MovableTime

POLICY = (
    EscalationLevel(name="owner", to=OWNER, working_days=0),
    EscalationLevel(name="keeper", to="keeper", working_days=5),
)
HELD = tuple(replace(role, held_for_release=True) if role == KEEPER else role for role in LOAN.roles)
WORKFLOWS = (replace(LOAN, escalation_policy=POLICY, roles=HELD), replace(CLAIM, roles=HELD))
REF = "LN-2026-001"
ASKED, OVERDUE = date(2026, 10, 1), evening_of(date(2026, 10, 9))
DOWN = NotDelivered(problem="the mail server is down")


@pytest.fixture
def engine(database: Database, present: MovableTime) -> Engine:
    """A library with two librarians, whose messages about an overdue inspection could not be sent yet."""
    made = Engine(database, WORKFLOWS, now=present)
    for name in ("Lee", "Ash"):
        made.add_person(name, role="librarian", actor=LIBRARIAN_1, email=f"{name.lower()}@example.org")
    made.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"], on=ASKED)
    present.at = OVERDUE
    made.sweep()
    assert deliver(made, RecordingTransport(closed=DOWN)).failed == 2
    present.at += RETRY_DELAYS[0]
    return made


@pytest.fixture
def post() -> RecordingTransport:
    return RecordingTransport()


def deliver(engine: Engine, post: RecordingTransport, channel: Channel = Channel.EMAIL) -> DeliveryResult:
    return engine.messages.deliver({channel: post}, templates=MessageTemplates(default=MESSAGE_TEMPLATES))


def of_lee(engine: Engine) -> Message:
    """Return the first message to Lee."""
    return engine.messages.list_messages(person="Lee")[-1]


def reasons(engine: Engine) -> set[tuple[str, str | None]]:
    return {
        (one.notice.person, one.reasons)
        for one in engine.messages.notice_statuses([REF])
        if one.state is NoticeState.WITHDRAWN
    }


def inspected(engine: Engine) -> None:
    record = RECORDS_BY_STEP["inspect"]
    on = OVERDUE.date()
    engine.record(Step(ref=REF, trigger="inspect", actor=LIBRARIAN_1, decided_by=BY_KEEPER, data=record, on=on))


def demoted(engine: Engine, name: str) -> None:
    """Leave a librarian only the role of a clerk, whom no level names."""
    engine.change_person(name, role="clerk", actor=LIBRARIAN_1)
    engine.remove_person(name, role="librarian", actor=LIBRARIAN_1)


def away(engine: Engine, deputy: str | None) -> None:
    day = OVERDUE.date()
    engine.add_absence("Lee", from_day=day, to_day=day + timedelta(days=30), deputy=deputy, actor=LIBRARIAN_1)


def test_a_removed_person_gets_no_mail_that_was_queued_before(engine: Engine, post: RecordingTransport) -> None:
    engine.remove_person("Lee", actor=LIBRARIAN_1)
    assert deliver(engine, post) == DeliveryResult(sent=1, withdrawn=1)
    assert [one.address for one in post.accepted] == ["ash@example.org"]
    assert reasons(engine) == {("Lee", NOT_ON_LIST)}
    found = of_lee(engine)
    assert (found.state, found.problem) == (MessageState.DISMISSED, NOT_ON_LIST)


def test_over_smtp_only_the_right_address_gets_what_was_queued(engine: Engine) -> None:
    engine.remove_person("Lee", actor=LIBRARIAN_1)
    engine.change_person("Ash", actor=LIBRARIAN_1, email="ash.right@example.org")
    with mail_server(MailServer()) as box:
        transport = SmtpTransport.from_url(f"smtp://localhost:{box.port}", sender="unit@example.org")
        templates = MessageTemplates(default=MESSAGE_TEMPLATES)
        assert engine.messages.deliver({Channel.EMAIL: transport}, templates=templates).sent == 1
    assert [one.rcpt_tos for one in box.accepted] == [["ash.right@example.org"]]


def test_who_lost_the_role_gets_no_mail_that_was_queued_before(engine: Engine, post: RecordingTransport) -> None:
    demoted(engine, "Lee")
    assert deliver(engine, post) == DeliveryResult(sent=1, withdrawn=1)
    assert reasons(engine) == {("Lee", ROLE_LOST)}


def test_a_corrected_address_is_used_with_the_same_id_and_text(engine: Engine, post: RecordingTransport) -> None:
    before = of_lee(engine)
    engine.change_person("Lee", actor=LIBRARIAN_1, email="lee.right@example.org")
    assert deliver(engine, post) == DeliveryResult(sent=2)
    (sent,) = (one for one in post.accepted if one.person == "Lee")
    assert (sent.address, sent.id, sent.body) == ("lee.right@example.org", before.id, before.body)
    assert (sent.problem, of_lee(engine).problem) == (NEW_ADDRESS, None)
    assert sorted(one.address for one in post.attempts) == ["ash@example.org", "lee.right@example.org"]


def test_a_new_address_makes_no_changed_message_good(
    engine: Engine, database: Database, post: RecordingTransport
) -> None:
    with database.backend.writing.begin() as connection:
        connection.exec_driver_sql("UPDATE casereview_message SET body = 'x' WHERE person = 'Lee'")
    digest = of_lee(engine).digest
    engine.change_person("Lee", actor=LIBRARIAN_1, email="lee.right@example.org")
    deliver(engine, post)
    assert of_lee(engine).digest == digest


def test_another_channel_gets_what_was_queued_for_the_first(engine: Engine, post: RecordingTransport) -> None:
    engine.change_person("Lee", actor=LIBRARIAN_1, notify="json://example.org")
    assert deliver(engine, post) == DeliveryResult(sent=1)
    other = RecordingTransport()
    assert deliver(engine, other, Channel.NOTIFY) == DeliveryResult(sent=1)
    assert [one.address for one in other.accepted] == ["json://example.org"]


def test_without_an_address_the_notice_waits_for_one(
    engine: Engine, database: Database, post: RecordingTransport
) -> None:
    with database.backend.writing.begin() as connection:
        connection.exec_driver_sql("UPDATE casereview_person SET email = NULL WHERE name = 'Lee'")
    assert deliver(engine, post) == DeliveryResult(sent=1)
    assert of_lee(engine).problem == NO_ADDRESS
    assert [one.notice.person for one in engine.messages.pending_notices(NoticeState.WAITING)] == ["Lee"]


def test_the_deputy_of_a_person_who_is_away_gets_it(engine: Engine, post: RecordingTransport) -> None:
    away(engine, "Ash")
    assert deliver(engine, post) == DeliveryResult(composed=1, sent=2)
    (sent,) = (one for one in post.accepted if one.person == "Lee")
    assert (sent.deputy, sent.address) == ("Ash", "ash@example.org")
    assert sent.body.startswith("Dear Ash,\n\nYou get this as the deputy of Lee, who is away.\n")
    assert of_lee(engine).problem == AWAY_NOW
    (newest, *_) = engine.messages.list_messages(person="Lee")
    assert (newest.deputy, newest.state) == ("Ash", MessageState.SENT)


def test_what_a_deputy_did_not_get_yet_goes_to_the_person_who_is_back(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    away(engine, "Ash")
    assert deliver(engine, RecordingTransport(closed=DOWN)).failed == 2
    engine.end_absences("Lee", day=present.at.date(), actor=LIBRARIAN_1)
    present.at += RETRY_DELAYS[1]
    deliver(engine, post)
    assert [(one.deputy, one.address) for one in post.accepted if one.person == "Lee"] == [(None, "lee@example.org")]


def test_without_a_deputy_it_goes_to_the_person_who_is_away(engine: Engine, post: RecordingTransport) -> None:
    away(engine, None)
    assert deliver(engine, post) == DeliveryResult(sent=2)


def test_a_deputy_without_a_role_may_have_been_notified(engine: Engine, post: RecordingTransport) -> None:
    demoted(engine, "Lee")
    day = OVERDUE.date()
    later = day + timedelta(days=9)
    engine.add_absence("Ash", from_day=later, to_day=later, deputy="Lee", actor=LIBRARIAN_1)
    assert deliver(engine, post) == DeliveryResult(sent=2)


def test_what_was_done_since_is_withdrawn_with_the_reason(engine: Engine, post: RecordingTransport) -> None:
    inspected(engine)
    delivered = deliver(engine, post)
    assert (delivered.sent, delivered.composed, post.attempts) == (0, 0, [])
    assert reasons(engine) == {("Lee", DONE), ("Ash", DONE)}


def test_who_is_removed_while_messages_are_sent_gets_none(
    engine: Engine, post: RecordingTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BATCH", 1)
    send: Callable[[Any, Message], None] = RecordingTransport._accept

    def remove_the_other(self: RecordingTransport, message: Message) -> None:
        send(self, message)
        other = {"Lee": "Ash", "Ash": "Lee"}[message.person]
        if len(self.accepted) == 1:
            engine.remove_person(other, actor=LIBRARIAN_1)

    monkeypatch.setattr(RecordingTransport, "_accept", remove_the_other)
    assert deliver(engine, post).sent == 1
    ((_, reason),) = reasons(engine)
    assert (len(post.attempts), reason) == (1, NOT_ON_LIST)


def test_a_manager_who_manages_no_more_gets_no_list_of_the_week(
    engine: Engine, present: MovableTime, post: RecordingTransport
) -> None:
    engine.add_person("Kim", role="keeper", actor=LIBRARIAN_1, email="kim@example.org")
    present.at = evening_of(date(2026, 10, 16))
    engine.sweep()
    away(engine, "Ash")
    deliver(engine, RecordingTransport(closed=DOWN))
    demoted(engine, "Ash")
    present.at += RETRY_DELAYS[0]
    deliver(engine, post)
    lists = [one for one in post.accepted if one.subject.startswith("Reminders to check")]
    # Lee manages people still, and reads what is on hold even when away.
    assert [(one.person, one.address) for one in lists] == [("Lee", "lee@example.org")]
