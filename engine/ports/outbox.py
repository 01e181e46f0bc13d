"""Notices and messages to people, and the port to the outbox that stores them.

A sweep saves notices in the transaction of their events. Delivery composes the notices that wait for one person into
one message with a permanent ID, and sends it. A message may be sent twice, with the same ID; under two IDs only if a
part of it was revoked before it was known to be sent.

A notice has the reference, the task and the due date. It has no title and no sensitive value.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from msgspec import json

from ..model.clock import Clock, ClockStatus
from ..model.notice import Notice, NoticeKind


class NoticeState(StrEnum):
    """The state of a notice."""

    WAITING = "waiting"
    ON_HOLD = "on_hold"
    COMPOSED = "composed"
    WITHDRAWN = "withdrawn"


class MessageState(StrEnum):
    """The state of a message."""

    QUEUED = "queued"
    SENT = "sent"
    GIVEN_UP = "given_up"
    DISMISSED = "dismissed"


LONGEST_WAIT = timedelta(days=2)
"""More than a message ever waits for its next try, unless it was tried while a machine's clock was fast."""


class Channel(StrEnum):
    """The channel of a message: e-mail, or an address of Apprise."""

    EMAIL = "email"
    NOTIFY = "notify"


CASE_ENDED = "Its case had ended before it was sent."
NOT_IN_TIME = "It no longer counted as done in time before this was sent."
NEVER_TOLD = "They were never sent the message that it was overdue."
DONE = "It was done before it was sent."
SUSPENDED = "It was suspended before it was sent."
MOVED = "It was resumed or given a new date before it was sent."
"""The reasons why a notice is no longer news."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PendingNotice:
    """A notice that no message contains yet, with the present state of its clock.

    Attributes:
        notice: The notice.
        clock: The clock now; None if it no longer exists.
        notified: If the same person was sent a message that the clock is overdue.
    """

    notice: Notice
    clock: Clock | None
    notified: bool

    @property
    def is_stale(self) -> bool:
        """Return whether the notice is no longer news."""
        return self.stale_because is not None

    @property
    def stale_because(self) -> str | None:
        """Return why the notice is no longer news; None if it is.

        A task that was done, suspended or given a new date since is no news. A notice that a task was done in time is
        news only to a person who got the message that it was overdue, and only while it still counts as done in time.
        """
        clock = self.clock
        if clock is None or clock.cancelled_by_end:
            return CASE_ENDED
        if self.notice.kind is NoticeKind.MET_IN_TIME:
            if clock.status is not ClockStatus.MET:
                return NOT_IN_TIME
            return None if self.notified else NEVER_TOLD
        if not clock.is_open:
            return DONE
        if clock.suspended_on is not None:
            return SUSPENDED
        return None if clock.is_outstanding and clock.run == self.notice.run else MOVED


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A message to one person.

    Attributes:
        id: The permanent ID, from which the Message-ID is made.
        person: The recipient's name.
        channel: The channel.
        address: The address; one of Apprise may hold a token.
        subject: The subject.
        body: The text as it was composed; a repeat has the same.
        state: The state.
        created_at: The instant at which it was composed (UTC).
        attempts: The number of attempts to send it.
        next_try_at: The instant of the next attempt (UTC); None if it was sent or given up.
        sent_at: The instant at which it was sent (UTC).
        problem: The reason why the latest attempt failed, without any address.
        digest: The digest of it as it was composed; empty until then.
        deputy: The name of the deputy to whom it goes for the person, who is away; None if it goes to the person.
    """

    id: str
    person: str
    channel: Channel
    address: str = field(repr=False)
    subject: str
    body: str
    state: MessageState = MessageState.QUEUED
    created_at: datetime
    attempts: int = 0
    next_try_at: datetime | None
    sent_at: datetime | None = None
    problem: str | None = None
    digest: str = field(default="", repr=False)
    deputy: str | None = None


def message_digest(message: Message) -> str:
    """Return the SHA-256 of what a message says and where it goes, by which verification finds a change."""
    to = (message.person, message.deputy, message.channel, message.address)
    parts = (message.id, *to, message.subject, message.body)
    return sha256(json.encode((*parts, message.created_at))).hexdigest()


def weekly_message_id(person: str, day: date) -> str:
    """Return the ID of a manager's message of a week about what is on hold, so that there is one a week."""
    year, week, _ = day.isocalendar()
    return sha256(f"digest {year}-{week} {person}".encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeStatus:
    """A notice with its present state.

    Attributes:
        notice: The notice.
        state: Its state.
        message_state: The state of the message that contains it; None if none does.
        sent_at: The instant at which that message was sent (UTC).
        reasons: The reasons why the notice was withdrawn; None unless it was.
    """

    notice: Notice
    state: NoticeState
    message_state: MessageState | None = None
    sent_at: datetime | None = None
    reasons: str | None = None


def latest_per_clock(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Return each person's latest notice of each clock, by due date."""
    last = {(one.person, one.ref, one.deadline, one.number): one for one in sorted(notices, key=lambda one: one.at)}
    return tuple(sorted(last.values(), key=lambda one: (one.due, one.ref, one.deadline)))


class OutboxReader(Protocol):
    """The verbs that read the outbox."""

    def people_with_notices(self, state: NoticeState) -> tuple[str, ...]:
        """Return the people with notices in a state (waiting or on hold), by name."""
        ...

    def notice_counts(self, state: NoticeState) -> tuple[tuple[str, int], ...]:
        """Count each person's notices in a state (waiting or on hold), by name; leave out people without any."""
        ...

    def pending(self, person: str, state: NoticeState) -> tuple[PendingNotice, ...]:
        """Return a person's notices in a state (waiting or on hold), in the order of their instants."""
        ...

    def notice_statuses(self, refs: Collection[str]) -> tuple[NoticeStatus, ...]:
        """Return every notice of some cases with its state, in the order of their instants."""
        ...

    def messages(self, state: MessageState | None, people: Collection[str] | None, limit: int) -> tuple[Message, ...]:
        """Return messages, the newest first, at most `limit`; with names of people, only theirs."""
        ...

    def carried_by(self, message_ids: Collection[str]) -> Mapping[str, tuple[PendingNotice, ...]]:
        """Return the notices of messages, by the message's ID; leave out messages without any."""
        ...

    def message(self, message_id: str) -> Message | None:
        """Return the message with an ID; None if there is none."""
        ...


class OutboxWriter(OutboxReader, Protocol):
    """The verbs that change the outbox, within one transaction."""

    def save_notices(self, notices: Sequence[Notice]) -> None:
        """Save notices, waiting or on hold."""
        ...

    def lock_pending(self, person: str, state: NoticeState) -> tuple[PendingNotice, ...]:
        """Return a person's notices in a state, and lock them until the transaction ends."""
        ...

    def compose(self, message: Message, notices: Collection[Notice]) -> None:
        """Save a message and that it contains these notices."""
        ...

    def release_notices(self, notices: Collection[Notice], by: str, at: datetime) -> None:
        """Move notices on hold to the next delivery."""
        ...

    def withdraw_notices(self, notices: Collection[Notice], by: str, at: datetime, reasons: str) -> None:
        """Save that notices are not sent, with the person who decided it and the reasons."""
        ...

    def queued_messages(self, at: datetime) -> tuple[tuple[Message, tuple[PendingNotice, ...]], ...]:
        """Return the messages that are due to be sent, each with its notices, and lock them."""
        ...

    def detach(self, notices: Collection[Notice]) -> None:
        """Return notices to the next delivery, without the message that contained them."""
        ...

    def claim_messages(self, channel: Channel, at: datetime, until: datetime, limit: int) -> tuple[Message, ...]:
        """Return the messages to send now, the longest waiting first, and lock them until `until`."""
        ...

    def save(self, message: Message) -> None:
        """Save the state of a message; one that was sent stays sent."""
        ...
