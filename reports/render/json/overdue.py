"""Build documents for due and overdue deadlines, with the people notified."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ....engine.definition.workflow import Workflow
from ....engine.model.calendar import Calendar
from ....engine.ports.outbox import NoticeStatus
from ....engine.ports.records import DueItem
from ...values.dates import days_overdue
from ...values.review import notice_statuses_of
from .cases import level_document
from .document import Document


def due_document(item: DueItem, workflow: Workflow, *, at: datetime, calendar: Calendar) -> Document:
    """Something that somebody has to do, and who was told of it when on this leg."""
    deadline = workflow.deadline(item.clock.deadline)
    return {
        "ref": item.ref,
        "deadline": item.clock.deadline,
        "due": item.clock.due.isoformat(),
        "days_overdue": days_overdue(item.clock, at, calendar),
        "owner": deadline.owner,
        "told": [level_document(told) for told in item.clock.reached if not told.skipped],
        "case": item.title,
        "title": deadline.title,
        "citation": deadline.citation.name,
    }


def overdue_document(
    item: DueItem, workflow: Workflow, statuses: Sequence[NoticeStatus], *, at: datetime, calendar: Calendar
) -> Document:
    """Something overdue, who was told of it, and what became of each word."""
    told = [
        {
            **level_document(told),
            "words": [notice_status_document(word) for word in notice_statuses_of(told, item, statuses)],
        }
        for told in item.clock.reached
        if not told.skipped
    ]
    return {**due_document(item, workflow, at=at, calendar=calendar), "told": told}


def notice_status_document(status: NoticeStatus) -> Document:
    """What became of a word to somebody: it waits (perhaps to be released), was sent, given up or withdrawn."""
    return {
        "to": status.notice.person,
        "state": str(status.message_state or status.state),
        "sent_at": status.sent_at and status.sent_at.isoformat(),
    }
