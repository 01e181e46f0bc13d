"""The interface of a transport, what a delivery came to, and when a failed message is tried again."""

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
"""How long is waited before each further try: some four days in all, so that a long weekend is survived."""


Send = Callable[[Message], None]


class Transport(Protocol):
    """A way by which messages go out."""

    def open(self) -> AbstractContextManager[Send]:
        """What sends a message, each once it is called.

        Raises:
            NotDelivered: where the way itself is closed; what is sent raises the same for one message.
        """
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryResult:
    """What a delivery came to.

    Attributes:
        composed: How many messages were made.
        sent: How many were handed over.
        failed: How many were not, and are tried again.
        given_up: How many were given up.
        withdrawn: How many notices were of no interest any more.
        problems: What is the matter with the unit's own templates.
    """

    composed: int = 0
    sent: int = 0
    failed: int = 0
    given_up: int = 0
    withdrawn: int = 0
    problems: tuple[str, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        """The numbers, by name."""
        return {
            "composed": self.composed,
            "sent": self.sent,
            "failed": self.failed,
            "given_up": self.given_up,
            "withdrawn": self.withdrawn,
        }


def address_of(person: Person) -> tuple[Channel, str] | None:
    """By what and where a person is reached; None where there is no address."""
    if person.notify is not None:
        return Channel.NOTIFY, person.notify
    return None if person.email is None else (Channel.EMAIL, person.email)


def after_failure(message: Message, error: NotDelivered, now: datetime) -> Message:
    """The message once a try has failed: tried again after a growing wait, or given up."""
    attempts = message.attempts + 1
    tried = replace(message, attempts=attempts, problem=error.problem)
    if error.permanent or attempts > len(RETRY_DELAYS):
        return replace(tried, state=MessageState.GIVEN_UP, next_try_at=None)
    return replace(tried, next_try_at=now + RETRY_DELAYS[attempts - 1])
