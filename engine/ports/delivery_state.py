"""Say what became of the notices of an escalation level: a level that was reached is not a message that was sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .outbox import MessageState, NoticeState, NoticeStatus


class DeliveryState(StrEnum):
    """The fate of a notice, or of a level's notices together.

    The order is that of importance: a level has the first state that one of its notices has.
    """

    FAILED = "failed"
    ON_HOLD = "waiting_for_release"
    DUE = "due_to_be_sent"
    QUEUED = "queued"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    NO_RECIPIENT = "no_recipient"

    @property
    def words(self) -> str:
        """Return the state in words."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeDelivery:
    """The fate of one person's notice.

    Attributes:
        person: The person.
        state: The state.
        sent_at: The instant at which it was sent (UTC); None unless it was.
        reasons: The reasons why it was withdrawn; None unless it was.
    """

    person: str
    state: DeliveryState
    sent_at: datetime | None = None
    reasons: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """The fate of the notices of a level, or of an event.

    Attributes:
        state: The state of all together.
        sent_at: The instant at which the last was sent (UTC); None unless the state is `SENT`.
        notices: Each person's.
    """

    state: DeliveryState
    sent_at: datetime | None
    notices: tuple[NoticeDelivery, ...]


def delivery_of(statuses: Iterable[NoticeStatus], *, at: datetime | None = None) -> Delivery:
    """Return what became of notices.

    Args:
        statuses: The notices, with their present state.
        at: Only what was sent by this instant (UTC) counts as sent; None for now.
    """
    notices = tuple(_delivery(status, at) for status in statuses)
    states = {one.state for one in notices}
    state = next((one for one in DeliveryState if one in states), DeliveryState.NO_RECIPIENT)
    sent = [one.sent_at for one in notices if one.sent_at is not None]
    return Delivery(state=state, sent_at=max(sent) if state is DeliveryState.SENT else None, notices=notices)


def _delivery(status: NoticeStatus, at: datetime | None) -> NoticeDelivery:
    if at is not None and (status.sent_at is None or status.sent_at > at):
        # Only of a message that was sent is it known when.
        return NoticeDelivery(person=status.notice.person, state=DeliveryState.DUE)
    return NoticeDelivery(
        person=status.notice.person, state=_state(status), sent_at=status.sent_at, reasons=status.reasons
    )


def _state(status: NoticeStatus) -> DeliveryState:
    match status.state:
        case NoticeState.WITHDRAWN:
            return DeliveryState.WITHDRAWN
        case NoticeState.ON_HOLD:
            return DeliveryState.ON_HOLD
        case NoticeState.WAITING:
            return DeliveryState.DUE
    match status.message_state:
        case MessageState.SENT:
            return DeliveryState.SENT
        case MessageState.QUEUED:
            return DeliveryState.QUEUED
    # It was given up, and perhaps removed from the list since.
    return DeliveryState.FAILED
