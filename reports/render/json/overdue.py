"""Build documents for due and overdue deadlines, with the people notified."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ....engine.definition.workflow import Workflow
from ....engine.model.calendar import Calendar
from ....engine.model.clock import LevelReached
from ....engine.ports.outbox import NoticeStatus
from ....engine.ports.records import DueItem
from ...values.dates import days_overdue
from ...values.review import notice_statuses_of
from .cases import level_document
from .document import Document

NO_RECIPIENT = "no_recipient"
"""The state of an escalation level for a role that no one holds."""


def due_document(item: DueItem, workflow: Workflow, *, at: datetime, calendar: Calendar) -> Document:
    """Return a due deadline with the escalation levels reached in its present run."""
    deadline = workflow.deadline(item.clock.deadline)
    return {
        "ref": item.ref,
        "deadline": item.clock.deadline,
        "due": item.clock.due.isoformat(),
        "days_overdue": days_overdue(item.clock, at, calendar),
        "owner": deadline.owner,
        "levels": [level_document(level) for level in item.clock.reached if not level.skipped],
        "case": item.title,
        "title": deadline.title,
        "citation": deadline.citation.name,
    }


def overdue_document(
    item: DueItem, workflow: Workflow, statuses: Sequence[NoticeStatus], *, at: datetime, calendar: Calendar
) -> Document:
    """Return an overdue item, with the state of every notice that its escalation levels sent."""
    levels = [
        notified_level_document(level, notice_statuses_of(level, item, statuses), calendar)
        for level in item.clock.reached
        if not level.skipped
    ]
    return {**due_document(item, workflow, at=at, calendar=calendar), "levels": levels}


def notified_level_document(level: LevelReached, statuses: Sequence[NoticeStatus], calendar: Calendar) -> Document:
    """Return an escalation level with the state of its notices.

    Its state is `no_recipient` if it names no one, `sent` if every notice was sent, and otherwise the state
    of the first notice that was not sent. Its day of sending is that of the last notice, once all are sent.
    """
    unsent = next((status for status in statuses if status.sent_at is None), None)
    sent = [status.sent_at for status in statuses if status.sent_at is not None]
    return {
        **level_document(level),
        "state": _level_state(statuses, unsent),
        "sent_on": calendar.day_of(max(sent)).isoformat() if sent and unsent is None else None,
        "notices": [notice_status_document(status) for status in statuses],
    }


def notice_status_document(status: NoticeStatus) -> Document:
    """Return the state of one person's notice: waiting, on hold, sent, given up or withdrawn."""
    return {
        "person": status.notice.person,
        "state": _notice_state(status),
        "sent_at": status.sent_at and status.sent_at.isoformat(),
    }


def _level_state(statuses: Sequence[NoticeStatus], unsent: NoticeStatus | None) -> str:
    if not statuses:
        return NO_RECIPIENT
    return "sent" if unsent is None else _notice_state(unsent)


def _notice_state(status: NoticeStatus) -> str:
    return str(status.message_state or status.state)
