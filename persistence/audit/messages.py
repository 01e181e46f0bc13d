"""Check that messages were not changed, belong to the notices that they carry, and can be in their states.

No event says what became of a message: when it was tried, and whether it was sent. So only contradictions are found
there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, exists, or_, select

from ...engine.ports.outbox import Channel, Message, MessageState, message_digest, weekly_message_id
from ..schema import tables
from ..schema.types import from_text
from .raw_rows import PAGE, STATEMENTS, UNREADABLE, Finding, number, raw_columns, within

CHANGED = "The message was changed: its recipient, address or text."
UNREADABLE_MESSAGE = "The message cannot be read: it was changed."
STATE = "The message has a state that it cannot have."
WITHOUT_NOTICE = "The message carries no notice, so notices were removed or the message was added."
WITHOUT_MESSAGE = "a notice that it caused is in a message that does not exist, or that went to someone else."


def faults_of_messages(connection: Connection, ref: str | None) -> Iterator[Finding]:
    """Yield what is wrong with the messages.

    Args:
        connection: The connection.
        ref: The case whose messages to check, with those of the cases below it; None for all.
    """
    for row in connection.execute(_messages(connection.dialect.name, ref)).mappings():
        for fault in _faults(dict(row)):
            yield Finding(ref=f"message {row['id']}", seq=None, fault=fault)


@lru_cache(maxsize=STATEMENTS)
def _messages(dialect: str, ref: str | None) -> Select[Any]:
    message, notice = tables.message, tables.notice
    carried = exists().where(notice.c.message_id == message.c.id)
    query = select(*raw_columns(dialect, message.columns), carried.label("carries")).order_by(message.c.id)
    if ref is not None:
        query = query.where(carried.where(within(notice.c.case_ref, ref)))
    return query.execution_options(yield_per=PAGE)


def notices_without_message(connection: Connection, ref: str | None) -> Iterator[Finding]:
    """Yield a finding for each event with a notice whose message is missing, or another person's."""
    for owner, seq in connection.execute(_without_message(ref)):
        yield Finding(ref=str(owner), seq=number(seq), fault=f"Event {seq}: {WITHOUT_MESSAGE}")


@lru_cache(maxsize=STATEMENTS)
def _without_message(ref: str | None) -> Select[Any]:
    message, notice = tables.message.c, tables.notice.c
    query = (
        select(notice.case_ref, notice.seq)
        .join_from(tables.notice, tables.message, notice.message_id == message.id, isouter=True)
        .where(notice.message_id.is_not(None), or_(message.id.is_(None), message.person != notice.person))
        .distinct()
        .order_by(notice.case_ref, notice.seq)
    )
    return query if ref is None else query.where(within(notice.case_ref, ref))


def _faults(row: Mapping[str, Any]) -> Iterator[str]:
    try:
        message = _message(row)
        if message_digest(message) != message.digest:
            yield CHANGED
        if not _is_possible(message):
            yield STATE
        if not row["carries"] and not _is_weekly(message):
            yield WITHOUT_NOTICE
    except UNREADABLE:
        yield UNREADABLE_MESSAGE


def _message(row: Mapping[str, Any]) -> Message:
    instants = {name: _instant(row[name]) for name in ("created_at", "next_try_at", "sent_at")}
    if instants["created_at"] is None or not isinstance(row["attempts"], int):
        raise ValueError("a message that is incomplete")
    content = {name: value for name, value in row.items() if name != "carries"} | instants
    return Message(**{**content, "channel": Channel(row["channel"]), "state": MessageState(row["state"])})


def _instant(value: Any) -> datetime | None:
    return value if value is None or isinstance(value, datetime) else from_text(value)


def _is_possible(message: Message) -> bool:
    is_queued, is_sent = message.state is MessageState.QUEUED, message.state is MessageState.SENT
    return (message.next_try_at is not None) == is_queued and (message.sent_at is not None) == is_sent


def _is_weekly(message: Message) -> bool:
    """Return whether a message is a manager's of a week, which carries no notice."""
    # The day depends on the zone of the unit's calendar.
    days = (message.created_at.date() + timedelta(days=more) for more in (-1, 0, 1))
    return message.id in {weekly_message_id(message.person, day) for day in days}
