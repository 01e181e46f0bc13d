"""What is to be told to whom: notices, bound into messages, and the port to where both are kept.

A sweep writes notices in the transaction of the events that they come with. Delivery binds what waits
for one person into one message, with one id for good, and sends that; it may be sent twice, never
under two ids.

A notice carries nothing that a form marks as sensitive, nor a case's title: the reference, what is
to be done, by when.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


class NoticeKind(StrEnum):
    """What a notice tells."""

    REMINDER = "reminder"
    OVERDUE = "overdue"
    MET_IN_TIME = "met_in_time"


class NoticeState(StrEnum):
    """How a notice stands."""

    WAITING = "waiting"
    HELD = "held"
    BOUND = "bound"
    WITHDRAWN = "withdrawn"


class MessageState(StrEnum):
    """How a message stands."""

    QUEUED = "queued"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """One thing that one person is to be told.

    Attributes:
        id: Its own for good.
        ref: The case.
        seq: The event that it came with.
        person: Who is told.
        kind: What it tells.
        rung: The rung of the ladder; None where it comes from none.
        deadline: The deadline's name.
        number: Which of that deadline's clocks in the case.
        leg: Which of the clock's legs.
        title: What has to be done, in words for people.
        due: The last day for it.
        at: The instant (UTC) from which it is to be told.
        held: Whether it waits until the business manager releases it.
    """

    id: str
    ref: str
    seq: int
    person: str
    kind: NoticeKind
    rung: str | None
    deadline: str
    number: int
    leg: int
    title: str
    due: date
    at: datetime
    held: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What one person is sent.

    Attributes:
        id: Its own for good; its Message-ID is made of it.
        person: Whom it is for.
        channel: `email`, or `notify` for an address that Apprise serves.
        address: Where it goes.
        subject: Its subject.
        body: Its text, as it was bound: a repeat says the same.
        state: How it stands.
        created_at: When it was bound (UTC).
        attempts: How often it was tried.
        next_try_at: When it is tried next (UTC); None where it is sent or given up.
        sent_at: When it was handed over (UTC).
        problem: Why the latest try failed, without any address.
    """

    id: str
    person: str
    channel: str
    address: str
    subject: str
    body: str
    state: MessageState
    created_at: datetime
    attempts: int = 0
    next_try_at: datetime | None = None
    sent_at: datetime | None = None
    problem: str | None = None


class OutboxWriter(Protocol):
    """What can be done to the outbox, within one transaction."""

    def notify(self, notices: Sequence[Notice]) -> None:
        """Keep notices, waiting or held."""
        ...
