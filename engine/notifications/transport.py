"""The interface of a transport, the result of a delivery, and the waits between attempts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from ..errors.faults import NotDelivered
from ..model.people import Person
from ..ports.outbox import Channel, Message, MessageState

RETRY_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 1440, 1440))
"""The wait before each retry: some four days in all, enough for a long weekend."""


Send = Callable[[Message], None]


class Transport(Protocol):
    """A transport by which messages are sent."""

    def open(self) -> AbstractContextManager[Send]:
        """Yield a function that sends a message.

        Raises:
            NotDelivered: if the transport cannot be used; the function raises the same for one message.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryResult:
    """The result of a delivery.

    Attributes:
        composed: The number of messages composed.
        sent: The number of messages sent.
        failed: The number of messages that failed and are tried again.
        given_up: The number of messages given up.
        withdrawn: The number of notices withdrawn as no longer news.
        problems: The faults of the office's own templates.
    """

    composed: int = 0
    sent: int = 0
    failed: int = 0
    given_up: int = 0
    withdrawn: int = 0
    problems: tuple[str, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        """Return the numbers, by name."""
        return {
            "composed": self.composed,
            "sent": self.sent,
            "failed": self.failed,
            "given_up": self.given_up,
            "withdrawn": self.withdrawn,
        }


def address_of(person: Person) -> tuple[Channel, str] | None:
    """Return the channel and address of a person; None if there is none."""
    if person.notify is not None:
        return Channel.NOTIFY, person.notify
    return None if person.email is None else (Channel.EMAIL, person.email)


def after_failure(message: Message, error: NotDelivered, now: datetime) -> Message:
    """Return a message after a failed attempt: to be tried again after a growing wait, or given up."""
    attempts = message.attempts + 1
    tried = replace(message, attempts=attempts, problem=error.problem)
    if error.permanent or attempts > len(RETRY_DELAYS):
        return replace(tried, state=MessageState.GIVEN_UP, next_try_at=None)
    return replace(tried, next_try_at=now + RETRY_DELAYS[attempts - 1])
