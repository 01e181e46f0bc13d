"""Notices, messages and transports for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from casereview.engine.errors.faults import NotDelivered
from casereview.engine.model.notice import Notice, NoticeKind
from casereview.engine.notifications.transport import Send
from casereview.engine.ports.outbox import Channel, Message

NOON = datetime(2026, 2, 2, 12, tzinfo=UTC)
NOTICE = Notice(
    id="LN-2026-001:3:decide:1:Lee",
    ref="LN-2026-001",
    seq=3,
    person="Lee",
    kind=NoticeKind.OVERDUE,
    level="owner",
    deadline="decide",
    number=1,
    run=1,
    title="decide",
    due=date(2026, 1, 30),
    at=NOON,
    recorded_at=NOON,
)
MESSAGE = Message(
    id="3f9a1c2e5b7d4f60a1b2c3d4e5f60718",
    person="Lee",
    channel=Channel.EMAIL,
    address="lee@example.org",
    subject="1 overdue: LN-2026-001",
    body="Dear Lee,\n\nLN-2026-001: decide\n",
    created_at=NOON,
    next_try_at=NOON,
)


def notice_with(**changed: Any) -> Notice:
    """Return an overdue notice to Lee, with changes."""
    return replace(NOTICE, **changed)


def message_with(**changed: Any) -> Message:
    """Return a message to Lee, with changes."""
    return replace(MESSAGE, **changed)


@dataclass
class RecordingTransport:
    """A transport that stores its messages.

    Attributes:
        closed: The reason why the transport is closed; None if it is open.
        problems: The error for each message in turn; None to accept it.
    """

    closed: NotDelivered | None = None
    problems: list[Exception | None] = field(default_factory=list)
    opened: int = 0
    attempts: list[Message] = field(default_factory=list)
    accepted: list[Message] = field(default_factory=list)

    @contextmanager
    def open(self) -> Iterator[Send]:
        self.opened += 1
        if self.closed is not None:
            raise self.closed
        yield self._accept

    def _accept(self, message: Message) -> None:
        self.attempts.append(message)
        problem = self.problems.pop(0) if self.problems else None
        if problem is not None:
            raise problem
        self.accepted.append(message)
