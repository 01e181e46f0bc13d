"""Rows of the outbox, for tests of the store."""

from __future__ import annotations

from datetime import UTC, date, datetime

from casereview.engine.model.notice import Notice, NoticeKind
from casereview.engine.ports.outbox import Channel, Message

NOON = datetime(2026, 2, 2, 12, tzinfo=UTC)


REMINDER = Notice(
    id="SCR-2026-001:3:recommend:1:Kim",
    ref="SCR-2026-001",
    seq=3,
    person="Kim",
    kind=NoticeKind.OVERDUE,
    level="owner",
    deadline="recommend",
    number=1,
    run=1,
    title="Recommend",
    due=date(2026, 1, 30),
    at=NOON,
    recorded_at=NOON,
)


MESSAGE = Message(
    id="a" * 64,
    person="Kim",
    channel=Channel.EMAIL,
    address="kim@example.org",
    subject="1 overdue",
    body="Dear Kim\n",
    created_at=NOON,
    next_try_at=NOON,
)
