"""Tests of what became of a level's notices: reached is not sent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casereview.engine.ports.delivery_state import DeliveryState, delivery_of
from casereview.engine.ports.outbox import MessageState, NoticeState, NoticeStatus

from ...support.messages import NOON, notice_with

SENT = NoticeStatus(
    notice=notice_with(), state=NoticeState.COMPOSED, message_state=MessageState.SENT, sent_at=NOON + timedelta(days=2)
)
WITHDRAWN = NoticeStatus(notice=notice_with(), state=NoticeState.WITHDRAWN, reasons="Told in person.")
ON_HOLD = NoticeStatus(notice=notice_with(), state=NoticeState.ON_HOLD)
WAITING = NoticeStatus(notice=notice_with(), state=NoticeState.WAITING)


def in_message(state: MessageState) -> NoticeStatus:
    return NoticeStatus(notice=notice_with(), state=NoticeState.COMPOSED, message_state=state)


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (WAITING, "due to be sent"),
        (in_message(MessageState.QUEUED), "queued"),
        (ON_HOLD, "waiting for release"),
        (SENT, "sent"),
        (in_message(MessageState.GIVEN_UP), "failed"),
        (in_message(MessageState.DISMISSED), "failed"),
        (WITHDRAWN, "withdrawn"),
        (
            NoticeStatus(notice=notice_with(), state=NoticeState.WITHDRAWN, message_state=MessageState.QUEUED),
            "withdrawn",
        ),
    ],
)
def test_a_notice_is_sent_only_if_its_message_was(status: NoticeStatus, title: str) -> None:
    delivery = delivery_of([status])
    assert delivery.state.words == title
    assert [one.state for one in delivery.notices] == [delivery.state]
    assert (delivery.sent_at is None) == (title != "sent")


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        ((), DeliveryState.NO_RECIPIENT),
        ((SENT, WITHDRAWN), DeliveryState.SENT),
        ((SENT, WAITING), DeliveryState.DUE),
        ((SENT, ON_HOLD, WAITING), DeliveryState.ON_HOLD),
        ((SENT, ON_HOLD, in_message(MessageState.GIVEN_UP)), DeliveryState.FAILED),
    ],
)
def test_a_level_was_sent_if_nobody_still_waits(statuses: tuple[NoticeStatus, ...], state: DeliveryState) -> None:
    assert delivery_of(statuses).state is state


def test_the_day_of_sending_is_that_of_the_last() -> None:
    earlier = NoticeStatus(
        notice=notice_with(), state=NoticeState.COMPOSED, message_state=MessageState.SENT, sent_at=NOON
    )
    assert delivery_of([SENT, earlier]).sent_at == SENT.sent_at


def test_as_of_an_earlier_instant_a_later_message_was_not_sent() -> None:
    before, after = NOON + timedelta(days=1), NOON + timedelta(days=2)
    assert [delivery_of([SENT], at=at).state for at in (before, after)] == [DeliveryState.DUE, DeliveryState.SENT]
    assert delivery_of([WITHDRAWN], at=after).notices[0].reasons is None
