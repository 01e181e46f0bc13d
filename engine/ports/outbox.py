"""What is to be told to whom: notices, bound into messages, and the port to where both are kept.

A sweep writes notices in the transaction of the events that they come with. Delivery binds what waits
for one person into one message, with one id for good, and sends that; it may be sent twice, and under
two ids only where a part of it was recalled before it was known to be sent.

A notice carries nothing that a form marks as sensitive, nor a case's title: the reference, what is
to be done, by when.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from ..model.clock import Clock, ClockStatus
from ..model.notice import Notice, NoticeKind


class NoticeState(StrEnum):
    """How a notice stands."""

    WAITING = "waiting"
    ON_HOLD = "on_hold"
    COMPOSED = "composed"
    WITHDRAWN = "withdrawn"


class MessageState(StrEnum):
    """How a message stands."""

    QUEUED = "queued"
    SENT = "sent"
    GIVEN_UP = "given_up"
    DISMISSED = "dismissed"


class Channel(StrEnum):
    """By what a message goes: as an e-mail, or to an address that Apprise serves."""

    EMAIL = "email"
    NOTIFY = "notify"


@dataclass(frozen=True, kw_only=True, slots=True)
class PendingNotice:
    """A notice that no message carries yet, and what has become of its clock since.

    Attributes:
        notice: The notice.
        clock: The clock as it stands; None where there is none any more.
        notified: Whether the same person was sent word that the clock is overdue.
    """

    notice: Notice
    clock: Clock | None
    notified: bool

    @property
    def is_stale(self) -> bool:
        """Whether there is nothing to tell any more.

        What was done, suspended or given a new date meanwhile is no news; and that a thing was done in
        time is news only to whoever was told that it was not, while it still counts as done in time.
        """
        if self.notice.kind is NoticeKind.MET_IN_TIME:
            return not self.notified or self.clock is None or self.clock.status is not ClockStatus.MET
        return self.clock is None or not self.clock.is_outstanding or self.clock.run != self.notice.run

    @property
    def is_revoked(self) -> bool:
        """Whether it is not to be told even where a message carries it already.

        That a thing was done meanwhile changes no message that has its words; that its case has ended does:
        nobody is to be sent after somebody who has died, or is to be left alone.
        """
        return self.clock is None or self.clock.cancelled_by_end


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What one person is sent.

    Attributes:
        id: Its own for good; its Message-ID is made of it.
        person: Whom it is for.
        channel: By what it goes.
        address: Where it goes; one that Apprise serves may hold a token.
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


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeStatus:
    """A notice, and what has become of it.

    Attributes:
        notice: The notice.
        state: How it stands.
        message_state: How the message stands that carries it; None where none does.
        sent_at: When that was handed over (UTC).
    """

    notice: Notice
    state: NoticeState
    message_state: MessageState | None = None
    sent_at: datetime | None = None


def latest_per_clock(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Of each person's notices of one clock the last: what came before it is no news beside it."""
    last = {(one.person, one.ref, one.deadline, one.number): one for one in sorted(notices, key=lambda one: one.at)}
    return tuple(sorted(last.values(), key=lambda one: (one.due, one.ref, one.deadline)))


class OutboxReader(Protocol):
    """What can be asked of the outbox."""

    def people_with_notices(self, state: NoticeState) -> tuple[str, ...]:
        """For whom notices are in a state (waiting or held), by name."""
        ...

    def notice_counts(self, state: NoticeState) -> tuple[tuple[str, int], ...]:
        """How many notices each person has in a state (waiting or held), by name; of nobody who has none."""
        ...

    def pending(self, person: str, state: NoticeState) -> tuple[PendingNotice, ...]:
        """A person's notices in a state (waiting or held), in the order of their instants."""
        ...

    def notice_statuses(self, refs: Collection[str]) -> tuple[NoticeStatus, ...]:
        """Every notice of some cases, with what has become of it, in the order of their instants."""
        ...

    def messages(self, state: MessageState | None, person: str | None, limit: int) -> tuple[Message, ...]:
        """Messages, the newest first, at most `limit`."""
        ...

    def message(self, message_id: str) -> Message | None:
        """The message of that id; None where there is none."""
        ...


class OutboxWriter(OutboxReader, Protocol):
    """What can be done to the outbox, within one transaction."""

    def save_notices(self, notices: Sequence[Notice]) -> None:
        """Keep notices, waiting or held."""
        ...

    def lock_pending(self, person: str, state: NoticeState) -> tuple[PendingNotice, ...]:
        """A person's notices in a state, held until the transaction ends; whoever else takes them waits."""
        ...

    def compose(self, message: Message, notices: Collection[Notice]) -> None:
        """Keep a message, and that it carries these notices."""
        ...

    def release_notices(self, notices: Collection[Notice], by: str, at: datetime) -> None:
        """Let held notices wait for the next delivery."""
        ...

    def withdraw_notices(self, notices: Collection[Notice], by: str, at: datetime, reasons: str) -> None:
        """Keep that notices are told to nobody, by whose word and why."""
        ...

    def queued_messages(self, at: datetime) -> tuple[tuple[Message, tuple[PendingNotice, ...]], ...]:
        """Messages that are due to be sent, each with the notices that it carries; held like those taken."""
        ...

    def detach(self, notices: Collection[Notice]) -> None:
        """Let notices wait for another message than the one that carried them."""
        ...

    def claim_messages(self, channel: Channel, at: datetime, until: datetime, limit: int) -> tuple[Message, ...]:
        """Messages to be sent now, the longest waiting first, which nobody else is offered before `until`."""
        ...

    def save(self, message: Message) -> None:
        """Keep how a message stands; one that was sent stays sent."""
        ...
