"""Build documents for due and overdue deadlines, with the people notified."""

from __future__ import annotations

from datetime import date, datetime

from ....engine.definition.workflow import Workflow
from ....engine.model.calendar import Calendar
from ....engine.model.clock import LevelReached
from ....engine.ports.delivery_state import Delivery, NoticeDelivery
from ....engine.ports.records import DueItem
from ...values.dates import days_overdue
from ...values.deliveries import Deliveries, sent_on
from .cases import level_document
from .document import Document


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
    item: DueItem, workflow: Workflow, deliveries: Deliveries, *, at: datetime, calendar: Calendar
) -> Document:
    """Return an overdue item, with what became of every notice of its escalation levels."""
    levels = [
        notified_level_document(level, deliveries.of_level(item.ref, item.clock, level), calendar)
        for level in item.clock.reached
        if not level.skipped
    ]
    return {**due_document(item, workflow, at=at, calendar=calendar), "levels": levels}


def notified_level_document(level: LevelReached, delivery: Delivery, calendar: Calendar) -> Document:
    """Return an escalation level with what became of its notices."""
    return {**level_document(level), **delivery_document(delivery, sent_on(delivery, calendar))}


def event_delivery_document(delivery: Delivery, calendar: Calendar) -> Document | None:
    """Return what became of the notices that an event caused; None if it caused none."""
    return delivery_document(delivery, sent_on(delivery, calendar)) if delivery.notices else None


def delivery_document(delivery: Delivery, sent: date | None) -> Document:
    """Return what became of notices: the state of all, the day on which the last was sent, and each person's."""
    return {
        "state": str(delivery.state),
        "sent_on": sent and sent.isoformat(),
        "notices": [notice_delivery_document(one) for one in delivery.notices],
    }


def notice_delivery_document(delivery: NoticeDelivery) -> Document:
    """Return what became of one person's notice."""
    return {
        "person": delivery.person,
        "state": str(delivery.state),
        "sent_at": delivery.sent_at and delivery.sent_at.isoformat(),
        "reasons": delivery.reasons,
    }
