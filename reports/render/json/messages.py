"""Build documents for notices and messages."""

from __future__ import annotations

from typing import Any

from ....engine.model.notice import Notice
from ....engine.ports.outbox import Channel, Message, PendingNotice


def pending_notice_document(pending: PendingNotice) -> dict[str, Any]:
    """Return a pending notice, and if it is out of date."""
    return {**notice_document(pending.notice), "stale": pending.is_stale}


def notice_document(notice: Notice) -> dict[str, Any]:
    """Return a notice."""
    return {
        "person": notice.person,
        "kind": str(notice.kind),
        "ref": notice.ref,
        "deadline": notice.deadline,
        "title": notice.title,
        "due": notice.due.isoformat(),
        "level": notice.level,
        "at": notice.at.isoformat(),
        "recorded_at": notice.recorded_at.isoformat(),
    }


def message_document(message: Message) -> dict[str, Any]:
    """Return a message; an address that may hold a token is reduced to its kind."""
    return {
        "id": message.id,
        "person": message.person,
        "deputy": message.deputy,
        "channel": str(message.channel),
        "address": address(message),
        "subject": message.subject,
        "state": str(message.state),
        "created_at": message.created_at.isoformat(),
        "attempts": message.attempts,
        "next_try_at": message.next_try_at and message.next_try_at.isoformat(),
        "sent_at": message.sent_at and message.sent_at.isoformat(),
        "problem": message.problem,
    }


def address(message: Message) -> str:
    """Return a message's address without anything that may be a token."""
    if message.channel is Channel.EMAIL:
        return message.address
    return f"{message.address.partition('://')[0]}://…"
